"""Signs of life over HTTP: alive, ready, measured, and answered to this machine only."""

from __future__ import annotations

import asyncio
import socket
from pathlib import Path

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families
from structlog.testing import capture_logs

from bot import health as health_module
from bot.health import STUCK_S, Health, answers, has_weights, served, waiting_in
from bot.metrics import Metrics
from db.backlog import Backlog
from db.session import Database
from engines import weights
from engines.engine import EngineSpec
from handlers.tally import Tally

SECRET = "123456:tele-gram-token"


class Clock:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


async def get(port: int, path: str, **headers: str) -> httpx.Response:
    async with httpx.AsyncClient(trust_env=False) as client:
        return await client.get(f"http://127.0.0.1:{port}{path}", headers=headers)


def samples(text: bytes) -> dict[str, float]:
    """The value of each sample, by its name and the values of its labels, in their names' order."""
    return {
        " ".join([sample.name, *(sample.labels[name] for name in sorted(sample.labels))]): (
            sample.value
        )
        for family in text_string_to_metric_families(text.decode())
        for sample in family.samples
    }


async def test_a_process_is_alive_while_its_parts_come_round(unused_tcp_port: int) -> None:
    clock = Clock()
    health = Health(clock=clock)
    health.beat("turns")
    health.beat("telegram", within_s=300)
    async with served(health, unused_tcp_port):
        assert (await get(unused_tcp_port, "/healthz")).json() == {"alive": True, "stuck": {}}

        clock.now += STUCK_S + 1
        answer = await get(unused_tcp_port, "/healthz")
        assert answer.status_code == 503
        assert answer.json() == {"alive": False, "stuck": {"turns": STUCK_S + 1}}

        health.rest("turns")
        assert (await get(unused_tcp_port, "/healthz")).status_code == 200
        health.beat("turns")
        assert (await get(unused_tcp_port, "/healthz")).status_code == 200
    with pytest.raises(httpx.ConnectError):
        await get(unused_tcp_port, "/healthz")


async def test_a_process_is_ready_when_nothing_is_missing(unused_tcp_port: int) -> None:
    health = Health(hidden=["", SECRET])
    reason: list[str | None] = [None]

    async def ask() -> str | None:
        return reason[0]

    health.ask("weights", ask)
    health.down("telegram", f"the token {SECRET} is not known; copy it again")
    async with served(health, unused_tcp_port):
        answer = await get(unused_tcp_port, "/readyz")
        assert answer.status_code == 503
        missing = {"telegram": "the token [secret] is not known; copy it again"}
        assert answer.json() == {"ready": False, "leading": False, "missing": missing}

        health.up("telegram")
        health.leading = True
        answer = await get(unused_tcp_port, "/readyz")
        assert answer.status_code == 200
        assert answer.json() == {"ready": True, "leading": True, "missing": {}}

        reason[0] = "whisper-base is not there"
        answer = await get(unused_tcp_port, "/readyz")
        assert answer.json()["missing"] == {"weights": "whisper-base is not there"}
        assert (await get(unused_tcp_port, "/healthz")).status_code == 200


