//! Which job is meant by what staff write, and which jobs they are shown.

use std::cmp::Reverse;

use firmware_proto::{JobId, UtcMillis};
use schedules::WhenError;

use super::command::Command;
use super::refusal::Refusal;
use crate::facts::job::{Job, Origin};
use crate::facts::state::State;
use crate::limits::{JOB_ID_DIGITS_MIN, JOBS_LISTED_MAX};

/// How far a job may have come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Milestone {
    /// Every cluster has started, or will not.
    Started,
    /// Nothing more is expected of any cluster.
    Ended,
}

impl State {
    /// The moment that a text means at the site, e.g. `17:00` or `+10m`.
    ///
    /// # Errors
    /// The text means none, or one that is past.
    pub fn moment(&self, text: &str, now: UtcMillis) -> Result<UtcMillis, WhenError> {
        schedules::parse_when(text, self.settings.timezone, now.0).map(UtcMillis)
    }

    /// A job by its id, or by a beginning of it that no other job has.
    ///
    /// # Errors
    /// There is none, or there are several.
    pub fn find_job(&self, id: &str) -> Result<JobId, Refusal> {
        let id = id.trim().to_lowercase();
        let unknown = |nearest: Vec<String>| Refusal::UnknownJob { id: id.clone(), nearest };
        if let Ok(job) = id.parse::<JobId>() {
            return if self.jobs.contains_key(&job) { Ok(job) } else { Err(unknown(Vec::new())) };
        }
        if id.len() < JOB_ID_DIGITS_MIN {
            return Err(unknown(Vec::new()));
        }
        let mut fitting = self.jobs.keys().filter(|job| job.to_string().starts_with(&id));
        match (fitting.next(), fitting.next()) {
            (Some(job), None) => Ok(*job),
            (Some(one), Some(other)) => Err(unknown(vec![one.to_string(), other.to_string()])),
            _ => Err(unknown(Vec::new())),
        }
    }

    /// The job to show: as [`Self::find_job`] finds it, or by the id of a programme the last that was due, else
    /// the next.
    ///
    /// # Errors
    /// There is none, or there are several.
    pub fn find_broadcast(&self, id: &str, now: UtcMillis) -> Result<JobId, Refusal> {
        let programme = id.trim();
        if !self.programmes.contains_key(programme) {
            return self.find_job(id);
        }
        let job = self.last_due(programme, now).or_else(|| self.next_planned(programme, now));
        job.ok_or_else(|| Refusal::ProgrammeWithoutJobs { id: programme.to_owned() })
    }

    /// The job to stop: who names a programme means what sounds, and not what is to come.
    ///
    /// # Errors
    /// There is none, or there are several.
    pub fn find_sounding(&self, id: &str, now: UtcMillis) -> Result<JobId, Refusal> {
        let programme = id.trim();
        if !self.programmes.contains_key(programme) {
            return self.find_job(id);
        }
        let job = self.last_due(programme, now);
        job.ok_or_else(|| Refusal::ProgrammeNotPlaying { id: programme.to_owned() })
    }

    /// The command that calls off what is named: a programme, or a job.
    ///
    /// # Errors
    /// There is none, or there are several.
    pub fn cancel_of(&self, id: &str) -> Result<Command, Refusal> {
        match self.programmes.get_key_value(id.trim()) {
            Some((programme, _)) => Ok(Command::CancelProgramme(programme.clone())),
            None => self.find_job(id).map(Command::CancelJob),
        }
    }

    /// The jobs of a list for people, newest first, without those that others took the place of. What a programme
    /// will play stands with the programme: here it comes last.
    #[must_use]
    pub fn listed_jobs(&self, now: UtcMillis) -> Vec<&Job> {
        let mut jobs: Vec<&Job> = self.each_job().filter(|job| !job.is_replaced()).collect();
        let is_ahead = |job: &Job| match job.spec.origin {
            Origin::Programme { .. } => job.spec.play_at > Some(now),
            Origin::Announcement => false,
        };
        jobs.sort_by_key(|job| (is_ahead(job), Reverse(job.spec.play_at.unwrap_or(job.spec.created_at))));
        jobs.truncate(JOBS_LISTED_MAX);
        jobs
    }

    /// Has a job come so far? One that has been forgotten has come to its end.
    #[must_use]
    pub fn has_come_to(&self, job: JobId, milestone: Milestone) -> bool {
        let Some(job) = self.jobs.get(&job) else { return true };
        match milestone {
            Milestone::Started => job.has_started_everywhere(),
            Milestone::Ended => !job.is_open(),
        }
    }
}
