"""How many people speak, by the voiceprints of three real readers."""

from __future__ import annotations

import numpy as np
import pytest

from engines.kinds import Samples
from engines.speech import clusters, turns
from engines.speech.activity import RATE
from engines.speech.voiceprint import Voiceprints


@pytest.fixture(scope="module")
def prints(voiceprints: Voiceprints, readers: list[Samples]) -> list[Samples]:
    """The voiceprints of 9.6 s of each reader, in windows of 1.6 s that are 0.4 s apart."""
    starts = range(0, 8 * RATE, round(turns.STEP_S * RATE))
    size = round(1.6 * RATE)
    return [voiceprints.of_windows([each[at : at + size] for at in starts]) for each in readers]


def test_short_groups_of_one_voice_need_not_be_as_like_as_long_ones(prints: list[Samples]) -> None:
    """Two windows here and two there are one person, though their cosine would part long groups."""
    for each in prints:
        some = np.concatenate([each[:2], each[8:10], each[-2:]])
        labels = np.repeat([0, 1, 2], 2)
        assert (clusters.merged(some, labels, np.full(6, 0.4)) == 0).all()
    means = [clusters.means(each[[0, 1, 8, 9]], np.repeat([0, 1], 2)) for each in prints]
    assert min(float(one @ other) for one, other in means) < clusters.SAME


def test_people_stay_apart(prints: list[Samples]) -> None:
    together = np.concatenate(prints)
    labels = np.repeat([0, 1, 2], [len(each) for each in prints])
    seconds = np.full(len(labels), 0.4)
    assert (clusters.merged(together, labels, seconds) == labels).all()
    assert set(clusters.merged(together, labels, seconds, 2).tolist()) == {0, 1}
    found = clusters.gathered(together, seconds)
    assert found.max() == 2
    assert np.mean([len(set(found[labels == each].tolist())) for each in range(3)]) == 1


def test_who_is_hardly_heard_is_nobody(prints: list[Samples]) -> None:
    """One window, where the others have many, is no speaker; two of a few are."""
    some = np.concatenate([prints[0], prints[2][:1]])
    labels = np.array([0] * len(prints[0]) + [1])
    assert (clusters.merged(some, labels, np.full(len(some), 0.4)) == 0).all()
    some = np.concatenate([prints[0], prints[2][:2]])
    labels = np.array([0] * len(prints[0]) + [1, 1])
    assert clusters.merged(some, labels, np.full(len(some), 0.4)).max() == 1


def test_few_windows(prints: list[Samples]) -> None:
    for count in (0, 1):
        found = clusters.gathered(prints[0][:count], np.full(count, 0.4))
        assert found.tolist() == [0] * count
