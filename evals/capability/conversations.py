"""Conversations put together from real voices, where it is known who speaks when.

The voices are readings (LibriVox, moonshine-voice), spoken playing cards (pocketsphinx) and the
prompts of a telephone system in four languages (asterisk-core-sounds, CC-BY-SA 3.0).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from engines.audio import mono, read, resample
from engines.kinds import Samples
from engines.speech.activity import RATE
from engines.speech.turns import Turn
from tests import recordings

SEED = 5
LEVEL = 0.05
PAUSE_S = 0.25
#: How many speak, each as likely as any; how many turns they take, and how long ones, in s.
SPEAKERS, TURNS, TURN_S = (2, 2, 3, 4), (3, 8), (2.0, 9.0)
#: Prompts are said by one professional in each language; English and Spanish may be one person.
LANGUAGES = ("fr", "it", "es", "ru")
#: Those of a telephone system's prompts that are sentences, in s, and how much of a voice is used.
SENTENCE_S, VOICE_S = 2.0, 60.0
#: May be one person, by their voiceprints: they do not speak in one conversation.
MAYBE_ONE = {"librivox", "cards"}

#: (voice, seconds) of three readers' turns.
ORDERS = {
    "two, long turns": [(0, 6.0), (1, 5.0), (0, 4.0), (1, 7.0)],
    "two, short turns": [(1, 2.5), (0, 2.0), (1, 3.0), (0, 1.5), (1, 2.0), (0, 3.0)],
    "three": [(2, 4.0), (0, 5.0), (1, 4.0), (2, 3.0), (1, 5.0), (0, 3.0)],
}

#: Who speaks at each sample, from 0; -1 where nobody does.
Owners = NDArray[np.int64]


def speech(path: Path, rate: int = RATE) -> Samples:
    """A recording as one channel [frames] at a rate."""
    samples, own = read(path)
    return resample(mono(samples), own, rate)


def readers(levels: Sequence[float] = (LEVEL,) * 3) -> list[Samples]:
    """Three people reading aloud [frames] at 16 kHz, at these levels (RMS)."""
    librivox = np.concatenate([speech(each.path) for each in recordings.librivox()])
    voices = [librivox, speech(recordings.two_cities()), speech(recordings.beckett())]
    return [at_level(voice, level) for voice, level in zip(voices, levels, strict=True)]


def at_level(voice: Samples, level: float = LEVEL) -> Samples:
    """The voice with an RMS of ``level``."""
    return voice * np.float32(level / np.sqrt(np.square(voice).mean()))


def voices() -> dict[str, Samples]:
    """Eight people [frames] at 16 kHz, all as loud; FileNotFoundError where there is no apt."""
    reading, cities, beckett = readers()
    found = {"librivox": reading, "two cities": cities, "beckett": beckett}
    found["cards"] = at_level(np.concatenate([speech(each.path) for each in recordings.cards()]))
    for language in LANGUAGES:
        found[language] = at_level(_said(recordings.prompts(language).values()))
    return found


def _said(paths: Iterable[Path]) -> Samples:
    """The prompts that are sentences, every fifth of them: they are by name, and so by subject."""
    said = [each for each in map(speech, list(paths)[::5]) if len(each) >= SENTENCE_S * RATE]
    return np.concatenate(said)[: round(VOICE_S * RATE)]


def random_conversations(
    people: Mapping[str, Samples], count: int
) -> Iterator[tuple[Samples, Owners]]:
    """So many conversations of two to four of ``people``, always the same: as :func:`conversation`.

    There must be more than four people, as not all may speak together.
    """
    if len(people) <= max(SPEAKERS):
        raise ValueError(f"{len(people)} people are too few")
    generator = np.random.default_rng(SEED)
    for _ in range(count):
        size = int(generator.choice(SPEAKERS))
        while True:
            names = generator.choice(sorted(people), size, replace=False).tolist()
            if not set(names) >= MAYBE_ONE:
                break
        some = [
            np.roll(people[each], -int(generator.integers(len(people[each])))) for each in names
        ]
        turns = max(size, int(generator.integers(*TURNS, endpoint=True)))
        order: list[tuple[int, float]] = []
        for turn in range(turns):
            others = [each for each in range(size) if not order or each != order[-1][0]]
            who = turn if turn < size else int(generator.choice(others))
            order.append((who, float(generator.uniform(*TURN_S))))
        yield conversation(some, order)


def meetings(
    people: Mapping[str, Samples], count: int
) -> Iterator[tuple[dict[str, Samples], Samples, Owners, list[str]]]:
    """People of whom two were heard before, alone, and a stranger: so many times, always the same.

    Gives (name -> what was heard before, the conversation, who speaks at each sample, the names);
    nothing of what was heard before is in the conversation.
    """
    generator = np.random.default_rng(SEED)
    for _ in range(count):
        while True:
            names = generator.choice(sorted(people), 3, replace=False).tolist()
            if not set(names) >= MAYBE_ONE:
                break
        halves = {name: np.array_split(people[name], 2) for name in names}
        order = [(who, float(generator.uniform(*TURN_S))) for who in (0, 1, 2, 1, 0, 2, 0, 1)]
        sound, owners = conversation([halves[name][1] for name in names], order)
        yield {name: halves[name][0] for name in names[:2]}, sound, owners, names


def conversation(
    people: Sequence[Samples], order: Sequence[tuple[int, float]]
) -> tuple[Samples, Owners]:
    """The voices taking turns of so many seconds, and who speaks at each sample."""
    places = [0] * len(people)
    sound, owners = [], []
    pause = round(PAUSE_S * RATE)
    for voice, seconds in order:
        frames = int(seconds * RATE)
        piece = np.take(people[voice], range(places[voice], places[voice] + frames), mode="wrap")
        places[voice] += frames
        sound.append(np.concatenate([piece, np.zeros(pause, dtype=np.float32)]))
        owners.append(np.repeat([voice, -1], [frames, pause]))
    return np.concatenate(sound), np.concatenate(owners)


def right(found: Sequence[Turn], owners: Owners) -> float:
    """The share of the time, where somebody speaks and somebody was found, that is right.

    Speakers found are matched with those who speak in the best way.
    """
    from scipy.optimize import linear_sum_assignment  # noqa: PLC0415 - a second to import

    heard = np.full(len(owners), -1)
    for turn in found:
        heard[round(turn.start * RATE) : round(turn.end * RATE)] = turn.speaker - 1
    both = (heard >= 0) & (owners >= 0)
    if not both.any():
        return 0.0
    tally = np.zeros((owners.max() + 1, heard.max() + 1))
    np.add.at(tally, (owners[both], heard[both]), 1)
    return float(tally[linear_sum_assignment(tally, maximize=True)].sum() / both.sum())


def owner(found: Sequence[Turn], speaker: int, owners: Owners) -> int:
    """Who speaks most of the time in the turns of a speaker that was found."""
    inside = np.zeros(len(owners), dtype=bool)
    for turn in found:
        if turn.speaker == speaker:
            inside[round(turn.start * RATE) : round(turn.end * RATE)] = True
    return int(np.bincount(owners[inside & (owners >= 0)], minlength=1).argmax())
