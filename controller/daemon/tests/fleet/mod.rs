//! MQTT clients for tests of the broker.

use std::net::SocketAddr;

use rumqttc::{
    AsyncClient, Broker, ConnectionError, Event, EventLoop, MqttOptions, NetworkOptions, Packet, Publish,
    PublishOptions, QoS,
};

/// A connected client, driven by whoever waits for something.
pub struct Client {
    pub client: AsyncClient,
    events: EventLoop,
}

impl Client {
    /// Connects as the speakers do.
    pub async fn connect(addr: SocketAddr, name: &str) -> Self {
        let mut options = MqttOptions::new(name, Broker::tcp(addr.ip().to_string(), addr.port()));
        options.set_keep_alive(40).set_max_packet_size(1 << 20, 1 << 20).set_inflight(1000);
        options.set_request_channel_capacity(10_000);
        Self::with(options).await
    }

    /// Connects with these options.
    pub async fn with(options: MqttOptions) -> Self {
        Self::accepted(options).await.unwrap().0
    }

    /// Connects with these options, and whether the broker says that it kept a session.
    pub async fn accepted(options: MqttOptions) -> Result<(Self, bool), ConnectionError> {
        let (client, mut events) = AsyncClient::builder(options).build();
        let mut network = NetworkOptions::new();
        network.set_tcp_nodelay(true);
        events.set_network_options(network);
        let mut client = Self { client, events };
        let kept = client
            .until(|packet| if let Packet::ConnAck(ack) = packet { Some(ack.session_present) } else { None });
        let kept = kept.await?;
        Ok((client, kept))
    }

    /// As [`connect`](Self::connect), and subscribed to `topic` with QoS 1.
    pub async fn subscribed(addr: SocketAddr, name: &str, topic: &str) -> Self {
        let mut client = Self::connect(addr, name).await;
        client.client.subscribe(topic, QoS::AtLeastOnce).await.unwrap();
        client.until(|packet| matches!(packet, Packet::SubAck(_)).then_some(())).await.unwrap();
        client
    }

    /// Handles packets until `wanted` says it has seen what it waits for.
    pub async fn until<T>(
        &mut self,
        mut wanted: impl FnMut(Packet) -> Option<T>,
    ) -> Result<T, ConnectionError> {
        loop {
            if let Event::Incoming(packet) = self.events.poll().await?
                && let Some(found) = wanted(packet)
            {
                return Ok(found);
            }
        }
    }

    pub async fn message(&mut self) -> Publish {
        self.until(|packet| if let Packet::Publish(message) = packet { Some(message) } else { None })
            .await
            .unwrap()
    }

    /// Queues a message with QoS 1; it leaves while the client waits for something.
    pub async fn say(&self, topic: &str, payload: Vec<u8>) {
        self.client.publish(topic, payload, PublishOptions::at_least_once()).await.unwrap();
    }

    /// Queues a message with QoS 1 and waits until the broker has it.
    pub async fn deliver(&mut self, topic: &str, payload: Vec<u8>) {
        self.say(topic, payload).await;
        self.until(|packet| matches!(packet, Packet::PubAck(_)).then_some(())).await.unwrap();
    }
}
