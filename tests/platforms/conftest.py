"""Both platforms' servers in the tests' process, and the service in one of its own."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import suppress
from pathlib import Path

import psutil
import pytest

from tests.servers.discord import DiscordServer
from tests.servers.telegram import TelegramServer

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
async def telegram() -> AsyncIterator[TelegramServer]:
    async with TelegramServer() as server:
        yield server


@pytest.fixture
async def discord_server() -> AsyncIterator[DiscordServer]:
    server = DiscordServer()
    await server.start()
    yield server
    await server.stop()


class Service:
    """The service as a process that can be killed and started again; its log is a file."""

    def __init__(self, folder: Path, environment: dict[str, str], module: str) -> None:
        self.log = folder / "service.log"
        self._module = module
        self._environment = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith("EARSHOT_") and not name.endswith("_TOKEN")
        }
        self._environment |= {
            "EARSHOT_DATA_DIR": str(folder / "data"),
            "EARSHOT_CHAT": "off",  # else it would fetch and start a language model
        } | environment
        self._process: asyncio.subprocess.Process | None = None

    async def start(self) -> None:
        with self.log.open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                sys.executable,
                "-m",
                self._module,
                cwd=ROOT,
                env=self._environment,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )

    def processes(self) -> Sequence[psutil.Process]:
        """The service's process, then the inference process and any other child."""
        assert self._process is not None
        service = psutil.Process(self._process.pid)
        return [service, *service.children(recursive=True)]

    async def kill(self) -> None:
        """SIGKILL the service, and its child as the machine's death would."""
        assert self._process is not None
        for process in self.processes():
            with suppress(psutil.NoSuchProcess):
                process.kill()
        await self._process.wait()
        self._process = None

    async def stop(self) -> int:
        """SIGTERM, and how it ended."""
        assert self._process is not None
        self._process.send_signal(signal.SIGTERM)
        async with asyncio.timeout(30):
            status = await self._process.wait()
        self._process = None
        return status

    async def ended(self, seconds: float = 60.0) -> int:
        """How it ended by itself."""
        assert self._process is not None
        async with asyncio.timeout(seconds):
            status = await self._process.wait()
        self._process = None
        return status

    @property
    def runs(self) -> bool:
        return self._process is not None and self._process.returncode is None

    @property
    def said(self) -> str:
        return self.log.read_text()


class Services:
    """Makes services, and leaves none behind."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._made: list[Service] = []

    def make(self, module: str = "tests.platforms.service", **environment: str) -> Service:
        self._made.append(Service(self._folder, environment, module))
        return self._made[-1]

    async def close(self) -> None:
        for each in self._made:
            if each.runs:
                await each.kill()


@pytest.fixture
async def services(tmp_path: Path) -> AsyncIterator[Services]:
    made = Services(tmp_path)
    yield made
    await made.close()


def reach(
    telegram: TelegramServer | None = None, discord_server: DiscordServer | None = None
) -> dict[str, str]:
    """The environment that names these servers and their tokens."""
    found = {"EARSHOT_HEALTH_PORT": "0"}
    if telegram is not None:
        found |= {"TELEGRAM_TOKEN": telegram.token, "EARSHOT_TELEGRAM_API_URL": telegram.url}
    if discord_server is not None:
        found |= {
            "DISCORD_TOKEN": discord_server.token,
            "EARSHOT_DISCORD_API_URL": discord_server.api_url,
            "EARSHOT_DISCORD_GATEWAY_URL": discord_server.gateway_url,
        }
    return found
