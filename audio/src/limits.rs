//! Every bound of this crate. Constants that tune an algorithm stand beside it.

use std::ops::RangeInclusive;
use std::time::Duration;

use crate::rate::SAMPLE_RATE_HZ;

/// Shortest sound that becomes a clip, in milliseconds: less is a slip of the finger.
pub(crate) const SOUND_MS_MIN: u64 = 200;
/// More than this lost to decoding errors, in milliseconds, and the file counts as damaged: half a second is
/// a word.
pub(crate) const LOST_MS_MAX: u64 = 500;
/// Room for the levels of so much sound is taken beforehand.
pub(crate) const LEVELS_RESERVED: Duration = Duration::from_secs(12 * 3600);
/// Most points of the waveform that is kept with a clip.
pub(crate) const WAVEFORM_POINTS_MAX: usize = 240;

/// How much of a file's beginning is looked at to tell what it is, in bytes.
pub(crate) const HEAD_BYTES: u64 = 4_096;
/// How far a format is searched for behind leading rubbish, in bytes.
pub(crate) const PROBE_BYTES_MAX: u32 = 128 << 10;
/// Rates that sound can have; beyond them a header is wrong.
pub(crate) const SOURCE_RATES_HZ: RangeInclusive<u32> = 4_000..=384_000;
/// Channels that sound can have.
pub(crate) const SOURCE_CHANNELS_MAX: usize = 32;
/// Channels of a source that are looked at one by one; more of them are mixed alike.
pub(crate) const TALLIED_CHANNELS_MAX: usize = 8;
/// Packets in a row that give no sound before the file is given up.
pub(crate) const BARREN_PACKETS_MAX: u32 = 5_000;

/// Boxes at the top of an MP4 file that are looked at.
pub(crate) const MP4_BOXES_MAX: usize = 10_000;
/// Bytes of its index that are looked at; one of three hours has some megabytes.
pub(crate) const MP4_INDEX_BYTES_MAX: u64 = 32 << 20;
/// Tracks whose times are looked at.
pub(crate) const MP4_TRACKS_MAX: usize = 32;
/// A table of times that is left as it is, in entries.
pub(crate) const MP4_TIMES_MAX: usize = 64;
/// Bytes in which a Matroska file's tracks have begun.
pub(crate) const MATROSKA_HEAD_BYTES: u64 = 64 << 10;

/// Largest packet of an Ogg file that somebody brings, in bytes: comment packets carry cover pictures.
pub(crate) const SOURCE_PACKET_BYTES_MAX: usize = 16 << 20;
/// Largest packet of a clip that a speaker takes, in bytes. Ours have about 60; RFC 7845 section 6 asks for at least
/// 61,440.
pub(crate) const CLIP_PACKET_BYTES_MAX: usize = 65_536;
/// Largest packet that is made, in bytes: what libopus recommends as room.
pub(crate) const MADE_PACKET_BYTES_MAX: usize = 4_000;
/// Longest packet, in samples at 48 kHz: 120 ms (RFC 6716 section 3.2.5).
pub(crate) const PACKET_SAMPLES_MAX: usize = 5_760;
/// Most channels of an Opus source. Mapping family 1 defines up to eight (RFC 7845 section 5.1.1.2).
pub(crate) const OPUS_CHANNELS_MAX: u8 = 8;

/// Least and most bit/s that libopus takes for one channel.
pub(crate) const BITRATES_BPS: RangeInclusive<u32> = 6_000..=256_000;
/// Threads that encode; more would keep too much sound in memory.
pub(crate) const ENCODER_THREADS_MAX: usize = 4;
/// How often a segment is encoded at the most.
pub(crate) const ENCODE_ATTEMPTS_MAX: usize = 5;

// What is made can be played, and what is played can be read back as a source.
const _: () = assert!(MADE_PACKET_BYTES_MAX <= CLIP_PACKET_BYTES_MAX);
const _: () = assert!(CLIP_PACKET_BYTES_MAX >= 61_440 && CLIP_PACKET_BYTES_MAX <= SOURCE_PACKET_BYTES_MAX);
// The longest packet at the highest rate fits into what is made.
const _: () = assert!(*BITRATES_BPS.end() as usize / 8 * 60 / 1000 <= MADE_PACKET_BYTES_MAX);
const _: () = assert!(PACKET_SAMPLES_MAX == SAMPLE_RATE_HZ as usize * 120 / 1000);
const _: () = assert!(OPUS_CHANNELS_MAX as usize <= SOURCE_CHANNELS_MAX);
const _: () = assert!(TALLIED_CHANNELS_MAX <= SOURCE_CHANNELS_MAX);
const _: () = assert!(*SOURCE_RATES_HZ.start() <= SAMPLE_RATE_HZ && SAMPLE_RATE_HZ <= *SOURCE_RATES_HZ.end());
const _: () = assert!(HEAD_BYTES <= PROBE_BYTES_MAX as u64);
