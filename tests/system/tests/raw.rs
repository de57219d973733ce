//! The raw peer of the benchmark answers completely, and its broker can be killed and wiped.
#![allow(clippy::unwrap_used)]

use std::net::TcpStream;
use std::time::Duration;

use system_tests::mosquitto::Mosquitto;
use system_tests::raw::{Speech, round_trip};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_one_of_57_clients_answers_every_message() {
    let broker = Mosquitto::start().unwrap();
    for speech in [Speech::Plain, Speech::Sealed] {
        let took = round_trip(broker.address(), 57, speech, 5).await.unwrap();
        assert_eq!(took.len(), 5);
        assert!(took.iter().all(|took| *took > Duration::ZERO));
    }
    assert_eq!(broker.log(), "", "the broker has nothing to complain of");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_wiped_broker_is_back_on_its_port() {
    let mut broker = Mosquitto::start().unwrap();
    let address = broker.address();
    broker.kill();
    assert!(TcpStream::connect(address).is_err(), "killed means gone");
    assert!(round_trip(address, 1, Speech::Plain, 1).await.is_err(), "without a broker there is an error");
    broker.restart_wiped().unwrap();
    broker.restart_wiped().unwrap();
    assert_eq!(broker.address(), address);
    round_trip(address, 2, Speech::Plain, 1).await.unwrap();
    drop(broker);
    assert!(TcpStream::connect(address).is_err(), "dropped means gone");
}