async def test_a_question_that_raises_or_hangs_is_an_answer(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(health_module, "ANSWER_S", 0.05)

    async def raises() -> str | None:
        raise ConnectionError(SECRET)

    async def hangs() -> str | None:
        await asyncio.Event().wait()
        return None

    health = Health()
    health.ask("database", raises)
    health.ask("disk", hangs)
    assert await health.missing() == {
        "database": "it cannot be asked (ConnectionError)",
        "disk": "no answer within 0 s",
    }


async def test_the_database_is_asked(sqlite: Database, tmp_path: Path) -> None:
    health = Health()
    health.ask("database", answers(sqlite))
    assert await health.missing() == {}

    gone = Database(f"sqlite+aiosqlite:///{tmp_path / 'no such folder' / 'earshot.db'}")
    health.ask("database", answers(gone))
    assert await health.missing() == {"database": "it cannot be asked (OperationalError)"}
    await gone.close()


async def test_every_task_needs_one_engine_with_its_weights(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def spec(name: str, task: str, *needs: str) -> EngineSpec:
        return EngineSpec(name, task, object, needs, 0.1, ("cpu",), 1, 1.0)  # type: ignore[arg-type]

    monkeypatch.setattr(weights, "present", lambda name: name == "here")
    register = {
        "Large": spec("Large", "speech_recognition", "here", "not here"),
        "Small": spec("Small", "speech_recognition", "here"),
        "Rules": spec("Rules", "text_to_speech"),
    }
    assert await has_weights(register)() is None
    del register["Small"]
    words = await has_weights(register)()
    assert words is not None
    assert "speech_recognition" in words
    assert "text_to_speech" not in words


async def test_what_happened_and_what_waits_is_measured(unused_tcp_port: int) -> None:
    async def waits() -> Backlog:
        return Backlog({0: 2, 2: 1}, 1, 12.5, {"telegram": 3, "somebody's own": 1}, 4.0)

    health = Health(backlog=waits)
    metrics = health.metrics
    tally = Tally(metrics.turn, metrics.job, metrics.sent, health.beat)
    tally.turn("telegram", "received")
    tally.turn("telegram", "received")
    tally.job("text_to_speech", "done", 3.0)
    tally.job("speech_recognition", "refused", None)
    tally.sent("discord", "retried")
    async with served(health, unused_tcp_port):
        answer = await get(unused_tcp_port, "/metrics")
    assert answer.headers["Content-Type"].startswith("text/plain; version=")
    found = samples(answer.content)
    assert (
        found.items()
        >= {
            "earshot_turns_total telegram received": 2,
            "earshot_jobs_total done text_to_speech": 1,
            "earshot_jobs_total refused speech_recognition": 1,
            "earshot_engine_seconds_count text_to_speech": 1,
            "earshot_engine_seconds_sum text_to_speech": 3,
            "earshot_sends_total retried discord": 1,
            "earshot_leading": 0,
            "earshot_queue_jobs interactive": 2,
            "earshot_queue_jobs normal": 0,
            "earshot_queue_jobs long": 1,
            "earshot_queue_running": 1,
            "earshot_queue_oldest_seconds": 12.5,
            "earshot_outbox_parts telegram": 3,
            "earshot_outbox_parts other": 1,
            "earshot_outbox_oldest_seconds": 4,
        }.items()
    )
    assert found["process_resident_memory_bytes"] > 0


async def test_what_waits_is_left_out_when_it_cannot_be_read() -> None:
    async def waits() -> Backlog:
        raise ConnectionError

    health = Health(backlog=waits)
    health.leading = True
    with capture_logs() as logs:
        found = samples(await health.measured())
    assert found["earshot_leading"] == 1
    assert "earshot_queue_running" not in found
    assert [entry["reason"] for entry in logs] == ["ConnectionError"]


async def test_what_waits_is_read_from_the_database(sqlite: Database) -> None:
    found = samples(await Health(backlog=waiting_in(sqlite)).measured())
    assert found["earshot_queue_running"] == 0


def test_no_label_comes_from_outside() -> None:
    metrics = Metrics()
    metrics.turn("my own platform", "a stage")
    metrics.job("drop table", "?", -1.0)
    metrics.sent(SECRET, SECRET)
    text = metrics.text(Backlog(outbox={SECRET: 1}), leading=False).decode()
    assert SECRET not in text
    assert "drop table" not in text
    assert samples(text.encode())["earshot_jobs_total other other"] == 1


async def test_two_services_in_one_process_count_apart() -> None:
    one, other = Health(), Health()
    one.metrics.turn("console", "received")
    assert "earshot_turns_total console received" in samples(await one.measured())
    assert "earshot_turns_total console received" not in samples(await other.measured())


async def test_a_taken_port_is_said_and_the_service_goes_on() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with capture_logs() as logs:
            async with served(Health(), port):
                went_on = True
    assert went_on
    (line,) = logs
    assert line["log_level"] == "error"
    assert line["port"] == port
    assert "EARSHOT_HEALTH_PORT" in line["event"]


async def test_port_0_is_off() -> None:
    with capture_logs() as logs:
        async with served(Health(), 0):
            pass
    assert not logs


async def test_a_web_page_under_another_name_is_not_answered(unused_tcp_port: int) -> None:
    async with served(Health(), unused_tcp_port):
        statuses = [
            (await get(unused_tcp_port, "/metrics", Host=host)).status_code
            for host in (
                "evil.example",
                f"evil.example:{unused_tcp_port}",
                "localhost:1",
                "[::1]:1",
            )
        ]
        assert statuses == [403, 403, 200, 200]
        async with httpx.AsyncClient(trust_env=False) as client:
            posted = await client.post(f"http://127.0.0.1:{unused_tcp_port}/healthz")
        assert posted.status_code == 405
