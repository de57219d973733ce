//! One broadcast, and what may happen in the middle of it.
#![allow(clippy::unwrap_used)]

use serde_json::{Value, json};
use system_tests::binaries::until;
use system_tests::controller::Controller;
use system_tests::fleet::Speakers;
use system_tests::mosquitto::Mosquitto;
use system_tests::site;

const CLUSTERS: usize = 6;

/// A controller with its own broker on a port that survives a restart.
async fn with_own_broker() -> Controller {
    let mut controller = Controller::init(&site::smart(CLUSTERS), None).unwrap();
    controller.start().await.unwrap();
    let broker = controller.broker().await.unwrap();
    controller.configure(&format!("listen = \"{broker}\"")).unwrap();
    controller
}

async fn announce_sample(controller: &Controller, more: Value) -> String {
    let clip = controller.add_clip(&Controller::sample()).await.unwrap();
    controller.announce(&clip, more).await.unwrap()
}

/// How many clusters are in this state.
fn count(job: &Value, state: &str) -> u64 {
    job["counts"][state].as_u64().unwrap_or(0)
}

/// How many deliveries `loa status` shows in this state.
fn shown(controller: &Controller, job: &str, state: &str) -> usize {
    let job = controller.loa_json(&["status", job]).unwrap();
    let deliveries = job["deliveries"].as_array().cloned().unwrap_or_default();
    deliveries.iter().filter(|d| d["state"] == state).count()
}

#[tokio::test(flavor = "multi_thread")]
async fn everybody_plays_over_the_own_broker() {
    let controller = with_own_broker().await;
    let broker = controller.broker().await.unwrap();
    let _fleet = Speakers::fleet(&controller, broker, &["--mute", "c-2"]).await.unwrap();
    let job = announce_sample(&controller, json!({})).await;
    let ended = controller.wait(&job, "ended").await.unwrap();
    assert_eq!(count(&ended, "played"), CLUSTERS as u64 - 1, "{ended}");
    assert_eq!(count(&ended, "silent"), 1, "{ended}");
    let counted = controller.wait_counts(&job, "ended").await.unwrap();
    assert_eq!((&counted["counts"], &counted["deliveries"]), (&ended["counts"], &json!([])));
    let health = controller.get("/v1/health").await.unwrap();
    assert_eq!(health["clusters"][0]["spec"]["id"], "c-2");
    assert_eq!(health["clusters"][0]["faults"][0]["kind"], "silent");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_controller_killed_in_mid_broadcast_forgets_nothing() {
    let mut controller = with_own_broker().await;
    let broker = controller.broker().await.unwrap();
    let _fleet = Speakers::fleet(&controller, broker, &[]).await.unwrap();
    let job = announce_sample(&controller, json!({})).await;
    controller.wait(&job, "started").await.unwrap();
    controller.kill().unwrap();
    controller.start().await.unwrap();
    let ended = controller.wait(&job, "ended").await.unwrap();
    assert_eq!(count(&ended, "played"), CLUSTERS as u64, "{ended}");
    for delivery in ended["deliveries"].as_array().unwrap() {
        assert_eq!(delivery["evidence"]["passes"], 1, "played more than once: {delivery}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_broker_killed_and_wiped_in_mid_broadcast_changes_nothing() {
    let mut mosquitto = Mosquitto::start().unwrap();
    let mut controller = Controller::init(&site::smart(CLUSTERS), Some(mosquitto.address())).unwrap();
    controller.start().await.unwrap();
    let _fleet = Speakers::fleet(&controller, mosquitto.address(), &[]).await.unwrap();
    let job = announce_sample(&controller, json!({})).await;
    controller.wait(&job, "started").await.unwrap();
    mosquitto.restart_wiped().unwrap();
    let ended = controller.wait(&job, "ended").await.unwrap();
    assert_eq!(count(&ended, "played"), CLUSTERS as u64, "{ended}");
    assert_eq!(shown(&controller, &job, "played"), CLUSTERS);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cluster_that_comes_back_in_time_plays() {
    let controller = with_own_broker().await;
    let broker = controller.broker().await.unwrap();
    let _fleet = Speakers::fleet(&controller, broker, &["--off", "c-3"]).await.unwrap();
    let job = announce_sample(&controller, json!({"start_within_ms": 120_000})).await;
    until("all others have played", async || {
        let job = controller.get(&format!("/v1/jobs/{job}")).await?;
        Ok((count(&job, "played") == CLUSTERS as u64 - 1).then_some(()))
    })
    .await
    .unwrap();
    let _late = Speakers::one(&controller, broker, "c-3").await.unwrap();
    let ended = controller.wait(&job, "ended").await.unwrap();
    assert_eq!(count(&ended, "played"), CLUSTERS as u64, "{ended}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dead_cluster_is_missed_and_down() {
    let controller = with_own_broker().await;
    let broker = controller.broker().await.unwrap();
    let _fleet = Speakers::fleet(&controller, broker, &["--off", "c-1"]).await.unwrap();
    let job = announce_sample(&controller, json!({"start_within_ms": 1_000})).await;
    let ended = controller.wait(&job, "ended").await.unwrap();
    assert_eq!(count(&ended, "missed"), 1, "{ended}");
    let health = controller.loa(&["health"]).unwrap();
    assert_eq!(health.status.code(), Some(4), "{}", String::from_utf8_lossy(&health.stdout));
    assert!(String::from_utf8_lossy(&health.stdout).contains("c-1"));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_emergency_takes_over_and_repeats_until_it_is_stopped() {
    let controller = with_own_broker().await;
    let broker = controller.broker().await.unwrap();
    let _fleet = Speakers::fleet(&controller, broker, &[]).await.unwrap();
    let routine = announce_sample(&controller, json!({})).await;
    controller.wait(&routine, "started").await.unwrap();
    let clip = controller.add_clip(&Controller::sample()).await.unwrap();
    let more = json!({"class": "emergency", "repeat_for_ms": 600_000});
    let emergency = controller.announce(&clip, more).await.unwrap();
    controller.wait(&emergency, "started").await.unwrap();
    let ended = controller.wait(&routine, "ended").await.unwrap();
    assert_eq!(count(&ended, "preempted"), CLUSTERS as u64, "{ended}");
    controller.loa_json(&["stop", &emergency[..8]]).unwrap();
    let ended = controller.wait(&emergency, "ended").await.unwrap();
    // Stopped before a whole pass: said so, and not shown as played.
    assert_eq!(count(&ended, "cancelled"), CLUSTERS as u64, "{ended}");
    assert_eq!(ended["volume"], 100);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_broker_that_is_away_at_the_start_loses_no_job() {
    let mut mosquitto = Mosquitto::start().unwrap();
    let address = mosquitto.address();
    mosquitto.kill();
    let mut controller = Controller::init(&site::smart(CLUSTERS), Some(address)).unwrap();
    controller.start().await.unwrap();
    until("the status says that the broker is away", async || {
        let status = controller.get("/v1/status").await?;
        Ok((status["broker"]["trouble"].is_string() && status["broker"]["connected"] == false).then_some(()))
    })
    .await
    .unwrap();
    let job = announce_sample(&controller, json!({})).await;
    assert_eq!(count(&controller.get(&format!("/v1/jobs/{job}")).await.unwrap(), "queued"), CLUSTERS as u64);
    mosquitto.restart_wiped().unwrap();
    let _fleet = Speakers::fleet(&controller, address, &[]).await.unwrap();
    let ended = controller.wait(&job, "ended").await.unwrap();
    assert_eq!(count(&ended, "played"), CLUSTERS as u64, "{ended}");
}
