//! From bytes of a text to lines and columns, quickly also in long texts and long lines.

use super::problem::Position;

/// Between two counts of characters, bytes.
const STEP_BYTES: usize = 1_024;

/// Places in a text.
pub(super) struct Places<'t> {
    text: &'t str,
    /// Where lines begin, bytes.
    lines: Vec<usize>,
    /// Characters before each `STEP_BYTES`th byte.
    counts: Vec<usize>,
}

impl<'t> Places<'t> {
    pub(super) fn new(text: &'t str) -> Self {
        let lines = std::iter::once(0).chain(text.match_indices('\n').map(|(at, _)| at + 1)).collect();
        let mut counts = vec![0];
        let mut count = 0;
        for bytes in text.as_bytes().chunks(STEP_BYTES) {
            count += begun(bytes);
            counts.push(count);
        }
        Self { text, lines, counts }
    }

    /// The place of a byte.
    pub(super) fn of(&self, byte: usize) -> Position {
        let line = self.lines.partition_point(|begins| *begins <= byte);
        let begins = self.lines.get(line.saturating_sub(1)).copied().unwrap_or(0);
        Position { line, column: self.chars_before(byte) - self.chars_before(begins) + 1 }
    }

    fn chars_before(&self, byte: usize) -> usize {
        let byte = byte.min(self.text.len());
        let step = byte / STEP_BYTES;
        let rest = self.text.as_bytes().get(step * STEP_BYTES..byte).unwrap_or_default();
        self.counts.get(step).copied().unwrap_or(0) + begun(rest)
    }
}

/// How many characters begin in some bytes of UTF-8.
fn begun(bytes: &[u8]) -> usize {
    bytes.iter().filter(|byte| **byte & 0b1100_0000 != 0b1000_0000).count()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(48))]

        #[test]
        fn lines_and_columns_are_those_that_one_counts(text in "([a-z]|\n|\r\n|ữ|🔊|ồ{600}){0,40}") {
            let places = Places::new(&text);
            let mut expected = Position::START;
            for (byte, c) in text.char_indices() {
                prop_assert_eq!(places.of(byte), expected);
                expected = match c {
                    '\n' => Position { line: expected.line + 1, column: 1 },
                    _ => Position { column: expected.column + 1, ..expected },
                };
            }
            prop_assert_eq!(places.of(text.len()), expected);
            prop_assert_eq!(places.of(usize::MAX), expected);
        }
    }
}
