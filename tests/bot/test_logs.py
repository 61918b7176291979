"""Logs: one JSON object a line, and no secret in any of them."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator

import pytest
import structlog

from bot import logs


@pytest.fixture(autouse=True)
def _restore() -> Iterator[None]:
    handlers, level = logging.getLogger().handlers[:], logging.getLogger().level
    yield
    logging.getLogger().handlers[:] = handlers
    logging.getLogger().setLevel(level)
    structlog.reset_defaults()


def test_every_line_is_an_object_without_secrets(capsys: pytest.CaptureFixture[str]) -> None:
    logs.set_up("DEBUG", ["hunter2", ""])
    log = structlog.get_logger("ours")
    log.info("signed in with hunter2", token="hunter2", where=["a", {"b": "xhunter2x"}], count=3)
    logging.getLogger("theirs").warning("https://api/bot%s/getMe", "hunter2")
    try:
        raise ValueError("hunter2 is wrong")
    except ValueError:
        log.exception("it failed")
    text = capsys.readouterr().err
    assert "hunter2" not in text
    first, second, third = (json.loads(line) for line in text.splitlines())
    assert (first["event"], first["token"], first["count"]) == (
        "signed in with [secret]",
        "[secret]",
        3,
    )
    assert first["level"] == "info"
    assert second["event"] == "https://api/bot[secret]/getMe"
    assert "[secret] is wrong" in third["exception"]


@pytest.mark.parametrize(
    "client", ["httpx", "httpx2", "httpcore2.http11", "openai._base_client", "discord.http"]
)
def test_clients_that_log_urls_and_words_are_quiet(
    client: str, capsys: pytest.CaptureFixture[str]
) -> None:
    logs.set_up("DEBUG", [])
    logging.getLogger(client).info("GET https://api/bot123:token/getUpdates")
    assert capsys.readouterr().err == ""
