//! Agendas that are longer than a message, and agendas that only name what is held already.

use std::collections::BTreeSet;

use firmware_proto::message::{Agenda, Class, CommandBody, Job, JobName, Reason, Repeat, Settings, Stage};
use firmware_proto::topics::Down;
use firmware_proto::{JobId, Mono, OccurrenceKey};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::Index;

use crate::parties::{job, utc};
use crate::world::World;

const STOPPED: Option<(Stage, Option<Reason>)> = Some((Stage::Skipped, Some(Reason::Stopped)));

/// A job for tomorrow, which the agenda of this version brought first.
fn tomorrow(number: u8, version: u64) -> Job {
    let clip = World::new().clip(1, 2_000, 1_000);
    let at = utc(24 * 3_600_000);
    Job { version, play_at: Some(at), start_by: at + 600_000, ..job(number, &[&clip]) }
}

fn name(job: &Job) -> JobName {
    JobName { id: job.id, occurrence: job.occurrence }
}

fn part(version: u64, jobs: &[&Job], others: &[&Job]) -> CommandBody {
    let jobs = jobs.iter().map(|&job| job.clone()).collect();
    let others = others.iter().map(|job| name(job)).collect();
    CommandBody::Agenda(Agenda { version, jobs, settings: Settings::default(), others, ended: vec![] })
}

fn tell(world: &mut World, body: CommandBody) {
    world.say(Down::Agenda, body);
    world.run_for(1_000);
}

/// A world in which the clips are there.
fn world() -> World {
    let mut world = World::new();
    world.clip(1, 2_000, 1_000);
    world.connect();
    world.run_for(1_000);
    world
}

#[test]
fn what_is_only_named_stays_and_what_is_not_named_ends() {
    let mut world = world();
    let (one, two) = (tomorrow(1, 1), tomorrow(2, 1));
    tell(&mut world, part(1, &[&one, &two], &[]));
    tell(&mut world, part(2, &[], &[&one, &two]));
    assert_eq!((world.end(&one), world.end(&two)), (None, None));
    assert_eq!(world.speaker.whole_agenda_version(), 2);
    tell(&mut world, part(3, &[], &[&one]));
    assert_eq!((world.end(&one), world.end(&two)), (None, STOPPED));
}

#[test]
fn who_lacks_a_job_that_is_named_says_so_until_it_has_come() {
    let mut world = world();
    let (one, two) = (tomorrow(1, 1), tomorrow(2, 1));
    tell(&mut world, part(1, &[&one], &[&two]));
    assert_eq!((world.speaker.agenda_version(), world.speaker.whole_agenda_version()), (1, 0));
    world.power_cut();
    world.connect();
    world.run_for(1_000);
    assert_eq!((world.speaker.agenda_version(), world.speaker.whole_agenda_version()), (1, 0));
    tell(&mut world, part(1, &[&two], &[&one]));
    assert_eq!(world.speaker.whole_agenda_version(), 1);
    assert_eq!((world.end(&one), world.end(&two)), (None, None));
}

#[test]
fn what_was_stopped_on_its_way_is_not_waited_for() {
    let mut world = world();
    let one = tomorrow(1, 1);
    tell(&mut world, part(1, &[], &[&one]));
    world.say(Down::Job, crate::parties::stop(&one));
    world.run_for(1_000);
    assert_eq!(world.speaker.whole_agenda_version(), 1);
}

#[test]
fn another_form_that_is_only_named_lets_what_has_begun_go_on() {
    for listed in [true, false] {
        let mut world = World::ready();
        let clip = world.clip(1, 4_000, 60_000);
        let occurrence = Some(OccurrenceKey::from_bytes([7; 16]));
        let old = Job { occurrence, ..job(1, &[&clip]) };
        let new = Job { occurrence, ..tomorrow(2, 2) };
        world.announce(&old);
        world.run_for(5_000);
        let others: &[&Job] = if listed { &[&new] } else { &[] };
        tell(&mut world, part(2, &[], others));
        world.run_until(Mono(120_000));
        let whole = (Stage::Finished, None);
        let cut = (Stage::Finished, Some(Reason::Stopped));
        assert_eq!(world.end(&old), Some(if listed { whole } else { cut }));
    }
}

/// What happens to a device that is told several agendas.
#[derive(Debug, Clone)]
enum Step {
    /// A part of one of the agendas told so far comes, perhaps again, perhaps late.
    Part {
        agenda: Index,
        part: Index,
    },
    PowerCut,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let part = (any::<Index>(), any::<Index>()).prop_map(|(agenda, part)| Step::Part { agenda, part });
    vec(prop_oneof![9 => part, 1 => Just(Step::PowerCut)], 0..12)
}

