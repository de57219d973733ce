//! The journal: a start with a year behind it, replay without a snapshot, and what an announcement costs on disk.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::time::Instant;

use anyhow::{Result, ensure};
use controller_core::entry::VERSION;
use controller_core::job::{JobSpec, Origin, Patience};
use controller_core::{Actor, Entry, Record, State, limits, state};
use controller_daemon::journal::{Haste, Journal, NewEntry, Notice, Snapshot, SqliteJournal};
use firmware_proto::message::{Ack, AckId, Class, ClipRef, Evidence, Sound, Stage};
use firmware_proto::{ClipId, ClusterId, Hash, JobId, UtcMillis};
use schedules::Interrupted;
use serde_json::json;
use system_tests::binaries;
use system_tests::controller::Controller;
use system_tests::fleet::Speakers;

use crate::figure::{Figure, summary};

/// 2025-11-24T17:00:00Z.
const FROM: UtcMillis = UtcMillis(1_764_003_600_000);
const DAY_MS: u64 = 24 * 3_600_000;
/// Broadcasts a day: with 39 devices, 800,000 entries are a year.
const BROADCASTS: u64 = 19;
const BATCH: usize = 4_096;
const START_RUNS: usize = 7;

/// `loa serve` on a site that has run for a year and was switched off every night.
pub(crate) async fn start_after_a_year(name: &str) -> Result<Figure> {
    let (mut controller, entries) = aged(800_000, true).await?;
    let mut runs = Vec::new();
    for _ in 0..START_RUNS {
        let begun = Instant::now();
        controller.spawn()?;
        controller.accepting().await?;
        runs.push(begun.elapsed());
        controller.kill()?;
    }
    let (ours, least, most) = summary(&runs);
    let note = format!("{least:.0}-{most:.0} ms, {entries} entries");
    Ok(Figure::at_most(name, ours, "ms", 300.0, note))
}

/// The most memory that such a start takes.
pub(crate) async fn memory_after_a_year(name: &str) -> Result<Figure> {
    let (mut controller, entries) = aged(800_000, true).await?;
    controller.start().await?;
    let peak = controller.memory_mb("VmHWM")?;
    Ok(Figure::at_most(name, peak, "MB", 120.0, format!("{entries} entries")))
}

/// Reading every entry, where there is no snapshot.
pub(crate) async fn replay(name: &str) -> Result<Figure> {
    let (controller, entries) = aged(1_000_000, false).await?;
    let journal = SqliteJournal::open(&controller.data().join("journal.sqlite"))?;
    let begun = Instant::now();
    let state = folded(&journal)?;
    let took = begun.elapsed();
    let per_entry_us = took.as_secs_f64() * 1e6 / entries as f64;
    let note =
        format!("{entries} entries in {:.1} s, {} jobs in the end", took.as_secs_f64(), state.jobs.len());
    Ok(Figure::at_most(name, per_entry_us, "us", 20.0, note))
}

/// Bytes in the journal of one announcement to 57 clusters that all play it.
pub(crate) async fn bytes_of_an_announcement(name: &str) -> Result<Figure> {
    let mut controller = Controller::init(&system_tests::site::smart_as_shipped(57), None)?;
    controller.start().await?;
    let fleet = Speakers::fleet(&controller, controller.broker().await?, &[]).await?;
    let clip = controller.add_clip(&Controller::sample()).await?;
    // The first one brings the clip.
    for _ in 0..2 {
        let job = controller.announce(&clip, json!({})).await?;
        controller.wait(&job, "ended").await?;
    }
    let job = controller.announce(&clip, json!({})).await?;
    controller.wait(&job, "ended").await?;
    drop(fleet);
    controller.kill()?;
    let journal = SqliteJournal::open(&controller.data().join("journal.sqlite"))?;
    let (mut bytes, mut count) = (0, 0);
    journal.replay(0, &mut |entry| {
        let NewEntry { kind, actor, body, .. } = entry.content;
        if body.contains(&job) {
            bytes += kind.len() + actor.len() + body.len() + 32 + size_of::<u64>() * 2;
            count += 1;
        }
    })?;
    ensure!(count > 57, "only {count} entries tell of the announcement");
    Ok(Figure::at_most(name, bytes as f64 / 1_024.0, "KiB", 64.0, format!("{count} entries")))
}

/// A site of 57 clusters with so many entries behind it, and perhaps the snapshot of its last clean stop.
async fn aged(entries: u64, with_snapshot: bool) -> Result<(Controller, u64)> {
    let bao_nhai = binaries::repository("schedules/examples/bao-nhai.toml");
    let controller = Controller::init(&fs::read_to_string(bao_nhai)?, None)?;
    let path = controller.data().join("journal.sqlite");
    let last = write_years(&path, entries, with_snapshot).await?;
    Ok((controller, last))
}

