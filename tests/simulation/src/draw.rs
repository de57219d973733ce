//! Draws a scenario from a seed: a commune, a quarter of an hour of broadcasts and trouble, and a
//! quiet end.

use controller_core::change::{ScheduleChange, Scope, SiteChange};
use controller_core::cluster::{Cluster, ClusterKind};
use controller_core::command::{Announcement, Command, NewClip};
use controller_core::programme::{self, Plan};
use firmware_proto::message::{Class, Sound};
use firmware_proto::{JobId, Mono};
use schedules::{Busy, CronRule, DaySets, Importance, Interrupted, Item, Recurrence};

use crate::network::{LinePlan, Node, Noise};
use crate::rng::Rng;
use crate::scenario::{Act, ClusterPlan, Scenario, utc_at};
use crate::site::Clip;

const SECOND: u64 = 1_000;
/// As programmes call what they play.
const CLIP: &str = "clip";
/// Staff begin when most clusters are there.
const FIRST_ASK_S: u64 = 40;
/// The last trouble begins before this second, and is over at [`HEALED_S`].
const LAST_TROUBLE_S: u64 = 700;
const HEALED_S: u64 = 900;
/// The last job is over, and every retry has had its turn.
const END_S: u64 = 35 * 60;

/// The world of a seed.
#[must_use]
pub fn draw(seed: u64) -> Scenario {
    let mut rng = Rng::new(seed, 1);
    let smart = if rng.percent(10) { rng.between(25, 40) } else { rng.between(5, 14) };
    let mut scenario = Scenario::quiet("", smart as usize);
    scenario.seed = seed;
    scenario.replay = format!("cargo run -p simulation --release -- --seed {seed} --trace");
    scenario.end = Mono(END_S * SECOND);
    if rng.percent(40) {
        scenario.add_gateway(rng.between(1, 6) as usize);
    }
    scenario.clusters.iter_mut().for_each(|plan| vary(&mut rng, plan));
    let clips = rng.between(1, 4);
    scenario.clips = (0..clips).map(|_| clip(&mut rng)).collect();
    add_broadcasts(&mut rng, &mut scenario);
    if rng.percent(20) {
        add_overtaking(&mut rng, &mut scenario);
    }
    if rng.percent(10) {
        add_removal(&mut rng, &mut scenario);
    }
    add_trouble(&mut rng, &mut scenario);
    if rng.percent(4) {
        add_slow_answers(&mut rng, &mut scenario);
    }
    if rng.percent(12) {
        add_unheard_change(&mut rng, &mut scenario);
    }
    // Of another stream of chance: what is drawn here changes nothing of what is drawn above.
    let mut rng = Rng::new(seed, 2);
    if rng.percent(25) {
        add_clean_stops(&mut rng, &mut scenario);
    }
    if rng.percent(15) {
        add_library_work(&mut rng, &mut scenario);
    }
    let mut rng = Rng::new(seed, 3);
    if rng.percent(35) {
        add_wrong_clock(&mut rng, &mut scenario);
    }
    let mut rng = Rng::new(seed, 4);
    if rng.percent(20) {
        add_rot(&mut rng, &mut scenario);
    }
    scenario
}

/// Cards lose bits; half of them while something is about to sound.
fn add_rot(rng: &mut Rng, scenario: &mut Scenario) {
    for _ in 0..rng.between(1, 5) {
        let (at, _) = scenario.acts[rng.below(scenario.acts.len() as u64) as usize];
        let second = if rng.percent(50) { at.0 / SECOND + rng.below(60) } else { rng.below(LAST_TROUBLE_S) };
        let at = Mono(second.min(LAST_TROUBLE_S) * SECOND + rng.below(1_000));
        scenario.acts.push((at, Act::ClipsRot { cluster: device(rng, scenario) }));
    }
}

