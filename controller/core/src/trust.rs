//! Can the controller's own clock be believed? An office PC starts in 1970 when its battery is empty, is hours off
//! when another system has set it, and is set by hand at any time.
//!
//! The core goes by a time of its own: the system's clock, for as long as nothing speaks against it, and else what was
//! last believed, carried on by the monotonic clock. On a clock that is in doubt programmes wait, and all else goes on
//! by the time that is believed.
//!
//! What speaks against it: the build and the journal, which are older than now; the clusters' clocks, which go on while
//! the controller is away; and the monotonic clock, when the other one jumps. A cluster that was told the time by this
//! run of the controller only repeats what it was told: it is heard where it speaks for a jump, and never against one.
//! One cluster alone, where there are several, decides nothing.

use std::collections::BTreeMap;

use firmware_proto::{BootId, ClusterId, Mono, UtcMillis};

use crate::limits::{
    BUILT_AFTER, CLOCK_ASKED_MS, CLOCK_DOUBT_MS, CLOCK_JUMP_LASTS_MS, CLOCK_PROVED_MS, CLOCK_SET_MS,
    CLOCK_WITNESS_MS, CLOCK_WITNESSES_MIN,
};
use crate::now::Now;

/// What speaks against the system's clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Why {
    /// It shows a time at which this program was not built yet.
    BeforeBuild,
    /// It shows a time before the journal's last entry.
    BeforeJournal,
    /// The clusters' clocks show another time.
    Clusters,
    /// It jumped while the controller ran.
    Jumped,
}

/// The system's clock is not believed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Doubt {
    /// Since when, by the time that is believed.
    pub since: UtcMillis,
    /// Why.
    pub why: Why,
    /// How far the system's clock is ahead of the time that is believed, ms; behind it where this is negative.
    pub ahead_ms: i64,
}

/// What one cluster's clock shows, each as its distance from our monotonic clock, ms. A message may be long under way
/// and shows then less: the largest is nearest to the truth.
#[derive(Debug, Clone, Copy)]
struct Witness {
    boot: BootId,
    /// What it knew before we told it the time, and when it said so.
    own: Option<(i64, Mono)>,
    /// What it shows since.
    told: Option<i64>,
    is_told: bool,
}

/// The judge of the system's clock.
#[derive(Debug)]
pub(crate) struct Trust {
    /// When this run began.
    started: Mono,
    /// The time that is believed: its distance from the monotonic clock, ms.
    offset: i64,
    /// The same of the system's clock, and since when it is so.
    shows: i64,
    shows_since: Mono,
    /// When the time that is believed was last another one.
    unbroken_since: Mono,
    /// Others have shown the same time, or it has held for long.
    proved: bool,
    /// The clusters are asked until then: after a start, and after a jump.
    asks_until: Option<Mono>,
    /// Since when it is in doubt, by the time that is believed, and why.
    doubt: Option<(UtcMillis, Why)>,
    /// The journal's last entry.
    last_entry: UtcMillis,
    witnesses: BTreeMap<ClusterId, Witness>,
    /// Look again, at once or then.
    stale: bool,
    next_look: Mono,
}

impl Trust {
    /// A controller starts. `asks`: there are clusters that may know the time.
    pub(crate) fn new(shown: Now, last_entry: UtcMillis, asks: bool) -> Self {
        let earliest = last_entry.max(BUILT_AFTER);
        let believed = Now { utc: shown.utc.max(earliest), ..shown };
        Self {
            started: shown.mono,
            offset: believed.offset(),
            shows: shown.offset(),
            shows_since: shown.mono,
            unbroken_since: shown.mono,
            proved: false,
            asks_until: asks.then(|| shown.mono + CLOCK_ASKED_MS),
            doubt: None,
            last_entry,
            witnesses: BTreeMap::new(),
            stale: true,
            next_look: shown.mono,
        }
    }

    /// What is wrong with the system's clock.
    pub(crate) fn doubt(&self) -> Option<Doubt> {
        let ahead_ms = self.shows.saturating_sub(self.offset);
        self.doubt.map(|(since, why)| Doubt { since, why, ahead_ms })
    }

