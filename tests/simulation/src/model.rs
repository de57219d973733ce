//! The reference: what staff asked for, and what really sounded where. It is kept by the world's own
//! rules and shares nothing with the core but the words.

use std::collections::{BTreeMap, BTreeSet};

use controller_core::cluster::ClusterKind;
use controller_core::command::{Announcement, Command};
use controller_core::job::{JobSpec, Origin};
use controller_core::limits::{LATER_WITHIN_MS, NOW_WITHIN_MS};
use controller_core::programme::{self, Plan};
use controller_core::{Record, State};
use firmware_proto::message::{AckId, Class, ClipRef, Stage};
use firmware_proto::speaker::{Pass as Played, PassOutcome, PlaybackEvent};
use firmware_proto::{JobId, Mono, UtcMillis};
use schedules::{Importance, Interrupted, Item, Language, Recurrence};

use crate::scenario::ClusterPlan;

/// One broadcast as staff meant it.
#[derive(Debug, Clone)]
pub(crate) struct Meant {
    /// Clusters that are to be heard.
    pub(crate) targets: BTreeSet<usize>,
    /// Devices that are to play, with the zones a gateway has to switch on.
    pub(crate) players: BTreeMap<usize, Vec<u16>>,
    pub(crate) class: Class,
    /// Where listeners speak the site's language.
    pub(crate) clips: Vec<ClipRef>,
    /// Where they speak another one.
    variants: BTreeMap<usize, Vec<ClipRef>>,
    pub(crate) play_at: Option<UtcMillis>,
    pub(crate) start_within_ms: u64,
    pub(crate) repeat_for_ms: Option<u64>,
    /// When it was first and last asked for, by the controller's clock, which may have been set in between.
    pub(crate) asked: (UtcMillis, UtcMillis),
    pub(crate) first_asked: Mono,
    pub(crate) accepted: Option<Mono>,
    /// When it was ended first: by staff, or because its programme became another one.
    pub(crate) stop_asked: Option<Mono>,
    /// Staff ended this edition, in whatever form.
    pub(crate) called_off: bool,
    /// Its programme, or where that plays, became another one.
    is_outdated: bool,
    /// What becomes of it when something takes its place.
    pub(crate) interrupted: Interrupted,
    /// How long it may wait for the amplifier; an announcement only as long as it may be late.
    wait_ms: u64,
    programme: Option<String>,
}

/// One edition of a programme, whatever form it has: the programme, and when it plays.
pub(crate) type Edition<'a> = (&'a str, UtcMillis);

impl Meant {
    pub(crate) fn edition(&self) -> Option<Edition<'_>> {
        self.programme.as_deref().zip(self.play_at)
    }

    /// What is to sound on a cluster.
    pub(crate) fn clips_on(&self, cluster: usize) -> &[ClipRef] {
        self.variants.get(&cluster).unwrap_or(&self.clips)
    }

    /// Of how many clips it is made, where they are fewest.
    fn shortest(&self) -> usize {
        self.variants.values().chain([&self.clips]).map(Vec::len).min().unwrap_or(0)
    }

    /// All its sound once, where it is longest.
    pub(crate) fn pass_ms(&self) -> u64 {
        let length = |clips: &Vec<ClipRef>| clips.iter().map(|clip| u64::from(clip.duration_ms)).sum();
        self.variants.values().chain([&self.clips]).map(length).max().unwrap_or(0)
    }

    /// All its sound, silences included.
    pub(crate) fn length_ms(&self) -> u64 {
        self.pass_ms() + self.repeat_for_ms.unwrap_or(0)
    }

    /// The latest start of one that has to wait for what plays, as [`Self::start_by`].
    pub(crate) fn latest_start(&self) -> UtcMillis {
        let (_, start_by) = self.start_by();
        self.play_at.map_or(start_by, |at| start_by.max(at + self.wait_ms))
    }

    /// How long it waits for what plays at its time.
    pub(crate) fn waits_until(&self) -> UtcMillis {
        let (start_by, _) = self.start_by();
        match (&self.programme, self.play_at) {
            (Some(_), Some(at)) => start_by.min(at + self.wait_ms),
            _ => start_by,
        }
    }

    /// The latest start, had it been made at the earliest or the latest reading of [`Self::asked`].
    pub(crate) fn start_by(&self) -> (UtcMillis, UtcMillis) {
        let within = self.start_within_ms.max(self.repeat_for_ms.unwrap_or(0));
        let from = |asked: UtcMillis| self.play_at.unwrap_or(asked) + within;
        (from(self.asked.0), from(self.asked.1))
    }
}

