//! A small `loa-speaker fleet` with a fault of each kind.

use std::fs;
use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};

use firmware_proto::message::{Sound, Stage};
use firmware_proto::{ClipId, ClusterId};
use system_tests::mosquitto::Mosquitto;

use crate::controller::Controller;
use crate::sound;

const SITE: &str = r#"
[site]
id = "bao-nhai"

[[cluster]]
id = "healthy"
kind = "smart"
village = "A"

[[cluster]]
id = "mute"
kind = "smart"

[[cluster]]
id = "dead"
kind = "smart"

[[cluster]]
id = "gateway"
kind = "gateway"

[[cluster]]
id = "behind"
kind = "wireless"
gateway = "gateway"
"#;

fn identities(controller: &Controller, names: &[(&str, &str)]) -> String {
    let hex = |bytes: &[u8; 32]| ClipId::from_bytes(*bytes).to_string();
    let mut text =
        format!("site = \"bao-nhai\"\nsite_keys = [\"{}\"]\n", hex(&controller.key.public().to_bytes()));
    for (name, kind) in names {
        let key = controller.key.device_key(&controller.site, &ClusterId::new(name).unwrap(), 0);
        text += &format!(
            "[[device]]\ncluster = \"{name}\"\nkind = \"{kind}\"\ndevice_key = \"{}\"\n",
            hex(key.as_bytes())
        );
    }
    text
}

#[tokio::test]
async fn a_fleet_plays_and_its_faults_show() {
    let broker = Mosquitto::start().unwrap();
    let mut controller = Controller::connect(broker.address(), "bao-nhai").await;
    let folder = tempfile::tempdir().unwrap();
    let devices = [("healthy", "smart"), ("mute", "smart"), ("dead", "smart"), ("gateway", "gateway")];
    fs::write(folder.path().join("site.toml"), SITE).unwrap();
    fs::write(folder.path().join("keys.toml"), identities(&controller, &devices)).unwrap();
    let fleet = |arguments: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_loa-speaker"));
        command.current_dir(folder.path()).args([
            "fleet",
            "--site",
            "site.toml",
            "--identities",
            "keys.toml",
        ]);
        command.args(["--data", "data", "--until-stdin-closes", "--broker", &broker.address().to_string()]);
        command.args(arguments);
        command
    };

    let wrong = fleet(&["--off", "heathy"]).output().unwrap();
    assert_eq!(wrong.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&wrong.stderr).contains("did you mean `healthy`?"));

    let mut process = fleet(&["--off", "dead", "--mute", "mute", "--slow", "healthy=64000"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut line = String::new();
    BufReader::new(process.stdout.take().unwrap()).read_line(&mut line).unwrap();
    assert_eq!(line, "ready 3\n");

    let clip = controller.add(sound::tone(1_000, 0.5));
    let job = controller.announce(clip, 1);
    controller.announce_to_gateway("gateway", clip, 1);
    let finished = |c: &Controller| c.stages(job).iter().filter(|stage| **stage == Stage::Finished).count();
    controller.until("three have finished", |c| finished(c) == 3).await;
    let mut heard: Vec<(String, Sound)> = controller
        .said
        .iter()
        .filter(|(_, ack)| ack.stage == Stage::Finished)
        .map(|(cluster, ack)| (cluster.to_string(), ack.evidence.unwrap().sound))
        .collect();
    heard.sort_by(|a, b| a.0.cmp(&b.0));
    let expected = [("gateway", Sound::Heard), ("healthy", Sound::Heard), ("mute", Sound::Absent)];
    assert_eq!(heard, expected.map(|(name, sound)| (name.to_owned(), sound)));

    // Its parent dies.
    drop(process.stdin.take());
    assert!(process.wait().unwrap().success());
}
