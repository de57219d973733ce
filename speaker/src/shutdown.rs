//! When a process has to end: a signal, or its parent's end.

use std::io::Read;

use anyhow::Context;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::oneshot;

/// Returns at SIGTERM or SIGINT, or, if asked for, when standard input is closed.
///
/// # Errors
/// When the process may not handle signals.
pub(crate) async fn wait(until_stdin_closes: bool) -> anyhow::Result<()> {
    let mut terminate = signal(SignalKind::terminate()).context("handling SIGTERM")?;
    let mut interrupt = signal(SignalKind::interrupt()).context("handling SIGINT")?;
    tokio::select! {
        _ = terminate.recv() => tracing::info!("terminated"),
        _ = interrupt.recv() => tracing::info!("interrupted"),
        () = stdin_closed(until_stdin_closes) => tracing::info!("standard input was closed"),
    }
    Ok(())
}

async fn stdin_closed(wanted: bool) {
    if !wanted {
        return std::future::pending().await;
    }
    let (closed, wait) = oneshot::channel();
    // A thread of its own: it stays in `read` until the process ends, and no runtime waits for it.
    std::thread::spawn(move || {
        let mut bytes = [0; 256];
        let mut stdin = std::io::stdin().lock();
        while matches!(stdin.read(&mut bytes), Ok(n) if n > 0) {}
        // The other side is gone only when the process is ending anyway.
        let _ = closed.send(());
    });
    let _ = wait.await;
}
