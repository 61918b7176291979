"""People on both platforms who write to the bot, and an account of the answers they got."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from handlers.phrases import LOCALES, say
from tests.servers.discord import Channel, DiscordServer, Message, User
from tests.servers.telegram import TelegramServer
from tests.servers.telegram.people import Chat, Person, Shown

AGAIN = tuple(say("sent_again", locale) for locale in LOCALES)
CANCEL = say("button_cancel")


@dataclass(frozen=True)
class Answer:
    """A message of the bot: what it answers, of which kind it is, whether marked, and where."""

    asked: str
    kind: str
    text: str
    marked: bool
    chat: str


@dataclass
class Account:
    """What became of the messages: parts that answer, in the order they came, by message."""

    asked: list[str]
    answers: list[Answer]

    @property
    def unanswered(self) -> list[str]:
        answered = {each.asked for each in self.answers}
        return [each for each in self.asked if each not in answered]

    @property
    def repeats(self) -> list[Answer]:
        """Every part beyond the first of its kind."""
        seen: Counter[tuple[str, str]] = Counter()
        found = []
        for each in self.answers:
            seen[each.asked, each.kind] += 1
            if seen[each.asked, each.kind] > 1:
                found.append(each)
        return found


@dataclass
class TelegramCrowd:
    """Private chats, and supergroups with topics."""

    server: TelegramServer
    places: list[tuple[Chat, int | None, Person]] = field(default_factory=list)
    asked: dict[tuple[int, int], str] = field(default_factory=dict)

    def gather(self, private: int, groups: int) -> None:
        """So many chats of each kind."""
        for number in range(private):
            chat = self.server.private(f"P{number}")
            assert chat.person is not None
            self.places.append((chat, None, chat.person))
        for number in range(groups):
            group = self.server.supergroup(f"G{number}")
            topic = group.topic("T")
            self.places.append((group, topic, self.server.user(f"M{number}")))

    async def say(self, number: int, words: str) -> None:
        """One message, each time in the next place."""
        chat, topic, person = self.places[number % len(self.places)]
        text = words if topic is None else f"@earshot_bot {words}"
        shown = await chat.say(text, by=person, thread=topic)
        self.asked[chat.id, shown.message_id] = f"telegram {number}"

    def account(self) -> Account:
        """What became of the messages so far."""
        answers = []
        for shown in self.sent():
            asked = self.asked.get((shown.chat.id, shown.reply_to or 0))
            if asked is not None:
                marked = shown.text.startswith(AGAIN)
                where = str(shown.chat.id)
                answers.append(Answer(asked, shown.kind, shown.text, marked, where))
        return Account(list(self.asked.values()), answers)

    def sent(self) -> Iterator[Shown]:
        """The bot's answers, in order; what only shows a status is none."""
        for chat in self.server.chats.values():
            yield from (each for each in chat.replies if CANCEL not in each.labels)

    def statuses(self) -> list[Shown]:
        """Messages that still show where a request stands."""
        return [
            each
            for chat in self.server.chats.values()
            for each in chat.replies
            if CANCEL in each.labels
        ]


@dataclass
class DiscordCrowd:
    """Channels and threads of a server."""

    server: DiscordServer
    places: list[tuple[Channel, User]] = field(default_factory=list)
    asked: dict[int, str] = field(default_factory=dict)

    def gather(self, channels: int, threads: int) -> None:
        """So many of each kind, with a member for each."""
        guild = self.server.guild("Crowd")
        made = [self.server.channel(guild, f"c{number}") for number in range(channels)]
        made += [
            self.server.thread(made[number % len(made)], f"t{number}") for number in range(threads)
        ]
        for number, channel in enumerate(made):
            member = self.server.join(guild, self.server.user(f"M{number}"))
            self.places.append((channel, member))

    async def say(self, number: int, words: str) -> None:
        """One message, each time in the next place."""
        channel, member = self.places[number % len(self.places)]
        message = self.server.say(member, channel, f"<@{self.server.me.id}> {words}")
        self.asked[message.id] = f"discord {number}"

    def account(self) -> Account:
        """What became of the messages so far."""
        answers = []
        for message in self.sent():
            asked = self.asked.get(message.reply_to.id) if message.reply_to else None
            if asked is not None:
                kind = "voice" if message.is_voice else "files" if message.files else "text"
                marked, where = message.text.startswith(AGAIN), str(message.channel.id)
                answers.append(Answer(asked, kind, message.text, marked, where))
        return Account(list(self.asked.values()), answers)

    def sent(self) -> Iterator[Message]:
        """The bot's answers, in order; what only shows a status is none."""
        yield from (each for each in self._ours() if not _is_status(each))

    def statuses(self) -> list[Message]:
        """Messages that still show where a request stands."""
        return [each for each in self._ours() if _is_status(each)]

    def _ours(self) -> Iterator[Message]:
        for channel in self.server.channels.values():
            for message in channel.messages:
                if message.author is self.server.me and not message.deleted:
                    yield message


def _is_status(message: Message) -> bool:
    return CANCEL in [each["label"] for each in message.buttons]
