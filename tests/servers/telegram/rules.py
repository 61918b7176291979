"""What the Bot API refuses and in which words, how fast it may be used, and how it can fail.

The descriptions are those of tdlib/telegram-bot-api and of reports by bots' authors. Where no
source was found (too many or too few messages in an album, a draft's id) they are made up, and
nothing may depend on their words.
"""

from __future__ import annotations

import json
import math
import random
import re
import struct
import time
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

MB = 1 << 20
DOWNLOAD_BYTES, UPLOAD_BYTES, LOCAL_BYTES = 20 * MB, 50 * MB, 2000 * MB
PHOTO_BYTES = 10 * MB
TEXT, CAPTION = 4096, 1024
ACTIONS = (
    *("typing", "choose_sticker", "find_location"),
    *("record_video", "record_voice", "record_video_note"),
    *("upload_photo", "upload_video", "upload_voice", "upload_document", "upload_video_note"),
)


class ApiError(Exception):
    """An answer that is not ok."""

    def __init__(self, code: int, description: str, **parameters: int) -> None:
        super().__init__(description)
        self.code = code
        self.description = description
        self.parameters = parameters

    def body(self) -> dict[str, Any]:
        answer: dict[str, Any] = {
            "ok": False,
            "error_code": self.code,
            "description": self.description,
        }
        if self.parameters:
            answer["parameters"] = self.parameters
        return answer


def bad(description: str) -> ApiError:
    return ApiError(400, f"Bad Request: {description}")


def units(text: str) -> int:
    """UTF-16 code units, in which Telegram counts."""
    return len(text.encode("utf-16-le")) // 2


def check_text(text: str | None) -> str:
    if text is None or not text.strip():
        raise bad("message text is empty")
    if units(text) > TEXT:
        raise bad("message is too long")
    return text


def check_caption(text: str | None) -> str:
    if text is not None and units(text) > CAPTION:
        raise bad("message caption is too long")
    return text or ""


def check_keyboard(markup: dict[str, Any] | None) -> list[list[dict[str, Any]]]:
    rows = (markup or {}).get("inline_keyboard", [])
    for button in (button for row in rows for button in row):
        if not button.get("text"):
            raise bad("can't parse inline keyboard button: Text must be non-empty")
        if not 1 <= len(button.get("callback_data", "").encode()) <= 64:
            raise bad("BUTTON_DATA_INVALID")
    return list(rows)


def check_voice(data: bytes) -> None:
    """Clients show anything else as a file; here it is an error, so that no test misses it."""
    if not data.startswith(b"OggS") or b"OpusHead" not in data[:128]:
        raise bad("VOICE_FILE_INVALID")


def check_photo(data: bytes) -> None:
    if len(data) > PHOTO_BYTES:
        raise bad(
            f"file of size {len(data)} bytes is too big for a photo; "
            f"the maximum size is {PHOTO_BYTES} bytes"
        )
    if data.startswith(b"\x89PNG\r\n\x1a\n") and len(data) >= 24:
        width, height = struct.unpack(">II", data[16:24])
        ratio = max(width, height) / max(1, min(width, height))
        if width + height > 10000 or ratio > 20:
            raise bad("PHOTO_INVALID_DIMENSIONS")
    elif not data.startswith(b"\xff\xd8"):
        raise bad("IMAGE_PROCESS_FAILED")


def check_commands(commands: list[dict[str, str]]) -> None:
    if len(commands) > 100:
        raise bad("BOT_COMMANDS_TOO_MUCH")
    for each in commands:
        if not re.fullmatch(r"[a-z0-9_]{1,32}", each["command"]):
            raise bad("BOT_COMMAND_INVALID")
        if not 1 <= len(each["description"]) <= 256:
            raise bad("BOT_COMMAND_DESCRIPTION_INVALID")


class Meter:
    """Counts what is sent and edited, answers 429 over the rates, and remembers that it had to.

    A chat: one message a second, and a burst of three (the documentation allows "short bursts"
    without a number: a bucket of three that one a second refills). A group: 20 in any 60 seconds,
    in which an album counts as its messages. All: 30 in any second. What is refused is not
    counted. ``clock`` is in seconds: one that runs faster makes the rates so many times milder.
    """

    BURST = 3

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self.clock = clock
        self.violations: list[str] = []
        self.counted: dict[int, int] = {}
        self._buckets: dict[int, tuple[float, float]] = {}
        self._minutes: dict[int, deque[float]] = {}
        self._second: deque[float] = deque()

    def count(self, chat: int, messages: int = 1) -> None:
        now = self.clock()
        left, since = self._buckets.get(chat, (float(self.BURST), now))
        left = min(float(self.BURST), left + now - since)
        minute = self._minutes.setdefault(chat, deque())
        _drop(minute, now - 60)
        _drop(self._second, now - 1)
        if left < 1:
            self._refuse(f"chat {chat}: over 1 message a second", 1 - left)
        if chat < 0 and len(minute) + messages > 20:
            self._refuse(f"group {chat}: over 20 messages a minute", 60 - (now - minute[0]))
        if len(self._second) + messages > 30:
            self._refuse("over 30 messages a second", 1)
        self._buckets[chat] = (left - 1, now)
        minute.extend([now] * messages)
        self._second.extend([now] * messages)
        self.counted[chat] = self.counted.get(chat, 0) + messages

    def _refuse(self, violation: str, seconds: float) -> None:
        self.violations.append(violation)
        raise flood(max(1, math.ceil(seconds)))


