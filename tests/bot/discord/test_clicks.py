"""Slash commands, entries in a message's menu, buttons: answered in time, handed in, once."""

from __future__ import annotations

import pytest

from bot.discord import clicks
from engines.blobs import BlobStore
from handlers.edge import Button, File, Part, Request, Undeliverable
from tests.bot.discord.conftest import Door, Running, address
from tests.servers.discord import DiscordServer, world

OGG = b"OggS" + bytes(24) + b"OpusHead" + bytes(64)


async def test_every_task_and_menu_word_is_a_command_in_two_languages(
    server: DiscordServer, start: Running
) -> None:
    await start()
    slash = {each["name"]: each for each in server.commands if each["type"] == 1}
    assert {"transcribe", "say", "clean", "help", "cancel", "settings", "forget"} <= set(slash)
    options = {each["name"]: each for each in slash["say"]["options"]}
    assert options["text"]["required"]
    assert (options["speed"]["min_value"], options["speed"]["max_value"]) == (0.5, 2.0)
    assert [each["name"] for each in slash["clean"]["options"]] == ["file"]
    assert [each["name"] for each in slash["settings"]["options"]] == ["name", "value"]
    entries = {each["name"]: each for each in server.commands if each["type"] == 3}
    assert {"Transcribe", "Speak this"} <= set(entries)
    for each in server.commands:
        assert each["integration_types"] == [0, 1]
        assert each["contexts"] == [0, 1, 2]
    assert slash["clean"]["description_localizations"]["ko"]
    assert entries["Transcribe"]["name_localizations"]["ko"] == "받아쓰기"


async def test_commands_are_published_when_they_changed_only(
    server: DiscordServer, door: Door, start: Running
) -> None:
    edge = await start()
    await start.stop(edge)
    edge = await start()
    await edge.client.wait_until_ready()
    server.gateway.forget()
    await server.wait_for(lambda: server.gateway.identified == 3)
    assert server.published == 1
    await start.stop(edge)
    door.cursors["commands"] = "an older set"
    await start()
    await server.wait_for(lambda: server.published == 2)


async def test_a_slash_command_is_a_request(
    server: DiscordServer, door: Door, start: Running
) -> None:
    guild = server.guild(locale="de")
    anna = server.join(guild, server.user("Anna", "ko"), server.role(guild, "r", 1 << 5))
    channel = server.channel(guild)
    edge = await start()
    await edge.client.wait_until_ready()
    click = server.slash(anna, channel, "say", text="hello", speed=1.5)
    incoming = await door.one()
    assert incoming.request == Request("text_to_speech", {"text": "hello", "speed": 1.5})
    assert incoming.update_id == f"i{click.id}"
    assert incoming.addressed == "command"
    assert (incoming.locale, incoming.admin) == ("ko", True)
    assert incoming.channel == str(channel.id)
    assert incoming.belongs[0] == str(guild.id)
    assert len(incoming.belongs) == 2
    await server.wait_for(lambda: click.words == "할게요.")
    assert click.original is not None
    assert click.original.only_for is anna
    assert channel.shown == []


async def test_a_command_with_a_file_in_a_thread(
    server: DiscordServer, door: Door, start: Running
) -> None:
    guild = server.guild()
    anna = server.join(guild, server.user("Anna"))
    thread = server.thread(server.channel(guild))
    edge = await start()
    await edge.client.wait_until_ready()
    upload = server.upload("talk.ogg", OGG, thread)
    server.slash(anna, thread, "transcribe", file=upload)
    incoming = await door.one()
    assert (incoming.channel, incoming.thread) == (str(thread.parent.id), str(thread.id))
    assert incoming.request == Request("speech_recognition", {})
    (attachment,) = incoming.attachments
    assert b"".join([piece async for piece in edge.open(attachment)]) == OGG


async def test_words_from_the_menu(server: DiscordServer, door: Door, start: Running) -> None:
    anna = server.user("Anna")
    chat = server.dm(anna)
    await start()
    server.slash(anna, chat, "help")
    server.slash(anna, chat, "settings")
    server.slash(anna, chat, "settings", name="voice", value="always on")
    await door.until(lambda: len(door.incoming) == 3)
    assert sorted(door.texts) == ["/help", "/settings", "/settings voice always on"]
    for each in door.incoming:
        assert (each.request, each.admin) == (None, True)
        assert (each.addressed, each.private) == ("command", True)