/// One pass that a device was told to play.
#[derive(Debug, Clone)]
pub(crate) struct Pass {
    pub(crate) cluster: usize,
    pub(crate) job: JobId,
    token: u32,
    pub(crate) life: u32,
    pub(crate) asked: Mono,
    /// When sound came out, if it did.
    pub(crate) started: Option<Mono>,
    pub(crate) ended: Option<PassOutcome>,
    pub(crate) ended_at: Option<Mono>,
    /// Zones that a gateway has switched on.
    pub(crate) zones: Vec<u16>,
    /// The speaker has stored what it was told about the end.
    pub(crate) stored: bool,
    pub(crate) stop_asked: bool,
    /// Where in its sound it began.
    pub(crate) from_ms: u64,
    /// It had all that the job is to sound.
    pub(crate) has_all: bool,
}

impl Pass {
    pub(crate) fn is_whole(&self) -> bool {
        self.ended == Some(PassOutcome::Completed) && self.has_all
    }
}

/// The world's own book.
#[derive(Debug, Default)]
pub(crate) struct Model {
    pub(crate) jobs: BTreeMap<JobId, Meant>,
    /// As they were when the controller decided last about them.
    pub(crate) programmes: BTreeMap<String, Plan>,
    pub(crate) passes: Vec<Pass>,
    /// Which pass each device plays.
    current: BTreeMap<usize, usize>,
    /// Times of power cuts, by device.
    pub(crate) cuts: BTreeMap<usize, Vec<Mono>>,
    /// What each ack that came said.
    pub(crate) acks: BTreeMap<(usize, AckId), (JobId, Stage)>,
    /// The agenda version of each job that was published.
    pub(crate) versions: BTreeMap<JobId, u64>,
    /// Devices that staff have removed at some time.
    pub(crate) removed: BTreeSet<usize>,
    /// When programmes were last cancelled, paused, resumed or changed.
    pub(crate) cancelled: BTreeMap<String, Mono>,
    /// Every offset that the controller's clock had.
    pub(crate) offsets_ms: Vec<i64>,
}

impl Model {
    pub(crate) fn new() -> Self {
        Self { offsets_ms: vec![0], ..Self::default() }
    }

    pub(crate) fn asked(&mut self, now: Mono, utc: UtcMillis, command: &Command, plans: &[ClusterPlan]) {
        match command {
            Command::Announce(wanted) => {
                let meant = self.jobs.entry(wanted.id).or_insert_with(|| meant(now, utc, wanted, plans));
                meant.asked = (meant.asked.0.min(utc), meant.asked.1.max(utc));
            }
            Command::Stop(job) | Command::CancelJob(job) => self.stop(now, *job),
            Command::CancelProgramme(id) => {
                self.cancelled.insert(id.clone(), now);
                let of_it = |meant: &&mut Meant| meant.programme.as_deref() == Some(id);
                self.jobs.values_mut().filter(of_it).for_each(|meant| {
                    meant.stop_asked.get_or_insert(now);
                });
            }
            Command::RemoveCluster(id) => {
                self.removed.extend(plans.iter().position(|plan| plan.cluster.id == *id));
            }
            Command::ChangeSchedule(change) => {
                for plan in &change.plans {
                    if self.programmes.get(&plan.id).is_some_and(|known| known != plan) {
                        self.cancelled.insert(plan.id.clone(), now);
                    }
                }
            }
            Command::PauseProgramme { id, .. } => {
                self.cancelled.insert(id.clone(), now);
            }
            Command::ChangeSite(site) => {
                let goes = |plan: &ClusterPlan| {
                    site.replace && site.clusters.iter().all(|named| named.id != plan.cluster.id)
                };
                self.removed.extend((0..plans.len()).filter(|index| goes(&plans[*index])));
            }
            // A programme that was before others by an older order is not any more; one that plays another clip is
            // another form of it.
            Command::OrderProgrammes(_) | Command::ReplaceClip { .. } => {
                let all = self.programmes.keys().map(|id| (id.clone(), now));
                self.cancelled.extend(all);
            }
            Command::AddClusters(_)
            | Command::AddClip(_)
            | Command::RemoveClip { .. }
            | Command::AcceptClock => {}
        }
    }