/// The office PC's clock is wrong: from a start on, or it is set while the controller runs. Most are set right again.
fn add_wrong_clock(rng: &mut Rng, scenario: &mut Scenario) {
    const HOUR: i64 = 3_600_000;
    const TO_1970: i64 = -1_800_000_000_000;
    const TO_2038: i64 = 347_483_647_000;
    let by_ms = rng.pick(&[
        TO_1970,
        TO_2038,
        180 * 24 * HOUR,
        7 * HOUR,
        -7 * HOUR,
        HOUR,
        -HOUR,
        90_000,
        -90_000,
        45_000,
    ]);
    let second = rng.below(LAST_TROUBLE_S);
    let at = Mono(second * SECOND + rng.below(2_000));
    if rng.percent(60) {
        let down_ms = rng.pick(&[3 * SECOND, 20 * SECOND, 120 * SECOND]);
        scenario.acts.push((Mono(at.0.saturating_sub(1_000)), Act::ControllerStop { down_ms }));
    }
    scenario.acts.push((at, Act::ClockStep { by_ms }));
    if rng.percent(10) {
        let later = rng.pick(&[2 * SECOND, 30 * SECOND, 200 * SECOND]);
        scenario.acts.push((at + later, Act::Staff(Command::AcceptClock)));
    }
    if rng.percent(80) {
        // After a repair it may take ten minutes until it is believed, and the end of the world has to be quiet.
        let lasts_ms = rng.pick(&[5 * SECOND, 45 * SECOND, 300 * SECOND, 690 * SECOND]);
        scenario.acts.push((at + lasts_ms, Act::ClockStep { by_ms: -by_ms }));
    }
}

/// The office PC is switched off, and on again.
fn add_clean_stops(rng: &mut Rng, scenario: &mut Scenario) {
    for _ in 0..rng.between(1, 3) {
        let second = rng.between(5, LAST_TROUBLE_S);
        let down_ms = rng.between(1, 120) * SECOND;
        scenario.acts.push((Mono(second * SECOND + rng.below(1_000)), Act::ControllerStop { down_ms }));
    }
}

/// Staff give up a clip, needed or not, and may bring it again; somebody may want it in between.
fn add_library_work(rng: &mut Rng, scenario: &mut Scenario) {
    for _ in 0..rng.between(1, 4) {
        let clip = &scenario.clips[rng.below(scenario.clips.len() as u64) as usize];
        let (name, back) = (clip.title(), Command::AddClip(Box::new(clip.new_clip())));
        let second = rng.between(5, LAST_TROUBLE_S);
        scenario.at(second, Act::Staff(Command::RemoveClip { name: name.clone() }));
        if rng.percent(40) {
            let wanted = announcement(rng, scenario, second);
            scenario.at(second + rng.between(0, 20), Act::Staff(Command::Announce(wanted)));
        }
        if rng.percent(30) {
            // Under the name by which programmes call theirs.
            let newer = scenario.clips[rng.below(scenario.clips.len() as u64) as usize].new_clip();
            let newer = Box::new(NewClip { title: CLIP.into(), ..newer });
            scenario.at(second + 1, Act::Staff(Command::AddClip(newer)));
            let replace = Command::ReplaceClip { name: CLIP.into() };
            scenario.at(second + rng.between(2, 60), Act::Staff(replace));
        }
        if rng.percent(70) {
            scenario.at(second + rng.between(1, 120), Act::Staff(back));
        }
    }
}

fn clip(rng: &mut Rng) -> Clip {
    let size_bytes = rng.pick(&[1, 2_048, 5_000, 20_000, 70_000, 150_000]) as u32;
    let duration_ms = rng.between(1_000, 40_000) as u32;
    Clip::new(rng, size_bytes, duration_ms)
}

fn vary(rng: &mut Rng, plan: &mut ClusterPlan) {
    plan.sound = rng.pick(&[Sound::Heard, Sound::Heard, Sound::Heard, Sound::Unmeasured, Sound::Absent]);
    plan.drift_ppm = rng.between(0, 200) as i64 - 100;
    plan.line = LinePlan {
        delay_ms: rng.pick(&[10, 40, 150, 400]),
        jitter_ms: rng.pick(&[5, 50, 200]),
        bytes_per_s: rng.pick(&[4_000, 8_000, 30_000, 125_000]),
    };
    if plan.cluster.kind == ClusterKind::Smart {
        let tags: &[&str] = rng.pick(&[&[], &[], &["hmn"], &["hmn", "vi"], &["tyz"]]);
        plan.cluster.languages = tags.iter().map(|tag| tag.parse().expect("a language")).collect();
    }
    plan.storage_bytes = if rng.percent(5) { 100_000 } else { 1 << 20 };
    plan.power_at = match rng.below(10) {
        0 => Mono(rng.between(0, 600) * SECOND),
        _ => Mono(rng.below(5_000)),
    };
}

fn add_broadcasts(rng: &mut Rng, scenario: &mut Scenario) {
    for number in 0..rng.between(1, 7) {
        let second = rng.between(FIRST_ASK_S, 600);
        if rng.percent(12) {
            add_programme(rng, scenario, number, second);
            continue;
        }
        let wanted = announcement(rng, scenario, second);
        let id = wanted.id;
        scenario.at(second, Act::Staff(Command::Announce(wanted)));
        let later = second + rng.between(0, 90);
        match rng.below(10) {
            0 | 1 => scenario.at(later, Act::Staff(Command::Stop(id))),
            2 => scenario.at(later, Act::Staff(Command::CancelJob(id))),
            _ => {}
        }
    }
}

