//! What the demo plays on: a data folder, the controller in this process, the fleet in another.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};

use controller_api::{Identities, SiteFile, text};
use controller_daemon::config::{BrokerChoice, Config};
use controller_daemon::{DaemonError, Ready};
use schedules::Zone;
use tempfile::TempDir;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use super::cast::{HEARTBEAT_S, MUTE, OFF};
use super::fleet::{Crew, Fleet};
use crate::client::Client;
use crate::failure::Failure;
use crate::limits::CONTROLLER_STOP_TIMEOUT;
use crate::place::Place;
use crate::session::Session;
use crate::site_file;
use crate::sound::Sound;
use crate::verbs::{from_daemon, write_private};

const SITE: &str = include_str!("../../../../schedules/examples/bao-nhai.toml");
const SAMPLE: &[u8] = include_bytes!("../../../../audio/samples/thong-bao.mp3");
const SAMPLE_NAME: &str = "thong-bao.mp3";

/// Everything that has to be put away in the end.
#[derive(Debug)]
pub struct Stage {
    site: SiteFile,
    data: PathBuf,
    speaker: PathBuf,
    controller: Option<Controller>,
    fleet: Option<Fleet>,
    /// Removed when dropped; `None` for a folder that is to be kept.
    temporary: Option<TempDir>,
}

#[derive(Debug)]
struct Controller {
    task: JoinHandle<Result<(), DaemonError>>,
    stop: oneshot::Sender<()>,
}

impl Stage {
    /// Makes the data folder; nothing runs yet.
    ///
    /// # Errors
    /// The folder cannot be used, or the fleet's program is not there.
    pub fn prepare(session: &Session) -> Result<Self, Failure> {
        let speaker = Fleet::program()?;
        let mut site = site_file::parse(SITE).map_err(|problem| site_file::wrong(&problem))?;
        site.site.heartbeat_s = Some(HEARTBEAT_S);
        // A folder in the environment is that of a real site: a demo has no business there.
        let kept = session
            .global
            .data
            .clone()
            .filter(|data| std::env::var_os("LOA_DATA").as_deref() != Some(data.as_os_str()));
        let (data, temporary) = match kept {
            Some(data) => (data, None),
            None => {
                let folder = tempfile::Builder::new().prefix("loa-demo-").tempdir();
                let folder = folder.map_err(|error| Failure::file(&std::env::temp_dir(), &error))?;
                (folder.path().to_owned(), Some(folder))
            }
        };
        controller_daemon::init(&data, &site).map_err(from_daemon)?;
        Ok(Self { site, data, speaker, controller: None, fleet: None, temporary })
    }

    /// The site's time zone.
    ///
    /// # Errors
    /// The site's file names none that there is.
    pub fn zone(&self) -> Result<Zone, Failure> {
        match &self.site.site.timezone {
            Some(name) => name.parse().map_err(Failure::internal),
            None => Ok(Zone::HO_CHI_MINH),
        }
    }

    /// The controller's socket.
    #[must_use]
    pub fn socket(&self) -> PathBuf {
        self.data.join(controller_api::SOCKET_NAME)
    }

    /// Says what is going to happen.
    pub fn introduce(&self, session: &Session) {
        let clusters = self.site.clusters.iter().filter(|c| c.kind != controller_api::ClusterKind::Gateway);
        let (clusters, heartbeat) = (clusters.count().to_string(), HEARTBEAT_S.to_string());
        let params = [
            ("clusters", clusters.as_str()),
            ("site", self.site.site.name.as_deref().unwrap_or(&self.site.site.id)),
            ("off", OFF),
            ("mute", MUTE),
            ("heartbeat", &heartbeat),
        ];
        session.note(&session.screen.say("demo-intro", &params));
        if self.temporary.is_none() {
            let path = self.data.display().to_string();
            session.note(&session.screen.say("demo-kept", &[("path", &path)]));
        }
    }

