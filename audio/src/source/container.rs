//! Everything that symphonia demultiplexes: MP3, M4A, WAV, FLAC, Ogg Vorbis, WebM and more.

mod mp4;
mod unknown_track;

use std::io::{self, Seek};
use std::sync::LazyLock;

use symphonia::core::codecs::CodecParameters;
use symphonia::core::codecs::audio::well_known::CODEC_ID_OPUS;
use symphonia::core::codecs::audio::{AudioCodecParameters, AudioDecoder, AudioDecoderOptions};
use symphonia::core::errors::Error;
use symphonia::core::formats::probe::{Hint, Probe, ProbeOptions};
use symphonia::core::formats::well_known::{
    FORMAT_ID_ADTS, FORMAT_ID_FLAC, FORMAT_ID_ISOMP4, FORMAT_ID_MP1, FORMAT_ID_MP2, FORMAT_ID_MP3,
    FORMAT_ID_OGG, FORMAT_ID_WAVE,
};
use symphonia::core::formats::{FormatId, FormatOptions, FormatReader, Track, TrackType};
use symphonia::core::io::{MediaSourceStream, MediaSourceStreamOptions};
use symphonia::core::meta::MetadataOptions;
use symphonia::core::packet::Packet;
use symphonia::core::units::{Duration, TimeBase};

use super::block::{Block, Failure, Source};
use super::codec_names::codec_name;
use super::file::SourceFile;
use crate::limits::{BARREN_PACKETS_MAX, PROBE_BYTES_MAX, SOURCE_CHANNELS_MAX, SOURCE_RATES_HZ};
use crate::ogg::head::OpusHead;
use crate::ogg::stream::PacketDecoder;
use crate::rate::{SAMPLE_RATE_HZ, frames_to_ms};

/// How much less than promised may come: formats that count samples, and those that count packets or
/// milliseconds.
const SHORT_MS_EXACT: u64 = 20;
const SHORT_MS_COARSE: u64 = 250;

static PROBE: LazyLock<Probe> = LazyLock::new(|| {
    let options = ProbeOptions { max_probe_depth: PROBE_BYTES_MAX, ..ProbeOptions::default() };
    let mut probe = Probe::new_with_options(&options);
    symphonia::default::register_enabled_formats(&mut probe);
    probe
});

/// A file that is being demultiplexed and decoded.
pub(super) struct Container {
    format: Box<dyn FormatReader>,
    /// Whether a signature said that this is sound.
    certain: bool,
    stream: Stream,
    /// What the file says its length is, in milliseconds.
    promised_ms: Option<u64>,
    rate_hz: u32,
    frames: u64,
    lost_us: u64,
    barren_packets: u32,
    /// The first block, decoded when the file was opened; the first call of `next` returns it.
    first: Option<(Block, bool)>,
}

/// The track that is played, and its decoder.
struct Stream {
    track_id: u32,
    time_base: Option<TimeBase>,
    codec: Codec,
}

enum Codec {
    Symphonia(Box<dyn AudioDecoder>),
    Opus { decoder: PacketDecoder, skip_frames: usize },
}

/// What became of a packet.
enum Decoded {
    /// Sound, though some packets hold none.
    Sound,
    /// It was left out.
    Undecodable,
}

impl Container {
    /// Finds the format and the sound track and decodes the first sound. `certain` says that a signature
    /// promised sound, so that what goes wrong is damage.
    pub(super) fn open(mut file: SourceFile, certain: bool) -> Result<Self, Failure> {
        let mut again = file.again().map_err(Failure::Io)?;
        if let Some(index) = mp4::Index::find(&mut again) {
            file.repair(index.repairs());
        }
        again.rewind().map_err(Failure::Io)?;
        let stream = MediaSourceStream::new(Box::new(file), MediaSourceStreamOptions::default());
        let format = PROBE
            .probe(&Hint::new(), stream, FormatOptions::default(), MetadataOptions::default())
            .map_err(|error| open_failure(error, certain))?;
        let stream = Stream::select(&*format).map_err(|failure| match failure {
            Failure::NoAudioTrack => unknown_track::coding(&mut again).map_or(failure, Failure::Unsupported),
            failure => failure,
        })?;
        let promised_ms = promised_ms(&*format, stream.track_id);
        let mut container = Self {
            format,
            certain,
            stream,
            promised_ms,
            rate_hz: 0,
            frames: 0,
            lost_us: 0,
            barren_packets: 0,
            first: None,
        };
        let mut block = Block::default();
        let more = container.next(&mut block)?;
        container.first = Some((block, more));
        Ok(container)
    }

    /// Makes the end of the file a [`Failure::Damaged`], however much is read before.
    pub(super) fn known_to_be_cut(self) -> Self {
        Self { promised_ms: Some(u64::MAX), ..self }
    }

