//! A `loa serve` of a test: its data folder, its process, its command line, its API.

use std::fs;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};

use anyhow::{Context, Result, ensure};
use reqwest::Client;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::binaries::{program, repository, until};

/// A process that is killed when this is dropped.
#[derive(Debug)]
pub struct Process(pub Child);

impl Drop for Process {
    fn drop(&mut self) {
        // An error means that it has ended already.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// A controller with a data folder of its own.
#[derive(Debug)]
pub struct Controller {
    process: Option<Process>,
    folder: TempDir,
    http: Client,
}

impl Controller {
    /// Makes a site. `broker`: an external one; else its own, on a free port.
    ///
    /// # Errors
    /// `loa init` failed.
    pub fn init(site: &str, broker: Option<SocketAddr>) -> Result<Self> {
        let folder = TempDir::new()?;
        let site_file = folder.path().join("site.toml");
        fs::write(&site_file, site)?;
        let http = Client::builder().unix_socket(folder.path().join("data/loa.sock")).build()?;
        let controller = Self { process: None, folder, http };
        let made = controller.loa(&["init", "--site", &site_file.to_string_lossy()])?;
        ensure!(made.status.success(), "loa init: {}", String::from_utf8_lossy(&made.stderr));
        match broker {
            Some(address) => controller.configure(&format!("external = \"{address}\""))?,
            None => controller.configure("listen = \"127.0.0.1:0\"")?,
        }
        Ok(controller)
    }

    /// Replaces what `loa.toml` says of the broker.
    ///
    /// # Errors
    /// The file cannot be written.
    pub fn configure(&self, broker: &str) -> Result<()> {
        let site = fs::read_to_string(self.data().join("loa.toml"))?;
        let site = site.lines().find(|line| line.starts_with("site")).context("loa.toml names no site")?;
        Ok(fs::write(self.data().join("loa.toml"), format!("{site}\n[broker]\n{broker}\n"))?)
    }

    /// The data folder.
    #[must_use]
    pub fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    /// A path in the test's folder.
    #[must_use]
    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Starts `loa serve`, and waits until its API answers.
    ///
    /// # Errors
    /// It does not come up.
    pub async fn start(&mut self) -> Result<()> {
        self.spawn()?;
        self.accepting().await
    }

    /// Starts `loa serve`, and does not wait.
    ///
    /// # Errors
    /// It cannot be started.
    pub fn spawn(&mut self) -> Result<()> {
        self.process = Some(self.serve(&[])?);
        Ok(())
    }

    /// Starts `loa serve` with these options, and waits until the API answers.
    ///
    /// # Errors
    /// It ends, or does not answer in time.
    pub async fn start_with(&mut self, options: &[&str]) -> Result<()> {
        self.process = Some(self.serve(options)?);
        self.accepting().await
    }

    /// Starts `loa serve` for somebody who holds the process himself.
    ///
    /// # Errors
    /// It cannot be started.
    pub fn serve(&self, options: &[&str]) -> Result<Process> {
        let log = fs::OpenOptions::new().create(true).append(true).open(self.path("serve.log"))?;
        let mut serve = self.command();
        serve.arg("serve").args(options).stdin(Stdio::null()).stdout(Stdio::null()).stderr(log);
        Ok(Process(serve.spawn()?))
    }

    /// Waits until the API answers, whoever holds the process.
    ///
    /// # Errors
    /// It does not answer in time.
    pub async fn answers(&self) -> Result<()> {
        until("the controller answers", async || Ok(self.get("/v1/status").await.ok().map(drop))).await
    }

    /// Waits until the API answers.
    ///
    /// # Errors
    /// It does not answer in time.
    pub async fn accepting(&mut self) -> Result<()> {
        let (http, process, log) = (&self.http, &mut self.process, self.folder.path().join("serve.log"));
        until("the controller answers", async || {
            if let Some(ended) = process.as_mut().map(|process| process.0.try_wait()).transpose()?.flatten() {
                anyhow::bail!("loa serve ended with {ended}: {}", fs::read_to_string(&log)?);
            }
            Ok(http.get("http://loa/v1/status").send().await.ok().map(drop))
        })
        .await
    }

    /// Its process id.
    #[must_use]
    pub fn pid(&self) -> Option<u32> {
        self.process.as_ref().map(|process| process.0.id())
    }

    /// What the system says of its memory under this name, e.g. `VmHWM` for the peak, MB.
    ///
    /// # Errors
    /// It does not run, or the system says nothing of that name.
    pub fn memory_mb(&self, name: &str) -> Result<f64> {
        let pid = self.pid().context("no controller runs")?;
        let status = fs::read_to_string(format!("/proc/{pid}/status"))?;
        let line = status.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':'));
        let kib = line.and_then(|line| line.split_whitespace().next()).context("no such line")?;
        Ok(kib.parse::<f64>()? / 1_024.0)
    }

