"""Singing: pitch, time and words of five tunes in two voices.

    python -m evals.capability.singing

Pitch is that of SwiftF0 over the middle of each note. Onsets of vowels are measured on the song
itself, though the engine looks for a like rise in the speech it starts from: after a voiceless
consonant or a plosive where the energy from 80 to 900 Hz rises the most within 100 ms of the beat,
else, where the note changes, where the pitch that Harvest finds is half way between the notes.
Other syllables are not counted. Words are those that Whisper base understands. The
harmonics-to-noise ratio is that of the middle of vowels (Boersma, "Accurate short-term analysis of
the fundamental frequency", IFA Proceedings 17, 1993).
"""

from __future__ import annotations

import json
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import soundfile
from numpy.typing import NDArray

from engines.audio import resample
from engines.kinds import Done, Samples, Sound, Work
from engines.singing.melodies import plainly
from engines.singing.notation import pitch
from engines.singing.sing import SungKokoro
from engines.speech.pitch import RATE as PITCH_RATE
from engines.speech.pitch import PitchTracker, Track
from engines.speech.recognise import FasterWhisper
from evals.capability.figure import Figure, table
from evals.capability.running import done
from tests.words import error_rate

TASK = "text_to_sing"
TUNES = ("twinkle", "happy_birthday", "amazing_grace", "mary", "london_bridge")
VOICES = ("af_heart", "am_michael")
#: All at quarter notes of 0.6 s.
BPM = 100.0
#: The middle of a note: so many s after its beginning and before its end.
AFTER_S, BEFORE_S = 0.06, 0.12
STEP_S = 0.005
NEAR_S = 0.1
_PLOSIVE_OR_VOICELESS = frozenset("ptkfsʃʧθhbdɡʤ")


def results() -> Iterator[dict[str, Any]]:
    """What is measured of each song."""
    engine, recogniser, tracker = SungKokoro(), FasterWhisper(), PitchTracker()
    engine.load("cpu")
    recogniser.load("cpu")
    with tempfile.TemporaryDirectory() as scratch:
        for voice in VOICES:
            for tune in TUNES:
                begun = time.process_time()
                song = sung(engine, text=f"sing {plainly(tune)}", voice=voice, tempo=BPM)
                cost = time.process_time() - begun
                sound = next(each for each in song.outputs if isinstance(each, Sound))
                path = Path(scratch, "song.wav")
                soundfile.write(path, sound.samples.T, sound.rate)
                back = done(recogniser, "speech_recognition", path, language="en")
                # Not the text itself: it may name the talkers that it takes the notes for.
                heard = " ".join(each["text"] for each in back.data["segments"])
                samples = sound.samples[0]
                track = tracker(resample(samples, sound.rate, PITCH_RATE))
                notes = syllables(song)
                yield {
                    "voice": voice,
                    "tune": tune,
                    "cents": cents(track, notes),
                    "onsets_ms": onsets(samples, sound.rate, notes),
                    "hum_db": harmonics(samples, sound.rate, notes),
                    "click": steepest(samples, sound.rate),
                    "asked": song.text,
                    "understood": heard,
                    "cpu_s": round(cost, 1),
                    "sung_s": round(len(samples) / sound.rate, 1),
                }


def sung(engine: SungKokoro, **arguments: object) -> Done:
    """A song; raises TypeError with what came instead of it."""
    *_, last = engine.run([Work(TASK, arguments)])
    if not isinstance(last, Done):
        raise TypeError(str(last))
    return last


def syllables(song: Done) -> list[Mapping[str, Any]]:
    """The syllables of a song in order."""
    return list(song.data["syllables"])


def cents(track: Track, notes: Sequence[Mapping[str, Any]]) -> list[float]:
    """By how much the median pitch of each plain note is off; 1200 where none is heard."""
    found = []
    for each in notes:
        if len(each["notes"]) > 1:
            continue
        length = each["end"] - each["start"]
        first = each["start"] + min(AFTER_S, 0.3 * length)
        times = np.arange(first, each["end"] - min(BEFORE_S, 0.3 * length), 0.01)
        hertz = track.at(times)
        heard = hertz[hertz > 0]
        wanted = _hertz(each["notes"][0])
        enough = len(heard) > 0.3 * len(times) and len(heard) > 0
        found.append(1200 * float(np.log2(np.median(heard) / wanted)) if enough else 1200.0)
    return [round(each, 1) for each in found]


def onsets(samples: Samples, rate: int, notes: Sequence[Mapping[str, Any]]) -> list[float]:
    """How late each vowel sets in, in ms, where that can be told from the sound."""
    import pyworld  # noqa: PLC0415 - a compiled library

    energy = _energy(samples, rate)
    hertz, _ = pyworld.harvest(
        samples.astype(np.float64), rate, frame_period=1000 * STEP_S, f0_floor=60.0, f0_ceil=600.0
    )
    found: list[float] = []
    before = ""
    for each in notes:
        onset = each["phonemes"].lstrip("ˈˌ")[:1]
        beat = float(each["start"])
        last = _before_vowel(each["phonemes"])
        if last in _PLOSIVE_OR_VOICELESS:
            found.append(_rise(energy, beat) - beat)
        elif before and onset and before != each["notes"][0]:
            moment = _crossing(hertz, beat, _hertz(before), _hertz(each["notes"][0]))
            if moment is not None:
                found.append(moment - beat)
        before = each["notes"][-1]
    return [round(1000 * each, 1) for each in found]


