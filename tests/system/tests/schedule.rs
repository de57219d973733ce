//! Programmes of real processes: on time without a controller, resumed after an interruption, called off
//! behind a cluster's back, and refused with their places.
#![allow(clippy::unwrap_used)]

use std::fs;
use std::time::{SystemTime, UNIX_EPOCH};

use serde_json::Value;
use system_tests::binaries::until;
use system_tests::controller::Controller;
use system_tests::fleet::Speakers;
use system_tests::site;

/// Enough for a clip to be on every cluster, and no more: a test waits for it.
const AHEAD_MS: u64 = 8_000;
const DAY_S: u64 = 24 * 3_600;
/// Viet Nam is UTC+7 all year.
const EAST_S: u64 = 7 * 3_600;

async fn controller(clusters: usize) -> Controller {
    let mut controller = Controller::init(&site::smart(clusters), None).unwrap();
    controller.start().await.unwrap();
    let broker = controller.broker().await.unwrap();
    controller.configure(&format!("listen = \"{broker}\"")).unwrap();
    // Its title is `test`.
    controller.add_clip(&Controller::sample()).await.unwrap();
    controller
}

fn now_ms() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_millis().try_into().unwrap()
}

/// The next whole second after so long, and how staff write it.
fn in_ms(ms: u64) -> (u64, String) {
    let at_s = (now_ms() + ms).div_ceil(1_000);
    let of_day = (at_s + EAST_S) % DAY_S;
    let text = format!("{:02}:{:02}:{:02}", of_day / 3_600, of_day / 60 % 60, of_day % 60);
    (at_s * 1_000, text)
}

/// Imports one programme that plays the clip every day at a time.
fn import(controller: &Controller, id: &str, at: &str, more: &str) {
    let text = format!(
        "[[programme]]\nid = \"{id}\"\ntargets = [\"all\"]\nitems = [\"test\"]\nat = [\"{at}\"]\n{more}\n"
    );
    let file = controller.path(&format!("{id}.toml"));
    fs::write(&file, text).unwrap();
    controller.loa_json(&["schedule", "import", &file.to_string_lossy(), "--yes"]).unwrap();
}

/// The first job of a programme, once every device holds agenda and clips.
async fn ready(controller: &Controller, programme: &str) -> String {
    until("every cluster holds agenda and clips", async || {
        let readiness = controller.get("/v1/schedule/readiness").await?;
        let jobs = readiness["jobs"].as_array().cloned().unwrap_or_default();
        let job = jobs.iter().find(|job| job["programme"] == programme).cloned().unwrap_or_default();
        let all = job["clips"] == job["devices"] && job["agenda"] == job["devices"];
        Ok(job["job"].as_str().filter(|_| all).map(str::to_owned))
    })
    .await
    .unwrap()
}

async fn time_comes(at_ms: u64) {
    until("the time comes", async || Ok((now_ms() >= at_ms).then_some(()))).await.unwrap();
}

