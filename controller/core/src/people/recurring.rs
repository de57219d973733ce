//! An announcement that comes again and again: a programme with one cron rule.

use firmware_proto::limits::NAME_BYTES_MAX;
use firmware_proto::message::Class;
use schedules::{CronRule, Importance, Item, Recurrence};
use serde::{Deserialize, Serialize};

use super::refusal::Refusal;
use crate::facts::names::fold;
use crate::facts::programme::{Clip, Plan};

/// The id of a programme whose title has no letter that an id may have.
const NAMELESS: &str = "programme";

/// An announcement as staff ask for it, with a cron rule instead of a time.
#[derive(Debug, Clone, PartialEq)]
pub struct Recurring {
    /// The programme's id; `None`: made from the title.
    pub name: Option<String>,
    /// For people.
    pub title: String,
    /// Its class.
    pub class: Class,
    /// What plays, in order.
    pub clips: Vec<Clip>,
    /// As staff wrote them.
    pub targets: Vec<String>,
    /// When each broadcast of it starts, by the site's local time.
    pub rule: CronRule,
    /// Per cent; `None`: the site's.
    pub volume: Option<u8>,
    /// How late a cluster may start, ms; programmes have their own rules for that.
    pub start_within_ms: Option<u64>,
    /// Repeat it for so long, ms; programmes do not.
    pub repeat_for_ms: Option<u64>,
}

/// What an announcement can have, and a programme cannot.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(rename_all = "kebab-case")]
pub enum NotRecurring {
    /// Emergencies are made when they are needed.
    #[error("a programme is no emergency")]
    Emergency,
    /// It has a length.
    #[error("a programme does not repeat in itself")]
    Repeats,
    /// It says otherwise how late it may start.
    #[error("a programme says how late it may start by `missed`")]
    Lateness,
}

impl Recurring {
    /// The programme that it is.
    ///
    /// # Errors
    /// It asks for what programmes do not have.
    pub fn into_plan(self) -> Result<Plan, Refusal> {
        let no = |why| Err(Refusal::NotRecurring { why });
        let class = match self.class {
            Class::Routine => Importance::Routine,
            Class::Priority => Importance::Priority,
            Class::Emergency => return no(NotRecurring::Emergency),
        };
        if self.repeat_for_ms.is_some() {
            return no(NotRecurring::Repeats);
        }
        if self.start_within_ms.is_some() {
            return no(NotRecurring::Lateness);
        }
        let id = self.name.unwrap_or_else(|| slug(&self.title));
        let items = self.clips.into_iter().map(Item::Clip).collect();
        let plain = Plan::plain(&id, items, Recurrence::Cron(self.rule));
        Ok(Plan { title: self.title, class, targets: self.targets, volume: self.volume, ..plain })
    }
}

/// An id from a title, which may be the name of a file.
fn slug(title: &str) -> String {
    let stem = title.rsplit_once('.').map_or(title, |(stem, _)| stem);
    let plain = |c: char| if c.is_ascii_lowercase() || c.is_ascii_digit() { c } else { '-' };
    let joined: String = fold(stem).chars().map(plain).collect();
    let words: Vec<&str> = joined.split('-').filter(|word| !word.is_empty()).collect();
    let slug: String = words.join("-").chars().take(NAME_BYTES_MAX).collect();
    let slug = slug.trim_end_matches('-');
    if slug.is_empty() { NAMELESS.to_owned() } else { slug.to_owned() }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn programmes_are_named_after_their_titles() {
        assert_eq!(slug("Bản tin sáng.mp3"), "ban-tin-sang");
        assert_eq!(slug("  ** .wav"), "programme");
        assert_eq!(slug(&"đ".repeat(99)), "d".repeat(32));
    }

    #[test]
    fn what_programmes_do_not_have_is_refused() {
        let plain = || Recurring {
            name: None,
            title: "Bản tin".into(),
            class: Class::Priority,
            clips: Vec::new(),
            targets: vec!["all".into()],
            rule: CronRule::parse("0 17 * * *").unwrap(),
            volume: Some(60),
            start_within_ms: None,
            repeat_for_ms: None,
        };
        let plan = plain().into_plan().unwrap();
        assert_eq!((plan.id.as_str(), plan.class, plan.volume), ("ban-tin", Importance::Priority, Some(60)));
        let named = Recurring { name: Some("tin".into()), ..plain() };
        assert_eq!(named.into_plan().unwrap().id, "tin");
        for (wrong, why) in [
            (Recurring { class: Class::Emergency, ..plain() }, NotRecurring::Emergency),
            (Recurring { repeat_for_ms: Some(1), ..plain() }, NotRecurring::Repeats),
            (Recurring { start_within_ms: Some(1), ..plain() }, NotRecurring::Lateness),
        ] {
            assert_eq!(wrong.into_plan(), Err(Refusal::NotRecurring { why }));
        }
    }
}
