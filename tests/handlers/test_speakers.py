"""Names kept per channel: voices are known again only where, and as long as, a channel wants it."""

from __future__ import annotations

import json
import zipfile

from engines.kinds import Outcome
from engines.speech.acquaintance import PEOPLE, VOICEPRINTS
from handlers.edge import Attachment
from tests.handlers.conftest import Room


async def told(room: Room, words: str, **fields: str) -> None:
    await room.say(words, addressed="command", admin=True, **fields)
    await room.handle()


async def named(room: Room, note: Attachment, *names: str, **fields: str) -> object:
    """A recording is transcribed, in which these are named; whom the engine was told it may know.

    None where it was told that nobody is to be known.
    """
    await room.say("", note, **fields)
    await room.handle()
    claim = await room.claim()
    prints = {VOICEPRINTS: {name: f"print of {name}" for name in names}} if names else {}
    await room.landing.finish(claim, Outcome("hello", {"language": "en"} | prints, (), 0.1))
    await room.handle()
    return claim.arguments.get(PEOPLE)


async def test_nobody_is_known_until_the_channel_wants_it(room: Room, note: Attachment) -> None:
    assert await named(room, note, "Ann") is None
    await told(room, "/settings speakers on")
    assert await named(room, note) == {}  # what was said before is not kept
    assert "print of" not in await room.everything()


async def test_who_is_named_is_known_in_that_channel_only(room: Room, note: Attachment) -> None:
    await told(room, "/settings speakers on")
    await told(room, "/settings speakers on", channel="another")
    assert await named(room, note, "Ann", "Bob") == {}
    assert await named(room, note) == {"Ann": "print of Ann", "Bob": "print of Bob"}
    assert await named(room, note, channel="another") == {}


async def test_a_name_is_the_last_voice_that_had_it(room: Room, note: Attachment) -> None:
    await told(room, "/settings speakers on")
    for _ in range(2):
        await named(room, note, "Ann")
    assert (await room.everything()).count("print of Ann") == 1


async def test_turning_it_off_forgets_everybody(room: Room, note: Attachment) -> None:
    await told(room, "/settings speakers on")
    await named(room, note, "Ann")
    await told(room, "/settings speakers off")
    assert "print of Ann" not in await room.everything()
    assert await named(room, note) is None


async def test_a_voice_leaves_with_its_recording(room: Room, note: Attachment) -> None:
    await told(room, "/settings speakers on")
    await named(room, note, "Ann")
    await named(room, note, "Bob", author_id="7", author_name="Bob")
    await told(room, "/forget yes")
    rows = await room.everything()
    assert "print of Ann" not in rows
    assert "print of Bob" in rows


async def test_whose_recording_it_was_has_it_in_their_export(room: Room, note: Attachment) -> None:
    await told(room, "/settings speakers on", channel="private")
    await named(room, note, "Ann", channel="private")
    await room.deliver()
    await room.say("/export", channel="private")
    await room.handle()
    await room.deliver()
    (digest,) = [file.sha256 for _, part in room.desk.sent for file in part.files]
    with zipfile.ZipFile(room.blobs.path(digest)) as archive:
        messages = json.loads(archive.read("messages.json"))
    assert [each["voices"] for each in messages] == [{}, {"Ann": "print of Ann"}]


async def test_a_voiceprint_is_in_no_result(room: Room, note: Attachment) -> None:
    await told(room, "/settings speakers on")
    turn = await room.say("", note)
    await room.handle()
    outcome = Outcome("hello", {"language": "en", VOICEPRINTS: {"Ann": "print of Ann"}}, (), 0.1)
    await room.landing.finish(await room.claim(), outcome)
    (job,) = await room.jobs(turn)
    assert "print" not in str((job.data, job.arguments))