async fn write_years(path: &Path, least: u64, with_snapshot: bool) -> Result<u64> {
    let journal = SqliteJournal::open(path)?;
    let mut state = folded(&journal)?;
    let mut last = journal.verify()?;
    let mut notices = journal.notices();
    let mut batch = Vec::new();
    for day in 0.. {
        for entry in one_day(&state, FROM + day * DAY_MS) {
            state.apply(&entry);
            batch.push(stored(&entry));
        }
        let old = state.jobs.len().saturating_sub(limits::DELIVERIES_KEPT_MAX / 58);
        let jobs: Vec<JobId> = oldest(&state, old);
        let entry =
            Entry { at: FROM + day * DAY_MS, actor: Actor::Controller, record: Record::Forgotten { jobs } };
        state.apply(&entry);
        batch.push(stored(&entry));
        if batch.len() >= BATCH || last + batch.len() as u64 >= least {
            let count = batch.len() as u64;
            journal.append(last + 1, std::mem::take(&mut batch), Haste::AtOnce)?;
            last += count;
            while !matches!(notices.next().await, Some(Notice::Committed { up_to_seq }) if up_to_seq >= last)
            {
            }
        }
        if last >= least {
            break;
        }
    }
    if with_snapshot {
        journal.keep_snapshot(&Snapshot { seq: last, version: state::VERSION, body: state.text() })?;
    }
    journal.close();
    Ok(last)
}

fn oldest(state: &State, count: usize) -> Vec<JobId> {
    let mut jobs: Vec<(UtcMillis, JobId)> =
        state.each_job().map(|job| (job.spec.created_at, job.spec.id)).collect();
    jobs.sort_unstable();
    jobs.into_iter().take(count).map(|(_, id)| id).collect()
}

fn folded(journal: &SqliteJournal) -> Result<State> {
    let mut state = State::default();
    let mut unread = 0;
    journal.replay(0, &mut |entry| {
        let NewEntry { at_ms, version, actor, body, .. } = entry.content;
        match Entry::read(UtcMillis(at_ms.unsigned_abs()), version, &actor, &body) {
            Ok(entry) => state.apply(&entry),
            Err(_) => unread += 1,
        }
    })?;
    ensure!(unread == 0, "{unread} entries cannot be read");
    Ok(state)
}

fn stored(entry: &Entry) -> NewEntry {
    let text = entry.text();
    NewEntry {
        at_ms: entry.at.0.cast_signed(),
        version: VERSION,
        kind: text.kind.to_owned(),
        actor: text.actor,
        body: text.record,
    }
}

/// A start in the morning, and broadcasts that every device gets, starts and finishes.
fn one_day(state: &State, morning: UtcMillis) -> Vec<Entry> {
    let by = |at, actor, record| Entry { at, actor, record };
    let started = Record::Started { epoch: state.epoch + 1 };
    let mut entries = vec![by(morning, Actor::Controller, started)];
    for number in 0..BROADCASTS {
        let at = morning + number * 1_800_000;
        let spec = spec(state, at);
        let job = spec.id;
        entries.push(by(at, Actor::Schedule, Record::JobMade { spec: Box::new(spec) }));
        entries.push(by(at, Actor::Controller, Record::JobSent { job }));
        for (stage, after_ms) in [(Stage::Ready, 500), (Stage::Started, 1_000), (Stage::Finished, 61_000)] {
            for cluster in state.devices.keys() {
                let acks = vec![ack(job, stage, at + after_ms)];
                let (cluster, actor) = (cluster.clone(), Actor::Device { cluster: cluster.clone() });
                entries.push(by(at + after_ms, actor, Record::Acked { cluster, acks }));
            }
        }
    }
    entries
}

fn ack(job: JobId, stage: Stage, at: UtcMillis) -> Ack {
    let heard = Evidence {
        sound: Sound::Heard,
        played_ms: 60_000,
        passes: 1,
        level_dbfs: Some(-18),
        amplifier_ma: Some(900),
        microphone_dba: None,
    };
    let evidence = (stage == Stage::Finished).then_some(heard);
    Ack { id: AckId(at.0), job, stage, at: Some(at), error_ms: Some(40), evidence, reason: None }
}

fn spec(state: &State, at: UtcMillis) -> JobSpec {
    let mut id = [0; 16];
    id[..8].copy_from_slice(&at.0.to_be_bytes());
    let clip = ClipRef {
        id: ClipId::from_bytes([5; 32]),
        size_bytes: 180_000,
        hash_list: Hash::from_bytes([6; 32]),
        duration_ms: 60_000,
    };
    let targets: Vec<ClusterId> = state.clusters.keys().cloned().collect();
    JobSpec {
        id: JobId::from_bytes(id),
        title: "Bản tin sáng".into(),
        origin: Origin::Announcement,
        class: Class::Routine,
        clips: vec![clip],
        targets,
        created_at: at,
        play_at: Some(at),
        start_by: at + 300_000,
        repeat: None,
        volume: 70,
        variants: BTreeMap::new(),
        occurrence: None,
        rank: 1_000,
        interrupts: false,
        wait_until: None,
        interrupted: Interrupted::Resume,
        over_by: None,
        override_reason: None,
        patience: Patience::default(),
    }
}
