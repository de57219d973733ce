//! Few and real: built binaries, real brokers, real files, real sockets.