fn deliveries(job: &Value) -> Vec<Value> {
    job["deliveries"].as_array().cloned().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn clusters_play_on_time_while_the_controller_and_its_broker_are_dead() {
    const CLUSTERS: usize = 4;
    let mut controller = controller(CLUSTERS).await;
    let broker = controller.broker().await.unwrap();
    let _fleet = Speakers::fleet(&controller, broker, &[]).await.unwrap();
    let (start, at) = in_ms(AHEAD_MS);
    import(&controller, "ban-tin", &at, "");
    let job = ready(&controller, "ban-tin").await;
    controller.kill().unwrap();
    assert!(now_ms() < start, "too slow a machine for this test");
    time_comes(start + 2_000).await;
    controller.start().await.unwrap();
    let back = now_ms();
    let ended = controller.wait(&job, "ended").await.unwrap();
    let deliveries = deliveries(&ended);
    assert_eq!(deliveries.len(), CLUSTERS);
    for delivery in deliveries {
        assert_eq!((&delivery["state"], &delivery["evidence"]["passes"]), (&"played".into(), &1.into()));
        let started = delivery["started_at"].as_u64().unwrap();
        assert!(started < back && started.abs_diff(start) <= 500, "{delivery} for {start}, back at {back}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_higher_class_interrupts_goes_on_from_where_it_was() {
    let controller = controller(1).await;
    let broker = controller.broker().await.unwrap();
    let speaker = Speakers::one(&controller, broker, "c-1").await.unwrap();
    let (start, at) = in_ms(AHEAD_MS);
    import(&controller, "ca-nhac", &at, "interrupted = \"resume\"");
    let (_, at) = in_ms(start + 3_000 - now_ms());
    import(&controller, "tin-khan", &at, "class = \"priority\"");
    let (music, news) = (ready(&controller, "ca-nhac").await, ready(&controller, "tin-khan").await);
    let job = controller.wait(&news, "ended").await.unwrap();
    assert_eq!(deliveries(&job)[0]["state"], "played");
    let ended = controller.wait(&music, "ended").await.unwrap();
    assert_eq!(deliveries(&ended)[0]["state"], "played", "{ended}");
    // Resumed, it sounds once over all; begun again, the first seconds would sound twice.
    let seconds = |job: &str| {
        let bytes = fs::metadata(speaker.sound().join(format!("{job}.wav"))).unwrap().len();
        bytes as f64 / (48_000.0 * 2.0)
    };
    let (whole, resumed) = (seconds(&news), seconds(&music));
    assert!((resumed - whole).abs() < 1.0, "{resumed} s of {whole} s");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_programme_called_off_behind_a_clusters_back_is_silent() {
    let controller = controller(1).await;
    let broker = controller.broker().await.unwrap();
    let speaker = Speakers::one(&controller, broker, "c-1").await.unwrap();
    let (start, at) = in_ms(AHEAD_MS);
    import(&controller, "ban-tin", &at, "");
    let job = ready(&controller, "ban-tin").await;
    let flash = speaker.cut_power();
    controller.loa_json(&["schedule", "remove", "ban-tin"]).unwrap();
    let speaker = Speakers::again(flash, broker).unwrap();
    until("the cluster holds the newest agenda", async || {
        let cluster = controller.get("/v1/clusters/c-1").await?;
        Ok((cluster["up_to_date"] == true).then_some(()))
    })
    .await
    .unwrap();
    assert!(now_ms() < start, "too slow a machine for this test");
    time_comes(start + 1_500).await;
    let shown = controller.get(&format!("/v1/jobs/{job}")).await.unwrap();
    assert_eq!(deliveries(&shown)[0]["state"], "cancelled", "{shown}");
    assert!(!speaker.sound().join(format!("{job}.wav")).exists());
    assert!(controller.get("/v1/clusters/c-1").await.unwrap()["playing"].is_null());
}

#[tokio::test(flavor = "multi_thread")]
async fn an_import_with_mistakes_says_where_and_changes_nothing() {
    let controller = controller(2).await;
    let file = controller.path("tuan.toml");
    let right = "[[programme]]\nid = \"dung\"\ntargets = [\"all\"]\nitems = [\"test\"]\nat = [\"05:30\"]\n";
    let refused = |wrong: &str| {
        fs::write(&file, format!("{right}\n{wrong}")).unwrap();
        let output = controller.loa(&["schedule", "import", &file.to_string_lossy(), "--yes"]).unwrap();
        assert_eq!(output.status.code(), Some(2));
        String::from_utf8(output.stderr).unwrap().replace(&*file.to_string_lossy(), "tuan.toml")
    };
    let field = refused(
        "[[programme]]\nid = \"sai\"\ntargets = [\"all\"]\nitems = [\"test\"]\non = [\"30/2\"]\nat = [\"5:30\"]\n",
    );
    assert!(field.contains("tuan.toml:11:7: "), "{field}");
    let clip =
        refused("[[programme]]\nid = \"sai\"\ntargets = [\"c-1\"]\nitems = [\"tesst\"]\nat = [\"5:30\"]\n");
    assert!(clip.contains("tuan.toml:10:10: ") && clip.contains("test"), "{clip}");
    let target =
        refused("[[programme]]\nid = \"sai\"\ntargets = [\"c-9\"]\nitems = [\"test\"]\nat = [\"5:30\"]\n");
    assert!(target.contains("tuan.toml:9:1: ") && target.contains("c-1"), "{target}");
    controller.loa_json(&["site", "set", "--quiet-hours", "21:00-05:45"]).unwrap();
    let quiet =
        refused("[[programme]]\nid = \"sai\"\ntargets = [\"c-1\"]\nitems = [\"test\"]\nat = [\"6:00\"]\n");
    assert!(quiet.contains("tuan.toml:5:1: ") && quiet.contains("21:00-05:45"), "{quiet}");
    assert_eq!(controller.get("/v1/programmes").await.unwrap(), Value::Array(Vec::new()));
}
