"""Who understands, by the settings: whole turns with a scripted language model behind a socket."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile

from bot import doctor, minds, report
from bot.app import App, running
from bot.on_console import Console, incoming
from bot.settings import Settings
from db import turns
from engines.blobs import BlobStore
from handlers.analyse import Minds
from handlers.edge import Address, Part
from handlers.phrases import say
from tests.servers.openai import Fail, OpenAIServer, Request, Say
from tests.servers.openai.server import KEY

Said = Callable[..., Any]


@asynccontextmanager
async def talking(folder: Path, **settings: Any) -> AsyncIterator[tuple[App, Said, list[Part]]]:
    """A service on a console; ``said`` sends a message and gives its turn's report."""
    kept = Settings(data_dir=folder, **settings)
    parts: list[Part] = []

    def show(address: Address, part: Part, paths: Sequence[Path]) -> None:
        parts.append(part)

    edge = Console(BlobStore(kept.blobs_dir), kept.replies_dir, show, "c")
    numbers = iter(range(1000))
    async with running(kept, [edge], ["tests.rehearsal"]) as app:

        async def said(text: str, *files: Path) -> dict[str, Any]:
            update_id = str(next(numbers))
            message = incoming(text, list(files), channel="c", update_id=update_id, author="me")
            turn_id = await app.intake.accept(message)
            assert turn_id is not None
            async with asyncio.timeout(60):
                while True:
                    async with app.database.read() as connection:
                        if (await turns.get(connection, turn_id)).stage == turns.OVER:
                            break
                    await asyncio.sleep(0.05)
            return await report.turn(app.database, app.blobs, turn_id, kept.replies_dir)

        yield app, said, parts


@pytest.fixture
def note(tmp_path: Path) -> Path:
    path = tmp_path / "note.wav"
    soundfile.write(path, 0.1 * np.sin(np.arange(16_000) / 10), 16_000)
    return path


def chain(request: Request) -> Say:
    """Cleans, hears what is left, and says something about it."""
    if "asked" in request.tools:
        return Say(calls=[("asked", {"tasks": ["speech_enhancement", "speech_recognition"]})])
    match len(request.results):
        case 0:
            calls = [
                ("speech_enhancement", {"audio": "a1"}),
                ("later", {"tasks": ["speech_recognition"]}),
            ]
            return Say(calls=calls)
        case 1:
            return Say(calls=[("speech_recognition", {"audio": "s1"})])
    return Say("It is about a handle.")


async def test_a_model_plans_looks_and_speaks(tmp_path: Path, note: Path) -> None:
    async with OpenAIServer(chain) as server:
        remote = {"OPENAI_API_KEY": KEY, "OPENAI_BASE_URL": server.url, "chat": "auto"}
        async with talking(tmp_path / "data", **remote) as (_, said, parts):
            found = await said("clean this and tell me what it is about", note)
        assert not server.refused
        # Every request is answered for: three rounds of one turn.
        assert len(server.requests) >= 3
    assert [(step["task"], step["state"]) for step in found["steps"]] == [
        ("speech_enhancement", "done"),
        ("speech_recognition", "done"),
    ]
    assert parts[-1].text == "It is about a handle."
    assert "It is about a handle." in found["text"]


async def test_without_the_model_the_router_serves_and_says_so(tmp_path: Path, note: Path) -> None:
    async with OpenAIServer(lambda _: Fail(401)) as server:
        remote = {"OPENAI_API_KEY": "wrong", "OPENAI_BASE_URL": server.url, "chat": "plan"}
        async with talking(tmp_path / "data", **remote) as (_, said, parts):
            found = await said("transcribe this", note)
    assert [step["state"] for step in found["steps"]] == ["done"]
    assert parts[0].text == say("model_silent")


async def test_a_talker_answers_what_asks_for_nothing(tmp_path: Path, note: Path) -> None:
    async with OpenAIServer(lambda _: Say("Hello to you.")) as server:
        remote = {"OPENAI_API_KEY": KEY, "OPENAI_BASE_URL": server.url, "chat": "talk"}
        async with talking(tmp_path / "data", **remote) as (_, said, parts):
            heard = await said("transcribe this", note)
            assert not server.requests  # the router needed nobody
            talked = await said("good evening, how was your day?")
    assert [step["task"] for step in heard["steps"]] == ["speech_recognition"]
    assert talked["text"] == "Hello to you."
    assert talked["steps"] == []
    assert parts[-1].text == "Hello to you."


async def test_off_is_the_router_alone(tmp_path: Path) -> None:
    async with talking(tmp_path / "data", OPENAI_API_KEY=KEY, chat="off") as (_, said, _parts):
        found = await said("good evening, how was your day?")
    assert found["text"] == say("not_understood")


async def test_where_words_go_is_told(tmp_path: Path) -> None:
    far = {"OPENAI_API_KEY": KEY, "OPENAI_BASE_URL": "https://models.example/v1", "chat": "auto"}
    async with talking(tmp_path / "data", **far) as (_, said, _parts):
        found = await said("/privacy")
    assert "models.example" in found["text"]
    async with minds.thinking(Settings(chat="talk")) as near:
        assert near.host == ""


async def test_the_small_model_is_fetched_while_the_router_serves(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EARSHOT_WEIGHTS_DIR", str(tmp_path / "weights"))
    begun = asyncio.Event()

    async def fetch(name: str, note: Callable[[float], None]) -> None:
        note(0.4)
        begun.set()
        await asyncio.Event().wait()

    monkeypatch.setattr(minds, "fetch_in_background", fetch)
    noted: list[float] = []
    async with minds.thinking(Settings(chat="auto"), noted.append) as found:
        await begun.wait()
        assert found.fetched() == 0.4
        assert noted == [0.0, 0.4]
        assert isinstance(found, Minds)
    async with minds.thinking(Settings(chat="auto")) as found:  # a single question fetches nothing
        assert found.fetched() == 1.0


async def test_the_doctor_tries_the_model(tmp_path: Path) -> None:
    async def finding(**settings: Any) -> doctor.Finding:
        kept = Settings(data_dir=tmp_path, **settings)
        return next(f for f in await doctor.examine(kept) if f.what == "language model")

    async with OpenAIServer([]) as server:
        here = {"OPENAI_BASE_URL": server.url, "chat": "auto"}
        good = await finding(OPENAI_API_KEY=KEY, **here)
        assert (good.state, good.found) == ("good", f"{server.model} at {server.url}")
        assert (await finding(OPENAI_API_KEY="wrong", **here)).state == "fault"
        other = await finding(OPENAI_API_KEY=KEY, chat_model="other", **here)
        assert other.state == "fault"
        assert server.model in other.do
    gone = await finding(OPENAI_BASE_URL="http://127.0.0.1:1/v1", chat="auto")
    assert gone.state == "fault"
    assert (await finding(chat="off")).state == "note"
