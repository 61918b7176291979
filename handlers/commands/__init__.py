"""The words that are commands and not requests: each has a module here, or a line."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from db.models import AnyRow
from db.session import Database
from engines.blobs import BlobStore
from engines.engine import EngineSpec
from engines.kinds import Refusal
from engines.tasks import TASKS
from handlers import respond
from handlers.access import Access
from handlers.analyse import Minds
from handlers.bells import Bells
from handlers.commands.cancel import cancel_all
from handlers.commands.privacy import Privacy
from handlers.commands.queue import queue_text
from handlers.commands.settings import change
from handlers.commands.usage import usage_text
from handlers.commands.voices import sampled
from handlers.edge import Part, Request
from handlers.forget import Forget
from handlers.phrases import say

#: What chat platforms offer in their menus beside the tasks, most wanted first.
MENU = (
    "help",
    "cancel",
    "queue",
    "settings",
    "voices",
    "usage",
    "privacy",
    "export",
    "forget",
)
#: Other words for them; those without a slash are only commands when they stand alone.
ALSO = {"start": "help", "stop": "cancel", "status": "queue"}
PLAIN = ("help", "cancel", "stop")
#: What people ask who do not know that there is a word for it.
ASKS_FOR_HELP = ("what can you do", "what do you do", "뭐 할 수 있어", "뭘 할 수 있어", "도움말")

#: The parts of an answer, a task to do, or other words to plan instead.
Answer = Sequence[Part] | Request | str


def parse(text: str) -> tuple[str, str] | None:
    """A command's name and the rest of its line; None when the text is no command.

    >>> parse("/settings voice always"), parse("Cancel!"), parse("cancel that thought")
    (('settings', 'voice always'), ('cancel', ''), None)
    """
    text = text.strip()
    if text.startswith("/"):
        name, _, rest = text[1:].partition(" ")
        name = name.lower()
        return ALSO.get(name, name), rest.strip()
    word = text.lower().rstrip("!.? ")
    if word in ASKS_FOR_HELP:
        return "help", ""
    return (ALSO.get(word, word), "") if word in PLAIN else None


def is_cancel(text: str) -> bool:
    """Whether it asks to stop: that must not wait for what it stops."""
    found = parse(text)
    return found is not None and found[0] == "cancel"


class Commands:
    """Answers commands."""

    def __init__(
        self,
        database: Database,
        bells: Bells,
        register: Mapping[str, EngineSpec],
        access: Access,
        blobs: BlobStore,
        forget: Forget,
        minds: Minds,
    ) -> None:
        self._database = database
        self._bells = bells
        self._register = register
        self._served = frozenset(spec.task for spec in register.values())
        self._access = access
        self._minds = minds
        self._privacy = Privacy(database, blobs, forget, minds.host)

    async def answer(self, row: AnyRow, words: str) -> Answer | None:
        """The answer when the turn's words are a command (it may be empty), else None.

        Raises :class:`~engines.kinds.Refusal` where the command cannot be followed.
        """
        if (found := parse(words)) is None:
            return None
        name, rest = found
        match name:
            case "help":
                told = respond.help_text(row.locale, self._served)
                return _told("\n\n".join(filter(None, (told, self.coming(row.locale)))))
            case "cancel":
                return await cancel_all(self._database, self._bells, row, rest)
            case "queue":
                return _told(await queue_text(self._database, self._register, row))
            case "settings":
                return await change(self._database, row, rest)
            case "voices":
                return sampled(row, rest)
            case "usage":
                return _told(await usage_text(self._database, self._access, row))
            case "privacy":
                return _told(await self._privacy.about(row, rest))
            case "export":
                return await self._privacy.export(row)
            case "forget":
                return await self._privacy.forget(row, rest)
        return _task(name, rest)

    def coming(self, locale: str) -> str:
        """A sentence on how far the language model is, empty when it is here or not wanted."""
        here = self._minds.fetched()
        return say("model_coming", locale, percent=round(100 * here)) if here < 1 else ""


def _told(words: str) -> Sequence[Part]:
    return [Part("text", words)]


def _task(name: str, rest: str) -> Answer | None:
    """A task's own command: "/say good morning", "/transcribe", "/clean a3"."""
    for task in TASKS.values():
        if task.command == name:
            wanted = [each.name for each in task.arguments if each.required]
            if wanted == ["text"]:
                if not rest:
                    raise Refusal("nothing_to_say")
                return Request(task.name, {"text": rest})
            return f"{name} {rest}" if rest else Request(task.name)
    return None
