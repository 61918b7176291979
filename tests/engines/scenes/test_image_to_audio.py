"""What a picture is let sound like, and what is said of it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw
from sklearn.datasets import load_sample_image

from engines.engine import Engine
from engines.foley.table import Row
from engines.kinds import Done, Refused, Sound, Source, Work
from engines.scenes.image_to_audio import _table, sounding
from engines.scenes.lexicon import Area, mentions
from engines.scenes.schedule import scene
from engines.vision.labels import _KINDS, LABELS


@pytest.fixture
def heard(
    loaded: Callable[[str], Engine], tmp_path: Path
) -> Callable[[Image.Image], Done | Refused]:
    def listen(picture: Image.Image) -> Done | Refused:
        path = tmp_path / "picture.png"
        picture.save(path)
        work = Work("image_to_audio", {}, [Source("a1", "image", path)])
        *_, last = loaded("PicturedSound").run([work])
        assert isinstance(last, (Done, Refused))
        return last

    return listen


def test_a_photograph_has_the_sound_of_what_is_in_it(heard) -> None:
    done = heard(Image.fromarray(load_sample_image("flower.jpg")))
    assert isinstance(done, Done)
    (sound,) = done.outputs
    assert isinstance(sound, Sound)
    assert np.abs(sound.samples).max() > 0.1
    saw, made, *_ = done.notes
    assert (saw.code, made.code) == ("picture_heard", "scene_made")
    assert saw.facts["saw"] == done.data["caption"]
    assert done.data["by"] in ("things", "guess", "colours")
    assert {layer["sound"] for layer in done.data["layers"]}


def test_where_nothing_sounds_it_says_what_it_sees(heard) -> None:
    wall = Image.new("RGB", (400, 300), (200, 190, 180))
    refused = heard(wall)
    assert isinstance(refused, Refused)
    assert refused.refusal.code == "picture_silent"
    assert "nothing but" in str(refused.refusal.facts["saw"])
    page = Image.new("RGB", (600, 800), "white")
    draw = ImageDraw.Draw(page)
    for row in range(20, 780, 18):
        draw.text((20, row), "the quick brown fox jumps over the lazy dog " * 2, "black")
    assert isinstance(heard(page), Refused)


def test_the_table_names_what_there_is_and_what_can_be_made() -> None:
    known = set(LABELS) | set(_KINDS)
    for group, entries in _table().items():
        for name, words in entries.items():
            assert group == "colours" or name in known, name
            if words and "music" not in words:
                assert scene(words).unknown == (), words


@pytest.mark.parametrize(
    ("label", "sound"),
    [
        ("rooster", "rooster"),
        ("chainsaw", "chainsaw"),
        ("dog", "dog bark"),
        ("fire engine", "ambulance"),
        ("seashore", "ocean waves"),
    ],
)
def test_what_a_label_sounds_like(label: str, sound: str) -> None:
    assert sound in {each.sound.name for each in scene(sounding(label)).layers}


@pytest.mark.parametrize("label", ["garden spider", "car's mirror", "tick", "bolo tie", "pizza"])
def test_what_a_label_does_not_sound_like(label: str) -> None:
    assert sounding(label) == ""


def test_many_labels_sound() -> None:
    sounding_ones = [label for label in (*LABELS, *_KINDS) if sounding(label)]
    assert len(sounding_ones) > 150
    for label in sounding_ones:
        meanings = [each.meaning for each in mentions(sounding(label))]
        assert any(isinstance(each, (Row, Area)) for each in meanings) or "music" in sounding(label)
