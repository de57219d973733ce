//! What is to be done to a signal, decided from its map of levels: where it begins and ends, whether it is a
//! voice or music, how much louder or softer it becomes, and where a limiter holds its peaks down.

use crate::clip::{Character, Level};
use crate::error::PrepareError;
use crate::level::{self, BLOCK, BLOCKS_PER_S, BlockLevel};
use crate::rate::SAMPLE_RATE_HZ;

/// True peak that the signal keeps before it is encoded, in dBTP. The codec puts some peaks higher, by a dB or
/// so; a decoded clip must stay below -1 dBTP, and the rare segment that exceeds it is encoded again (see
/// `encode::segment`).
const CEILING_DBTP: f64 = -2.4;
/// To lift a recording by more than this would only make noise loud, in LU.
const LIFT_LU_MAX: f64 = 36.0;
/// What the codec takes away from the loudness of a voice, in LU, as measured.
const CODEC_LOSS_LU: f64 = 0.35;
/// From this gain on, pauses are held down, lest their hiss is heard, in dB.
const HISS_GAIN_DB: f64 = 15.0;
/// A pause is so much softer than the whole, in LU.
const PAUSE_LU: f64 = -22.0;
/// How far pauses are held down is kept in so many steps for each dB.
const PAUSE_STEPS_PER_DB: u8 = 4;
/// How far pauses are held down at the most, in those steps: 12 dB.
const PAUSE_HELD_MAX: u8 = PAUSE_STEPS_PER_DB * 12;
/// How fast sound sinks into a pause, for each block of 10 ms: a quarter of a dB.
const PAUSE_SINK: u8 = 1;
/// How fast it comes back before the next sound, for each block of 10 ms: 1.5 dB.
const PAUSE_RISE: u8 = PAUSE_STEPS_PER_DB * 3 / 2;
/// The limiter may cost the loudest parts this much, in dB, before the target is given up.
const LIMITING_DB_MAX: f64 = 15.0;
/// The limiter lets go this fast for each block of 10 ms: half a dB.
const RELEASE: u16 = HELD_STEPS_PER_DB as u16 * 3 / 2;
/// It begins to hold down before the peak, this fast for each block of 10 ms: 3 dB.
const ATTACK: u16 = HELD_STEPS_PER_DB as u16 * 6;
/// The limiter's curve is kept in so many steps for each dB.
const HELD_STEPS_PER_DB: f64 = 256.0;
const HELD_STEPS_PER_PAUSE_STEP: u16 = HELD_STEPS_PER_DB as u16 / PAUSE_STEPS_PER_DB as u16;
/// Silence at an end that is longer than this is cut, in blocks: half a second.
const SILENCE_MAX: usize = BLOCKS_PER_S / 2;
/// What is left of it, in blocks: a fifth of a second.
const SILENCE_KEPT: usize = BLOCKS_PER_S / 5;
/// Silence is what is so much softer than the whole, in LU.
const SILENCE_LU: f64 = -32.0;
/// A second is heard as voice or music when it is at most so much softer than the whole, in LU.
const HEARD_LU: f64 = -15.0;
/// Voices pause between syllables, music hardly does: of a voice's blocks, more than this share is weaker than
/// half of the mean power of the second around them (L. Lu, H.-J. Zhang, H. Jiang, "Content analysis for audio
/// classification and segmentation", 2002: low short-time energy ratio).
const VOICE_SHARE: f64 = 0.40;

/// What is to be done.
#[derive(Debug)]
pub(crate) struct Plan {
    /// The part that becomes the clip, in samples of the whole signal.
    pub(crate) start: u64,
    pub(crate) end: u64,
    /// Cut off at both ends, in milliseconds.
    pub(crate) trimmed_ms: (u64, u64),
    pub(crate) character: Character,
    /// Of the whole, before anything is done to it.
    pub(crate) source: Level,
    /// Decibels by which everything becomes louder.
    pub(crate) gain_db: f64,
    /// How far the limiter holds down at the borders of blocks, in steps.
    held: Vec<u16>,
}