async def test_24_it_answers_in_time_however_slow_the_door_is(
    server: DiscordServer, door: Door, start: Running
) -> None:
    anna = server.user("Anna")
    chat = server.dm(anna)
    await start()
    door.held.clear()
    click = server.slash(anna, chat, "help")
    await server.wait_for(lambda: click.answered)
    assert click.answered_after_s is not None
    assert click.answered_after_s < 1
    assert click.original is not None
    assert click.original.flags & world.LOADING
    server.advance(600)
    door.held.set()
    await server.wait_for(lambda: click.words == "On it.")


async def test_a_click_that_comes_too_late_is_done_all_the_same(
    server: DiscordServer, door: Door, start: Running
) -> None:
    anna = server.user("Anna")
    chat = server.dm(anna)
    await start()
    server.faults.once("502", "POST", "/callback$")
    click = server.slash(anna, chat, "help")
    server.advance(4)
    assert (await door.one()).text == "/help"
    assert not click.answered


async def test_a_click_the_door_does_not_want_or_cannot_take(
    server: DiscordServer, door: Door, start: Running
) -> None:
    anna = server.user("Anna")
    chat = server.dm(anna)
    await start()
    door.wants = lambda _: False
    click = server.slash(anna, chat, "help")
    await server.wait_for(lambda: click.words == clicks.say("not_for_you"))
    door.failures = [OSError("the disk is full")]
    click = server.slash(anna, chat, "help")
    await server.wait_for(lambda: (click.words or "").startswith("Something went wrong"))


async def test_a_command_that_is_no_more_is_answered(
    server: DiscordServer, door: Door, start: Running
) -> None:
    anna = server.user("Anna")
    chat = server.dm(anna)
    edge = await start()
    edge.client.tree.remove_command("clean")
    click = server.slash(anna, chat, "clean")
    await server.wait_for(lambda: (click.words or "").startswith("That is not yet available"))


async def test_entries_of_a_messages_menu(
    server: DiscordServer, door: Door, start: Running
) -> None:
    guild = server.guild()
    anna, ben = (server.join(guild, server.user(name)) for name in ("Anna", "Ben"))
    channel = server.channel(guild)
    edge = await start()
    await edge.client.wait_until_ready()
    door.wants = lambda incoming: incoming.addressed == "command"
    note = server.speak(ben, channel, OGG, 3.0, bytes(8))
    words = server.say(ben, channel, "read me")
    server.entry(anna, note, "Transcribe")
    await door.until(
        lambda: door.incoming and door.incoming[-1].request == Request("speech_recognition", {})
    )
    incoming = door.incoming[-1]
    assert (incoming.author_id, incoming.reply_to) == (str(anna.id), str(note.id))
    assert (incoming.replied_by, incoming.private) == (str(ben.id), False)
    assert [each.voice for each in incoming.replied] == [True]
    pieces = [piece async for piece in edge.open(incoming.replied[0])]
    assert b"".join(pieces) == OGG
    server.entry(anna, words, "Speak this")
    await door.until(
        lambda: (
            door.incoming
            and door.incoming[-1].request == Request("text_to_speech", {"text": "read me"})
        )
    )
    assert door.incoming[-1].replied == ()


async def test_a_button_is_pressed_also_after_a_restart(
    server: DiscordServer, door: Door, start: Running
) -> None:
    guild = server.guild()
    anna = server.join(guild, server.user("Anna", "ko"))
    boss = server.join(guild, server.user("Boss"), server.role(guild, "r", world.MANAGE_CHANNELS))
    thread = server.thread(server.channel(guild))
    edge = await start()
    buttons = (Button("subtitles", "Subtitles", "srt:a b"), Button("cancel", "Cancel"))
    await edge.send(address(thread, turn=42), Part("text", "Done.", buttons=buttons))
    await start.stop(edge)
    edge = await start()
    await edge.client.wait_until_ready()
    message = thread.shown[-1]
    click = server.press(anna, message, "Subtitles")
    await server.wait_for(lambda: click.words == "Done.")
    assert click.original is not None
    assert click.original.only_for is anna
    other = server.press(boss, message, "Cancel")
    await server.wait_for(lambda: other.words == "Done.")
    first, second = door.presses
    assert (first.action, first.turn_id, first.value) == ("subtitles", 42, "srt:a b")
    assert (first.channel, first.thread) == (str(thread.parent.id), str(thread.id))
    assert (first.author_id, first.locale, first.admin) == (str(anna.id), "ko", False)
    assert (second.author_id, second.admin) == (str(boss.id), True)
    assert not (first.private | second.private)
    assert first.update_id == f"i{click.id}"
    door.sentence = ""
    silent = server.press(anna, message, "Cancel")
    await server.wait_for(lambda: silent.original is not None and silent.original.deleted)


