"""Where a request stands: drafts in private chats, one changing message in groups."""

from __future__ import annotations

import pytest

from bot.telegram import Telegram
from bot.telegram.pace import Rates
from handlers.edge import Board, Button, Unreachable
from tests.bot.telegram.conftest import Make, to
from tests.servers.telegram import TelegramServer

CANCEL = Button("cancel", "Cancel")
UNHURRIED = Rates(chat_s=0.0, group_s=0.0, overall_s=0.0)


async def test_a_private_chat_sees_drafts_and_nothing_is_left_behind(
    server: TelegramServer, edge: Telegram
) -> None:
    chat = server.private("Ann")
    assert isinstance(edge, Board)
    assert edge.every_s == 3.0
    assert await edge.show(to(chat), None, "next in line", CANCEL) is None
    assert await edge.show(to(chat), None, "transcribing 40%", CANCEL) is None
    assert [(draft, text) for _, draft, text, _ in chat.drafts] == [
        (7, "next in line · /cancel"),
        (7, "transcribing 40% · /cancel"),
    ]
    assert chat.replies == []
    await edge.show(to(chat, turn_id=0), None, "never zero", CANCEL)
    assert chat.drafts[-1][1] != 0


@pytest.mark.parametrize("old_server", [False, True])
async def test_where_there_are_no_drafts_a_message_is_changed(
    server: TelegramServer, make: Make, old_server: bool
) -> None:
    edge, chat = make(rates=UNHURRIED), server.private("Ann")
    if old_server:
        server.fail(404, "Not Found", method="sendMessageDraft")
    else:
        chat.takes_drafts = False
    shown = await edge.show(to(chat), None, "next in line", CANCEL)
    assert shown is not None
    assert await edge.show(to(chat), shown, "40%", CANCEL) == shown
    (status,) = chat.replies
    assert (status.text, status.labels, status.silent) == ("40%", ["Cancel"], True)
    assert len(server.called("sendMessageDraft")) == 1
    await edge.clear(to(chat), shown)
    assert chat.replies == []
    # It is not asked for drafts again.
    assert await edge.show(to(chat, turn_id=8), None, "next in line", CANCEL) is not None
    assert len(server.called("sendMessageDraft")) == 1


async def test_a_group_sees_a_message_with_a_button_in_its_topic(
    server: TelegramServer, make: Make
) -> None:
    edge, group = make(rates=UNHURRIED), server.supergroup()
    news = group.topic("news")
    asked = await group.say("/transcribe", thread=news)
    address = to(group, thread=str(news), reply_to=str(asked.message_id), turn_id=12)
    shown = await edge.show(address, None, "2nd in line", CANCEL)
    assert shown is not None
    (status,) = group.replies
    assert (status.thread, status.reply_to) == (news, asked.message_id)
    assert status.keyboard[0][0]["callback_data"] == "cancel:12:"
    await edge.show(address, shown, "transcribing 10%", CANCEL)
    await edge.show(address, shown, "transcribing 10%", CANCEL)  # not modified: that is fine
    assert [text for _, text in status.edits] == ["transcribing 10%"]
    await edge.clear(address, shown)
    await edge.clear(address, shown)  # already gone: that is fine
    assert group.replies == []


async def test_progress_never_raises_and_forgets_no_message(
    server: TelegramServer, make: Make
) -> None:
    edge, group = make(rates=UNHURRIED), server.group()
    server.cut(method="sendMessage")
    assert await edge.show(to(group), None, "next in line", CANCEL) is None
    shown = await edge.show(to(group), None, "next in line", CANCEL)
    server.fail(500, "Internal Server Error", method="editMessageText")
    server.cut(method="editMessageText", after=True)
    for percent in (1, 2, 3):
        assert await edge.show(to(group), shown, f"{percent}%", CANCEL) == shown
    assert group.texts == ["3%"]
    server.fail(502, "Bad Gateway", method="sendChatAction")
    await edge.busy(to(group), "typing")
    group.kicked = True
    assert await edge.show(to(group), None, "hello", CANCEL) is None
    assert await edge.show(to(group), shown, "hello", CANCEL) == shown
    await edge.busy(to(group), "typing")
    await edge.clear(to(group), "1")  # kicked: there is nothing to take away any more


async def test_clearing_may_be_asked_for_again(server: TelegramServer, make: Make) -> None:
    edge, group = make(rates=UNHURRIED), server.group()
    shown = await edge.show(to(group), None, "next in line", CANCEL)
    assert shown is not None
    server.fail(429, "Too Many Requests: retry after 2", method="deleteMessage", retry_after=2)
    with pytest.raises(Unreachable) as told:
        await edge.clear(to(group), shown)
    assert told.value.after_s == 2
    server.cut(method="deleteMessage")
    with pytest.raises(Unreachable):
        await edge.clear(to(group), shown)
    await edge.clear(to(group), shown)
    assert group.replies == []


async def test_too_many_edits_hold_the_chat(server: TelegramServer, make: Make) -> None:
    edge, group = make(rates=UNHURRIED), server.group()
    shown = await edge.show(to(group), None, "next in line", CANCEL)
    server.fail(429, "Too Many Requests: retry after 60", retry_after=60)
    assert await edge.show(to(group), shown, "10%", CANCEL) == shown
    calls = len(server.calls)
    assert await edge.show(to(group), shown, "20%", CANCEL) == shown
    await edge.busy(to(group), "typing")
    assert len(server.calls) == calls


async def test_what_the_bot_is_doing_shows_in_the_topic(
    server: TelegramServer, edge: Telegram
) -> None:
    group = server.supergroup()
    news = group.topic("news")
    for doing in ("typing", "recording", "sending"):
        await edge.busy(to(group, thread=str(news)), doing)
    await edge.busy(to(group), "typing")
    assert [(action, thread) for _, action, thread in group.actions] == [
        ("typing", news),
        ("record_voice", news),
        ("upload_voice", news),
        ("typing", None),
    ]
