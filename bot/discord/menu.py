"""What Discord shows people to choose from: slash commands, and entries in a message's menu."""

from __future__ import annotations

import hashlib
import inspect
import json
from typing import TYPE_CHECKING, Any, Optional

import discord
import structlog
from discord import app_commands

from bot.discord.clicks import Clicks, Interaction
from bot.discord.reading import PLATFORM
from bot.platform import Door
from engines.engine import offered
from engines.tasks import TASKS, Argument, Task
from handlers.commands import MENU
from handlers.phrases import known, say

if TYPE_CHECKING:
    from bot.discord.session import Session

log = structlog.get_logger(__name__)

#: The tasks in a message's own menu, as Discord allows five; each has a phrase ``menu_TASK``.
MESSAGE_MENU = (
    "speech_recognition",
    "speech_translation",
    "sound_detection",
    "audio_captioning",
    "text_to_speech",
)
#: The texts that a menu command takes, all of them optional.
WORDS = {"settings": ("name", "value")}
FINGERPRINT = "commands"
LONGEST_DESCRIPTION, MOST_CHOICES = 100, 25
#: Discord's languages that the catalogue speaks beside English.
LANGUAGES = {discord.Locale.korean: "ko"}
TYPES: dict[str, type] = {"string": str, "number": float, "integer": int, "boolean": bool}


class Phrases(app_commands.Translator):
    """Names and descriptions in the languages of the catalogue."""

    async def translate(
        self,
        string: app_commands.locale_str,
        locale: discord.Locale,
        context: app_commands.TranslationContextTypes,
    ) -> str | None:
        """The phrase in that language, or None where English will do."""
        key = string.extras.get("key")
        if key is None or locale not in LANGUAGES:
            return None
        return _short(say(key, LANGUAGES[locale]))


class Menu(app_commands.CommandTree["Session"]):
    """Every task and every menu command, built from their tables."""

    def __init__(self, client: Session, clicks: Clicks) -> None:
        super().__init__(
            client,
            allowed_installs=app_commands.AppInstallationType(guild=True, user=True),
            allowed_contexts=app_commands.AppCommandContext(
                guild=True, dm_channel=True, private_channel=True
            ),
        )
        self._clicks = clicks
        tasks = offered()
        for name in tasks:
            self.add_command(self._task(TASKS[name]))
        for name in MENU:
            if self.get_command(name) is None:
                self.add_command(self._words(name))
        for name in MESSAGE_MENU:
            if name in tasks:
                self.add_command(self._entry(name))

    async def publish(self, door: Door, account: str) -> None:
        """Tell Discord of the commands, unless it was told of exactly these before."""
        translator = self.translator or Phrases()
        payload = [
            await command.get_translated_payload(self, translator)
            for command in self.get_commands()
            if not isinstance(command, app_commands.Group)
        ]
        canonical = json.dumps(payload, sort_keys=True, ensure_ascii=False)
        fingerprint = hashlib.sha256(canonical.encode()).hexdigest()[:32]
        if await door.cursor(PLATFORM, account, FINGERPRINT) == fingerprint:
            return
        await self.sync()
        await door.reached(PLATFORM, account, fingerprint, channel=FINGERPRINT)
        log.info("the commands were published", commands=len(payload))

    async def on_error(
        self, interaction: Interaction, error: app_commands.AppCommandError, /
    ) -> None:
        """Say so when a command is not known any more, instead of leaving it unanswered."""
        log.warning("a command was not run", reason=str(error))
        if not interaction.response.is_done():
            await interaction.response.send_message(
                say("not_yet", str(interaction.locale), task=_named(interaction)), ephemeral=True
            )

    def _task(self, task: Task) -> app_commands.Command[Any, ..., None]:
        files = _file_options(task)
        arguments = {argument.name: argument for argument in task.arguments}

        async def run(interaction: Interaction, **options: Any) -> None:
            chosen = {
                name: value
                for name, value in options.items()
                if name in arguments and value is not None
            }
            attached = [options[name] for name in files if options.get(name) is not None]
            await self._clicks.command(interaction, task.name, chosen, attached)

        options = [
            *(
                _option(argument.name, _type(argument), argument.required)
                for argument in arguments.values()
            ),
            *(_option(name, discord.Attachment, required=False) for name in files),
        ]
        _shape(run, options)
        descriptions = {name: _described(task, argument) for name, argument in arguments.items()}
        descriptions |= {name: _phrase(key) for name, key in files.items()}
        if descriptions:
            app_commands.describe(**descriptions)(run)
        choices = {
            name: [app_commands.Choice(name=each[:100], value=each) for each in argument.choices]
            for name, argument in arguments.items()
            if 0 < len(argument.choices) <= MOST_CHOICES
        }
        if choices:
            app_commands.choices(**choices)(run)
        return _command(task.command, run)

    def _words(self, name: str) -> app_commands.Command[Any, ..., None]:
        words = WORDS.get(name, ())

        async def run(interaction: Interaction, **options: Any) -> None:
            said = [f"/{name}", *(str(options[word]) for word in words if options.get(word))]
            await self._clicks.words(interaction, " ".join(said))

        _shape(run, [_option(word, str, required=False) for word in words])
        if words:
            texts = {word: _phrase(f"arg_{name}_{word}") for word in words}
            app_commands.describe(**texts)(run)
        return _command(name, run)

    def _entry(self, task: str) -> app_commands.ContextMenu:
        async def run(interaction: Interaction, message: discord.Message) -> None:
            await self._clicks.menu(interaction, task, message)

        return app_commands.ContextMenu(
            name=_phrase(f"menu_{task}"), callback=run, type=discord.AppCommandType.message
        )


