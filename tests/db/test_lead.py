"""One process leads; at its death, however it dies, the next one does."""

from __future__ import annotations

import asyncio
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from db.lead import lead
from db.session import Database

ROOT = Path(__file__).resolve().parents[2]
LEADER = """
import asyncio, sys
from db.lead import lead
from db.session import Database
async def main():
    async with lead(Database(sys.argv[1])):
        print("leading", flush=True)
        await asyncio.Event().wait()
asyncio.run(main())
"""


async def test_a_second_process_waits_and_takes_over_after_sigkill(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("db.lead.RETRY_S", 0.01)
    with subprocess.Popen(
        [sys.executable, "-c", LEADER, database.url], cwd=ROOT, stdout=subprocess.PIPE, text=True
    ) as leader:
        assert leader.stdout is not None
        assert await asyncio.to_thread(leader.stdout.readline) == "leading\n"
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.3), lead(database):
                pass
        leader.send_signal(signal.SIGKILL)
        async with asyncio.timeout(20), lead(database):
            pass
