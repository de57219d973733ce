//! A speaker through any sequence of events: it never panics, its memory and its outputs stay
//! bounded, and no job that does not repeat plays twice.

use std::collections::BTreeMap;

use firmware_proto::limits::{OUTBOX_ACKS_MAX, PAYLOAD_BYTES_MAX, STATE_BYTES_MAX};
use firmware_proto::message::{Chunk, Command, CommandBody, Evidence, Interrupted, Job, Reason, TimeReply};
use firmware_proto::speaker::{Output, PassOutcome, PlaybackEvent, Restored, Speaker};
use firmware_proto::topics::{Down, Topic};
use firmware_proto::{BootId, ClipId, Hash, JobId, Mono, UtcMillis};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

use crate::any::{self, NOW, cluster, site};
use crate::garbage::{BOOT, boot, fresh};
use crate::oracle::site_key;

/// What may happen to a speaker.
#[derive(Debug, Clone)]
enum Step {
    Say(bool, CommandBody),
    TellTime(UtcMillis),
    Bring(Chunk),
    Verified(bool),
    Started,
    Ended(PassOutcome, Evidence),
    Full,
    Connected(bool),
    Wait(u64),
    PowerCut,
}

fn step() -> impl Strategy<Value = Step> {
    let outcome =
        select(vec![PassOutcome::Completed, PassOutcome::Stopped, PassOutcome::Failed(Reason::SinkBroken)]);
    prop_oneof![
        8 => (any::<bool>(), any::command_body()).prop_map(|(all, body)| Step::Say(all, body)),
        2 => prop_oneof![Just(NOW), any::<u64>()].prop_map(|at| Step::TellTime(UtcMillis(at))),
        1 => any::chunk().prop_map(Step::Bring),
        1 => any::<bool>().prop_map(Step::Verified),
        1 => Just(Step::Started),
        2 => (outcome, any::evidence()).prop_map(|(outcome, measured)| Step::Ended(outcome, measured)),
        1 => Just(Step::Full),
        1 => any::<bool>().prop_map(Step::Connected),
        4 => prop_oneof![0..2_000u64, 0..1_000_000u64, Just(1u64 << 40)].prop_map(Step::Wait),
        1 => Just(Step::PowerCut),
    ]
}

/// A shell that notes little.
struct Shell {
    speaker: Speaker,
    now: Mono,
    sequence: u64,
    state: Option<Vec<u8>>,
    token: u32,
    clip: ClipId,
    complete: BTreeMap<ClipId, u32>,
    asked: u64,
    jobs: BTreeMap<JobId, Vec<Job>>,
    plays: BTreeMap<JobId, u32>,
}

impl Shell {
    fn new() -> Self {
        Self {
            speaker: fresh(),
            now: Mono(0),
            sequence: 1 << 32,
            state: None,
            token: 0,
            clip: ClipId::from_bytes([0; 32]),
            complete: (0..3).map(|n| (ClipId::from_bytes([n; 32]), 300_000)).collect(),
            asked: 0,
            jobs: BTreeMap::new(),
            plays: BTreeMap::new(),
        }
    }