    /// What an occurrence of a programme has become, where nobody stopped it. A crash may have lost some.
    pub(crate) fn occurrences(&self, programme: &str, at: UtcMillis) -> impl Iterator<Item = JobId> {
        let is_it = move |meant: &Meant| {
            meant.programme.as_deref() == Some(programme)
                && meant.play_at == Some(at)
                && meant.stop_asked.is_none()
        };
        self.jobs.iter().filter(move |(_, meant)| is_it(meant)).map(|(id, _)| *id)
    }

    /// What an edition of a programme was, one form after the other.
    pub(crate) fn forms(&self, edition: Option<Edition<'_>>) -> impl Iterator<Item = (JobId, &Meant)> {
        let forms =
            self.jobs.iter().filter(move |(_, other)| edition.is_some() && other.edition() == edition);
        forms.map(|(id, meant)| (*id, meant))
    }

    /// Passes that a device has begun of any form of one occurrence of a programme.
    pub(crate) fn passes_of_occurrence(&self, cluster: usize, meant: &Meant) -> impl Iterator<Item = &Pass> {
        let forms: Vec<JobId> = self.forms(meant.edition()).map(|(id, _)| id).collect();
        self.passes.iter().filter(move |pass| pass.cluster == cluster && forms.contains(&pass.job))
    }

    /// What a device plays now.
    pub(crate) fn sounding(&self, cluster: usize) -> Option<&Pass> {
        let pass = self.passes.get(*self.current.get(&cluster)?)?;
        pass.ended.is_none().then_some(pass)
    }

    /// The pass that a device plays goes on in other zones.
    pub(crate) fn zones_switched(&mut self, cluster: usize, token: u32, zones: &[u16]) {
        if let Some(pass) = self.current(cluster, token) {
            pass.zones = zones.to_vec();
        }
    }

    /// Staff stop a job, and with it every form of its edition.
    fn stop(&mut self, now: Mono, job: JobId) {
        let Some(meant) = self.jobs.get(&job) else { return };
        let mut forms: Vec<JobId> = self.forms(meant.edition()).map(|(id, _)| id).collect();
        forms.push(job);
        let programme = meant.programme.clone();
        for form in forms {
            if let Some(form) = self.jobs.get_mut(&form) {
                form.stop_asked.get_or_insert(now);
                form.called_off = true;
            }
        }
        self.cancelled.extend(programme.map(|programme| (programme, now)));
    }

    /// The command was refused: nothing was stopped.
    pub(crate) fn refused(&mut self, command: &Command) {
        let job = match command {
            Command::Stop(job) | Command::CancelJob(job) => Some(*job),
            _ => None,
        };
        if let Some(meant) = job.and_then(|job| self.jobs.get_mut(&job)) {
            meant.stop_asked = None;
            meant.called_off = false;
        }
    }

    /// The command was answered with `Ok`; returns the job to be judged.
    pub(crate) fn accepted(&mut self, now: Mono, command: &Command) -> Option<JobId> {
        let Command::Announce(wanted) = command else { return None };
        let meant = self.jobs.get_mut(&wanted.id)?;
        meant.accepted.get_or_insert(now);
        Some(wanted.id)
    }

    /// Occurrences of programmes are found in what the core decides.
    pub(crate) fn recorded(&mut self, now: Mono, utc: UtcMillis, record: &Record, plans: &[ClusterPlan]) {
        match record {
            // The clock was set back, and forms that programmes had before are to come again.
            Record::ScheduleChanged { programmes, removed, ended, .. }
                if programmes.is_empty() && removed.is_empty() =>
            {
                for job in ended {
                    let meant = self.jobs.get_mut(job).filter(|meant| meant.is_outdated);
                    if let Some(meant) = meant.filter(|meant| meant.play_at.is_some_and(|at| at > utc)) {
                        meant.stop_asked.get_or_insert(now);
                    }
                }
            }
            Record::ScheduleChanged { programmes, .. } | Record::ClipReplaced { programmes, .. } => {
                for programme in programmes {
                    self.replaced(now, utc, &|meant| meant.programme.as_ref() == Some(&programme.plan.id));
                    self.programmes.insert(programme.plan.id.clone(), programme.plan.clone());
                }
            }
            Record::ClustersAdded { clusters, replanned }
            | Record::SiteChanged { clusters, replanned, .. } => {
                let new = |index: &usize| clusters.iter().any(|new| new.id == plans[*index].cluster.id);
                // What is described as it was before changes no programme.
                let concerned = |meant: &Meant| {
                    let named = meant.programme.as_ref().is_some_and(|id| replanned.programmes.contains(id));
                    named && meant.targets.iter().any(new)
                };
                self.replaced(now, utc, &concerned);
            }
            _ => {}
        }
        let Record::JobMade { spec } = record else { return };
        let Origin::Programme { programme, occurrence } = &spec.origin else { return };
        let Some(wanted) = self.programmes.get(programme) else {
            panic!("a job of a programme that nobody asked for: {spec:?}");
        };
        let meant = occurrence_meant(now, *occurrence, wanted, spec, plans);
        self.jobs.entry(spec.id).or_insert(meant);
    }

