//! An edition of a programme that is changed while a cluster cannot hear of it: heard whole, once, in its old or in
//! its new form, where it is meant to be heard, unless staff stop it.

use std::collections::BTreeMap;

use firmware_proto::Mono;

use crate::marks::Mark;
use crate::model::{Edition, Meant, Pass};
use crate::world::World;

/// A change may be on its way to a cluster for so long.
const TRAVEL_MS: u64 = 15_000;
/// After an agenda was sent anew, a heartbeat later at most.
const GREETING_MS: u64 = 45_000;
/// What takes the amplifier from another job begins so soon after that has stopped.
const TAKES_MS: u64 = 5_000;

/// At the quiet end: what has begun on a cluster came to its end, in the form in which it began.
pub(crate) fn what_has_begun_is_heard_whole(world: &World) {
    let mut begun: BTreeMap<(usize, Edition<'_>), Vec<&Pass>> = BTreeMap::new();
    for pass in &world.model.passes {
        if let Some(edition) = world.model.jobs.get(&pass.job).and_then(Meant::edition) {
            begun.entry((pass.cluster, edition)).or_default().push(pass);
        }
    }
    for ((cluster, edition), passes) in begun {
        let (Some(first), Some(last)) = (passes.first(), passes.last()) else { continue };
        let whole = passes.iter().any(|pass| pass.is_whole());
        let ended = last.ended_at.unwrap_or(world.now);
        if !whole
            && !is_disturbed(world, cluster, first.asked)
            && !is_interrupted(world, last)
            && is_wanted_throughout(world, cluster, edition, (first.asked, ended))
        {
            let what = format!("cluster {cluster}: {edition:?}, {passes:?}");
            world.violated("what has begun is heard whole", &what);
        }
    }
}

/// By a power cut, a broken sink, or because the cluster was taken down.
fn is_disturbed(world: &World, cluster: usize, begun: Mono) -> bool {
    let cut = world.model.cuts.get(&cluster).is_some_and(|cuts| cuts.iter().any(|cut| *cut >= begun));
    let card = &world.clusters[cluster];
    cut || card.was_broken || card.was_rotten || world.model.removed.contains(&cluster)
}

/// Another job took the amplifier, and it could not go on after that. Staff may have stopped that one, or changed its
/// programme, before it sounded.
fn is_interrupted(world: &World, last: &Pass) -> bool {
    let taken = |ended: Mono| {
        let after = ended..ended + TAKES_MS;
        let others = world.model.passes.iter().filter(|pass| pass.job != last.job);
        others.filter(|pass| pass.cluster == last.cluster).any(|pass| after.contains(&pass.asked))
    };
    let was_to_take = |ended: Mono| {
        let class = world.model.jobs.get(&last.job).map(|meant| meant.class);
        // What is of a lower class takes nothing away.
        let may_take =
            |meant: &&Meant| meant.players.contains_key(&last.cluster) && Some(meant.class) >= class;
        let mut stops = world.model.jobs.values().filter(may_take).filter_map(|meant| meant.stop_asked);
        stops.any(|stop| stop <= ended + TAKES_MS && ended <= stop + TAKES_MS)
    };
    last.stop_asked && last.ended_at.is_some_and(|ended| taken(ended) || was_to_take(ended))
}

/// Was there, from before its beginning to its end, always a form of it that was to be heard on the cluster?
fn is_wanted_throughout(
    world: &World,
    cluster: usize,
    edition: Edition<'_>,
    (begun, ended): (Mono, Mono),
) -> bool {
    let forms: Vec<&Meant> = known_forms(world, Some(edition)).collect();
    let wanted = |at: Mono| {
        let stands = |form: &&&Meant| form.first_asked <= at && form.stop_asked.is_none_or(|gone| gone > at);
        forms.iter().filter(stands).any(|form| form.players.contains_key(&cluster))
    };
    let made = forms.iter().map(|form| form.first_asked).min().unwrap_or(begun);
    let from = Mono(begun.0.saturating_sub(TRAVEL_MS)).max(made);
    let changes = forms.iter().filter_map(|form| form.stop_asked).filter(|at| (from..=ended).contains(at));
    wanted(from) && changes.into_iter().all(wanted)
}

/// The forms of an edition that the controller knows: what a crash has lost was never to be heard.
fn known_forms<'a>(world: &'a World, edition: Option<Edition<'a>>) -> impl Iterator<Item = &'a Meant> {
    let is_known = |job| world.state().is_some_and(|state| state.jobs.contains_key(&job));
    world.model.forms(edition).filter(move |(job, _)| is_known(*job)).map(|(_, form)| form)
}

/// The zones, in order, of one of the forms of what plays.
pub(crate) fn are_zones_of_a_form(world: &World, meant: &Meant, cluster: usize, zones: &[u16]) -> bool {
    let mut forms = world.model.forms(meant.edition()).filter_map(|(_, form)| form.players.get(&cluster));
    forms.any(|wanted| wanted == zones)
}

/// In the middle of a pass too, only zones that some form of it is meant for.
pub(crate) fn only_meant_zones_are_switched_on(world: &World, cluster: usize, token: u32, zones: &[u16]) {
    let playing = world.model.sounding(cluster).and_then(|pass| world.model.jobs.get(&pass.job));
    let mut sorted = zones.to_vec();
    sorted.sort_unstable();
    let right = playing.is_some_and(|meant| are_zones_of_a_form(world, meant, cluster, &sorted));
    if !right && !world.model.removed.contains(&cluster) {
        world.violated(
            "only meant zones are switched on",
            &format!("cluster {cluster}: {zones:?}, pass {token}"),
        );
    }
}

/// A gateway that can hear sends a programme to the zones of its present form, and no longer to those of an older one.
pub(crate) fn what_sounds_is_heard_in_its_present_zones(world: &World) {
    for (cluster, pass) in (0..world.clusters.len()).filter_map(|c| Some((c, world.model.sounding(c)?))) {
        let clean = world.clean_since(cluster).is_some_and(|clean| clean + GREETING_MS < world.now);
        let edition = world.model.jobs.get(&pass.job).and_then(Meant::edition);
        let changed = |form: &Meant| form.first_asked + GREETING_MS >= world.now;
        if !clean || world.model.removed.contains(&cluster) || known_forms(world, edition).any(changed) {
            continue;
        }
        let present = known_forms(world, edition).find(|form| form.stop_asked.is_none());
        let wanted = present.and_then(|form| form.players.get(&cluster));
        let mut zones = pass.zones.clone();
        zones.sort_unstable();
        if wanted.is_some_and(|wanted| *wanted != zones) {
            let what = format!("cluster {cluster} plays {pass:?}, meant {wanted:?}");
            world.violated("what sounds is heard in its present zones", &what);
        }
    }
}

/// Marks a stop by staff of what plays in its old form.
pub(crate) fn note_a_stop(world: &World, cluster: usize) {
    let Some(playing) = world.model.sounding(cluster).and_then(|pass| world.model.jobs.get(&pass.job)) else {
        return;
    };
    let newer = |form: &Meant| form.first_asked > playing.first_asked;
    if playing.called_off && world.model.forms(playing.edition()).any(|(_, form)| newer(form)) {
        world.marks.reach(Mark::OldFormStopped);
    }
}