    fn take(&mut self, step: Step) {
        let now = self.now;
        match step {
            Step::Say(all, body) => self.say(all, body),
            Step::TellTime(at) => {
                let reply = TimeReply {
                    boot: BootId::from_bytes(BOOT),
                    sent: self.asked,
                    received: at,
                    replied: at,
                    unsure: false,
                };
                self.say(false, CommandBody::Time(reply));
            }
            Step::Bring(chunk) => {
                let topic = Topic::Down(cluster(), Down::Chunk).render(&site());
                self.speaker.handle_message(now, &topic, &chunk.encode());
            }
            Step::Verified(good) => {
                let hash = good.then(|| Hash::from_bytes(*self.clip.as_bytes()));
                self.speaker.handle_clip_hash(now, self.clip, hash);
            }
            Step::Started => self.speaker.handle_playback(now, self.token, PlaybackEvent::Started),
            Step::Ended(outcome, measured) => {
                self.speaker.handle_playback(now, self.token, PlaybackEvent::Ended { outcome, measured });
            }
            Step::Full => self.speaker.handle_storage_full(now, self.clip, 0),
            Step::Connected(true) => self.speaker.handle_connected(now),
            Step::Connected(false) => self.speaker.handle_disconnected(now),
            Step::Wait(ms) => {
                self.now = now + ms;
                self.speaker.handle_timeout(self.now);
            }
            Step::PowerCut => {
                let complete = self.complete.iter().map(|(&id, &size)| (id, size)).collect();
                let restored = Restored { state: self.state.clone(), complete, partial: vec![] };
                self.speaker = boot(restored, now);
            }
        }
        self.drain();
    }

    fn say(&mut self, all: bool, body: CommandBody) {
        let leaf = match &body {
            CommandBody::Job(_) | CommandBody::Stop(_) => Down::Job,
            CommandBody::Agenda(_) => Down::Agenda,
            CommandBody::Receipt(_) => Down::Receipt,
            CommandBody::Time(_) => Down::Time,
            CommandBody::Peer(_) => Down::Job,
        };
        let all = all && leaf == Down::Job;
        let jobs = match &body {
            CommandBody::Job(job) => std::slice::from_ref(job),
            CommandBody::Agenda(agenda) => &agenda.jobs,
            _ => &[],
        };
        for job in jobs {
            self.jobs.entry(job.id).or_default().push(job.clone());
        }
        let topic = if all { Topic::All } else { Topic::Down(cluster(), leaf) };
        let target = (!all).then(cluster);
        self.sequence += 1;
        let (not_before, not_after) = (UtcMillis(0), UtcMillis(u64::MAX));
        let command = Command { site: site(), target, sequence: self.sequence, not_before, not_after, body };
        self.speaker.handle_message(self.now, &topic.render(&site()), &site_key().seal(&command));
    }

    fn drain(&mut self) {
        for _ in 0..2_000 {
            let Some(output) = self.speaker.poll_output(self.now) else {
                let _ = self.speaker.poll_timeout(self.now);
                return;
            };
            match output {
                Output::StoreState(bytes) => {
                    assert!(bytes.len() <= STATE_BYTES_MAX);
                    self.state = Some(bytes);
                }
                Output::VerifyClip(clip) | Output::StoreChunk { clip, .. } => self.clip = clip,
                Output::Play(pass) => {
                    self.token = pass.token;
                    *self.plays.entry(pass.job).or_default() += 1;
                    assert!(pass.clips.iter().all(|clip| self.complete.contains_key(clip)));
                    assert!(pass.volume <= 100);
                }
                Output::Send { topic, payload, .. } => {
                    assert!(payload.len() <= PAYLOAD_BYTES_MAX);
                    if topic.ends_with("/time") {
                        self.asked = self.now.0;
                    }
                }
                Output::FinishClip(clip) => drop(self.complete.insert(clip, 1)),
                Output::DropClip(clip) => drop(self.complete.remove(&clip)),
                Output::StopPlaying(_) | Output::SwitchZones { .. } => {}
            }
        }
        panic!("outputs without end");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1000))]

    #[test]
    fn any_life_of_a_speaker(steps in vec(step(), 1..40)) {
        let mut shell = Shell::new();
        shell.take(Step::PowerCut);
        for step in steps {
            shell.take(step);
            prop_assert!(shell.speaker.acks_waiting() <= OUTBOX_ACKS_MAX);
        }
        for (job, plays) in shell.plays {
            let goes_on = |job: &Job| job.repeat.is_some() || job.interrupted != Interrupted::Drop;
            let again = shell.jobs[&job].iter().any(goes_on);
            prop_assert!(again || plays <= 1, "{} played {} times", job, plays);
        }
    }
}
