//! What: any audio file in, an Opus clip out.
