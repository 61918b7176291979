"""The status board: one message a request, sparse, honest, and gone when the answer is there."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

import pytest

from db.turns import in_hand
from engines.dialogue.plan import Plan, Step
from handlers.board import AFTER_S, StatusBoard
from handlers.edge import Address, Attachment, Button, Doing, Unreachable
from handlers.phrases import say
from tests.handlers.conftest import Clock, Room, Talking, sound


@dataclass
class Wall:
    """A board that keeps everything it was asked to show."""

    every_s: float = 2.0
    shown: list[tuple[str | None, str]] = field(default_factory=list)
    cleared: list[str] = field(default_factory=list)
    doing: list[Doing] = field(default_factory=list)
    drafts: bool = False
    trouble: list[Exception] = field(default_factory=list)

    async def show(
        self, address: Address, shown: str | None, words: str, button: Button
    ) -> str | None:
        assert button.label == say("button_cancel", address.locale)
        self.shown.append((shown, words))
        return None if self.drafts else shown or f"status {address.turn_id}"

    async def clear(self, address: Address, shown: str) -> None:
        if self.trouble:
            raise self.trouble.pop()
        self.cleared.append(shown)

    async def busy(self, address: Address, doing: Doing) -> None:
        self.doing.append(doing)


@pytest.fixture
def wall() -> Wall:
    return Wall()


def board(room: Room, wall: Wall) -> StatusBoard:
    return StatusBoard(room.database, room.desk, wall, room.register)


async def test_9_a_request_s_place_then_its_progress_is_shown_and_gone_in_the_end(
    room: Room, wall: Wall
) -> None:
    clock, shows = Clock(room), board(room, wall)
    first = await room.say("say hello", channel="other")
    turn = await room.say("say hello")
    await room.handle()
    await shows.look()
    assert wall.shown == []  # an answer within a second needs no announcement
    clock.now += AFTER_S + 1
    await shows.look()
    # Conversations are shown side by side, in whatever order.
    assert {words.split(",")[0] for _, words in wall.shown} == {"next in line", "2nd in line"}
    await room.landing.finish(await room.claim(), sound())
    claim = await room.claim()
    await room.landing.progress(claim, 0.4)
    clock.now += 1
    await shows.look()
    assert len(wall.shown) == 2  # not so soon
    clock.now += 2
    await shows.look()
    assert wall.shown[-1][0] == f"status {turn}"
    assert wall.shown[-1][1].startswith("speaking 40%")
    await room.landing.finish(claim, sound())
    await shows.look()
    assert wall.cleared == []  # the answer is on its way
    await room.deliver()
    await shows.look()
    assert sorted(wall.cleared) == [f"status {first}", f"status {turn}"]
    await shows.look()
    assert len(wall.cleared) == 2


async def test_the_same_words_are_not_shown_again(room: Room, wall: Wall) -> None:
    clock, shows = Clock(room), board(room, wall)
    await room.say("say hello")
    await room.handle()
    for _ in range(5):
        clock.now += 3
        await shows.look()
    assert len(wall.shown) == 1
    assert len(wall.doing) == 3  # that it is at it fades by itself and is said every four seconds


async def test_what_an_earlier_life_showed_is_still_taken_away(room: Room, wall: Wall) -> None:
    clock = Clock(room)
    turn = await room.say("say hello")
    await room.handle()
    clock.now += 3
    await board(room, wall).look()
    await room.landing.finish(await room.claim(), sound())
    await room.deliver()
    wall.trouble = [Unreachable("down", after_s=0.0)]
    again = board(room, wall)
    await again.look()
    assert wall.cleared == []
    await again.look()
    assert wall.cleared == [f"status {turn}"]


async def test_what_may_not_be_taken_away_now_is_left_alone_for_so_long(
    room: Room, wall: Wall
) -> None:
    clock, shows = Clock(room), board(room, wall)
    turn = await room.say("say hello")
    await room.handle()
    clock.now += 3
    await shows.look()
    await room.landing.finish(await room.claim(), sound())
    await room.deliver()
    wall.trouble = [Unreachable("flood", after_s=60.0, arrived=False)]
    for _ in range(10):
        await shows.look()
        clock.now += 5
    assert (wall.trouble, wall.cleared) == ([], [])
    clock.now += 10
    await shows.look()
    assert wall.cleared == [f"status {turn}"]


async def test_what_leaves_nothing_behind_is_not_cleared(room: Room, wall: Wall) -> None:
    clock, shows = Clock(room), board(room, wall)
    wall.drafts = True
    await room.say("say hello", locale="ko")
    await room.handle()
    clock.now += 3
    await shows.look()
    assert wall.shown[0][1].startswith(say("status_next", "ko", eta="")[:5])
    await room.landing.finish(await room.claim(), sound())
    await room.deliver()
    await shows.look()
    assert wall.cleared == []


async def test_what_fades_is_shown_again(room: Room, wall: Wall) -> None:
    clock, shows = Clock(room), board(room, wall)
    wall.drafts = True
    await room.say("say hello")
    await room.handle()
    for _ in range(20):
        clock.now += 3
        await shows.look()
    assert len(wall.shown) == 3


async def test_a_forgotten_request_s_status_goes_too(room: Room, wall: Wall) -> None:
    clock, shows = Clock(room), board(room, wall)
    turn = await room.say("say hello")
    await room.handle()
    clock.now += 3
    await shows.look()
    await room.forget.turn(turn)
    await shows.look()
    assert wall.cleared == [f"status {turn}"]


async def test_a_request_may_be_forgotten_while_the_board_looks_at_it(
    room: Room, wall: Wall
) -> None:
    clock, shows = Clock(room), board(room, wall)
    turn = await room.say("say hello")
    await room.handle()
    clock.now += 3
    async with room.database.read() as connection:
        rows = await in_hand(connection, "desk", "one", clock.now, 9)
    assert [row.id for row in rows] == [turn]
    await room.forget.turn(turn)
    await shows._show_all(rows)
    await shows.look()
    assert len(wall.shown) == len(wall.cleared)


async def test_whoever_was_only_overheard_is_not_told_of_the_queue(
    room: Room, wall: Wall, note: Attachment
) -> None:
    clock, shows = Clock(room), board(room, wall)
    await room.say("/settings speak wake", addressed="command", admin=True)
    await room.handle()
    await room.deliver()
    await room.overhear("", note, addressed="")
    await room.handle()
    clock.now += 10
    await shows.look()
    assert (wall.shown, wall.doing) == ([], [])


async def test_a_busy_conversation_shows_a_few(room: Room, wall: Wall) -> None:
    clock, shows = Clock(room), board(room, wall)
    for _ in range(9):
        await room.say("say hello")
    await room.handle()
    clock.now += 3
    await shows.look()
    assert len(wall.shown) == 3


async def test_no_status_is_shown_while_consent_is_asked(talking: Talking, wall: Wall) -> None:
    long = Step("text_to_speech", {"text": "word " * 2000})
    room, model = talking(Plan((long,)), confirm_s=60.0)
    clock, shows = Clock(room), board(room, wall)
    model.come.clear()
    turn = await room.say("read it")
    working = asyncio.create_task(room.handle())
    await model.asked.wait()
    clock.now += AFTER_S + 1
    await shows.look()
    assert len(wall.shown) == 1
    model.come.set()
    await working
    assert await room.stage(turn) == "confirming"
    clock.now += 500
    await shows.look()
    assert wall.cleared == [f"status {turn}"]
    assert len(wall.shown) == 1
    await room.press(turn, "go")
    await shows.look()
    assert wall.shown[1:] == [(None, wall.shown[-1][1])]  # it runs, and is shown anew