fn announcement(rng: &mut Rng, scenario: &Scenario, second: u64) -> Announcement {
    let class = rng.pick(&[Class::Routine, Class::Routine, Class::Priority, Class::Emergency]);
    let repeats = if class == Class::Emergency { 60 } else { 10 };
    let clips = (0..rng.between(1, 2)).map(|_| any_clip(rng, scenario)).collect();
    Announcement {
        id: JobId::from_bytes(rng.bytes()),
        title: "Thông báo".into(),
        class,
        clips,
        targets: targets(rng, scenario),
        play_at: rng.percent(40).then(|| utc_at(second + rng.between(10, 240))),
        start_within_ms: Some(rng.pick(&[30, 120, 300, 600]) * SECOND),
        repeat_for_ms: rng.percent(repeats).then(|| rng.between(20, 180) * SECOND),
        repeat_gap_ms: Some(rng.pick(&[0, 500, 5_000])),
        volume: rng.percent(20).then_some(40),
        override_reason: Some("a test".into()),
    }
}

/// A clip that everybody soon holds; later a long download, and into it an emergency with the first.
fn add_overtaking(rng: &mut Rng, scenario: &mut Scenario) {
    let known = scenario.clip(0);
    scenario.clips.push(Clip::new(rng, 300_000, 30_000));
    let long = scenario.clip(scenario.clips.len() - 1);
    let plain = |rng: &mut Rng, clip| Announcement {
        id: JobId::from_bytes(rng.bytes()),
        clips: vec![clip],
        ..scenario.announcement(0)
    };
    let first = plain(rng, known);
    let download = plain(rng, long);
    let emergency = Announcement { class: Class::Emergency, ..plain(rng, known) };
    let second = rng.between(250, 500);
    scenario.at(FIRST_ASK_S, Act::Staff(Command::Announce(first)));
    scenario.at(second, Act::Staff(Command::Announce(download)));
    scenario.at(second + rng.between(1, 60), Act::Staff(Command::Announce(emergency)));
}

fn any_clip(rng: &mut Rng, scenario: &Scenario) -> firmware_proto::message::ClipRef {
    scenario.clip(rng.below(scenario.clips.len() as u64) as usize)
}

fn targets(rng: &mut Rng, scenario: &Scenario) -> Vec<String> {
    let some = |rng: &mut Rng| {
        let of = scenario.clusters.iter().filter(|_| rng.percent(50));
        let mut ids: Vec<String> = of.map(|plan| plan.cluster.id.to_string()).collect();
        ids.extend(scenario.clusters.first().map(|plan| plan.cluster.id.to_string()));
        ids
    };
    match rng.below(10) {
        0..=4 => vec!["all".into()],
        5 => vec!["smart".into()],
        6 => vec!["wireless".into(), "thon-1".into()],
        _ => some(rng),
    }
}

/// A programme; now and then staff cancel it, and add it again.
fn add_programme(rng: &mut Rng, scenario: &mut Scenario, number: u64, second: u64) {
    let command = programme(rng, scenario, number, second);
    scenario.at(second, Act::Staff(command.clone()));
    if rng.percent(30) {
        // Other words, or another minute; perhaps while the first form is about to play.
        let changed = programme(rng, scenario, number, second);
        scenario.at(second + rng.between(5, 400), Act::Staff(changed));
    }
    if rng.percent(20) {
        let id = format!("programme-{number}");
        let later = second + rng.between(5, 300);
        scenario.at(later, Act::Staff(Command::PauseProgramme { id: id.clone(), paused: true }));
        let again = later + rng.between(1, 90);
        scenario.at(again, Act::Staff(Command::PauseProgramme { id, paused: false }));
    }
    if rng.percent(20) {
        let order = vec![format!("programme-{number}")];
        scenario.at(second + rng.between(5, 300), Act::Staff(Command::OrderProgrammes(order)));
    }
    if rng.percent(30) {
        let later = second + rng.between(5, 200);
        scenario.at(later, Act::Staff(Command::CancelProgramme(format!("programme-{number}"))));
        if rng.percent(60) {
            scenario.at(later + rng.between(5, 60), Act::Staff(command));
        }
    }
}

