"""How many words are written wrongly, and how well it is told who speaks.

Five sentences read by a LibriVox volunteer, with the corpus's own transcripts; and forty
conversations put together from real people's voices (:mod:`evals.capability.conversations`).
"""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import soundfile

from engines.speech import acquaintance, speakers, turns
from engines.speech.activity import RATE
from engines.speech.recognise import FasterWhisper
from engines.speech.turns import Turn
from engines.speech.voiceprint import Voiceprints
from evals.capability import conversations
from evals.capability.figure import Figure
from evals.capability.running import done, drained
from tests import recordings
from tests.words import error_rate

TASK = "speech_recognition"
CONVERSATIONS = 40


def measure() -> list[Figure]:
    """Words wrong; the share of time given to the right speaker, and of right counts of them."""
    clips = recordings.librivox()
    engine = FasterWhisper()
    engine.load("cpu")
    said = [done(engine, TASK, clip.path, language="en").text for clip in clips]
    wrong = 100 * error_rate([clip.transcript for clip in clips], said)
    data = f"{len(clips)} sentences of LibriVox"
    words = Figure(TASK, data, "words wrong", wrong, " %", 100, "nothing written", 3, lower=True)
    return [words, *who_speaks(CONVERSATIONS), *known_again(CONVERSATIONS)]


def who_speaks(count: int) -> list[Figure]:
    """The figures of so many conversations."""
    voiceprints = Voiceprints()
    shares, plain, counts = [], [], []
    people = conversations.voices()
    for samples, owners in conversations.random_conversations(people, count):
        found = turns.find(samples, voiceprints)
        shares.append(conversations.right(found, owners))
        plain.append(conversations.right([Turn(0, len(samples) / RATE, 1)], owners))
        counts.append((int(owners.max()) + 1, max((turn.speaker for turn in found), default=0)))
    data = f"{count} conversations of 2 to 4 people"
    time, one = 100 * float(np.mean(shares)), 100 * float(np.mean(plain))
    exact = 100 * float(np.mean([spoke == heard for spoke, heard in counts]))
    two = 100 * float(np.mean([spoke == 2 for spoke, _ in counts]))
    return [
        Figure(TASK, data, "speaker right, of the time", time, " %", one, "all one speaker", 90),
        Figure(TASK, data, "number of speakers right", exact, " %", two, "always two"),
    ]


def known_again(count: int) -> list[Figure]:
    """How many people who were named once are known by voice, and how many names are wrong."""
    voiceprints = Voiceprints()
    right = wrong = 0
    with TemporaryDirectory() as folder:
        path = Path(folder, "meeting.wav")
        for before, samples, owners, names in conversations.meetings(conversations.voices(), count):
            people = {name: voiceprints(before[name]) for name in before}
            soundfile.write(path, samples, RATE)
            heard = drained(speakers.tell(0, path, voiceprints, 0.0, 1.0))
            called = acquaintance.known_again(heard.prints, people)
            meant = {each: names[conversations.owner(heard.turns, each, owners)] for each in called}
            right += len({name for each, name in called.items() if name == meant[each]})
            wrong += len({name for each, name in called.items() if name != meant[each]})
    data = f"{count} talks of two people who were named once and a stranger"
    known, misnamed = 100 * right / (2 * count), 100 * wrong / max(1, right + wrong)
    return [
        Figure(TASK, data, "known again by voice", known, " %", 0, "nobody is known"),
        Figure(
            TASK, data, "names that are wrong", misnamed, " %", 200 / 3, "by chance", lower=True
        ),
    ]
