//! Which loudspeakers of the demo are broken, and how fast that is found out.

/// The smart cluster that is switched off.
pub(crate) const OFF: &str = "nam-khap-ngoai";
/// The smart cluster that plays without sound.
pub(crate) const MUTE: &str = "bao-tan-2";
/// Seconds between two heartbeats: a cluster that is off is flagged after 20 s instead of 95.
pub(crate) const HEARTBEAT_S: u32 = 5;