/// A cluster is taken down, and mostly comes back: by itself, or as a file of the whole site says.
fn add_removal(rng: &mut Rng, scenario: &mut Scenario) {
    let described = scenario.clusters[device(rng, scenario)].cluster.clone();
    let second = rng.between(FIRST_ASK_S, LAST_TROUBLE_S);
    let others = scenario.clusters.iter().map(|plan| plan.cluster.clone()).filter(|c| *c != described);
    let (removal, return_) = if rng.percent(50) {
        (Command::RemoveCluster(described.id.clone()), Command::AddClusters(vec![described]))
    } else {
        (site(others.collect(), true), site(vec![described], false))
    };
    scenario.at(second, Act::Staff(removal));
    if rng.percent(80) {
        let later = second + rng.between(5, 150);
        scenario.at(later, Act::Staff(return_));
    }
}

fn site(clusters: Vec<Cluster>, replace: bool) -> Command {
    Command::ChangeSite(SiteChange { clusters, replace, ..SiteChange::default() })
}

/// Every day at a minute that comes soon: today's occurrence, and tomorrow's in advance.
fn programme(rng: &mut Rng, scenario: &Scenario, number: u64, second: u64) -> Command {
    let minute = second / 60 + rng.between(1, 6);
    programme_at(rng, scenario, number, minute)
}

fn programme_at(rng: &mut Rng, scenario: &Scenario, number: u64, minute: u64) -> Command {
    let rule = CronRule::parse(&format!("{minute} 15 * * *")).expect("a rule");
    let mut clip = || programme::Clip { name: CLIP.into(), clip: any_clip(rng, scenario) };
    let (usual, other) = (clip(), clip());
    let items = if rng.percent(40) {
        let tags = ["vi", "hmn"].map(|tag| tag.parse().expect("a language"));
        vec![Item::Variants(tags.into_iter().zip([usual, other]).collect())]
    } else {
        vec![Item::Clip(usual)]
    };
    let plan = Plan {
        class: rng.pick(&[Importance::Routine, Importance::Routine, Importance::Priority]),
        targets: targets(rng, scenario),
        busy: rng.pick(&[Busy::Wait(5), Busy::Wait(1), Busy::Next, Busy::AtOnce]),
        interrupted: rng.pick(&[None, Some(Interrupted::Resume), Some(Interrupted::Restart)]),
        ..Plan::plain(&format!("programme-{number}"), items, Recurrence::Cron(rule))
    };
    Command::ChangeSchedule(ScheduleChange {
        sets: DaySets::new(),
        plans: vec![plan],
        scope: Scope::Merge,
        order: None,
        override_reason: Some("a test".into()),
        dry_run: false,
    })
}

/// Other targets for the programmes of a change.
fn aim(command: &mut Command, target: &str) {
    if let Command::ChangeSchedule(change) = command {
        change.plans.iter_mut().for_each(|plan| plan.targets = vec![target.to_owned()]);
    }
}

/// On a slow disk staff plan something for the very next moment, or change their minds before they have an answer.
fn add_slow_answers(rng: &mut Rng, scenario: &mut Scenario) {
    let (number, minute) = (91, rng.between(3, 9));
    let at_ms = minute * 60_000 - rng.between(20, 1_000);
    let mut commands = vec![programme_at(rng, scenario, number, minute)];
    if rng.percent(50) {
        commands.push(programme_at(rng, scenario, number, minute + 1));
        commands.push(Command::CancelProgramme(format!("programme-{number}")));
    }
    scenario.at(minute * 60 - 5, Act::DiskSlow { for_ms: 20_000 });
    let acts = commands.into_iter().zip(0..).map(|(command, n)| (Mono(at_ms + 60 * n), Act::Staff(command)));
    scenario.acts.extend(acts);
    if rng.percent(40) {
        let at = Mono(at_ms + rng.between(1, 180));
        scenario.acts.push((at, Act::ControllerKill { after: 0, down_ms: 3 * SECOND }));
    }
}

