//! One measured figure: what it is held against, and how it is shown.

use std::time::Duration;

use serde::Serialize;

/// One line of the table and one entry of `target/bench.json`.
#[derive(Debug, Serialize)]
pub(crate) struct Figure {
    pub(crate) name: String,
    pub(crate) ours: f64,
    pub(crate) unit: &'static str,
    pub(crate) peer: Option<String>,
    pub(crate) peer_value: Option<f64>,
    pub(crate) ratio: Option<f64>,
    pub(crate) target: String,
    pub(crate) ok: bool,
    pub(crate) note: String,
}

impl Figure {
    /// Held against an amount.
    pub(crate) fn at_most(name: &str, ours: f64, unit: &'static str, most: f64, note: String) -> Self {
        Self {
            name: name.into(),
            ours,
            unit,
            peer: None,
            peer_value: None,
            ratio: None,
            target: format!("<= {most} {unit}"),
            ok: ours <= most,
            note,
        }
    }

    /// Held against a peer, measured in the same run; `most` is the largest ratio allowed.
    pub(crate) fn at_most_times(
        name: &str,
        ours: f64,
        unit: &'static str,
        peer: (&str, f64),
        most: f64,
        note: String,
    ) -> Self {
        let (peer, peer_value) = peer;
        Self {
            name: name.into(),
            ours,
            unit,
            peer: Some(peer.into()),
            peer_value: Some(peer_value),
            ratio: Some(ours / peer_value),
            target: format!("<= {most}x peer"),
            ok: ours <= peer_value * most,
            note,
        }
    }

    /// Beside a peer, with nothing to be reached: what explains another figure.
    pub(crate) fn beside(name: &str, ours: f64, unit: &'static str, peer: (&str, f64), note: String) -> Self {
        let none = String::from("none");
        Self { target: none, ..Self::at_most_times(name, ours, unit, peer, f64::INFINITY, note) }
    }

    pub(crate) fn show(&self) {
        let against = self.peer_value.zip(self.ratio);
        let against = against.map_or(String::new(), |(peer, ratio)| format!("{ratio:.2}x of {peer:.2}"));
        let verdict = if self.ok { "ok" } else { "MISSED" };
        println!(
            "{:44} {:>9.2} {:4} {:>18}  {:16} {:7} {}",
            self.name, self.ours, self.unit, against, self.target, verdict, self.note
        );
    }
}

/// Median, minimum and maximum, in milliseconds.
pub(crate) fn summary(runs: &[Duration]) -> (f64, f64, f64) {
    let mut ms: Vec<f64> = runs.iter().map(|run| run.as_secs_f64() * 1e3).collect();
    ms.sort_by(f64::total_cmp);
    (ms[ms.len() / 2], ms[0], ms[ms.len() - 1])
}
