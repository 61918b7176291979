"""Who speaks when, in conversations put together from real voices and from spoken ones."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from engines.audio import resample
from engines.kinds import Samples
from engines.speech import turns
from engines.speech.activity import RATE
from engines.speech.voiceprint import Voiceprints
from evals.capability.conversations import ORDERS, conversation, right


@pytest.mark.parametrize("name", ORDERS)
def test_the_turns_of_real_readers(
    name: str, voiceprints: Voiceprints, readers: list[Samples]
) -> None:
    order = ORDERS[name]
    samples, owners = conversation(readers, order)
    found = turns.find(samples, voiceprints)
    assert {turn.speaker for turn in found} == set(range(1, len(set(owners.tolist()) - {-1}) + 1))
    assert right(found, owners) > 0.9
    assert found[0].speaker == 1
    assert all(before.end <= after.start + 1e-9 for before, after in pairwise(found))
    assert all(turn.end > turn.start for turn in found)


def test_over_a_phone_line(voiceprints: Voiceprints, readers: list[Samples]) -> None:
    samples, owners = conversation(readers, ORDERS["three"])
    phone = resample(resample(samples, RATE, 8_000), 8_000, RATE)[: len(owners)]
    found = turns.find(phone, voiceprints)
    assert {turn.speaker for turn in found} == {1, 2, 3}
    assert right(found, owners[: len(phone)]) > 0.93


def test_one_reader_is_one_speaker(voiceprints: Voiceprints, readers: list[Samples]) -> None:
    for reader in readers:
        found = turns.find(reader[: 40 * RATE], voiceprints)
        assert {turn.speaker for turn in found} == {1}


def test_no_more_speakers_than_are_known(voiceprints: Voiceprints, readers: list[Samples]) -> None:
    samples, _ = conversation(readers, ORDERS["three"])
    assert {turn.speaker for turn in turns.find(samples, voiceprints, most=2)} == {1, 2}


def test_nobody_speaks(voiceprints: Voiceprints) -> None:
    noise = np.random.default_rng(0).normal(0, 0.01, 3 * RATE).astype(np.float32)
    for samples in (noise, noise * 0, noise[:100], noise[:0]):
        assert turns.find(samples, voiceprints) == []


def test_spans_of_speech() -> None:
    """Short pauses do not end speech, short noises are none, and the ends stay in the sound."""
    quiet, speech = [0.0], [0.9]
    made = speech * 20 + quiet * 4 + speech * 20 + quiet * 40 + speech * 2 + quiet * 40
    found = turns.spans(np.array(made, dtype=np.float32), len(made) * 512)
    assert found == [(0, 44 * 512 + 1600)]
    assert turns.spans(np.array(speech * 20, dtype=np.float32), 20 * 512 - 100) == [
        (0, 20 * 512 - 100)
    ]
    assert turns.spans(np.zeros(0, dtype=np.float32), 0) == []


def test_windows_lie_within_speech() -> None:
    speech = [(0, 5_000), (20_000, 120_000)]
    found = turns.windows(speech)
    assert found[0] == (0, 5_000)
    assert found[1][0] == 20_000
    assert found[-1][1] == 120_000
    assert all(end - start == 25_600 for start, end in found[1:])
    hours = turns.windows([(0, 3 * 3600 * RATE)])
    assert len(hours) <= turns.MOST + 2
