#!/usr/bin/env bash
# Makes short sounds in every format, from which the fuzzer begins.
set -euo pipefail
cd "$(dirname "$0")"
mkdir -p corpus/prepare corpus/decoder

# sound FILE OPTIONS..: a fifth of a second and a bit, of a tone over noise.
sound() {
    ffmpeg -nostdin -v error -y -f lavfi -i "sine=440:duration=0.25,aeval=val(0)+0.01*random(0)" \
        "${@:2}" -fflags +bitexact -flags:a +bitexact "corpus/$1"
}

sound prepare/cbr.mp3 -b:a 32k -ar 24000
sound prepare/vbr.mp3 -q:a 7
sound prepare/a.mp2 -b:a 64k
sound prepare/a.m4a -b:a 32k
sound prepare/streaming.m4a -b:a 32k -movflags +faststart
sound prepare/lossless.m4a -c:a alac -ar 16000
sound prepare/fragments.mp4 -b:a 32k -movflags frag_keyframe+empty_moov
sound prepare/opus.mp4 -c:a libopus -b:a 16k
sound prepare/a.aac -b:a 32k
sound prepare/a.flac -ar 16000
sound prepare/8.wav -c:a pcm_u8 -ar 8000
sound prepare/16.wav -c:a pcm_s16le -ar 8000 -ac 2
sound prepare/24.wav -c:a pcm_s24le -ar 8000
sound prepare/32.wav -c:a pcm_s32le -ar 8000
sound prepare/float.wav -c:a pcm_f32le -ar 8000
sound prepare/alaw.wav -c:a pcm_alaw -ar 8000
sound prepare/mulaw.wav -c:a pcm_mulaw -ar 8000
sound prepare/ima.wav -c:a adpcm_ima_wav -ar 8000
sound prepare/ms.wav -c:a adpcm_ms -ar 8000
sound prepare/a.aiff -ar 8000
sound prepare/a.caf -c:a pcm_s16le -ar 8000
sound prepare/lossless.caf -c:a alac -ar 16000
sound prepare/vorbis.ogg -c:a libvorbis -ar 16000
sound prepare/flac.oga -c:a flac -ar 16000
sound prepare/opus.webm -c:a libopus -b:a 16k
sound prepare/vorbis.webm -c:a libvorbis -ar 16000
sound prepare/flac.mkv -c:a flac -ar 16000
sound decoder/a.opus -c:a libopus -b:a 16k
sound decoder/surround.opus -ac 6 -c:a libopus -mapping_family 1 -b:a 48k
sound decoder/long.opus -c:a libopus -b:a 16k -frame_duration 60 -page_duration 60000
cp corpus/decoder/*.opus corpus/prepare/
