//! The loa command: the daemon, and a client of its API.
