//! Requests and answers, and the words people read, shared by the daemon, the CLI and the web page.