    /// A crash may have lost what was decided last.
    pub(crate) fn restarted(&mut self, durable: &State) {
        let programmes = durable.programmes.iter();
        self.programmes =
            programmes.map(|(id, planned)| (id.clone(), planned.programme.plan.clone())).collect();
        // A change that was lost has ended nothing: staff ask for it again.
        let goes_on = |id: &JobId| durable.jobs.get(id).is_some_and(|job| job.stopped_at.is_none());
        let ended = self.jobs.iter_mut().filter(|(_, meant)| meant.programme.is_some() && !meant.called_off);
        ended.filter(|(id, _)| goes_on(id)).for_each(|(_, meant)| meant.stop_asked = None);
    }

    /// Jobs of programmes that have not begun give way to others when their programme or its clusters change.
    fn replaced(&mut self, now: Mono, utc: UtcMillis, concerns: &dyn Fn(&Meant) -> bool) {
        let concerned = self.jobs.values_mut().filter(|meant| meant.programme.is_some() && concerns(meant));
        for meant in concerned {
            meant.is_outdated = true;
            if meant.play_at.is_some_and(|at| at > utc) {
                meant.stop_asked.get_or_insert(now);
            }
        }
    }

    pub(crate) fn play(&mut self, now: Mono, cluster: usize, pass: &Played, life: u32) {
        self.current.insert(cluster, self.passes.len());
        self.passes.push(Pass {
            cluster,
            job: pass.job,
            token: pass.token,
            life,
            asked: now,
            started: None,
            ended: None,
            ended_at: None,
            zones: pass.zones.clone(),
            stored: false,
            stop_asked: false,
            from_ms: pass.from_ms,
            has_all: self.jobs.get(&pass.job).is_none_or(|meant| pass.clips.len() >= meant.shortest()),
        });
    }

    fn current(&mut self, cluster: usize, token: u32) -> Option<&mut Pass> {
        let index = *self.current.get(&cluster)?;
        self.passes.get_mut(index).filter(|pass| pass.token == token)
    }

    pub(crate) fn stop_playing(&mut self, cluster: usize, token: u32) {
        if let Some(pass) = self.current(cluster, token) {
            pass.stop_asked = true;
        }
    }

    pub(crate) fn sink_told(&mut self, now: Mono, cluster: usize, token: u32, event: &PlaybackEvent) {
        let Some(pass) = self.current(cluster, token) else { return };
        match event {
            PlaybackEvent::Started => pass.started = Some(now),
            PlaybackEvent::Ended { outcome, .. } => {
                (pass.ended, pass.ended_at) = (Some(*outcome), Some(now));
            }
        }
    }

    pub(crate) fn state_stored(&mut self, cluster: usize) {
        if let Some(pass) = self.current.get(&cluster).and_then(|index| self.passes.get_mut(*index)) {
            pass.stored |= pass.ended.is_some();
        }
    }

    pub(crate) fn power_cut(&mut self, now: Mono, cluster: usize) {
        self.current.remove(&cluster);
        self.cuts.entry(cluster).or_default().push(now);
    }

    pub(crate) fn passes_of(&self, cluster: usize, job: JobId) -> impl Iterator<Item = &Pass> {
        self.passes.iter().filter(move |pass| pass.cluster == cluster && pass.job == job)
    }

    /// Was the power cut between a pass of this job and the storing of its end?
    pub(crate) fn was_cut_while_playing(&self, cluster: usize, job: JobId) -> bool {
        let cuts = self.cuts.get(&cluster).map_or(0, Vec::len) as u32;
        let repeats = self.jobs.get(&job).is_some_and(|meant| meant.repeat_for_ms.is_some());
        let first = self.passes_of(cluster, job).next();
        repeats && first.is_some_and(|pass| pass.life < cuts)
            || self.passes_of(cluster, job).any(|pass| !pass.stored && pass.life < cuts)
            || self
                .passes_of(cluster, job)
                .zip(self.passes_of(cluster, job).skip(1))
                .any(|(a, b)| a.life != b.life)
    }
}

