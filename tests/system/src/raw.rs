//! The raw peer: what MQTT alone needs for "publish to all, and all answer".
//!
//! N plain clients subscribe to one topic; a publisher sends 400 bytes there at QoS 1 (the size of a
//! signed job); every client answers with 60 bytes at QoS 1 on a topic of its own (the size of an ack);
//! the time runs from the publish to the last answer. Nothing is decoded, verified, decided or stored, unless
//! the trip is asked to be [`Speech::Sealed`].
//!
//! It is meant to be as fast as it can be made, so that a figure held against it flatters nobody:
//! `TCP_NODELAY` at both ends, one task per connection that polls and answers by itself without a
//! channel in between, everything connected and tried once before the first measured run. All clients
//! live in one process with the publisher, which saves the raw trip some context switches; run it on a
//! multi-threaded runtime with one worker per core.

mod speech;

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use rumqttc::{
    AsyncClient, Broker, Event, EventLoop, MqttOptions, NetworkOptions, Packet, PublishOptions, QoS,
};
use tokio::sync::Semaphore;
use tokio::task::JoinSet;
use tokio::time::timeout;

pub use speech::Speech;
use speech::{Answerer, Asker};

/// Fewer than a broker's listen backlog, so that no connection waits for a second SYN.
const CONNECTING_MAX: usize = 50;
const STEP_MAX: Duration = Duration::from_secs(30);

/// N clients that answer, and the publisher that they answer to.
pub struct Raw {
    publisher: Publisher,
    listeners: JoinSet<Result<()>>,
    clients: usize,
    trips: u32,
}

impl Raw {
    /// Connects `clients` clients and a publisher to the broker at `addr`, and makes a first trip, which
    /// warms caches and buffers up.
    ///
    /// # Errors
    /// When the broker refuses or drops a connection, or something takes longer than 30 s.
    pub async fn connect(addr: SocketAddr, clients: usize, speech: Speech) -> Result<Self> {
        let (asker, answerers) = speech.sides(clients)?;
        let publisher = Publisher::connect(addr, speech, asker).await?;
        let mut listeners = JoinSet::new();
        let gate = Arc::new(Semaphore::new(CONNECTING_MAX));
        let (ready, mut readied) = tokio::sync::mpsc::channel(clients.max(1));
        for (index, answerer) in answerers.into_iter().enumerate() {
            let (gate, ready) = (gate.clone(), ready.clone());
            listeners.spawn(async move {
                let permit = gate.acquire_owned().await?;
                let link = Link::subscribe(addr, &format!("{speech}-{index}"), &to_all(speech)).await?;
                drop(permit);
                ready.send(()).await?;
                answer(link, format!("{speech}/ack/{index}"), answerer).await
            });
        }
        drop(ready);
        for _ in 0..clients {
            let step = timeout(STEP_MAX, readied.recv()).await.context("clients do not get connected")?;
            if step.is_none() {
                return Err(first_failure(&mut listeners).await);
            }
        }
        let mut raw = Self { publisher, listeners, clients, trips: 0 };
        raw.trip().await?;
        Ok(raw)
    }

    /// One message to all, until the last answer is here.
    ///
    /// # Errors
    /// When the broker drops a connection, or an answer is missing after 30 s.
    pub async fn trip(&mut self) -> Result<Duration> {
        self.trips += 1;
        let trip = timeout(STEP_MAX, self.publisher.trip(self.trips, self.clients));
        tokio::select! {
            elapsed = trip => elapsed.with_context(|| self.publisher.missing(self.clients))?,
            error = first_failure(&mut self.listeners), if self.clients > 0 => Err(error),
        }
    }
}

/// Measures `runs` round trips to `clients` clients over the broker at `addr`, in the order of the runs.
///
/// # Errors
/// Those of [`Raw::connect`] and [`Raw::trip`].
pub async fn round_trip(
    addr: SocketAddr,
    clients: usize,
    speech: Speech,
    runs: usize,
) -> Result<Vec<Duration>> {
    let mut raw = Raw::connect(addr, clients, speech).await?;
    let mut took = Vec::with_capacity(runs);
    for _ in 0..runs {
        took.push(raw.trip().await?);
    }
    Ok(took)
}

