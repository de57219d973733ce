//! Plays into a [`Sink`] that may block, on a thread of its own.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};

use firmware_proto::message::Reason;
use firmware_proto::speaker::{PassOutcome, PlaybackEvent};
use tracing::{error, warn};

use super::clips::{ClipReader, reason};
use super::meter::{Meter, duration_ms};
use super::sink::{Sink, SinkError};
use super::{PassPlan, Player, Sensors};
use crate::limits::PASSES_WAITING_MAX;

/// Takes what a player's thread has to tell: the pass, and what happened to it.
pub type Tell = Box<dyn FnMut(u32, PlaybackEvent) + Send>;

/// The shell's side of the thread.
pub struct DevicePlayer {
    plans: SyncSender<PassPlan>,
    /// Passes up to this token are over.
    stopped_up_to: Arc<AtomicU32>,
}

impl DevicePlayer {
    /// Starts the thread. It ends when the player is dropped and its last pass is over.
    ///
    /// # Errors
    /// When the system has no more threads.
    pub fn start(sink: Box<dyn Sink>, sensors: Sensors, tell: Tell) -> std::io::Result<Self> {
        let (plans, waiting) = sync_channel(PASSES_WAITING_MAX);
        let stopped_up_to = Arc::new(AtomicU32::new(0));
        let thread = Thread { sink, sensors, tell, stopped_up_to: stopped_up_to.clone() };
        std::thread::Builder::new().name("sink".to_owned()).spawn(move || thread.run(&waiting))?;
        Ok(Self { plans, stopped_up_to })
    }
}

impl Player for DevicePlayer {
    fn play(&mut self, plan: PassPlan) -> Option<PlaybackEvent> {
        self.stopped_up_to.store(plan.token.wrapping_sub(1), Relaxed);
        match self.plans.try_send(plan) {
            Ok(()) => None,
            Err(_) => {
                error!("the sound output does not take any more");
                let outcome = PassOutcome::Failed(Reason::SinkBroken);
                Some(Sensors::None.ended(outcome, &Meter::default(), 0))
            }
        }
    }

    fn stop(&mut self, token: u32) -> Option<PlaybackEvent> {
        self.stopped_up_to.store(token, Relaxed);
        None
    }
}

struct Thread {
    sink: Box<dyn Sink>,
    sensors: Sensors,
    tell: Tell,
    stopped_up_to: Arc<AtomicU32>,
}

impl Thread {
    fn run(mut self, plans: &Receiver<PassPlan>) {
        while let Ok(plan) = plans.recv() {
            let token = plan.token;
            let mut meter = Meter::default();
            let mut unheard = 0;
            let outcome = self.pass(plan, &mut meter, &mut unheard).unwrap_or_else(|error| {
                let cause = std::error::Error::source(&error).map(ToString::to_string).unwrap_or_default();
                error!("{error}: {cause}");
                unheard = self.sink.abort();
                PassOutcome::Failed(Reason::SinkBroken)
            });
            let played_ms = meter.duration_ms().saturating_sub(duration_ms(unheard));
            let event = self.sensors.ended(outcome, &meter, played_ms);
            (self.tell)(token, event);
        }
    }

    fn pass(
        &mut self,
        plan: PassPlan,
        meter: &mut Meter,
        unheard: &mut u64,
    ) -> Result<PassOutcome, SinkError> {
        let (token, whole) = (plan.token, plan.from_ms == 0);
        let mut reader = ClipReader::new(plan.clips, plan.from_ms, plan.volume);
        self.sink.begin(plan.job)?;
        loop {
            // Tokens count up from 1; one counter's wrap is centuries away.
            if self.stopped_up_to.load(Relaxed) >= token {
                *unheard = self.sink.abort();
                return Ok(PassOutcome::Stopped);
            }
            let samples = match reader.next() {
                Ok(Some(samples)) => samples,
                Ok(None) => break,
                Err(error) => {
                    warn!("a clip does not play: {error}");
                    *unheard = self.sink.abort();
                    return Ok(PassOutcome::Failed(reason(&error)));
                }
            };
            self.sink.write(samples)?;
            let first = meter.samples() == 0;
            meter.push(samples);
            if first {
                (self.tell)(token, PlaybackEvent::Started);
            }
        }
        if whole && meter.samples() == 0 {
            self.sink.abort();
            return Ok(PassOutcome::Failed(Reason::Undecodable));
        }
        self.sink.finish()?;
        Ok(PassOutcome::Completed)
    }
}
