"""Where a request stands, in numbers and in words."""

from __future__ import annotations

import pytest

from db import costs
from engines.engine import engines
from handlers.phrases import say
from handlers.status import Status, about, status
from tests.handlers.conftest import Room, sound

REGISTER = engines(["tests.rehearsal"])


async def look(room: Room, turn: int) -> Status:
    async with room.database.read() as connection:
        return await status(connection, turn, REGISTER, room.database.clock())


async def test_a_request_waits_its_turn_then_runs_then_is_gone(room: Room) -> None:
    async with room.database.write() as connection:
        await costs.learn(connection, 0.0, "RehearsedSpeech", "cpu", 2.0)
    first = await room.say("say " + "word " * 30, channel="one")
    assert (await look(room, first)).words() == say("status_received")
    second = await room.say("say " + "word " * 30, channel="two")
    await room.handle()

    assert (await look(room, first)).place == 1
    waiting = await look(room, second)
    assert waiting.place == 2
    assert waiting.eta_s == pytest.approx(2 * 2.0 * 149 / 15, rel=0.05)
    assert waiting.words() == "2nd in line, about 40 s"

    claim = await room.claim()
    await room.landing.progress(claim, 0.5)
    running = await look(room, first)
    assert running.progress == 0.5
    assert running.words() == "speaking 50%, about 10 s"
    assert (await look(room, second)).place == 2

    await room.landing.finish(claim, sound())
    assert (await look(room, first)).words() == say("status_composed")
    assert (await look(room, second)).place == 1


def test_about_is_no_more_precise_than_it_is_known() -> None:
    assert [about(seconds) for seconds in (0, 3, 38, 59, 61, 400)] == [
        "5 s",
        "5 s",
        "40 s",
        "60 s",
        "1 min",
        "7 min",
    ]
    assert [about(seconds, "ko") for seconds in (38, 400)] == ["40초", "7분"]


def test_the_words_are_in_the_language_of_the_chat() -> None:
    waiting = Status("running", "text_to_speech", place=3, eta_s=400)
    assert waiting.words("ko") == "3번째 차례, 약 7분"
    assert Status("running", "a_new_task", progress=0.5).words() == (
        "a new task 50%, time not known yet"
    )