/// A programme is changed around its start while some clusters cannot hear of it: they may begin its old form. Then
/// staff may stop it.
fn add_unheard_change(rng: &mut Rng, scenario: &mut Scenario) {
    let duration_ms = rng.between(20_000, 120_000) as u32;
    scenario.clips.push(Clip::new(rng, 20_000, duration_ms));
    let (number, minute) = (90, rng.between(3, 9));
    let starts = minute * 60;
    let mut old = programme_at(rng, scenario, number, minute);
    let mut new = programme_at(rng, scenario, number, minute);
    let cut = starts - rng.between(3, 40);
    let gateway = scenario.clusters.iter().position(|plan| plan.cluster.kind == ClusterKind::Gateway);
    let nodes = match gateway {
        Some(gateway) if rng.percent(60) => {
            // Some of its zones are left out.
            aim(&mut old, "all");
            aim(&mut new, "fm-0");
            vec![Node::Cluster(gateway)]
        }
        _ => nodes(rng, scenario),
    };
    let changed = rng.between(cut, starts - 1);
    let for_ms = (starts + rng.between(0, 60) - cut) * SECOND;
    scenario.at(starts - rng.between(60, 140), Act::Staff(old));
    scenario.at(cut, Act::LineCut { nodes, silent: rng.percent(40), for_ms });
    if rng.percent(25) {
        scenario.at(changed, Act::Staff(Command::CancelProgramme(format!("programme-{number}"))));
    }
    scenario.acts.push((Mono(changed * SECOND + rng.below(1_000)), Act::Staff(new)));
    if rng.percent(40) {
        let programme = format!("programme-{number}");
        let stop = Act::StopEdition { programme, replaced: rng.percent(50) };
        scenario.at(changed + rng.between(1, 100), stop);
    }
}

fn add_trouble(rng: &mut Rng, scenario: &mut Scenario) {
    let level = rng.below(4);
    for _ in 0..level * rng.between(1, 5) {
        // Half of it right after something that staff want.
        let second = match rng.percent(50) {
            true => {
                let (at, _) = scenario.acts[rng.below(scenario.acts.len() as u64) as usize];
                at.0 / SECOND
            }
            false => rng.below(LAST_TROUBLE_S),
        };
        let second = second.min(LAST_TROUBLE_S);
        let at = Mono(second * SECOND + rng.below(2_000));
        let act = trouble(rng, scenario, second);
        scenario.acts.push((at, act));
    }
}

fn trouble(rng: &mut Rng, scenario: &Scenario, second: u64) -> Act {
    let longest = (HEALED_S - second) * SECOND;
    let for_ms = rng.pick(&[500, 3 * SECOND, 20 * SECOND, 120 * SECOND, 400 * SECOND]).min(longest);
    let cluster = device(rng, scenario);
    let after = rng.pick(&[0, 1, 2, 3, 5, 8, 13, 30]);
    match rng.below(18) {
        0 | 1 => Act::PowerCut { cluster, after, off_ms: for_ms },
        2 | 3 => Act::PowerCutAtPlay { cluster, after, off_ms: for_ms },
        4..=6 => Act::LineCut { nodes: nodes(rng, scenario), silent: rng.percent(40), for_ms },
        7 => Act::LineCut { nodes: vec![Node::Controller], silent: rng.percent(40), for_ms },
        8 | 9 => Act::Noise { noise: noise(rng), for_ms },
        10 => Act::BrokerWipe { down_ms: for_ms.min(60 * SECOND) },
        11 | 12 => Act::ControllerKill { after, down_ms: for_ms.min(120 * SECOND) },
        13 => Act::DiskFull { for_ms: for_ms.min(60 * SECOND) },
        14 => disk_or_clock(rng, for_ms),
        15 | 16 => Act::Replays { for_ms },
        _ => Act::SinkBreak { cluster, for_ms },
    }
}

fn disk_or_clock(rng: &mut Rng, for_ms: u64) -> Act {
    if rng.percent(50) {
        return Act::DiskSlow { for_ms };
    }
    Act::ClockStep { by_ms: rng.pick(&[-3_600_000, -90_000, -3_000, 700, 20_000, 90_000, 3_600_000]) }
}

fn noise(rng: &mut Rng) -> Noise {
    Noise {
        drop: rng.pick(&[0, 2, 10, 40]),
        duplicate: rng.pick(&[0, 5, 20]),
        overtake: rng.pick(&[0, 5, 30]),
    }
}

fn device(rng: &mut Rng, scenario: &Scenario) -> usize {
    let devices = scenario.clusters.iter().take_while(|plan| plan.is_device()).count();
    rng.below(devices as u64) as usize
}

/// One device, or a valley of them behind one uplink.
fn nodes(rng: &mut Rng, scenario: &Scenario) -> Vec<Node> {
    let first = device(rng, scenario);
    let devices = scenario.clusters.iter().take_while(|plan| plan.is_device()).count();
    let many = if rng.percent(50) { 1 } else { rng.between(1, 6) as usize };
    (first..devices.min(first + many)).map(Node::Cluster).collect()
}
