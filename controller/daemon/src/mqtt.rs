//! The controller's MQTT connection: connects, subscribes, forwards, publishes, and connects again.
//!
//! One task polls the event loop and does nothing else. Another one publishes: commands first, chunks
//! only while no command waits, so that an emergency never stands behind a download. Both queues are
//! bounded; what does not fit is dropped and counted, for clusters ask again for all that matters.

use std::time::Duration;

use firmware_proto::SiteId;
use firmware_proto::limits::PACKET_BYTES_MAX;
use firmware_proto::topics::{Qos, Topic};
use rumqttc::{
    AsyncClient, Broker, Event as MqttEvent, EventLoop, MqttOptions, NetworkOptions, Packet, Publish,
    PublishOptions, QoS, SubscribeFilterInput, SubscribeReasonCode,
};
use tokio::sync::mpsc;

const KEEP_ALIVE_S: u16 = 30;
const CONNECT_TIMEOUT_S: u64 = 10;
const BACKOFF_MIN: Duration = Duration::from_millis(250);
const BACKOFF_MAX: Duration = Duration::from_secs(15);
/// Packets the client library may hold for the socket.
const CLIENT_QUEUE: usize = 256;
/// Unacknowledged publishes: a job to 5,000 clusters is one, agendas to them are 5,000.
const INFLIGHT_MAX: u16 = 1_000;
const REQUEST_BATCH: usize = 64;
const EVENT_QUEUE: usize = 4_096;
const COMMAND_QUEUE: usize = 16_384;
const CHUNK_QUEUE: usize = 4_096;

/// What the connection tells the engine.
#[derive(Debug)]
pub(crate) enum MqttNews {
    /// Connected and subscribed.
    Connected,
    /// Gone, or not to be had; why, in English.
    Disconnected(String),
    /// A message.
    Message(Publish),
}

/// One message to publish.
#[derive(Debug)]
pub(crate) struct Outgoing {
    pub(crate) topic: String,
    pub(crate) payload: Vec<u8>,
    pub(crate) qos: Qos,
}

/// Where the engine and the chunk server put what they publish.
#[derive(Debug, Clone)]
pub(crate) struct Publisher {
    commands: mpsc::Sender<Outgoing>,
    chunks: mpsc::Sender<Outgoing>,
}

impl Publisher {
    /// Queues a command; `false` if it had to be dropped.
    pub(crate) fn command(&self, message: Outgoing) -> bool {
        self.commands.try_send(message).is_ok()
    }

    /// Queues a chunk; `false` if it had to be dropped.
    pub(crate) fn chunk(&self, message: Outgoing) -> bool {
        self.chunks.try_send(message).is_ok()
    }
}

/// Starts the connection's tasks; they end when the receiver of the news is dropped.
pub(crate) fn start(site: &SiteId, host: &str, port: u16) -> (Publisher, mpsc::Receiver<MqttNews>) {
    let mut options = MqttOptions::new(client_id(site), Broker::tcp(host.to_owned(), port));
    options
        .set_keep_alive(KEEP_ALIVE_S)
        .set_clean_session(true)
        .set_max_packet_size(PACKET_BYTES_MAX, PACKET_BYTES_MAX)
        .set_inflight(INFLIGHT_MAX)
        .set_max_request_batch(REQUEST_BATCH);
    let (news, from_broker) = mpsc::channel(EVENT_QUEUE);
    let (commands, next_command) = mpsc::channel(COMMAND_QUEUE);
    let (chunks, next_chunk) = mpsc::channel(CHUNK_QUEUE);
    let (client, eventloop) = connection(options.clone());
    tokio::spawn(publish(client.clone(), next_command, next_chunk));
    tokio::spawn(poll(client, eventloop, site.clone(), news));
    (Publisher { commands, chunks }, from_broker)
}

/// A second controller on the same broker must not throw the first one out by its name.
fn client_id(site: &SiteId) -> String {
    let mut random = [0; 4];
    // Without random numbers the name is merely less unique.
    let _ = getrandom::fill(&mut random);
    format!("loa-{site}-{:08x}", u32::from_ne_bytes(random))
}

fn connection(options: MqttOptions) -> (AsyncClient, EventLoop) {
    let (client, mut eventloop) = AsyncClient::builder(options).capacity(CLIENT_QUEUE).build();
    let mut network = NetworkOptions::new();
    network.set_tcp_nodelay(true);
    network.set_connection_timeout(CONNECT_TIMEOUT_S);
    eventloop.set_network_options(network);
    (client, eventloop)
}

async fn poll(client: AsyncClient, mut eventloop: EventLoop, site: SiteId, news: mpsc::Sender<MqttNews>) {
    let mut backoff = BACKOFF_MIN;
    loop {
        let told = match eventloop.poll().await {
            Ok(MqttEvent::Incoming(Packet::Publish(publish))) => MqttNews::Message(publish),
            Ok(MqttEvent::Incoming(Packet::ConnAck(_))) => {
                let filters = Topic::up_filters(&site).into_iter();
                let filters = filters.map(|filter| SubscribeFilterInput::new(filter, QoS::AtLeastOnce));
                if client.try_subscribe_many(filters).is_ok() {
                    continue;
                }
                MqttNews::Disconnected("the queue to the broker is full".into())
            }
            Ok(MqttEvent::Incoming(Packet::SubAck(ack))) => {
                if ack.return_codes.contains(&SubscribeReasonCode::Failure) {
                    MqttNews::Disconnected("the broker refuses the subscription".into())
                } else {
                    backoff = BACKOFF_MIN;
                    MqttNews::Connected
                }
            }
            Ok(_) => continue,
            Err(error) => MqttNews::Disconnected(error.to_string()),
        };
        let lost = matches!(told, MqttNews::Disconnected(_));
        if news.send(told).await.is_err() {
            return;
        }
        if lost {
            tokio::time::sleep(backoff).await;
            backoff = (backoff * 2).min(BACKOFF_MAX);
        }
    }
}

async fn publish(
    client: AsyncClient,
    mut commands: mpsc::Receiver<Outgoing>,
    mut chunks: mpsc::Receiver<Outgoing>,
) {
    loop {
        let next = tokio::select! {
            biased;
            next = commands.recv() => next,
            next = chunks.recv() => next,
        };
        let Some(Outgoing { topic, payload, qos }) = next else { return };
        let qos = match qos {
            Qos::AtMostOnce => QoS::AtMostOnce,
            Qos::AtLeastOnce => QoS::AtLeastOnce,
        };
        if let Err(error) = client.publish(topic, payload, PublishOptions::new(qos)).await {
            tracing::warn!(%error, "a message could not be queued");
        }
    }
}
