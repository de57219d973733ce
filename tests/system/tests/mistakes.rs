//! Wrong input, and a machine that does not play along: a clear message, the right exit code, nothing lost.
#![allow(clippy::unwrap_used)]

use std::fs;
use std::net::TcpListener;
use std::process::Output;

use serde_json::json;
use system_tests::binaries::until;
use system_tests::controller::Controller;
use system_tests::mosquitto::Mosquitto;
use system_tests::site;
use system_tests::small_disk::{SmallDisk, where_one_may_mount};

async fn controller() -> Controller {
    let mut controller = Controller::init(&site::smart(3), None).unwrap();
    controller.start().await.unwrap();
    controller
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// Runs `loa`, checks its exit code, and that it says every one of these.
fn refused(controller: &Controller, args: &[&str], code: i32, words: &[&str]) {
    let output = controller.loa(args).unwrap();
    let said = said(&output);
    assert_eq!(output.status.code(), Some(code), "{args:?}: {said}");
    for word in words {
        assert!(said.contains(word), "{args:?} does not say {word:?}: {said}");
    }
    assert!(output.stdout.is_empty(), "{args:?}: {}", String::from_utf8_lossy(&output.stdout));
}

#[tokio::test(flavor = "multi_thread")]
async fn files_that_are_no_announcement() {
    let controller = controller().await;
    let file = |name: &str, bytes: &[u8]| {
        let path = controller.path(name);
        fs::write(&path, bytes).unwrap();
        path.to_string_lossy().into_owned()
    };
    let sample = fs::read(Controller::sample()).unwrap();
    let text = file("notes.mp3", b"these are only words, and not a sound at all\n".repeat(50).as_slice());
    let empty = file("empty.mp3", b"");
    let wav = file("cut.wav", &wav_cut_off());
    let missing = controller.path("missing.mp3").to_string_lossy().into_owned();
    refused(&controller, &["announce", &text, "--to", "all"], 1, &["notes.mp3"]);
    refused(&controller, &["announce", &empty, "--to", "all"], 1, &["empty.mp3", "empty"]);
    refused(&controller, &["announce", &wav, "--to", "all"], 1, &["cut.wav", "1"]);
    refused(&controller, &["announce", &missing, "--to", "all"], 1, &["missing.mp3"]);
    let good = file("good.mp3", &sample);
    refused(&controller, &["announce", &good, "--to", "c-11"], 2, &["c-11", "c-1"]);
    refused(&controller, &["announce", &good, "--to", "village:Thon 9"], 2, &["village:Thôn"]);
    refused(&controller, &["announce", &good, "--to", "all", "--at", "2020-01-01 10:00"], 2, &["2020-01-01"]);
    refused(&controller, &["announce", &good, "--to", "all", "--at", "25:00"], 2, &["25:00"]);
    refused(&controller, &["announce", &good, "--to", "all", "--cron", "0 17 30 2 *"], 2, &[]);
    refused(&controller, &["stop", "abcd1234"], 2, &["abcd1234"]);
    assert_eq!(controller.get("/v1/jobs").await.unwrap(), json!([]), "something was made all the same");
}

/// A WAV whose header promises two seconds and that holds one.
fn wav_cut_off() -> Vec<u8> {
    let (rate, bytes) = (8_000u32, 32_000u32);
    let mut wav = Vec::new();
    for part in [b"RIFF".as_slice(), &(36 + bytes).to_le_bytes(), b"WAVEfmt ", &16u32.to_le_bytes()] {
        wav.extend_from_slice(part);
    }
    for half in [1u16, 1] {
        wav.extend_from_slice(&half.to_le_bytes());
    }
    for word in [rate, rate * 2] {
        wav.extend_from_slice(&word.to_le_bytes());
    }
    for half in [2u16, 16] {
        wav.extend_from_slice(&half.to_le_bytes());
    }
    wav.extend_from_slice(b"data");
    wav.extend_from_slice(&bytes.to_le_bytes());
    for n in 0..bytes / 4 {
        let wave = f64::from(n) * 0.3;
        wav.extend_from_slice(&((wave.sin() * 9_000.0) as i16).to_le_bytes());
    }
    wav
}

#[tokio::test(flavor = "multi_thread")]
async fn no_controller() {
    let controller = Controller::init(&site::smart(1), None).unwrap();
    refused(&controller, &["status"], 3, &["loa serve"]);
    refused(&controller, &["health"], 3, &["loa serve"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_data_folder_in_use() {
    let controller = controller().await;
    let pid = controller.pid().unwrap().to_string();
    refused(&controller, &["serve"], 1, &[&pid]);
    assert!(controller.get("/v1/status").await.is_ok());
}

#[test]
fn a_data_folder_that_cannot_be_written() {
    let controller = Controller::init(&site::smart(1), None).unwrap();
    // Nobody, not even root, can make a folder inside a file.
    let file = controller.path("site.toml/data").to_string_lossy().into_owned();
    refused(&controller, &["--data", &file, "init", "--name", "x"], 1, &["site.toml"]);
}

#[test]
fn a_site_that_cannot_be_leaves_room_for_the_right_one() {
    let controller = Controller::init(&site::smart(1), None).unwrap();
    let data = controller.path("another").to_string_lossy().into_owned();
    let file = controller.path("another.toml");
    let init = ["--data", &data, "init", "--site", &file.to_string_lossy()].map(str::to_owned);
    let init: Vec<&str> = init.iter().map(String::as_str).collect();
    let twice = site::smart(2).replace("id = \"c-2\"", "id = \"c-1\"");
    for (wrong, word) in
        [(twice, "c-1"), (site::smart(1).replace("heartbeat_s = 2", "heartbeat_s = 0"), "heartbeat_s")]
    {
        fs::write(&file, wrong).unwrap();
        refused(&controller, &init, 2, &[word]);
    }
    fs::write(&file, site::smart(2)).unwrap();
    assert_eq!(controller.loa_json(&init).unwrap()["clusters"], 2);
}

#[test]
fn a_port_that_is_taken() {
    let controller = Controller::init(&site::smart(1), None).unwrap();
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap();
    controller.configure(&format!("listen = \"{address}\"")).unwrap();
    refused(&controller, &["serve"], 1, &[&address.to_string()]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_broker_that_talks_garbage() {
    // Something listens there, but it is no broker.
    let stranger = TcpListener::bind("127.0.0.1:0").unwrap();
    let mut controller = Controller::init(&site::smart(1), Some(stranger.local_addr().unwrap())).unwrap();
    std::thread::spawn(move || {
        use std::io::Write;
        while let Ok((mut socket, _)) = stranger.accept() {
            if socket.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n").is_err() {
                return;
            }
        }
    });
    controller.start().await.unwrap();
    until("the trouble is in the status", async || {
        Ok(controller.get("/v1/status").await?["broker"]["trouble"].is_string().then_some(()))
    })
    .await
    .unwrap();
    let status = controller.loa(&["status"]).unwrap();
    assert_eq!(status.status.code(), Some(0), "{}", said(&status));
}

#[tokio::test(flavor = "multi_thread")]
async fn garbage_on_every_topic_is_counted_and_ignored() {
    let mosquitto = Mosquitto::start().unwrap();
    let mut controller = Controller::init(&site::smart(1), Some(mosquitto.address())).unwrap();
    controller.start().await.unwrap();
    until("the broker is there", async || {
        Ok((controller.get("/v1/status").await?["broker"]["connected"] == true).then_some(()))
    })
    .await
    .unwrap();
    let address = mosquitto.address().to_string();
    let messages = [
        ("loa/1/test/c/c-1/beat", vec![0xff; 100]),
        ("loa/1/test/c/c-1/hello", vec![0; 32 * 1024 + 200]),
        ("loa/1/test/c/stranger/ack", b"hello".to_vec()),
        ("loa/1/test/c/c-1/ack", Vec::new()),
    ];
    system_tests::raw::publish(address.parse().unwrap(), &messages).await.unwrap();
    until("all are counted", async || {
        let status = controller.get("/v1/status").await?;
        let rejected = status["rejected"].as_object().cloned().unwrap_or_default();
        let sum: u64 = rejected.values().filter_map(serde_json::Value::as_u64).sum();
        Ok((sum == messages.len() as u64).then_some(()))
    })
    .await
    .unwrap();
}

#[test]
fn a_disk_that_fills_refuses_and_loses_nothing() {
    where_one_may_mount("a_disk_that_fills_refuses_and_loses_nothing", || {
        tokio::runtime::Runtime::new().unwrap().block_on(controller_on_a_small_disk());
    })
    .unwrap();
}

async fn controller_on_a_small_disk() {
    let controller = Controller::init(&site::smart(3), None).unwrap();
    let disk = SmallDisk::over(&controller.data(), "4m").unwrap();
    let _serve = controller.serve(&[]).unwrap();
    controller.answers().await.unwrap();
    let sample = Controller::sample().to_string_lossy().into_owned();
    let kept = controller.loa_json(&["announce", &sample, "--to", "all"]).unwrap();
    let clip = kept["clips"][0]["id"].as_str().unwrap();
    disk.fill().unwrap();
    // The clip is there, so this is refused by the journal; the next one by the clip store.
    let refused = controller.announce(clip, json!({})).await.unwrap_err().to_string();
    assert!(refused.contains("disk-full"), "{refused}");
    refused_json(&controller, &["announce", &sample, "--to", "all", "--title", "lost"], "disk-full");
    disk.empty().unwrap();
    until("the journal works again", async || {
        Ok(controller.get("/v1/status").await?["controller"]
            .as_array()
            .is_some_and(Vec::is_empty)
            .then_some(()))
    })
    .await
    .unwrap();
    controller.loa_json(&["announce", &sample, "--to", "all", "--title", "kept too"]).unwrap();
    let jobs = controller.get("/v1/jobs").await.unwrap();
    assert_eq!(jobs.as_array().unwrap().len(), 2, "{jobs}");
    assert!(jobs.to_string().contains(kept["id"].as_str().unwrap_or("?")), "{jobs} {kept}");
}

/// Runs `loa --json`, which has to fail with this code.
fn refused_json(controller: &Controller, args: &[&str], code: &str) {
    let output = controller.loa(&[&["--json"], args].concat()).unwrap();
    let told: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(told["error"]["code"], code, "{told} {}", said(&output));
    assert_eq!(output.status.code(), Some(1));
}
