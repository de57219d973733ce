//! The embedded broker with real clients over real sockets.
#![cfg(feature = "embedded-broker")]
#![allow(clippy::unwrap_used)]

mod fleet;

use std::collections::HashSet;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::time::Duration;

use controller_daemon::broker::{self, BrokerConfig, BrokerError, EmbeddedBroker};
use fleet::Client;
use rumqttc::{MqttOptions, Packet, PublishOptions, QoS};
use tokio::task::JoinSet;

const FLEET: usize = 200;

fn any_port() -> BrokerConfig {
    BrokerConfig::new(SocketAddr::from((Ipv4Addr::LOCALHOST, 0)))
}

async fn any_broker() -> (EmbeddedBroker, SocketAddr) {
    let broker = broker::start(any_port()).await.unwrap();
    let addr = broker.local_addr();
    assert_ne!(addr.port(), 0);
    (broker, addr)
}

#[tokio::test]
async fn two_clients_exchange_messages() {
    let (broker, addr) = any_broker().await;
    let mut cluster = Client::subscribed(addr, "cluster", "to/cluster").await;
    let mut controller = Client::subscribed(addr, "controller", "to/controller").await;
    controller.deliver("to/cluster", b"job".to_vec()).await;
    let job = cluster.message().await;
    assert_eq!((job.payload.as_ref(), job.qos), (&b"job"[..], QoS::AtLeastOnce));
    cluster.deliver("to/controller", b"ack".to_vec()).await;
    assert_eq!(controller.message().await.payload.as_ref(), b"ack");
    broker.shutdown().await;
}

/// One message to all on the shared topic, an ack from each: none may be lost.
#[tokio::test]
async fn a_fleet_hears_a_message_and_every_ack_arrives() {
    let (broker, addr) = any_broker().await;
    let mut controller = Client::subscribed(addr, "controller", "up/#").await;
    let mut fleet = JoinSet::new();
    for n in 0..FLEET {
        fleet.spawn(async move { Client::subscribed(addr, &format!("c{n}"), "all").await });
    }
    let clusters = fleet.join_all().await;
    let mut acks = JoinSet::new();
    for (n, mut cluster) in clusters.into_iter().enumerate() {
        acks.spawn(async move {
            for round in 0..3 {
                assert_eq!(cluster.message().await.payload.as_ref(), [round; 1000]);
                cluster.deliver(&format!("up/{n}"), vec![round; 200]).await;
            }
        });
    }
    for round in 0..3 {
        controller.say("all", vec![round; 1000]).await;
        let mut heard = HashSet::new();
        while heard.len() < FLEET {
            let ack = controller.message().await;
            assert_eq!(ack.payload.as_ref(), [round; 200]);
            heard.insert(ack.topic.to_vec());
        }
    }
    acks.join_all().await;
    broker.shutdown().await;
}

/// What the queue's bound is for: a client that is slower than what it is sent loses nothing below it.
#[tokio::test]
async fn a_burst_waits_for_a_client_that_does_not_read() {
    const BURST: usize = 5_000;
    let (broker, addr) = any_broker().await;
    let mut slow = Client::subscribed(addr, "slow", "burst").await;
    let mut controller = Client::connect(addr, "controller").await;
    for n in 0..BURST {
        controller.say("burst", n.to_be_bytes().to_vec()).await;
    }
    let mut taken = 0;
    while taken < BURST {
        controller.until(|packet| matches!(packet, Packet::PubAck(_)).then_some(())).await.unwrap();
        taken += 1;
    }
    for n in 0..BURST {
        assert_eq!(slow.message().await.payload.as_ref(), n.to_be_bytes());
    }
    broker.shutdown().await;
}

#[tokio::test]
async fn a_taken_port_is_told_apart_at_once() {
    let other = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let addr = other.local_addr().unwrap();
    let error = broker::start(BrokerConfig { listen: addr, ..any_port() }).await.unwrap_err();
    assert!(matches!(error, BrokerError::PortTaken { addr: it } if it == addr), "{error:?}");
    assert_eq!(error.to_string(), format!("another program already listens on {addr}"));

    let elsewhere = SocketAddr::from((Ipv4Addr::new(192, 0, 2, 1), 0));
    let error = broker::start(BrokerConfig { listen: elsewhere, ..any_port() }).await.unwrap_err();
    assert_eq!(error.code(), "broker-not-listening");
}

#[tokio::test]
async fn the_port_is_free_after_a_shutdown_with_clients_connected() {
    let (mut broker, addr) = any_broker().await;
    for round in 0..5 {
        let mut cluster = Client::subscribed(addr, "cluster", "to/cluster").await;
        let mut controller = Client::connect(addr, "controller").await;
        controller.deliver("to/cluster", vec![round]).await;
        assert_eq!(cluster.message().await.payload.as_ref(), [round]);
        broker.shutdown().await;
        cluster.until(|_| None::<()>).await.unwrap_err();
        broker = broker::start(BrokerConfig { listen: addr, ..any_port() }).await.unwrap();
    }
    drop(broker);
}

/// A retained "online" would outlive the device.
#[tokio::test]
async fn nothing_is_retained() {
    let (broker, addr) = any_broker().await;
    let mut cluster = Client::connect(addr, "cluster").await;
    cluster.client.publish("state", "online", PublishOptions::at_least_once().retained()).await.unwrap();
    cluster.until(|packet| matches!(packet, Packet::PubAck(_)).then_some(())).await.unwrap();
    let mut late = Client::subscribed(addr, "late", "state").await;
    cluster.deliver("state", b"now".to_vec()).await;
    assert_eq!(late.message().await.payload.as_ref(), b"now");
    broker.shutdown().await;
}

/// A broker that kept a session would one day deliver yesterday's job.
#[tokio::test]
async fn no_session_is_kept_for_a_client_that_asks_for_one() {
    let (broker, addr) = any_broker().await;
    let durable = || {
        let mut options = MqttOptions::new("durable", rumqttc::Broker::tcp("127.0.0.1", addr.port()));
        options.set_clean_session(false);
        options
    };
    let mut first = Client::with(durable()).await;
    first.client.subscribe("topic", QoS::AtLeastOnce).await.unwrap();
    first.until(|packet| matches!(packet, Packet::SubAck(_)).then_some(())).await.unwrap();
    drop(first);
    // Until the broker has seen that the first one is gone, it speaks of a session, or turns the second away.
    let forgotten = async { while !matches!(Client::accepted(durable()).await, Ok((_, false))) {} };
    tokio::time::timeout(Duration::from_secs(10), forgotten).await.unwrap();
    broker.shutdown().await;
}

#[tokio::test]
async fn a_packet_that_is_too_large_ends_the_connection() {
    let config = BrokerConfig { max_packet_bytes: 4096, ..any_port() };
    let broker = broker::start(config).await.unwrap();
    let mut cluster = Client::subscribed(broker.local_addr(), "cluster", "topic").await;
    cluster.deliver("topic", vec![0; 3000]).await;
    cluster.say("topic", vec![0; 5000]).await;
    let ended = cluster.until(|packet| matches!(packet, Packet::PubAck(_)).then_some(())).await;
    ended.unwrap_err();
    broker.shutdown().await;
}
