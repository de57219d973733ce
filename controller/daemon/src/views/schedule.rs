//! The schedule, from the core's types to the API's.

use controller_api as api;
use controller_api::{Text, text};
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

/// A guard rail, with what would have broken it; `programme` where it is not plain of which one it is.
pub(crate) fn broken(broken: &Broken, programme: Option<&str>) -> Text {
    let reason = None::<&str>;
    match broken {
        Broken::QuietHours { hours, at } => {
            text!(RailQuietHours { hours: hours, start_at: at.0, programme: programme, reason: reason })
        }
        Broken::MinutesPerDay { cluster, minutes, max, at } => text!(RailMinutesPerDay {
            cluster: cluster,
            minutes: minutes,
            max: max,
            start_at: at.0,
            programme: programme,
            reason: reason,
        }),
        Broken::VolumeCeiling { volume, ceiling, at } => text!(RailVolumeCeiling {
            volume: volume,
            ceiling: ceiling,
            start_at: at.0,
            programme: programme,
            reason: reason,
        }),
    }
}

fn gap(gap: &Gap, programme: Option<&str>) -> Text {
    let (item, language, count) = (gap.item + 1, &gap.language, gap.clusters.len());
    let clusters: Vec<&str> = gap.clusters.iter().map(firmware_proto::ClusterId::as_str).collect();
    let clusters = clusters.join(", ");
    match &gap.fallback {
        Some(fallback) => text!(GapFallback {
            item: item,
            language: language,
            fallback: fallback,
            count: count,
            clusters: clusters,
            programme: programme,
        }),
        None => text!(GapMissing {
            item: item,
            language: language,
            count: count,
            clusters: clusters,
            programme: programme,
        }),
    }
}

/// Two programmes that meet.
pub(crate) fn collision(collision: &Collision) -> api::Collision {
    let party = |party: &Party| api::Party { id: party.id.clone(), title: party.title.clone() };
    let (first, second) = (&collision.first.title, &collision.second.title);
    let outcome = match collision.outcome {
        Outcome::Waits { ms } => text!(OutcomeWaits { first: first, second: second, wait_ms: ms }),
        Outcome::Dropped { ms } => text!(OutcomeDropped { first: first, second: second, wait_ms: ms }),
        Outcome::Interrupts { then: Interrupted::Drop } => {
            text!(OutcomeInterruptsDrop { first: first, second: second })
        }
        Outcome::Interrupts { then: Interrupted::Resume } => {
            text!(OutcomeInterruptsResume { first: first, second: second })
        }
        Outcome::Interrupts { then: Interrupted::Restart } => {
            text!(OutcomeInterruptsRestart { first: first, second: second })
        }
    };
    api::Collision {
        outcome,
        first: party(&collision.first),
        second: party(&collision.second),
        from: collision.from.0,
        to: collision.to.0,
        clusters: collision.clusters.iter().map(ToString::to_string).collect(),
    }
}

/// What a change has changed.
pub(crate) fn schedule_changed(changed: &ScheduleChanged, dry_run: bool) -> api::ScheduleChanged {
    let gaps = changed.gaps.iter().map(|(programme, found)| gap(found, Some(programme)));
    let rails = changed.broken.iter().map(|(programme, rail)| broken(rail, Some(programme)));
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
        notes: entry.gaps.iter().map(|found| gap(found, None)).collect(),
        broken: entry.broken.as_ref().map(|rail| broken(rail, None)),
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
            SkipReason::NotRunning => text!(SkipNotRunning),
            SkipReason::Superseded => text!(SkipSuperseded),
            SkipReason::CalledOff => text!(SkipCalledOff),
            SkipReason::NoRoom => text!(SkipNoRoom),
            SkipReason::TooManyClips => text!(SkipTooManyClips),
            SkipReason::NoClusters => text!(SkipNoClusters),
            SkipReason::GuardRail { broken: rail } => broken(rail, None),
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
        let device = |why: Text, ready_at: Option<UtcMillis>| api::LateDevice {
            cluster: waiting.device.to_string(),
            why,
            ready_at: ready_at.map(|at| at.0),
        };
        match waiting.forecast {
            Forecast::InTime { .. } => {}
            Forecast::TooLate { ready_at } => late.push(device(text!(LateLink), Some(ready_at))),
            Forecast::Unreachable => late.push(device(text!(LateUnreachable), None)),
            Forecast::ClipLost => late.push(device(text!(LateClipLost), None)),
            Forecast::Failed => late.push(device(text!(LateFailed), None)),
            Forecast::Unknown => unknown.push(device(text!(LateUnknown), None)),
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