    /// The file to play: the one that was named, else the sample.
    ///
    /// # Errors
    /// There is no such file.
    pub fn sound(&self, named: Option<&Path>) -> Result<Sound, Failure> {
        if let Some(path) = named {
            return Sound::check(path, None);
        }
        let path = self.data.join(SAMPLE_NAME);
        std::fs::write(&path, SAMPLE).map_err(|error| Failure::file(&path, &error))?;
        Sound::check(&path, None)
    }

    /// Starts the controller, then the fleet.
    ///
    /// # Errors
    /// One of them does not start.
    pub async fn start(&mut self, session: &Session) -> Result<Client, Failure> {
        let broker = self.start_controller().await?;
        session.note(&session.screen.say("demo-controller", &[("broker", &broker)]));
        let client = Client::new(Place::Socket(self.socket()))?;
        let devices = self.start_fleet(&client, &broker).await?;
        session.note(&session.screen.say("demo-fleet", &[("n", &devices.to_string())]));
        Ok(client)
    }

    async fn start_controller(&mut self) -> Result<String, Failure> {
        let mut config = Config::load(&self.data).map_err(|error| from_daemon(error.into()))?;
        config.broker = BrokerChoice::Embedded(SocketAddr::from((Ipv4Addr::LOCALHOST, 0)));
        let (say_ready, ready) = oneshot::channel::<Ready>();
        let (stop, stopped) = oneshot::channel::<()>();
        let shutdown = async { drop(stopped.await) };
        let mut task = tokio::spawn(controller_daemon::run(
            config,
            false,
            move |ready| drop(say_ready.send(ready)),
            shutdown,
        ));
        let ready = tokio::select! {
            biased;
            Ok(ready) = ready => ready,
            ended = &mut task => return Err(why_ended(ended)),
        };
        self.controller = Some(Controller { task, stop });
        Ok(ready.broker)
    }

    async fn start_fleet(&mut self, client: &Client, broker: &str) -> Result<usize, Failure> {
        let identities: Identities = client.get("/v1/identities").await?;
        let folder = self.data.join("fleet");
        let (keys, site) = (folder.join("identities.toml"), folder.join("site.toml"));
        std::fs::create_dir_all(&folder).map_err(|error| Failure::file(&folder, &error))?;
        write_private(&keys, &toml::to_string(&identities).map_err(Failure::internal)?)?;
        std::fs::write(&site, SITE).map_err(|error| Failure::file(&site, &error))?;
        let data = folder.join("devices");
        let crew = Crew { site: &site, identities: &keys, data: &data, broker };
        let (fleet, devices) = Fleet::start(&self.speaker, &crew).await?;
        self.fleet = Some(fleet);
        Ok(devices)
    }

    /// Waits until the controller or the fleet has ended, which they never should by themselves.
    pub async fn failed(&mut self) -> Failure {
        let (Some(controller), Some(fleet)) = (&mut self.controller, &mut self.fleet) else {
            return std::future::pending().await;
        };
        tokio::select! {
            ended = &mut controller.task => why_ended(ended),
            failure = fleet.failed() => failure,
        }
    }

    /// Stops everything, and removes what is not to be kept.
    pub async fn strike(self) {
        if let Some(fleet) = self.fleet {
            fleet.stop().await;
        }
        if let Some(Controller { task, stop }) = self.controller {
            // It may have ended already.
            let _ = stop.send(());
            if !task.is_finished() {
                drop(tokio::time::timeout(CONTROLLER_STOP_TIMEOUT, task).await);
            }
        }
        drop(self.temporary);
    }
}

fn why_ended(ended: Result<Result<(), DaemonError>, tokio::task::JoinError>) -> Failure {
    match ended {
        Ok(Err(error)) => from_daemon(error),
        Ok(Ok(())) => Failure::failed(text!(Internal { problem: "the controller ended by itself" })),
        Err(error) => Failure::internal(error),
    }
}
