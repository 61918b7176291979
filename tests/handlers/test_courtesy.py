"""Politeness is answered in kind; whatever says more is not taken for it."""

from __future__ import annotations

import pytest

from handlers.courtesy import courtesy
from tests.handlers.conftest import Room


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ("hi", "greeted"),
        ("Hey there!", "greeted"),
        ("Good morning, everyone", "greeted"),
        ("안녕하세요~", "greeted"),
        ("thanks!!", "thanked"),
        ("ok, thank you so much", "thanked"),
        ("고마워 ㅎㅎ", None),
        ("감사합니다.", "thanked"),
        ("bye", "farewell"),
        ("good night", "farewell"),
        ("안녕히 계세요", "farewell"),
        ("hi, clean this", None),
        ("thanks for nothing", None),
        ("say hello", None),
        ("night train", None),
        ("", None),
        ("🙂", None),
    ],
)
def test_what_is_only_polite(words: str, code: str | None) -> None:
    assert courtesy(words) == code


async def test_a_greeting_is_greeted(room: Room) -> None:
    for words, answer in (("hello", "Hello!"), ("thanks", "You are welcome."), ("hm", "I did not")):
        await room.say(words)
        await room.handle()
        (told,) = await room.deliver()
        assert told.text.startswith(answer)
