"""Delivery: in order, marked before it leaves, tried until the platform answers for it."""

from __future__ import annotations

import asyncio
from io import BytesIO

import av
import numpy as np
import pytest
import soundfile

from db import outbox, turns
from engines.kinds import Artifact, Outcome
from handlers.deliver import AFTER_STEPS, WINDOW, post
from handlers.edge import (
    Address,
    Attachment,
    Capacity,
    Part,
    TooLarge,
    Undeliverable,
    Unreachable,
)
from handlers.phrases import say
from tests.handlers.conftest import Room, serving, sound, transcript


def tone(seconds: float = 1.0) -> bytes:
    """Noise as WAV, which is hard to compress."""
    made = BytesIO()
    samples = np.random.default_rng(1).uniform(-0.3, 0.3, int(16_000 * seconds))
    soundfile.write(made, samples, 16_000, format="WAV")
    return made.getvalue()


async def composed(room: Room, channel: str = "c") -> int:
    turn = await room.say("say hello", channel=channel)
    await room.handle()
    await room.landing.finish(await room.claim(), sound())
    return turn


async def test_parts_go_out_in_order_with_stable_keys(room: Room) -> None:
    turn = await composed(room)
    await room.deliver()
    assert [address.key for address, _ in room.desk.sent] == [f"{turn}.1.0", f"{turn}.1.1"]
    assert not any(address.again for address, _ in room.desk.sent)


async def test_what_was_leaving_when_the_service_died_is_sent_again_and_marked(
    room: Room,
) -> None:
    turn = await composed(room)
    async with room.database.write() as connection:
        first, _ = await outbox.open_parts(connection, "desk", "one", 9)
        await outbox.sending(connection, first.id)
    await room.deliver()
    assert [address.again for address, _ in room.desk.sent] == [True, False]
    assert await room.stage(turn) == "delivered"


async def test_an_unreachable_platform_is_tried_again(room: Room) -> None:
    turn = await composed(room)
    room.desk.trouble = [Unreachable("down", after_s=0.0), Unreachable("down", after_s=0.0)]
    parts = await room.deliver()
    assert len(parts) == 2
    assert await room.stage(turn) == "delivered"


async def test_a_part_the_platform_refuses_does_not_hold_up_the_rest(room: Room) -> None:
    turn = await composed(room)
    room.desk.trouble = [Undeliverable("forbidden"), Undeliverable("forbidden")]
    assert [part.kind for part in await room.deliver()] == ["picture"]
    assert await room.stage(turn) == "delivered"


async def test_an_answer_is_never_computed_and_then_not_delivered(room: Room) -> None:
    turn = await composed(room)
    room.desk.trouble = [Undeliverable("no voice messages here")]
    told, picture = await room.deliver()
    assert told.text == say("could_not_send", name="speech.ogg")
    assert picture.kind == "picture"
    assert await room.stage(turn) == "delivered"


async def test_what_surely_did_not_arrive_is_not_marked_as_sent_again(room: Room) -> None:
    await composed(room)
    room.desk.trouble = [Unreachable("429", after_s=0.0, arrived=False)]
    await room.deliver()
    assert [address.again for address, _ in room.desk.sent] == [False, False]


async def test_long_words_go_out_in_pieces_and_a_crash_repeats_none_that_arrived(
    room: Room,
) -> None:
    words = " ".join(f"word{number}" for number in range(400))
    await room.say("what is said?", Attachment("n.wav", "note"))
    room.desk.files["note"] = tone()
    await room.handle()
    await room.landing.finish(await room.claim(), transcript(words))
    room.desk.room = Capacity(text=1000, caption=500, file_bytes=1000)
    sent = room.desk.send

    async def die_on_the_third(address: Address, part: Part) -> str:
        if len(room.desk.sent) == 2:
            raise asyncio.CancelledError
        return await sent(address, part)

    room.desk.send = die_on_the_third  # type: ignore[method-assign]
    with pytest.raises(asyncio.CancelledError):
        await room.deliver()
    room.desk.send = sent  # type: ignore[method-assign]
    room.desk.room = Capacity(text=2000, caption=500, file_bytes=1000)  # pieces stay as they were
    await room.deliver()
    texts = [part.text for _, part in room.desk.sent]
    assert " ".join(texts) == words
    assert len(texts) == 4
    assert [address.again for address, _ in room.desk.sent] == [False, False, True, False]
    assert len({address.key for address, _ in room.desk.sent}) == 4


async def test_a_file_over_the_limit_goes_out_smaller_and_in_pieces(room: Room) -> None:
    turn = await room.say("say hello")
    await room.handle()
    (number,) = (len(tone(60.0)),)
    sha256 = room.blobs.put_bytes(tone(60.0))
    playable = Artifact("s.ogg", "playable", "audio/ogg", sha256, number, 60.0, True, (1,) * 100)
    await room.landing.finish(await room.claim(), Outcome("", {}, (playable,), 0.1))
    room.desk.room = Capacity(text=1000, caption=500, file_bytes=40_000)
    parts = await room.deliver()
    assert [part.kind for part in parts] == ["voice"] * 3
    assert [part.text for part in parts] == [say("file_split", part=n, parts=3) for n in (1, 2, 3)]
    for part in parts:
        (file,) = part.files
        data = room.blobs.path(file.sha256).read_bytes()
        assert data.startswith(b"OggS")
        assert len(data) == file.size <= 40_000
        with av.open(BytesIO(data)) as container:
            assert container.duration / 1e6 == pytest.approx(20.0, abs=0.1)
    assert await room.stage(turn) == "delivered"