    /// Is it not known yet whether the clock is right, or known that it is not?
    pub(crate) fn waits(&self) -> bool {
        self.doubt.is_some() || self.asks_until.is_some()
    }

    /// Are the clusters being asked? None of them may be told another time than it knows.
    pub(crate) fn asks(&self) -> bool {
        self.asks_until.is_some()
    }

    /// Has this boot of a cluster its time from us, and does not speak for what the system's clock shows? Then it
    /// follows us wherever we go.
    pub(crate) fn is_echo(&self, device: &ClusterId, boot: BootId) -> bool {
        let witness = self.witnesses.get(device).filter(|witness| witness.boot == boot && witness.is_told);
        let speaks = |told: i64| told.abs_diff(self.shows) <= CLOCK_DOUBT_MS;
        witness.is_some_and(|witness| !witness.told.is_some_and(speaks))
    }

    /// The earliest that it can be now: what was over by then is over.
    pub(crate) fn earliest(&self, mono: Mono) -> UtcMillis {
        let believed = self.believed(mono).utc;
        if self.asks() { believed.min(self.last_entry + mono.since(self.started)) } else { believed }
    }

    /// When something changes by the passing of time alone.
    pub(crate) fn next_look(&self) -> Mono {
        self.next_look
    }

    /// How far the time that is believed is ahead of the monotonic clock, ms.
    pub(crate) fn offset(&self) -> i64 {
        self.offset
    }

    /// The time that is believed.
    pub(crate) fn believed(&self, mono: Mono) -> Now {
        Now::at_offset(mono, self.offset)
    }

    /// Looks at the system's clock, and says by which time to go. `devices`: how many there are to ask.
    pub(crate) fn judge(&mut self, shown: Now, devices: usize) -> Now {
        if self.is_set(shown) {
            self.shows_since = shown.mono;
            self.stale = true;
        }
        self.shows = shown.offset();
        if self.stale || shown.mono >= self.next_look {
            self.stale = false;
            self.look(shown, devices);
        } else if self.doubt.is_none() {
            self.offset = self.shows;
        }
        self.believed(shown.mono)
    }

    /// Has somebody set the system's clock since it was last looked at?
    pub(crate) fn is_set(&self, shown: Now) -> bool {
        shown.offset().abs_diff(self.shows) >= CLOCK_SET_MS
    }

    fn look(&mut self, shown: Now, devices: usize) {
        let now = shown.mono;
        let quorum = CLOCK_WITNESSES_MIN.min(devices).max(1);
        let (agree, contradict) = self.count(now);
        let (seconded, outvoted) = (
            agree >= quorum && agree > contradict.len(),
            contradict.len() >= quorum && contradict.len() > agree,
        );
        if seconded || outvoted || self.asks_until.is_some_and(|until| until <= now) {
            self.asks_until = None;
        }
        let is_near = self.shows.abs_diff(self.offset) <= CLOCK_DOUBT_MS;
        let lasts = now.since(self.shows_since) >= CLOCK_JUMP_LASTS_MS;
        let why = match () {
            () if is_before_build(shown.utc) => Some(Why::BeforeBuild),
            () if seconded => None,
            () if shown.utc + CLOCK_DOUBT_MS < self.last_entry => Some(Why::BeforeJournal),
            () if outvoted => Some(Why::Clusters),
            () if is_near || (lasts && !self.proved) => None,
            () => Some(Why::Jumped),
        };
        match why {
            None => {
                if !is_near {
                    self.unbroken_since = now;
                    if !seconded {
                        self.believe_nobody_else();
                    }
                }
                self.offset = self.shows;
                self.proved =
                    seconded || (is_near && self.proved) || now.since(self.unbroken_since) >= CLOCK_PROVED_MS;
                self.doubt = None;
            }
            Some(why) => {
                // Where the system's clock is wrong in any case, one cluster that knows the time is better than none.
                let heard = outvoted || matches!(why, Why::BeforeBuild | Why::BeforeJournal);
                if heard
                    && let Some(median) = contradict.get(contradict.len() / 2)
                    && median.abs_diff(self.offset) > CLOCK_DOUBT_MS
                {
                    self.offset = *median;
                    self.unbroken_since = now;
                }
                if self.doubt.is_none() && why == Why::Jumped && devices > 0 {
                    self.asks_until = Some(now + CLOCK_ASKED_MS);
                }
                let since = self.doubt.map_or(self.believed(now).utc, |(since, _)| since);
                self.doubt = Some((since, why));
            }
        }
        self.next_look = self.next_change(now);
    }

