//! Hears everything that goes over a broker.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};

use anyhow::{Context as _, Result};
use rumqttc::{AsyncClient, Broker, Event, MqttOptions, Packet, QoS};
use tokio::task::JoinHandle;

/// A message: its topic and its payload.
pub type Message = (String, Vec<u8>);

/// Listens until it is dropped.
#[derive(Debug)]
pub struct Spy {
    heard: Arc<Mutex<Vec<Message>>>,
    listening: JoinHandle<()>,
}

impl Spy {
    /// Listens from now on to all topics that match `filter`.
    ///
    /// # Errors
    /// If the broker does not take the subscription.
    pub async fn listen(broker: SocketAddr, filter: &str) -> Result<Self> {
        let options = MqttOptions::new("spy", Broker::tcp(broker.ip().to_string(), broker.port()));
        let (client, mut events) = AsyncClient::builder(options).capacity(16).build();
        client.try_subscribe(filter, QoS::AtLeastOnce)?;
        while !matches!(
            events.poll().await.context("the spy is refused")?,
            Event::Incoming(Packet::SubAck(_))
        ) {}
        let heard = Arc::new(Mutex::new(Vec::new()));
        let ears = Arc::clone(&heard);
        let listening = tokio::spawn(async move {
            // The subscription lasts as long as its client.
            let _client = client;
            while let Ok(event) = events.poll().await {
                if let Event::Incoming(Packet::Publish(message)) = event {
                    let topic = String::from_utf8_lossy(&message.topic).into_owned();
                    let message = (topic, message.payload.to_vec());
                    ears.lock().unwrap_or_else(PoisonError::into_inner).push(message);
                }
            }
        });
        Ok(Self { heard, listening })
    }

    /// Everything so far, in order.
    #[must_use]
    pub fn heard(&self) -> Vec<Message> {
        self.heard.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl Drop for Spy {
    fn drop(&mut self) {
        self.listening.abort();
    }
}
