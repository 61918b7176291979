from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from engines import weights
from engines.audio import read, resample
from engines.sound import checkpoint, classes
from engines.sound.yamnet import HOP_S, Yamnet, class_names, listen
from evals.capability.detection import parity
from tests import recordings
from tests.engines.conftest import Write, tone

SUFFIX = "/.ATTRIBUTES/VARIABLE_VALUE"


@pytest.fixture(scope="module")
def network() -> Yamnet:
    return Yamnet()


def _heard(network: Yamnet, path: Path) -> np.ndarray:
    return np.concatenate(list(network.stream(listen(path))))


def test_521_classes_and_their_order() -> None:
    names = class_names()
    assert len(names) == 521
    assert [names[n] for n in (0, 67, 132, 494, 520)] == [
        "Speech",
        "Animal",
        "Music",
        "Silence",
        "Field recording",
    ]


def test_the_checkpoint_is_read_whole() -> None:
    folder = weights.folder("yamnet")
    found = checkpoint.read(folder / "variables.index", folder / "variables.data-00000-of-00001")
    kernels = [values for name, values in found.items() if name.endswith("-54/kernel" + SUFFIX)]
    assert [kernel.shape for kernel in kernels] == [(1024, 521)]
    assert 3.7e6 < sum(values.size for values in found.values()) < 3.8e6
    assert all(np.isfinite(values).all() for values in found.values())


def test_what_is_no_checkpoint_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "nonsense"
    path.write_bytes(bytes(100))
    with pytest.raises(checkpoint.CheckpointError):
        checkpoint.read(path, path)


def test_the_scores_are_those_of_an_independent_export(network: Yamnet) -> None:
    """Measured correlations of the mean scores on three recordings: 1.000."""
    for path in (recordings.beckett(), recordings.two_cities(), recordings.librivox()[0].path):
        assert parity(network, path) >= 0.98


def test_pieces_of_any_length_give_the_same_scores(network: Yamnet) -> None:
    whole = np.concatenate(list(listen(recordings.beckett())))
    cut = np.split(whole, [1, 5, 1000, 20_000, 20_001, 90_000])
    one = np.concatenate(list(network.stream([whole])))
    many = np.concatenate(list(network.stream(cut)))
    assert one.shape == many.shape
    np.testing.assert_allclose(one, many, atol=1e-4)


@pytest.mark.parametrize("seconds", [0.01, 0.2, 0.95, 0.96, 1.0, 2.4])
def test_a_patch_for_every_hop_of_any_length(network: Yamnet, seconds: float) -> None:
    scores = np.concatenate(list(network.stream([tone(seconds)[0]])))
    assert len(scores) == int(seconds / HOP_S + 1e-6) + 1
    assert np.isfinite(scores).all()


@pytest.mark.parametrize("rate", [8_000, 44_100, 96_000])
def test_every_rate_and_channel_count(network: Yamnet, write: Write, rate: int) -> None:
    samples, original = read(recordings.librivox()[1].path)
    path = write(np.repeat(resample(samples, original, rate), 2, axis=0), rate)
    scores = _heard(network, path)
    assert class_names()[scores.max(axis=0).argmax()] == "Speech"
    assert scores[:, 0].max() > 0.9


def test_generic_classes_give_way_only_to_their_own() -> None:
    names = class_names()
    scores = np.full(521, 0.01, dtype=np.float32)
    scores[names.index("Animal")] = 0.9
    assert classes.ranking(scores)[0] == names.index("Animal")
    scores[names.index("Siren")] = 0.8
    assert classes.ranking(scores)[0] == names.index("Animal")
    scores[names.index("Bark")] = 0.4
    assert names[classes.ranking(scores)[0]] == "Siren"
    assert names[classes.ranking(scores)[1]] == "Bark"


def test_speech_stays_before_its_manners() -> None:
    names = class_names()
    scores = np.zeros(521, dtype=np.float32)
    scores[names.index("Speech")], scores[names.index("Narration, monologue")] = 0.9, 0.6
    assert classes.ranking(scores)[0] == names.index("Speech")


def test_what_is_heard_for_long_counts_more() -> None:
    """But what is heard once in a long recording still comes before what is never heard."""
    scores = np.full((100, 3), 0.01, dtype=np.float32)
    scores[0, 0] = 0.9
    scores[:50, 1] = 0.8
    once, long, never = classes.overall(scores)
    assert 0.25 < once < 0.4
    assert 0.6 < long < 0.8
    assert never == pytest.approx(0.01)


def test_the_tree_has_no_loops() -> None:
    for number in range(521):
        for kind in classes.descendants(number):
            assert kind < 521
            assert number not in classes.descendants(kind) or number == kind