def _phrase(key: str) -> app_commands.locale_str:
    """A phrase in English that :class:`Phrases` knows in other languages."""
    return app_commands.locale_str(_short(say(key, "en")), key=key)


def _described(task: Task, argument: Argument) -> app_commands.locale_str:
    key = f"arg_{task.name}_{argument.name}"
    return _phrase(key) if known(key) else app_commands.locale_str(_short(argument.description))


def _short(text: str) -> str:
    if len(text) <= LONGEST_DESCRIPTION:
        return text
    return text[: LONGEST_DESCRIPTION - 1].rstrip() + "…"


def _command(name: str, run: Any) -> app_commands.Command[Any, ..., None]:
    return app_commands.Command(name=name, description=_phrase(f"command_{name}"), callback=run)


def _file_options(task: Task) -> dict[str, str]:
    """The attachments that a task's command takes, with the phrases that describe them."""
    options: dict[str, str] = {}
    for modality in task.takes:
        if modality == "image":
            options["picture"] = "arg_picture"
        elif modality != "text":
            options["file"] = "arg_file"
    return options


def _type(argument: Argument) -> Any:
    kind = TYPES[argument.type]
    if kind in (int, float) and (argument.minimum, argument.maximum) != (None, None):
        low = None if argument.minimum is None else kind(argument.minimum)
        high = None if argument.maximum is None else kind(argument.maximum)
        return app_commands.Range[kind, low, high]
    return kind


def _option(name: str, kind: Any, required: bool) -> inspect.Parameter:
    annotation = kind if required else Optional[kind]  # noqa: UP045  (kind is no plain type)
    default = inspect.Parameter.empty if required else None
    return inspect.Parameter(
        name, inspect.Parameter.KEYWORD_ONLY, annotation=annotation, default=default
    )


def _shape(run: Any, options: list[inspect.Parameter]) -> None:
    """Give a function the signature from which the library reads a command's options."""
    first = inspect.Parameter(
        "interaction", inspect.Parameter.POSITIONAL_OR_KEYWORD, annotation=Interaction
    )
    run.__signature__ = inspect.Signature([first, *options])


def _named(interaction: Interaction) -> str:
    """The task of a command, or what was pressed if it is none we know."""
    data: Any = interaction.data
    name = str((data or {}).get("name", "?"))
    return next((task.name for task in TASKS.values() if task.command == name), name)
