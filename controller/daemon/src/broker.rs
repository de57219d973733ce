//! The embedded MQTT broker: for an office PC, so that one binary is the whole installation.
//!
//! A dumb pipe, like any other broker: it keeps no session, no retained message and nothing on disk, and
//! whoever depends on it must survive its forgetting everything. It runs in a runtime of its own, so that
//! ending it ends every connection, and a flood of messages does not slow the controller's own tasks.
//!
//! Plain TCP, every client welcome. TLS is a listener made with `Builder::tls` (the library's feature `tls`);
//! who may connect, publish and subscribe is a `Handler` on the hooks `ClientAuthenticate`,
//! `MessagePublishCheckAcl` and `ClientSubscribeCheckAcl`, registered on the context before the server runs.

use std::io::{self, ErrorKind};
use std::net::SocketAddr;
use std::num::NonZeroU16;
use std::time::Duration;

use rmqtt::context::ServerContext;
use rmqtt::net::{Builder, Listener};
use rmqtt::server::MqttServer;
use tokio::runtime::Runtime;
use tokio::task::JoinHandle;

/// How long the end of open connections may take.
const SHUTDOWN_WAIT: Duration = Duration::from_secs(5);
/// A link through the mountains may stall for so long before its connection is given up.
const SEND_WAIT: Duration = Duration::from_secs(20);
/// Long enough for a slow link; a client that says nothing holds a socket until then.
const HANDSHAKE_WAIT: Duration = Duration::from_secs(15);
/// Handshakes at one time; the others wait. The library makes a queue for each beforehand.
const HANDSHAKES_AT_ONCE: usize = 64;

/// What the broker is told.
#[derive(Debug, Clone)]
pub struct BrokerConfig {
    /// Where to listen; port 0 takes any free one.
    pub listen: SocketAddr,
    /// The largest MQTT packet it takes from a client; a larger one ends the connection.
    pub max_packet_bytes: u32,
    /// Clients at one time.
    pub clients_max: usize,
    /// Messages that may wait for one client; then the oldest of QoS 1, or the new one of QoS 0, is dropped.
    pub queue_messages_max: usize,
    /// Messages of QoS 1 that one client may have unacknowledged.
    pub inflight_max: NonZeroU16,
    /// Threads that serve the clients.
    pub threads: usize,
}

impl BrokerConfig {
    /// What suits a commune, and still holds for 5,000 clients that all answer at once.
    #[must_use]
    pub fn new(listen: SocketAddr) -> Self {
        Self {
            listen,
            max_packet_bytes: 64 * 1024,
            clients_max: 10_000,
            queue_messages_max: 20_000,
            inflight_max: NonZeroU16::new(1024).unwrap_or(NonZeroU16::MIN),
            threads: 2,
        }
    }
}

/// Why the broker did not start.
#[derive(Debug, thiserror::Error)]
pub enum BrokerError {
    /// Something else listens there, perhaps another broker.
    #[error("another program already listens on {addr}")]
    PortTaken {
        /// The address that was asked for.
        addr: SocketAddr,
    },
    /// The system does not let us, e.g. a port below 1024.
    #[error("this user may not listen on {addr}")]
    PortForbidden {
        /// The address that was asked for.
        addr: SocketAddr,
    },
    /// The address is not one of this machine's, or something rarer.
    #[error("the broker cannot listen on {addr}")]
    Listen {
        /// The address that was asked for.
        addr: SocketAddr,
        /// What the system said.
        source: io::Error,
    },
    /// Its threads could not be started.
    #[error("the broker's threads cannot be started")]
    Threads {
        /// What the system said.
        source: io::Error,
    },
}

impl BrokerError {
    /// A stable name for this kind of error, for scripts and translations.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::PortTaken { .. } => "broker-port-taken",
            Self::PortForbidden { .. } => "broker-port-forbidden",
            Self::Listen { .. } => "broker-not-listening",
            Self::Threads { .. } => "broker-threads",
        }
    }
}

/// A running broker; dropping it ends it.
#[derive(Debug)]
pub struct EmbeddedBroker {
    local_addr: SocketAddr,
    server: Option<JoinHandle<()>>,
    threads: Threads,
}

