//! Languages by their BCP 47 tags, and which variant of a content a cluster plays.

use std::fmt;
use std::str::FromStr;

use oxilangtag::LanguageTag;
use serde::{Deserialize, Serialize};

use crate::limits::LANGUAGE_BYTES_MAX;

/// A language tag (RFC 5646), in the case that the standard advises: `vi`, `hmn`, `hmn-Latn`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Language(String);

/// Why a text is not a language tag.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{text:?} is not a language tag; write for example \"vi\" for Vietnamese or \"hmn\" for H'Mông")]
pub struct LanguageError {
    /// As it was written.
    pub text: String,
}

impl LanguageError {
    /// Stable key of the error, for translations and `--json`.
    #[must_use]
    pub fn code(&self) -> &'static str {
        "language-unknown"
    }
}

impl Language {
    /// The tag in its usual case, as in `hmn-Latn`.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Is this language what somebody who asks for `wanted` gets (RFC 4647, section 3.4)? The smaller,
    /// the better; the same language in another script or region will do when nothing fits better.
    fn distance_from(&self, wanted: &Self) -> Option<usize> {
        let (ours, theirs) = (self.0.to_ascii_lowercase(), wanted.0.to_ascii_lowercase());
        let parts = |tag: &str| tag.split('-').count();
        let begins = |long: &str, short: &str| {
            long.strip_prefix(short).is_some_and(|rest| rest.is_empty() || rest.starts_with('-'))
        };
        if begins(&theirs, &ours) {
            return Some(parts(&theirs) - parts(&ours));
        }
        begins(&ours, &theirs).then(|| 100 + parts(&ours))
    }
}

impl FromStr for Language {
    type Err = LanguageError;

    fn from_str(text: &str) -> Result<Self, LanguageError> {
        let wrong = || LanguageError { text: text.chars().take(64).collect() };
        if text.len() > LANGUAGE_BYTES_MAX {
            return Err(wrong());
        }
        let tag = LanguageTag::parse_and_normalize(text.trim()).map_err(|_| wrong())?;
        Ok(Self(tag.into_inner()))
    }
}

impl fmt::Display for Language {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// One step of a programme: a clip for everybody, or one for each language.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Item<C> {
    /// The same for every cluster.
    Clip(C),
    /// Variants by language, in the order in which they were written; never empty.
    Variants(Vec<(Language, C)>),
}

/// What a cluster plays of one item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice<'a, C> {
    /// In the order of the cluster's languages.
    pub clips: Vec<&'a C>,
    /// Languages of the cluster for which there is no variant.
    pub missing: Vec<&'a Language>,
    /// None of the cluster's languages is there: another one plays in their place.
    pub fallback: Option<&'a Language>,
}

impl<C> Item<C> {
    /// Every clip of the item.
    pub fn clips(&self) -> impl Iterator<Item = &C> {
        let (one, many) = match self {
            Self::Clip(clip) => (Some(clip), &[][..]),
            Self::Variants(variants) => (None, &variants[..]),
        };
        one.into_iter().chain(many.iter().map(|(_, clip)| clip))
    }

    /// What a cluster with these languages plays: each of its languages that there is, in its order. If
    /// there is none of them, the first of the `site`'s languages that there is, else the first variant.
    #[must_use]
    pub fn choose<'a>(&'a self, languages: &'a [Language], site: &'a [Language]) -> Choice<'a, C> {
        let variants = match self {
            Self::Clip(clip) => return Choice { clips: vec![clip], missing: Vec::new(), fallback: None },
            Self::Variants(variants) => variants,
        };
        let best = |wanted: &Language| {
            let fitting = variants.iter().enumerate().filter_map(|(at, (language, _))| {
                language.distance_from(wanted).map(|distance| (distance, at))
            });
            fitting.min().map(|(_, at)| at)
        };
        let mut chosen: Vec<usize> = Vec::new();
        let mut missing = Vec::new();
        for wanted in languages {
            match best(wanted) {
                Some(at) if chosen.contains(&at) => {}
                Some(at) => chosen.push(at),
                None => missing.push(wanted),
            }
        }
        let mut fallback = None;
        if chosen.is_empty() {
            let at = site.iter().find_map(best).unwrap_or(0);
            chosen.push(at);
            fallback = variants.get(at).map(|(language, _)| language).filter(|_| !missing.is_empty());
        }
        let clips = chosen.into_iter().filter_map(|at| variants.get(at)).map(|(_, clip)| clip).collect();
        Choice { clips, missing, fallback }
    }

    /// The same item with other clips.
    ///
    /// # Errors
    /// The first that `change` returns.
    pub fn try_map<D, E>(&self, mut change: impl FnMut(&C) -> Result<D, E>) -> Result<Item<D>, E> {
        Ok(match self {
            Self::Clip(clip) => Item::Clip(change(clip)?),
            Self::Variants(variants) => {
                let each = variants.iter().map(|(language, clip)| Ok((language.clone(), change(clip)?)));
                Item::Variants(each.collect::<Result<_, E>>()?)
            }
        })
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn languages(text: &str) -> Vec<Language> {
        text.split_whitespace().map(|tag| tag.parse().unwrap()).collect()
    }

    fn chosen(variants: &str, cluster: &str) -> (String, String, Option<String>) {
        let variants = languages(variants).into_iter().map(|l| (l.clone(), l.to_string())).collect();
        let (item, cluster, site) = (Item::Variants(variants), languages(cluster), languages("vi"));
        let Choice { clips, missing, fallback } = item.choose(&cluster, &site);
        let words = |list: Vec<String>| list.join(" ");
        (
            words(clips.into_iter().cloned().collect()),
            words(missing.iter().map(ToString::to_string).collect()),
            fallback.map(ToString::to_string),
        )
    }

    #[test]
    fn a_cluster_hears_its_languages_in_its_order() {
        assert_eq!(chosen("vi hmn", "hmn vi"), ("hmn vi".into(), String::new(), None));
        assert_eq!(chosen("vi hmn", "vi"), ("vi".into(), String::new(), None));
        assert_eq!(chosen("vi hmn", "hmn-Latn-VN"), ("hmn".into(), String::new(), None));
        assert_eq!(chosen("vi hmn-Latn", "hmn"), ("hmn-Latn".into(), String::new(), None));
        assert_eq!(chosen("hmn-Latn hmn", "hmn"), ("hmn".into(), String::new(), None));
    }

    #[test]
    fn what_is_missing_is_told_and_replaced() {
        assert_eq!(chosen("vi", "hmn vi"), ("vi".into(), "hmn".into(), None));
        assert_eq!(chosen("en vi", "hmn"), ("vi".into(), "hmn".into(), Some("vi".into())));
        assert_eq!(chosen("en", "hmn"), ("en".into(), "hmn".into(), Some("en".into())));
        assert_eq!(chosen("en vi", ""), ("vi".into(), String::new(), None));
    }

    #[test]
    fn tags_are_checked_and_written_one_way() {
        assert_eq!("HMN-latn-vn".parse::<Language>().unwrap().as_str(), "hmn-Latn-VN");
        for text in ["", "tiếng việt", "a", "vi_VN", "-vi", "vi-"] {
            assert!(text.parse::<Language>().is_err(), "{text:?}");
        }
    }
}
