//! The feed of what happens: without gaps, across cuts and restarts of the controller.
#![allow(clippy::unwrap_used)]

use serde_json::{Value, json};
use system_tests::controller::{Controller, Follower};
use system_tests::fleet::Speakers;
use system_tests::site;

const CLUSTERS: usize = 3;

/// Events up to the first that `last` holds for, each numbered one more than the one before.
async fn up_to(follower: &mut Follower, heard: &mut u64, last: impl Fn(&Value) -> bool) -> Vec<Value> {
    let mut events = Vec::new();
    loop {
        let (id, event) = follower.next().await.unwrap().expect("the feed goes on");
        *heard += 1;
        assert_eq!((id, event["sequence"].as_u64()), (*heard, Some(*heard)), "{event}");
        let is_last = last(&event);
        events.push(event);
        if is_last {
            return events;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_follows_misses_nothing() {
    let mut controller = Controller::init(&site::smart(CLUSTERS), None).unwrap();
    controller.start().await.unwrap();
    let broker = controller.broker().await.unwrap();
    controller.configure(&format!("listen = \"{broker}\"")).unwrap();
    let _fleet = Speakers::fleet(&controller, broker, &[]).await.unwrap();

    let mut heard = 0;
    let mut follower = controller.follow(Some(heard)).await.unwrap();
    let made = |event: &Value| event["kind"] == "site-changed";
    let site = up_to(&mut follower, &mut heard, made).await.pop().unwrap();
    assert_eq!(site["by"]["by"], "user", "{site}");

    let clip = controller.add_clip(&Controller::sample()).await.unwrap();
    let job = controller.announce(&clip, json!({})).await.unwrap();
    let is_made = |event: &Value| event["kind"] == "job-made" && event["jobs"] == json!([job]);
    let made = up_to(&mut follower, &mut heard, is_made).await.pop().unwrap();
    let me = std::process::Command::new("id").arg("-un").output().unwrap().stdout;
    let me = String::from_utf8(me).unwrap().trim().to_owned();
    assert_eq!(made["by"], json!({"by": "user", "name": me}));

    // Cut off in the middle: it goes on where it was.
    drop(follower);
    controller.wait(&job, "ended").await.unwrap();
    let mut follower = controller.follow(Some(heard)).await.unwrap();
    let mut told = Vec::new();
    while told.len() < CLUSTERS {
        let acked = |event: &Value| {
            event["kind"] == "acked" && event["jobs"].as_array().unwrap().contains(&json!(job))
        };
        let event = up_to(&mut follower, &mut heard, acked).await.pop().unwrap();
        assert_eq!(event["by"], json!({"by": "device", "cluster": event["clusters"][0]}));
        if !told.contains(&event["clusters"][0]) {
            told.push(event["clusters"][0].clone());
        }
    }

    // The controller ends, and with it the feed; another one goes on with the same numbers.
    controller.kill().unwrap();
    while let Some((id, _)) = follower.next().await.unwrap() {
        heard = id;
    }
    controller.start().await.unwrap();
    let mut follower = controller.follow(Some(heard)).await.unwrap();
    up_to(&mut follower, &mut heard, |event| event["kind"] == "started").await;
}
