//! What stands in the journal, in sentences for people: at least one for each kind of record. They do not name who
//! caused it: that stands beside them.

use controller_api::{Text, text};
use controller_core::State;
use controller_core::fault::Fault;
use controller_core::job::{JobSpec, Origin};
use controller_core::record::{Lapse, Record, tells_trouble};
use controller_core::verdict::Verdict;
use firmware_proto::message::{Ack, Class, Sound, Stage};
use firmware_proto::{ClusterId, JobId};

use super::{fault, reason, schedule, why};
use crate::failure::short;

/// Names in one sentence; the others are counted.
const NAMES_MAX: usize = 6;

/// A sentence, and why it is so where somebody has said that.
pub(super) struct Said {
    pub(super) text: Text,
    pub(super) why: Option<Text>,
}

impl From<Text> for Said {
    fn from(text: Text) -> Self {
        Self { text, why: None }
    }
}

/// What a record says. Titles are those of jobs that are still remembered.
pub(super) fn said(state: &State, record: &Record) -> Said {
    match record {
        Record::Started { .. } => text!(LogStarted).into(),
        Record::Surpassed { .. } => text!(LogSurpassed).into(),
        Record::SiteChanged { clusters, removed, .. } => site(clusters.len(), removed.len()).into(),
        Record::ClustersAdded { clusters, .. } => {
            let names = names(clusters.iter().map(|cluster| cluster.id.as_str()));
            text!(LogClustersAdded { n: clusters.len(), clusters: names }).into()
        }
        Record::ClockSet { before } => text!(LogClockSet { before_at: before.0 }).into(),
        Record::ClusterRemoved { cluster } => text!(LogClusterRemoved { cluster: cluster }).into(),
        Record::JobMade { spec } => made(spec).into(),
        Record::JobSent { job } => text!(LogJobSent { job: short(job), title: title(state, *job) }).into(),
        Record::JobStopped { job } => {
            text!(LogJobStopped { job: short(job), title: title(state, *job) }).into()
        }
        Record::Acked { acks, .. } => acked(state, acks),
        Record::Lapsed { job, deliveries } => lapsed(state, *job, deliveries),
        Record::Booted { firmware, .. } => text!(LogBooted { firmware: firmware }).into(),
        Record::OtherProtocol { version, .. } => text!(LogOtherProtocol { version: version }).into(),
        Record::FaultsChanged { raised, cleared } => {
            let well = names(cleared.iter().map(|(cluster, _)| cluster.as_str()));
            faults(raised, cleared.len(), &well)
        }
        Record::ScheduleChanged { programmes, removed, .. } => {
            let changed = names(programmes.iter().map(|programme| programme.plan.id.as_str()));
            programmes_changed(&changed, &names(removed.iter().map(String::as_str))).into()
        }
        Record::ClipAdded { clip } => text!(LogClipAdded { clip: clip.title() }).into(),
        Record::ClipReplaced { title, programmes, .. } => {
            let changed = names(programmes.iter().map(|programme| programme.plan.id.as_str()));
            text!(LogClipReplaced { clip: title, programmes: changed }).into()
        }
        Record::ClipRemoved { title, gone: true, .. } => text!(LogClipRemoved { clip: title }).into(),
        Record::ClipRemoved { title, gone: false, .. } => text!(LogClipTitleRemoved { clip: title }).into(),
        Record::OccurrencesSkipped { skip, .. } => {
            let text = text!(LogSkipped { id: skip.programme, first_at: skip.first.0, n: skip.count });
            Said { text, why: Some(schedule::skip(skip).why) }
        }
        Record::Forgotten { jobs } => text!(LogForgotten { n: jobs.len() }).into(),
    }
}

fn site(changed: usize, removed: usize) -> Text {
    match changed + removed {
        0 => text!(LogSettingsChanged),
        _ => text!(LogSiteChanged { changed: changed, removed: removed }),
    }
}

fn made(spec: &JobSpec) -> Text {
    let (title, job, n) = (&spec.title, short(&spec.id), spec.targets.len());
    let class = match spec.class {
        Class::Routine => "routine",
        Class::Priority => "priority",
        Class::Emergency => "emergency",
    };
    match (&spec.origin, spec.play_at) {
        (Origin::Programme { occurrence, .. }, play_at) => {
            let at = play_at.unwrap_or(*occurrence).0;
            text!(LogProgrammeReady { title: title, job: job, n: n, play_at: at })
        }
        (Origin::Announcement, Some(at)) => {
            text!(LogAnnouncedAt { title: title, job: job, class: class, n: n, play_at: at.0 })
        }
        (Origin::Announcement, None) => {
            text!(LogAnnouncedNow { title: title, job: job, class: class, n: n })
        }
    }
}

/// What is wrong goes before what is well; the last word of a job goes before earlier ones.
fn acked(state: &State, acks: &[Ack]) -> Said {
    let trouble = acks.iter().find(|ack| tells_trouble(ack));
    let one_job = acks.windows(2).all(|pair| pair[0].job == pair[1].job);
    let Some(ack) = trouble.or(acks.last().filter(|_| one_job)) else {
        return text!(LogAckedMany { n: acks.len() }).into();
    };
    let title = title(state, ack.job);
    let text = text!(LogAcked { job: short(&ack.job), stage: stage(ack), title: title });
    Said { text, why: ack.reason.map(reason) }
}