    fn next_change(&self, now: Mono) -> Mono {
        let proved = (!self.proved).then(|| self.unbroken_since + CLOCK_PROVED_MS);
        let lasts = self.doubt.map(|_| self.shows_since + CLOCK_JUMP_LASTS_MS);
        let all = [self.asks_until, proved, lasts].into_iter().flatten();
        all.filter(|at| *at > now).min().unwrap_or(now + CLOCK_JUMP_LASTS_MS)
    }

    /// How many clusters speak for what the system's clock shows; and what those show that speak against it, in order.
    fn count(&self, now: Mono) -> (usize, Vec<i64>) {
        let like_shown = |offset: i64| offset.abs_diff(self.shows) <= CLOCK_DOUBT_MS;
        let jumped = self.shows.abs_diff(self.offset) > CLOCK_DOUBT_MS;
        let (mut agree, mut contradict) = (0, Vec::new());
        for witness in self.witnesses.values() {
            let own = witness.own.filter(|(_, said)| now.since(*said) < CLOCK_WITNESS_MS);
            match own {
                _ if jumped && witness.told.is_some_and(like_shown) => agree += 1,
                Some((own, _)) if like_shown(own) => agree += 1,
                Some((own, _)) => contradict.push(own),
                None => {}
            }
        }
        contradict.sort_unstable();
        (agree, contradict)
    }

    /// A cluster says what its clock shows.
    pub(crate) fn hears(&mut self, now: Mono, device: &ClusterId, boot: BootId, utc: UtcMillis) {
        let offset = Now { mono: now, utc }.offset();
        let new = Witness { boot, own: None, told: None, is_told: false };
        let witness = self.witnesses.entry(device.clone()).or_insert(new);
        if witness.boot != boot {
            *witness = new;
        }
        let before = if witness.is_told { witness.told } else { witness.own.map(|(own, _)| own) };
        let offset = before.map_or(offset, |before| before.max(offset));
        if witness.is_told {
            witness.told = Some(offset);
        } else {
            witness.own = Some((offset, now));
        }
        if before.is_none_or(|before| before.abs_diff(offset) >= CLOCK_SET_MS) {
            self.stale = true;
            self.next_look = now;
        }
    }

    /// A cluster is told the time.
    pub(crate) fn tells(&mut self, device: &ClusterId, boot: BootId) {
        let new = Witness { boot, own: None, told: None, is_told: true };
        let witness = self.witnesses.entry(device.clone()).or_insert(new);
        let own = witness.own.filter(|_| witness.boot == boot);
        *witness = Witness { own, ..new };
    }

    /// Only these clusters are there any more.
    pub(crate) fn keep(&mut self, is_there: impl Fn(&ClusterId) -> bool) {
        let before = self.witnesses.len();
        self.witnesses.retain(|device, _| is_there(device));
        self.stale |= self.witnesses.len() != before;
    }

    /// Staff say that the system's clock is right.
    ///
    /// # Errors
    /// A time before this program was built is never right: what the clock shows.
    pub(crate) fn accept(&mut self, mono: Mono) -> Result<(), UtcMillis> {
        let shown = Now::at_offset(mono, self.shows);
        if is_before_build(shown.utc) {
            return Err(shown.utc);
        }
        self.believe_nobody_else();
        self.last_entry = self.last_entry.min(shown.utc);
        self.asks_until = None;
        self.doubt = None;
        self.offset = self.shows;
        self.unbroken_since = mono;
        self.proved = true;
        self.stale = true;
        self.next_look = mono;
        Ok(())
    }

    /// What clusters knew until now was of a time that is no longer believed.
    fn believe_nobody_else(&mut self) {
        for witness in self.witnesses.values_mut() {
            *witness = Witness { own: None, told: None, is_told: true, ..*witness };
        }
    }
}

fn is_before_build(utc: UtcMillis) -> bool {
    utc + CLOCK_DOUBT_MS < BUILT_AFTER
}
