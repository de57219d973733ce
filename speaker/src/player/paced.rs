//! The `null` sink: real decoding at the pace of real time, in short slices, without a thread.
//!
//! The first frame is decoded at once, so that `started` is true when it is said; the rest follows in slices
//! of half a second. A slice takes less than a millisecond, and each player draws its own moment for its
//! slices, so that a fleet that started together does not decode together. Nothing listens to this sink, so its
//! first slice may come late: real clusters have a processor each, and what a thousand of them have to
//! decode must not stand in the way of those that are still to start.
//!
//! The clip that will most likely play next, the one that just came or just played, stands cued: to open it and
//! to decode its first frame takes 140 µs, half of all that a device does for a job that plays at once.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use audio::SAMPLE_RATE_HZ;
use firmware_proto::message::Reason;
use firmware_proto::speaker::{PassOutcome, PlaybackEvent};
use tracing::warn;

use super::clips::{ClipReader, Cue, reason};
use super::meter::Meter;
use super::{PassPlan, Player, Sensors};
use crate::limits::SLICE_FRAMES_MAX;

/// Time between two slices, and how far they run ahead.
const SLICE: Duration = Duration::from_millis(500);

/// Plays into nothing, in real time.
pub struct PacedPlayer {
    sensors: Sensors,
    running: Option<Running>,
    cue: Option<Cue>,
    /// To be cued again at this moment.
    recue: Option<(Instant, PathBuf)>,
}

struct Running {
    token: u32,
    reader: ClipReader,
    meter: Meter,
    started: Instant,
    next: Instant,
    /// Everything is decoded; the sound ends then.
    ending: Option<(Instant, PassOutcome)>,
}

impl PacedPlayer {
    /// A player whose evidence comes from `sensors`.
    #[must_use]
    pub fn new(sensors: Sensors) -> Self {
        Self { sensors, running: None, cue: None, recue: None }
    }

    fn reader(&mut self, plan: PassPlan) -> ClipReader {
        let cued = |cue: &mut Cue| plan.from_ms == 0 && plan.clips.first().is_some_and(|p| p == cue.path());
        match self.cue.take_if(cued) {
            Some(cue) => cue.play(plan.clips, plan.volume),
            None => ClipReader::new(plan.clips, plan.from_ms, plan.volume),
        }
    }
}

/// A moment of one's own, about the time of the next slice.
fn soon(now: Instant) -> Instant {
    now + SLICE.mul_f64(0.5 + fastrand::f64())
}

impl Player for PacedPlayer {
    fn play(&mut self, plan: PassPlan) -> Option<PlaybackEvent> {
        let now = Instant::now();
        self.running = None;
        let (token, from_ms, first) = (plan.token, plan.from_ms, plan.clips.first().cloned());
        let mut running = Running {
            token,
            reader: self.reader(plan),
            meter: Meter::default(),
            started: now,
            next: soon(now),
            ending: None,
        };
        running.decode_frame();
        if running.meter.samples() == 0 {
            let outcome = running.ending.map_or(PassOutcome::Completed, |(_, outcome)| outcome);
            let outcome = match outcome {
                PassOutcome::Completed if from_ms == 0 => PassOutcome::Failed(Reason::Undecodable),
                other => other,
            };
            return Some(self.sensors.ended(outcome, &running.meter, 0));
        }
        self.running = Some(running);
        self.recue = first.map(|path| (soon(now), path));
        Some(PlaybackEvent::Started)
    }

    fn stop(&mut self, token: u32) -> Option<PlaybackEvent> {
        let running = self.running.take_if(|running| running.token == token)?;
        let heard_ms = running.started.elapsed().as_millis() as u64;
        let played_ms = running.meter.duration_ms().min(heard_ms);
        Some(self.sensors.ended(PassOutcome::Stopped, &running.meter, played_ms))
    }

    fn wakeup(&self) -> Option<Instant> {
        let running = self.running.as_ref().map(|running| running.next);
        running.into_iter().chain(self.recue.as_ref().map(|(at, _)| *at)).min()
    }

    fn advance(&mut self, now: Instant) -> Option<(u32, PlaybackEvent)> {
        if let Some((_, path)) = self.recue.take_if(|(at, _)| *at <= now) {
            self.cue = Cue::new(&path);
        }
        let running = self.running.as_mut().filter(|running| running.next <= now)?;
        let Some((_, outcome)) = running.ending.filter(|(end, _)| *end <= now) else {
            running.slice(now);
            return None;
        };
        let running = self.running.take()?;
        let event = self.sensors.ended(outcome, &running.meter, running.meter.duration_ms());
        Some((running.token, event))
    }

    fn clip_came(&mut self, path: &Path) {
        self.cue = Cue::new(path);
    }

    fn clip_goes(&mut self, path: &Path) {
        self.cue.take_if(|cue| cue.path() == path);
        self.recue.take_if(|(_, recue)| recue == path);
    }
}

impl Running {
    fn slice(&mut self, now: Instant) {
        let ahead = now + SLICE;
        for _ in 0..SLICE_FRAMES_MAX {
            if self.ending.is_some() || self.decoded_until() >= ahead {
                break;
            }
            self.decode_frame();
        }
        self.next = match self.ending {
            Some((end, _)) => end,
            None if self.decoded_until() < ahead => now,
            None => now + SLICE,
        };
    }

    fn decode_frame(&mut self) {
        let outcome = match self.reader.next() {
            Ok(Some(samples)) => return self.meter.push(samples),
            Ok(None) => PassOutcome::Completed,
            Err(error) => {
                warn!("a clip does not play: {error}");
                PassOutcome::Failed(reason(&error))
            }
        };
        self.ending = Some((self.decoded_until(), outcome));
    }

    /// When the sound that is decoded so far ends.
    fn decoded_until(&self) -> Instant {
        let nanos = self.meter.samples() * 1_000_000_000 / u64::from(SAMPLE_RATE_HZ);
        self.started + Duration::from_nanos(nanos)
    }
}
