//! Who asks: the user at the other end of the socket, as the system vouches for them.

use std::convert::Infallible;
use std::net::SocketAddr;

use axum::extract::FromRequestParts;
use axum::extract::connect_info::{ConnectInfo, Connected};
use axum::http::request::Parts;
use axum::serve::IncomingStream;
use controller_core::Actor;
use nix::unistd::{Uid, User};
use tokio::net::{TcpListener, UnixListener};

/// The other end of a connection.
#[derive(Debug, Clone)]
pub(crate) struct Caller(pub(crate) Actor);

impl Connected<IncomingStream<'_, UnixListener>> for Caller {
    fn connect_info(stream: IncomingStream<'_, UnixListener>) -> Self {
        Self(match stream.io().peer_cred() {
            Ok(peer) => user(Uid::from_raw(peer.uid())),
            Err(error) => {
                tracing::warn!(%error, "the system does not say who is at the socket");
                Actor::Remote { address: "unix socket".to_owned() }
            }
        })
    }
}

impl Connected<IncomingStream<'_, TcpListener>> for Caller {
    fn connect_info(stream: IncomingStream<'_, TcpListener>) -> Self {
        let address: &SocketAddr = stream.remote_addr();
        Self(Actor::Remote { address: address.ip().to_string() })
    }
}

/// Who asks for a change.
pub(crate) struct By(pub(crate) Actor);

impl<S: Send + Sync> FromRequestParts<S> for By {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Infallible> {
        let caller = ConnectInfo::<Caller>::from_request_parts(parts, state).await;
        Ok(caller.map_or_else(
            |_| Self(Actor::Remote { address: "unknown".to_owned() }),
            |ConnectInfo(Caller(actor))| Self(actor),
        ))
    }
}

/// Who runs this process.
pub(crate) fn of_this_process() -> Actor {
    user(Uid::current())
}

/// A user of this machine.
fn user(uid: Uid) -> Actor {
    let known = User::from_uid(uid).ok().flatten();
    Actor::User { uid: uid.as_raw(), name: known.map_or_else(|| uid.to_string(), |user| user.name) }
}
