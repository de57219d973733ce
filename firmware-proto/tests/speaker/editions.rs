//! A programme that is changed while a cluster cannot hear of it is heard whole, once, in its old or in its new form;
//! unless staff stop it.

use firmware_proto::message::{CommandBody, Job, Reason, Settings, Stage};
use firmware_proto::topics::Down;
use firmware_proto::{Mono, OccurrenceKey};
use proptest::prelude::*;

use crate::occurrence::edition;
use crate::parties::{Clip, agenda, stop, stop_unless_begun};
use crate::world::World;

const SKIPPED: Option<(Stage, Option<Reason>)> = Some((Stage::Skipped, Some(Reason::AlreadyPlayed)));
const WHOLE: Option<(Stage, Option<Reason>)> = Some((Stage::Finished, None));
const STOPPED: Option<(Stage, Option<Reason>)> = Some((Stage::Finished, Some(Reason::Stopped)));
const PLAY_AT: u64 = 10_000;

fn say_agenda(world: &mut World, version: u64, jobs: &[&Job]) {
    world.say(Down::Agenda, CommandBody::Agenda(agenda(version, jobs)));
}

/// The old form has begun when an agenda comes, again and again, with what `next` makes of the new form.
fn after(next: &dyn Fn(&Job) -> Option<Job>) -> (World, Job, Job) {
    let mut world = World::ready();
    let clip = world.clip(1, 2_000, 8_000);
    let (one, two) = (edition(1, 1, &clip, PLAY_AT), edition(1, 2, &clip, PLAY_AT));
    say_agenda(&mut world, 1, &[&one]);
    world.run_until(Mono(12_000));
    for version in [2, 3] {
        let jobs: Vec<Job> = next(&two).into_iter().collect();
        say_agenda(&mut world, version, &jobs.iter().collect::<Vec<&Job>>());
        world.run_until(Mono(12_000 + version * 1_000));
    }
    world.run_until(Mono(60_000));
    assert_eq!(world.plays(&one), 1);
    (world, one, two)
}

#[test]
fn what_has_begun_goes_on_where_the_agenda_has_another_form_of_it() {
    let (world, one, two) = after(&|two| Some(two.clone()));
    assert_eq!((world.end(&one), world.plays(&two), world.end(&two)), (WHOLE, 0, SKIPPED));
    let (world, one, _) = after(&|_| None);
    assert_eq!(world.end(&one), STOPPED, "it is no more");
    let key = Some(OccurrenceKey::from_bytes([2; 16]));
    let (world, one, _) = after(&|two| Some(Job { occurrence: key, ..two.clone() }));
    assert_eq!(world.end(&one), STOPPED, "what is listed is another edition");
}

#[test]
fn what_has_begun_goes_on_in_the_zones_of_the_agenda() {
    let in_zones = |zones: &[u16], job: &Job| Job { zones: zones.to_vec(), ..job.clone() };
    let switched = |old: &[u16], new_id: bool, new: &[u16], behind: &[u16]| {
        let mut world = World::ready();
        let clip = world.clip(1, 2_000, 8_000);
        let one = in_zones(old, &edition(1, 1, &clip, PLAY_AT));
        let two = if new_id { edition(1, 2, &clip, PLAY_AT) } else { one.clone() };
        say_agenda(&mut world, 1, &[&one]);
        world.run_until(Mono(12_000));
        let mut next = agenda(2, &[&in_zones(new, &two)]);
        next.settings = Settings { zones: behind.to_vec(), ..Settings::default() };
        world.say(Down::Agenda, CommandBody::Agenda(next));
        world.run_until(Mono(60_000));
        assert_eq!((world.passes.len(), world.end(&one)), (1, WHOLE));
        world.switched.iter().map(|(_, zones)| zones.clone()).collect::<Vec<_>>()
    };
    for new_id in [true, false] {
        assert_eq!(switched(&[1, 2], new_id, &[1], &[]), [[1]]);
        assert_eq!(switched(&[1], new_id, &[1, 2], &[]), [[1, 2]]);
        assert!(switched(&[1, 2], new_id, &[1, 2], &[7]).is_empty());
        assert_eq!(switched(&[], new_id, &[], &[7]), [[7]], "all zones behind the gateway");
    }
}