async def test_a_limit_that_only_shows_when_sending_is_met_too(room: Room) -> None:
    await room.say("say hello")
    await room.handle()
    data = tone(8.0)
    playable = Artifact(
        "s.ogg", "playable", "audio/ogg", room.blobs.put_bytes(data), len(data), 8.0, True
    )
    await room.landing.finish(await room.claim(), Outcome("", {}, (playable,), 0.1))
    room.desk.trouble = [TooLarge(30_000)]
    (part,) = await room.deliver()
    assert part.files[0].size <= 30_000


async def test_a_file_that_is_refused_for_its_size_though_it_fits_is_told_of(room: Room) -> None:
    turn = await composed(room)
    room.desk.trouble = [TooLarge(room.desk.room.file_bytes)]
    told, picture = await room.deliver()
    assert told.text == say("could_not_send", name="speech.ogg")
    assert picture.kind == "picture"
    assert await room.stage(turn) == "delivered"


async def test_a_file_that_cannot_be_made_smaller_stops_nobody(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("handlers.deliver.FAULT_S", 0.0)
    data = b"no sound at all" * 100
    playable = Artifact(
        "s.ogg", "playable", "audio/ogg", room.blobs.put_bytes(data), len(data), 5.0, True
    )
    turn = await room.say("say hello")
    await room.handle()
    await room.landing.finish(await room.claim(), Outcome("", {}, (playable,), 0.1))
    room.desk.trouble = [TooLarge(1000)]
    assert [part.text for part in await room.deliver()] == [say("could_not_send", name="s.ogg")]
    assert await room.stage(turn) == "delivered"


async def test_held_files_are_sent_where_there_is_no_button_to_ask_for_them(room: Room) -> None:
    documents = tuple(
        Artifact(f"t.{kind}", "document", "text/plain", room.blobs.put_bytes(kind.encode()), 3)
        for kind in ("txt", "srt")
    )
    await room.say("what is said?", Attachment("n.wav", "note"))
    room.desk.files["note"] = tone()
    await room.handle()
    await room.landing.finish(await room.claim(), Outcome("words", {}, documents, 0.1))
    room.desk.buttons = False
    assert [part.kind for part in await room.deliver()] == ["text", "file"]


async def test_another_process_s_channel_is_left_to_it(room: Room) -> None:
    turn = await composed(room)
    room.desk.serves = ("another channel", ())
    assert await room.deliver() == []
    assert await room.stage(turn) == "composed"


async def a_windowful(room: Room, channel: str) -> int:
    """A turn whose reply has as many parts as are looked at in one go."""
    turn = await room.say("say hello", channel=channel)
    async with room.database.write() as connection:
        row = await turns.whole(connection, turn)
        await post(connection, row, AFTER_STEPS, [Part("text", "hello")] * WINDOW, 0.0)
    return turn


async def test_what_other_processes_are_to_send_keeps_nobody_waiting(room: Room) -> None:
    await a_windowful(room, "theirs")
    room.desk.serves = ("ours", ())
    turn = await room.say("/help", channel="ours")
    await room.handle()
    assert len(await room.deliver()) == 1
    assert await room.stage(turn) == "delivered"


async def test_a_chat_that_takes_nothing_now_keeps_no_other_waiting(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("handlers.serving.POLL_S", 0.01)
    monkeypatch.setattr("handlers.deliver.LAST_S", 0.0)
    await a_windowful(room, "flooded")
    turn = await room.say("/help", channel="other")
    await room.handle()
    sent = room.desk.send

    async def unless_flooded(address: Address, part: Part) -> str:
        if address.channel == "flooded":
            raise Unreachable("flood", after_s=3600.0, arrived=False)
        return await sent(address, part)

    room.desk.send = unless_flooded  # type: ignore[method-assign]
    arrived = room.delivery.delivered
    async with serving(room.delivery), asyncio.timeout(20), arrived:
        await arrived.wait_for(lambda: bool(room.desk.sent))
    assert await room.stage(turn) == "delivered"


async def test_a_fault_of_ours_holds_up_nobody_else_and_its_own_chat_not_for_ever(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("handlers.deliver.FAULT_S", 0.0)
    turn = await composed(room)
    room.desk.trouble = [KeyError("a fault")] * 5
    told, picture = await room.deliver()
    assert (told.text, picture.kind) == (say("could_not_send", name="speech.ogg"), "picture")
    assert await room.stage(turn) == "delivered"


async def test_what_is_forgotten_on_its_way_changes_nothing(room: Room) -> None:
    turn = await composed(room)
    sent = room.desk.send

    async def forgotten_meanwhile(address: Address, part: Part) -> str:
        await room.forget.turn(turn)
        return await sent(address, part)

    room.desk.send = forgotten_meanwhile  # type: ignore[method-assign]
    await room.deliver()
    assert await room.deliver() == []


async def test_what_is_forgotten_before_it_leaves_does_not(room: Room) -> None:
    await room.say("/help")
    await room.say("glorp", author_id="7", author_name="Other")
    await room.handle()
    ((conversation, rows),) = (await room.delivery._open(())).items()
    assert len(rows) == 2
    await room.forget.conversation(conversation)
    await room.delivery._send_all(rows)
    assert room.desk.sent == []


async def test_what_is_forgotten_between_two_tries_is_not_tried_again(room: Room) -> None:
    await room.say("glorp")
    await room.handle()
    tried: list[Part] = []

    async def forgotten_meanwhile(address: Address, part: Part) -> str:
        tried.append(part)
        await room.forget.turn(address.turn_id)
        raise Unreachable("flood", after_s=0.0, arrived=False)

    room.desk.send = forgotten_meanwhile  # type: ignore[method-assign]
    await room.deliver()
    assert len(tried) == 1
