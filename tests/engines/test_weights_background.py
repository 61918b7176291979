"""Fetching behind the service's back: told as it goes, ended at once, tried again when offline."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from engines import weights
from engines.weights import background
from engines.weights.background import fetch_in_background
from tests.engines.test_weights import (
    MODEL,
    REPOSITORY,
    Lock,
    Upstream,
    lock,
    root,
    shelf,
    upstream,
)

# Fixtures, which pytest finds by name.
__all__ = ["lock", "root", "shelf", "upstream"]

#: No wait here is meant to last this long: running into it is a failure.
LIMIT_S = 60.0


def child(lock: Lock) -> Sequence[str]:
    """The real child, reading the test's lock file."""
    code = (
        "import sys; from pathlib import Path\n"
        "from engines.weights import background, lockfile\n"
        f"lockfile.LOCK_FILE = Path({str(lock.path)!r})\n"
        "sys.exit(background.main())\n"
    )
    return [sys.executable, "-c", code]


async def never(seconds: float) -> None:
    raise AssertionError(f"nothing failed, yet it would wait {seconds} s")


async def test_it_arrives_and_is_told_and_logged_on_the_way(
    upstream: Upstream, lock: Lock, root: Path
) -> None:
    upstream.files = {"model.bin": MODEL}
    lock.write(upstream.files, {"*": [upstream.url()]})
    told: list[float] = []
    with capture_logs() as logs:
        async with asyncio.timeout(LIMIT_S):
            folder = await fetch_in_background(
                "net", told.append, root=root, sleep=never, command=child(lock)
            )
    assert (folder / "model.bin").read_bytes() == MODEL
    assert told == sorted(told)
    assert told[-1] == 1.0
    assert any(0 < each < 1 for each in told)
    percents = [entry["percent"] for entry in logs if "percent" in entry]
    assert percents == sorted(set(percents))
    assert percents[-1] == 100
    # What is there is not even looked at by a child.
    await fetch_in_background("net", told.append, root=root, sleep=never, command=["/nowhere"])
    assert len(upstream.asked) == 1


async def test_cancelled_it_ends_at_once_and_goes_on_later(
    upstream: Upstream, lock: Lock, root: Path
) -> None:
    upstream.files = {"model.bin": MODEL}
    upstream.go_on.clear()
    lock.write(upstream.files, {"*": [upstream.url()]})
    half = asyncio.Event()

    def note(fraction: float) -> None:
        if fraction >= 0.499:
            half.set()

    task = asyncio.create_task(
        fetch_in_background("net", note, root=root, sleep=never, command=child(lock))
    )
    async with asyncio.timeout(LIMIT_S):
        await half.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
    assert not weights.present("net", root)
    upstream.go_on.set()
    async with asyncio.timeout(LIMIT_S):
        await fetch_in_background("net", note, root=root, sleep=never, command=child(lock))
    assert (root / "net" / "model.bin").read_bytes() == MODEL
    assert upstream.asked[1] == ("model.bin", f"bytes={len(MODEL) // 2}-")


async def test_offline_it_tries_again_after_ever_longer_pauses(
    upstream: Upstream, shelf: Path, lock: Lock, root: Path
) -> None:
    upstream.files = {"model.bin": MODEL}
    upstream.refuses = True
    lock.write(upstream.files, {"*": [upstream.url()]})
    pauses: list[float] = []

    async def sleep(seconds: float) -> None:
        pauses.append(seconds)
        upstream.refuses = len(pauses) < 3

    with capture_logs() as logs:
        async with asyncio.timeout(LIMIT_S):
            await fetch_in_background(
                "net", lambda _: None, root=root, pause_s=7.0, sleep=sleep, command=child(lock)
            )
    assert pauses == [7.0, 14.0, 28.0]
    assert weights.verify("net", root) == []
    warnings = [entry for entry in logs if entry["log_level"] == "warning"]
    assert len(warnings) == 3
    assert "could not be reached" in warnings[0]["why"]


async def test_a_name_the_lock_file_does_not_have_is_refused(lock: Lock, root: Path) -> None:
    lock.write({"model.bin": MODEL})
    with pytest.raises(weights.WeightsMissing, match="There is no weight 'nut'"):
        await fetch_in_background("nut", lambda _: None, root=root)


def test_the_child_ends_with_whoever_holds_its_input(
    upstream: Upstream, lock: Lock, root: Path
) -> None:
    upstream.files = {"model.bin": MODEL}
    upstream.go_on.clear()
    lock.write(upstream.files, {"*": [upstream.url()]})
    with subprocess.Popen(
        [*child(lock), "net", str(root)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        cwd=REPOSITORY,
        start_new_session=True,
    ) as process:
        assert upstream.asked_first.wait(LIMIT_S)
        assert process.stdin is not None
        process.stdin.close()
        assert process.wait(LIMIT_S) != 0
        assert process.stdout is not None
        process.stdout.read()


async def test_the_child_sees_no_secret_and_the_way_out(
    lock: Lock, root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lock.write({"model.bin": MODEL})
    monkeypatch.setenv("DISCORD_TOKEN", "secret")
    monkeypatch.setenv("https_proxy", "http://proxy.test")
    monkeypatch.setenv("PIP_CONFIG_FILE", "/pip.conf")
    seen = tmp_path / "seen"
    code = f"import os, pathlib; pathlib.Path({str(seen)!r}).write_text(chr(10).join(os.environ))"
    await fetch_in_background(
        "net", lambda _: None, root=root, sleep=never, command=[sys.executable, "-c", code]
    )
    names = seen.read_text().split()
    assert {"https_proxy", "PIP_CONFIG_FILE", "PATH"} <= set(names)
    assert "DISCORD_TOKEN" not in names


def test_importing_it_loads_nothing_heavy() -> None:
    code = (
        f"import sys, {background.__name__}\n"
        "print({'torch', 'transformers', 'xllamacpp'} & set(sys.modules))"
    )
    said = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=True,
        cwd=REPOSITORY,
        env={**os.environ, "PYTHONPATH": str(REPOSITORY)},
    )
    assert said.stdout.strip() == "set()"
