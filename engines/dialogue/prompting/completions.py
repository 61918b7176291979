"""L, the language model: one question to any server that speaks OpenAI's protocol, and its answer.

The answer is streamed, so that words can be shown as they come; tool calls are put together from
their pieces. Rate limits, failures of the server and dropped connections are tried again for a
while. What a server does not know (usage in streams, a penalty) it is not asked for again.

The key is in no error and no log: errors carry a short reason and an HTTP status, nothing else.
"""

from __future__ import annotations

import asyncio
import email.utils
import importlib
import ipaddress
import json
import math
import random
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import structlog

from engines.dialogue.prompting.answers import (
    Answer,
    Heard,
    Message,
    ModelFailed,
    cost,
    without_thoughts,
)

if TYPE_CHECKING:
    from openai import APIError, APIStatusError, AsyncOpenAI

log = structlog.get_logger(__name__)

#: Where a model is: its base URL and key. It may have to be started first, so it is awaited.
Address = Callable[[], Awaitable[tuple[str, str]]]

#: Seconds before the second try, doubled for each one after it, at most ``LONGEST_PAUSE_S``.
FIRST_PAUSE_S, LONGEST_PAUSE_S = 0.5, 8.0
#: What a server's model is called that lists none: it has but one, and takes any name.
UNNAMED = "default"
#: Parameters that not every server knows: they are left out once it said so.
_OPTIONAL = (
    "stream_options", "temperature", "frequency_penalty", "repeat_penalty", "response_format",
    "tool_choice",
)  # fmt: skip


class _Retry(Exception):
    """A failure that may pass: its reason, and the seconds the server asks to wait."""

    def __init__(
        self, reason: str, status: int | None = None, after_s: float | None = None
    ) -> None:
        super().__init__(reason)
        self.reason, self.status, self.after_s = reason, status, after_s


class Completions:
    """Chat completions of one model, ``model`` or else the first that the server lists.

    ``connect_s`` bounds making a connection, ``call_s`` one try, ``total_s`` all tries of a
    question with the pauses between them.
    """

    def __init__(
        self,
        base_url: str | Address,
        api_key: str = "",
        model: str | None = None,
        *,
        max_tokens: int = 1024,
        connect_s: float = 5.0,
        call_s: float = 30.0,
        total_s: float = 30.0,
        tries: int = 4,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        clock: Callable[[], float] = time.monotonic,
        jitter: Callable[[], float] = random.random,
    ) -> None:
        self._base_url = base_url
        self._api_key = api_key
        self._model = model
        self._max_tokens = max_tokens
        self._connect_s, self._call_s, self._total_s = connect_s, call_s, total_s
        self._tries = tries
        self._sleep, self._clock, self._jitter = sleep, clock, jitter
        self._client: AsyncOpenAI | None = None
        self._listed: tuple[str, str] | None = None
        self._unknown: set[str] = set()

    async def ask(
        self,
        messages: Sequence[Message],
        *,
        tools: Sequence[Mapping[str, Any]] = (),
        max_tokens: int | None = None,
        words: Callable[[str], None] | None = None,
        enough: Callable[[str], bool] | None = None,
        options: Mapping[str, Any] | None = None,
    ) -> Answer:
        """Ask; raises :class:`ModelFailed`.

        ``words`` is told the text so far, each time it grew; when a try failed midway, it is told
        from the beginning again. ``enough`` is asked of the text so far, and ends the answer.
        ``options`` are further parameters of the protocol, or of this kind of server.
        """
        request: dict[str, Any] = {
            "messages": list(messages),
            "max_tokens": max_tokens or self._max_tokens,
            "temperature": 0,
            "stream": True,
            "stream_options": {"include_usage": True},
        }
        request |= {"tools": list(tools)} if tools else {}
        request |= options or {}
        end = self._clock() + self._total_s
        tried = 0
        while True:
            tried += 1
            left = end - self._clock()
            try:
                return await self._try(request, min(self._call_s, left), words, enough)
            except _Retry as failure:
                pause = self._pause(tried, failure)
                failed = ModelFailed(failure.reason, failure.status)
            if tried >= self._tries or self._clock() + pause >= end:
                log.warning("the language model failed", reason=str(failed), tries=tried)
                raise failed
            log.info("the language model is asked again", reason=str(failed), after_s=round(pause))
            await self._sleep(pause)

    async def close(self) -> None:
        """Let go of the connections."""
        client, self._client = self._client, None
        if client is not None:
            await client.close()

    def _pause(self, tried: int, failure: _Retry) -> float:
        if failure.after_s is not None:
            return failure.after_s
        pause: float = min(FIRST_PAUSE_S * 2 ** (tried - 1), LONGEST_PAUSE_S)
        return pause * (0.75 + 0.5 * self._jitter())

    async def _try(
        self,
        request: dict[str, Any],
        limit_s: float,
        words: Callable[[str], None] | None,
        enough: Callable[[str], bool] | None,
    ) -> Answer:
        """One try: it may take a few requests, until only what the server knows is asked for."""
        # Half a second of work on a small machine, so not in the loop that serves everybody.
        openai = await asyncio.to_thread(importlib.import_module, "openai")
        try:
            async with asyncio.timeout(limit_s):
                client, model = await self._reach(openai)
                while True:
                    known = self._known(request)
                    try:
                        return await _listen(client, known | {"model": model}, words, enough)
                    except openai.APIStatusError as error:
                        if not self._learns(error, known):
                            raise
        # "from None": the library's errors hold the request, and with it the key.
        except (TimeoutError, openai.APITimeoutError):
            raise _Retry("timeout") from None
        except openai.APIConnectionError:
            raise _Retry("unreachable") from None
        except openai.APIStatusError as error:
            raise _of_status(error) from None
        except openai.APIError as error:  # told within the stream
            raise _of_stream(error) from None
        except (json.JSONDecodeError, UnicodeDecodeError):
            raise _Retry("garbled") from None
        except (_Retry, ModelFailed):
            raise
        except Exception as error:  # of an address or a key that makes no request, and who knows
            log.warning("the language model was not asked", error=type(error).__name__)
            raise ModelFailed("bad_request") from None

    async def _reach(self, openai: Any) -> tuple[AsyncOpenAI, str]:
        url, key = await self._address()
        if self._client is None:
            timeout = openai.Timeout(self._call_s, connect=self._connect_s)
            self._client = client_of(openai, url, key, timeout)
        # Shares its connections; a model that is started again may have moved.
        client = self._client.with_options(base_url=url, api_key=key or "none")
        if self._model is not None:
            return client, self._model
        if self._listed is None or self._listed[0] != url:
            try:
                names = [each.id for each in (await client.models.list()).data]
            except openai.NotFoundError:
                names = [UNNAMED]
            except AttributeError:  # the library trips over what is no JSON
                raise _Retry("garbled") from None
            if not names:
                raise ModelFailed("no_model")
            self._listed = (url, names[0])
        return client, self._listed[1]

    async def _address(self) -> tuple[str, str]:
        if isinstance(self._base_url, str):
            return self._base_url, self._api_key
        try:
            return await self._base_url()
        except (ModelFailed, TimeoutError):
            raise
        except Exception as error:
            log.warning("the language model did not start", error=type(error).__name__)
            raise ModelFailed("not_started") from error

    def _known(self, request: dict[str, Any]) -> dict[str, Any]:
        known = {name: value for name, value in request.items() if name not in self._unknown}
        if "max_tokens" in self._unknown and "max_tokens" in request:
            known["max_completion_tokens"] = request["max_tokens"]
        # What the library has no name for goes into the body as it is.
        extra = {name: known.pop(name) for name in ("repeat_penalty",) if name in known}
        return known | ({"extra_body": extra} if extra else {})

    def _learns(self, error: APIStatusError, sent: Mapping[str, Any]) -> bool:
        """Whether the server refused a parameter that can be left out from now on."""
        if error.status_code not in (400, 422):
            return False
        said = f"{error.param} {error.message}"
        asked = {*sent, *sent.get("extra_body", ())}
        found = {name for name in (*_OPTIONAL, "max_tokens") if name in asked and name in said}
        self._unknown |= found
        return bool(found)


