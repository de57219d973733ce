//! What is told of collisions, held against what real speakers then do.

use controller_core::change::{ScheduleChange, Scope};
use controller_core::collision::{Collision, Outcome};
use controller_core::command::{Announcement, Command};
use controller_core::job::Origin;
use controller_core::limits::LATER_WITHIN_MS;
use controller_core::programme::{Clip, Plan};
use firmware_proto::message::Class;
use firmware_proto::{JobId, UtcMillis};
use schedules::{Busy, DaySets, Importance, Interrupted, Item, Recurrence, Zone};
use simulation::{Act, Rng, Scenario, World, utc_at};

/// Programmes are planned to start at a multiple of so many seconds, so that some start together.
const STEP_S: u64 = 10;
const STEPS: std::ops::RangeInclusive<u64> = 12..=30;
/// A start that is nearer to the end of the time to wait than this may go either way.
const NEAR_S: f64 = 3.0;

/// A programme that plays once, and at which second.
fn plan(rng: &mut Rng, scenario: &Scenario, number: u64) -> (Plan, f64) {
    let items: Vec<Item<Clip>> = (0..rng.between(1, 4))
        .map(|_| Item::Clip(Clip { name: "a".into(), clip: scenario.clip(rng.below(2) as usize) }))
        .collect();
    let second = rng.between(*STEPS.start(), *STEPS.end()) * STEP_S;
    let local = Zone::HO_CHI_MINH.local_text(utc_at(second).0);
    let once = Recurrence::Once(local.parse().expect("a local time"));
    let wireless = scenario.clusters.len() > 1;
    let targets = if wireless { rng.pick(&["all", "fm-0", "fm-1"]) } else { "all" };
    let plan = Plan {
        targets: vec![targets.to_owned()],
        class: rng.pick(&[Importance::Routine, Importance::Routine, Importance::Priority]),
        busy: rng.pick(&[Busy::Wait(1), Busy::Wait(1), Busy::Wait(2), Busy::Next, Busy::AtOnce]),
        interrupted: rng.pick(&[None, Some(Interrupted::Resume), Some(Interrupted::Restart)]),
        ..Plan::plain(&format!("programme-{number}"), items, once)
    };
    (plan, second as f64)
}

/// An emergency for later, made by hand.
fn emergency(rng: &mut Rng, scenario: &Scenario, number: u8) -> (Announcement, f64) {
    let second = rng.between(*STEPS.start(), *STEPS.end()) * STEP_S;
    let wireless = scenario.clusters.len() > 1;
    let targets = if wireless { rng.pick(&["all", "fm-0", "fm-1"]) } else { "all" };
    let announcement = Announcement {
        class: Class::Emergency,
        clips: vec![scenario.clip(rng.below(2) as usize)],
        targets: vec![targets.to_owned()],
        play_at: Some(utc_at(second)),
        start_within_ms: Some(rng.between(1, 6) * 20_000),
        ..scenario.announcement(number)
    };
    (announcement, second as f64)
}

/// Something that is to sound, as the test looks at it.
struct Wanted {
    /// As collisions call it.
    id: String,
    job: JobId,
    emergency: bool,
    /// Its start, and how much later it may start, s.
    planned: f64,
    latest: f64,
}

/// How much later than planned something is to start, s; infinite if it is to be dropped.
fn foretold_delay(told: &[Collision], id: &str) -> Option<f64> {
    told.iter().filter(|collision| collision.second.id == id).find_map(|collision| match collision.outcome {
        Outcome::Waits { ms } => Some(ms as f64 / 1_000.0),
        Outcome::Dropped { .. } => Some(f64::INFINITY),
        Outcome::Interrupts { .. } => None,
    })
}

/// Is something to start just when another one takes its place? A moment later it would not start at all, and
/// everything behind it would go another way.
fn stands_on_edge(told: &[Collision], wanted: &Wanted) -> bool {
    let start =
        utc_at(0).0 as f64 / 1_000.0 + wanted.planned + foretold_delay(told, &wanted.id).unwrap_or(0.0);
    let takes = |c: &&Collision| matches!(c.outcome, Outcome::Interrupts { .. }) && c.first.id == wanted.id;
    told.iter().filter(takes).any(|c| (c.from.0 as f64 / 1_000.0 - start).abs() < NEAR_S)
}

fn job_of(world: &World, programme: &str) -> JobId {
    let state = world.state().expect("a controller");
    let is_of =
        |origin: &Origin| matches!(origin, Origin::Programme { programme: id, .. } if id == programme);
    state.each_job().find(|job| is_of(&job.spec.origin)).expect("its job").spec.id
}

