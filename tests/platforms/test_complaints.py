"""What users of such bots complain of, by its number in docs/complaints.md.

The whole service between the real clients and our servers, with engines that cost nothing.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from io import BytesIO
from pathlib import Path
from typing import Any

import aiohttp
import av
import numpy as np
import pytest
import soundfile
from aiohttp import ClientTimeout
from PIL import Image
from sqlalchemy import func, select

from bot.app import App, running
from bot.discord import Discord
from bot.settings import Settings
from bot.telegram import Telegram, Webhook
from bot.telegram.webhook import SECRET_HEADER
from db import outbox
from db.models import Job, Turn
from db.session import Database
from engines.blobs import BlobStore
from engines.engine import offered
from handlers.edge import Part
from handlers.phrases import say
from handlers.respond import help_text
from tests.platforms.conftest import Services, reach
from tests.servers.discord import Channel, DiscordServer, Message
from tests.servers.telegram import Chat, TelegramServer

WAIT_S = 30.0
MB = 1 << 20
HELP = help_text(tasks=offered(("tests.rehearsal",)))
SECRET = "only-telegram-knows-this"


@asynccontextmanager
async def serving(
    folder: Path,
    telegram: TelegramServer | None = None,
    discord_server: DiscordServer | None = None,
    *,
    webhook: Webhook | None = None,
    **settings: Any,
) -> AsyncIterator[App]:
    """The service in this process, on these servers; once more on the same folder is a restart."""
    kept = Settings(data_dir=folder / "data", **settings)
    blobs = BlobStore(kept.blobs_dir)
    edges: list[Telegram | Discord] = []
    if telegram is not None:
        local = telegram.local
        edges.append(
            Telegram(telegram.token, blobs, api_url=telegram.url, local=local, webhook=webhook)
        )
    if discord_server is not None:
        edges.append(
            Discord(
                discord_server.token,
                blobs,
                api_url=discord_server.api_url,
                gateway_url=discord_server.gateway_url,
                settle_s=0.1,
            )
        )
    began = 0 if discord_server is None else discord_server.gateway.identified
    try:
        async with running(kept, edges, ["tests.rehearsal"]) as app:
            if discord_server is not None:
                await discord_server.wait_for(
                    lambda: discord_server.gateway.identified > began and discord_server.commands,
                    WAIT_S,
                )
            yield app
    finally:
        for edge in edges:
            await edge.close()


def note() -> bytes:
    """Half a second of sound."""
    made = BytesIO()
    tone = 0.1 * np.sin(np.arange(8000) / 10)
    soundfile.write(made, tone, 16_000, format="WAV")
    return made.getvalue()


def picture() -> bytes:
    made = BytesIO()
    Image.new("RGB", (64, 48), "teal").save(made, "PNG")
    return made.getvalue()


def by_the_bot(server: DiscordServer, channel: Channel) -> list[Message]:
    """Its answers there; what only shows where a request stands is none."""
    return [
        each
        for each in channel.shown
        if each.author is server.me
        and [button["label"] for button in each.buttons] != [say("button_cancel")]
    ]


def kinds(chat: Chat) -> list[str]:
    return [each.kind for each in chat.replies]


async def count(database: Database, *conditions: Any) -> int:
    async with database.read() as connection:
        query = select(func.count()).where(*conditions)
        return int((await connection.execute(query)).scalar_one())


async def one_runs(database: Database) -> None:
    """Wait until a job is in an engine's hands."""
    async with asyncio.timeout(WAIT_S):
        while not await count(database, Job.state == "running"):
            await asyncio.sleep(0.02)


async def all_delivered(database: Database) -> None:
    """Wait until every reply has arrived, and it is written down that it did."""
    async with asyncio.timeout(WAIT_S):
        while await count(database, Turn.stage != "delivered"):
            await asyncio.sleep(0.02)


async def answer_more(app: App, texts: Sequence[str]) -> None:
    """Put more into the reply of the only request there was."""
    async with app.database.write() as connection:
        turn = (await connection.execute(select(Turn.id, Turn.conversation_id))).one()
        parts = [Part("text", text).to_json() for text in texts]
        now = app.database.clock()
        where = {"turn_id": turn.id, "conversation_id": turn.conversation_id}
        await outbox.add(connection, now, step=2, parts=parts, **where)
    for delivery in app.deliveries:
        delivery.ring()