def client_of(openai: Any, url: str, key: str, timeout: Any) -> AsyncOpenAI:
    """A client of the server at a base URL, by the library, which takes long to import.

    For a server on this machine no proxy is used, whatever the environment says: it would be told
    what is to stay here, and look for the server on its own machine.
    """
    http = openai.DefaultAsyncHttpxClient(trust_env=False) if _is_here(url) else None
    client: AsyncOpenAI = openai.AsyncOpenAI(
        base_url=url, api_key=key or "none", max_retries=0, timeout=timeout, http_client=http
    )
    return client


def _is_here(url: str) -> bool:
    name = urlsplit(url).hostname or ""
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return name == "localhost"


async def _listen(
    client: AsyncOpenAI,
    request: dict[str, Any],
    words: Callable[[str], None] | None,
    enough: Callable[[str], bool] | None,
) -> Answer:
    """One request, its stream put together."""
    heard, shown = Heard(), ""
    async with await client.chat.completions.create(**request) as stream:
        async for chunk in stream:
            try:
                heard.take(chunk)
            except (AttributeError, TypeError):
                raise _Retry("garbled") from None
            visible = without_thoughts(heard.text)
            if visible == shown:
                continue
            shown = visible
            if words is not None:
                words(shown)
            if enough is not None and enough(shown):
                heard.finish = "enough"
                break
    if not heard.finish:
        raise _Retry("cut_off" if heard.text or heard.calls else "garbled")
    return heard.answer(cost(request["messages"], request.get("tools", ())))


def _of_status(error: APIStatusError) -> Exception:
    status = error.status_code
    if status == 429 and error.code != "insufficient_quota":
        return _Retry("rate_limited", status, _asked_to_wait(error))
    if status in (408, 409) or status >= 500:
        return _Retry("server_error", status, _asked_to_wait(error))
    reasons = {401: "denied", 403: "denied", 404: "no_model", 429: "rate_limited"}
    reason = reasons.get(status, "bad_request")
    log.warning("the language model refused", reason=reason, status=status)
    return ModelFailed(reason, status)


def _of_stream(error: APIError) -> Exception:
    return _Retry("rate_limited" if error.code == "rate_limit_exceeded" else "server_error")


def _asked_to_wait(error: APIStatusError) -> float | None:
    """Seconds of a ``Retry-After``, which is a number or a date."""
    said = error.response.headers.get("retry-after", "")
    try:
        seconds = float(said)
    except ValueError:
        when = email.utils.parsedate_tz(said)
        if when is None:
            return None
        seconds = email.utils.mktime_tz(when) - time.time()
    return max(0.0, seconds) if math.isfinite(seconds) else None