/// Clients end only by failing.
async fn first_failure(listeners: &mut JoinSet<Result<()>>) -> anyhow::Error {
    match listeners.join_next().await {
        Some(Ok(Err(error))) => error.context("a client failed"),
        Some(Err(error)) => anyhow::Error::new(error).context("a client failed"),
        Some(Ok(Ok(()))) | None => anyhow::anyhow!("a client ended"),
    }
}

fn to_all(speech: Speech) -> String {
    format!("{speech}/all")
}

/// One connection with one subscription.
struct Link {
    client: AsyncClient,
    events: EventLoop,
}

impl Link {
    async fn subscribe(addr: SocketAddr, id: &str, filter: &str) -> Result<Self> {
        let options = MqttOptions::new(id, Broker::tcp(addr.ip().to_string(), addr.port()));
        let (client, mut events) = AsyncClient::builder(options).capacity(16).build();
        let mut network = NetworkOptions::new();
        network.set_tcp_nodelay(true);
        events.set_network_options(network);
        client.try_subscribe(filter, QoS::AtLeastOnce)?;
        let mut link = Self { client, events };
        let subscribed = async {
            while !matches!(link.events.poll().await?, Event::Incoming(Packet::SubAck(_))) {}
            Ok::<(), anyhow::Error>(())
        };
        timeout(STEP_MAX, subscribed).await.with_context(|| format!("{id} gets no answer"))??;
        Ok(link)
    }

    /// Polls until a message comes.
    async fn message(&mut self) -> Result<rumqttc::Publish> {
        loop {
            if let Event::Incoming(Packet::Publish(message)) = self.events.poll().await? {
                return Ok(message);
            }
        }
    }
}

async fn answer(mut link: Link, topic: String, answerer: Answerer) -> Result<()> {
    loop {
        let message = link.message().await?;
        let ack = answerer.answer(&message.payload)?;
        link.client.try_publish(topic.as_str(), ack, PublishOptions::at_least_once())?;
    }
}

struct Publisher {
    link: Link,
    speech: Speech,
    asker: Asker,
    /// Which clients have answered in this run.
    answered: Vec<bool>,
}

impl Publisher {
    async fn connect(addr: SocketAddr, speech: Speech, asker: Asker) -> Result<Self> {
        let (name, answers) = (format!("{speech}-publisher"), format!("{speech}/ack/+"));
        let link = Link::subscribe(addr, &name, &answers).await?;
        Ok(Self { link, speech, asker, answered: Vec::new() })
    }

    async fn trip(&mut self, run: u32, clients: usize) -> Result<Duration> {
        self.answered = vec![false; clients];
        let mut missing = clients;
        let began = Instant::now();
        let message = self.asker.message(run);
        self.link.client.try_publish(to_all(self.speech), message, PublishOptions::at_least_once())?;
        while missing > 0 {
            let ack = self.link.message().await?;
            let index: usize =
                std::str::from_utf8(&ack.topic)?.rsplit('/').next().unwrap_or_default().parse()?;
            self.asker.check(run, index, &ack.payload)?;
            match self.answered.get_mut(index) {
                Some(answered) if !*answered => *answered = true,
                _ => bail!("client {index} answered twice, or does not exist"),
            }
            missing -= 1;
        }
        Ok(began.elapsed())
    }

    fn missing(&self, clients: usize) -> String {
        let missing = self.answered.iter().filter(|answered| !**answered).count();
        format!("{missing} of {clients} clients did not answer within {STEP_MAX:?}")
    }
}

/// Publishes these messages at QoS 1, as any stranger on the broker could, and waits until it has them.
///
/// # Errors
/// The broker refuses or drops the connection.
pub async fn publish(addr: SocketAddr, messages: &[(&str, Vec<u8>)]) -> Result<()> {
    let mut options = MqttOptions::new("stranger", Broker::tcp(addr.ip().to_string(), addr.port()));
    options.set_max_packet_size(1 << 20, 1 << 20);
    let (client, mut eventloop) = AsyncClient::builder(options).capacity(messages.len()).build();
    for (topic, payload) in messages {
        client.publish(*topic, payload.clone(), PublishOptions::new(QoS::AtLeastOnce)).await?;
    }
    let mut waiting = messages.len();
    while waiting > 0 {
        if let Event::Incoming(Packet::PubAck(_)) = timeout(STEP_MAX, eventloop.poll()).await?? {
            waiting -= 1;
        }
    }
    Ok(())
}
