"""What people see of a conversation in the console: the commands ``ask`` and ``chat``."""

from __future__ import annotations

import asyncio
import getpass
import json
import shlex
import signal
import sys
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager, suppress
from pathlib import Path

from prompt_toolkit import PromptSession
from rich.console import Console as Screen
from rich.markup import escape
from rich.text import Text

from bot import report
from bot.app import App, running
from bot.on_console import Console, incoming
from bot.settings import Settings
from db import turns
from engines.blobs import BlobStore
from handlers.edge import Address, Part
from handlers.phrases import say
from handlers.status import status

LOOK_S = 0.25
GREETING = (
    "[bold]Earshot[/bold] is ready. Type a request, with files after [cyan]/send[/cyan]:\n"
    '  [dim]>[/dim] say "Good morning."\n'
    "  [dim]>[/dim] /send recording.ogg transcribe this\n"
    "[dim]“help” shows what it can do, Ctrl-C stops a request, “/quit” leaves.[/dim]"
)
MARKS = {
    "voice": "🔊",
    "audio": "🎵",
    "video": "🎬",
    "video_note": "🎬",
    "picture": "🖼 ",
    "file": "📄",
}


async def ask(
    settings: Settings, text: str, files: list[Path], *, channel: str, as_json: bool
) -> int:
    """One turn; 0 when every step was done."""
    screen = Screen(stderr=True)
    async with _console(settings, None if as_json else Screen(), None, fetches=False) as (
        app,
        edge,
    ):
        turn_id = await submit(app, edge, text, files, channel)
        await _follow(app, turn_id, screen)
        found = await report.turn(app.database, app.blobs, turn_id, settings.replies_dir)
    if as_json:
        sys.stdout.write(json.dumps(found, ensure_ascii=False) + "\n")
    return 0 if all(step["state"] == "done" for step in found["steps"]) else 1


async def chat(settings: Settings, channel: str) -> int:
    """A conversation until the end of input."""
    screen = Screen()
    async with _console(settings, screen, channel) as (app, edge):
        screen.print(GREETING)
        prompt = _prompt()
        while (line := await prompt()) is not None:
            words, files = typed(line)
            if words in ("/quit", "/exit"):
                break
            missing = [path for path in files if not path.is_file()]
            for path in missing:
                screen.print(f"There is no file {escape(str(path))}. Check its path.")
            if (words or files) and not missing:
                turn_id = await submit(app, edge, words, files, channel)
                with _interrupting(app, edge, channel):
                    await _follow(app, turn_id, screen)
    return 0


def typed(line: str) -> tuple[str, list[Path]]:
    """The words and files of a typed line: ``/send FILE words`` sends a file.

    >>> typed("/send 'my note.ogg' clean this")
    ('clean this', [PosixPath('my note.ogg')])
    """
    if not line.startswith("/send "):
        return line.strip(), []
    try:
        file = shlex.split(line)[1]
    except (ValueError, IndexError):
        file = line.removeprefix("/send ").strip()
    rest = line.split(file, 1)[1].lstrip("'\"").strip()
    return rest, [Path(file).expanduser()]


@asynccontextmanager
async def _console(
    settings: Settings, screen: Screen | None, channel: str | None, *, fetches: bool = True
) -> AsyncIterator[tuple[App, Console]]:
    def show(address: Address, part: Part, paths: Sequence[Path]) -> None:
        if screen is not None:
            _print(screen, address, part, paths)

    blobs = BlobStore(settings.blobs_dir)
    edge = Console(blobs, settings.replies_dir, show, channel)
    async with running(settings, [edge], fetches=fetches) as app:
        yield app, edge


async def submit(
    app: App, edge: Console, text: str, files: Sequence[Path], channel: str, author: str = ""
) -> int:
    """Say something on a console, as whoever uses this machine or as ``author``; its turn."""
    author = author or getpass.getuser()
    message = incoming(
        text, list(files), channel=channel, update_id=uuid.uuid4().hex, author=author
    )
    turn_id = await app.intake.accept(message)
    if turn_id is None:
        raise RuntimeError("what is typed here is always for us")
    edge.turns.add(turn_id)
    for delivery in app.deliveries:
        delivery.ring()
    return turn_id


async def _follow(app: App, turn_id: int, screen: Screen) -> None:
    """Show where a turn stands until its reply is out."""
    with screen.status("…") as line:
        while True:
            async with app.database.read() as connection:
                now = await status(connection, turn_id, app.register, app.database.clock())
            if now.stage == turns.OVER:
                return
            line.update(now.words())
            (delivery,) = app.deliveries
            with suppress(TimeoutError):
                async with asyncio.timeout(LOOK_S), delivery.delivered:
                    await delivery.delivered.wait()


@contextmanager
def _interrupting(app: App, edge: Console, channel: str) -> Iterator[None]:
    """Let Ctrl-C mean “cancel” while a request runs; a second one leaves."""
    loop, asked = asyncio.get_running_loop(), set[asyncio.Task[int]]()

    def cancel() -> None:
        asked.add(loop.create_task(submit(app, edge, "cancel", [], channel)))
        loop.remove_signal_handler(signal.SIGINT)

    loop.add_signal_handler(signal.SIGINT, cancel)
    try:
        yield
    finally:
        loop.remove_signal_handler(signal.SIGINT)


def _prompt() -> Callable[[], Awaitable[str | None]]:
    """What reads the next line: with history on a terminal, plainly otherwise; None at the end."""
    if not sys.stdin.isatty():

        async def plain() -> str | None:
            return await asyncio.to_thread(sys.stdin.readline) or None

        return plain
    session: PromptSession[str] = PromptSession("> ")

    async def edited() -> str | None:
        try:
            return await session.prompt_async()
        except (EOFError, KeyboardInterrupt):
            return None

    return edited


def _print(screen: Screen, address: Address, part: Part, paths: Sequence[Path]) -> None:
    if address.again:
        screen.print(say("sent_again"), style="dim", soft_wrap=True)
    if part.text:
        screen.print(Text(part.text), soft_wrap=True)
    mark = MARKS.get(part.kind, "")
    for file, path in zip(part.files, paths, strict=True):
        length = f" ({file.duration_s:.1f} s)" if file.duration_s is not None else ""
        screen.print(
            Text(f"{mark} {file.name}{length}  "), Text(str(path), style="dim"), soft_wrap=True
        )