def harmonics(samples: Samples, rate: int, notes: Sequence[Mapping[str, Any]]) -> float:
    """The median harmonics-to-noise ratio of the vowels, in dB, by autocorrelation over 40 ms."""
    found = []
    for each in notes:
        middle = int((0.4 * each["end"] + 0.6 * each["start"]) * rate)
        span = samples[middle : middle + int(0.04 * rate)].astype(np.float64)
        window = np.hanning(len(span))
        own = np.correlate(window, window, "full")[len(span) - 1 :]
        alike = np.correlate(span * window, span * window, "full")[len(span) - 1 :]
        if alike[0] < 1e-9:
            continue
        period = rate / _hertz(each["notes"][0])
        lags = np.arange(int(0.94 * period), int(1.06 * period) + 2)
        best = float((alike[lags] / alike[0] * own[0] / own[lags]).max())
        best = float(np.clip(best, 1e-3, 0.9999))
        found.append(10 * np.log10(best / (1 - best)))
    return round(float(np.median(found)), 1)


def steepest(samples: Samples, rate: int) -> float:
    """The largest step between two samples at 8 kHz, as a share of the peak.

    Loud sibilants reach 1 too, so it bounds clicks and does not find them.
    """
    samples = resample(samples, rate, 8000)
    return round(float(np.abs(np.diff(samples)).max() / np.abs(samples).max()), 2)


def measure() -> list[Figure]:
    """The figures over all songs."""
    return figures(list(results()))


def figures(rows: Sequence[Mapping[str, Any]]) -> list[Figure]:
    """The figures over the rows of :func:`results`."""
    data = f"{len(TUNES)} tunes, {len(VOICES)} voices"
    off = np.abs(np.concatenate([row["cents"] for row in rows]))
    late = np.abs(np.concatenate([row["onsets_ms"] for row in rows]))
    wrong = error_rate([row["asked"] for row in rows], [row["understood"] for row in rows])
    cost = sum(row["cpu_s"] for row in rows) / sum(row["sung_s"] for row in rows)
    within, timely = 100 * float((off <= 30).mean()), 100 * float((late <= 40).mean())
    hum = float(np.median([row["hum_db"] for row in rows]))
    click = max(row["click"] for row in rows)
    return [
        Figure(
            TASK, data, "pitch off, median", float(np.median(off)), " cents", None, "", 10, True
        ),
        Figure(TASK, data, "notes within 30 cents", within, " %", goal=95),
        Figure(
            TASK, data, "vowels off the beat, median", float(np.median(late)), " ms", lower=True
        ),
        Figure(TASK, data, "vowels within 40 ms", timely, " %", goal=90),
        Figure(TASK, data, "words wrong", 100 * wrong, " %", 100, "nothing sung", 50, True),
        Figure(TASK, data, "harmonics to noise", hum, " dB", goal=12),
        Figure(TASK, data, "steepest step", click, " of the peak", lower=True),
        Figure(TASK, data, "processor time per second of song", cost, " s", lower=True),
    ]


def _hertz(name: str) -> float:
    return 440.0 * 2 ** (((pitch(name) or 69) - 69) / 12)


def _before_vowel(phonemes: str) -> str:
    """The sound before the vowel of a syllable; empty where it begins with it."""
    vowels = "AIOQWYaiueoæɑɒɔəɚɛɜɐɪʊʌᵊᵻ"
    plain = phonemes.replace("ˈ", "").replace("ˌ", "")
    place = next((place for place, sound in enumerate(plain) if sound in vowels), 0)
    return plain[place - 1] if place else ""


def _energy(samples: Samples, rate: int) -> NDArray[np.float64]:
    """Energy from 80 to 900 Hz in dB every 5 ms, over windows of 20 ms."""
    size, hop = int(0.02 * rate), int(STEP_S * rate)
    padded = np.pad(samples.astype(np.float64), (size // 2, size))
    spans = np.lib.stride_tricks.sliding_window_view(padded, size)[::hop]
    spectra = np.abs(np.fft.rfft(spans * np.hanning(size), 4 * size, axis=1)) ** 2
    heights = np.arange(spectra.shape[1]) * rate / (4 * size)
    band = spectra[:, (heights >= 80) & (heights <= 900)].sum(axis=1)
    return np.asarray(10 * np.log10(band + 1e-6 * band.max()))


def _rise(energy: NDArray[np.float64], beat: float) -> float:
    """Where energy rises the most within 100 ms of a moment."""
    first, last = int((beat - NEAR_S) / STEP_S), int((beat + NEAR_S) / STEP_S)
    places = np.arange(max(3, first), min(last, len(energy) - 4))
    rises = energy[places + 3] - energy[places - 3]
    return float(places[int(rises.argmax())] * STEP_S)


def _crossing(hertz: NDArray[np.float64], beat: float, before: float, after: float) -> float | None:
    """Where pitch is half way from one note to the next, near a moment; None if it is not heard."""
    middle = float(np.sqrt(before * after))
    first, last = int((beat - NEAR_S) / STEP_S), int((beat + NEAR_S) / STEP_S)
    places = np.arange(max(0, first), min(last, len(hertz)))
    there = (hertz[places] > middle) == (after > before)
    there &= hertz[places] > 0
    if not len(there) or there[0] or not there.any():
        return None
    return float(places[int(there.argmax())] * STEP_S)


if __name__ == "__main__":
    found: list[dict[str, Any]] = []
    for result in results():
        found.append(result)
        print(json.dumps(result, ensure_ascii=False), flush=True)
    print(table(figures(found)))
