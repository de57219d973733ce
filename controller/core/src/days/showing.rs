//! What is to sound: an occurrence of a programme, or an announcement that was made for later.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::rc::Rc;

use firmware_proto::ClusterId;
use firmware_proto::message::Class;
use schedules::{Busy, Interrupted, Occurrence};

use crate::facts::job::JobSpec;
use crate::facts::programme::{Content, Programme};

/// Where something that is to sound comes from.
#[derive(Clone, Copy)]
pub(crate) enum Source<'a> {
    Programme(&'a Programme, Occurrence),
    Announcement(&'a JobSpec),
}

/// Something that is to sound, with what it needs to be held against others.
pub(crate) struct Showing<'a> {
    pub(crate) source: Source<'a>,
    pub(crate) content: Rc<Content>,
    pub(crate) targets: Rc<BTreeSet<ClusterId>>,
    /// The version of its job, if there is one already.
    pub(crate) made: Option<u64>,
    /// Planned start, UTC ms.
    pub(crate) from: u64,
    /// End where it is longest, if nothing holds it up, UTC ms.
    pub(crate) to: u64,
}

impl<'a> Showing<'a> {
    /// An announcement for later; none if it is for now.
    pub(crate) fn announcement(spec: &'a JobSpec) -> Option<Self> {
        let from = spec.play_at?.0;
        let content =
            Content { clips: spec.clips.clone(), variants: spec.variants.clone(), gaps: Vec::new() };
        Some(Self {
            source: Source::Announcement(spec),
            content: Rc::new(content),
            targets: Rc::new(spec.targets.iter().cloned().collect()),
            made: None,
            from,
            to: from + spec.length_ms(),
        })
    }

    /// The programme's id, or the job's.
    pub(crate) fn id(&self) -> Cow<'a, str> {
        match self.source {
            Source::Programme(programme, _) => Cow::Borrowed(&programme.plan.id),
            Source::Announcement(spec) => Cow::Owned(spec.id.to_string()),
        }
    }

    pub(crate) fn title(&self) -> &'a str {
        match self.source {
            Source::Programme(programme, _) => &programme.plan.title,
            Source::Announcement(spec) => &spec.title,
        }
    }

    pub(crate) fn class(&self) -> Class {
        match self.source {
            Source::Programme(programme, _) => programme.class(),
            Source::Announcement(spec) => spec.class,
        }
    }

    pub(crate) fn rank(&self) -> u32 {
        match self.source {
            Source::Programme(programme, _) => programme.rank(),
            Source::Announcement(spec) => spec.rank,
        }
    }

    /// Does it take the place of what began before it, also within its class?
    pub(crate) fn interrupts(&self) -> bool {
        match self.source {
            Source::Programme(programme, _) => programme.plan.busy == Busy::AtOnce,
            Source::Announcement(spec) => spec.interrupts,
        }
    }

    /// What becomes of it when something takes its place.
    pub(crate) fn interrupted(&self, usual: Interrupted) -> Interrupted {
        match self.source {
            Source::Programme(programme, _) => programme.plan.interrupted.unwrap_or(usual),
            Source::Announcement(spec) if spec.repeat.is_some() => Interrupted::Drop,
            Source::Announcement(spec) => spec.interrupted,
        }
    }

    pub(crate) fn override_reason(&self) -> Option<&'a String> {
        match self.source {
            Source::Programme(programme, _) => programme.override_reason.as_ref(),
            Source::Announcement(spec) => spec.override_reason.as_ref(),
        }
    }

    /// The volume that it asks for, per cent; none: the site's.
    pub(crate) fn volume(&self) -> Option<u8> {
        match self.source {
            Source::Programme(programme, occurrence) => programme.plan.volume_at(&occurrence),
            Source::Announcement(spec) => Some(spec.volume),
        }
    }

    /// The exception of its programme that made it so.
    pub(crate) fn exception(&self) -> Option<usize> {
        match self.source {
            Source::Programme(_, occurrence) => occurrence.exception,
            Source::Announcement(_) => None,
        }
    }

    pub(crate) fn programme(&self) -> Option<&'a Programme> {
        match self.source {
            Source::Programme(programme, _) => Some(programme),
            Source::Announcement(_) => None,
        }
    }

    /// Milliseconds of sound on a cluster.
    pub(crate) fn length_on(&self, cluster: &ClusterId) -> u64 {
        match self.source {
            Source::Announcement(spec) if spec.repeat.is_some() => spec.length_ms(),
            _ => self.content.length_on(cluster),
        }
    }
}
