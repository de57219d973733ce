//! A programme is changed while a cluster is cut off, and the cluster begins it in its old form.

use controller_core::change::SiteChange;
use controller_core::change::{ScheduleChange, Scope};
use controller_core::command::Command;
use controller_core::delivery::DeliveryState;
use controller_core::programme::{Clip, Plan};
use controller_core::settings::Settings;
use firmware_proto::{JobId, Mono};
use schedules::{DaySets, Item, Recurrence};
use simulation::{Act, Mark, Node, Rng, Scenario, World, utc_at};

/// The edition plays at this second of the world.
const PLAY_AT_S: u64 = 300;

/// The programme with one of the clips, for these targets.
fn programme(scenario: &Scenario, clip: usize, targets: &[&str]) -> Act {
    let items = vec![Item::Clip(Clip { name: "a".into(), clip: scenario.clip(clip) })];
    let rule = Recurrence::Cron("5 15 * * *".parse().expect("a rule"));
    let targets = targets.iter().map(|target| (*target).to_owned()).collect();
    Act::Staff(Command::ChangeSchedule(ScheduleChange {
        sets: DaySets::new(),
        plans: vec![Plan { targets, ..Plan::plain("programme", items, rule) }],
        scope: Scope::Merge,
        order: None,
        override_reason: None,
        dry_run: false,
    }))
}

/// Three smart clusters and a gateway with two wireless ones; two clips of these lengths.
fn site(name: &str, lengths_ms: [u32; 2]) -> Scenario {
    let mut scenario = Scenario::quiet(name, 3);
    scenario.add_gateway(2);
    let mut rng = Rng::new(1, 3);
    scenario.clips = lengths_ms.map(|ms| simulation::Clip::new(&mut rng, 20_000, ms)).into();
    scenario
}

const GATEWAY: usize = 3;
/// Clusters that are cut off: one of their own, and the gateway.
const CUT_OFF: [usize; 2] = [1, GATEWAY];

fn cut_off(scenario: &mut Scenario, from_s: u64, to_s: u64) {
    let nodes = CUT_OFF.map(Node::Cluster).to_vec();
    scenario.at(from_s, Act::LineCut { nodes, silent: false, for_ms: (to_s - from_s) * 1_000 });
}

/// The forms of the edition, the oldest first.
fn forms(world: &World) -> Vec<JobId> {
    let jobs = world.state().expect("a controller").each_job();
    let mut forms: Vec<_> = jobs.filter(|job| job.spec.play_at == Some(utc_at(PLAY_AT_S))).collect();
    forms.sort_by_key(|job| job.version);
    forms.into_iter().map(|job| job.spec.id).collect()
}

#[test]
fn what_was_changed_behind_a_clusters_back_is_heard_whole_in_its_old_form() {
    // The new form is much shorter than the old one, and much longer.
    for lengths_ms in [[900_000, 5_000], [30_000, 900_000]] {
        let mut scenario = site("what_was_changed_behind", lengths_ms);
        scenario.at(60, programme(&scenario, 0, &["all"]));
        cut_off(&mut scenario, 250, 310);
        scenario.at(270, programme(&scenario, 1, &["all"]));
        // Later agendas, one of them after the new form's last possible end.
        for second in [400, 800, 1_000] {
            let settings = Settings { name: format!("site {second}"), ..Settings::default() };
            let change = SiteChange { settings: settings.into(), ..SiteChange::default() };
            scenario.at(second, Act::Staff(Command::ChangeSite(change)));
        }
        scenario.end = Mono(50 * 60_000);
        let mut world = World::new(scenario, false);
        world.run();
        let [old, new] = forms(&world)[..] else { panic!("two forms") };
        for cluster in [0, 2] {
            assert_eq!((world.sounded(old, cluster).len(), world.sounded(new, cluster).len()), (0, 1));
            assert_eq!(world.shown(new, cluster), Some(DeliveryState::Played));
        }
        for cluster in CUT_OFF {
            assert_eq!((world.sounded(old, cluster).len(), world.sounded(new, cluster).len()), (1, 0));
            assert_eq!(world.shown(old, cluster), Some(DeliveryState::Played));
            assert_eq!(world.shown(new, cluster), Some(DeliveryState::Skipped));
        }
        assert!(world.marks.count(Mark::OldFormGoesOn) > 0);
    }
}

#[test]
fn what_is_changed_as_it_begins_is_heard_whole() {
    // A stop of the old form is on its way while clusters begin it.
    for tenths in 0..10 {
        let mut scenario = site("what_is_changed_as_it_begins", [20_000, 30_000]);
        scenario.clusters.iter_mut().for_each(|plan| plan.line.delay_ms = 400);
        scenario.at(60, programme(&scenario, 0, &["all"]));
        let changed = programme(&scenario, 1, &["all"]);
        scenario.acts.push((Mono(PLAY_AT_S * 1_000 - 900 + tenths * 100), changed));
        let mut world = World::new(scenario, false);
        world.run();
        let forms = forms(&world);
        for cluster in 0..=GATEWAY {
            let heard: usize = forms.iter().map(|form| world.sounded(*form, cluster).len()).sum();
            assert_eq!(heard, 1, "changed at {tenths}");
        }
    }
}

#[test]
fn a_stop_by_either_form_ends_both() {
    for replaced in [true, false] {
        // Staff stop it while the clusters are cut off, and while they can hear.
        for stopped_s in [305, 320] {
            let mut scenario = site("a_stop_by_either_form", [300_000, 200_000]);
            scenario.at(60, programme(&scenario, 0, &["all"]));
            cut_off(&mut scenario, 250, 310);
            scenario.at(270, programme(&scenario, 1, &["all"]));
            scenario.at(stopped_s, Act::StopEdition { programme: "programme".into(), replaced });
            // Whatever becomes of the programme then.
            scenario.at(330, programme(&scenario, 0, &["all"]));
            let mut world = World::new(scenario, false);
            world.run();
            let [old, new] = forms(&world)[..] else { panic!("two forms") };
            for cluster in 0..=GATEWAY {
                let form = if CUT_OFF.contains(&cluster) { old } else { new };
                assert_eq!(world.sounded(form, cluster).len(), 1);
                assert_eq!(world.shown(form, cluster), Some(DeliveryState::Cancelled), "{cluster}");
            }
            assert_eq!(world.marks.count(Mark::OldFormStopped), 2);
        }
    }
}

#[test]
fn a_gateway_goes_on_in_the_zones_that_are_left() {
    let mut scenario = site("a_gateway_goes_on", [120_000, 110_000]);
    scenario.at(60, programme(&scenario, 0, &["all"]));
    cut_off(&mut scenario, 250, 310);
    scenario.at(270, programme(&scenario, 1, &["thon-0", "fm-0"]));
    let mut world = World::new(scenario, false);
    world.run();
    let [old, _] = forms(&world)[..] else { panic!("two forms") };
    assert_eq!(world.marks.count(Mark::ZonesSwitched), 1);
    assert_eq!(world.zones(old, GATEWAY), [100]);
    assert_eq!(world.shown(old, GATEWAY), Some(DeliveryState::Played));
    // It is not meant for this one any more.
    assert_eq!(world.shown(old, 1), Some(DeliveryState::Cancelled));
}
