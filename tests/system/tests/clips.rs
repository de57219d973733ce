//! The clip library by its commands: what is added is found, used, protected, healed and removed.
#![allow(clippy::unwrap_used)]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::{Value, json};
use system_tests::binaries::until;
use system_tests::controller::Controller;
use system_tests::fleet::Speakers;
use system_tests::site;

async fn controller() -> Controller {
    let mut controller = Controller::init(&site::smart(2), None).unwrap();
    controller.start().await.unwrap();
    controller
}

/// The exit code, and what was said to people.
fn said(controller: &Controller, args: &[&str]) -> (Option<i32>, String) {
    let output = controller.loa(args).unwrap();
    let text = String::from_utf8_lossy(&output.stdout) + String::from_utf8_lossy(&output.stderr);
    (output.status.code(), text.into_owned())
}

fn refused(controller: &Controller, args: &[&str], code: i32, words: &[&str]) {
    let (exit, text) = said(controller, args);
    assert_eq!(exit, Some(code), "{args:?}: {text}");
    for word in words {
        assert!(text.contains(word), "{args:?} does not say {word:?}: {text}");
    }
}

fn sample() -> String {
    Controller::sample().to_string_lossy().into_owned()
}

fn file_of(controller: &Controller, clip: &Value) -> PathBuf {
    let id = clip["id"].as_str().unwrap();
    controller.data().join("clips").join(&id[..2]).join(format!("{id}.opus"))
}

