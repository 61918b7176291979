"""Whose face may be made to speak: the channel allows it, and it is the picture of who asks."""

from __future__ import annotations

import io

from PIL import Image

from engines.dialogue.plan import Handle, Plan, Step
from engines.engine import EngineSpec
from handlers.edge import Attachment
from handlers.phrases import say
from tests.handlers.conftest import NOTE, Room, Talking, transcript
from tests.rehearsal import RehearsedSpeech

GROUP = {"private": False, "admin": True}
BOB = {"author_id": "7", "author_name": "Bob"}
FACE = Attachment("face.png", "face")
SPEAK = Plan((Step("talking_head", {}, (Handle("a1"), Handle("a2"))),))


async def opened(talking: Talking, **sender: str) -> Room:
    """A room where a voice note and then a picture were sent."""
    room, _ = talking(Plan(), Plan(words="A picture."), SPEAK, SPEAK)
    spec = EngineSpec("Head", "talking_head", RehearsedSpeech, (), 0.1, ("cpu",), 1, 1.0)
    assert isinstance(room.register, dict)
    room.register["Head"] = spec
    buffer = io.BytesIO()
    Image.new("RGB", (64, 64), "pink").save(buffer, "PNG")
    room.desk.files["face"] = buffer.getvalue()
    await room.say("", NOTE, **GROUP)
    await room.handle()
    await room.landing.finish(await room.claim(), transcript())
    await room.handle()
    await room.say("here is a picture", FACE, **GROUP, **sender)
    await room.handle()
    await room.deliver()
    return room


async def state(room: Room) -> tuple[str, str]:
    turn = await room.say("let the face say it", **GROUP)
    await room.handle()
    (job,) = await room.jobs(turn)
    return job.state, (job.refusal or {}).get("code", "")


async def allow(room: Room) -> None:
    await room.say("/settings faces on", addressed="command", **GROUP)
    await room.handle()
    await room.deliver()


async def test_it_is_off_until_the_channel_allows_it(talking: Talking) -> None:
    room = await opened(talking)
    assert await state(room) == ("refused", "faces_off")
    assert say("faces_off") in [part.text for part in await room.deliver()]
    await allow(room)
    assert await state(room) == ("queued", "")


async def test_somebody_else_s_picture_does_not_speak(talking: Talking) -> None:
    room = await opened(talking, **BOB)
    await allow(room)
    assert await state(room) == ("refused", "faces_not_yours")
    assert say("faces_not_yours", name="Bob") in [part.text for part in await room.deliver()]
