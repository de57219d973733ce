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

/// Without its journal a site has no loudspeakers and no past. Who starts must be told, and may then begin anew.
#[tokio::test(flavor = "multi_thread")]
async fn a_site_without_its_journal_does_not_start_as_an_empty_one() {
    let mut controller = Controller::init(&site::smart(3), None).unwrap();
    let journal = controller.data().join("journal.sqlite");
    let start = |controller: &Controller| {
        let output = controller.loa(&["serve"]).unwrap();
        (output.status.code(), String::from_utf8(output.stderr).unwrap())
    };
    let aside = controller.path("journal.aside");
    fs::rename(&journal, &aside).unwrap();
    for empty in [false, true] {
        if empty {
            fs::write(&journal, "").unwrap();
        }
        let (code, said) = start(&controller);
        assert!(code == Some(1) && said.contains("loa serve --new"), "{code:?}: {said}");
        assert_eq!(journal.exists(), empty, "nothing is put where the backup belongs");
        assert!(!controller.data().join("journal.sqlite-wal").exists(), "and nothing beside it");
    }
    fs::rename(&aside, &journal).unwrap();
    let key = controller.data().join("site.key");
    let right = fs::read(&key).unwrap();
    let mut wrong = right.clone();
    wrong[17] ^= 4;
    fs::write(&key, wrong).unwrap();
    let (code, said) = start(&controller);
    assert!(code == Some(1) && said.contains("site.key"), "{code:?}: {said}");
    fs::write(&key, right).unwrap();

    let refused = controller.loa(&["serve", "--new"]).unwrap();
    assert_eq!(refused.status.code(), Some(1), "{refused:?}");
    controller.start().await.unwrap();
    let site = controller.get("/v1/site").await.unwrap();
    assert_eq!(site["cluster"].as_array().unwrap().len(), 3);
    controller.kill().unwrap();

    for part in ["journal.sqlite", "journal.sqlite-wal", "journal.sqlite-shm"] {
        let _ = fs::remove_file(controller.data().join(part));
    }
    controller.start_with(&["--new"]).await.unwrap();
    assert!(controller.get("/v1/site").await.unwrap()["cluster"].as_array().is_none_or(Vec::is_empty));
}
