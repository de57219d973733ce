//! The MQTT connection of one device: connects, subscribes, forwards, and connects again.
//!
//! It is a stream of events that whoever asks drives, the shell itself or a task that hands them on. The
//! shell never waits for it: publishing only tries. Each connection has a client of its own, so nothing that
//! was queued for a dead connection comes out of the next one; the speaker says again what matters.

pub mod pace;

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use firmware_proto::limits::PACKET_BYTES_MAX;
use firmware_proto::topics::Topic;
use firmware_proto::{ClusterId, SiteId};
use futures_util::stream::{self, Stream};
use rumqttc::{
    AckMode, AsyncClient, Broker, ConnectionError, Event as MqttEvent, EventLoop, MqttOptions,
    NetworkOptions, Packet, Publish, QoS, SubscribeFilterInput, SubscribeReasonCode,
};
use tracing::{debug, info, warn};

use crate::identity::BrokerAddress;
use crate::limits::{
    BACKOFF_MAX, BACKOFF_MIN, CONNECT_TIMEOUT_S, EARLY_MESSAGES_MAX, INFLIGHT_MAX, KEEP_ALIVE_S,
    QUEUED_PUBLISHES_MAX, REQUEST_BATCH_MAX,
};
use crate::shell::Event;

/// What one link needs to know.
#[derive(Debug, Clone)]
pub struct LinkConfig {
    /// The site, for topics and the client's name.
    pub site: SiteId,
    /// The device, for topics and the client's name.
    pub cluster: ClusterId,
    /// Where to connect to.
    pub broker: BrokerAddress,
    /// How long to wait before the first attempt.
    pub first_delay: Duration,
    /// A simulated narrow link, bit/s each way.
    pub slow_bits_per_s: Option<u32>,
    /// A simulated outage.
    pub outage: Option<Outage>,
}

/// A time without network.
#[derive(Debug, Clone, Copy)]
pub struct Outage {
    /// When the connection is cut.
    pub from: Instant,
    /// When it may come back; never, if absent.
    pub until: Option<Instant>,
}

enum Lost {
    Outage,
    Broken(ConnectionError),
    Refused,
}

/// What happens on the link of a device, without end: it connects when first asked, and again whenever the
/// connection is lost. Not asked, it does nothing. What has begun goes on where it stood, so whoever asks may
/// stop waiting at any time.
pub fn events(config: LinkConfig) -> impl Stream<Item = Event> + Send {
    let link =
        Link { pause: config.first_delay, config, backoff: BACKOFF_MIN, failures: 0, connection: None };
    stream::unfold(Box::new(link), async |mut link| {
        let event = link.next().await;
        Some((event, link))
    })
}

struct Link {
    config: LinkConfig,
    /// Before the next attempt.
    pause: Duration,
    backoff: Duration,
    /// Attempts in a row that did not come to a connection.
    failures: u32,
    connection: Option<Connection>,
}

impl Link {
    async fn next(&mut self) -> Event {
        loop {
            let Some(connection) = &mut self.connection else {
                tokio::time::sleep(self.pause).await;
                sit_out(self.config.outage).await;
                self.connection = Some(Connection::begin(&self.config));
                continue;
            };
            let lost = match connection.next(&self.config).await {
                Ok(event) => return event,
                Err(lost) => lost,
            };
            let stood = connection.stood;
            if connection.begun.elapsed() > BACKOFF_MAX {
                self.backoff = BACKOFF_MIN;
            }
            self.connection = None;
            self.pause = self.backoff.mul_f64(0.75 + fastrand::f64() / 2.0);
            self.backoff = (self.backoff * 2).min(BACKOFF_MAX);
            self.failures = if stood { 0 } else { self.failures + 1 };
            tell(&self.config, &lost, self.failures);
            if stood {
                return Event::Disconnected;
            }
        }
    }
}

/// Logs why the connection ended, failed attempts only once in a row.
fn tell(config: &LinkConfig, lost: &Lost, failures: u32) {
    let (cluster, broker) = (&config.cluster, &config.broker);
    match lost {
        Lost::Outage => info!(%cluster, "outage begins"),
        Lost::Refused => warn!(%cluster, %broker, "the broker refuses the subscription"),
        Lost::Broken(error) if failures == 0 => info!(%cluster, %broker, "connection lost: {error}"),
        Lost::Broken(error) if failures == 1 => {
            warn!(%cluster, %broker, "no connection, will keep trying: {error}");
        }
        Lost::Broken(error) => debug!(%cluster, %broker, "no connection: {error}"),
    }
}

