//! Figures of the daemon's parts on this machine: `measure broker [CLIENTS]`, `measure journal [FOLDER]`.
#![allow(clippy::unwrap_used)]

#[allow(dead_code, reason = "the tests use all of it")]
#[path = "../tests/fleet/mod.rs"]
mod fleet;

use std::io::{BufRead, BufReader};
use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use controller_daemon::broker::{self, BrokerConfig};
use controller_daemon::journal::{Haste, Journal, NewEntry, Notice, Notices, SqliteJournal};
use fleet::Client;
use tokio::task::JoinSet;

#[tokio::main(worker_threads = 2)]
async fn main() {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let word = |n: usize| words.get(n).map(String::as_str);
    match (word(0), word(1), word(2)) {
        (Some("broker"), clients, _) => broker_figures(clients.map_or(57, |n| n.parse().unwrap())).await,
        (Some("journal"), folder, _) => journal_figures(folder.map(Path::new)).await,
        (Some("fleet"), Some(addr), Some(clients)) => {
            run_fleet(addr.parse().unwrap(), clients.parse().unwrap()).await;
        }
        _ => eprintln!("measure broker [CLIENTS] | measure journal [FOLDER]"),
    }
}

fn rss(label: &str) {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let field = |name: &str| {
        let line = status.lines().find(|line| line.starts_with(name)).unwrap_or_default();
        line.split_whitespace().nth(1).and_then(|kib| kib.parse::<f64>().ok()).unwrap_or_default() / 1024.0
    };
    println!("{label:<34} {:6.1} MiB now, {:6.1} MiB at most", field("VmRSS"), field("VmHWM"));
}

/// The fleet is another process, so that only the broker and one client are weighed.
async fn broker_figures(clients: usize) {
    rss("before");
    let started = Instant::now();
    let listen = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
    let broker = broker::start(BrokerConfig::new(listen)).await.unwrap();
    println!("started in {:.1?}", started.elapsed());
    rss("broker");
    let folder = tempfile::tempdir().unwrap();
    let journal = SqliteJournal::open(&folder.path().join("journal.db")).unwrap();
    let mut notices = journal.notices();
    commit(&journal, &mut notices, 1, 1_000).await;
    rss("broker and journal");
    let mut controller = Client::subscribed(broker.local_addr(), "controller", "up/#").await;
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["fleet", &broker.local_addr().to_string(), &clients.to_string()])
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut ready = BufReader::new(child.stdout.take().unwrap()).lines();
    assert_eq!(ready.next().unwrap().unwrap(), "ready");
    rss("clients connected");
    for round in 1..=50 {
        let sent = Instant::now();
        controller.say("all", vec![7; 1024]).await;
        for _ in 0..clients {
            controller.message().await;
        }
        if round % 10 == 0 {
            println!("round {round}: all answered after {:.1?}", sent.elapsed());
        }
    }
    rss("after 50 rounds of 1 KiB");
    child.kill().unwrap();
    child.wait().unwrap();
    broker.shutdown().await;
    rss("after the end");
}

async fn run_fleet(addr: SocketAddr, clients: usize) {
    let mut joining = JoinSet::new();
    for n in 0..clients {
        joining.spawn(async move { Client::subscribed(addr, &format!("c{n}"), "all").await });
    }
    let fleet = joining.join_all().await;
    println!("ready");
    let mut answering = JoinSet::new();
    for (n, mut cluster) in fleet.into_iter().enumerate() {
        answering.spawn(async move {
            loop {
                cluster.message().await;
                cluster.say(&format!("up/{n}"), vec![8; 1024]).await;
            }
        });
    }
    answering.join_all().await;
}

fn entry() -> NewEntry {
    let body = format!("\"{}\"", "x".repeat(300));
    NewEntry { at_ms: 0, version: 1, kind: "note".into(), actor: "{}".into(), body }
}

/// Appends so many entries from the number `first` on, and waits for the last.
async fn commit(journal: &SqliteJournal, notices: &mut Notices, first: u64, entries: u64) {
    journal.append(first, (0..entries).map(|_| entry()).collect(), Haste::AtOnce).unwrap();
    wait(notices, first + entries - 1).await;
}

async fn wait(notices: &mut Notices, seq: u64) {
    while !matches!(notices.next().await.unwrap(), Notice::Committed { up_to_seq } if up_to_seq >= seq) {}
}

async fn journal_figures(folder: Option<&Path>) {
    let temp = tempfile::tempdir().unwrap();
    let path = folder.map_or_else(|| temp.path().to_owned(), PathBuf::from).join("measure.db");
    let journal = SqliteJournal::open(&path).unwrap();
    let mut notices = journal.notices();
    let mut waits: Vec<Duration> = Vec::new();
    let mut next = 1;
    for _ in 0..1_000 {
        let sent = Instant::now();
        commit(&journal, &mut notices, next, 1).await;
        next += 1;
        waits.push(sent.elapsed());
    }
    waits.sort_unstable();
    println!("one entry: median {:.1?}, 99 % {:.1?}, most {:.1?}", waits[500], waits[990], waits[999]);
    let mut waits: Vec<Duration> = Vec::new();
    for _ in 0..20 {
        let sent = Instant::now();
        commit(&journal, &mut notices, next, 1_000).await;
        next += 1_000;
        waits.push(sent.elapsed());
    }
    waits.sort_unstable();
    println!("1,000 entries in one append: median {:.1?}, most {:.1?}", waits[10], waits[19]);
    let sent = Instant::now();
    for _ in 0..50_000 {
        journal.append(next, vec![entry()], Haste::AtOnce).unwrap();
        next += 1;
    }
    wait(&mut notices, next - 1).await;
    println!("50,000 appends of one entry: {:.0} a second", 50_000.0 / sent.elapsed().as_secs_f64());
    let started = Instant::now();
    let entries = journal.verify().unwrap();
    println!("{entries} entries verified in {:.1?}", started.elapsed());
    journal.close();
    let started = Instant::now();
    let journal = SqliteJournal::open(&path).unwrap();
    println!("opened in {:.1?}", started.elapsed());
    journal.close();
    rss("after all");
}
