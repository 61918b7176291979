"""Engines that cost nothing, sleep, raise or die as their job says: the loop can be rehearsed.

The words to speak are the script: ``"sleep 3"``, ``"raise"``, ``"die"``, ``"hang"``, or anything.
"""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator, Sequence

import numpy as np

from engines.engine import engine
from engines.kinds import Done, Event, Progress, Refusal, Refused, Sound, Work

STEP_S = 0.02


@engine(task="speech_recognition", max_batch=8)
class RehearsedRecognition:
    """Hears the name of the handle it was given."""

    def load(self, device: str) -> None:
        """Nothing to load."""

    def run(self, batch: Sequence[Work]) -> Iterator[Event]:
        """Finish each at once."""
        for index, work in enumerate(batch):
            yield Done(index, text=f"heard {work.sources[0].handle}")


@engine(task="speech_enhancement")
class RehearsedEnhancement:
    """Gives a moment of silence."""

    def load(self, device: str) -> None:
        """Nothing to load."""

    def run(self, batch: Sequence[Work]) -> Iterator[Event]:
        """Finish each at once."""
        for index, _ in enumerate(batch):
            yield Progress(index, 0.5)
            yield Done(index, outputs=(_silence("cleaned"),))


@engine(task="text_to_speech", max_batch=4)
class RehearsedSpeech:
    """Does what the words say."""

    def load(self, device: str) -> None:
        """Nothing to load."""

    def run(self, batch: Sequence[Work]) -> Iterator[Event]:
        """One after the other, with progress at every step of a sleep."""
        for index, work in enumerate(batch):
            verb, _, seconds = str(work.arguments["text"]).partition(" ")
            match verb:
                case "sleep":
                    steps = int(float(seconds) / STEP_S)
                    for step in range(steps):
                        time.sleep(STEP_S)
                        yield Progress(index, step / steps)
                case "hang":
                    time.sleep(600)
                case "raise":
                    raise ValueError("as rehearsed")
                case "refuse":
                    yield Refused(index, Refusal("nothing_to_say"))
                    continue
                case "nothing":
                    continue
                case "die":
                    os.kill(os.getpid(), signal.SIGKILL)
                case "plain":
                    yield Done(index, text="done")
                    continue
            yield Done(index, outputs=(_silence("speech"),))


def _silence(name: str) -> Sound:
    return Sound(name, np.zeros((1, 1600), np.float32), 16_000, speech=True)
