"""What a description of a scene comes to: which sounds, how many, where and when."""

from __future__ import annotations

import pytest

from engines.kinds import Refusal
from engines.scenes.scene import FAR_M, NEAR_M, Layer
from engines.scenes.schedule import NothingKnown, described, scene


def layer(text: str, name: str) -> Layer:
    (found,) = [each for each in scene(text).layers if each.sound.name == name]
    return found


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("rain with distant thunder, then a door slams", "rain, thunder, door slam"),
        ("Generate an audio of a dog barking in the distance", "dog bark"),
        (
            "footsteps on gravel, a door creaks open, then thunder",
            "footsteps on gravel, creak, thunder",
        ),
        ("a horse gallops on gravel", "horse gallop"),
        ("glass shatters on a tile floor", "glass breaking"),
        ("church bells on a sunday morning", "church bell"),
        ("a crow in a tree", "crow"),
        ("a cat purring", "cat purr"),
        ("a distant whistle", "whistle"),
        ("pots and pans in the kitchen", "dishes, frying, water pouring"),
        ("thunder and lightning", "thunder"),
        ("빗소리와 멀리서 치는 천둥", "rain, thunder"),
        ("고양이 울음소리", "cat meow"),
        ("문이 쾅 닫히고 발소리가 들린다", "door slam, footsteps on wood"),
    ],
)
def test_what_is_heard(text: str, names: str) -> None:
    assert sorted(each.sound.name for each in scene(text).layers) == sorted(names.split(", "))


def test_what_is_told_of_one_sound_is_not_told_of_the_other() -> None:
    text = "rain with distant thunder"
    assert (layer(text, "rain").place.metres, layer(text, "thunder").place.metres) == (5, FAR_M)
    korean = "빗소리와 멀리서 치는 천둥"
    assert (layer(korean, "rain").place.metres, layer(korean, "thunder").place.metres) == (5, FAR_M)
    text = "loud rain and a dog, quietly"
    assert layer(text, "rain").gain > 0 > layer(text, "dog bark").gain


def test_left_and_right() -> None:
    text = "heavy rain on the left, birds on the right"
    assert layer(text, "heavy rain").place.side < -0.5 < 0.5 < layer(text, "bird chirps").place.side


def test_what_comes_and_goes() -> None:
    passing = layer("a train passes by from left to right", "train")
    assert passing.place.side < 0 < passing.end.side
    coming = layer("footsteps on gravel approaching", "footsteps on gravel")
    assert coming.place.metres >= FAR_M > NEAR_M >= coming.end.metres
    leaving = layer("a motorcycle driving away", "motorcycle")
    assert leaving.place.metres < leaving.end.metres
    assert layer("applause that slowly fades", "applause").fade == "out"


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("a dog barks twice", 2),
        ("three knocks on the door", 3),
        ("a man hammers a nail three times", 3),
        ("five gunshots", 5),
        ("개가 두 번 짖는 소리", 2),
        ("two cats meowing", 2),
        ("a door slams", 1),
        ("gunshots", 3),
    ],
)
def test_how_often(text: str, count: int) -> None:
    (only,) = scene(text).layers
    assert len(only.starts) == count
    ends = [start + only.seconds for start in only.starts]
    assert all(end <= start for end, start in zip(ends, only.starts[1:], strict=False))


def test_when() -> None:
    assert layer("a cat meowing at 3 s", "cat meow").starts == (3.0,)
    assert layer("three knocks on the door after 2 seconds", "door knock").starts[0] == 2.0
    assert layer("a bell rings every 2 seconds, 11 s", "church bell").starts[:3] == (0.0, 2.0, 4.0)
    whole = scene("rain for 5 seconds then thunder")
    assert [each.starts[0] for each in whole.layers] == pytest.approx([0.0, 5.0])
    ended = scene("applause and a gunshot at the end, 12 seconds")
    shot = ended.layers[1]
    assert shot.starts[0] + shot.seconds == pytest.approx(12.0, abs=0.05)


def test_the_order_of_the_words_is_not_always_that_of_time() -> None:
    for text in ("thunder before rain", "rain after thunder", "thunder, then rain"):
        first, second = scene(text).layers
        assert (first.sound.name, second.sound.name) == ("thunder", "rain")
        assert first.starts[0] < second.starts[0]


def test_rain_goes_on_when_the_next_thing_happens_and_footsteps_do_not() -> None:
    whole = scene("rain, then a door slams")
    assert whole.layers[0].seconds == pytest.approx(whole.seconds)
    whole = scene("footsteps on gravel, then a door slams")
    assert whole.layers[0].seconds < whole.seconds - 1


@pytest.mark.parametrize(
    ("text", "argument", "seconds"),
    [
        ("10 seconds of ocean waves", None, 10),
        ("모닥불 소리 30초", None, 30),
        ("typing for one minute", None, 60),
        ("rain on a tin roof, 10 s", None, 10),
        ("rain, then thunder, then a dog", 20, 20),
        ("a door slams", None, 2),
    ],
)
def test_how_long(text: str, argument: float | None, seconds: float) -> None:
    assert scene(text, argument).seconds == pytest.approx(seconds)


def test_a_place_is_what_is_heard_there_and_what_is_named_is_louder() -> None:
    whole = scene("a dog in the forest")
    (dog,) = [each for each in whole.layers if not each.background]
    assert dog.sound.name == "dog bark"
    others = {each.sound.name for each in whole.layers if each.background}
    assert others == {"bird chirps", "rustling leaves", "owl"}
    assert scene("a clock ticking in a cave").room == "cave"


def test_what_nobody_makes_is_said_and_the_rest_is_made() -> None:
    whole = scene("rain and a volcano erupting")
    assert [each.sound.name for each in whole.layers] == ["rain"]
    assert whole.unknown == ("volcano erupting",)
    # It is no crying baby either.
    for text, sound in (("baby laughing", "baby laughter"), ("asdf qwer", "asdf qwer")):
        with pytest.raises(NothingKnown, match=sound):
            scene(text)


@pytest.mark.parametrize(
    ("text", "seconds", "code"),
    [
        ("", None, "scene_empty"),
        ("🎉🎉", None, "scene_empty"),
        ("12 34", None, "scene_empty"),
        ("rain", 0.01, "scene_length"),
        ("1000 seconds of rain", None, "scene_length"),
        ("0 seconds of rain", None, "scene_length"),
    ],
)
def test_what_cannot_be(text: str, seconds: float | None, code: str) -> None:
    with pytest.raises(Refusal) as refused:
        scene(text, seconds)
    assert refused.value.code == code


def test_ten_thousand_characters_are_no_trouble() -> None:
    assert scene("rain and thunder " * 600).layers
    with pytest.raises(NothingKnown):
        scene("x" * 10_000)


def test_in_words_in_both_languages() -> None:
    whole = scene("rain with distant thunder, then a door slams")
    assert described(whole.layers, whole.seconds) == (
        "rain throughout; thunder, far away at 3 s; door slam at 10 s"
    )
    assert described(whole.layers, whole.seconds, korean=True) == (
        "비 (전체); 천둥, 멀리서 3초; 문 닫히는 소리 10초"
    )