#[test]
fn zones_that_an_agenda_has_changed_survive_a_power_cut() {
    let mut world = World::ready();
    let clip = world.clip(1, 2_000, 8_000);
    let one = Job { zones: vec![1, 2], ..edition(1, 1, &clip, PLAY_AT) };
    say_agenda(&mut world, 1, &[&one]);
    world.run_until(Mono(3_000));
    say_agenda(&mut world, 2, &[&Job { zones: vec![1], ..one.clone() }]);
    world.run_until(Mono(5_000));
    world.power_cut();
    world.run_until(Mono(60_000));
    let zones: Vec<&[u16]> = world.passes.iter().map(|(_, pass)| &pass.zones[..]).collect();
    assert_eq!(zones, [[1]]);
}

#[test]
fn a_stop_for_what_has_not_begun_leaves_what_has() {
    let mut world = World::ready();
    let clip = world.clip(1, 2_000, 8_000);
    let (one, two) = (edition(1, 1, &clip, PLAY_AT), edition(2, 2, &clip, 30_000));
    say_agenda(&mut world, 1, &[&one, &two]);
    world.run_until(Mono(12_000));
    world.say_all(stop_unless_begun(&one));
    world.say_all(stop_unless_begun(&two));
    world.run_until(Mono(60_000));
    assert_eq!((world.end(&one), world.plays(&two)), (WHOLE, 0));
}

/// A change and what surrounds it; times in ms of the world.
#[derive(Debug, Clone)]
struct Story {
    lag_ms: u64,
    /// The link is down from then to then.
    down: (u64, u64),
    changed: u64,
    lengths_ms: (u32, u32),
    stopped: Option<u64>,
}

fn story() -> impl Strategy<Value = Story> {
    let times = (1_500..11_000u64, 0..20_000u64, 2_000..PLAY_AT);
    let lengths = (500..20_000u32, 500..20_000u32);
    (1..900u64, times, lengths, proptest::option::of(0..20_000u64)).prop_map(
        |(lag_ms, (cut, for_ms, changed), lengths_ms, stopped)| Story {
            lag_ms,
            down: (cut, cut + for_ms),
            changed,
            lengths_ms,
            stopped: stopped.map(|ms| changed + ms),
        },
    )
}

/// What happens at some moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Turn {
    Down,
    Up,
    Change,
    Stop,
}

impl Story {
    fn turns(&self) -> Vec<(u64, Turn)> {
        let (down, up) = self.down;
        let mut turns = vec![(down, Turn::Down), (up, Turn::Up), (self.changed, Turn::Change)];
        turns.extend(self.stopped.map(|at| (at, Turn::Stop)));
        turns.sort_unstable();
        turns
    }

    /// The same as the controller does it: stops and jobs go out where there is a link, the agenda repairs the rest.
    fn happen(&self) -> (World, [Job; 2]) {
        let mut world = World::ready();
        world.lag_ms = self.lag_ms;
        let clips: [Clip; 2] =
            [(1, self.lengths_ms.0), (2, self.lengths_ms.1)].map(|(n, ms)| world.clip(n, 2_000, ms));
        let forms = [(1, &clips[0]), (2, &clips[1])].map(|(n, clip)| edition(1, n, clip, PLAY_AT));
        let [old, new] = &forms;
        world.controller.agenda = Some(agenda(1, &[old]));
        world.announce(old);
        for (at, turn) in self.turns() {
            world.run_until(Mono(at));
            match turn {
                Turn::Down => world.disconnect(),
                Turn::Up => world.connect(),
                Turn::Change => {
                    world.controller.agenda = Some(agenda(2, &[new]));
                    world.say_all(stop_unless_begun(old));
                    world.announce(new);
                }
                Turn::Stop => {
                    world.controller.agenda = Some(agenda(3, &[]));
                    forms.iter().for_each(|form| world.say_all(stop(form)));
                }
            }
        }
        (world, forms)
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn a_changed_edition_is_heard_whole_and_once_or_ended_by_staff(story in story()) {
        let (mut world, [old, new]) = story.happen();
        if story.stopped.is_some() {
            // Hello, agenda, and what the sink takes to stop.
            world.run_for(3 * story.lag_ms + 200);
            let begun = world.passes.len();
            prop_assert!(!world.sounds() && begun <= 1);
            world.run_for(120_000);
            prop_assert_eq!(world.passes.len(), begun);
        } else {
            world.run_for(120_000);
            prop_assert_eq!(world.passes.len(), 1);
            let heard = if world.plays(&old) == 1 { &old } else { &new };
            prop_assert_eq!(world.end(heard), WHOLE);
        }
    }
}
