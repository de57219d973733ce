//! Signatures, MACs and decoders against an independent reading of RFC 9052 (the crate `coset`)
//! and against whatever else may arrive.
#![allow(clippy::unwrap_used)]

mod any;
mod garbage;
mod life;
mod oracle;
mod tampering;