    fn next_packet(&mut self) -> Result<Option<Packet>, Failure> {
        loop {
            match self.format.next_packet() {
                Ok(Some(packet)) if packet.track_id != self.stream.track_id => {}
                Ok(packet) => return Ok(packet),
                Err(Error::ResetRequired) => self.stream = Stream::select(&*self.format)?,
                Err(Error::IoError(error)) if error.kind() == io::ErrorKind::UnexpectedEof => {
                    return if self.is_elementary() { Ok(None) } else { Err(Failure::Damaged) };
                }
                Err(error) => return Err(read_failure(error)),
            }
        }
    }

    /// A bare sequence of frames, without a beginning or an end that could be missing.
    fn is_elementary(&self) -> bool {
        is_mpeg_audio(self.format_id()) || self.format_id() == FORMAT_ID_ADTS
    }

    fn format_id(&self) -> FormatId {
        self.format.format_info().format
    }

    fn count(&mut self, decoded: Decoded, packet: &Packet, block: &Block) -> Result<bool, Failure> {
        let gave_sound = matches!(decoded, Decoded::Sound) && !block.samples.is_empty();
        if gave_sound {
            self.barren_packets = 0;
            if !SOURCE_RATES_HZ.contains(&block.rate_hz)
                || !(1..=SOURCE_CHANNELS_MAX).contains(&block.channels)
            {
                let (rate_hz, channels) = (block.rate_hz, block.channels);
                return Err(Failure::Unsupported(format!("{channels} channels at {rate_hz} Hz")));
            }
            self.rate_hz = block.rate_hz;
            self.frames += (block.samples.len() / block.channels) as u64;
            return Ok(true);
        }
        if matches!(decoded, Decoded::Undecodable) {
            self.lost_us = self.lost_us.saturating_add(self.stream.duration_us(packet.dur));
        }
        self.barren_packets += 1;
        if self.barren_packets > BARREN_PACKETS_MAX { Err(self.hopeless()) } else { Ok(false) }
    }

    /// At the end of a file: whether all the sound was there that the file promised.
    fn finish(&self) -> Result<bool, Failure> {
        let read_ms = frames_to_ms(self.frames, self.rate_hz);
        if self.is_elementary() && (self.frames == 0 || self.lost_ms() > read_ms) {
            return Err(self.hopeless());
        }
        let sample_exact = [FORMAT_ID_WAVE, FORMAT_ID_FLAC].contains(&self.format_id());
        let tolerance_ms = if sample_exact { SHORT_MS_EXACT } else { SHORT_MS_COARSE };
        match self.promised_ms {
            // What could not be decoded is counted apart.
            Some(promised_ms) if promised_ms > read_ms.saturating_add(self.lost_ms() + tolerance_ms) => {
                Err(Failure::Damaged)
            }
            _ => Ok(false),
        }
    }

    fn hopeless(&self) -> Failure {
        if self.certain { Failure::Damaged } else { Failure::NotAudio }
    }
}

impl Source for Container {
    fn next(&mut self, block: &mut Block) -> Result<bool, Failure> {
        if let Some((first, more)) = self.first.take() {
            *block = first;
            return Ok(more);
        }
        let mpeg_audio = is_mpeg_audio(self.format_id());
        loop {
            block.samples.clear();
            let Some(mut packet) = self.next_packet()? else { return self.finish() };
            if mpeg_audio {
                // Symphonia trims an MP3 where its header, or a guess from the first frames, says it ends:
                // that drops sound from joined files and from those with a varying bit rate.
                packet.trim_end = Duration::ZERO;
            }
            let decoded = match self.stream.decode(&packet, block) {
                // A coding does not become another one in the middle.
                Err(Failure::Unsupported(_)) if self.frames > 0 => Decoded::Undecodable,
                decoded => decoded?,
            };
            if self.count(decoded, &packet, block)? {
                return Ok(true);
            }
        }
    }

    fn lost_ms(&self) -> u64 {
        let concealed_ms = match &self.stream.codec {
            Codec::Opus { decoder, .. } => frames_to_ms(decoder.lost_samples(), SAMPLE_RATE_HZ),
            Codec::Symphonia(_) => 0,
        };
        self.lost_us / 1000 + concealed_ms
    }
}

impl Stream {
    /// The default sound track and a decoder for it.
    fn select(format: &dyn FormatReader) -> Result<Self, Failure> {
        let audio = |track: &&Track| matches!(track.codec_params, Some(CodecParameters::Audio(_)));
        let track = format.default_track(TrackType::Audio).or_else(|| format.tracks().iter().find(audio));
        let Some((track, Some(CodecParameters::Audio(params)))) =
            track.map(|track| (track, track.codec_params.as_ref()))
        else {
            return Err(Failure::NoAudioTrack);
        };
        Ok(Self {
            track_id: track.id,
            time_base: track.time_base,
            codec: Codec::new(params, format.format_info().format)?,
        })
    }

    fn duration_us(&self, duration: Duration) -> u64 {
        let time = self.time_base.and_then(|base| base.calc_duration(duration));
        time.and_then(|time| u64::try_from(time.as_micros()).ok()).unwrap_or(0)
    }