/// Waits while there is no network.
async fn sit_out(outage: Option<Outage>) {
    let Some(outage) = outage.filter(|outage| outage.from <= Instant::now()) else { return };
    match outage.until {
        Some(until) => tokio::time::sleep_until(until.into()).await,
        None => std::future::pending().await,
    }
}

/// One connection from its start to its end.
struct Connection {
    client: AsyncClient,
    eventloop: EventLoop,
    begun: Instant,
    /// The broker has said yes to the subscription.
    stood: bool,
    /// Messages that came before it did.
    early: VecDeque<Publish>,
}

impl Connection {
    fn begin(config: &LinkConfig) -> Self {
        let (client, mut eventloop) =
            AsyncClient::builder(mqtt_options(config)).capacity(QUEUED_PUBLISHES_MAX).build();
        eventloop.set_network_options(network_options());
        Self { client, eventloop, begun: Instant::now(), stood: false, early: VecDeque::new() }
    }

    async fn next(&mut self, config: &LinkConfig) -> Result<Event, Lost> {
        if self.stood
            && let Some(publish) = self.early.pop_front()
        {
            return Ok(Event::Message(publish));
        }
        let cut = async {
            match config.outage.filter(|outage| outage.until.is_none_or(|until| until > Instant::now())) {
                Some(outage) => tokio::time::sleep_until(outage.from.into()).await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            biased;
            () = cut => Err(Lost::Outage),
            event = self.hear(config) => event,
        }
    }

    async fn hear(&mut self, config: &LinkConfig) -> Result<Event, Lost> {
        loop {
            match self.eventloop.poll().await.map_err(Lost::Broken)? {
                MqttEvent::Incoming(Packet::Publish(publish)) if self.stood => {
                    return Ok(Event::Message(publish));
                }
                MqttEvent::Incoming(Packet::Publish(_)) if self.early.len() == EARLY_MESSAGES_MAX => {
                    return Err(Lost::Refused);
                }
                MqttEvent::Incoming(Packet::Publish(publish)) => self.early.push_back(publish),
                MqttEvent::Incoming(Packet::ConnAck(_)) => {
                    self.client.try_subscribe_many(filters(config)).map_err(|_| Lost::Refused)?;
                }
                MqttEvent::Incoming(Packet::SubAck(ack)) => {
                    if ack.return_codes.contains(&SubscribeReasonCode::Failure) {
                        return Err(Lost::Refused);
                    }
                    self.stood = true;
                    return Ok(Event::Connected(self.client.clone()));
                }
                _ => {}
            }
        }
    }
}

fn filters(config: &LinkConfig) -> impl Iterator<Item = SubscribeFilterInput> {
    let filters = Topic::down_filters(&config.site, &config.cluster);
    filters.into_iter().map(|filter| SubscribeFilterInput::new(filter, QoS::AtLeastOnce))
}

fn mqtt_options(config: &LinkConfig) -> MqttOptions {
    let broker = Broker::tcp(config.broker.host.clone(), config.broker.port);
    let mut options = MqttOptions::new(format!("{}-{}", config.site, config.cluster), broker);
    options
        .set_keep_alive(KEEP_ALIVE_S)
        .set_clean_session(true)
        .set_max_packet_size(PACKET_BYTES_MAX, PACKET_BYTES_MAX)
        // The shell says when a message is safe.
        .set_ack_mode(AckMode::Manual)
        .set_inflight(INFLIGHT_MAX)
        .set_max_request_batch(REQUEST_BATCH_MAX);
    if let Some(bits_per_s) = config.slow_bits_per_s {
        options.set_socket_connector(move |address, network| async move {
            let socket = rumqttc::default_socket_connect(address, network).await?;
            Ok(pace::narrow(socket, bits_per_s))
        });
    }
    options
}

fn network_options() -> NetworkOptions {
    let mut options = NetworkOptions::new();
    options.set_tcp_nodelay(true);
    options.set_connection_timeout(CONNECT_TIMEOUT_S);
    options
}
