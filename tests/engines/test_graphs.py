"""A value inside a network becomes one of its outputs, without parsing the network."""

from __future__ import annotations

import numpy as np
import pytest

from engines import weights
from engines.graphs import exposing
from engines.weights import WeightsMissing

#: How many frames of 25 ms Kokoro gives each token.
DURATIONS = "/encoder/Clip_output_0"


@pytest.fixture(scope="module")
def kokoro() -> bytes:
    try:
        return (weights.folder("kokoro") / "kokoro-v1.0.int8.onnx").read_bytes()
    except WeightsMissing as missing:
        pytest.skip(str(missing))


def test_the_durations_of_kokoro_add_up_to_its_sound(kokoro: bytes) -> None:
    import onnxruntime as ort

    try:
        style = np.fromfile(weights.folder("kokoro-voices") / "af_heart.bin", "<f4")
    except WeightsMissing as missing:
        pytest.skip(str(missing))
    tokens = [0, 50, 83, 54, 156, 57, 135, 0]
    session = ort.InferenceSession(exposing(kokoro, DURATIONS), providers=["CPUExecutionProvider"])
    assert [each.name for each in session.get_outputs()] == ["audio", DURATIONS]
    samples, frames = session.run(
        None,
        {
            "tokens": np.array([tokens]),
            "style": style.reshape(510, 256)[5][None],
            "speed": np.ones(1, dtype=np.float32),
        },
    )
    assert frames.shape == (1, len(tokens))
    assert samples.size == 600 * frames.sum()


def test_a_long_name_and_a_name_that_is_not_there(kokoro: bytes) -> None:
    # Lengths of 128 and more take two bytes.
    assert exposing(b"", "x" * 200).count(b"x" * 200) == 1
    import onnxruntime as ort

    with pytest.raises(Exception, match="nowhere"):
        ort.InferenceSession(exposing(kokoro, "nowhere"), providers=["CPUExecutionProvider"])
