"""The engine: what it made is said, and what it cannot make with what comes near."""

from __future__ import annotations

import pytest

from engines.engine import engines
from engines.kinds import Document, Done, Refused, Sound, Work
from engines.scenes.nearest import nearest
from engines.scenes.text_to_audio import wants_music

ENGINE = engines(("engines.scenes.text_to_audio",))["ComposedSound"].make()


def asked(text: str, **arguments: object) -> Done | Refused:
    work = Work("text_to_audio", {"text": text, **arguments})
    (ended,) = [each for each in ENGINE.run([work]) if isinstance(each, (Done, Refused))]
    return ended


def test_a_scene_comes_with_what_it_is_made_of() -> None:
    done = asked("Generate an audio of a dog barking in the distance", duration=3.0)
    assert isinstance(done, Done)
    (sound,) = done.outputs
    assert isinstance(sound, Sound)
    assert (sound.name, sound.rate, sound.samples.shape) == ("dog-bark", 44_100, (2, 132_300))
    (made,) = done.notes
    assert made.facts == {
        "made": "dog bark, far away throughout",
        "made_ko": "개, 멀리서 (전체)",
    }


def test_what_is_missing_is_said() -> None:
    done = asked("rain and a lion roaring", duration=2.0)
    assert isinstance(done, Done)
    _, without = done.notes
    assert (without.code, without.facts["sounds"]) == ("scene_without", "roar")


@pytest.mark.parametrize(
    ("text", "code"),
    [("an angry volcano", "sound_unknown"), ("🎉", "scene_empty"), ("x" * 10_000, "text_too_long")],
)
def test_what_cannot_be_made_is_refused(text: str, code: str) -> None:
    refused = asked(text)
    assert isinstance(refused, Refused)
    assert refused.refusal.code == code
    if code == "sound_unknown":
        assert len(refused.refusal.facts["near"].split(", ")) == 3


def test_what_comes_near_is_of_the_same_kind() -> None:
    assert set(nearest("cheering")) <= {"crowd", "applause", "clapping"}
    assert "airplane" in nearest("a spaceship landing")


def test_music_comes_with_its_notes() -> None:
    done = asked("Generate an audio of a piano playing", duration=5.0)
    assert isinstance(done, Done)
    sound, score = done.outputs
    assert isinstance(sound, Sound)
    assert sound.png is not None
    assert isinstance(score, Document)
    assert (score.media_type, score.content[:4]) == ("audio/midi", b"MThd")
    assert done.notes[0].code == "music_made"
    assert "grand piano" in str(done.notes[0].facts["instruments"])


def test_who_wants_a_voice_in_it_is_told_there_is_none() -> None:
    done = asked("a pop song with female vocals", duration=5.0)
    assert isinstance(done, Done)
    assert "music_without_voice" in [each.code for each in done.notes]


@pytest.mark.parametrize(
    ("text", "music"),
    [
        ("a piano playing", True),
        ("background music for a rainy day", True),
        ("drum n bass", True),
        ("a dog and a piano", False),
        ("church bells", False),
        ("a train horn", False),
        ("a crowd in a jazz club", False),
        ("an old telephone", False),
    ],
)
def test_what_is_music_and_what_is_a_scene(text: str, music: bool) -> None:
    assert wants_music(text) is music
