//! The MQTT connection of one device: connects, subscribes, forwards, and connects again.
//!
//! One task polls the MQTT client and does nothing else. It may wait for the shell (the queue of events is
//! bounded), and the shell never waits for it: publishing only tries. Each connection has a client of its
//! own, so nothing that was queued for a dead connection comes out of the next one; the speaker says
//! again what matters.

pub mod pace;

use std::time::{Duration, Instant};

use firmware_proto::limits::PACKET_BYTES_MAX;
use firmware_proto::topics::Topic;
use firmware_proto::{ClusterId, SiteId};
use rumqttc::{
    AckMode, AsyncClient, Broker, ConnectionError, Event as MqttEvent, EventLoop, MqttOptions,
    NetworkOptions, Packet, QoS, SubscribeFilterInput, SubscribeReasonCode,
};
use tokio::sync::mpsc::Sender;
use tracing::{debug, info, warn};

use crate::identity::BrokerAddress;
use crate::shell::Event;

const KEEP_ALIVE_S: u16 = 40;
/// Also the longest time that a write to the socket may take: patient, for the sake of slow links.
const CONNECT_TIMEOUT_S: u64 = 20;
/// What one drain of the speaker can put out at most is about a dozen messages.
const QUEUED_PUBLISHES: usize = 64;
const REQUEST_BATCH: usize = 16;
/// A broker that sends more before it has said yes to the subscription will not say it.
const EARLY_MESSAGES_MAX: usize = 64;
const BACKOFF_MIN: Duration = Duration::from_secs(1);
const BACKOFF_MAX: Duration = Duration::from_secs(30);

/// What one link needs to know.
#[derive(Debug, Clone)]
pub struct LinkConfig {
    /// The site, for topics and the client's name.
    pub site: SiteId,
    /// The device.
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
    /// Nobody listens to the events any more.
    Closed,
    Outage,
    Broken(ConnectionError),
    Refused,
}

/// Keeps the device connected until nobody listens to `events` any more.
pub async fn run(config: LinkConfig, events: Sender<Event>) {
    tokio::time::sleep(config.first_delay).await;
    let mut backoff = BACKOFF_MIN;
    let mut failures = 0u32;
    loop {
        sit_out(config.outage).await;
        let started = Instant::now();
        let mut stood = false;
        let lost = connection(&config, &events, &mut stood).await;
        if stood && events.send(Event::Disconnected).await.is_err() {
            return;
        }
        failures = if stood { 0 } else { failures + 1 };
        if tell(&config, &lost, failures) {
            return;
        }
        if started.elapsed() > BACKOFF_MAX {
            backoff = BACKOFF_MIN;
        }
        tokio::time::sleep(backoff.mul_f64(0.75 + fastrand::f64() / 2.0)).await;
        backoff = (backoff * 2).min(BACKOFF_MAX);
    }
}

/// Logs why the connection ended, failed attempts only once in a row; `true` when the link has to end.
fn tell(config: &LinkConfig, lost: &Lost, failures: u32) -> bool {
    let (cluster, broker) = (&config.cluster, &config.broker);
    match lost {
        Lost::Closed => return true,
        Lost::Outage => info!(%cluster, "outage begins"),
        Lost::Refused => warn!(%cluster, %broker, "the broker refuses the subscription"),
        Lost::Broken(error) if failures == 0 => info!(%cluster, %broker, "connection lost: {error}"),
        Lost::Broken(error) if failures == 1 => {
            warn!(%cluster, %broker, "no connection, will keep trying: {error}");
        }
        Lost::Broken(error) => debug!(%cluster, %broker, "no connection: {error}"),
    }
    false
}

/// Waits while there is no network.
async fn sit_out(outage: Option<Outage>) {
    let Some(outage) = outage.filter(|outage| outage.from <= Instant::now()) else { return };
    match outage.until {
        Some(until) => tokio::time::sleep_until(until.into()).await,
        None => std::future::pending().await,
    }
}

/// One connection from its start to its end; `stood` tells whether it was ever announced.
async fn connection(config: &LinkConfig, events: &Sender<Event>, stood: &mut bool) -> Lost {
    let (client, mut eventloop) =
        AsyncClient::builder(mqtt_options(config)).capacity(QUEUED_PUBLISHES).build();
    eventloop.set_network_options(network_options());
    let cut = async {
        match config.outage.filter(|outage| outage.from > Instant::now()) {
            Some(outage) => tokio::time::sleep_until(outage.from.into()).await,
            None => std::future::pending().await,
        }
    };
    tokio::select! {
        lost = forward(config, client, &mut eventloop, events, stood) => lost,
        () = cut => Lost::Outage,
    }
}

async fn forward(
    config: &LinkConfig,
    client: AsyncClient,
    eventloop: &mut EventLoop,
    events: &Sender<Event>,
    stood: &mut bool,
) -> Lost {
    // Messages that come before the broker has said yes to the subscription.
    let mut early = Vec::new();
    loop {
        let event = match eventloop.poll().await {
            Ok(MqttEvent::Incoming(Packet::Publish(publish))) if !*stood => {
                if early.len() == EARLY_MESSAGES_MAX {
                    return Lost::Refused;
                }
                early.push(Event::Message(publish));
                continue;
            }
            Ok(MqttEvent::Incoming(Packet::Publish(publish))) => Event::Message(publish),
            Ok(MqttEvent::Incoming(Packet::ConnAck(_))) => {
                if client.try_subscribe_many(filters(config)).is_err() {
                    return Lost::Refused;
                }
                continue;
            }
            Ok(MqttEvent::Incoming(Packet::SubAck(ack))) => {
                if ack.return_codes.contains(&SubscribeReasonCode::Failure) {
                    return Lost::Refused;
                }
                *stood = true;
                Event::Connected(client.clone())
            }
            Ok(_) => continue,
            Err(error) => return Lost::Broken(error),
        };
        for event in std::iter::once(event).chain(early.drain(..)) {
            if events.send(event).await.is_err() {
                return Lost::Closed;
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
        .set_max_request_batch(REQUEST_BATCH);
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
