"""What of a conversation is at hand when a query is planned, and what is not."""

from __future__ import annotations

from db import conversations
from db.models import Turn
from engines.dialogue.plan import Handle, Plan, Step
from tests.handlers.conftest import NOTE, SAY, Room, Talking, column, sound, transcript

HEAR = Step("speech_recognition", {}, (Handle("a1"),))


async def test_a_step_that_runs_is_open_in_the_past(talking: Talking) -> None:
    room, model = talking(Plan((SAY, SAY)), *[Plan(words="ok")] * 2)
    await room.say("say hello twice")
    await room.handle()
    claim = await room.claim()
    await room.say("and then?")
    await room.handle()
    await room.landing.finish(claim, sound())
    await room.say("and now?")
    await room.handle()
    states = [[step.state for step in query.past[0].steps] for query in model.queries[1:]]
    assert states == [["open", "open"], ["done", "open"]]


async def overheard(room: Room) -> int:
    """Somebody sends a voice note to nobody, in a channel with a wake word; its turn."""
    await room.say("/settings speak wake", addressed="command", admin=True)
    await room.handle()
    turn = await room.overhear("", NOTE, addressed="", author_id="7", author_name="Ann")
    assert turn is not None
    await room.handle()
    await room.deliver()
    return turn


async def test_a_quiet_recording_is_not_at_hand_for_others(talking: Talking) -> None:
    room, model = talking(Plan(words="There is nothing here."))
    await overheard(room)
    turn = await room.say("transcribe that, I mean a1", addressed="mention")
    await room.handle()
    assert [*model.queries[0].attached, *model.queries[0].recent] == []
    await room.landing.finish(await room.claim(), transcript("we had soup"))
    await room.handle()  # it was not for us, and is forgotten
    assert await room.stage(turn) == "composed"
    assert "we had soup" not in await room.everything()


async def test_what_came_with_a_message_is_at_hand_in_its_second_round(talking: Talking) -> None:
    clean = Step("speech_enhancement", {}, (Handle("a1"),))
    room, model = talking(Plan((SAY,), looks=True), Plan((clean,), looks=True))
    turn = await room.say("say hello, then clean this", NOTE)
    await room.handle()
    other = await room.say("look at these", author_id="7")
    (conversation,) = set(await column(room, Turn.conversation_id))
    picture = {
        "turn_id": other,
        "job_id": None,
        "modality": "image",
        "name": "picture.png",
        "media_type": "image/png",
        "sha256": "9" * 64,
        "duration_s": None,
        "created_at": 1.0,
    }
    async with room.database.write() as connection:
        await conversations.add_assets(connection, conversation, [picture] * 25)
    await room.landing.finish(await room.claim(), sound())
    model.plans.insert(0, Plan(words="Nice."))
    await room.handle()
    query = next(each for each in model.queries if each.done)
    assert query.turn == turn
    assert [each.handle for each in query.attached] == ["a1"]
    assert query.asset("a1") is not None
    assert (await room.claim()).task == "speech_enhancement"
