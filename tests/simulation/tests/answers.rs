//! What staff are told when the disk is slow: an answer waits for the disk, and may be old when it comes.

use controller_core::change::{ScheduleChange, Scope};
use controller_core::command::Command;
use controller_core::programme::{Clip, Plan};
use firmware_proto::Mono;
use schedules::{DaySets, Item, Recurrence};
use simulation::{Act, Mark, Scenario, World};

/// A programme at this minute of the world.
fn at_minute(scenario: &Scenario, minute: u64) -> Command {
    let items = vec![Item::Clip(Clip { name: "a".into(), clip: scenario.clip(0) })];
    let rule = Recurrence::Cron(format!("{minute} 15 * * *").parse().expect("a rule"));
    Command::ChangeSchedule(ScheduleChange {
        sets: DaySets::new(),
        plans: vec![Plan::plain("programme", items, rule)],
        scope: Scope::Merge,
        order: None,
        override_reason: None,
        dry_run: false,
    })
}

/// From the second minute on the disk is slow: it writes a group in 0.2 s to 1.5 s.
fn with_slow_disk(name: &str, asked: &[(u64, Command)]) -> World {
    let mut scenario = Scenario::quiet(name, 2);
    scenario.at(60, Act::DiskSlow { for_ms: 240_000 });
    let acts = asked.iter().map(|(ms, command)| (Mono(*ms), Act::Staff(command.clone())));
    scenario.acts.extend(acts);
    let mut world = World::new(scenario, false);
    world.run();
    world
}

#[test]
fn an_answer_may_come_after_the_occurrence_that_it_names() {
    let scenario = Scenario::quiet("", 2);
    let world =
        with_slow_disk("an_answer_may_come_after_the_occurrence", &[(119_900, at_minute(&scenario, 2))]);
    assert_eq!(world.marks.count(Mark::AnsweredAfterItsStart), 1);
}

#[test]
fn an_answer_may_be_overtaken_by_what_staff_ask_next() {
    let scenario = Scenario::quiet("", 2);
    let asked = [
        (100_000, at_minute(&scenario, 4)),
        // These two wait for the disk together, behind the first one.
        (100_050, at_minute(&scenario, 5)),
        (100_100, Command::CancelProgramme("programme".into())),
    ];
    let world = with_slow_disk("an_answer_may_be_overtaken", &asked);
    assert_eq!(world.marks.count(Mark::AnswerOvertaken), 1);
}