fn meant(now: Mono, utc: UtcMillis, wanted: &Announcement, plans: &[ClusterPlan]) -> Meant {
    let targets = resolve(&wanted.targets, plans);
    let usual = if wanted.play_at.is_some() { LATER_WITHIN_MS } else { NOW_WITHIN_MS };
    Meant {
        players: players(&targets, plans),
        targets,
        class: wanted.class,
        clips: wanted.clips.clone(),
        variants: BTreeMap::new(),
        play_at: wanted.play_at,
        start_within_ms: wanted.start_within_ms.unwrap_or(usual),
        repeat_for_ms: wanted.repeat_for_ms,
        asked: (utc, utc),
        first_asked: now,
        accepted: None,
        stop_asked: None,
        called_off: false,
        is_outdated: false,
        interrupted: Interrupted::Drop,
        wait_ms: 0,
        programme: None,
    }
}

fn occurrence_meant(
    now: Mono,
    occurrence: UtcMillis,
    wanted: &Plan,
    spec: &JobSpec,
    plans: &[ClusterPlan],
) -> Meant {
    let cron = matches!(wanted.recurrence, Recurrence::Cron(_));
    assert!(!cron || occurrence.0.is_multiple_of(60_000), "cron fires at whole minutes: {spec:?}");
    let targets = resolve(&wanted.targets, plans);
    Meant {
        players: players(&targets, plans),
        targets,
        class: match wanted.class {
            Importance::Routine => Class::Routine,
            Importance::Priority => Class::Priority,
        },
        clips: spoken(&wanted.items, &[]),
        variants: (0..plans.len()).map(|c| (c, spoken(&wanted.items, &plans[c].cluster.languages))).collect(),
        play_at: Some(occurrence),
        start_within_ms: schedules::LATE_MS,
        repeat_for_ms: None,
        asked: (occurrence, occurrence),
        first_asked: now,
        accepted: None,
        stop_asked: None,
        called_off: false,
        is_outdated: false,
        interrupted: wanted.interrupted.unwrap_or_default(),
        wait_ms: wanted.busy.wait_ms(),
        programme: Some(wanted.id.clone()),
    }
}

/// What a cluster plays for listeners of these languages; the site's is Vietnamese, and every item has that.
fn spoken(items: &[Item<programme::Clip>], languages: &[Language]) -> Vec<ClipRef> {
    let mut clips = Vec::new();
    for item in items {
        let variants: Vec<(&str, ClipRef)> = match item {
            Item::Clip(clip) => vec![("vi", clip.clip)],
            Item::Variants(variants) => {
                variants.iter().map(|(tag, clip)| (tag.as_str(), clip.clip)).collect()
            }
        };
        let of = |wanted: &str| variants.iter().find(|(tag, _)| *tag == wanted).map(|(_, clip)| *clip);
        let before = clips.len();
        if variants.len() > 1 {
            clips.extend(languages.iter().filter_map(|language| of(language.as_str())));
        }
        if clips.len() == before {
            clips.extend(of("vi"));
        }
    }
    clips
}

/// The clusters that staff mean; the scenarios write only `all`, `smart`, `wireless` and ids.
fn resolve(targets: &[String], plans: &[ClusterPlan]) -> BTreeSet<usize> {
    let means = |target: &String, plan: &ClusterPlan| match target.as_str() {
        "all" => plan.cluster.kind != ClusterKind::Gateway,
        "smart" => plan.cluster.kind == ClusterKind::Smart,
        "wireless" => plan.cluster.kind == ClusterKind::Wireless,
        id => plan.cluster.id.as_str() == id,
    };
    let meant = plans.iter().enumerate().filter(|(_, plan)| targets.iter().any(|t| means(t, plan)));
    meant.map(|(index, _)| index).collect()
}

fn players(targets: &BTreeSet<usize>, plans: &[ClusterPlan]) -> BTreeMap<usize, Vec<u16>> {
    let mut players: BTreeMap<usize, Vec<u16>> = BTreeMap::new();
    for &target in targets {
        let cluster = &plans[target].cluster;
        let device = match &cluster.gateway {
            Some(gateway) => plans.iter().position(|plan| plan.cluster.id == *gateway).expect("a gateway"),
            None => target,
        };
        players.entry(device).or_default().extend(cluster.zone);
    }
    for (&device, zones) in &mut players {
        if zones.is_empty() {
            let id = &plans[device].cluster.id;
            let behind = plans.iter().filter(|plan| plan.cluster.gateway.as_ref() == Some(id));
            zones.extend(behind.filter_map(|plan| plan.cluster.zone));
        }
        zones.sort_unstable();
    }
    players
}
