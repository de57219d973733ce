//! The one message catalogue: everything that staff read, in English and in Vietnamese.
//!
//! Messages are kept in `locales/<language>/*.ftl` (Project Fluent) and are part of the program. A message is
//! looked up by the code of a [`Text`], or by its key. Parameters are text; three kinds are recognised:
//!
//! - names that end in `_at` are UTC milliseconds, shown as local time to the minute (`now_at`: to the second,
//!   to be told from what has just passed);
//! - names that end in `_ms` are durations;
//! - what is a small whole number chooses plural forms.
//!
//! Parameters in [`OPTIONAL`] that are absent or empty read `none`, so that a message can leave them out.

use fluent::concurrent::FluentBundle;
use fluent::{FluentArgs, FluentResource, FluentValue};
use unic_langid::{LanguageIdentifier, langid};

use crate::text::Text;

/// What a message may name, but need not.
pub const OPTIONAL: [&str; 9] =
    ["nearest", "pid", "why", "evidence", "start_ms", "end_ms", "programme", "reason", "title"];

const SOURCES: [(&str, &str); 8] = [
    (include_str!("../locales/en/words.ftl"), include_str!("../locales/vi/words.ftl")),
    (include_str!("../locales/en/why.ftl"), include_str!("../locales/vi/why.ftl")),
    (include_str!("../locales/en/errors.ftl"), include_str!("../locales/vi/errors.ftl")),
    (include_str!("../locales/en/reports.ftl"), include_str!("../locales/vi/reports.ftl")),
    (include_str!("../locales/en/schedule.ftl"), include_str!("../locales/vi/schedule.ftl")),
    (include_str!("../locales/en/site.ftl"), include_str!("../locales/vi/site.ftl")),
    (include_str!("../locales/en/log.ftl"), include_str!("../locales/vi/log.ftl")),
    (include_str!("../locales/en/demo.ftl"), include_str!("../locales/vi/demo.ftl")),
];

/// The command line explains itself in English, where its options are; in other languages it is done here.
const HELP: [(Language, &str); 1] = [(Language::Vietnamese, include_str!("../locales/vi/help.ftl"))];

/// A language of the catalogue.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Language {
    /// English.
    English,
    /// Tiếng Việt.
    Vietnamese,
}

impl Language {
    /// Every language.
    pub const ALL: [Self; 2] = [Self::English, Self::Vietnamese];

    /// Reads a name as the environment has it: `vi`, `vi_VN.UTF-8`, `en`, `C`; `None` for other languages.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        let primary = name.trim().split(['_', '-', '.', '@']).next().unwrap_or_default();
        match primary.to_ascii_lowercase().as_str() {
            "vi" => Some(Self::Vietnamese),
            "en" | "c" | "posix" => Some(Self::English),
            _ => None,
        }
    }

    /// `LOA_LANG`, else the first of `LC_ALL`, `LC_MESSAGES` and `LANG` that is set, else English.
    #[must_use]
    pub fn from_env() -> Self {
        Self::choose(|name| std::env::var(name).ok())
    }

    fn choose(variable: impl Fn(&str) -> Option<String>) -> Self {
        let set = |name: &&str| variable(name).filter(|value| !value.trim().is_empty());
        let own = set(&"LOA_LANG").and_then(|value| Self::parse(&value));
        let system = || ["LC_ALL", "LC_MESSAGES", "LANG"].iter().find_map(set);
        own.or_else(|| system().and_then(|value| Self::parse(&value))).unwrap_or(Self::English)
    }

    /// ISO 639-1.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::Vietnamese => "vi",
        }
    }

    fn identifier(self) -> LanguageIdentifier {
        match self {
            Self::English => langid!("en"),
            Self::Vietnamese => langid!("vi"),
        }
    }

    fn source(self, (english, vietnamese): (&'static str, &'static str)) -> &'static str {
        match self {
            Self::English => english,
            Self::Vietnamese => vietnamese,
        }
    }
}

/// From UTC milliseconds to the site's local time as `2026-11-24T17:00:00`.
pub type LocalTime = Box<dyn Fn(u64) -> String + Send + Sync>;

/// The messages in one language.
pub struct Catalogue {
    language: Language,
    bundle: FluentBundle<FluentResource>,
    local_time: LocalTime,
}

impl std::fmt::Debug for Catalogue {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Catalogue").field("language", &self.language).finish_non_exhaustive()
    }
}

impl Catalogue {
    /// The messages of a language; `local_time` knows the site's time zone.
    #[must_use]
    pub fn new(language: Language, local_time: impl Fn(u64) -> String + Send + Sync + 'static) -> Self {
        let bundle = bundle(language, SOURCES.iter().map(|source| language.source(*source)));
        Self { language, bundle, local_time: Box::new(local_time) }
    }

    /// The messages with which the command line explains itself; `None` in English, where it has its own.
    #[must_use]
    pub fn of_help(language: Language) -> Option<Self> {
        let (_, source) = HELP.iter().find(|(of, _)| *of == language)?;
        let bundle = bundle(language, std::iter::once(*source));
        Some(Self { language, bundle, local_time: Box::new(|utc_ms| utc_ms.to_string()) })
    }