    /// Ends it as a power cut would.
    ///
    /// # Errors
    /// It did not run.
    pub fn kill(&mut self) -> Result<()> {
        self.process.take().map(drop).context("no controller runs")
    }

    /// Ends it as the system does, and waits until it has ended.
    ///
    /// # Errors
    /// It did not run, or did not end well.
    pub fn stop(&mut self) -> Result<()> {
        let mut process = self.process.take().context("no controller runs")?;
        let pid = nix::unistd::Pid::from_raw(process.0.id().try_into()?);
        nix::sys::signal::kill(pid, nix::sys::signal::Signal::SIGTERM)?;
        let ended = process.0.wait()?;
        ensure!(ended.success(), "loa serve ended with {ended}: {}", self.log());
        Ok(())
    }

    /// Runs `loa` with these arguments.
    ///
    /// # Errors
    /// It cannot be started.
    pub fn loa(&self, args: &[&str]) -> Result<Output> {
        Ok(self.command().args(args).stdin(Stdio::null()).output()?)
    }

    fn command(&self) -> Command {
        // A missing program is told by `spawn`.
        let mut loa = Command::new(program("loa").unwrap_or_else(|_| PathBuf::from("loa")));
        loa.env("LOA_DATA", self.data()).env("LOA_LANG", "en").env_remove("LOA_SOCKET").env("NO_COLOR", "1");
        loa
    }

    /// Runs `loa … --json`, which has to succeed, and reads what it prints.
    ///
    /// # Errors
    /// It failed, or printed no JSON.
    pub fn loa_json(&self, args: &[&str]) -> Result<Value> {
        let output = self.loa(&[&["--json"], args].concat())?;
        let said = String::from_utf8_lossy(&output.stderr);
        ensure!(output.status.success(), "loa {args:?}: {said}");
        serde_json::from_slice(&output.stdout)
            .with_context(|| format!("loa {args:?} printed no JSON: {said}"))
    }

    /// Asks the API.
    ///
    /// # Errors
    /// It does not answer, or says no.
    pub async fn get(&self, path: &str) -> Result<Value> {
        let answer = self.http.get(format!("http://loa{path}")).send().await?;
        let good = answer.status().is_success();
        let body: Value = answer.json().await?;
        ensure!(good, "GET {path}: {body}");
        Ok(body)
    }

    /// Follows what happens, behind the event that was heard last; `None`: from now on.
    ///
    /// # Errors
    /// The controller does not answer, or says no.
    pub async fn follow(&self, heard: Option<u64>) -> Result<Follower> {
        let mut request = self.http.get("http://loa/v1/events");
        if let Some(heard) = heard {
            request = request.header("Last-Event-ID", heard.to_string());
        }
        let response = request.send().await?.error_for_status()?;
        Ok(Follower { response, bytes: Vec::new() })
    }

    /// Asks the API, and only counts the bytes of the answer.
    ///
    /// # Errors
    /// It does not answer, or says no.
    pub async fn weigh(&self, path: &str) -> Result<usize> {
        let answer = self.http.get(format!("http://loa{path}")).send().await?.error_for_status()?;
        Ok(answer.bytes().await?.len())
    }

