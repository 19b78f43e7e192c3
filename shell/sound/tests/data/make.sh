#!/usr/bin/env bash
# Makes the tones that the tests decode: half a second of 440 Hz at -12 dB, once per format.
# Needs ffmpeg.
set -euo pipefail
cd "$(dirname "$0")"
tone="0.25*sin(2*PI*440*t)"
make() {
    ffmpeg -v error -y -f lavfi -i "aevalsrc=$tone:s=44100:d=0.5" -map_metadata -1 \
        -fflags +bitexact -flags:a +bitexact "${@:2}" "$1"
}
make tone.mp3 -b:a 64k
make tone.ogg -c:a libvorbis -q:a 1
make tone.opus -c:a libopus -b:a 32k
make tone.flac -ar 16000 -sample_fmt s16
make tone.m4a -c:a aac -b:a 64k
make tone.webm -c:a libopus -b:a 32k
make stereo.ogg -af "pan=stereo|c0=c0|c1=c0" -c:a libvorbis -q:a 1
