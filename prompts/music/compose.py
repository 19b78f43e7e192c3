"""Composes the default music on hold: three calm pieces, out of sines alone, so that they are ours.

It knows nothing of playlists. Every piece grows out of silence and rings out before its end, so the
pieces follow each other, or themselves, without a seam. What carries the music lies between
130 Hz and 3 kHz, which is what a telephone lets through.
"""

import array
import math
import pathlib
import random
import subprocess
import sys

RATE_HZ = 16_000
HERE = pathlib.Path(__file__).resolve().parent
BITRATE_KBITS = 32
TABLE = 2_048
RMS_DBFS = -24.0
PEAK_DBFS = -3.0
# Partials above this would be cut by a narrow-band phone and only cost bits.
HIGHEST_HZ = 3_200

# Partial strengths, the fundamental first.
PAD = (1.0, 0.42, 0.22, 0.10, 0.05)
BELL = (1.0, 0.30, 0.06, 0.10)
PLUCK = (1.0, 0.50, 0.25, 0.12, 0.06, 0.03)


def main():
    for name, compose in PIECES.items():
        samples = levelled(room(compose()))
        write(HERE / f"{name}.opus", samples)


class Tape:
    """Mono samples to which notes are added."""

    def __init__(self, seconds):
        self.samples = [0.0] * int(seconds * RATE_HZ)

    def note(self, pitch, at, length, gain, partials, attack, release, detune_cents=0.0):
        """Adds one note: MIDI pitch, seconds, a rounded start, a tail that dies away."""
        hertz = 440.0 * 2 ** ((pitch - 69 + detune_cents / 100) / 12)
        table = wave_table(hertz, partials)
        step = hertz * TABLE / RATE_HZ
        start, count = int(at * RATE_HZ), int((length + release) * RATE_HZ)
        attack_n, hold_n = max(1, int(attack * RATE_HZ)), int(length * RATE_HZ)
        release_n = max(1, count - hold_n)
        phase = (pitch * 997) % TABLE
        samples = self.samples
        for index in range(min(count, len(samples) - start)):
            level = gain
            if index < attack_n:
                level *= 0.5 - 0.5 * math.cos(math.pi * index / attack_n)
            if index > hold_n:
                left = 1 - (index - hold_n) / release_n
                level *= left * left
            samples[start + index] += level * table[int(phase) & (TABLE - 1)]
            phase += step

    def pad(self, chord, at, length, gain=0.16):
        for pitch in chord:
            for cents in (-5.0, 5.0):
                self.note(pitch, at, length, gain / 2, PAD, 1.6, 2.2, cents)

    def bell(self, pitch, at, gain=0.16):
        self.note(pitch, at, 0.02, gain, BELL, 0.012, 2.6)

    def pluck(self, pitch, at, gain=0.14):
        self.note(pitch, at, 0.02, gain, PLUCK, 0.008, 1.1)


TABLES = {}


def wave_table(hertz, partials):
    count = min(len(partials), max(1, int(HIGHEST_HZ / hertz)))
    key = (count, partials)
    if key not in TABLES:
        turns = [2 * math.pi * index / TABLE for index in range(TABLE)]
        TABLES[key] = [
            sum(partials[n] * math.sin((n + 1) * turn) for n in range(count)) for turn in turns
        ]
    return TABLES[key]


def room(tape):
    """A small hall: four echoes that feed back, each a little duller than the last."""
    dry = tape.samples
    wet = [0.0] * len(dry)
    for delay_ms, feedback in ((61, 0.72), (79, 0.70), (97, 0.67), (113, 0.65)):
        delay = RATE_HZ * delay_ms // 1000
        line, dull = [0.0] * delay, 0.0
        for index, sample in enumerate(dry):
            slot = index % delay
            echo = line[slot]
            dull += 0.45 * (echo - dull)
            line[slot] = sample + feedback * dull
            wet[index] += echo
    return [sample + 0.14 * echo for sample, echo in zip(dry, wet)]


