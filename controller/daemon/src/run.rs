//! Setting up a data folder, and running the daemon on it.

use std::net::SocketAddr;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use audio::Sound;
use controller_api::BrokerKind;
use controller_api::SiteFile;
use controller_core::command::Command;
use controller_core::settings::Settings;
use controller_core::{Core, Identity, Input, Myself, Now, Output, Restored};
use firmware_proto::BootId;
use firmware_proto::limits::TEXT_BYTES_MAX;
use tokio::net::{TcpListener, UnixListener};
use tokio::sync::watch;
use tokio_util::task::AbortOnDropHandle;

use crate::actor::Caller;
use crate::caretaker::{self, Caretaker};
use crate::clock::Clock;
use crate::config::{BrokerChoice, Config, ConfigError};
use crate::engine::{Engine, Parts};
use crate::failure::DaemonError;
use crate::handle::Handle;
use crate::http::{self, Api};
use crate::journal::{Haste, Journal, NewEntry, Notice, SqliteJournal};
use crate::keys::KeyError;
use crate::library::Library;
use crate::lock::DataDir;
use crate::restore::{entry, replay};
use crate::tail::Tail;
use crate::{actor, chunks, keys, mqtt, site_file, studio};

fn journal_path(data: &Path) -> PathBuf {
    data.join("journal.sqlite")
}

/// Where the daemon can be reached, said once it can.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ready {
    /// The API's Unix socket.
    pub socket: PathBuf,
    /// The API on TCP, where configured.
    pub http: Option<SocketAddr>,
    /// Host and port of the broker.
    pub broker: String,
}

/// Makes a data folder for a new site: key, configuration, journal with the site's clusters. Blocks.
///
/// # Errors
/// See [`DaemonError`]; a folder that has a site already is left as it is.
pub fn init(data: &Path, file: &SiteFile) -> Result<(), DaemonError> {
    let site = site_file::site_id(file).map_err(DaemonError::SiteFile)?;
    let change = site_file::change(file).map_err(DaemonError::SiteFile)?;
    let settings = change.settings.clone().over(Settings::default());
    let folder = DataDir::open(data)?;
    if Config::load(data).is_ok() {
        return Err(ConfigError::SiteExists { data: data.to_owned() }.into());
    }
    keys::create(folder.path())?;
    let journal = SqliteJournal::open(&journal_path(data))?;
    let restored = replay(&journal)?;
    let first = restored.sequence + 1;
    let identity = Identity { site: site.clone(), key: keys::load(data)? };
    let now = Clock::start().now();
    let core = Core::new(identity, restored, now);
    let library = Library::open(data)?;
    let mut commands = vec![Command::ChangeSite(change)];
    for sound in Sound::ALL {
        // Nobody else is at this folder: its bytes stay without being held.
        let (new, _) = studio::synthesise(&library, &settings, sound)?;
        commands.push(Command::AddClip(Box::new(new)));
    }
    commit(&journal, first, decide(core, now, commands)?)?;
    Ok(Config::create(data, &site)?)
}

/// Begins a journal in the folder of a site that has lost its own: its key stays, so its loudspeakers obey, and they say
/// how far the lost one had come. Blocks.
///
/// # Errors
/// See [`DaemonError`]; a journal that is there is left as it is.
pub fn begin_journal(config: &Config) -> Result<(), DaemonError> {
    let folder = DataDir::open(&config.data)?;
    let path = journal_path(&config.data);
    let journal = SqliteJournal::open(&path)?;
    if !journal.is_empty()? || journal.has_archive() {
        journal.close();
        return Err(DaemonError::JournalThere { path });
    }
    let identity = Identity { site: config.site.clone(), key: keys::load(folder.path())? };
    let now = Clock::start().now();
    commit(&journal, 1, decide(Core::new(identity, Restored::default(), now), now, Vec::new())?)
}

/// The journal of a site that has been set up: never a new one, for that would be a site without loudspeakers,
/// programmes and past, and nobody would be told.
fn open_journal(data: &Path) -> Result<SqliteJournal, DaemonError> {
    let path = journal_path(data);
    // An empty file is not even opened: its log of writes would lie there, and spoil the backup that is put in its place.
    if std::fs::metadata(&path).map_or(0, |file| file.len()) == 0 {
        return Err(DaemonError::JournalGone { path });
    }
    let journal = SqliteJournal::open(&path)?;
    if journal.is_empty()? {
        journal.close();
        return Err(DaemonError::JournalGone { path });
    }
    Ok(journal)
}

