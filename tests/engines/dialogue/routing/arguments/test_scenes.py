"""What a sound to be made is to be like."""

from __future__ import annotations

import pytest

from engines.dialogue.routing.arguments.scenes import scene


@pytest.mark.parametrize(
    ("text", "described", "seconds"),
    [
        ("Generate an audio of a piano playing", "a piano playing", None),
        ("10 s of rain", "rain", 10.0),
        ("make the sound of a dog barking for half a minute", "a dog barking", 30.0),
        ("rain on a tent, 30 seconds", "rain on a tent", 30.0),
        ("make some music", "music", None),
        ("sound effect: glass breaking", "glass breaking", None),
        ('text-to-sound "helicopter overhead"', "helicopter overhead", None),
        ("don't say thunder, make the thunder", "the thunder", None),
        ("techno, dark, no vocals", "techno, dark, no vocals", None),
        ("비 오는 소리 10초 만들어줘", "비 오는 소리", 10.0),
        ("빗소리만들어줘", "빗소리", None),
        ("칼싸움 효과음 필요해 짧게 2초", "칼싸움 효과음", 2.0),
        ("generate a sound", None, None),
    ],
)
def test_a_scene_is_described(text: str, described: str | None, seconds: float | None) -> None:
    found = scene(text)
    assert (found.get("text"), found.get("duration")) == (described, seconds)
