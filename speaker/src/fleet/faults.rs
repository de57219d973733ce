//! Faults that a fleet injects, by device.

use std::collections::{BTreeMap, BTreeSet};
use std::str::FromStr;
use std::time::Duration;

use firmware_proto::ClusterId;

/// Names below this likeness are not worth proposing (0 to 1, Jaro-Winkler).
const LIKENESS_MIN: f64 = 0.7;

/// What goes wrong with which device.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Faults {
    /// Never there.
    pub off: BTreeSet<ClusterId>,
    /// Play, and no sound comes out.
    pub mute: BTreeSet<ClusterId>,
    /// Behind a narrow link, bit/s each way.
    pub slow: BTreeMap<ClusterId, u32>,
    /// Without network for a while.
    pub drop: BTreeMap<ClusterId, Span>,
}

/// A fault names a device that is not in the fleet.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("there is no device `{unknown}` in this fleet{}", nearest.as_ref().map(|near| format!("; did you mean `{near}`?")).unwrap_or_default())]
pub struct UnknownDevice {
    /// As it was written.
    pub unknown: String,
    /// The name most like it.
    pub nearest: Option<String>,
}

impl Faults {
    /// Checks every name against the devices that there are.
    ///
    /// # Errors
    /// [`UnknownDevice`] for the first one that is not there.
    pub fn check<'a>(&self, devices: impl Iterator<Item = &'a ClusterId>) -> Result<(), UnknownDevice> {
        let devices: BTreeSet<&ClusterId> = devices.collect();
        let named = self.off.iter().chain(&self.mute).chain(self.slow.keys()).chain(self.drop.keys());
        let Some(unknown) = named.into_iter().find(|name| !devices.contains(name)) else { return Ok(()) };
        let likeness = |name: &ClusterId| strsim::jaro_winkler(name.as_str(), unknown.as_str());
        let nearest = devices.iter().map(|name| (likeness(name), name)).max_by(|a, b| a.0.total_cmp(&b.0));
        let nearest = nearest.filter(|(likeness, _)| *likeness >= LIKENESS_MIN);
        Err(UnknownDevice {
            unknown: unknown.to_string(),
            nearest: nearest.map(|(_, name)| name.to_string()),
        })
    }

    pub(super) fn is_off(&self, cluster: &ClusterId) -> bool {
        self.off.contains(cluster)
    }

    pub(super) fn is_mute(&self, cluster: &ClusterId) -> bool {
        self.mute.contains(cluster)
    }

    pub(super) fn slow_bits_per_s(&self, cluster: &ClusterId) -> Option<u32> {
        self.slow.get(cluster).copied()
    }

    pub(super) fn outage(&self, cluster: &ClusterId) -> Option<Span> {
        self.drop.get(cluster).copied()
    }
}

/// `ID=BITS_PER_SECOND` on the command line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SlowArg(pub ClusterId, pub u32);

/// `ID=SECONDS` or `ID=SECONDS..SECONDS` on the command line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DropArg(pub ClusterId, pub Span);

/// From when to when, since the start; without an end, for ever.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Span {
    /// The first moment.
    pub from: Duration,
    /// The moment after the last one.
    pub until: Option<Duration>,
}

/// The text is no such argument.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected {0}")]
pub struct FaultArgError(&'static str);

impl FromStr for SlowArg {
    type Err = FaultArgError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let parse = || {
            let (id, bits) = text.split_once('=')?;
            let bits = bits.parse().ok().filter(|bits| *bits > 0)?;
            Some(Self(id.parse().ok()?, bits))
        };
        parse().ok_or(FaultArgError("ID=BITS_PER_SECOND, e.g. bao-tan-1=16000"))
    }
}

impl FromStr for DropArg {
    type Err = FaultArgError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let parse = || {
            let (id, span) = text.split_once('=')?;
            let (from, until) = match span.split_once("..") {
                Some((from, until)) => (seconds(from)?, Some(seconds(until)?)),
                None => (seconds(span)?, None),
            };
            let grows = until.is_none_or(|until| until > from);
            grows.then_some(Self(id.parse().ok()?, Span { from, until }))
        };
        parse().ok_or(FaultArgError("ID=SECONDS or ID=SECONDS..SECONDS, e.g. bao-tan-1=10..60"))
    }
}

fn seconds(text: &str) -> Option<Duration> {
    Duration::try_from_secs_f64(text.parse().ok()?).ok()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn id(text: &str) -> ClusterId {
        text.parse().unwrap()
    }

    #[test]
    fn arguments_are_read() {
        assert_eq!("a=16000".parse(), Ok(SlowArg(id("a"), 16_000)));
        let span = |from, until: Option<u64>| Span {
            from: Duration::from_millis(from),
            until: until.map(Duration::from_millis),
        };
        assert_eq!("a=1.5".parse(), Ok(DropArg(id("a"), span(1_500, None))));
        assert_eq!("a=2..10".parse(), Ok(DropArg(id("a"), span(2_000, Some(10_000)))));
        for bad in ["a", "a=", "A=1", "a=-1", "a=5..2", "a=1..", "a=nan", "=3"] {
            assert!(bad.parse::<DropArg>().is_err(), "{bad}");
        }
        for bad in ["a", "a=0", "a=x", "=9"] {
            assert!(bad.parse::<SlowArg>().is_err(), "{bad}");
        }
    }

    #[test]
    fn an_unknown_device_is_answered_with_the_nearest() {
        let devices = [id("bao-tan-1"), id("bao-tan-2"), id("nam-det")];
        let faults = Faults { off: [id("nam-det")].into(), ..Faults::default() };
        assert_eq!(faults.check(devices.iter()), Ok(()));
        let faults = Faults { slow: [(id("nam-dat"), 1)].into(), ..Faults::default() };
        let error = faults.check(devices.iter()).unwrap_err();
        assert_eq!(error.to_string(), "there is no device `nam-dat` in this fleet; did you mean `nam-det`?");
        let faults = Faults { mute: [id("zzz")].into(), ..Faults::default() };
        assert_eq!(faults.check(devices.iter()).unwrap_err().nearest, None);
    }
}
