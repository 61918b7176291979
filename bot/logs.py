"""Structured logs: one JSON object a line on standard error, with every secret blotted out."""

from __future__ import annotations

import logging
import sys
from collections.abc import Iterable, MutableMapping
from typing import Any

import structlog

BLOT = "[secret]"
TALKATIVE = (
    "httpx", "httpcore", "httpx2", "httpcore2", "openai", "aiosqlite", "asyncio", "alembic",
    "discord",
)  # fmt: skip


def set_up(level: str, secrets: Iterable[str], *, to_terminal: bool = False) -> None:
    """Send our own and the libraries' logs through one chain."""
    hidden = sorted((each for each in secrets if each), key=len, reverse=True)

    def scrub(_logger: object, _name: str, event: MutableMapping[str, Any]) -> dict[str, Any]:
        return {key: _blotted(value, hidden) for key, value in event.items()}

    shared: list[Any] = [
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
        scrub,
    ]
    renderer: Any = structlog.processors.JSONRenderer(ensure_ascii=False)
    if to_terminal:
        renderer = structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *shared,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for talkative in TALKATIVE:
        # Their lines name URLs (a bot's token is part of one), repeat what people wrote, or say
        # nothing to an operator.
        logging.getLogger(talkative).setLevel(logging.WARNING)


def _blotted(value: Any, hidden: Iterable[str]) -> Any:
    if isinstance(value, str):
        for secret in hidden:
            value = value.replace(secret, BLOT)
        return value
    if isinstance(value, dict):
        return {key: _blotted(each, hidden) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_blotted(each, hidden) for each in value]
    if isinstance(value, int | float | bool | type(None)):
        return value
    return _blotted(str(value), hidden)
