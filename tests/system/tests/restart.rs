//! A controller that is switched off at night, with and without what it has kept for the morning.
#![allow(clippy::unwrap_used)]

use std::fs;

use serde_json::{Value, json};
use system_tests::controller::Controller;
use system_tests::site;

async fn known(controller: &Controller, job: &str) -> (Value, Value) {
    let clusters = controller.get("/v1/site").await.unwrap()["cluster"].clone();
    (clusters, controller.get(&format!("/v1/jobs/{job}")).await.unwrap())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_clean_stop_keeps_a_snapshot_and_a_start_needs_none() {
    let mut controller = Controller::init(&site::smart(3), None).unwrap();
    controller.start().await.unwrap();
    let clip = controller.add_clip(&Controller::sample()).await.unwrap();
    let job = controller.announce(&clip, json!({})).await.unwrap();
    let before = known(&controller, &job).await;
    let file = controller.data().join("journal.snapshot");
    assert!(!file.exists());
    controller.stop().unwrap();
    let kept = fs::read(&file).unwrap();

    controller.start().await.unwrap();
    assert_eq!(known(&controller, &job).await, before);
    controller.kill().unwrap();
    for damaged in [&kept[..kept.len() / 2], b"", b"\xff\n"] {
        fs::write(&file, damaged).unwrap();
        controller.start().await.unwrap();
        assert_eq!(known(&controller, &job).await, before);
        controller.kill().unwrap();
    }
    // Each start is an entry: the snapshot is older by four, and what stands behind it is read.
    fs::write(&file, &kept).unwrap();
    controller.start().await.unwrap();
    assert_eq!(known(&controller, &job).await, before);
}
