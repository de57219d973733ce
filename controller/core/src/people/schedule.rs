//! Changes of the schedule: checked against the site and against each other, all or nothing.

use std::collections::{BTreeMap, BTreeSet};

use firmware_proto::limits::CLIPS_PER_JOB_MAX;
use firmware_proto::{JobId, SiteId, UtcMillis};
use schedules::{DaySets, ORDER_MAX, Recurrence};

use super::change::{ScheduleChange, ScheduleChanged, Scope};
use super::checks::{is_reason, is_title, within};
use super::command::Done;
use super::refusal::{ProgrammeProblem, Refusal};
use crate::brain::Core;
use crate::days::preview::Outlook;
use crate::days::showing::Showing;
use crate::devices::dispatch::Ends;
use crate::facts::actor::Actor;
use crate::facts::guard_rail::Broken;
use crate::facts::programme::{Plan, Programme};
use crate::facts::record::Record;
use crate::facts::state::State;
use crate::facts::{names, targets};
use crate::limits::{DAY_SETS_MAX, PROGRAMMES_MAX};
use crate::now::Now;

/// A change that was looked through.
struct Proposed {
    sets: DaySets,
    changed: Vec<Programme>,
    removed: Vec<String>,
    outcome: ScheduleChanged,
}

impl Core {
    pub(crate) fn change_schedule(
        &mut self,
        now: Now,
        by: &Actor,
        change: ScheduleChange,
    ) -> Result<Done, Refusal> {
        let reason = change.override_reason.as_ref();
        is_reason(reason)?;
        let dry_run = change.dry_run;
        let Proposed { sets, changed, removed, outcome } = self.propose(now.utc, change)?;
        if !dry_run && (!changed.is_empty() || !removed.is_empty() || sets != *self.state.day_sets) {
            self.rewrite(now, by, sets, changed, removed);
        }
        Ok(Done::Schedule(Box::new(outcome)))
    }

    /// Writes the change, and makes jobs of what is due now.
    fn rewrite(
        &mut self,
        now: Now,
        by: &Actor,
        sets: DaySets,
        changed: Vec<Programme>,
        removed: Vec<String>,
    ) -> Vec<JobId> {
        let ids: Vec<String> =
            changed.iter().map(|p| p.plan.id.clone()).chain(removed.iter().cloned()).collect();
        let ended = self.jobs_to_come_of(now, &ids);
        let all = sets != *self.state.day_sets;
        let record = Record::ScheduleChanged { sets, programmes: changed, removed, ended: ended.clone() };
        self.write(now, by.clone(), record);
        if all {
            self.find_next_of_all(now.utc);
        }
        self.follow_schedule(now, &ids, &ended);
        ended
    }

    /// Jobs to come of some programmes.
    pub(super) fn jobs_to_come_of(&self, now: Now, programmes: &[String]) -> Vec<JobId> {
        programmes.iter().flat_map(|id| self.state.jobs_to_come(id, now.utc)).collect()
    }

    /// Does what follows from another form of some programmes: jobs of the old one are ended, and what is due now
    /// becomes jobs of the new one.
    pub(super) fn follow_schedule(&mut self, now: Now, programmes: &[String], ended: &[JobId]) {
        programmes.iter().for_each(|id| self.find_next(id, now.utc));
        ended.iter().for_each(|job| self.send_stop(now, *job, Ends::Waiting));
        self.plan_programmes(now);
        self.wake_by(now.mono + 1);
    }

    /// Removes a programme, and ends its jobs to come.
    pub(super) fn cancel_programme(&mut self, now: Now, by: &Actor, id: &str) -> Result<Done, Refusal> {
        if !self.state.programmes.contains_key(id) {
            return Err(self.state.unknown_programme(id));
        }
        let sets = DaySets::clone(&self.state.day_sets);
        Ok(Done::Stopped { jobs: self.rewrite(now, by, sets, Vec::new(), vec![id.to_owned()]) })
    }

    /// Pauses a programme, or lets it go on.
    pub(super) fn pause_programme(
        &mut self,
        now: Now,
        by: &Actor,
        id: &str,
        paused: bool,
    ) -> Result<Done, Refusal> {
        let Some(planned) = self.state.programmes.get(id) else {
            return Err(self.state.unknown_programme(id));
        };
        let mut programme = planned.programme.clone();
        if programme.plan.paused != paused {
            programme.plan.paused = paused;
            self.revise(now, by, vec![programme]);
        }
        Ok(Done::Changed)
    }