/// Starts the broker. Once this returns, clients can connect.
///
/// # Errors
/// See [`BrokerError`]; nothing is left running.
pub async fn start(config: BrokerConfig) -> Result<EmbeddedBroker, BrokerError> {
    let threads = Threads::start(config.threads)?;
    let listener = threads.listen(&config)?;
    let local_addr = listener.local_addr().map_err(|e| listen_error(config.listen, e))?;
    // The library's own check of the machine's load would turn clusters away whenever audio is encoded.
    let sessions = isize::try_from(config.clients_max).unwrap_or(isize::MAX);
    let context = ServerContext::new().busy_check_enable(false).mqtt_max_sessions(sessions).build().await;
    let server = MqttServer::new(context).listener_by_id(listener, local_addr.port()).build();
    let server = threads.spawn(async move {
        if let Err(error) = server.run().await {
            tracing::error!(%error, "the embedded broker ended");
        }
    });
    tracing::info!(%local_addr, "embedded broker listens");
    Ok(EmbeddedBroker { local_addr, server, threads })
}

impl EmbeddedBroker {
    /// Where it listens.
    #[must_use]
    pub fn local_addr(&self) -> SocketAddr {
        self.local_addr
    }

    /// Stops listening and ends every connection. Once this returns, the port is free.
    pub async fn shutdown(self) {
        if let Some(server) = self.server {
            server.abort();
            // The socket closes when its task is gone, not when it is told to go.
            let _ = server.await;
        }
        self.threads.end().await;
    }
}

/// A runtime that may be dropped inside another one.
#[derive(Debug)]
struct Threads(Option<Runtime>);

impl Threads {
    fn start(count: usize) -> Result<Self, BrokerError> {
        tokio::runtime::Builder::new_multi_thread()
            .worker_threads(count.max(1))
            .thread_name("broker")
            .enable_all()
            .build()
            .map(|runtime| Self(Some(runtime)))
            .map_err(|source| BrokerError::Threads { source })
    }

    /// Must be called inside the runtime that will serve the socket.
    fn listen(&self, config: &BrokerConfig) -> Result<Listener, BrokerError> {
        let _inside = self.0.as_ref().map(Runtime::enter);
        let bound = settings(config).bind().and_then(Listener::tcp);
        bound.map_err(|e| listen_error(config.listen, e))
    }

    fn spawn(&self, task: impl Future<Output = ()> + Send + 'static) -> Option<JoinHandle<()>> {
        self.0.as_ref().map(|runtime| runtime.spawn(task))
    }

    async fn end(mut self) {
        if let Some(runtime) = self.0.take() {
            let ended = tokio::task::spawn_blocking(move || runtime.shutdown_timeout(SHUTDOWN_WAIT));
            if ended.await.is_err() {
                tracing::error!("the embedded broker's threads panicked");
            }
        }
    }
}

impl Drop for Threads {
    fn drop(&mut self) {
        if let Some(runtime) = self.0.take() {
            runtime.shutdown_background();
        }
    }
}

fn settings(config: &BrokerConfig) -> Builder {
    Builder::new()
        .name("loa")
        .laddr(config.listen)
        // A restart must not wait for the old connections' last packets. Windows needs no leave for that,
        // and there it would let two programs listen on one port.
        .reuseaddr(cfg!(unix).then_some(true))
        .nodelay(true)
        .max_packet_size(config.max_packet_bytes)
        .max_connections(config.clients_max)
        .max_handshaking_limit(HANDSHAKES_AT_ONCE)
        .handshake_timeout(HANDSHAKE_WAIT)
        .send_timeout(SEND_WAIT)
        .max_mqueue_len(config.queue_messages_max)
        .max_inflight(config.inflight_max)
        // A message that crawls over a slow link is not sent again behind itself.
        .message_retry_interval(Duration::ZERO)
        // Clients that ask for a session to be kept get none; protocol version 5 may name its own time.
        .session_expiry_interval(Duration::ZERO)
        .max_session_expiry_interval(Duration::from_secs(1))
}

fn listen_error(addr: SocketAddr, error: rmqtt::Error) -> BrokerError {
    let source = error.downcast::<io::Error>().unwrap_or_else(io::Error::other);
    match source.kind() {
        ErrorKind::AddrInUse => BrokerError::PortTaken { addr },
        ErrorKind::PermissionDenied => BrokerError::PortForbidden { addr },
        _ => BrokerError::Listen { addr, source },
    }
}
