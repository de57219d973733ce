//! What goes over the wire: commands down, reports up, chunks of clips.
//!
//! Payloads are CBOR with integer keys; entries of unknown keys are ignored, so a field can be
//! added without a new protocol version. Times are UTC milliseconds. `protocol.cddl` is the same in CDDL.

mod chunk;
mod command;
mod content;
mod hello;
mod report;

pub use chunk::{Chunk, ChunkRange, Part, Want};
pub use command::{
    Agenda, Busy, Class, ClipRef, Command, CommandBody, Interrupted, Job, JobName, Peer, PeerRole, Question,
    Receipt, Repeat, Settings, Stop, TimeReply,
};
pub use content::{Content, STREAM};
pub use hello::{DeviceLimits, Hello, Kind};
pub use report::{Ack, AckId, Beat, Evidence, Reason, Report, ReportBody, Sound, Stage, TimeRequest};

/// The version of the wire that this crate speaks, said in `hello`.
pub const PROTOCOL_VERSION: u16 = 1;