async def test_where_the_bot_is_no_member_the_click_itself_is_answered(
    server: DiscordServer, door: Door, start: Running, blobs: BlobStore
) -> None:
    elsewhere = server.guild("Elsewhere", has_bot=False)
    anna, ben = (server.join(elsewhere, server.user(name)) for name in ("Anna", "Ben"))
    edge = await start()
    places = (
        server.channel(elsewhere),
        server.dm(anna, ben, group=True),
        server.dm(anna, ben, has_bot=False),
    )
    for turn, channel in enumerate(places, start=1):
        note = server.speak(ben, channel, OGG, 3.0, bytes(8))
        click = server.entry(anna, note, "Transcribe", user_install=True)
        await server.wait_for(lambda: click.words == "On it.")  # noqa: B023
        to = address(channel, turn=turn)
        status = await edge.show(to, None, "transcribing", Button("cancel", "Cancel"))
        assert click.words == "transcribing"
        assert status is not None
        file = File(blobs.put_bytes(OGG), "a.ogg", "audio/ogg", len(OGG), 3.0, (1, 2))
        await edge.send(to, Part("text", "Good morning.", buttons=(Button("speak", "Aloud"),)))
        await edge.send(address(channel, turn=turn, part=1), Part("voice", files=(file,)))
        await edge.clear(to, status)
        assert click.original is not None
        assert click.original.deleted
        words, sound = channel.shown[-2:]
        assert (words.text, len(words.buttons)) == ("Good morning.", 1)
        assert [each.data for each in sound.files] == [OGG]
        assert (await edge.capacity(to)).file_bytes == 10 << 20
        press = server.press(anna, words, "Aloud")
        await server.wait_for(lambda: press.words == "Done.")  # noqa: B023
        # Ben is there, too: it is not Anna's own chat with the bot.
        for asked in (door.incoming[-1], door.presses[-1]):
            assert (asked.private, asked.admin) == (False, False)
    assert not edge.client._connection._view_store._views
    server.advance(15 * 60)
    with pytest.raises(Undeliverable):
        await edge.send(to, Part("text", "too late"))
    assert await edge.show(to, None, "too late", Button("cancel", "Cancel")) is None
    with pytest.raises(Undeliverable):  # after a restart nobody knows the click any more
        await edge.send(address(places[0], turn=99), Part("text", "x"))


async def test_a_reply_that_is_ready_at_once_waits_for_its_way(
    server: DiscordServer, door: Door, start: Running
) -> None:
    elsewhere = server.guild("Elsewhere", has_bot=False)
    anna = server.join(elsewhere, server.user("Anna"))
    channel = server.channel(elsewhere)
    edge = await start()
    click = server.slash(anna, channel, "help", user_install=True)
    await door.until(lambda: door.incoming)
    await edge.send(address(channel, turn=1), Part("text", "I can do all this."))
    assert click.words == "On it."
    assert [each.text for each in channel.shown] == ["I can do all this."]


async def test_a_press_elsewhere_renews_the_way_back(
    server: DiscordServer, door: Door, start: Running
) -> None:
    elsewhere = server.guild("Elsewhere", has_bot=False)
    anna = server.join(elsewhere, server.user("Anna"))
    channel = server.channel(elsewhere)
    edge = await start()
    click = server.slash(anna, channel, "help", user_install=True)
    await server.wait_for(lambda: click.words == "On it.")
    retry = (Button("retry", "Try again"),)
    await edge.send(address(channel, turn=1), Part("text", "Failed.", buttons=retry))
    server.advance(16 * 60)
    server.press(anna, channel.shown[-1], "Try again").by_user_install = True
    await door.until(lambda: door.presses)
    assert len(click.messages) == 2


async def test_a_server_where_the_bot_may_not_speak_is_like_elsewhere(
    server: DiscordServer, door: Door, start: Running
) -> None:
    guild = server.guild()
    anna = server.join(guild, server.user("Anna"))
    channel = server.channel(guild, denied=world.SEND_MESSAGES)
    edge = await start()
    await edge.client.wait_until_ready()
    click = server.slash(anna, channel, "help")
    await server.wait_for(lambda: click.words == "On it.")
    await edge.send(address(channel, turn=1), Part("text", "I can do all this."))
    assert channel.shown[-1].text == "I can do all this."