/// The jobs of each agenda, of which the next one differs, and how many of them a part says in full.
fn agendas() -> impl Strategy<Value = Vec<(BTreeSet<u8>, usize)>> {
    vec((proptest::collection::btree_set(1..=24u8, 0..20), 1..8usize), 1..4)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    /// Whatever comes in whatever order, over whatever restarts: a job that stands in every agenda is never ended,
    /// and when all parts of the last agenda have come, what is held is what stands in it.
    #[test]
    fn nothing_ends_for_want_of_room_and_what_is_cancelled_ends(
        agendas in agendas(), steps in steps(), mut last in vec(any::<Index>(), 24),
    ) {
        let mut world = world();
        let first_in = |n: u8| agendas.iter().position(|(jobs, _)| jobs.contains(&n)).unwrap();
        let jobs: Vec<(u8, Job)> = (1..=24)
            .filter(|n| agendas.iter().any(|(jobs, _)| jobs.contains(n)))
            .map(|n| (n, tomorrow(n, first_in(n) as u64 + 1)))
            .collect();
        let parts: Vec<Vec<CommandBody>> = agendas.iter().enumerate().map(|(index, (listed, size))| {
            let all: Vec<&Job> = jobs.iter().filter(|(n, _)| listed.contains(n)).map(|(_, job)| job).collect();
            let in_full = if all.is_empty() { vec![&all[..]] } else { all.chunks(*size).collect() };
            let others = |part: &[&Job]| {
                let said: BTreeSet<JobId> = part.iter().map(|job| job.id).collect();
                all.iter().copied().filter(|job| !said.contains(&job.id)).collect::<Vec<&Job>>()
            };
            in_full.into_iter().map(|jobs| part(index as u64 + 1, jobs, &others(jobs))).collect()
        }).collect();
        let mut told = vec![];
        for step in steps {
            match step {
                Step::Part { agenda, part } => {
                    let of = agenda.index(parts.len());
                    told.push(of);
                    tell(&mut world, parts[of][part.index(parts[of].len())].clone());
                }
                Step::PowerCut => {
                    world.power_cut();
                    world.connect();
                    world.run_for(1_000);
                }
            }
        }
        let newest = parts.len() - 1;
        let mut rest: Vec<CommandBody> = parts[newest].clone();
        while let Some(index) = last.pop().filter(|_| !rest.is_empty()) {
            let at = index.index(rest.len());
            tell(&mut world, rest.swap_remove(at));
        }
        prop_assert_eq!(world.speaker.whole_agenda_version(), newest as u64 + 1);
        told.push(newest);
        // A part that is older than the newest one taken says nothing.
        let mut taken: Vec<usize> = vec![];
        for of in told {
            if taken.last().is_none_or(|last| of >= *last) {
                taken.push(of);
            }
        }
        for (n, job) in &jobs {
            let stands = |of: &usize| agendas[*of].0.contains(n);
            // `ready` may take the place of `received`.
            let received = !world.stages(job).is_empty();
            // Was it left out after it had come at the latest?
            let first = taken.iter().position(stands);
            let left_out = first.is_some_and(|first| !taken[first..].iter().all(stands));
            if first.is_some() && !left_out {
                prop_assert!(received && world.end(job).is_none(), "{n}: {:?}", world.stages(job));
            }
            if !stands(&newest) {
                prop_assert_eq!(world.end(job), received.then_some(STOPPED).flatten(), "{}", n);
            }
        }
    }
}

/// Whoever restores a backup, or starts a second controller, must not cut a warning that sounds.
#[test]
fn only_who_ended_an_emergency_ends_it() {
    let clip = World::new().clip(1, 2_000, 1_000);
    let repeat = Some(Repeat { gap_ms: 1_000, for_ms: 600_000, until: utc(600_000) });
    let alarm = Job { class: Class::Emergency, repeat, ..job(1, &[&clip]) };
    let mut world = world();
    world.announce(&alarm);
    tell(&mut world, part(7, &[], &[]));
    world.run_for(10_000);
    assert_eq!((world.end(&alarm), world.sounds()), (None, true));
    let ended = Agenda { version: 8, ended: vec![alarm.id], ..crate::parties::agenda(8, &[]) };
    tell(&mut world, CommandBody::Agenda(ended));
    assert_eq!(world.end(&alarm), Some((Stage::Finished, Some(Reason::Stopped))));
}
