"""Asking a language model over a socket, with the real client: streams, failures, and patience."""

from __future__ import annotations

import asyncio
import email.utils
import logging
import subprocess
import sys
import time
import traceback
from collections.abc import Sequence
from typing import Any

import pytest

from engines.dialogue.prompting.answers import Answer, Call, ModelFailed, cost
from engines.dialogue.prompting.completions import Completions
from engines.dialogue.prompting.tokens import tokens
from tests.servers.openai import Cut, Fail, Hold, OpenAIServer, Page, Say
from tests.servers.openai.server import KEY, Reply

ASK = [{"role": "system", "content": "Be kind."}, {"role": "user", "content": "Hello?"}]
TOOL = {
    "type": "function",
    "function": {
        "name": "speak",
        "description": "Speak.",
        "parameters": {"type": "object", "properties": {"text": {"type": "string"}}},
    },
}


class Clock:
    """Time that passes only in pauses."""

    def __init__(self) -> None:
        self.now = 0.0
        self.pauses: list[float] = []

    def __call__(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.pauses.append(seconds)
        self.now += seconds


def completions(server: OpenAIServer, clock: Clock | None = None, **more: Any) -> Completions:
    clock = clock or Clock()
    given = {"api_key": KEY, "model": server.model} | more
    base_url = given.pop("base_url", server.url)
    return Completions(base_url, sleep=clock.sleep, clock=clock, jitter=lambda: 0.5, **given)


async def ask(
    replies: Sequence[Reply],
    clock: Clock | None = None,
    *,
    more: dict[str, Any] | None = None,
    **asking: Any,
) -> Answer:
    async with OpenAIServer(replies) as server:
        model = completions(server, clock, **(more or {}))
        try:
            return await model.ask(ASK, **asking)
        finally:
            await model.close()
            assert not server.refused


async def failure(replies: Sequence[Reply], clock: Clock | None = None, **more: Any) -> ModelFailed:
    with pytest.raises(ModelFailed) as raised:
        await ask(replies, clock, more=more)
    return raised.value


async def test_words_come_as_they_are_said() -> None:
    heard: list[str] = []
    answer = await ask([Say("Hello there, how are you?", pieces=6)], words=heard.append)
    assert answer == Answer("Hello there, how are you?", (), 123, "stop")
    assert heard == ["Hello ", "Hello there,", "Hello there, how a", "Hello there, how are you",
                     "Hello there, how are you?"]  # fmt: skip


async def test_tool_calls_are_put_together_from_their_pieces() -> None:
    said = Say(calls=[("speak", {"text": "안녕 and hello"}), ("speak", '{"text": "bro')], pieces=3)
    answer = await ask([said], tools=[TOOL])
    assert [call.name for call in answer.calls] == ["speak", "speak"]
    assert answer.calls[1] == Call("call-1", "speak", '{"text": "bro')
    assert answer.finish == "tool_calls"


async def test_what_is_asked_for_is_what_the_protocol_allows() -> None:
    async with OpenAIServer([Say("hi")]) as server:
        model = completions(server, max_tokens=77)
        await model.ask(ASK, tools=[TOOL], options={"frequency_penalty": 0.4})
        await model.close()
        (request,) = server.requests
    assert request.body["temperature"] == 0
    assert request.body["max_tokens"] == 77
    assert request.body["stream"] is True
    assert request.body["stream_options"] == {"include_usage": True}
    assert request.body["frequency_penalty"] == 0.4
    assert list(request.tools) == ["speak"]


@pytest.mark.parametrize("unknown", ["stream_options", "temperature", "max_tokens"])
async def test_what_a_server_does_not_know_is_left_out_from_then_on(unknown: str) -> None:
    async with OpenAIServer([Say("hi")], refuses={unknown}) as server:
        model = completions(server)
        for _ in range(2):
            assert (await model.ask(ASK)).text == "hi"
        await model.close()
        assert len(server.refused) == 1
        assert len(server.requests) == 2
        if unknown == "max_tokens":
            assert server.requests[0].body["max_completion_tokens"] == 1024


async def test_several_unknown_parameters_are_left_out_one_by_one() -> None:
    refuses = {"stream_options", "repeat_penalty", "frequency_penalty"}
    async with OpenAIServer([Say("hi")], refuses=refuses) as server:
        model = completions(server)
        options = {"repeat_penalty": 1.1, "frequency_penalty": 0.1}
        answer = await model.ask(ASK, options=options)
        await model.close()
    assert answer.text == "hi"
    assert answer.tokens == cost(ASK) + tokens("hi")  # nobody told, so it is estimated


async def test_the_first_model_listed_serves_if_none_is_named() -> None:
    async with OpenAIServer([Say("hi")]) as server:
        server.models = [server.model, "another"]
        model = completions(server, model=None)
        for _ in range(3):
            await model.ask(ASK)
        await model.close()
        assert server.listed == 1
        assert server.requests[0].body["model"] == server.model


@pytest.mark.parametrize(("models", "reason"), [([], "no_model"), (None, "garbled")])
async def test_a_list_without_models(models: list[str] | None, reason: str) -> None:
    async with OpenAIServer([Say("hi")]) as server:
        server.models = models
        model = completions(server, model=None, tries=1)
        with pytest.raises(ModelFailed) as raised:
            await model.ask(ASK)
        await model.close()
    assert raised.value.reason == reason


async def test_a_server_that_lists_no_models_has_but_one() -> None:
    async with OpenAIServer([Say("hi")], model="default") as server:
        server.lists = False
        model = completions(server, model=None)
        assert (await model.ask(ASK)).text == "hi"
        await model.close()


async def test_an_address_is_asked_for_each_time() -> None:
    async with OpenAIServer([Say("one")]) as first, OpenAIServer([Say("two")]) as second:
        places = iter([(first.url, KEY), (second.url, KEY)])

        async def address() -> tuple[str, str]:
            return next(places)

        model = completions(first, base_url=address, model=None)
        assert (await model.ask(ASK)).text == "one"
        assert (await model.ask(ASK)).text == "two"
        await model.close()
        assert (first.listed, second.listed) == (1, 1)


async def test_a_model_that_does_not_start() -> None:
    async def address() -> tuple[str, str]:
        raise OSError("no room")

    async with OpenAIServer([Say("hi")]) as server:
        model = completions(server, base_url=address)
        with pytest.raises(ModelFailed, match="not_started"):
            await model.ask(ASK)
        await model.close()


async def test_a_rate_limit_is_waited_for_as_long_as_it_says() -> None:
    clock = Clock()
    later = email.utils.formatdate(time.time() + 9, usegmt=True)
    answer = await ask([Fail(429, "2.5"), Fail(429, later), Fail(429), Say("hi")], clock)
    assert answer.text == "hi"
    assert clock.pauses[0] == 2.5
    assert 7 < clock.pauses[1] <= 9
    assert clock.pauses[2] == 2.0  # nothing said: the third pause of its own


async def test_a_rate_limit_beyond_all_patience_is_not_waited_for() -> None:
    clock = Clock()
    failed = await failure([Fail(429, "3600")], clock, total_s=30)
    assert (failed.reason, failed.status, clock.pauses) == ("rate_limited", 429, [])


async def test_server_errors_are_tried_again_ever_later() -> None:
    clock = Clock()
    assert (await ask([Fail(500), Fail(503), Fail(502), Say("hi")], clock)).text == "hi"
    assert clock.pauses == [0.5, 1.0, 2.0]
    failed = await failure([Fail(500)], tries=3)
    assert (failed.reason, failed.status) == ("server_error", 500)


async def test_all_tries_together_have_an_end() -> None:
    clock = Clock()
    await failure([Fail(500)], clock, total_s=6, tries=100)
    assert clock.now <= 6
    assert len(clock.pauses) == 3  # 0.5 + 1 + 2, and 4 more would be too long


@pytest.mark.parametrize("drop", [False, True])
async def test_a_stream_that_ends_early_is_tried_again(drop: bool) -> None:
    heard: list[str] = []
    cut = Cut(Say("Hello there", pieces=3), after=3, drop=drop)
    answer = await ask([cut, Say("Hello there", pieces=20)], words=heard.append)
    assert answer.text == "Hello there"
    assert heard[-1] == "Hello there"
    failed = await failure([Cut(Say("Hello there"), drop=drop)], tries=2)
    assert failed.reason == ("unreachable" if drop else "cut_off")


@pytest.mark.parametrize(
    "page",
    [
        Page(),
        Page("not json", media_type="application/json"),
        Page("data: {broken\n\n", media_type="text/event-stream"),
        Page('data: "hello"\n\n', media_type="text/event-stream"),
        Page('data: {"choices": [{"delta": null}]}\n\n', media_type="text/event-stream"),
        Page("", media_type="text/event-stream"),
    ],
)
async def test_what_is_not_the_protocol(page: Page) -> None:
    assert (await failure([page], tries=2)).reason == "garbled"


async def test_an_error_told_within_the_stream() -> None:
    told = 'data: {"error": {"message": "overloaded", "code": 500}}\n\n'
    page = Page(told, media_type="text/event-stream")
    assert (await failure([page], tries=2)).reason == "server_error"


async def test_a_server_that_never_answers() -> None:
    assert (await failure([Hold()], call_s=0.05, tries=2)).reason == "timeout"


async def test_nobody_there() -> None:
    async with OpenAIServer([Say("hi")]) as server:
        url = server.url
    model = Completions(url, KEY, "m", tries=1)
    with pytest.raises(ModelFailed, match="unreachable"):
        await model.ask(ASK)
    await model.close()


@pytest.mark.parametrize("name", ["127.0.0.1", "localhost"])
async def test_no_proxy_is_told_what_is_for_this_machine(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for each in ("NO_PROXY", "no_proxy"):
        monkeypatch.delenv(each, raising=False)
    async with OpenAIServer([Say("hi")]) as server, OpenAIServer([Say("no")]) as proxy:
        for each in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
            monkeypatch.setenv(each, proxy.url.removesuffix("/v1"))
        model = completions(server, base_url=server.url.replace("127.0.0.1", name))
        assert (await model.ask(ASK)).text == "hi"
        await model.close()
        far = completions(server, base_url="http://models.example/v1", tries=1)
        assert (await far.ask(ASK)).text == "no"
        await far.close()


@pytest.mark.parametrize(
    ("url", "key"),
    [
        ("http://127.0.0.1:1/v1", "“sk-hunter2”"),
        ("http://[hunter2/v1", KEY),
        ("http://hunter2:99999999/v1", KEY),
        ("http://hunter2 /v1", KEY),
    ],
)
async def test_what_makes_no_request_is_a_failure_like_others(
    url: str, key: str, caplog: pytest.LogCaptureFixture
) -> None:
    model = Completions(url, key, "m", tries=1)
    with pytest.raises(ModelFailed, match=r"bad_request|unreachable") as raised:
        await model.ask(ASK)
    await model.close()
    assert "hunter2" not in "".join(traceback.format_exception(raised.value)) + caplog.text


async def test_a_question_can_be_called_off() -> None:
    hold = Hold()
    async with OpenAIServer([hold]) as server:
        model = completions(server)
        asking = asyncio.create_task(model.ask(ASK))
        await hold.arrived.wait()
        asking.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asking
        await model.close()


async def test_a_refusal_is_final() -> None:
    for status, reason in (
        (401, "denied"),
        (403, "denied"),
        (404, "no_model"),
        (400, "bad_request"),
    ):
        clock = Clock()
        assert (await failure([Fail(status)], clock)).reason == reason
        assert clock.pauses == []
    quota = Fail(429, "1", code="insufficient_quota")
    assert (await failure([quota])).reason == "rate_limited"


async def test_the_key_is_in_no_error_and_no_log(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    wrong = "sk-secret-0123456789"
    async with OpenAIServer([Say("hi")]) as server:
        model = completions(server, api_key=wrong)
        with pytest.raises(ModelFailed) as raised:
            await model.ask(ASK)
        await model.close()
    told = "".join(traceback.format_exception(raised.value)) + repr(raised.value.__dict__)
    assert raised.value.reason == "denied"
    assert wrong not in told
    assert wrong not in caplog.text
    assert wrong not in repr(vars(raised.value))


async def test_an_answer_ends_when_it_is_enough() -> None:
    answer = await ask([Say("la " * 50, pieces=3)], enough=lambda text: len(text) > 9)
    assert answer.finish == "enough"
    assert answer.text == "la la la la "
    assert answer.tokens > 0


async def test_thinking_aloud_is_not_part_of_the_answer() -> None:
    heard: list[str] = []
    said = Say("<think>They greet me.</think>\n\nHello!", pieces=5)
    assert (await ask([said], words=heard.append)).text == "Hello!"
    assert heard[-1] == "Hello!"
    assert all("think" not in each for each in heard if len(each) > 6)


@pytest.mark.parametrize(
    ("text", "least", "most"),
    [
        ("", 0, 0),
        ("The quick brown fox jumps over the lazy dog.", 10, 16),
        ("이 녹음에서 잡음을 없애 줘", 12, 20),
        ("これを文字に起こしてください", 12, 18),
        ("Привет, как дела?", 6, 12),
        ("🙂🙂🙂", 3, 9),
    ],
)
def test_the_estimate_is_near_what_tokenizers_say_and_above(
    text: str, least: int, most: int
) -> None:
    assert least <= tokens(text) <= most


def test_importing_it_does_not_import_the_client() -> None:
    code = (
        "import sys, engines.dialogue.prompting.completions, engines.dialogue.planning\n"
        "assert not {'openai', 'httpx', 'httpx2', 'torch'} & sys.modules.keys()"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
