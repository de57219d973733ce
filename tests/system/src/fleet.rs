//! Speakers of a test: `loa-speaker` processes that know their controller.

use std::fs;
use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use anyhow::{Context, Result, ensure};
use tempfile::TempDir;

use crate::binaries::program;
use crate::controller::{Controller, Process};

/// A running `loa-speaker`.
#[derive(Debug)]
pub struct Speakers {
    process: Process,
    folder: TempDir,
}

impl Speakers {
    /// Starts a fleet of every device of the site, and waits until all are connected.
    ///
    /// # Errors
    /// They do not come up.
    pub async fn fleet(controller: &Controller, broker: SocketAddr, more: &[&str]) -> Result<Self> {
        let folder = TempDir::new()?;
        let identities = folder.path().join("identities.toml");
        fs::write(&identities, identities_of(controller, "").await?)?;
        let mut fleet = Command::new(program("loa-speaker")?);
        fleet.arg("fleet").arg("--identities").arg(&identities).arg("--data").arg(folder.path().join("data"));
        fleet.args(["--broker", &broker.to_string(), "--until-stdin-closes"]).args(more);
        let mut process = fleet.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
        let stdout = process.stdout.take().context("no standard output")?;
        let speakers = Self { process: Process(process), folder };
        let ready = tokio::task::spawn_blocking(move || {
            let mut line = String::new();
            BufReader::new(stdout).read_line(&mut line).map(|_| line)
        });
        let line = tokio::time::timeout(crate::binaries::PATIENCE, ready).await???;
        ensure!(line.starts_with("ready"), "the fleet says {line:?}");
        Ok(speakers)
    }

    /// Starts one device in a process of its own.
    ///
    /// # Errors
    /// It cannot be started.
    pub async fn one(controller: &Controller, broker: SocketAddr, cluster: &str) -> Result<Self> {
        let folder = TempDir::new()?;
        let identity = folder.path().join("identity.toml");
        fs::write(&identity, single(&identities_of(controller, &format!("?clusters={cluster}")).await?))?;
        let process = Self::run(&folder, broker)?;
        Ok(Self { process, folder })
    }

    fn run(folder: &TempDir, broker: SocketAddr) -> Result<Process> {
        let mut run = Command::new(program("loa-speaker")?);
        let path = |name: &str| folder.path().join(name);
        run.arg("run").arg("--identity").arg(path("identity.toml")).arg("--data").arg(path("data"));
        run.args(["--broker", &broker.to_string(), "--until-stdin-closes"]);
        run.arg("--sink").arg(format!("wav:{}", path("sound").display()));
        Ok(Process(run.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null()).spawn()?))
    }

    /// Ends a single device as a power cut would; what it has stored stays.
    #[must_use]
    pub fn cut_power(self) -> TempDir {
        drop(self.process);
        self.folder
    }

    /// Starts a single device again with what it had stored.
    ///
    /// # Errors
    /// It cannot be started.
    pub fn again(folder: TempDir, broker: SocketAddr) -> Result<Self> {
        let process = Self::run(&folder, broker)?;
        Ok(Self { process, folder })
    }

    /// What a single device has sounded, a WAV file for each job.
    #[must_use]
    pub fn sound(&self) -> PathBuf {
        self.folder.path().join("sound")
    }

    /// Where a single device keeps its clips.
    ///
    /// # Errors
    /// Its folder cannot be read.
    pub fn stored(&self) -> Result<Vec<PathBuf>> {
        let device = fs::read_dir(self.folder.path().join("data"))?.next().context("no device")??.path();
        let clips = fs::read_dir(device.join("clips"))?;
        Ok(clips.map(|clip| clip.map(|clip| clip.path())).collect::<Result<_, _>>()?)
    }

    /// Its process id.
    #[must_use]
    pub fn pid(&self) -> u32 {
        self.process.0.id()
    }
}

/// As `loa cluster identity` writes them.
async fn identities_of(controller: &Controller, query: &str) -> Result<String> {
    let answer = controller.get(&format!("/v1/identities{query}")).await?;
    let text = |key: &str| answer[key].as_str().unwrap_or_default().to_owned();
    let mut toml = format!(
        "site = \"{}\"\nsite_keys = {}\nbroker = \"{}\"\n",
        text("site"),
        answer["site_keys"],
        text("broker")
    );
    for device in answer["device"].as_array().context("no devices")? {
        toml += "\n[[device]]\n";
        for key in ["cluster", "kind", "device_key"] {
            toml += &format!("{key} = \"{}\"\n", device[key].as_str().unwrap_or_default());
        }
    }
    Ok(toml)
}

/// The file of one device: the same fields without the table.
fn single(identities: &str) -> String {
    identities.replace("\n[[device]]\n", "")
}