    /// Its language.
    #[must_use]
    pub fn language(&self) -> Language {
        self.language
    }

    /// The sentence of a text; for an unknown code, the code and its parameters.
    #[must_use]
    pub fn text(&self, text: &Text) -> String {
        let params = text.params.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        self.lookup(&text.code, params)
    }

    /// A message without parameters.
    #[must_use]
    pub fn get(&self, key: &str) -> String {
        self.lookup(key, std::iter::empty())
    }

    /// A message with parameters.
    #[must_use]
    pub fn format(&self, key: &str, params: &[(&str, &str)]) -> String {
        self.lookup(key, params.iter().copied())
    }

    /// Is there such a message?
    #[must_use]
    pub fn has(&self, key: &str) -> bool {
        self.bundle.has_message(key)
    }

    /// A moment to the minute, in local time.
    #[must_use]
    pub fn moment(&self, utc_ms: u64) -> String {
        self.local(utc_ms, false)
    }

    /// A moment in local time, as `2026-11-24T17:00:00`: for arranging, not for reading.
    #[must_use]
    pub fn local_text(&self, utc_ms: u64) -> String {
        (self.local_time)(utc_ms)
    }

    /// A time of day to the second, in local time.
    #[must_use]
    pub fn clock(&self, utc_ms: u64) -> String {
        let local = (self.local_time)(utc_ms);
        local.split_once('T').map_or_else(|| local.clone(), |(_, time)| time.to_owned())
    }

    /// A duration in its two largest units, rounded down: `2 h 5 min`.
    #[must_use]
    pub fn duration(&self, ms: u64) -> String {
        let seconds = ms / 1_000;
        let parts = [
            ("duration-days", seconds / 86_400),
            ("duration-hours", seconds / 3_600 % 24),
            ("duration-minutes", seconds / 60 % 60),
            ("duration-seconds", seconds % 60),
        ];
        let unit = |(key, n): &(&str, u64)| self.format(key, &[("n", &n.to_string())]);
        if ms < 1_000 {
            return self.format("duration-milliseconds", &[("n", &ms.to_string())]);
        }
        let first = parts.iter().position(|(_, n)| *n > 0).unwrap_or(parts.len() - 1);
        let shown = parts[first..].iter().take(2).filter(|(_, n)| *n > 0);
        shown.map(unit).collect::<Vec<_>>().join(" ")
    }

    fn local(&self, utc_ms: u64, seconds: bool) -> String {
        let local = (self.local_time)(utc_ms);
        let Some((date, time)) = local.split_once('T') else { return local };
        let shown = if seconds { time } else { time.get(..5).unwrap_or(time) };
        let mut parts = date.splitn(3, '-');
        match (self.language, parts.next(), parts.next(), parts.next()) {
            (Language::Vietnamese, Some(year), Some(month), Some(day)) => {
                format!("{shown} {day}/{month}/{year}")
            }
            _ => format!("{date} {shown}"),
        }
    }

    fn lookup<'p>(&self, key: &str, params: impl Iterator<Item = (&'p str, &'p str)> + Clone) -> String {
        let Some(pattern) = self.bundle.get_message(key).and_then(|message| message.value()) else {
            return unknown(key, params);
        };
        let mut args = FluentArgs::new();
        for name in OPTIONAL {
            args.set(name, "none");
        }
        for (name, value) in params {
            if !(value.is_empty() && OPTIONAL.contains(&name)) {
                args.set(name.to_owned(), self.value(name, value));
            }
        }
        self.bundle.format_pattern(pattern, Some(&args), &mut Vec::new()).into_owned()
    }

    fn value(&self, name: &str, value: &str) -> FluentValue<'static> {
        let number = value.parse::<u64>().ok();
        match number {
            Some(at) if name.ends_with("_at") => self.local(at, name == "now_at").into(),
            Some(ms) if name.ends_with("_ms") => self.duration(ms).into(),
            // Only what reads the same as before: an id of digits has to stay what it is.
            Some(n) if n <= u64::from(u32::MAX) && n.to_string() == value => {
                FluentValue::try_number(value).into_owned()
            }
            _ => value.to_owned().into(),
        }
    }
}

fn bundle(language: Language, sources: impl Iterator<Item = &'static str>) -> FluentBundle<FluentResource> {
    let mut bundle = FluentBundle::new_concurrent(vec![language.identifier()]);
    // The marks that Fluent puts around parameters come out as boxes on the terminals of old PCs.
    bundle.set_use_isolating(false);
    for source in sources {
        // Tests prove that all of it is right; if not, what is right can still be read.
        let resource = FluentResource::try_new(source.to_owned()).unwrap_or_else(|(readable, _)| readable);
        drop(bundle.add_resource(resource));
    }
    bundle
}

fn unknown<'p>(key: &str, params: impl Iterator<Item = (&'p str, &'p str)>) -> String {
    let params: Vec<String> = params.map(|(name, value)| format!("{name}: {value}")).collect();
    if params.is_empty() { key.to_owned() } else { format!("{key} ({})", params.join(", ")) }
}

#[cfg(test)]
mod tests;
