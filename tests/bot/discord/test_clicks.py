"""Slash commands, entries in a message's menu, buttons: answered in time, handed in, once."""

from __future__ import annotations

from bot.discord import clicks
from handlers.edge import Button, Part, Request
from handlers.phrases import say
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
    gone = say("not_yet", task="speech_enhancement")
    await server.wait_for(lambda: click.words == gone)


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