def tries(server: TelegramServer, chat: Chat) -> int:
    """How often a message was sent there, or was to be."""
    return sum(each["chat_id"] == str(chat.id) for each in server.called("sendMessage"))


async def test_1_flood_control_delays_one_chat_and_cuts_no_reply(
    telegram: TelegramServer, tmp_path: Path
) -> None:
    ann, bob = telegram.private("Ann"), telegram.private("Bob")
    lecture = " ".join(f"word{number}" for number in range(1200))
    async with serving(tmp_path, telegram) as app:
        await ann.say("/help")
        await telegram.wait_for(lambda: ann.texts, WAIT_S)
        await answer_more(app, [lecture])
        await telegram.wait_for(lambda: len(ann.texts) == 2, WAIT_S)
        flood = "Too Many Requests: retry after 2"
        telegram.fail(429, flood, method="sendMessage", chat=ann.id, retry_after=2)
        await telegram.wait_for(lambda: tries(telegram, ann) == 3, WAIT_S)
        await bob.say("/help")
        await telegram.wait_for(lambda: bob.texts, WAIT_S)
        assert len(ann.texts) == 2  # it is still held
        await telegram.wait_for(lambda: len(ann.texts) == 4, WAIT_S)
    assert " ".join(ann.texts[1:]) == lecture
    assert bob.texts == [HELP]
    assert telegram.violations == []


async def test_1_a_chat_that_is_held_with_much_to_say_keeps_no_other_waiting(
    telegram: TelegramServer, tmp_path: Path
) -> None:
    ann, bob = telegram.private("Ann"), telegram.private("Bob")
    async with serving(tmp_path, telegram) as app:
        await ann.say("/help")
        await telegram.wait_for(lambda: ann.texts, WAIT_S)
        flood = "Too Many Requests: retry after 3600"
        telegram.fail(429, flood, method="sendMessage", chat=ann.id, retry_after=3600, times=1000)
        await answer_more(app, [f"part {number}" for number in range(400)])
        await telegram.wait_for(lambda: tries(telegram, ann) == 2, WAIT_S)
        await bob.say("/help")
        await telegram.wait_for(lambda: bob.texts, 5)
    assert bob.texts == [HELP]


async def test_2_files_over_20_mb_are_refused_before_anything_is_fetched(
    telegram: TelegramServer, tmp_path: Path
) -> None:
    ann = telegram.private("Ann")
    async with serving(tmp_path, telegram):
        await ann.send("voice", size=20 * MB + 1)
        await telegram.wait_for(lambda: ann.texts, WAIT_S)
    assert ann.texts == [say("telegram_too_large", limit_mb=20)]
    assert telegram.called("getFile") == telegram.called("download") == []


async def test_2_a_bot_api_server_of_one_s_own_has_no_such_wall(tmp_path: Path) -> None:
    async with TelegramServer(local=True) as telegram:
        ann = telegram.private("Ann")
        async with serving(tmp_path, telegram):
            await ann.send("voice", note(), size=100 * MB)
            await telegram.wait_for(lambda: ann.texts, WAIT_S)
        assert ann.texts == ["heard a1"]


async def test_2_the_operator_s_own_limit_is_said_before_anything_is_fetched(
    telegram: TelegramServer, tmp_path: Path
) -> None:
    ann = telegram.private("Ann")
    async with serving(tmp_path, telegram, max_upload_mb=1):
        await ann.send("voice", bytes(MB + 1))
        await telegram.wait_for(lambda: ann.texts, WAIT_S)
    assert ann.texts == [say("media_too_large", limit_mb=1)]
    assert telegram.called("getFile") == []


async def test_4_what_was_sent_before_a_restart_is_known_after_it(
    telegram: TelegramServer, tmp_path: Path
) -> None:
    ann = telegram.private("Ann")
    async with serving(tmp_path, telegram) as app:
        await ann.say("/settings wake_word robin")
        await ann.send("voice", note())
        await telegram.wait_for(lambda: "heard a1" in ann.texts, WAIT_S)
        await all_delivered(app.database)
    async with serving(tmp_path, telegram):
        await ann.say("clean it")
        await telegram.wait_for(lambda: "voice" in kinds(ann), WAIT_S)
        await ann.say("/settings")
        await telegram.wait_for(lambda: "robin" in ann.texts[-1], WAIT_S)
    (cleaned,) = [each.file for each in ann.replies if each.kind == "voice"]
    assert cleaned is not None
    assert cleaned.name == "cleaned.ogg"