    /// Replaces `block` by what `packet` holds.
    fn decode(&mut self, packet: &Packet, block: &mut Block) -> Result<Decoded, Failure> {
        match &mut self.codec {
            Codec::Symphonia(decoder) => match decoder.decode(packet) {
                Ok(buffer) => {
                    block.rate_hz = buffer.spec().rate();
                    block.channels = buffer.spec().channels().count();
                    buffer.copy_to_vec_interleaved(&mut block.samples);
                    Ok(Decoded::Sound)
                }
                Err(Error::DecodeError(_) | Error::IoError(_)) => Ok(Decoded::Undecodable),
                Err(error) => Err(read_failure(error)),
            },
            Codec::Opus { decoder, skip_frames } => {
                decoder.decode(&packet.data, &mut block.samples);
                (block.rate_hz, block.channels) = (SAMPLE_RATE_HZ, decoder.channels());
                let skip = (*skip_frames).min(block.samples.len() / block.channels);
                *skip_frames -= skip;
                block.samples.drain(..skip * block.channels);
                Ok(Decoded::Sound)
            }
        }
    }
}

impl Codec {
    fn new(params: &AudioCodecParameters, format: FormatId) -> Result<Self, Failure> {
        if params.codec == CODEC_ID_OPUS {
            let mut head = OpusHead::parse(params.extra_data.as_deref().unwrap_or_default())?;
            if format == FORMAT_ID_ISOMP4 {
                // Symphonia hands on the numbers of the `dOps` box as they are: with the high byte first.
                head.pre_skip = head.pre_skip.swap_bytes();
                head.gain_q8 = head.gain_q8.swap_bytes();
            }
            let skip_frames = usize::from(head.pre_skip);
            return Ok(Self::Opus { decoder: PacketDecoder::new(&head)?, skip_frames });
        }
        let codecs = symphonia::default::get_codecs();
        match codecs.make_audio_decoder(params, &AudioDecoderOptions::default()) {
            Ok(decoder) => Ok(Self::Symphonia(decoder)),
            Err(Error::Unsupported(reason)) => Err(Failure::Unsupported(codec_name(params.codec, reason))),
            Err(error) => Err(read_failure(error)),
        }
    }
}

fn is_mpeg_audio(format: FormatId) -> bool {
    [FORMAT_ID_MP1, FORMAT_ID_MP2, FORMAT_ID_MP3].contains(&format)
}

/// The length that the file states, in milliseconds, where that statement can be trusted.
fn promised_ms(format: &dyn FormatReader, track_id: u32) -> Option<u64> {
    let id = format.format_info().format;
    let track = format.tracks().iter().find(|track| track.id == track_id)?;
    // Without an encoder's tag the number of frames of an MP3 is a guess.
    if id == FORMAT_ID_OGG || (is_mpeg_audio(id) && track.delay.is_none()) {
        return None;
    }
    let Some(CodecParameters::Audio(params)) = &track.codec_params else { return None };
    if let (Some(frames), Some(rate_hz)) = (track.num_frames, params.sample_rate) {
        return Some(frames_to_ms(frames, rate_hz));
    }
    // The length of a whole file says nothing of one track among several.
    let whole = (format.tracks().len() == 1).then_some(format.media_info());
    let stated = track.duration.zip(track.time_base);
    let (duration, base) = stated.or_else(|| whole.and_then(|media| media.duration.zip(media.time_base)))?;
    base.calc_duration(duration).and_then(|time| u64::try_from(time.as_millis()).ok())
}

/// Why a file could not be opened, from what symphonia reports.
fn open_failure(error: Error, certain: bool) -> Failure {
    const UNFINISHED: [&str; 4] = [
        "isomp4: missing moov atom",
        "isomp4: missing ftyp atom",
        "wav: missing data chunk",
        "mkv: missing segment element",
    ];
    match error {
        Error::IoError(error) if is_from_system(&error) => Failure::Io(error),
        _ if !certain => Failure::NotAudio,
        Error::Unsupported(reason) if UNFINISHED.contains(&reason) || reason.starts_with("core (probe)") => {
            Failure::Damaged
        }
        Error::Unsupported(reason) => Failure::Unsupported(format!("an unknown kind of file ({reason})")),
        _ => Failure::Damaged,
    }
}

/// Why a file could not be read further, from what symphonia reports.
fn read_failure(error: Error) -> Failure {
    match error {
        Error::IoError(error) if is_from_system(&error) => Failure::Io(error),
        Error::Unsupported(reason) => Failure::Unsupported(format!("an unknown coding ({reason})")),
        _ => Failure::Damaged,
    }
}

/// Whether the system failed to read. Symphonia reports its own errors as IO errors too, and so do seeks to places
/// that a damaged file names and that do not exist.
fn is_from_system(error: &io::Error) -> bool {
    error.raw_os_error().is_some() && error.kind() != io::ErrorKind::InvalidInput
}
