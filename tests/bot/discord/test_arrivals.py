"""What people send: read as it is, in order, once, also after the bot was away."""

from __future__ import annotations

from tests.bot.discord.conftest import Door, Running
from tests.servers.discord import DiscordServer, world

OGG = b"OggS" + bytes(24) + b"OpusHead" + bytes(64)


async def test_a_private_message(server: DiscordServer, door: Door, start: Running) -> None:
    anna = server.user("Anna")
    chat = server.dm(anna)
    edge = await start()
    message = server.say(anna, chat, "hello there")
    incoming = await door.one()
    assert incoming.platform == "discord"
    assert incoming.account == edge.account == str(server.me.id)
    assert (incoming.channel, incoming.thread) == (str(chat.id), "")
    assert incoming.update_id == incoming.message_id == str(message.id)
    assert (incoming.author_id, incoming.author_name) == (str(anna.id), "Anna")
    assert (incoming.text, incoming.addressed) == ("hello there", "private")
    assert (incoming.private, incoming.admin) == (True, True)
    assert incoming.replied_by == ""
    assert incoming.belongs == ()
    assert incoming.sent_at is not None
    assert abs(incoming.sent_at - message.made_at) < 1


async def test_a_name_in_a_server_is_a_mention_and_no_part_of_the_words(
    server: DiscordServer, door: Door, start: Running
) -> None:
    guild = server.guild(locale="ko")
    category = server.ids.next()
    anna = server.join(guild, server.user("Anna"), role := server.role(guild, "Choir"))
    ben = server.join(guild, server.user("Ben"))
    channel = server.channel(guild)
    await start()
    own = next(each for each in guild.roles.values() if each.bot_id)
    server.say(anna, channel, f"<@{server.me.id}> say hi to <@{ben.id}>")
    server.say(anna, channel, f"please <@&{own.id}> clean  this")
    server.say(anna, channel, "just talking")
    await door.until(lambda: len(door.incoming) == 3)
    first, second, third = door.incoming
    assert (first.addressed, first.text) == ("mention", "say hi to @Ben")
    assert (second.addressed, second.text) == ("mention", "please clean this")
    assert (third.addressed, third.text) == ("", "just talking")
    assert first.locale == "ko"
    assert (first.private, first.admin) == (False, False)
    assert first.belongs == (str(guild.id), str(role.id))
    assert category


async def test_who_may_manage_the_server_or_the_channel_is_an_admin(
    server: DiscordServer, door: Door, start: Running
) -> None:
    guild = server.guild()
    roles = [
        server.role(guild, "a", world.MANAGE_GUILD),
        server.role(guild, "b", world.MANAGE_CHANNELS),
        server.role(guild, "c", world.ADMINISTRATOR),
    ]
    people = [server.join(guild, server.user(role.name), role) for role in roles]
    channel = server.channel(guild)
    await start()
    for each in people:
        server.say(each, channel, f"<@{server.me.id}> hi")
    await door.until(lambda: len(door.incoming) == 3)
    assert all(each.admin for each in door.incoming)


async def test_a_thread_is_told_apart_from_its_channel(
    server: DiscordServer, door: Door, start: Running
) -> None:
    guild = server.guild()
    anna = server.join(guild, server.user("Anna"))
    channel = server.channel(guild)
    thread = server.thread(channel)
    await start()
    late = server.thread(channel, cached=False)
    server.say(anna, thread, "in the thread")
    server.say(anna, late, "in one the bot was not told of")
    await door.until(lambda: len(door.incoming) == 2)
    found = {each.text: (each.channel, each.thread) for each in door.incoming}
    assert found == {
        "in the thread": (str(channel.id), str(thread.id)),
        "in one the bot was not told of": (str(channel.id), str(late.id)),
    }
    assert door.cursors[str(thread.id)] == str(thread.messages[-1].id)


async def test_a_voice_message_is_told_apart_from_a_file(
    server: DiscordServer, door: Door, start: Running
) -> None:
    anna = server.user("Anna")
    chat = server.dm(anna)
    await start()
    server.speak(anna, chat, OGG, 3.2, bytes(range(32)))
    server.say(anna, chat, "", files=[("song.mp3", b"abc"), ("a.png", b"defg")])
    await door.until(lambda: len(door.incoming) == 2)
    voice, files = door.incoming
    assert [(each.voice, each.name, each.size) for each in voice.attachments] == [
        (True, "voice-message.ogg", len(OGG))
    ]
    assert [(each.voice, each.name, each.size) for each in files.attachments] == [
        (False, "song.mp3", 3),
        (False, "a.png", 4),
    ]


async def test_a_reply_brings_the_files_that_it_answers(
    server: DiscordServer, door: Door, start: Running
) -> None:
    guild = server.guild()
    anna = server.join(guild, server.user("Anna"))
    ben = server.join(guild, server.user("Ben"))
    channel = server.channel(guild)
    await start()
    note = server.speak(ben, channel, OGG, 3.2, bytes(8))
    ours = server.say(server.me, channel, "A transcript.", files=[("t.srt", b"1")])
    server.say(anna, channel, f"<@{server.me.id}> transcribe", reply_to=note)
    server.say(anna, channel, "and in Korean", reply_to=ours)
    await door.until(lambda: len(door.incoming) == 3)
    to_ben, to_us = door.incoming[1:]
    assert (to_ben.addressed, to_ben.reply_to) == ("mention", str(note.id))
    assert (to_ben.replied_by, to_us.replied_by) == (str(ben.id), str(server.me.id))
    assert [each.voice for each in to_ben.replied] == [True]
    assert to_ben.attachments == ()
    assert (to_us.addressed, to_us.reply_to) == ("reply", str(ours.id))
    assert to_us.replied == ()  # our own files are known by the message


async def test_a_reply_to_what_is_gone_is_still_a_message(
    server: DiscordServer, door: Door, start: Running
) -> None:
    anna = server.user("Anna")
    chat = server.dm(anna)
    await start()
    note = server.speak(anna, chat, OGG, 3.2, bytes(8))
    note.deleted = True
    server.say(anna, chat, "what was that?", reply_to=note)
    await door.until(lambda: len(door.incoming) == 2)
    assert door.incoming[1].reply_to == str(note.id)
    assert door.incoming[1].replied == ()


async def test_a_forwarded_voice_note_comes_as_an_answered_one(
    server: DiscordServer, door: Door, start: Running
) -> None:
    anna, ben = server.user("Anna"), server.user("Ben")
    elsewhere, chat = server.dm(anna, ben, group=True), server.dm(anna)
    note = server.speak(ben, elsewhere, OGG, 3.2, bytes(8))
    await start()
    forward = server.say(anna, chat, "", forwards=note)
    incoming = await door.one()
    assert incoming.attachments == ()
    assert [each.voice for each in incoming.replied] == [True]
    assert incoming.replied[0].reference.startswith(f"{chat.id}/{forward.id}/")
    assert incoming.reply_to is None


async def test_machines_are_not_listened_to(
    server: DiscordServer, door: Door, start: Running
) -> None:
    guild = server.guild()
    anna = server.join(guild, server.user("Anna"))
    other = server.user("Other")
    other.bot = True
    server.join(guild, other)
    channel = server.channel(guild)
    await start()
    server.say(other, channel, f"<@{server.me.id}> from a bot")
    server.say(server.me, channel, "from ourselves")
    server.say(anna, channel, f"<@{server.me.id}> from a webhook", webhook=True)
    server.say(anna, channel, "", kind=7)  # Discord's own: somebody joined
    server.say(anna, channel, "from a person")
    assert (await door.one()).text == "from a person"
