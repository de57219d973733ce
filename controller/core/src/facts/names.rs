//! Names as people write them: with or without marks, nearly right, and what they may have meant.

use std::collections::BTreeSet;

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use crate::limits::{SUGGESTIONS_MAX, TITLE_CHARS_MAX};

/// The candidates most like `text`, judged from byte `skip` on (behind `village:` and the like).
pub(super) fn similar(text: &str, candidates: impl Iterator<Item = String>, skip: usize) -> Vec<String> {
    let text = fold(text);
    let mut seen = BTreeSet::new();
    let mut ranked: Vec<(f64, String)> = candidates
        .filter(|candidate| candidate.len() > skip && seen.insert(candidate.clone()))
        .map(|candidate| {
            let part = candidate.get(skip..).unwrap_or_default();
            let part = part.rsplit(':').next().unwrap_or(part);
            (strsim::jaro_winkler(&text, &fold(part)), candidate)
        })
        .filter(|(score, _)| *score > 0.7)
        .collect();
    ranked.sort_by(|a, b| b.0.total_cmp(&a.0).then_with(|| a.1.cmp(&b.1)));
    ranked.into_iter().take(SUGGESTIONS_MAX).map(|(_, candidate)| candidate).collect()
}

/// The nearest of some names, for errors about ids of other kinds.
#[must_use]
pub fn nearest_names(text: &str, names: impl Iterator<Item = String>) -> Vec<String> {
    similar(text, names, 0)
}

/// Is it a text of one line, and not too long?
pub(crate) fn is_title(text: &str) -> bool {
    !text.chars().any(char::is_control) && text.chars().count() <= TITLE_CHARS_MAX
}

/// Lower case without marks and with one kind of gap, so that "Nậm Đét" is found as `nam-det`.
#[must_use]
pub fn fold(text: &str) -> String {
    let plain = text.trim().nfd().filter(|c| !is_combining_mark(*c)).flat_map(char::to_lowercase);
    plain
        .map(|c| match c {
            'đ' => 'd',
            ' ' | '_' => '-',
            other => other,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_found_without_their_marks() {
        assert_eq!(fold("Nậm Đét"), "nam-det");
        assert_eq!(fold("nam-det"), "nam-det");
    }
}