impl Plan {
    /// Decides for a signal of `samples` samples with these levels.
    ///
    /// # Errors
    /// [`PrepareError::Silent`].
    pub(crate) fn new(
        levels: &[BlockLevel],
        samples: u64,
        loudness_lufs: f64,
        character: Option<Character>,
    ) -> Result<Self, PrepareError> {
        let loudness = level::integrated(levels, |_, _| 0.0).ok_or(PrepareError::Silent)?;
        let (first, last) = heard(levels, loudness + SILENCE_LU).ok_or(PrepareError::Silent)?;
        let heard = &levels[first..last];
        // Silence at the ends can shift where the gating blocks lie.
        let trimmed = level::integrated(heard, |_, _| 0.0).unwrap_or(loudness);
        let character = character.unwrap_or_else(|| character_of(heard, trimmed));
        let codec_loss = if character == Character::Voice { CODEC_LOSS_LU } else { 0.0 };
        let gain_db = gain(heard, trimmed, loudness_lufs + codec_loss);
        let mut held = Vec::new();
        hold(levels, trimmed, gain_db, &mut held);
        let end = samples.min((last * BLOCK) as u64);
        Ok(Self {
            start: (first * BLOCK) as u64,
            end,
            trimmed_ms: (ms((first * BLOCK) as u64), ms(samples - end)),
            character,
            source: Level { loudness_lufs: Some(loudness), true_peak_dbtp: level::true_peak(levels) },
            gain_db,
            held,
        })
    }

    /// Applies the gain to `signal`, whose first sample is sample `at` of the whole signal.
    pub(crate) fn apply(&self, mut at: u64, mut signal: &mut [f32]) {
        while !signal.is_empty() {
            let (block, within) = ((at / BLOCK as u64) as usize, (at % BLOCK as u64) as usize);
            let (piece, rest) = signal.split_at_mut(signal.len().min(BLOCK - within));
            let (from, to) = (self.factor(block), self.factor(block + 1));
            let step = (to - from) / BLOCK as f32;
            for (i, sample) in piece.iter_mut().enumerate() {
                *sample *= from + step * (within + i) as f32;
            }
            at += piece.len() as u64;
            signal = rest;
        }
    }

    fn factor(&self, border: usize) -> f32 {
        let held = self.held.get(border).or(self.held.last()).copied().unwrap_or_default();
        10f64.powf((self.gain_db - held_db(held)) / 20.0) as f32
    }
}

fn ms(samples: u64) -> u64 {
    crate::rate::frames_to_ms(samples, SAMPLE_RATE_HZ)
}

/// The blocks from the first to the last that is heard, with a little of the silence around them.
fn heard(levels: &[BlockLevel], silence_lufs: f64) -> Option<(usize, usize)> {
    let sounds = |level: &BlockLevel| level.loudness.db() > silence_lufs;
    let first = levels.iter().position(sounds)?;
    let last = levels.iter().rposition(sounds)? + 1;
    let first = if first > SILENCE_MAX { first - SILENCE_KEPT } else { 0 };
    let last = if levels.len() - last > SILENCE_MAX { last + SILENCE_KEPT } else { levels.len() };
    Some((first, last))
}

/// The gain in dB that brings blocks of this loudness to the target, what is held down included.
fn gain(levels: &[BlockLevel], loudness: f64, target: f64) -> f64 {
    let plain = (target - loudness).min(LIFT_LU_MAX);
    let target = loudness + plain;
    let mut held = Vec::new();
    let mut result = |gain_db: f64| {
        hold(levels, loudness, gain_db, &mut held);
        let mean = |i: usize| (held_db(held[i]) + held_db(held[i + 1])) / 2.0;
        level::integrated(levels, |i, _| gain_db - mean(i)).unwrap_or(f64::NEG_INFINITY)
    };
    let (mut low, mut high) = (plain, plain + LIMITING_DB_MAX);
    if result(low) < target - 0.01 {
        // 2^-12 of the range is less than a hundredth of a dB.
        for _ in 0..12 {
            let middle = (low + high) / 2.0;
            if result(middle) < target { low = middle } else { high = middle }
        }
    }
    low
}

/// How far blocks are held down at their borders with this gain, for their peaks and for the noise of pauses.
fn hold(levels: &[BlockLevel], loudness: f64, gain_db: f64, held: &mut Vec<u16>) {
    limiter(levels, gain_db, held);
    hold_pauses(held, levels, loudness, gain_db);
}