/// What a core writes down that does all of this in one moment.
fn decide(mut core: Core, now: Now, commands: Vec<Command>) -> Result<Vec<NewEntry>, DaemonError> {
    for command in commands {
        core.handle(now, Input::Command { ticket: 0, actor: actor::of_this_process(), command });
    }
    let mut entries = Vec::new();
    // Nobody sees anything of it before all of it is on disk: until then what is decided counts as stored.
    while let Some(output) = core.poll_output() {
        match output {
            Output::Persist { sequence, entry: decided } => {
                entries.push(entry(&decided));
                core.handle(now, Input::Persisted { sequence });
            }
            Output::Answer { result: Err(refused), .. } => return Err(refused.into()),
            _ => {}
        }
    }
    Ok(entries)
}

fn commit(journal: &SqliteJournal, first: u64, entries: Vec<NewEntry>) -> Result<(), DaemonError> {
    let mut notices = journal.notices();
    journal.append(first, entries, Haste::AtOnce)?;
    journal.close();
    // Closed: all notices there will ever be are there.
    while let Some(notice) = futures_util::FutureExt::now_or_never(notices.next()).flatten() {
        if let Notice::Failed { error, .. } = notice {
            return Err(error.into());
        }
    }
    Ok(())
}

/// Runs the daemon until `shutdown`; `ready` is called once everything can be reached. With `takes_over`, another
/// controller of the site gives way to this one; without it this one gives way to one that is there.
///
/// # Errors
/// See [`DaemonError`]. A broker that is away is no error: the daemon keeps trying.
pub async fn run(
    config: Config,
    takes_over: bool,
    ready: impl FnOnce(Ready),
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> Result<(), DaemonError> {
    let folder = DataDir::open(&config.data)?;
    let broker = Broker::start(&config.broker).await?;
    let key = Arc::new(keys::load(folder.path())?);
    let journal: Arc<dyn Journal> = Arc::new(open_journal(&config.data)?);
    let library = Arc::new(Library::open(&config.data)?);
    let (publisher, news) = mqtt::start(&config.site, &broker.host, broker.port);
    let tail = Tail::default();
    let (chunks, orders) = chunks::queue();
    let (finds, found) = caretaker::queue();
    let parts = Parts {
        site: config.site.clone(),
        key: Arc::clone(&key),
        myself: myself(takes_over)?,
        journal: Arc::clone(&journal),
        publisher: publisher.clone(),
        chunks,
        tail: tail.clone(),
        news,
        found,
    };
    let (engine, handle) = Engine::restore(parts)?;
    put_aside_unknown(&library, &handle)?;
    let caretaker = Caretaker { library: Arc::clone(&library), found: finds };
    let server = chunks::Server {
        site: config.site.clone(),
        engine: handle.clone(),
        caretaker: caretaker.clone(),
        library: Arc::clone(&library),
        publisher,
    };
    server.start(orders);
    let _caretaker = AbortOnDropHandle::new(tokio::spawn(caretaker.run(handle.clone())));
    let address = format!("{}:{}", broker.host, broker.port);
    let api = Api {
        engine: handle,
        library,
        site: config.site.clone(),
        key,
        broker: broker.kind,
        advertise: config.advertise.clone().unwrap_or_else(|| address.clone()),
        broker_address: address.clone(),
        journal,
        tail,
        followers: Api::followers(),
        preparing: Api::preparing(),
        speech: config.speech.clone().into(),
    };
    let (stop, stopping) = watch::channel(false);
    let socket = config.socket();
    let unix = serve_unix(&socket, api.clone(), stopping.clone())?;
    let (http, tcp) = serve_tcp(config.http, api, stopping).await?;
    ready(Ready { socket: socket.clone(), http, broker: address });
    // A task beside that of the connection: on the caller's thread each message would wake another thread.
    let engine = AbortOnDropHandle::new(tokio::spawn(engine.run(shutdown)));
    let ended = engine.await.unwrap_or(Err(DaemonError::Ended("the engine")));
    let _ = stop.send(true);
    let _ = std::fs::remove_file(&socket);
    for server in [Some(unix), tcp].into_iter().flatten() {
        server.abort();
    }
    broker.shutdown().await;
    ended
}

/// This start of the controller, as others of the site are to know it.
fn myself(takes_over: bool) -> Result<Myself, DaemonError> {
    let mut instance = [0; 8];
    getrandom::fill(&mut instance).map_err(|_| KeyError::NoRandom)?;
    let host = rustix::system::uname().nodename().to_string_lossy().into_owned();
    let host = host.chars().filter(char::is_ascii_graphic).take(TEXT_BYTES_MAX).collect();
    Ok(Myself { instance: BootId::from_bytes(instance), since: Clock::start().now().utc, host, takes_over })
}

fn put_aside_unknown(library: &Library, engine: &Handle) -> Result<(), DaemonError> {
    let known = engine.glance(|view| view.core.state().clips.clone());
    let aside = library.put_aside_unknown(|clip| known.contains_key(&clip))?;
    if aside > 0 {
        tracing::warn!("{aside} clips are in no journal; they were put aside into the folder clips/unknown");
    }
    Ok(())
}

/// The broker that the configuration chose.
struct Broker {
    host: String,
    port: u16,
    kind: BrokerKind,
    #[cfg(feature = "embedded-broker")]
    embedded: Option<crate::broker::EmbeddedBroker>,
}

impl Broker {
    async fn start(choice: &BrokerChoice) -> Result<Self, DaemonError> {
        match choice {
            BrokerChoice::External { host, port } => Ok(Self {
                host: host.clone(),
                port: *port,
                kind: BrokerKind::External,
                #[cfg(feature = "embedded-broker")]
                embedded: None,
            }),
            #[cfg(feature = "embedded-broker")]
            BrokerChoice::Embedded(listen) => {
                let embedded = crate::broker::start(crate::broker::BrokerConfig::new(*listen)).await?;
                let address = embedded.local_addr();
                // We are on the same machine, wherever else it listens.
                let host =
                    if address.ip().is_unspecified() { "127.0.0.1".into() } else { address.ip().to_string() };
                Ok(Self { host, port: address.port(), kind: BrokerKind::Embedded, embedded: Some(embedded) })
            }
            #[cfg(not(feature = "embedded-broker"))]
            BrokerChoice::Embedded(_) => Err(DaemonError::NoEmbeddedBroker),
        }
    }

    async fn shutdown(self) {
        #[cfg(feature = "embedded-broker")]
        if let Some(embedded) = self.embedded {
            embedded.shutdown().await;
        }
    }
}

type Server = tokio::task::JoinHandle<()>;

fn serve_unix(path: &Path, api: Api, stopping: watch::Receiver<bool>) -> Result<Server, DaemonError> {
    let trouble = |source| DaemonError::Api { address: path.display().to_string(), source };
    // The folder is ours alone, so a socket that is there is a dead one.
    match std::fs::remove_file(path) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(trouble(error)),
        _ => {}
    }
    let listener = UnixListener::bind(path).map_err(trouble)?;
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o600)).map_err(trouble)?;
    let routes = http::local_routes(api).into_make_service_with_connect_info::<Caller>();
    Ok(tokio::spawn(async move {
        let served = axum::serve(listener, routes).with_graceful_shutdown(stopped(stopping)).await;
        served.unwrap_or_else(|error| tracing::error!(%error, "the API ended"));
    }))
}

async fn serve_tcp(
    address: Option<SocketAddr>,
    api: Api,
    stopping: watch::Receiver<bool>,
) -> Result<(Option<SocketAddr>, Option<Server>), DaemonError> {
    let Some(address) = address else { return Ok((None, None)) };
    let trouble = |source| DaemonError::Api { address: address.to_string(), source };
    let listener = TcpListener::bind(address).await.map_err(trouble)?;
    let local = listener.local_addr().map_err(trouble)?;
    let routes = http::routes(api).into_make_service_with_connect_info::<Caller>();
    let server = tokio::spawn(async move {
        let served = axum::serve(listener, routes).with_graceful_shutdown(stopped(stopping)).await;
        served.unwrap_or_else(|error| tracing::error!(%error, "the API on TCP ended"));
    });
    Ok((Some(local), Some(server)))
}

async fn stopped(mut stopping: watch::Receiver<bool>) {
    // An error means that the daemon is gone already.
    let _ = stopping.wait_for(|stop| *stop).await;
}
