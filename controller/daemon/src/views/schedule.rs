//! The schedule, from the core's types to the API's.

use controller_api as api;
use controller_api::Text;
use controller_core::View;
use controller_core::change::ScheduleChanged;
use controller_core::collision::{Collision, Outcome, Party};
use controller_core::guard_rail::Broken;
use controller_core::job::{Job, Origin};
use controller_core::preview::Entry;
use controller_core::programme::{Clip, Gap, Plan};
use controller_core::readiness::{Forecast, JobReadiness};
use controller_core::skip::{Skip, SkipReason};
use controller_core::state::Planned;
use firmware_proto::UtcMillis;
use schedules::{Exception, Interrupted, Item, Occurrence, Recurrence};

use super::class;

/// Occurrences to come that are listed of one programme.
const COMING: usize = 5;

/// A guard rail, with what would have broken it.
pub(crate) fn broken(broken: &Broken) -> Text {
    let text = Text::new(broken.code());
    match broken {
        Broken::QuietHours { hours, at } => text.with("hours", hours).with("start_at", at.0),
        Broken::MinutesPerDay { cluster, minutes, max, at } => {
            text.with("cluster", cluster).with("minutes", minutes).with("max", max).with("start_at", at.0)
        }
        Broken::VolumeCeiling { volume, ceiling, at } => {
            text.with("volume", volume).with("ceiling", ceiling).with("start_at", at.0)
        }
    }
}

fn gap(gap: &Gap) -> Text {
    let clusters: Vec<&str> = gap.clusters.iter().map(firmware_proto::ClusterId::as_str).collect();
    let text = Text::new(if gap.fallback.is_some() { "gap-fallback" } else { "gap-missing" })
        .with("item", gap.item + 1)
        .with("language", &gap.language)
        .with("count", clusters.len())
        .with("clusters", clusters.join(", "));
    match &gap.fallback {
        Some(fallback) => text.with("fallback", fallback),
        None => text,
    }
}

/// Two programmes that meet.
pub(crate) fn collision(collision: &Collision) -> api::Collision {
    let party = |party: &Party| api::Party { id: party.id.clone(), title: party.title.clone() };
    let outcome = match collision.outcome {
        Outcome::Waits { ms } => Text::new("outcome-waits").with("wait_ms", ms),
        Outcome::Dropped { ms } => Text::new("outcome-dropped").with("wait_ms", ms),
        Outcome::Interrupts { then: Interrupted::Drop } => Text::new("outcome-interrupts-drop"),
        Outcome::Interrupts { then: Interrupted::Resume } => Text::new("outcome-interrupts-resume"),
        Outcome::Interrupts { then: Interrupted::Restart } => Text::new("outcome-interrupts-restart"),
    };
    api::Collision {
        outcome: outcome.with("first", &collision.first.title).with("second", &collision.second.title),
        first: party(&collision.first),
        second: party(&collision.second),
        from: collision.from.0,
        to: collision.to.0,
        clusters: collision.clusters.iter().map(ToString::to_string).collect(),
    }
}

/// What a change has changed.
pub(crate) fn schedule_changed(changed: &ScheduleChanged, dry_run: bool) -> api::ScheduleChanged {
    let gaps = changed.gaps.iter().map(|(programme, found)| gap(found).with("programme", programme));
    let rails = changed.broken.iter().map(|(programme, rail)| broken(rail).with("programme", programme));
    api::ScheduleChanged {
        dry_run,
        added: changed.added.clone(),
        changed: changed.changed.clone(),
        removed: changed.removed.clone(),
        unchanged: changed.unchanged.clone(),
        next_at: changed.next.map(|at| at.0),
        collisions: changed.collisions.iter().map(collision).collect(),
        notes: rails.chain(gaps).collect(),
    }
}

/// One occurrence to come.
pub(crate) fn preview_entry(entry: &Entry) -> api::PreviewEntry {
    api::PreviewEntry {
        id: entry.id.clone(),
        by_hand: entry.by_hand,
        title: entry.title.clone(),
        class: class(entry.class),
        start: entry.start.0,
        end: entry.end.0,
        volume: entry.volume,
        exceptional: entry.exceptional,
        clusters: entry.clusters,
        notes: entry.gaps.iter().map(gap).collect(),
        broken: entry.broken.as_ref().map(broken),
        override_reason: entry.override_reason.clone(),
    }
}

