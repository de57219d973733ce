//! limits
/// names
pub const NAME_BYTES_MAX: usize = 32;