    /// Sends to the API.
    ///
    /// # Errors
    /// It does not answer, or says no.
    pub async fn post(&self, path: &str, body: &Value) -> Result<Value> {
        let answer = self.http.post(format!("http://loa{path}")).json(body).send().await?;
        let good = answer.status().is_success();
        let body: Value = answer.json().await?;
        ensure!(good, "POST {path}: {body}");
        Ok(body)
    }

    /// Puts a sound file into the store; returns the clip's id.
    ///
    /// # Errors
    /// It is no sound file.
    pub async fn add_clip(&self, file: &Path) -> Result<String> {
        let upload = self.http.post("http://loa/v1/clips?title=test").body(fs::read(file)?);
        let clip: Value = upload.send().await?.error_for_status()?.json().await?;
        Ok(clip["id"].as_str().context("a clip without id")?.to_owned())
    }

    /// Announces a clip at once; returns the job's id.
    ///
    /// # Errors
    /// The controller refused it.
    pub async fn announce(&self, clip: &str, more: Value) -> Result<String> {
        let id = format!("{:032x}", fresh());
        let mut wanted =
            json!({"id": id, "title": "test", "class": "routine", "clips": [clip], "targets": ["all"]});
        for (key, value) in more.as_object().into_iter().flatten() {
            wanted[key] = value.clone();
        }
        self.post("/v1/announcements", &wanted).await?;
        Ok(id)
    }

    /// Waits until a job comes to `until` (`started` or `ended`), and shows it.
    ///
    /// # Errors
    /// It does not come to that.
    pub async fn wait(&self, job: &str, until: &str) -> Result<Value> {
        self.get(&format!("/v1/jobs/{job}?until={until}&patience_ms=60000")).await
    }

    /// The same, but only how many clusters are in which state.
    ///
    /// # Errors
    /// It does not come to that.
    pub async fn wait_counts(&self, job: &str, until: &str) -> Result<Value> {
        self.get(&format!("/v1/jobs/{job}?until={until}&patience_ms=60000&deliveries=false")).await
    }

    /// Host and port of the broker.
    ///
    /// # Errors
    /// The controller does not answer.
    pub async fn broker(&self) -> Result<SocketAddr> {
        let status = self.get("/v1/status").await?;
        Ok(status["broker"]["address"].as_str().context("no broker")?.parse()?)
    }

    /// What `loa serve` has logged.
    #[must_use]
    pub fn log(&self) -> String {
        fs::read_to_string(self.path("serve.log")).unwrap_or_default()
    }

    /// The bundled sample, 9 s of speech.
    #[must_use]
    pub fn sample() -> PathBuf {
        repository("audio/samples/thong-bao.mp3")
    }
}

/// Somebody who follows what happens.
#[derive(Debug)]
pub struct Follower {
    response: reqwest::Response,
    /// What has come of the next event; a character may have come in part.
    bytes: Vec<u8>,
}

impl Follower {
    /// The next event: its id, and what it says; `None` when the feed has ended.
    ///
    /// # Errors
    /// It is no event.
    pub async fn next(&mut self) -> Result<Option<(u64, Value)>> {
        loop {
            if let Some(end) = self.bytes.windows(2).position(|pair| pair == b"\n\n") {
                let event = String::from_utf8(self.bytes.drain(..end + 2).collect())?;
                let field = |name: &str| event.lines().find_map(|line| line.strip_prefix(name));
                // A comment says that the feed is alive.
                let Some(data) = field("data: ") else { continue };
                let id = field("id: ").context("an event without an id")?.parse()?;
                return Ok(Some((id, serde_json::from_str(data)?)));
            }
            match self.response.chunk().await {
                Ok(Some(bytes)) => self.bytes.extend_from_slice(&bytes),
                Ok(None) | Err(_) => return Ok(None),
            }
        }
    }
}

/// A number that no other call in this process gives, nor another process at the same time.
fn fresh() -> u128 {
    use std::sync::atomic::{AtomicU64, Ordering};
    static COUNT: AtomicU64 = AtomicU64::new(1);
    let count = COUNT.fetch_add(1, Ordering::Relaxed);
    u128::from(count) << 96 | u128::from(std::process::id())
}
