"""What a pressed button becomes, and what is shown to whoever pressed it."""

from __future__ import annotations

import pytest

from tests.bot.telegram.conftest import FakeDoor
from tests.servers.telegram import TelegramServer

pytestmark = pytest.mark.usefixtures("polling")


async def test_a_button(server: TelegramServer, door: FakeDoor) -> None:
    ann = server.user("Ann", language_code="ko")
    group = server.supergroup(admins={ann.id: "administrator"})
    news = group.topic("news")
    keyboard = [[{"text": "Set", "callback_data": "set:17:voice=af:heart"}]]
    ours = group.add(server.bot, "text", "Which voice?", keyboard=keyboard, thread=news)
    door.sentence = "x" * 300
    query = await group.press(ours, "Set", by=ann)
    await door.until(lambda: door.pressed)
    got = door.pressed[0]
    assert (got.action, got.turn_id, got.value) == ("set", 17, "voice=af:heart")
    assert (got.channel, got.thread, got.update_id) == (str(group.id), str(news), "70000")
    assert (got.author_id, got.author_name, got.locale) == (str(ann.id), "Ann", "ko")
    assert (got.private, got.admin, got.belongs) == (False, True, (str(group.id),))
    answer = await server.wait_for(lambda: server.queries[query])
    assert answer == "x" * 199 + "…"


async def test_a_button_that_means_nothing_is_answered_all_the_same(
    server: TelegramServer, door: FakeDoor
) -> None:
    ours = server.private("Ann").add(server.bot, "text", "?")
    for data in ("nonsense", "cancel:x:", "", "cancel:" + "9" * 40 + ":"):
        query = await ours.chat.press_data(ours, data)
        answer = await server.wait_for(lambda query=query: server.queries[query])
        assert "button" in answer
    assert door.pressed == []


async def test_a_button_under_a_message_telegram_forgot(
    server: TelegramServer, door: FakeDoor
) -> None:
    chat = server.private("Ann")
    body = {
        "id": "q",
        "from": chat.person.json() if chat.person else {},
        "chat_instance": "1",
        "data": "cancel:3:",
        "message": {"chat": chat.json(), "message_id": 9, "date": 0},
    }
    server.queries["q"] = None
    await server.push({"callback_query": body})
    assert await server.wait_for(lambda: server.queries["q"]) == "Cancelled."
    assert (door.pressed[0].turn_id, door.pressed[0].private) == (3, True)


async def test_an_answer_to_a_button_that_comes_too_late_harms_nobody(
    server: TelegramServer, door: FakeDoor
) -> None:
    keyboard = [[{"text": "Cancel", "callback_data": "cancel:3:"}]]
    chat = server.private("Ann")
    ours = chat.add(server.bot, "text", "working", keyboard=keyboard)
    late = "Bad Request: query is too old and response timeout expired or query ID is invalid"
    server.fail(400, late, method="answerCallbackQuery")
    await chat.press(ours, "Cancel")
    await server.wait_for(lambda: server.called("answerCallbackQuery"))
    await chat.say("next")
    assert (await door.next()).text == "next"
