"""``python -m bot doctor``: is everything there that the service needs, and if not, what to do."""

from __future__ import annotations

import asyncio
import json
import platform
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Coroutine
from dataclasses import asdict, dataclass
from typing import Any, Literal
from urllib.parse import urlsplit

import imageio_ffmpeg
from rich.console import Console as Screen
from rich.markup import escape
from rich.table import Table
from sqlalchemy.exc import SQLAlchemyError

from bot.minds import OPENAI
from bot.platform import SignInFailed
from bot.serve import SIGN_IN_S, built
from bot.settings import MB, Settings
from db.migrate import current, newest
from db.session import Database
from engines import weights
from engines.dialogue.local_model import WEIGHT as LOCAL_MODEL
from engines.dialogue.prompting.completions import client_of
from engines.engine import engines
from engines.loop.child import DRIVER, device
from engines.weights import hub
from handlers.edge import Unreachable

LEAST_PYTHON = (3, 11)
LEAST_DISK_MB = 1024
MARKS = {"good": "[green]✓[/green]", "note": "[yellow]·[/yellow]", "fault": "[red]✗[/red]"}
#: Telegram: bot id, colon, 35 characters. Discord: three base64 pieces with dots between.
TELEGRAM_TOKEN = re.compile(r"\d{6,}:[\w-]{30,}")
DISCORD_TOKEN = re.compile(r"[\w-]{20,}\.[\w-]{6}\.[\w-]{27,}")


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at: what was found, and for a fault what to do about it."""

    what: str
    state: Literal["good", "note", "fault"]
    found: str
    do: str = ""


Check = Callable[[Settings], Coroutine[Any, Any, list[Finding]]]


async def command(settings: Settings, *, as_json: bool) -> int:
    """Print all findings; 0 when none is a fault."""
    found = await examine(settings)
    if as_json:
        sys.stdout.write(json.dumps([asdict(each) for each in found], ensure_ascii=False) + "\n")
    else:
        table = Table.grid(padding=(0, 2))
        for each in found:
            words = escape(each.found) + (f"\n→ {escape(each.do)}" if each.do else "")
            table.add_row(MARKS[each.state], each.what, words)
        Screen().print(table)
    return int(any(each.state == "fault" for each in found))


async def examine(settings: Settings) -> list[Finding]:
    """Every check's findings, in order."""
    return [finding for check in CHECKS for finding in await check(settings)]


async def _python(_settings: Settings) -> list[Finding]:
    version = platform.python_version()
    if tuple(int(part) for part in platform.python_version_tuple()[:2]) >= LEAST_PYTHON:
        return [Finding("Python", "good", version)]
    return [Finding("Python", "fault", version, "Install Python 3.11 or newer and run make again.")]


async def _ffmpeg(_settings: Settings) -> list[Finding]:
    do = "Run “pip install -r requirements.txt” again: its imageio-ffmpeg package brings one."
    try:
        program = imageio_ffmpeg.get_ffmpeg_exe()
        output = await asyncio.to_thread(
            subprocess.run, [program, "-version"], capture_output=True, check=True, timeout=30
        )
    except (RuntimeError, OSError, subprocess.SubprocessError) as error:
        return [Finding("ffmpeg", "fault", f"it does not run: {error}", do)]
    return [Finding("ffmpeg", "good", output.stdout.decode().split(" Copyright")[0])]


async def _weights(_settings: Settings) -> list[Finding]:
    findings = []
    for name in sorted({each for spec in engines().values() for each in spec.weights}):
        size = weights.catalogue()[name].size / MB
        if await asyncio.to_thread(weights.present, name):
            findings.append(Finding("weights", "good", f"{name}, {size:.0f} MB"))
        else:
            do = f"Run “python -m bot weights fetch {name}” while the machine is online."
            if name == "kokoro-voices":
                do += " Until then speech comes in one small voice."
            findings.append(Finding("weights", "fault", f"{name} is not there", do))
    return findings


async def _models(settings: Settings) -> list[Finding]:
    """Whether the models that are chosen are here; the hub is not asked."""
    findings = []
    for task, model in settings.models.items():
        if await asyncio.to_thread(hub.held, model, hub.CHOICES[task]):
            findings.append(Finding("models", "good", f"{model} for {task}"))
        else:
            found = f"{model} for {task} is fetched when it is first needed"
            findings.append(Finding("models", "note", found))
    return findings


async def _database(settings: Settings) -> list[Finding]:
    database = Database(settings.database)
    if database.file is not None and not database.file.exists():
        return [Finding("database", "note", f"{database.file} is made at the first start")]
    try:
        revision = await current(database)
    except (SQLAlchemyError, OSError) as error:
        reason = str(getattr(error, "orig", None) or error)
        do = "Start the database, or correct EARSHOT_DATABASE_URL in .env."
        return [Finding("database", "fault", f"it cannot be reached: {reason}", do)]
    finally:
        await database.close()
    if revision != newest():
        found = f"its schema is {revision}, this version needs {newest()}"
        return [Finding("database", "note", found, "The next start upgrades it (with a backup).")]
    return [Finding("database", "good", f"schema {revision}")]


