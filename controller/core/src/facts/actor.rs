//! Who caused a record. There is always somebody: what nobody asked for, the controller decided.

use firmware_proto::ClusterId;
use serde::{Deserialize, Serialize};

/// Who caused a record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "by")]
pub enum Actor {
    /// Somebody on the controller's own machine, as the system knows them.
    User {
        /// The system's number of the user.
        uid: u32,
        /// The login name; the number again where the system has none.
        name: String,
    },
    /// Somebody who reached the API over the network, where nobody logs in.
    Remote {
        /// The address of the other side.
        address: String,
    },
    /// A programme came due.
    Schedule,
    /// A cluster or a gateway, by what it said.
    Device {
        /// The smart cluster or gateway whose key signed the message.
        cluster: ClusterId,
    },
    /// The controller itself: a start, a deadline, a bound.
    Controller,
}
