"""Renders manifest.toml into small Ogg Opus files: speech by SVOX Pico, tones by arithmetic.

It knows nothing of how the server plays them. Needs the packages that render.sh installs.
"""

import array
import math
import pathlib
import subprocess
import sys
import tomllib

RATE_HZ = 16_000
HERE = pathlib.Path(__file__).resolve().parent

# The voice clips at its default volume of 100.
VOICE_VOLUME = 40
# Speech, measured over the 20 ms frames in which there is any.
SPEECH_DBFS = -20.0
# Quieter than speech: a tone has no pauses and is heard over a conversation.
TONE_DBFS = -25.0
PEAK_DBFS = -1.0
# Frames this far below the loudest one are silence.
SILENCE_BELOW_LOUDEST_DB = 45.0
# What is softer than this adds nothing to how loud a word is, but would pull its mean down.
ACTIVE_BELOW_LOUDEST_DB = 20.0
# Kept before and after speech, so that no soft consonant is cut.
MARGIN_SAMPLES = RATE_HZ * 20 // 1000
FADE_SAMPLES = RATE_HZ * 5 // 1000
FRAME_SAMPLES = RATE_HZ * 20 // 1000
BITRATE_KBITS = 24


def main():
    manifest = tomllib.loads((HERE / "manifest.toml").read_text(encoding="utf-8"))
    only = set(sys.argv[1:])
    report = []
    for language, voice in manifest["voice"].items():
        speak = speaker(voice)
        for name, texts in manifest["prompts"].items():
            if only and name not in only:
                continue
            said = texts.get(f"{language}_say", texts[language])
            samples = levelled(trimmed(speak(said)), SPEECH_DBFS)
            report.append(write(HERE / language / f"{name}.opus", samples, "--speech"))
    for name in manifest["tones"]:
        if not only or name in only:
            samples = levelled(tone(TONES[name]), TONE_DBFS)
            report.append(write(HERE / "tones" / f"{name}.opus", samples, "--music"))
    summary(report)


def speaker(voice):
    import ttspico

    engine = ttspico.TtsEngine(voice["name"])
    engine.volume = VOICE_VOLUME
    engine.rate = voice["rate"]

    def speak(text):
        samples = array.array("h")
        samples.frombytes(engine.speak(text))
        if sys.byteorder == "big":
            samples.byteswap()
        return [sample / 32768 for sample in samples]

    return speak


def trimmed(samples):
    """Cuts silence at both ends but for a margin, and fades the edges so that nothing clicks."""
    powers = frame_powers(samples)
    threshold = max(powers) / 10 ** (SILENCE_BELOW_LOUDEST_DB / 10)
    loud = [index for index, power in enumerate(powers) if power > threshold]
    first = max(0, loud[0] * FRAME_SAMPLES - MARGIN_SAMPLES)
    last = min(len(samples), (loud[-1] + 1) * FRAME_SAMPLES + MARGIN_SAMPLES)
    kept = samples[first:last]
    for index in range(FADE_SAMPLES):
        gain = index / FADE_SAMPLES
        kept[index] *= gain
        kept[-1 - index] *= gain
    return kept


def levelled(samples, target_dbfs):
    """One loudness for all, held down only where the peak would clip."""
    gain = 10 ** (target_dbfs / 20) / math.sqrt(active_power(samples))
    peak = max(abs(sample) for sample in samples)
    gain = min(gain, 10 ** (PEAK_DBFS / 20) / peak)
    return [sample * gain for sample in samples]


def active_power(samples):
    powers = frame_powers(samples)
    threshold = max(powers) / 10 ** (ACTIVE_BELOW_LOUDEST_DB / 10)
    active = [power for power in powers if power > threshold]
    return sum(active) / len(active)


def frame_powers(samples):
    frames = range(0, len(samples), FRAME_SAMPLES)
    return [power(samples[start : start + FRAME_SAMPLES]) for start in frames]


def power(samples):
    return sum(sample * sample for sample in samples) / len(samples)


def tone(notes):
    """Notes of (hertz, start ms, length ms), each a soft bell: two partials that die away."""
    end_ms = max(start + length for _, start, length in notes)
    mixed = [0.0] * (RATE_HZ * end_ms // 1000)
    for hertz, start_ms, length_ms in notes:
        start = RATE_HZ * start_ms // 1000
        length = RATE_HZ * length_ms // 1000
        edge = RATE_HZ * 8 // 1000
        for index in range(length):
            turn = 2 * math.pi * hertz * index / RATE_HZ
            attack = min(1.0, index / edge)
            release = min(1.0, (length - index) / (4 * edge))
            decay = math.exp(-2.5 * index / length)
            wave = math.sin(turn) + 0.18 * math.sin(2 * turn)
            mixed[start + index] += wave * attack * release * decay
    return mixed


def write(path, samples, tuning):
    path.parent.mkdir(exist_ok=True)
    pcm = array.array("h", (round(sample * 32767) for sample in samples))
    if sys.byteorder == "big":
        pcm.byteswap()
    command = ["opusenc", "--quiet", "--raw", "--raw-bits", "16", "--raw-rate", str(RATE_HZ)]
    command += ["--raw-chan", "1", "--bitrate", str(BITRATE_KBITS), tuning, "--padding", "0"]
    # A fixed serial number: the same sound gives the same bytes. (The voice itself varies a little.)
    command += ["--serial", "1", "--discard-comments", "-", str(path)]
    subprocess.run(command, input=pcm.tobytes(), check=True)
    peak = max(abs(sample) for sample in samples)
    return {
        "path": path,
        "ms": len(samples) * 1000 // RATE_HZ,
        "rms_dbfs": 10 * math.log10(active_power(samples)),
        "peak_dbfs": 20 * math.log10(peak),
        "bytes": path.stat().st_size,
    }


def summary(report):
    for line in report:
        name = line["path"].relative_to(HERE)
        print(
            f"{name!s:34} {line['ms']:5} ms  {line['rms_dbfs']:6.1f} dB active"
            f"  {line['peak_dbfs']:6.1f} dB peak  {line['bytes']:6} bytes"
        )
    total = sum(line["bytes"] for line in report)
    print(f"{len(report)} files, {total} bytes")


TONES = {
    "beep": [(880, 0, 280)],
    "join-tone": [(587, 0, 170), (880, 120, 260)],
    "leave-tone": [(880, 0, 170), (587, 120, 260)],
}


if __name__ == "__main__":
    main()
