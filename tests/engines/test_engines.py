"""The contract of every engine, whichever it is: it keeps to its task's row."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from sklearn.datasets import load_sample_image

from engines import weights
from engines.audio import mono, read, resample
from engines.blobs import BlobStore
from engines.engine import Engine, engines
from engines.faces.drawn import portrait
from engines.kinds import (
    Document,
    Done,
    Picture,
    Progress,
    Refused,
    Sound,
    Source,
    Video,
    Work,
)
from engines.provenance import Provenance
from engines.publish import publish
from engines.tasks import TASKS
from tests import recordings
from tests.engines.conftest import Write

REGISTER = engines()

#: Arguments that a person might give, for the ones a task requires.
EXAMPLES: dict[str, Any] = {"text": "Hello there.", "target": "speech"}
OF_TASK: dict[str, dict[str, Any]] = {"text_to_audio": {"text": "rain"}}


#: By modality, and "face" and "flower" for pictures of one.
Given = Mapping[str, Path]


@pytest.fixture
def given(write: Write, tmp_path: Path) -> Given:
    """Something for every task to do: two people one after the other, a dropout, and a photo."""
    both = []
    for path, seconds in ((recordings.librivox()[0].path, 5), (recordings.beckett(), 5)):
        samples, rate = read(path)
        both.append(resample(mono(samples), rate, 16_000)[: seconds * 16_000])
    speech = np.concatenate(both)
    speech[32_000:32_640] = 0.0
    photo = tmp_path / "photo.png"
    Image.fromarray(load_sample_image("china.jpg")).save(photo)
    face = tmp_path / "face.png"
    Image.fromarray(portrait()).save(face)
    flower = tmp_path / "flower.png"
    Image.fromarray(load_sample_image("flower.jpg")).save(flower)
    return {"audio": write(speech[None], 16_000), "image": photo, "face": face, "flower": flower}


@pytest.fixture
def empty(write: Write, tmp_path: Path) -> Given:
    """Nothing to work on: a recording of no length, and a file that is no picture."""
    broken = tmp_path / "broken.png"
    broken.write_bytes(b"no picture")
    nothing = write(np.zeros((1, 0), dtype=np.float32), 16_000)
    return {"audio": nothing, "image": broken, "face": broken, "flower": broken}


def _work(task_name: str, given: Given, **arguments: object) -> Work:
    task = TASKS[task_name]
    examples = EXAMPLES | OF_TASK.get(task_name, {})
    required = {a.name: examples[a.name] for a in task.arguments if a.required}
    of_task = {
        "talking_head": {"image": given["face"]},
        "image_to_audio": {"image": given["flower"]},
    }.get(task_name, {})
    files = {**given, **of_task}
    sources = [Source(f"a{i}", each, files[each]) for i, each in enumerate(task.takes)]
    return Work(task_name, task.validate(required | arguments), sources)


@pytest.mark.parametrize("name", sorted(REGISTER))
def test_the_declaration(name: str) -> None:
    spec = REGISTER[name]
    assert spec.task in TASKS
    assert spec.memory_gb > 0
    assert "cpu" in spec.devices
    assert set(spec.weights) <= set(weights.catalogue())
    assert spec.seconds_per_second > 0


@pytest.mark.parametrize("name", sorted(REGISTER))
def test_one_result_for_every_item(
    name: str, loaded: Callable[[str], Engine], given: Given, blobs: BlobStore
) -> None:
    """Two items in one batch: progress never falls, and each ends in exactly one result."""
    spec = REGISTER[name]
    ends: dict[int, Done] = {}
    progress = {0: 0.0, 1: 0.0}
    for event in loaded(name).run([_work(spec.task, given)] * 2):
        assert event.index not in ends, "an event after the item's end"
        match event:
            case Progress(index=index, fraction=fraction):
                assert progress[index] <= fraction <= 1
                progress[index] = fraction
            case Done():
                ends[event.index] = event
            case Refused():
                pytest.fail(f"refused: {event.refusal}")
    assert sorted(ends) == [0, 1]
    gives = {"audio": Sound, "text": Document, "image": Picture, "video": Video}[
        TASKS[spec.task].gives
    ]
    for done in ends.values():
        assert any(isinstance(output, gives) for output in done.outputs)
        for output in done.outputs:
            if isinstance(output, Sound):
                assert output.samples.dtype == np.float32
                assert output.samples.ndim == 2
                assert np.isfinite(output.samples).all()
        _plain_json(done.data)
    assert publish(ends[0], blobs, 1.0, Provenance.today(spec.task, spec.name)).artifacts


def _plain_json(value: object) -> None:
    """Exactly the types of JSON: no NumPy number, which would fail only when it is stored."""
    if isinstance(value, dict):
        for key, inner in value.items():
            assert type(key) is str
            _plain_json(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            _plain_json(inner)
    else:
        assert value is None or type(value) in {str, int, float, bool}, repr(value)


@pytest.mark.parametrize("name", sorted(REGISTER))
def test_a_refused_item_leaves_the_others_alone(
    name: str, loaded: Callable[[str], Engine], given: Given, empty: Given
) -> None:
    task = REGISTER[name].task
    bad = {"text": " "} if "text" in {a.name for a in TASKS[task].arguments} else {}
    found = list(loaded(name).run([_work(task, empty, **bad), _work(task, given)]))
    ends = [event for event in found if not isinstance(event, Progress)]
    assert [type(event) for event in ends] == [Refused, Done]
    assert [event.index for event in ends] == [0, 1]
