"""Delivery: in order, marked before it leaves, tried until the platform answers for it."""

from __future__ import annotations

from db import outbox
from handlers.edge import Undeliverable, Unreachable
from tests.handlers.conftest import Room, sound


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
    room.desk.trouble = [Undeliverable("forbidden")]
    assert [part.kind for part in await room.deliver()] == ["picture"]
    assert await room.stage(turn) == "delivered"


async def test_another_process_s_channel_is_left_to_it(room: Room) -> None:
    turn = await composed(room, channel="not ours")
    assert await room.deliver() == []
    assert await room.stage(turn) == "composed"