async def test_5_a_restart_repeats_no_reply(
    telegram: TelegramServer, services: Services, tmp_path: Path
) -> None:
    """Killed before Telegram was told that the message had been read."""
    ann = telegram.private("Ann")
    service = services.make(**reach(telegram))
    await service.start()
    await telegram.wait_for(lambda: telegram.polls, WAIT_S)
    telegram.faults.at_random(1.0, seed=1, kinds=["502"], methods=["getUpdates"])
    await ann.say("say hello")
    await telegram.wait_for(lambda: kinds(ann) == ["voice", "photo"], WAIT_S)
    database = Database(f"sqlite+aiosqlite:///{tmp_path / 'data' / 'earshot.db'}")
    await all_delivered(database)
    await database.close()
    await service.kill()
    assert telegram.pending
    telegram.faults.at_random(0.0, seed=1)
    await service.start()
    # A conversation goes in order: what came after this would have come before.
    await ann.say("say hello again")
    await telegram.wait_for(lambda: len(ann.replies) >= 4, WAIT_S)
    assert kinds(ann) == ["voice", "photo"] * 2


async def test_5_a_restart_in_the_midst_of_a_reply_repeats_it_not(
    telegram: TelegramServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Stopped, not killed, when Telegram has shown a message and not yet said so."""
    ann = telegram.private("Ann")
    shown, go_on, stop = asyncio.Event(), asyncio.Event(), asyncio.Event()
    send = telegram._methods.sendMessage

    async def slowly(params: Any) -> Any:
        result = await send(params)
        shown.set()
        await go_on.wait()
        return result

    async def live() -> None:
        async with serving(tmp_path, telegram):
            await stop.wait()

    monkeypatch.setattr(telegram._methods, "sendMessage", slowly)
    life = asyncio.create_task(live())
    await ann.say("/help")
    await asyncio.wait_for(shown.wait(), WAIT_S)
    stop.set()
    for _ in range(5):  # it is told to end before the answer comes
        await asyncio.sleep(0)
    go_on.set()
    await life
    async with serving(tmp_path, telegram) as app:
        await ann.say("/privacy")
        await telegram.wait_for(lambda: len(ann.texts) >= 2, WAIT_S)
        await all_delivered(app.database)
    assert ann.texts == [HELP, say("privacy", days=0)]


async def test_6_messages_sent_while_it_was_down_are_answered(
    telegram: TelegramServer, discord_server: DiscordServer, tmp_path: Path
) -> None:
    ann, group = telegram.private("Ann"), telegram.supergroup()
    bob = discord_server.user("Bob")
    guild = discord_server.guild()
    direct, channel = discord_server.dm(bob), discord_server.channel(guild)
    discord_server.join(guild, bob)
    async with serving(tmp_path, telegram, discord_server) as app:
        await ann.say("/help")
        discord_server.say(bob, direct, "/help")
        await telegram.wait_for(lambda: ann.texts, WAIT_S)
        await discord_server.wait_for(lambda: by_the_bot(discord_server, direct), WAIT_S)
        await all_delivered(app.database)
    await ann.send("voice", note())
    await group.say("@earshot_bot /help")
    await group.say("/help")
    discord_server.say(bob, direct, "say hello")
    discord_server.say(bob, channel, f"<@{discord_server.me.id}> help")
    async with serving(tmp_path, telegram, discord_server):
        await telegram.wait_for(lambda: len(ann.texts) == 2 and len(group.texts) == 2, WAIT_S)
        await discord_server.wait_for(
            lambda: (
                len(by_the_bot(discord_server, direct)) == 3 and by_the_bot(discord_server, channel)
            ),
            WAIT_S,
        )
    assert ann.texts == [HELP, "heard a1"]
    assert group.texts == [HELP, HELP]
    assert [each.text for each in by_the_bot(discord_server, direct)] == [HELP, "", ""]
    assert [each.text for each in by_the_bot(discord_server, channel)] == [HELP]


async def test_6_on_discord_a_first_private_message_while_it_was_down_is_answered(
    discord_server: DiscordServer, tmp_path: Path
) -> None:
    """Discord tells of a private chat only with its next message: then it is read from before."""
    ann, bob = discord_server.user("Ann"), discord_server.user("Bob")
    known, fresh = discord_server.dm(ann), discord_server.dm(bob)
    async with serving(tmp_path, discord_server=discord_server) as app:
        discord_server.say(ann, known, "/help")
        await discord_server.wait_for(lambda: by_the_bot(discord_server, known), WAIT_S)
        await all_delivered(app.database)
    discord_server.say(bob, fresh, "/help")
    async with serving(tmp_path, discord_server=discord_server) as app:
        discord_server.say(bob, fresh, "/privacy")
        await discord_server.wait_for(lambda: len(by_the_bot(discord_server, fresh)) == 2, 5)
    assert [each.text for each in by_the_bot(discord_server, fresh)] == [
        HELP,
        say("privacy", days=0),
    ]


async def test_7_what_was_computed_is_delivered_once_the_platform_is_back(
    telegram: TelegramServer, discord_server: DiscordServer, tmp_path: Path
) -> None:
    """Also when the service itself ends while the platforms are away."""
    ann, bob = telegram.private("Ann"), discord_server.user("Bob")
    direct = discord_server.dm(bob)
    faults = discord_server.faults
    async with serving(tmp_path, telegram, discord_server) as app:
        sends = ["sendVoice", "sendPhoto", "sendMessage"]
        telegram.faults.at_random(1.0, seed=1, kinds=["502"], methods=sends)
        faults.rate, faults.kinds, faults.paths = 1.0, ("503",), "/messages$"
        await ann.say("say hello")
        discord_server.say(bob, direct, "say hello")
        await telegram.wait_for(lambda: telegram.called("sendVoice"), WAIT_S)
        await discord_server.wait_for(lambda: faults.injected, WAIT_S)
    assert ann.replies == by_the_bot(discord_server, direct) == []
    telegram.faults.at_random(0.0, seed=1)
    faults.rate = 0.0
    async with serving(tmp_path, telegram, discord_server) as app:
        await telegram.wait_for(lambda: len(ann.replies) == 2, WAIT_S)
        await discord_server.wait_for(lambda: len(by_the_bot(discord_server, direct)) == 2, WAIT_S)
        await all_delivered(app.database)
    assert kinds(ann) == ["voice", "photo"]
    assert [each.is_voice for each in by_the_bot(discord_server, direct)] == [True, False]


async def test_8_a_voice_note_that_comes_during_a_run_is_not_lost(
    telegram: TelegramServer, tmp_path: Path
) -> None:
    ann = telegram.private("Ann")
    async with serving(tmp_path, telegram) as app:
        await ann.say('say "sleep 2"')
        await one_runs(app.database)
        await ann.send("voice", note())
        await telegram.wait_for(lambda: telegram.confirmed == 70_001, WAIT_S)
        assert ann.replies == []  # it runs still
        await telegram.wait_for(lambda: len(ann.replies) == 3, WAIT_S)
    assert kinds(ann) == ["voice", "photo", "text"]
    assert ann.texts[-1] == "heard a1"


async def test_10_a_slow_job_blocks_no_other_chat(telegram: TelegramServer, tmp_path: Path) -> None:
    """Others are answered where no engine is needed, else told their place, and it can be ended."""
    ann, bob, group = telegram.private("Ann"), telegram.private("Bob"), telegram.supergroup()
    async with serving(tmp_path, telegram) as app:
        await bob.say('say "hang"')
        await one_runs(app.database)
        await ann.say("/help")
        await telegram.wait_for(lambda: ann.texts == [HELP], WAIT_S)
        await group.say("@earshot_bot say hello")
        await ann.send("voice", note())
        await telegram.wait_for(lambda: group.replies and ann.drafts, WAIT_S)
        await telegram.wait_for(lambda: "in line" in ann.drafts[-1][2], WAIT_S)
        assert "in line" in group.replies[0].text
        assert await count(app.database, Job.state == "running") == 1
        await bob.say("/cancel")
        await telegram.wait_for(lambda: "heard a1" in ann.texts, WAIT_S)
        await telegram.wait_for(lambda: "voice" in kinds(group), WAIT_S)
    assert bob.texts == [say("cancelled")]


async def test_10_a_chat_full_of_files_keeps_no_other_waiting(
    telegram: TelegramServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ann, bob = telegram.private("Ann"), telegram.private("Bob")
    asked, go_on = await slow_files(telegram, monkeypatch)
    async with serving(tmp_path, telegram):
        for _ in range(40):
            await ann.send("voice", note())
        await asyncio.wait_for(asked.wait(), WAIT_S)
        await telegram.wait_for(lambda: telegram.confirmed == 70_039, WAIT_S)
        await bob.say("/help")
        await telegram.wait_for(lambda: bob.texts, 5)
        go_on.set()
    assert bob.texts == [HELP]


async def test_10_slow_downloads_keep_no_other_chat_s_files_waiting(
    telegram: TelegramServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    slow = [telegram.private(f"P{number}") for number in range(3)]
    ann = telegram.private("Ann")
    _, go_on = await slow_files(telegram, monkeypatch, but=note())
    async with serving(tmp_path, telegram):
        for chat in slow:
            await chat.send("voice", b"slow")
        await telegram.wait_for(lambda: len(telegram.called("getFile")) >= 2, WAIT_S)
        await ann.send("voice", note())
        await telegram.wait_for(lambda: ann.texts, 5)
        go_on.set()
    assert ann.texts == ["heard a1"]


async def slow_files(
    telegram: TelegramServer, monkeypatch: pytest.MonkeyPatch, but: bytes = b""
) -> tuple[asyncio.Event, asyncio.Event]:
    """Let Telegram tell of no file until the second event; the first says that it was asked."""
    asked, go_on = asyncio.Event(), asyncio.Event()
    tell = telegram._methods.getFile

    async def slowly(params: Any) -> Any:
        stored = telegram.files[params.text("file_id")]
        if stored.data != but:
            asked.set()
            await go_on.wait()
        return await tell(params)

    monkeypatch.setattr(telegram._methods, "getFile", slowly)
    return asked, go_on


@pytest.fixture
def webhook() -> Webhook:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    return Webhook(f"http://127.0.0.1:{port}/hook", SECRET, "127.0.0.1", port, "/hook")


async def test_11_a_webhook_is_acknowledged_before_the_work_is_done(
    telegram: TelegramServer, tmp_path: Path, webhook: Webhook
) -> None:
    ann = telegram.private("Ann")
    async with serving(tmp_path, telegram, webhook=webhook) as app:
        await telegram.wait_for(lambda: telegram.webhook, WAIT_S)
        await ann.say('say "sleep 1"')
        await telegram.wait_for(lambda: telegram.posted, WAIT_S)
        await one_runs(app.database)
        assert ann.replies == []
        await telegram.wait_for(lambda: len(ann.replies) == 2, WAIT_S)
    assert telegram.posted == [(70_000, 200)]


async def test_11_an_update_that_is_posted_again_is_done_once(
    telegram: TelegramServer, tmp_path: Path, webhook: Webhook
) -> None:
    """The database is so slow that Telegram gives up waiting for the first answer."""
    ann = telegram.private("Ann")
    assert ann.person is not None
    update = {"update_id": 70_000, "message": ann.add(ann.person, "text", "say hello").json()}
    async with (
        serving(tmp_path, telegram, webhook=webhook) as app,
        aiohttp.ClientSession(headers={SECRET_HEADER: SECRET}) as session,
    ):
        await telegram.wait_for(lambda: telegram.webhook, WAIT_S)
        async with app.database.write():  # nobody else may write
            with pytest.raises(TimeoutError):
                await session.post(webhook.url, json=update, timeout=ClientTimeout(total=0.3))
        async with session.post(webhook.url, json=update) as answer:
            assert answer.status == 200
        await telegram.wait_for(lambda: len(ann.replies) == 2, WAIT_S)
        await all_delivered(app.database)
        assert await count(app.database, Turn.id > 0) == 1
    assert kinds(ann) == ["voice", "photo"]


async def test_16_on_discord_it_speaks_in_voice_bubbles(
    discord_server: DiscordServer, tmp_path: Path
) -> None:
    bob = discord_server.user("Bob")
    direct = discord_server.dm(bob)
    async with serving(tmp_path, discord_server=discord_server):
        discord_server.say(bob, direct, "say hello")
        await discord_server.wait_for(lambda: len(by_the_bot(discord_server, direct)) == 2, WAIT_S)
    bubble, outline = by_the_bot(discord_server, direct)
    assert (bubble.is_voice, bubble.text, bubble.components) == (True, "", [])
    (spoken,) = bubble.files
    assert spoken.waveform
    with av.open(BytesIO(spoken.data)) as container:
        assert container.streams.audio[0].codec_context.name == "opus"
        assert spoken.duration_s == pytest.approx(container.duration / 1e6, abs=0.05)
    assert [each.name for each in outline.files] == ["speech.png"]


async def test_18_a_file_is_what_its_bytes_say_and_not_what_its_name_says(
    telegram: TelegramServer, tmp_path: Path
) -> None:
    ann = telegram.private("Ann")
    async with serving(tmp_path, telegram):
        await ann.send("document", note(), name="holiday.png", caption="transcribe this")
        await telegram.wait_for(lambda: len(ann.texts) == 1, WAIT_S)
        await ann.send("document", picture(), name="note.ogg", caption="transcribe this")
        await telegram.wait_for(lambda: len(ann.texts) == 2, WAIT_S)
        await ann.send("document", b"MZ" + bytes(999), name="note.mp3", caption="transcribe this")
        await telegram.wait_for(lambda: len(ann.texts) == 3, WAIT_S)
    assert ann.texts == [
        "heard a1",
        say("wrong_inputs", takes="audio"),
        say("media_unknown_type"),
    ]


async def test_23_replies_go_where_they_were_asked_for(
    telegram: TelegramServer, discord_server: DiscordServer, tmp_path: Path
) -> None:
    forum = telegram.supergroup()
    topic = forum.topic("Trains")
    guild = discord_server.guild()
    channel = discord_server.channel(guild)
    thread = discord_server.thread(channel, "Trains")
    bob = discord_server.join(guild, discord_server.user("Bob"))
    async with serving(tmp_path, telegram, discord_server):
        in_topic = await forum.say("@earshot_bot say hello", thread=topic)
        in_general = await forum.say("@earshot_bot help")
        # In General, an answer to a message has a thread's id that names no topic.
        extra = {"message_thread_id": in_general.message_id}
        answered = await forum.say("@earshot_bot help", reply_to=in_general, extra=extra)
        discord_server.say(bob, thread, f"<@{discord_server.me.id}> say hello")
        await telegram.wait_for(lambda: len(forum.replies) == 4, WAIT_S)
        await discord_server.wait_for(lambda: len(by_the_bot(discord_server, thread)) == 2, WAIT_S)
    places = {each.message_id: [] for each in (in_topic, in_general, answered)}
    for each in forum.replies:
        places[each.reply_to].append((each.kind, each.thread))
    assert list(places.values()) == [
        [("voice", topic), ("photo", topic)],
        [("text", None)],
        [("text", None)],
    ]
    assert channel.shown == []
    assert telegram.violations == []


async def test_24_a_command_is_acknowledged_in_time_though_the_database_is_slow(
    discord_server: DiscordServer, tmp_path: Path
) -> None:
    bob = discord_server.user("Bob")
    direct = discord_server.dm(bob)
    async with serving(tmp_path, discord_server=discord_server) as app:
        async with app.database.write():  # nobody else may write
            click = discord_server.slash(bob, direct, "help")
            await discord_server.wait_for(lambda: click.answered, WAIT_S)
            assert click.answered_after_s is not None
            assert click.answered_after_s < 3
            discord_server.advance(600)  # the first answer's three seconds are long over
        await discord_server.wait_for(lambda: click.words == say("on_it"), WAIT_S)
        await discord_server.wait_for(lambda: by_the_bot(discord_server, direct), WAIT_S)
    assert [each.text for each in by_the_bot(discord_server, direct)] == [HELP]
