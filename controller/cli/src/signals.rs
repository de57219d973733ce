//! Being told to stop.

use futures_util::future::select_all;
use tokio::signal::unix::{Signal, SignalKind, signal};

use crate::failure::{Exit, Failure};

/// Waits for Ctrl-C or SIGTERM; both are caught from the moment this returns. A second one ends the process
/// at once, in case stopping hangs. A closed terminal is left alone, so that `nohup` works.
///
/// # Errors
/// The system refuses to tell.
pub fn stop() -> Result<impl Future<Output = ()> + Send + 'static, Failure> {
    first_of(&[SignalKind::interrupt(), SignalKind::terminate()])
}

/// The same, and the terminal's window is closed.
///
/// # Errors
/// The system refuses to tell.
pub fn stop_or_hangup() -> Result<impl Future<Output = ()> + Send + 'static, Failure> {
    first_of(&[SignalKind::interrupt(), SignalKind::terminate(), SignalKind::hangup()])
}

fn first_of(kinds: &[SignalKind]) -> Result<impl Future<Output = ()> + Send + use<>, Failure> {
    let signals: Result<Vec<Signal>, _> = kinds.iter().map(|kind| signal(*kind)).collect();
    let mut signals = signals.map_err(Failure::internal)?;
    Ok(async move {
        any(&mut signals).await;
        tokio::spawn(async move {
            any(&mut signals).await;
            std::process::exit(Exit::Interrupted as i32);
        });
    })
}

async fn any(signals: &mut [Signal]) {
    select_all(signals.iter_mut().map(|signal| Box::pin(signal.recv()))).await;
}