/// As the catalogue calls what a cluster says.
fn stage(ack: &Ack) -> &'static str {
    match ack.stage {
        Stage::Received => "received",
        Stage::Ready => "ready",
        Stage::Started => "started",
        Stage::Finished if ack.evidence.is_some_and(|e| e.sound == Sound::Absent) => "silent",
        Stage::Finished => "finished",
        Stage::Failed => "failed",
        Stage::Preempted => "preempted",
        Stage::Skipped => "skipped",
        Stage::Expired => "expired",
    }
}

fn lapsed(state: &State, job: JobId, deliveries: &[Lapse]) -> Said {
    let is_lost = |lapse: &&Lapse| Verdict::of(lapse.state) == Verdict::NotPlayed;
    let lost: Vec<&Lapse> = deliveries.iter().filter(is_lost).collect();
    let (id, title) = (short(&job), title(state, job));
    let Some(first) = lost.first() else {
        return text!(LogLapsedUnconfirmed { job: id, n: deliveries.len(), title: title }).into();
    };
    let clusters = names(lost.iter().map(|lapse| lapse.cluster.as_str()));
    let text = text!(LogLapsed { job: id, n: lost.len(), clusters: clusters, title: title });
    let same = lost.iter().all(|lapse| lapse.why == first.why);
    Said { text, why: same.then(|| why(&first.why)) }
}

fn faults(raised: &[(ClusterId, Fault)], over: usize, well: &str) -> Said {
    let clusters = names(raised.iter().map(|(cluster, _)| cluster.as_str()));
    let text = match (raised.len(), over) {
        (0, _) => return text!(LogFaultsOver { n: over, clusters: well }).into(),
        (n, 0) => text!(LogFaults { n: n, clusters: clusters }),
        _ => text!(LogFaultsBoth { clusters: clusters, well: well }),
    };
    let mut reasons = raised.iter().map(|(_, raised)| fault(raised).why);
    // Those that are not the same differ by a time alone, where they are of one kind.
    let same = raised.windows(2).all(|pair| pair[0].1.kind() == pair[1].1.kind());
    Said { text, why: reasons.next().filter(|_| same) }
}

fn programmes_changed(changed: &str, removed: &str) -> Text {
    match (changed.is_empty(), removed.is_empty()) {
        (true, true) => text!(LogDaysChanged),
        (false, true) => text!(LogProgrammesChanged { programmes: changed }),
        (true, false) => text!(LogProgrammesRemoved { programmes: removed }),
        (false, false) => text!(LogProgrammesBoth { programmes: changed, removed: removed }),
    }
}

fn title(state: &State, job: JobId) -> Option<&str> {
    state.jobs.get(&job).map(|job| job.spec.title.as_str())
}

/// The first of them, and that there are more.
fn names<'a>(names: impl ExactSizeIterator<Item = &'a str>) -> String {
    let more = names.len() > NAMES_MAX;
    let mut shown: Vec<&str> = names.take(NAMES_MAX).collect();
    shown.extend(more.then_some("…"));
    shown.join(", ")
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use std::collections::BTreeSet;

    use controller_api::{Catalogue, Language};
    use controller_core::Entry;

    use super::*;

    const RECORDS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../core/tests/journal/v1/records");

    /// One entry of each kind that there ever was.
    fn entries() -> Vec<Entry> {
        let mut files: Vec<_> =
            std::fs::read_dir(RECORDS).unwrap().map(|file| file.unwrap().path()).collect();
        files.sort();
        let read = |file: &std::path::PathBuf| {
            serde_json::from_str(&std::fs::read_to_string(file).unwrap()).unwrap()
        };
        files.iter().map(read).collect()
    }

    #[test]
    fn each_kind_of_record_has_a_sentence_of_its_own() {
        let entries = entries();
        assert!(entries.len() > 15);
        for language in Language::ALL {
            let zone = schedules::Zone::HO_CHI_MINH;
            let catalogue = Catalogue::new(language, move |at| zone.local_text(at));
            let mut told = BTreeSet::new();
            for entry in &entries {
                let Said { text, why } = said(&State::default(), &entry.record);
                assert!(
                    catalogue.has(&text.code) && why.is_none_or(|why| catalogue.has(&why.code)),
                    "{text:?}"
                );
                let sentence = catalogue.text(&text);
                assert!(told.insert(sentence.clone()), "{sentence} stands for two kinds");
            }
        }
    }

    #[test]
    fn a_long_list_of_names_is_cut() {
        let eight = ["a", "b", "c", "d", "e", "f", "g", "h"];
        assert_eq!(names(eight[..6].iter().copied()), "a, b, c, d, e, f");
        assert_eq!(names(eight.iter().copied()), "a, b, c, d, e, f, …");
        assert_eq!(names([].into_iter()), "");
    }
}
