"""How many words are written wrongly, and how well it is told who speaks.

Five sentences read by a LibriVox volunteer, with the corpus's own transcripts; and forty
conversations put together from real people's voices (:mod:`evals.capability.conversations`).
"""

from __future__ import annotations

import numpy as np

from engines.speech import turns
from engines.speech.activity import RATE
from engines.speech.recognise import FasterWhisper
from engines.speech.turns import Turn
from engines.speech.voiceprint import Voiceprints
from evals.capability import conversations
from evals.capability.figure import Figure
from evals.capability.running import done
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
    return [words, *who_speaks(CONVERSATIONS)]


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
