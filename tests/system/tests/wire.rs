//! What goes over the wire in a real broadcast, written down so that `firmware-proto/check-grammar.sh` can hold it
//! against the grammar with a tool that knows nothing of this project.
#![allow(clippy::unwrap_used)]

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use serde_json::json;
use system_tests::controller::Controller;
use system_tests::fleet::Speakers;
use system_tests::mosquitto::Mosquitto;
use system_tests::site;
use system_tests::spy::Spy;

const CLUSTERS: usize = 3;
/// The last level of every topic there is.
const LEAVES: [&str; 11] =
    ["ack", "agenda", "beat", "chunk", "clock", "controllers", "hello", "job", "receipt", "time", "want"];

#[tokio::test(flavor = "multi_thread")]
async fn a_broadcast_is_written_down_for_the_grammar() {
    let mosquitto = Mosquitto::start().unwrap();
    let spy = Spy::listen(mosquitto.address(), "loa/#").await.unwrap();
    let mut controller = Controller::init(&site::smart(CLUSTERS), Some(mosquitto.address())).unwrap();
    controller.start().await.unwrap();
    let _fleet = Speakers::fleet(&controller, mosquitto.address(), &[]).await.unwrap();
    let clip = controller.add_clip(&Controller::sample()).await.unwrap();
    let job = controller.announce(&clip, json!({})).await.unwrap();
    let ended = controller.wait(&job, "ended").await.unwrap();
    assert_eq!(ended["counts"]["played"], CLUSTERS, "{ended}");

    let heard = spy.heard();
    let leaves: BTreeSet<&str> = heard.iter().filter_map(|(topic, _)| topic.rsplit('/').next()).collect();
    assert_eq!(leaves, LEAVES.into());
    let mut text = String::new();
    for (topic, payload) in &heard {
        let digits = payload.iter().map(|byte| format!("{byte:02x}")).collect::<String>();
        writeln!(text, "{topic}\t{digits}").unwrap();
    }
    fs::write(Path::new(env!("CARGO_TARGET_TMPDIR")).join("wire-messages.txt"), text).unwrap();
}
