//! The reference loudspeaker, and a whole simulated fleet of them.
