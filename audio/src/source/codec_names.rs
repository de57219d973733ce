//! Names of codings that cannot be decoded, for people.

use symphonia::core::codecs::audio::AudioCodecId;
use symphonia::core::codecs::audio::well_known::*;

const NAMES: &[(AudioCodecId, &str)] = &[
    (CODEC_ID_AAC, "AAC of another kind than AAC-LC in mono or stereo"),
    (CODEC_ID_AC3, "AC-3"),
    (CODEC_ID_AC4, "AC-4"),
    (CODEC_ID_EAC3, "E-AC-3"),
    (CODEC_ID_DCA, "DTS"),
    (CODEC_ID_TRUEHD, "TrueHD"),
    (CODEC_ID_WMA, "Windows Media (WMA)"),
    (CODEC_ID_SPEEX, "Speex"),
    (CODEC_ID_MUSEPACK, "Musepack"),
    (CODEC_ID_WAVPACK, "WavPack"),
    (CODEC_ID_MONKEYS_AUDIO, "Monkey's Audio"),
    (CODEC_ID_TTA, "True Audio"),
    (CODEC_ID_ADPCM_G722, "G.722"),
    (CODEC_ID_ADPCM_G726, "G.726"),
    (CODEC_ID_ADPCM_G726LE, "G.726"),
];

/// The name of a coding; `reason` is what the decoder said and serves where no name is known.
pub(super) fn codec_name(codec: AudioCodecId, reason: &str) -> String {
    match NAMES.iter().find(|(id, _)| *id == codec) {
        Some((_, name)) => (*name).to_owned(),
        None => format!("an unknown coding ({reason})"),
    }
}