#[test]
fn what_is_foretold_of_programmes_that_meet_comes_true() {
    let (mut waits, mut dropped, mut interrupted) = (0, 0, 0);
    let (mut emergencies_met, mut on_edge) = (0, 0);
    for seed in 0..300 {
        let mut rng = Rng::new(seed, 7);
        // One smart cluster, or a gateway with two wireless ones that need not be meant together.
        let mut scenario = Scenario::quiet("what_is_foretold", usize::from(seed % 2 == 0));
        if seed % 2 == 1 {
            scenario.add_gateway(2);
        }
        // Lengths of which no sum is whole seconds: nothing ends just when something else starts.
        scenario.clips = [20_450, 23_770].map(|ms| simulation::Clip::new(&mut rng, 20_000 + ms, ms)).into();
        let plans: Vec<(Plan, f64)> =
            (0..rng.between(2, 6)).map(|number| plan(&mut rng, &scenario, number)).collect();
        let change = ScheduleChange {
            sets: DaySets::new(),
            plans: plans.iter().map(|(plan, _)| plan.clone()).collect(),
            scope: Scope::Merge,
            order: None,
            override_reason: Some("a test".into()),
            dry_run: false,
        };
        scenario.at(20, Act::Staff(Command::ChangeSchedule(change)));
        let emergencies: Vec<(Announcement, f64)> =
            (0..rng.below(4) as u8).map(|number| emergency(&mut rng, &scenario, number + 1)).collect();
        for (at, (announcement, _)) in emergencies.iter().enumerate() {
            scenario.at(25 + at as u64, Act::Staff(Command::Announce(announcement.clone())));
        }
        let mut world = World::new(scenario, false);
        world.run_until_second(60);
        let state = world.state().expect("a controller");
        let told = state.preview(UtcMillis(0), utc_at(3_600), None).expect("a short hour").collisions;
        world.run();
        let planned = plans.iter().map(|(plan, planned)| Wanted {
            id: plan.id.clone(),
            job: job_of(&world, &plan.id),
            emergency: false,
            planned: *planned,
            latest: plan.busy.wait_ms() as f64 / 1_000.0,
        });
        let by_hand = emergencies.iter().map(|(announcement, planned)| Wanted {
            id: announcement.id.to_string(),
            job: announcement.id,
            emergency: true,
            planned: *planned,
            latest: announcement.start_within_ms.unwrap_or(LATER_WITHIN_MS) as f64 / 1_000.0,
        });
        let wanted: Vec<Wanted> = planned.chain(by_hand).collect();
        let is_emergency = |id: &str| wanted.iter().any(|other| other.emergency && other.id == id);
        let both = |c: &&Collision| is_emergency(&c.first.id) && is_emergency(&c.second.id);
        if wanted.iter().any(|one| stands_on_edge(&told, one)) {
            on_edge += 1;
            continue;
        }
        emergencies_met += told.iter().filter(both).count();
        for Wanted { id, job, planned, latest, .. } in &wanted {
            let (planned, latest) = (*planned, *latest);
            let sounded = world.sounded(*job, 0);
            let delay = foretold_delay(&told, id);
            let context = || format!("seed {seed}, {id}, planned at {planned}, {sounded:?}\n{told:#?}");
            match (delay, sounded.first()) {
                (Some(delay), None) => {
                    assert!(delay.is_infinite() || delay > latest - NEAR_S, "{}", context());
                    dropped += 1;
                }
                (None, None) => panic!("not played: {}", context()),
                (delay, Some(started)) => {
                    let delay = delay.unwrap_or(0.0);
                    let late = started - planned;
                    let near = (late - latest).abs() < NEAR_S;
                    assert!(near || (late - delay).abs() < NEAR_S, "{late} late: {}", context());
                    waits += u32::from(delay > 0.0);
                }
            }
            let taken = told.iter().filter(|collision| collision.first.id == *id);
            let goes_on = taken.filter_map(|collision| match collision.outcome {
                Outcome::Interrupts { then } => Some(then != Interrupted::Drop),
                _ => None,
            });
            let goes_on: Vec<bool> = goes_on.collect();
            if goes_on.len() == 1 {
                assert_eq!(sounded.len() > 1, goes_on[0], "{}", context());
                interrupted += 1;
            }
        }
    }
    assert!(waits > 100 && dropped > 30 && interrupted > 100, "{waits} {dropped} {interrupted}");
    assert!(emergencies_met > 30 && on_edge < 30, "{emergencies_met} {on_edge}");
}