def flood(seconds: int) -> ApiError:
    return ApiError(429, f"Too Many Requests: retry after {seconds}", retry_after=seconds)


def _drop(times: deque[float], before: float) -> None:
    while times and times[0] <= before:
        times.popleft()


@dataclass
class Fault:
    """What goes wrong with a request: an error in place of its answer, or no answer.

    ``after`` says that the request is carried out all the same. Without ``error`` the connection
    is cut. ``page`` answers as a proxy does, with HTML. ``skip`` requests go well before.
    """

    error: ApiError | None = None
    after: bool = False
    page: bool = False
    method: str | None = None
    chat: int | None = None
    times: int = 1
    skip: int = 0


@dataclass
class Faults:
    """What goes wrong: as written down by :meth:`next`, or by chance at a ``rate``."""

    rate: float = 0.0
    kinds: tuple[str, ...] = ("429", "500", "502", "cut_before", "cut_after")
    methods: tuple[str, ...] | None = None
    random: random.Random = field(default_factory=lambda: random.Random(0))
    made: list[str] = field(default_factory=list)
    _next: list[Fault] = field(default_factory=list)

    def next(self, fault: Fault) -> None:
        """Let this happen to the next request that it fits."""
        self._next.append(fault)

    def at_random(
        self, rate: float, seed: int, *, kinds: Iterable[str] = (), methods: Iterable[str] = ()
    ) -> None:
        self.rate, self.random = rate, random.Random(seed)
        self.kinds = tuple(kinds) or self.kinds
        self.methods = tuple(methods) or None

    def pick(self, method: str, chat: int | None) -> Fault | None:
        for fault in self._next:
            if fault.method in (None, method) and fault.chat in (None, chat):
                if fault.skip:
                    fault.skip -= 1
                    continue
                fault.times -= 1
                if fault.times <= 0:
                    self._next.remove(fault)
                return fault
        if self.methods is not None and method not in self.methods:
            return None
        if self.rate and self.random.random() < self.rate:
            kind = self.random.choice(self.kinds)
            self.made.append(f"{method}: {kind}")
            return {
                "429": Fault(flood(1)),
                "500": Fault(ApiError(500, "Internal Server Error")),
                "502": Fault(ApiError(502, "Bad Gateway")),
                "cut_before": Fault(),
                "cut_after": Fault(after=True),
            }[kind]
        return None


class Params:
    """A request's parameters, which all come as text."""

    def __init__(self, values: dict[str, Any], files: dict[str, tuple[str, str, bytes]]) -> None:
        self.values = values
        self.files = files

    @classmethod
    async def of(cls, request: web.Request) -> Params:
        """As JSON, as a form, or in parts with files."""
        values: dict[str, Any] = dict(request.query)
        files: dict[str, tuple[str, str, bytes]] = {}
        if request.content_type == "application/json":
            values |= await request.json()
        elif request.content_type == "multipart/form-data":
            async for part in await request.multipart():
                if part.filename is None:
                    values[part.name] = await part.text()
                else:
                    media_type = part.headers.get("Content-Type", "")
                    files[part.name] = (part.filename, media_type, bytes(await part.read()))
        else:
            values |= await request.post()
        return cls(values, files)

    def text(self, name: str) -> str | None:
        value = self.values.get(name)
        return None if value is None else str(value)

    def number(self, name: str) -> int | None:
        value = self.values.get(name)
        return None if value in (None, "") else int(float(value))

    def json(self, name: str) -> Any:
        value = self.values.get(name)
        return json.loads(value) if isinstance(value, str) and value else value

    def file(self, name: str) -> tuple[str, str, bytes]:
        """Name, type and bytes of an upload: in a field of its own, or attached by name."""
        said = self.text(name) or ""
        found = self.files.get(said.removeprefix("attach://") or name)
        if found is None:
            raise bad(f"there is no {name} in the request")
        if not found[2]:
            raise bad("file must be non-empty")
        return found
