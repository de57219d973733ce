//! Marks of what a run has reached. A story that never comes to its point proves nothing, so rare branches are
//! counted where the world sees them, and the tests ask for them.

use std::cell::Cell;

/// A branch that is easily missed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mark {
    /// On a slow disk an answer came after the occurrence that it names.
    AnsweredAfterItsStart,
    /// What an answer said was changed again by something that came to the disk together with it.
    AnswerOvertaken,
    /// A controller was killed while records were on their way to the disk, and they were lost.
    RecordsLost,
    /// The same, and they were there.
    RecordsKept,
    /// The disk was full when records came.
    DiskFull,
    /// The power went while a pass sounded.
    CutWhilePlaying,
    /// A job went on that had been interrupted.
    WentOn,
    /// A message was rejected that had been received before.
    ReplayRejected,
    /// An agenda let a changed programme go on in its old form, which was playing.
    OldFormGoesOn,
    /// Staff stopped a changed programme that played in its old form.
    OldFormStopped,
    /// A gateway switched zones while it played.
    ZonesSwitched,
    /// A controller was stopped in order.
    CleanStop,
    /// A clip that somebody needed was not given up.
    ClipInUse,
    /// A clip was given up.
    ClipGone,
    /// Somebody wanted a clip that was gone.
    ClipWasGone,
    /// A device took a part of an agenda, and another one had not come yet.
    AgendaLacksJobs,
    /// A device took an agenda that only named what it had.
    AgendaNamesJobs,
    /// The system's clock was not believed.
    ClockInDoubt,
    /// The core went over to a time that was far from the one before.
    ClockFollowed,
    /// A device found a damaged clip, and dropped it.
    DamageFound,
    /// A repeating job sounded without some of its clips.
    SoundedWithoutSome,
}

impl Mark {
    /// All of them.
    pub const ALL: [Self; 21] = [
        Self::AnsweredAfterItsStart,
        Self::AnswerOvertaken,
        Self::RecordsLost,
        Self::RecordsKept,
        Self::DiskFull,
        Self::CutWhilePlaying,
        Self::WentOn,
        Self::ReplayRejected,
        Self::OldFormGoesOn,
        Self::OldFormStopped,
        Self::ZonesSwitched,
        Self::CleanStop,
        Self::ClipInUse,
        Self::ClipGone,
        Self::ClipWasGone,
        Self::AgendaLacksJobs,
        Self::AgendaNamesJobs,
        Self::ClockInDoubt,
        Self::ClockFollowed,
        Self::DamageFound,
        Self::SoundedWithoutSome,
    ];
}

/// How often each mark was reached.
#[derive(Debug, Clone, Default)]
pub struct Marks(Cell<[u64; Mark::ALL.len()]>);

impl Marks {
    /// One more time.
    pub(crate) fn reach(&self, mark: Mark) {
        let mut counts = self.0.get();
        counts[mark as usize] += 1;
        self.0.set(counts);
    }

    /// How often.
    #[must_use]
    pub fn count(&self, mark: Mark) -> u64 {
        self.0.get()[mark as usize]
    }

    /// Adds those of another run.
    pub fn add(&self, other: &Self) {
        let (ours, theirs) = (self.0.get(), other.0.get());
        self.0.set(std::array::from_fn(|index| ours[index] + theirs[index]));
    }

    /// Those that were never reached.
    pub fn missing(&self) -> impl Iterator<Item = Mark> {
        Mark::ALL.into_iter().filter(|mark| self.count(*mark) == 0)
    }
}
