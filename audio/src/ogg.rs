//! Opus in Ogg, both ways (RFC 3533, RFC 7845).

pub(crate) mod head;
pub(crate) mod mux;
pub(crate) mod pages;
pub(crate) mod stream;

#[cfg(test)]
mod round_trip;