    /// Staff decide who goes first; those that are not named go after those that are.
    pub(super) fn order_programmes(
        &mut self,
        now: Now,
        by: &Actor,
        order: &[String],
    ) -> Result<Done, Refusal> {
        self.check_order(order, &|_| true)?;
        let moved: Vec<Programme> = self.moved_by(order, &|_| true).collect();
        if !moved.is_empty() {
            self.revise(now, by, moved);
        }
        Ok(Done::Changed)
    }

    fn revise(&mut self, now: Now, by: &Actor, mut programmes: Vec<Programme>) {
        for programme in &mut programmes {
            programme.revision = self.state.revision + 1;
            programme.changed_at = now.utc;
        }
        let sets = DaySets::clone(&self.state.day_sets);
        self.rewrite(now, by, sets, programmes, Vec::new());
    }

    /// Looks a change through, and says everything that is wrong with it.
    fn propose(&self, now: UtcMillis, change: ScheduleChange) -> Result<Proposed, Refusal> {
        let mut sets = if change.scope == Scope::Replace {
            DaySets::new()
        } else {
            DaySets::clone(&self.state.day_sets)
        };
        sets.extend(change.sets);
        within(sets.len() <= DAY_SETS_MAX, "day-sets")?;
        let old = &self.state.programmes;
        if change.scope == Scope::Replace && change.plans.is_empty() && !old.is_empty() {
            return Err(Refusal::AllGone);
        }
        let named: BTreeSet<&str> = change.plans.iter().map(|plan| plan.id.as_str()).collect();
        let gone = |id: &&String| change.scope == Scope::Replace && !named.contains(id.as_str());
        let removed: Vec<String> = old.keys().filter(gone).cloned().collect();
        within(old.len() - removed.len() + change.plans.len() <= PROGRAMMES_MAX, "programmes")?;
        let mut outcome = ScheduleChanged { removed: removed.clone(), ..ScheduleChanged::default() };
        let mut problems = Vec::new();
        let mut changed = Vec::new();
        let moved =
            |plan: &Plan| plan.sets().iter().any(|set| sets.get(*set) != self.state.day_sets.get(*set));
        // What breaks a rule as it is, a reason lets pass.
        let breaking = match &change.override_reason {
            Some(_) => self.state.breaking(now, &|_| true),
            None => BTreeMap::new(),
        };
        for plan in &change.plans {
            let before = old.get(&plan.id).map(|planned| &planned.programme);
            let as_before = before.is_some_and(|before| before.plan == *plan && !moved(plan));
            let same = as_before && !breaking.contains_key(&plan.id);
            if change.scope == Scope::Add && before.is_some() {
                problems.push(problem(plan, "id", Refusal::ProgrammeExists { id: plan.id.clone() }));
            } else if same {
                outcome.unchanged.push(plan.id.clone());
            } else {
                let list = if before.is_some() { &mut outcome.changed } else { &mut outcome.added };
                list.push(plan.id.clone());
                changed.push(Programme {
                    plan: plan.clone(),
                    revision: self.state.revision + 1,
                    changed_at: now,
                    order: before.and_then(|before| before.order),
                    override_reason: change.override_reason.clone(),
                });
            }
        }
        // A set that has changed changes who relies on it.
        let others = old.values().map(|planned| &planned.programme).filter(|p| {
            !named.contains(p.plan.id.as_str()) && !removed.contains(&p.plan.id) && moved(&p.plan)
        });
        for programme in others {
            outcome.changed.push(programme.plan.id.clone());
            changed.push(Programme {
                revision: self.state.revision + 1,
                changed_at: now,
                ..programme.clone()
            });
        }
        let order = match (change.scope, &change.order) {
            (Scope::Replace, None) => Some(&[][..]),
            (_, order) => order.as_deref(),
        };
        // Only a place in the order is nothing to look at again.
        let edited: BTreeSet<String> = changed.iter().map(|programme| programme.plan.id.clone()).collect();
        if let Some(order) = order {
            problems.extend(self.put_in_order(now, order, &removed, &mut changed, &mut outcome));
        }
        let calendar = schedules::Calendar { zone: self.calendar.zone, sets };
        for programme in changed.iter().filter(|programme| edited.contains(&programme.plan.id)) {
            self.check_plan(now, &calendar, &programme.plan, &mut problems);
        }
        if problems.is_empty() {
            self.compare(now, &calendar, (&changed, &edited), &removed, &mut outcome, &mut problems);
        }
        if problems.is_empty() {
            Ok(Proposed { sets: calendar.sets, changed, removed, outcome })
        } else {
            Err(Refusal::Schedule { problems })
        }
    }

