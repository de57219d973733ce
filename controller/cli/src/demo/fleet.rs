//! The simulated fleet: `loa-speaker fleet` as a process that cannot outlive this one.

use std::path::{Path, PathBuf};
use std::process::Stdio;

use controller_api::text;
use tokio::io::{AsyncBufReadExt, BufReader, Lines};
use tokio::process::{Child, ChildStdin, ChildStdout, Command};

use super::cast::{MUTE, OFF};
use crate::failure::Failure;
use crate::limits::{FLEET_START_TIMEOUT, FLEET_STOP_TIMEOUT};

const PROGRAM: &str = "loa-speaker";

/// What the fleet is started with.
#[derive(Debug)]
pub struct Crew<'c> {
    /// The site file.
    pub site: &'c Path,
    /// The devices' keys.
    pub identities: &'c Path,
    /// Where devices keep what they store.
    pub data: &'c Path,
    /// Host and port.
    pub broker: &'c str,
}

/// The running fleet. It is killed when this is dropped, and ends by itself when this process dies.
#[derive(Debug)]
pub struct Fleet {
    child: Child,
    /// Open for as long as it is to run. Kept apart from the child, whose `wait` would close it.
    stdin: Option<ChildStdin>,
}

impl Fleet {
    /// Finds the program, before anything else is started.
    ///
    /// # Errors
    /// It is not built.
    pub fn program() -> Result<PathBuf, Failure> {
        let named = std::env::var_os("LOA_SPEAKER").filter(|path| !path.is_empty()).map(PathBuf::from);
        let beside = || std::env::current_exe().ok().map(|path| path.with_file_name(PROGRAM));
        let path = named.or_else(beside).unwrap_or_else(|| PathBuf::from(PROGRAM));
        if path.is_file() {
            return Ok(path);
        }
        Err(Failure::failed(text!(DemoNoSpeaker { path: path.display() })))
    }

    /// Starts it, and waits until all its devices are connected; says how many.
    ///
    /// # Errors
    /// It does not start, or not in time.
    pub async fn start(program: &Path, crew: &Crew<'_>) -> Result<(Self, usize), Failure> {
        let mut command = Command::new(program);
        command.arg("fleet").arg("--site").arg(crew.site).arg("--identities").arg(crew.identities);
        command.arg("--data").arg(crew.data).args(["--broker", crew.broker, "--off", OFF, "--mute", MUTE]);
        command.arg("--until-stdin-closes").stdin(Stdio::piped()).stdout(Stdio::piped()).kill_on_drop(true);
        // Ctrl-C is for us: the fleet is to end in good order, after the announcement is given up.
        command.process_group(0);
        if std::env::var_os("RUST_LOG").is_none() {
            command.env("RUST_LOG", "error");
        }
        let mut child = command.spawn().map_err(|error| failed(&error))?;
        let stdout = child.stdout.take().ok_or_else(|| failed(&"it has no standard output"))?;
        let mut lines = BufReader::new(stdout).lines();
        let ready = tokio::time::timeout(FLEET_START_TIMEOUT, ready(&mut lines)).await;
        let devices = ready.map_err(|_| failed(&format!("not ready after {FLEET_START_TIMEOUT:?}")))??;
        let stdin = child.stdin.take();
        Ok((Self { child, stdin }, devices))
    }

    /// Waits until it has ended, which it never should by itself.
    pub async fn failed(&mut self) -> Failure {
        match self.child.wait().await {
            Ok(status) => failed(&status),
            Err(error) => failed(&error),
        }
    }

    /// Asks it to end, and makes it.
    pub async fn stop(mut self) {
        drop(self.stdin.take());
        if tokio::time::timeout(FLEET_STOP_TIMEOUT, self.child.wait()).await.is_err() {
            // Killed or gone already: either way it has ended.
            drop(self.child.kill().await);
        }
    }
}

/// Reads up to the line `ready N`.
async fn ready(lines: &mut Lines<BufReader<ChildStdout>>) -> Result<usize, Failure> {
    while let Some(line) = lines.next_line().await.map_err(|error| failed(&error))? {
        if let Some(devices) = line.strip_prefix("ready ").and_then(|n| n.trim().parse().ok()) {
            return Ok(devices);
        }
    }
    Err(failed(&"it ended at once"))
}

fn failed(problem: &dyn std::fmt::Display) -> Failure {
    Failure::failed(text!(DemoSpeakerFailed { problem: problem }))
}
