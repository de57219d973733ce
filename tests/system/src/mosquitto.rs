//! A Mosquitto of one's own: on a free loopback port, with nothing remembered, gone when dropped.

use std::fs::{self, File};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use tempfile::TempDir;

const START_MAX: Duration = Duration::from_secs(10);
const RETRY_EVERY: Duration = Duration::from_millis(5);
const PORTS_TRIED_MAX: usize = 5;

/// A running broker, or one that was killed and can be started again.
#[derive(Debug)]
pub struct Mosquitto {
    binary: PathBuf,
    folder: TempDir,
    port: u16,
    process: Option<Child>,
}

impl Mosquitto {
    /// Starts a broker and returns when it accepts connections. Blocks for some milliseconds.
    ///
    /// # Errors
    /// When Mosquitto is not installed, or does not come up; its own log is in the text.
    pub fn start() -> Result<Self> {
        let binary = find_binary()?;
        let mut last = None;
        // Between choosing a port and listening on it, somebody else may take it.
        for _ in 0..PORTS_TRIED_MAX {
            let folder = TempDir::new().context("no folder for Mosquitto's configuration")?;
            let mut broker = Self { binary: binary.clone(), folder, port: free_port()?, process: None };
            match broker.launch() {
                Ok(()) => return Ok(broker),
                Err(error) => last = Some(error),
            }
        }
        Err(last.unwrap_or_else(|| anyhow::anyhow!("no port was tried")))
    }

    /// Where it accepts, from its start to its drop.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        (Ipv4Addr::LOCALHOST, self.port).into()
    }

    /// Kills it as `kill -9` does, and waits until it is gone. Without effect when it is not running.
    pub fn kill(&mut self) {
        if let Some(mut process) = self.process.take() {
            // Both fail only for a process that is gone already.
            let _ = process.kill();
            let _ = process.wait();
        }
    }

    /// Kills it if it runs, and starts it on the same port: every session, subscription, queue and
    /// retained message is forgotten.
    ///
    /// # Errors
    /// When it does not come up again; its own log is in the text.
    pub fn restart_wiped(&mut self) -> Result<()> {
        self.kill();
        self.launch()
    }

    /// What the broker logged since its last start: warnings and errors.
    #[must_use]
    pub fn log(&self) -> String {
        fs::read_to_string(self.log_path()).unwrap_or_default()
    }

    fn log_path(&self) -> PathBuf {
        self.folder.path().join("mosquitto.log")
    }

    fn launch(&mut self) -> Result<()> {
        let configuration = self.folder.path().join("mosquitto.conf");
        fs::write(&configuration, configuration_text(self.port))?;
        let log = File::create(self.log_path())?;
        let process = Command::new(&self.binary)
            .arg("-c")
            .arg(&configuration)
            .stdin(Stdio::null())
            .stdout(log.try_clone()?)
            .stderr(log)
            .spawn()
            .with_context(|| format!("{} does not start", self.binary.display()))?;
        self.process = Some(process);
        self.wait_until_accepting()
    }

    fn wait_until_accepting(&mut self) -> Result<()> {
        let began = Instant::now();
        loop {
            let ended = self.process.as_mut().map(Child::try_wait).transpose()?.flatten();
            if let Some(status) = ended {
                bail!("Mosquitto ended at once ({status}); its log: {}", self.log());
            }
            if TcpStream::connect(self.address()).is_ok() {
                return Ok(());
            }
            if began.elapsed() > START_MAX {
                bail!("Mosquitto does not accept after {START_MAX:?}; its log: {}", self.log());
            }
            thread::sleep(RETRY_EVERY);
        }
    }
}

impl Drop for Mosquitto {
    fn drop(&mut self) {
        self.kill();
    }
}

/// No limit that drops messages, no delay on small packets, and no line logged per connection: as fast
/// as Mosquitto gets.
fn configuration_text(port: u16) -> String {
    format!(
        "listener {port} 127.0.0.1\n\
         allow_anonymous true\n\
         persistence false\n\
         set_tcp_nodelay true\n\
         max_queued_messages 0\n\
         max_inflight_messages 0\n\
         connection_messages false\n\
         log_dest stderr\n\
         log_type error\n\
         log_type warning\n"
    )
}

/// Debian installs it in a folder that is not in everybody's `PATH`.
fn find_binary() -> Result<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let folders = std::env::split_paths(&path).chain(["/usr/sbin", "/usr/local/sbin"].map(PathBuf::from));
    let found = folders.map(|folder| folder.join("mosquitto")).find(|file| Path::is_file(file));
    found.context("install mosquitto: apt-get install mosquitto, or run make deps-test")
}

fn free_port() -> Result<u16> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).context("no free loopback port")?;
    Ok(listener.local_addr()?.port())
}