def levelled(samples):
    power = sum(sample * sample for sample in samples) / len(samples)
    gain = 10 ** (RMS_DBFS / 20) / math.sqrt(power)
    peak = max(abs(sample) for sample in samples)
    gain = min(gain, 10 ** (PEAK_DBFS / 20) / peak)
    edge = RATE_HZ // 2
    last = len(samples) - 1
    return [
        sample * gain * min(1.0, index / edge, (last - index) / edge)
        for index, sample in enumerate(samples)
    ]


def morning():
    """C major, 72 beats a minute: broad chords, one broken chord a bar, a bell on top."""
    bar = 60 / 72 * 4
    chords = [(48, 55, 64), (45, 52, 60), (53, 57, 64), (55, 59, 62)]
    melody = [76, 79, 72, 74, 76, 72, 69, 71]
    tape = Tape(bar * 18 + 6)
    for index in range(18):
        chord = chords[index % 4] if index < 17 else chords[0]
        at = index * bar
        tape.pad(chord, at, bar - 0.2)
        if 0 < index < 17:
            broken = [chord[0] + 12, chord[1] + 12, chord[2] + 12, chord[1] + 12]
            for beat in range(8):
                tape.pluck(broken[beat % 4], at + beat * bar / 8, 0.10)
        if index >= 4 and index < 17:
            tape.bell(melody[(index - 4) % 8], at + bar / 2)
    return tape


def river():
    """D minor to F, 90 beats a minute, three to the bar: a stream of plucked notes over pads."""
    bar = 60 / 90 * 3
    chords = [(50, 57, 65), (46, 53, 62), (53, 60, 69), (48, 55, 64)]
    chance = random.Random(1)
    tape = Tape(bar * 33 + 6)
    for index in range(33):
        chord = chords[index // 2 % 4] if index < 32 else (53, 60, 69)
        at = index * bar
        if index % 2 == 0:
            tape.pad(chord, at, bar * 2 - 0.2, 0.15)
        if index < 2 or index == 32:
            continue
        steps = [0, 1, 2, 2, 1, 0] if index % 4 < 2 else [0, 2, 1, 2, 0, 2]
        for beat, step in enumerate(steps):
            octave = 12 if chance.random() < 0.8 else 24
            tape.pluck(chord[step] + octave, at + beat * bar / 6, 0.12)
        if index % 4 == 0:
            tape.bell(chord[2] + 12, at + bar / 3, 0.12)
    return tape


def evening():
    """A flat, 60 beats a minute: slow bells far apart over chords that hardly move."""
    bar = 4.0
    chords = [(44, 56, 60, 63), (49, 56, 61, 65), (51, 55, 58, 63), (48, 56, 60, 63)]
    melody = [72, 75, 77, 80, 75, 73, 72, 68, 70, 72, 75, 68]
    tape = Tape(bar * 17 + 6)
    for index in range(17):
        chord = chords[index % 4] if index < 16 else chords[0]
        at = index * bar
        tape.pad([pitch for pitch in chord if pitch > 45] + [chord[0] + 12], at, bar, 0.13)
        if 1 <= index < 16:
            tape.bell(melody[index % 12], at + 1.0, 0.18)
            tape.bell(melody[(index * 5 + 3) % 12], at + 2.5, 0.11)
    return tape


PIECES = {"evening": evening, "morning": morning, "river": river}


def write(path, samples):
    pcm = array.array("h", (round(sample * 32767) for sample in samples))
    if sys.byteorder == "big":
        pcm.byteswap()
    command = ["opusenc", "--quiet", "--raw", "--raw-bits", "16", "--raw-rate", str(RATE_HZ)]
    command += ["--raw-chan", "1", "--bitrate", str(BITRATE_KBITS), "--music", "--padding", "0"]
    command += ["--serial", "1", "--discard-comments", "-", str(path)]
    subprocess.run(command, input=pcm.tobytes(), check=True)
    peak = 20 * math.log10(max(abs(sample) for sample in samples))
    print(f"{path.name}: {len(samples) / RATE_HZ:.1f} s, {peak:.1f} dB peak, "
          f"{path.stat().st_size} bytes")


if __name__ == "__main__":
    main()