/// How far the limiter holds down at the borders of blocks, one more than there are blocks. Between two
/// borders the gain runs straight, so a block is nowhere above what its own peak allows.
fn limiter(levels: &[BlockLevel], gain_db: f64, held: &mut Vec<u16>) {
    // A cast from float to integer stops at zero.
    let over =
        |level: &BlockLevel| ((level.peak.db() + gain_db - CEILING_DBTP) * HELD_STEPS_PER_DB).ceil() as u16;
    held.clear();
    held.resize(levels.len() + 1, 0);
    for (i, level) in levels.iter().enumerate() {
        let over = over(level);
        held[i] = over.max(held[i]);
        held[i + 1] = over;
    }
    for i in 1..held.len() {
        held[i] = held[i].max(held[i - 1].saturating_sub(RELEASE));
    }
    for i in (1..held.len()).rev() {
        held[i - 1] = held[i - 1].max(held[i].saturating_sub(ATTACK));
    }
}

/// Holds pauses down, as far as the gain would lift their noise; what is said begins and ends as it was.
fn hold_pauses(held: &mut [u16], levels: &[BlockLevel], loudness: f64, gain_db: f64) {
    // A cast from float to integer stops at zero.
    let most = (((gain_db - HISS_GAIN_DB) * f64::from(PAUSE_STEPS_PER_DB)) as u8).min(PAUSE_HELD_MAX);
    if most == 0 {
        return;
    }
    let pauses = |level: &BlockLevel| level.loudness.db() < loudness + PAUSE_LU;
    let mut pause: Vec<u8> = levels.iter().map(|level| if pauses(level) { most } else { 0 }).collect();
    for i in 1..pause.len() {
        pause[i] = pause[i].min(pause[i - 1] + PAUSE_SINK);
    }
    for i in (1..pause.len()).rev() {
        pause[i - 1] = pause[i - 1].min(pause[i] + PAUSE_RISE);
    }
    // At a border the block that is held down less decides.
    for (border, held) in held.iter_mut().enumerate().skip(1) {
        let after = pause.get(border).copied().unwrap_or(most);
        *held += u16::from(pause[border - 1].min(after)) * HELD_STEPS_PER_PAUSE_STEP;
    }
}

fn held_db(steps: u16) -> f64 {
    f64::from(steps) / HELD_STEPS_PER_DB
}