/// Overwrites a few bytes in the middle.
fn damage(path: &Path) {
    let mut bytes = fs::read(path).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle..middle + 16].fill(0x55);
    fs::write(path, bytes).unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_clip_from_its_recording_to_its_removal() {
    let controller = controller().await;
    let listed = controller.loa_json(&["clip", "list"]).unwrap();
    let titles: Vec<&str> =
        listed["clips"].as_array().unwrap().iter().map(|clip| clip["title"].as_str().unwrap()).collect();
    assert_eq!(titles, ["all-clear", "chime", "siren-steady", "siren-wail"], "a new site has sounds");

    let clip = controller.loa_json(&["clip", "add", &sample(), "--title", "Họp thôn"]).unwrap();
    let loudness = clip["after"]["loudness_lufs"].as_f64().unwrap();
    assert!((loudness + 16.0).abs() < 0.5, "{clip}");
    let again = controller.loa_json(&["clip", "add", &sample(), "--title", "Họp thôn"]).unwrap();
    assert_eq!(again["id"], clip["id"], "the same sound is one clip");
    refused(&controller, &["clip", "add", &sample(), "--title", "  "], 2, &["--title"]);
    let renamed = controller.loa_json(&["clip", "add", &sample(), "--title", "Họp xã"]).unwrap();
    assert_eq!((&renamed["id"], &renamed["other_titles"]), (&clip["id"], &json!(["Họp thôn"])));
    let (_, text) = said(&controller, &["clip", "add", &sample(), "--title", "Họp thôn"]);
    assert!(text.contains("“Họp xã”"), "a new title is told: {text}");
    let known = controller.loa_json(&["clip", "show", "hop xa"]).unwrap();
    assert_eq!((&known["id"], &known["title"]), (&clip["id"], &json!("Họp thôn")), "both titles name it");

    let picture = controller.path("wave.png").to_string_lossy().into_owned();
    let shown = controller.loa_json(&["clip", "show", "hop thon", "--png", &picture]).unwrap();
    assert_eq!((&shown["id"], &shown["condition"]), (&clip["id"], &json!("intact")));
    assert!(fs::read(&picture).unwrap().starts_with(b"\x89PNG"));
    let (_, text) = said(&controller, &["clip", "show", "Họp thôn"]);
    assert!(text.contains("LUFS") && text.contains('█'), "{text}");

    let file = controller.path("out.opus").to_string_lossy().into_owned();
    assert_eq!(said(&controller, &["clip", "export", &clip["id"].as_str().unwrap()[..8], &file]).0, Some(0));
    assert_eq!(fs::read(&file).unwrap(), fs::read(file_of(&controller, &clip)).unwrap());
    refused(&controller, &["clip", "export", "chime", &file], 1, &["out.opus"]);

    let made = controller
        .loa_json(&["announce", "--clip", "chime", "--clip", "Họp thôn", "--to", "all", "--at", "+1h"])
        .unwrap();
    assert_eq!(made["clips"].as_array().unwrap().len(), 2);
    refused(&controller, &["clip", "remove", "chime"], 2, &["chime", "cancel"]);
    let job = made["id"].as_str().unwrap();
    assert_eq!(said(&controller, &["cancel", job]).0, Some(0));
    // One title after the other; the last takes the clip with it.
    let removed = controller.loa_json(&["clip", "remove", "Họp thôn"]).unwrap();
    assert_eq!((&removed["title"], &removed["gone"]), (&json!("Họp thôn"), &json!(false)));
    assert!(file_of(&controller, &clip).exists());
    refused(&controller, &["clip", "show", "hop-thon"], 2, &["hop-thon", "Họp xã"]);
    assert_eq!(said(&controller, &["clip", "remove", "Họp xã"]).0, Some(0));
    refused(&controller, &["clip", "show", "hop-xa"], 2, &["hop-xa"]);
    refused(&controller, &["clip", "show", "chim"], 2, &["chime"]);
    refused(&controller, &["announce", "--clip", "Họp thôn", "--to", "all"], 2, &["Họp thôn"]);
    assert!(!file_of(&controller, &clip).exists());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_text_is_read_aloud_and_nobody_hears_it_unasked() {
    let controller = controller().await;
    let clip = controller.loa_json(&["clip", "say", "Mời bà con đi họp.", "--lang", "vi"]).unwrap();
    assert_eq!((&clip["origin"], &clip["character"]), (&json!("speech"), &json!("voice")));
    refused(&controller, &["clip", "say", "x", "--lang", "zz"], 1, &["espeak-ng"]);
    refused(&controller, &["clip", "say", "  ", "--lang", "vi"], 2, &[]);
    // Nobody can be asked here.
    refused(
        &controller,
        &["announce", "--text", "Mời bà con.", "--lang", "vi", "--to", "all"],
        2,
        &["--yes"],
    );
    assert_eq!(controller.get("/v1/jobs").await.unwrap(), json!([]));
    let made = controller
        .loa_json(&[
            "announce",
            "--text",
            "Mời bà con.",
            "--lang",
            "vi",
            "--to",
            "all",
            "--yes",
            "--at",
            "+1h",
        ])
        .unwrap();
    assert_eq!(made["clips"][0]["title"], "Mời bà con.");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_speech_program_that_is_missing_is_named() {
    let mut controller = Controller::init(&site::smart(1), None).unwrap();
    let config = controller.data().join("loa.toml");
    let text = fs::read_to_string(&config).unwrap();
    let speech = "[speech]\ncommand = [\"loa-no-such-voice\", \"{out}\"]\n";
    fs::write(&config, format!("{text}\n{speech}")).unwrap();
    controller.start().await.unwrap();
    refused(&controller, &["clip", "say", "x", "--lang", "vi"], 1, &["loa-no-such-voice", "install"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_recording_that_is_cut_off_is_taken_only_when_asked() {
    let controller = controller().await;
    let path = controller.path("cut.wav");
    let spoken = Command::new("espeak-ng").arg("-w").arg(&path).arg("one two three four five six").status();
    assert!(spoken.unwrap().success());
    let whole = fs::read(&path).unwrap();
    fs::write(&path, &whole[..whole.len() * 6 / 10]).unwrap();
    let file = path.to_string_lossy().into_owned();
    refused(&controller, &["clip", "add", &file], 1, &["cut.wav", "1.", "--allow-partial"]);
    let clip = controller.loa_json(&["clip", "add", &file, "--allow-partial"]).unwrap();
    assert_eq!(clip["warnings"][0]["code"], "audio-partial", "{clip}");
    let silent = controller.path("silent.wav");
    let header = whole.len().min(44);
    fs::write(&silent, [&whole[..header], &vec![0; whole.len() - header]].concat()).unwrap();
    refused(&controller, &["clip", "add", &silent.to_string_lossy()], 1, &["silent.wav", "heard"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_damaged_clip_is_made_again_or_reported() {
    let controller = controller().await;
    let clip = controller.loa_json(&["clip", "add", &sample(), "--title", "tin"]).unwrap();
    let whole = fs::read(file_of(&controller, &clip)).unwrap();
    damage(&file_of(&controller, &clip));
    let shown = controller.loa_json(&["clip", "show", "tin"]).unwrap();
    assert_eq!(shown["condition"], "repaired");
    assert_eq!(fs::read(file_of(&controller, &clip)).unwrap(), whole);

    let chime = controller.loa_json(&["clip", "show", "chime"]).unwrap();
    damage(&file_of(&controller, &chime));
    assert_eq!(controller.loa_json(&["clip", "show", "chime"]).unwrap()["condition"], "repaired");

    let id = clip["id"].as_str().unwrap();
    fs::remove_file(controller.data().join("clips/sources").join(id)).unwrap();
    damage(&file_of(&controller, &clip));
    refused(&controller, &["clip", "show", "tin"], 1, &["DAMAGED"]);
    let file = controller.path("tin.opus").to_string_lossy().into_owned();
    refused(&controller, &["clip", "export", "tin", &file], 1, &[]);
    // The recording heals it.
    assert_eq!(said(&controller, &["clip", "add", &sample(), "--title", "tin"]).0, Some(0));
    assert_eq!(controller.loa_json(&["clip", "show", "tin"]).unwrap()["condition"], "intact");
}

#[tokio::test(flavor = "multi_thread")]
async fn clusters_get_a_clip_that_was_damaged_on_the_disk() {
    let controller = controller().await;
    let clip = controller.loa_json(&["clip", "add", &sample(), "--title", "tin"]).unwrap();
    damage(&file_of(&controller, &clip));
    let _fleet = Speakers::fleet(&controller, controller.broker().await.unwrap(), &[]).await.unwrap();
    let job = controller.announce(clip["id"].as_str().unwrap(), json!({})).await.unwrap();
    let ended = controller.wait(&job, "ended").await.unwrap();
    assert_eq!(ended["counts"], json!({ "played": 2 }), "{ended}");
}

/// Faults of what is asked about in a health report, by kind.
fn faults(health: &Value) -> Vec<&str> {
    let clusters = health["clusters"].as_array().unwrap();
    let faults = clusters.iter().flat_map(|cluster| cluster["faults"].as_array().unwrap());
    faults.map(|fault| fault["kind"].as_str().unwrap()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_card_that_loses_bits_loses_no_announcement() {
    let mut controller = Controller::init(&site::smart(1), None).unwrap();
    controller.start().await.unwrap();
    let broker = controller.broker().await.unwrap();
    let speaker = Speakers::one(&controller, broker, "c-1").await.unwrap();
    let chime = controller.loa_json(&["clip", "show", "chime"]).unwrap();
    let clip = chime["id"].as_str().unwrap();
    let announced = async || {
        let job = controller.announce(clip, json!({})).await.unwrap();
        controller.wait(&job, "ended").await.unwrap()["counts"].clone()
    };
    assert_eq!(announced().await, json!({ "played": 1 }));
    assert_eq!(said(&controller, &["health"]).0, Some(0));
    let only_file = || {
        let mut files = speaker.stored().unwrap();
        assert_eq!(files.len(), 1, "{files:?}");
        files.remove(0)
    };
    let file = only_file();
    let whole = fs::read(&file).unwrap();
    let flipped = || {
        let mut bytes = whole.clone();
        bytes[whole.len() / 3] ^= 1;
        bytes
    };
    for bytes in [Some(flipped()), Some(whole[..whole.len() / 2].to_vec()), Some(vec![0; whole.len()]), None]
    {
        match &bytes {
            Some(bytes) => fs::write(&file, bytes).unwrap(),
            None => fs::remove_file(&file).unwrap(),
        }
        let what = bytes.map(|bytes| bytes.len());
        assert_eq!(announced().await, json!({ "played": 1 }), "{what:?}");
        assert_eq!(fs::read(only_file()).unwrap(), whole, "{what:?}");
    }
    let health = controller.get("/v1/health").await.unwrap();
    assert_eq!((faults(&health), &health["counts"]["up"]), (vec!["storage"], &json!(1)), "{health}");
    let (exit, text) = said(&controller, &["health"]);
    assert!(exit == Some(4) && text.contains("storage") && text.contains("4 sounds"), "{text}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_clip_that_the_controller_has_lost_is_named_until_somebody_brings_it() {
    let mut controller = controller().await;
    let clip = controller.loa_json(&["clip", "add", &sample(), "--title", "tin"]).unwrap();
    let chime = controller.loa_json(&["clip", "show", "chime"]).unwrap();
    let later = ["announce", "--clip", "tin", "--to", "all", "--at", "+1h"];
    assert_eq!(said(&controller, &later).0, Some(0));
    controller.stop().unwrap();
    let id = clip["id"].as_str().unwrap();
    fs::remove_file(controller.data().join("clips/sources").join(id)).unwrap();
    fs::remove_file(file_of(&controller, &clip)).unwrap();
    fs::remove_file(file_of(&controller, &chime)).unwrap();
    controller.start().await.unwrap();
    let own = async || {
        let health = controller.get("/v1/health").await.unwrap();
        health["controller"].as_array().unwrap().len()
    };
    until("the lost clip is named", async || Ok((own().await == 1).then_some(()))).await.unwrap();
    assert!(file_of(&controller, &chime).exists(), "what can be made again is");
    let (exit, text) = said(&controller, &["health"]);
    assert!(exit == Some(4) && text.contains("“tin”") && text.contains("loa clip add"), "{text}");
    let text = said(&controller, &["status"]).1;
    assert!(text.contains("“tin”"), "{text}");

    // Loudspeakers that have never had it cannot be ready.
    let broker = controller.broker().await.unwrap();
    let _fleet = Speakers::fleet(&controller, broker, &[]).await.unwrap();
    let late = async || {
        let ready = controller.get("/v1/schedule/readiness").await.unwrap();
        Ok((ready.to_string().matches("late-clip-lost").count() == 2).then_some(()))
    };
    until("both cannot be ready", late).await.unwrap();

    assert_eq!(said(&controller, &["clip", "add", &sample(), "--title", "tin"]).0, Some(0));
    until("it is there again", async || Ok((own().await == 0).then_some(()))).await.unwrap();
}