    /// Gives all programmes their places; those that move are changed. What is wrong with the order.
    fn put_in_order(
        &self,
        now: UtcMillis,
        order: &[String],
        removed: &[String],
        changed: &mut Vec<Programme>,
        outcome: &mut ScheduleChanged,
    ) -> Option<ProgrammeProblem> {
        let is_new = |id: &str| changed.iter().any(|programme| programme.plan.id == id);
        let stays = |id: &str| !is_new(id) && !removed.iter().any(|gone| gone == id);
        let named: Vec<String> = order.iter().filter(|id| !is_new(id)).cloned().collect();
        let why = is_order(order).and_then(|()| self.check_order(&named, &stays)).err();
        let moved: Vec<Programme> = self
            .moved_by(order, &stays)
            .map(|p| Programme { revision: self.state.revision + 1, changed_at: now, ..p })
            .collect();
        for programme in &moved {
            outcome.unchanged.retain(|id| *id != programme.plan.id);
            outcome.changed.push(programme.plan.id.clone());
        }
        changed.extend(moved);
        for programme in changed {
            programme.order = place_in(order, &programme.plan.id);
        }
        Some(ProgrammeProblem { programme: String::new(), field: "order".to_owned(), why: why? })
    }

    /// Each programme of an order is there, and stays, and has one place.
    fn check_order(&self, order: &[String], stays: &dyn Fn(&str) -> bool) -> Result<(), Refusal> {
        let is_known = |id: &str| self.state.programmes.contains_key(id) && stays(id);
        match order.iter().find(|id| !is_known(id)) {
            Some(unknown) => Err(self.state.unknown_programme(unknown)),
            None => is_order(order),
        }
    }

