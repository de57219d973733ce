//! Being told to stop.

use crate::failure::{Exit, Failure};

/// Waits for Ctrl-C or SIGTERM; both are caught from the moment this returns. A second Ctrl-C ends the
/// process at once, in case stopping hangs.
///
/// # Errors
/// The system refuses to tell.
pub fn stop() -> Result<impl Future<Output = ()> + Send + 'static, Failure> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut interrupt = signal(SignalKind::interrupt()).map_err(Failure::internal)?;
    let mut terminate = signal(SignalKind::terminate()).map_err(Failure::internal)?;
    Ok(async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
        tokio::spawn(async move {
            interrupt.recv().await;
            std::process::exit(Exit::Interrupted as i32);
        });
    })
}