fn character_of(levels: &[BlockLevel], loudness: f64) -> Character {
    let (mut weak, mut all) = (0, 0);
    for second in levels.chunks_exact(BLOCKS_PER_S) {
        let powers: Vec<f64> = second.iter().map(|l| 10f64.powf(l.loudness.db() / 10.0)).collect();
        let mean = powers.iter().sum::<f64>() / powers.len() as f64;
        if 10.0 * mean.log10() > loudness + HEARD_LU {
            weak += powers.iter().filter(|power| **power < mean / 2.0).count();
            all += powers.len();
        }
    }
    // Less than a second of sound tells nothing, and most of what is so short is said.
    if all > 0 && (weak as f64) < VOICE_SHARE * all as f64 { Character::Music } else { Character::Voice }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::level::Db;

    fn block(loudness: f64, peak: f64) -> BlockLevel {
        BlockLevel { loudness: Db::new(loudness), peak: Db::new(peak) }
    }

    fn plan(levels: &[BlockLevel]) -> Plan {
        Plan::new(levels, (levels.len() * BLOCK) as u64, -16.0, None).unwrap()
    }

    fn voice(levels: &[BlockLevel]) -> Plan {
        Plan::new(levels, (levels.len() * BLOCK) as u64, -16.0, Some(Character::Voice)).unwrap()
    }

    #[test]
    fn a_sound_without_high_peaks_is_only_made_louder() {
        let levels = vec![block(-30.0, -22.0); 300];
        let plan = voice(&levels);
        assert!((plan.gain_db - 14.35).abs() < 0.02, "{}", plan.gain_db);
        assert!(plan.held.iter().all(|held| *held == 0));
        assert_eq!((plan.start, plan.end, plan.trimmed_ms), (0, 300 * 480, (0, 0)));
    }

    #[test]
    fn what_the_limiter_takes_is_given_back() {
        let levels: Vec<_> =
            (0..3_000).map(|i| if i % 20 < 8 { block(-22.0, -10.0) } else { block(-32.0, -22.0) }).collect();
        let before = level::integrated(&levels, |_, _| 0.0).unwrap();
        let plan = plan(&levels);
        assert!(plan.gain_db > -16.0 - before + 0.3, "{} {before}", plan.gain_db);
        let held = |i: usize| (held_db(plan.held[i]) + held_db(plan.held[i + 1])) / 2.0;
        let after = level::integrated(&levels, |i, _| plan.gain_db - held(i)).unwrap();
        assert!((after + 16.0 - CODEC_LOSS_LU).abs() < 0.05, "{after}");
    }

    #[test]
    fn no_block_exceeds_the_ceiling() {
        let levels: Vec<_> = (0..500).map(|i| block(-30.0, if i % 97 == 0 { 0.0 } else { -25.0 })).collect();
        let plan = plan(&levels);
        for (i, level) in levels.iter().enumerate() {
            let held = held_db(plan.held[i].min(plan.held[i + 1]));
            assert!(level.peak.db() + plan.gain_db - held <= CEILING_DBTP + 1e-3);
        }
        let steps = plan.held.windows(2).map(|pair| held_db(pair[1]) - held_db(pair[0]));
        assert!(steps.into_iter().all(|step| step > -1.51 && step < 6.01), "smooth");
    }

    #[test]
    fn very_quiet_sound_has_a_bound() {
        assert!((voice(&vec![block(-50.0, -40.0); 200]).gain_db - 34.35).abs() < 0.02);
        assert!((plan(&vec![block(-60.0, -50.0); 200]).gain_db - LIFT_LU_MAX).abs() < 0.001);
    }

    #[test]
    fn the_hiss_of_pauses_is_not_lifted_with_a_quiet_voice() {
        let quiet: Vec<_> =
            (0..900).map(|i| if i % 300 < 150 { block(-50.0, -42.0) } else { block(-76.0, -66.0) }).collect();
        let plan = plan(&quiet);
        let held = |block: usize| held_db(plan.held[block]);
        assert_eq!(held(100), 0.0);
        assert_eq!((held(225), held(150), held(300)), (12.0, 0.0, 0.0));
        let loud: Vec<_> =
            (0..900).map(|i| block(if i % 300 < 150 { -20.0 } else { -46.0 }, -12.0)).collect();
        assert!(self::plan(&loud).held.iter().all(|held| *held == 0));
    }

    #[test]
    fn long_silence_at_the_ends_is_cut_and_short_silence_is_not() {
        let with = |before: usize, after: usize| {
            let mut levels = vec![block(-90.0, -80.0); before];
            levels.extend(vec![block(-20.0, -12.0); 200]);
            levels.extend(vec![block(-90.0, -80.0); after]);
            let plan = plan(&levels);
            (plan.start / 480, plan.end / 480, plan.trimmed_ms)
        };
        assert_eq!(with(50, 50), (0, 300, (0, 0)));
        assert_eq!(with(51, 0), (31, 251, (310, 0)));
        assert_eq!(with(0, 200), (0, 220, (0, 1_800)));
    }

    #[test]
    fn silence_is_refused() {
        let nothing = Plan::new(&[BlockLevel::default(); 100], 48_000, -16.0, None);
        assert!(matches!(nothing, Err(PrepareError::Silent)));
        let noise = vec![block(-75.0, -70.0); 100];
        assert!(matches!(Plan::new(&noise, 48_000, -16.0, None), Err(PrepareError::Silent)));
    }

    #[test]
    fn syllables_are_voice_and_a_held_tone_is_music() {
        let syllables: Vec<_> =
            (0..500).map(|i| block(if i % 25 < 13 { -20.0 } else { -40.0 }, -10.0)).collect();
        assert_eq!(plan(&syllables).character, Character::Voice);
        assert_eq!(plan(&vec![block(-20.0, -12.0); 500]).character, Character::Music);
        assert_eq!(plan(&[block(-20.0, -12.0); 50]).character, Character::Voice);
    }
}