    /// Programmes, of those that stay, whose place is another one in an order, with that place.
    fn moved_by<'a>(
        &'a self,
        order: &'a [String],
        stays: &'a dyn Fn(&str) -> bool,
    ) -> impl Iterator<Item = Programme> + 'a {
        let programmes = self.state.programmes.values().map(|planned| &planned.programme);
        let placed = programmes.map(|programme| (place_in(order, &programme.plan.id), programme));
        let moved =
            placed.filter(|(place, programme)| stays(&programme.plan.id) && programme.order != *place);
        moved.map(|(order, programme)| Programme { order, ..programme.clone() })
    }

    /// What is wrong with one programme by itself.
    fn check_plan(
        &self,
        now: UtcMillis,
        calendar: &schedules::Calendar,
        plan: &Plan,
        problems: &mut Vec<ProgrammeProblem>,
    ) {
        let mut check = |holds: bool, field: &str, what: &str| {
            if let Err(why) = within(holds, what) {
                problems.push(problem(plan, field, why));
            }
        };
        // Programmes are named by the same rule as sites.
        check(SiteId::new(&plan.id).is_ok(), "id", "id");
        check(is_title(&plan.title, "title").is_ok(), "title", "title");
        let volumes = plan.volume.iter().chain(plan.volumes.iter().map(|volume| &volume.volume));
        check(volumes.clone().all(|volume| *volume <= 100), "volume", "volume");
        let targets = match targets::resolve(&self.state.clusters, &plan.targets) {
            Ok(targets) => targets,
            Err(unknown) => {
                return problems.push(problem(plan, "targets", Refusal::UnknownTargets { unknown }));
            }
        };
        if let Some(gone) = plan.clips().find(|known| !self.state.has_clip(&known.clip)) {
            let why = Refusal::UnknownClip { name: gone.name.clone(), nearest: Vec::new() };
            return problems.push(problem(plan, "items", why));
        }
        for items in plan.contents() {
            let content = self.state.content(items, &targets);
            check(
                content.lists().all(|list| (1..=CLIPS_PER_JOB_MAX).contains(&list.len())),
                "items",
                "clips",
            );
        }
        if targets.is_empty() {
            problems.push(problem(plan, "targets", Refusal::NoClusters));
        }
        if let Some(set) = plan.sets().into_iter().find(|set| !calendar.sets.contains_key(*set)) {
            let nearest = names::nearest_names(set, calendar.sets.keys().cloned());
            let why = Refusal::UnknownDaySet { set: set.to_owned(), nearest };
            return problems.push(problem(plan, "except", why));
        }
        if plan.next_after(calendar, now.0).is_none() {
            problems.push(problem(plan, when_field(plan), Refusal::NeverFires));
        }
    }

    /// What the changed programmes mean beside the others.
    fn compare(
        &self,
        now: UtcMillis,
        calendar: &schedules::Calendar,
        (changed, edited): (&[Programme], &BTreeSet<String>),
        removed: &[String],
        outcome: &mut ScheduleChanged,
        problems: &mut Vec<ProgrammeProblem>,
    ) {
        let news: BTreeSet<&str> = changed.iter().map(|programme| programme.plan.id.as_str()).collect();
        let stays = |id: &str| !news.contains(id) && !removed.iter().any(|gone| gone == id);
        let old = self.state.programmes.values().map(|planned| &planned.programme);
        let programmes: Vec<&Programme> = old.filter(|p| stays(&p.plan.id)).chain(changed).collect();
        let outlook = Outlook { state: &self.state, calendar, programmes };
        let showings = outlook.days_ahead(now);
        let new = |showing: &Showing<'_>| {
            showing.programme().is_some_and(|programme| news.contains(programme.plan.id.as_str()))
        };
        let is_edited = |showing: &Showing<'_>| {
            showing.programme().is_some_and(|programme| edited.contains(&programme.plan.id))
        };
        let mut told: BTreeSet<&str> = BTreeSet::new();
        let mut with_gaps: BTreeSet<(&str, Option<usize>)> = BTreeSet::new();
        let judged = outlook.broken(&showings);
        for (showing, broken) in showings.iter().zip(&judged) {
            let Some(Programme { plan, override_reason, .. }) =
                showing.programme().filter(|_| is_edited(showing))
            else {
                continue;
            };
            match broken.clone().filter(|_| told.insert(&plan.id)) {
                Some(broken) if override_reason.is_some() => outcome.broken.push((plan.id.clone(), broken)),
                Some(broken) => {
                    let field = rail_field(&broken, plan, showing.exception());
                    problems.push(problem(plan, field, Refusal::GuardRail { broken }));
                }
                None => {}
            }
            if with_gaps.insert((&plan.id, showing.exception())) {
                outcome.gaps.extend(showing.content.gaps.iter().map(|gap| (plan.id.clone(), gap.clone())));
            }
        }
        outcome.next = changed
            .iter()
            .filter(|programme| !programme.plan.paused)
            .filter_map(|programme| programme.plan.next_after(calendar, now.0))
            .map(|next| UtcMillis(next.utc_ms))
            .min();
        outcome.collisions = outlook.collisions(&showings, &judged, &new);
    }
}

impl State {
    /// The refusal that names the nearest programmes.
    #[must_use]
    pub fn unknown_programme(&self, id: &str) -> Refusal {
        let nearest = names::nearest_names(id, self.programmes.keys().cloned());
        Refusal::UnknownProgramme { id: id.to_owned(), nearest }
    }
}

/// Each programme has one place.
fn is_order(order: &[String]) -> Result<(), Refusal> {
    let distinct: BTreeSet<&String> = order.iter().collect();
    within(distinct.len() == order.len() && order.len() <= ORDER_MAX, "order")
}

fn place_in(order: &[String], id: &str) -> Option<u32> {
    order.iter().position(|named| named == id).and_then(|at| u32::try_from(at).ok())
}

fn problem(plan: &Plan, field: &str, why: Refusal) -> ProgrammeProblem {
    ProgrammeProblem { programme: plan.id.clone(), field: field.to_owned(), why }
}

/// The field that says when.
fn when_field(plan: &Plan) -> &'static str {
    match plan.recurrence {
        Recurrence::Once(_) => "once",
        Recurrence::Cron(_) => "cron",
        Recurrence::Days { .. } => "at",
    }
}

fn rail_field(broken: &Broken, plan: &Plan, exception: Option<usize>) -> &'static str {
    match broken {
        Broken::QuietHours { .. } | Broken::MinutesPerDay { .. } if exception.is_some() => "except",
        Broken::QuietHours { .. } => when_field(plan),
        Broken::MinutesPerDay { .. } => "items",
        Broken::VolumeCeiling { .. } if plan.volume.is_some() => "volume",
        Broken::VolumeCeiling { .. } => "volumes",
    }
}
