//! The log answers who announced and who stopped what, and goes on with what happens.
#![allow(clippy::unwrap_used)]

use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};

use controller_daemon::journal::{Entry, Haste, Journal, NewEntry, SqliteJournal};
use serde_json::{Value, json};
use system_tests::binaries::{program, until};
use system_tests::controller::Controller;
use system_tests::site;

fn kinds(log: &Value) -> Vec<&str> {
    log["events"].as_array().unwrap().iter().map(|event| event["kind"].as_str().unwrap()).collect()
}

/// What a new site has in its journal, the last first.
const NEW_SITE: [&str; 6] =
    ["clip-added", "clip-added", "clip-added", "clip-added", "site-changed", "started"];

#[tokio::test(flavor = "multi_thread")]
async fn the_log_says_who_announced_and_who_stopped() {
    let mut controller = Controller::init(&site::smart_as_shipped(3), None).unwrap();
    controller.start().await.unwrap();
    let clip = controller.add_clip(&Controller::sample()).await.unwrap();
    let job = controller.announce(&clip, json!({ "title": "Họp thôn", "at": "+2h" })).await.unwrap();
    let short = &job[..8];
    // A controller that has just started asks for others before it sends.
    let sent = async || {
        let all = controller.loa_json(&["log", "--all"])?;
        Ok(kinds(&all).contains(&"job-sent").then_some(()))
    };
    until("the job is sent", sent).await.unwrap();
    controller.loa_json(&["cancel", short]).unwrap();

    let log = controller.loa_json(&["log"]).unwrap();
    let mine = ["job-stopped", "job-made", "clip-added", "started"];
    assert_eq!(kinds(&log), [&mine[..], &NEW_SITE].concat(), "{log}");
    assert_eq!(log["next"], Value::Null);
    let me = log["events"][0]["by"].clone();
    assert_eq!(me["by"], "user");
    let shown = controller.loa_json(&["status", short]).unwrap();
    assert_eq!((&shown["made_by"], &shown["stopped_by"]), (&me, &me));

    let name = me["name"].as_str().unwrap();
    let mine = controller.loa_json(&["log", "--by", name, "--job", short, "--since", "1h"]).unwrap();
    assert_eq!(kinds(&mine), ["job-stopped", "job-made"]);
    let one = controller.loa_json(&["log", "--last", "1"]).unwrap();
    assert_eq!(kinds(&one), ["job-stopped"]);
    let older = controller.loa_json(&["log", "--last", "1", "--before", &one["next"].to_string()]).unwrap();
    assert_eq!(kinds(&older), ["job-made"]);
    let all = controller.loa_json(&["log", "--all"]).unwrap();
    assert!(kinds(&all).contains(&"job-sent"), "{all}");

    let text = controller.loa(&["--lang", "vi", "log", "--kind", "job-stopped"]).unwrap().stdout;
    let text = String::from_utf8(text).unwrap();
    assert!(text.contains(&format!("ĐÃ DỪNG “Họp thôn” ({short})")) && text.contains(name), "{text}");

    // Who follows is told what was, and then what comes.
    let mut following = Command::new(program("loa").unwrap())
        .args(["log", "--follow", "--json", "--job", short, "--data"])
        .arg(controller.data())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(following.stdout.take().unwrap()).lines();
    let mut next = || -> Value { serde_json::from_str(&lines.next().unwrap().unwrap()).unwrap() };
    assert_eq!((&next()["kind"], &next()["kind"]), (&json!("job-made"), &json!("job-stopped")));
    following.kill().unwrap();
    following.wait().unwrap();
}

/// 2020-01-01 00:00 UTC: far longer ago than a site keeps in its database.
const LONG_AGO_MS: i64 = 1_577_836_800_000;

/// Makes the journal of a controller that does not run as old as that.
fn age(controller: &Controller) {
    let path = controller.data().join("journal.sqlite");
    let journal = SqliteJournal::open(&path).unwrap();
    let entries = journal.read(1, u32::MAX).unwrap();
    journal.close();
    std::fs::remove_file(&path).unwrap();
    let aged = |entry: Entry| NewEntry { at_ms: LONG_AGO_MS, ..entry.content };
    let journal = SqliteJournal::open(&path).unwrap();
    journal.append(1, entries.into_iter().map(aged).collect(), Haste::AtOnce).unwrap();
    journal.close();
    assert_eq!(journal.verify().unwrap(), NEW_SITE.len() as u64, "what a new site has");
}

#[tokio::test(flavor = "multi_thread")]
async fn old_entries_leave_the_database_at_a_stop_and_are_told_as_before() {
    let mut controller = Controller::init(&site::smart_as_shipped(3), None).unwrap();
    age(&controller);
    controller.start().await.unwrap();
    let clusters = controller.get("/v1/clusters").await.unwrap();
    controller.loa_json(&["cluster", "add", "c-9", "--kind", "smart"]).unwrap();
    let before = controller.loa_json(&["log", "--all"]).unwrap();
    let archive = controller.data().join("journal.archive");
    assert!(!archive.exists());
    controller.stop().unwrap();
    assert!(archive.exists());

    // Without its snapshot a start reads all of it.
    std::fs::remove_file(controller.data().join("journal.snapshot")).unwrap();
    controller.start().await.unwrap();
    assert_eq!(controller.get("/v1/clusters").await.unwrap().as_array().unwrap().len(), 4);
    assert_eq!(clusters.as_array().unwrap().len(), 3);
    let after = controller.loa_json(&["log", "--all"]).unwrap();
    let (before, after) = (before["events"].as_array().unwrap(), after["events"].as_array().unwrap());
    assert_eq!(after[after.len() - before.len()..], before[..]);
    let old = controller.loa_json(&["log", "--until", "2020-12-31"]).unwrap();
    assert_eq!(kinds(&old), NEW_SITE);

    // Who loses the archive is told so, and the controller works on.
    controller.stop().unwrap();
    std::fs::remove_file(&archive).unwrap();
    controller.start().await.unwrap();
    let newest = controller.loa_json(&["log", "--last", "1"]).unwrap();
    assert_eq!(kinds(&newest), ["started"]);
    let lost = controller.loa(&["log", "--lang", "en"]).unwrap();
    let (told, said) = (String::from_utf8(lost.stdout).unwrap(), String::from_utf8(lost.stderr).unwrap());
    assert!(told.contains("The controller started"), "{told}");
    assert!(said.contains("journal.archive") && said.contains("backup"), "{said}");
    assert_eq!(lost.status.code(), Some(1));
}