async def _disk(settings: Settings) -> list[Finding]:
    folder = settings.data_dir.absolute()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            free = shutil.disk_usage(folder).free / MB
    except OSError as error:
        do = "Give the service's user the right to write there, or set EARSHOT_DATA_DIR in .env."
        return [Finding("data folder", "fault", f"{folder}: {error.strerror}", do)]
    if free < LEAST_DISK_MB:
        do = "Make room, or set EARSHOT_DATA_DIR in .env to a larger disk."
        return [Finding("data folder", "fault", f"{folder}: {free:.0f} MB free", do)]
    return [Finding("data folder", "good", f"{folder}, {free / 1024:.0f} GB free")]


async def _tokens(settings: Settings) -> list[Finding]:
    findings = []
    for name, token, shape in (
        ("TELEGRAM_TOKEN", settings.telegram_token, TELEGRAM_TOKEN),
        ("DISCORD_TOKEN", settings.discord_token, DISCORD_TOKEN),
    ):
        if token is None:
            findings.append(Finding(name, "note", "not set; the console serves without"))
        elif shape.fullmatch(token.get_secret_value()):
            findings.append(await _signed_in(name, settings))
        else:
            do = f"Copy the token again from the developer portal into {name} in .env."
            findings.append(Finding(name, "fault", "does not look like a token", do))
    return findings


async def _signed_in(name: str, settings: Settings) -> Finding:
    """Whether the platform takes the token, and what else it wants changed."""
    found = Finding(name, "good", "set, and the platform takes it")
    for each in built(settings):
        if name.lower().startswith(each.platform):
            try:
                async with asyncio.timeout(SIGN_IN_S):
                    await each.sign_in()
            except SignInFailed as error:
                found = Finding(name, "fault", "set, but the platform refuses it", str(error))
            except (Unreachable, TimeoutError):
                found = Finding(name, "note", "set; the platform cannot be reached from here now")
        await each.close()
    return found


async def _language_model(settings: Settings) -> list[Finding]:
    what = "language model"
    if settings.mode == "off":
        return [Finding(what, "note", "off; requests are understood by rules, and nobody talks")]
    if settings.has_model:
        return [await _model_server(what, settings)]
    if await asyncio.to_thread(weights.present, LOCAL_MODEL):
        return [Finding(what, "good", f"{LOCAL_MODEL}, on this machine")]
    found = f"{LOCAL_MODEL} is fetched after the first start; until then nobody talks"
    return [Finding(what, "note", found)]


async def _model_server(what: str, settings: Settings) -> Finding:
    """Whether the server that is set answers, and has the model that is set."""
    import openai  # noqa: PLC0415 (half a second, for one check)

    address = settings.openai_base_url or OPENAI
    parts = urlsplit(address)  # it may hold a password, which is not shown
    url = f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"
    key = settings.openai_api_key
    client = client_of(openai, address, key.get_secret_value() if key else "", SIGN_IN_S)
    try:
        names = [model.id for model in (await client.models.list()).data]
    except (openai.AuthenticationError, openai.PermissionDeniedError):
        return Finding(what, "fault", f"{url} refuses the key", "Correct OPENAI_API_KEY in .env.")
    except Exception as error:  # the library trips over what is no JSON
        do = "Start the server, or correct OPENAI_BASE_URL in .env; it ends in /v1 mostly."
        found = f"{url} does not answer as one ({type(error).__name__})"
        return Finding(what, "fault", found, do)
    finally:
        await client.close()
    name = settings.chat_model or next(iter(names), None)
    if name not in names:
        found = f"{url} has no model {settings.chat_model or 'at all'}"
        do = f"Set EARSHOT_CHAT_MODEL in .env to one of: {', '.join(names[:8])}."
        return Finding(what, "fault", found, do)
    return Finding(what, "good", f"{name} at {url}")


async def _gpu(_settings: Settings) -> list[Finding]:
    if await asyncio.to_thread(device) == "cuda":
        return [Finding("GPU", "good", "CUDA works")]
    if DRIVER.exists():
        do = "Install a driver that fits this torch, or a torch built for this driver."
        return [Finding("GPU", "fault", "there is an NVIDIA GPU that torch cannot use", do)]
    return [Finding("GPU", "note", "none; the processor does the work")]


CHECKS: tuple[Check, ...] = (
    _python,
    _ffmpeg,
    _weights,
    _models,
    _database,
    _disk,
    _tokens,
    _language_model,
    _gpu,
)
