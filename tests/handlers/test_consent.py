"""Whose voice may be taken over: the channel allows it, and the person agrees."""

from __future__ import annotations

import pytest

from engines.dialogue.plan import Handle, Plan, ResultOf, Step
from engines.engine import EngineSpec
from handlers.phrases import say
from tests.handlers.conftest import NOTE, Room, Talking, sound, transcript
from tests.rehearsal import RehearsedSpeech

WORDS = {"text": "Here we go."}
OTHER = {"author_id": "7", "author_name": "Bob"}
GROUP = {"private": False, "admin": True}


def mimic(*inputs: Handle | ResultOf) -> Plan:
    return Plan((Step("style_transfer", WORDS, inputs),))


def opened(talking: Talking, *plans: Plan) -> Room:
    """A room with an engine for it."""
    room, _ = talking(*plans)
    spec = EngineSpec("Mimic", "style_transfer", RehearsedSpeech, (), 0.1, ("cpu",), 1, 1.0)
    assert isinstance(room.register, dict)
    room.register["Mimic"] = spec
    return room


async def sent(room: Room, **author: str) -> None:
    """A voice note, heard and answered."""
    await room.say("", NOTE, **GROUP, **author)
    await room.handle()
    await room.landing.finish(await room.claim(), transcript())
    await room.handle()
    await room.deliver()


async def state(room: Room, **author: str) -> tuple[str, str]:
    """(state, why not) of the last step, once somebody asked for it."""
    turn = await room.say("say it in that voice", **GROUP, **author)
    await room.handle()
    job = (await room.jobs(turn))[-1]
    return job.state, (job.refusal or {}).get("code", "")


async def allow(room: Room, words: str, **author: str) -> str:
    await room.say(words, addressed="command", **GROUP, **author)
    await room.handle()
    return (await room.deliver())[-1].text


async def test_it_is_off_until_the_channel_allows_it(talking: Talking) -> None:
    room = opened(talking, Plan(), mimic(Handle("a1")), mimic(Handle("a1")))
    await sent(room)
    assert await state(room) == ("refused", "mimicry_off")
    assert say("mimicry_off") in [part.text for part in await room.deliver()]
    await allow(room, "/settings mimicry on")
    assert await state(room) == ("queued", "")


async def test_somebody_else_s_voice_needs_their_word(talking: Talking) -> None:
    room = opened(talking, Plan(), *[mimic(Handle("a1"))] * 3)
    await sent(room, **OTHER)
    await allow(room, "/settings mimicry on")
    assert await state(room) == ("refused", "mimicry_not_agreed")
    assert say("mimicry_not_agreed", name="Bob") in [part.text for part in await room.deliver()]
    assert await allow(room, "/privacy voice yes", **OTHER) == say("voice_shared")
    assert await state(room) == ("queued", "")
    assert await allow(room, "/privacy voice no", **OTHER) == say("voice_not_shared")
    assert await state(room) == ("refused", "mimicry_not_agreed")


@pytest.mark.parametrize("at_once", [True, False], ids=["in one go", "one after the other"])
async def test_what_was_made_of_a_voice_is_that_person_s(talking: Talking, at_once: bool) -> None:
    clean = Step("speech_enhancement", {}, (Handle("a1"),))
    both = Plan((clean, Step("style_transfer", WORDS, (ResultOf(1),))))
    plans = (both,) if at_once else (Plan((clean,)), mimic(Handle("a2")))
    room = opened(talking, Plan(), *plans)
    await sent(room, **OTHER)
    await allow(room, "/settings mimicry on")
    if not at_once:
        await room.say("clean it", **GROUP)
        await room.handle()
        await room.landing.finish(await room.claim(), sound("cleaned"))
        await room.handle()
    assert await state(room) == ("refused", "mimicry_not_agreed")


async def test_a_made_voice_is_nobody_s(talking: Talking) -> None:
    both = Plan(
        (
            Step("text_to_speech", {"text": "hello"}),
            Step("style_transfer", WORDS, (ResultOf(1),)),
        )
    )
    room = opened(talking, both)
    await allow(room, "/settings mimicry on")
    assert await state(room) == ("blocked", "")


async def test_a_note_that_is_only_replied_to_is_its_sender_s(talking: Talking) -> None:
    room = opened(talking, mimic(Handle("a1")))
    await allow(room, "/settings mimicry on")
    turn = await room.say(
        "say it in that voice", **GROUP, reply_to="8", replied=(NOTE,), replied_by="7"
    )
    await room.handle()
    (job,) = await room.jobs(turn)
    assert (job.state, job.refusal["code"]) == ("refused", "mimicry_not_agreed")