/// Occurrences that were left out.
pub(crate) fn skip(skip: &Skip) -> api::Skip {
    api::Skip {
        programme: skip.programme.clone(),
        first: skip.first.0,
        last: skip.last.0,
        count: skip.count,
        why: match &skip.why {
            SkipReason::NotRunning => Text::new("skip-not-running"),
            SkipReason::Superseded => Text::new("skip-superseded"),
            SkipReason::CalledOff => Text::new("skip-called-off"),
            SkipReason::NoRoom => Text::new("skip-no-room"),
            SkipReason::TooManyClips => Text::new("skip-too-many-clips"),
            SkipReason::NoClusters => Text::new("skip-no-clusters"),
            SkipReason::GuardRail { broken: rail } => broken(rail),
        },
        clusters: skip.clusters.iter().map(ToString::to_string).collect(),
    }
}

/// A plan with clips as staff call them.
pub(crate) fn named_clips(plan: &Plan) -> schedules::Programme<String> {
    let named = plan.try_map(|clip| Ok::<_, std::convert::Infallible>(clip.name.clone()));
    let Ok(named) = named;
    named
}

/// A programme, its next start, and what was left out of it.
pub(crate) fn programme(view: &View, planned: &Planned, now: UtcMillis) -> api::Programme {
    let programme = &planned.programme;
    let plan = &programme.plan;
    let state = view.state();
    let (on, at) = match &plan.recurrence {
        Recurrence::Days { on, at } => (texts(on), texts(at)),
        Recurrence::Cron(_) | Recurrence::Once(_) => (Vec::new(), Vec::new()),
    };
    let of_it = state.skips.iter().rev().filter(|skip| skip.programme == plan.id);
    api::Programme {
        id: plan.id.clone(),
        title: plan.title.clone(),
        class: class(programme.class()),
        when: plan.recurrence.to_string(),
        on,
        at,
        between: plan.between.map(|between| (between.first.to_string(), between.last.to_string())),
        except: plan.except.iter().map(other_days).collect(),
        targets: plan.targets.clone(),
        items: plan.items.iter().map(item).collect(),
        volume: plan.volume,
        volumes: plan.volumes.iter().map(hour_volume).collect(),
        duration_ms: state.content_of(plan, &plan.items).length_ms(),
        busy: plan.busy.to_string(),
        interrupted: plan.interrupted.map(|policy| policy.to_string()),
        missed: plan.missed.to_string(),
        paused: plan.paused,
        order: programme.order.map(|place| place + 1),
        override_reason: programme.override_reason.clone(),
        coming: view.coming(planned, now, COMING).iter().map(coming).collect(),
        skips: of_it.map(skip).collect(),
    }
}

/// A volume at hours of the day.
pub(crate) fn hour_volume(at: &schedules::HourVolume) -> api::HourVolume {
    api::HourVolume { hours: at.hours.to_string(), volume: at.volume }
}

fn other_days(except: &Exception<Clip>) -> api::OtherDays {
    let instead = except.instead.as_ref();
    api::OtherDays {
        days: texts(&except.days),
        at: instead.map(|instead| texts(&instead.at)).unwrap_or_default(),
        items: instead.map(|instead| instead.items.iter().map(item).collect()).unwrap_or_default(),
    }
}

fn texts(list: &[impl ToString]) -> Vec<String> {
    list.iter().map(ToString::to_string).collect()
}

fn coming(occurrence: &Occurrence) -> api::Coming {
    api::Coming { start: occurrence.utc_ms, exceptional: occurrence.exception.is_some() }
}

fn item(item: &Item<Clip>) -> String {
    match item {
        Item::Clip(clip) => clip.name.clone(),
        Item::Variants(variants) => {
            let each: Vec<String> =
                variants.iter().map(|(language, clip)| format!("{language}: {}", clip.name)).collect();
            each.join(", ")
        }
    }
}

/// Whether a job to come is where it has to be.
pub(crate) fn readiness(ready: &JobReadiness, job: &Job) -> api::JobReadiness {
    let (mut late, mut unknown) = (Vec::new(), Vec::new());
    for waiting in &ready.waiting {
        let device = |code: &str, ready_at: Option<UtcMillis>| api::LateDevice {
            cluster: waiting.device.to_string(),
            why: Text::new(code),
            ready_at: ready_at.map(|at| at.0),
        };
        match waiting.forecast {
            Forecast::InTime { .. } => {}
            Forecast::TooLate { ready_at } => late.push(device("late-link", Some(ready_at))),
            Forecast::Unreachable => late.push(device("late-unreachable", None)),
            Forecast::Failed => late.push(device("late-failed", None)),
            Forecast::Unknown => unknown.push(device("late-unknown", None)),
        }
    }
    api::JobReadiness {
        job: job.spec.id.to_string(),
        programme: match &job.spec.origin {
            Origin::Programme { programme, .. } => Some(programme.clone()),
            Origin::Announcement => None,
        },
        title: job.spec.title.clone(),
        play_at: ready.play_at.0,
        devices: ready.devices,
        agenda: ready.agenda,
        clips: ready.clips,
        late,
        unknown,
    }
}
