"""The language model's process: its life with a stand-in, and its answers with the real model."""

from __future__ import annotations

import asyncio
import json
import os
import select
import subprocess
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import httpx
import openai
import pytest

from engines.dialogue.local_model import WEIGHT, LocalModel, LocalModelFailed
from engines.dialogue.local_server import Order

REPOSITORY = Path(__file__).parents[3]
FAKE = (sys.executable, str(Path(__file__).with_name("fake_model.py")))
#: Tokens of the longest answer in these tests. A plan as below needs some 50.
LONGEST = 80
#: No wait here is meant to last this long: running into it is a failure.
LIMIT_S = 60.0
IDLE_S = 600.0


class Time:
    """A clock that goes when it is told to, and says when it was read."""

    def __init__(self) -> None:
        self.now = 1000.0
        self._moved = asyncio.Event()
        self._readers: list[asyncio.Future[None]] = []

    def __call__(self) -> float:
        readers, self._readers = self._readers, []
        for reader in readers:
            if not reader.done():
                reader.set_result(None)
        return self.now

    def read(self) -> Awaitable[None]:
        self._readers.append(asyncio.get_running_loop().create_future())
        return asyncio.wait_for(self._readers[-1], LIMIT_S)

    async def sleep(self, seconds: float) -> None:
        until = self.now + seconds
        while self.now < until:
            await self._moved.wait()

    def go(self, seconds: float) -> None:
        self.now += seconds
        self._moved.set()
        self._moved = asyncio.Event()


Make = Callable[..., LocalModel]


@pytest.fixture
async def make(tmp_path: Path) -> AsyncIterator[Make]:
    """Makes models whose process is the stand-in; ``does`` is how it behaves."""
    made = []

    def make(does: str = "plain", **options: Any) -> LocalModel:
        (tmp_path / "model.gguf").write_text(does)
        model = LocalModel(model=tmp_path / "model.gguf", command=FAKE, **options)
        made.append(model)
        return model

    yield make
    for model in made:
        await model.close()


def starts(tmp_path: Path) -> list[int]:
    """The process ids of all that were started."""
    path = tmp_path / "model.starts"
    return [int(line) for line in path.read_text().split()] if path.exists() else []


async def gone(pid: int) -> None:
    """Wait until a process has ended, whoever's child it is."""
    try:
        descriptor = os.pidfd_open(pid)
    except ProcessLookupError:
        return
    try:
        assert (await asyncio.to_thread(select.select, [descriptor], [], [], LIMIT_S))[0]
    finally:
        os.close(descriptor)


async def get(address: tuple[str, str], path: str) -> str:
    base, key = address
    async with httpx.AsyncClient(trust_env=False) as client:
        answer = await client.get(base + path, headers={"Authorization": f"Bearer {key}"})
    return answer.text


async def test_it_starts_when_it_is_asked_for_and_only_once(make: Make, tmp_path: Path) -> None:
    model = make()
    assert model.available()
    assert model.pid is None
    addresses = await asyncio.gather(*(model.address() for _ in range(5)))
    assert len(set(addresses)) == 1
    assert starts(tmp_path) == [model.pid]
    base, key = addresses[0]
    assert base.startswith("http://127.0.0.1:")
    assert base.endswith("/v1")
    assert await get(addresses[0], "/models") == f"Bearer {key}"


async def test_neither_the_key_nor_a_secret_is_to_be_read_from_outside(
    make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DISCORD_TOKEN", "a-secret")
    model = make()
    _, key = await model.address()
    process = Path(f"/proc/{model.pid}")
    seen = (process / "cmdline").read_bytes() + (process / "environ").read_bytes()
    assert key.encode() not in seen
    assert b"a-secret" not in seen


async def test_it_rests_when_idle_and_starts_again(make: Make, tmp_path: Path) -> None:
    time = Time()
    model = make(idle_s=IDLE_S, clock=time, sleep=time.sleep)
    first = await model.address()
    pid = model.pid
    assert pid is not None
    time.go(IDLE_S - 1)
    assert await model.address() == first
    time.go(IDLE_S - 1)
    assert await model.address() == first
    time.go(IDLE_S)
    await gone(pid)
    assert await model.address() != first
    assert len(starts(tmp_path)) == 2


async def test_it_does_not_rest_while_it_answers(make: Make) -> None:
    time = Time()
    model = make(idle_s=IDLE_S, clock=time, sleep=time.sleep)
    address = await model.address()
    pid = model.pid
    assert pid is not None
    heard = time.read()
    await get(address, "/busy/true")
    await heard
    looked = time.read()
    time.go(IDLE_S + 1)
    await looked
    assert model.pid == pid
    heard = time.read()
    await get(address, "/busy/false")
    await heard
    assert model.pid == pid
    time.go(IDLE_S + 1)
    await gone(pid)


async def test_after_a_crash_it_starts_again(make: Make, tmp_path: Path) -> None:
    model = make()
    address = await model.address()
    pid = model.pid
    assert pid is not None
    with pytest.raises(httpx.HTTPError):
        await get(address, "/die")
    await gone(pid)
    assert await model.address() != address
    assert model.pid != pid
    assert len(starts(tmp_path)) == 2


@pytest.mark.parametrize(
    ("does", "reason"),
    [("fails", "the file is no model"), ("dies", "ended at the start (status 5)")],
)
async def test_a_start_that_fails_says_why_and_is_tried_again(
    make: Make, tmp_path: Path, does: str, reason: str
) -> None:
    model = make(does)
    with pytest.raises(LocalModelFailed) as caught:
        await model.address()
    assert reason in caught.value.reason
    (tmp_path / "model.gguf").write_text("plain")
    await model.address()
    assert starts(tmp_path)[-1] == model.pid


@pytest.mark.parametrize("how", ["limit", "cancel", "close"])
async def test_a_start_that_hangs_leaves_nothing(make: Make, tmp_path: Path, how: str) -> None:
    os.mkfifo(tmp_path / "model.fifo")
    model = make("silent", start_s=1.0 if how == "limit" else LIMIT_S)
    asking = asyncio.create_task(model.address())
    assert await asyncio.to_thread((tmp_path / "model.fifo").read_text) == "here"
    if how == "cancel":
        asking.cancel()
    elif how == "close":
        await model.close()
    with pytest.raises(asyncio.CancelledError if how == "cancel" else LocalModelFailed):
        await asking
    assert model.pid is None
    await gone(starts(tmp_path)[0])


async def test_closed_it_stays_closed(make: Make) -> None:
    model = make()
    await model.address()
    pid = model.pid
    assert pid is not None
    await model.close()
    await gone(pid)
    with pytest.raises(LocalModelFailed, match="closed"):
        await model.address()


async def test_without_the_weights_it_says_how_to_get_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EARSHOT_WEIGHTS_DIR", str(tmp_path))
    model = LocalModel(command=FAKE)
    assert not model.available()
    with pytest.raises(LocalModelFailed, match=f"weights fetch {WEIGHT}"):
        await model.address()


async def killed_parent(options: str) -> None:
    """Start a model in another process, kill that one, and see the model's process end."""
    code = (
        "import asyncio; from pathlib import Path\n"
        "from engines.dialogue.local_model import LocalModel\n"
        "async def main():\n"
        f"    model = LocalModel({options})\n"
        "    await model.address()\n"
        "    print(model.pid, flush=True)\n"
        "    await asyncio.Event().wait()\n"
        "asyncio.run(main())\n"
    )
    parent = await asyncio.create_subprocess_exec(
        sys.executable, "-c", code, cwd=REPOSITORY, stdout=subprocess.PIPE
    )
    assert parent.stdout is not None
    while not (line := await parent.stdout.readline()).strip().isdigit():
        assert line, "it ended without a word"
    parent.kill()
    await parent.communicate()
    await gone(int(line))


async def test_it_dies_with_its_parent(tmp_path: Path) -> None:
    (tmp_path / "model.gguf").write_text("plain")
    await killed_parent(f"model=Path({str(tmp_path / 'model.gguf')!r}), command={FAKE!r}")


def test_the_service_never_imports_it() -> None:
    code = (
        "import sys; from engines.dialogue.local_model import LocalModel\n"
        "LocalModel().available()\n"
        "print({'xllamacpp', 'torch', 'transformers'} & set(sys.modules))"
    )
    said = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=REPOSITORY
    )
    assert said.stdout.splitlines()[-1] == "set()"


needs_weights = pytest.mark.skipif(
    not LocalModel().available(),
    reason=f"the language model is not here: python -m bot weights fetch {WEIGHT}",
)

PLAN = {
    "type": "object",
    "properties": {
        "steps": {
            "type": "array",
            "minItems": 1,
            "maxItems": 1,
            "items": {
                "type": "object",
                "properties": {
                    "task": {"enum": ["transcribe", "enhance", "speak", "none"]},
                    "text": {"type": "string", "maxLength": 12},
                },
                "required": ["task", "text"],
                "additionalProperties": False,
            },
        }
    },
    "required": ["steps"],
    "additionalProperties": False,
}


@pytest.fixture
async def client() -> AsyncIterator[openai.AsyncOpenAI]:
    """OpenAI's client, at the real model."""
    model = LocalModel(longest=LONGEST)
    base, key = await model.address()
    own, its = os.getpriority(os.PRIO_PROCESS, 0), os.getpriority(os.PRIO_PROCESS, model.pid or 0)
    assert its == min(19, own + Order("", "").niceness)
    assert key.encode() not in Path(f"/proc/{model.pid}/cmdline").read_bytes()
    async with openai.AsyncOpenAI(
        base_url=base,
        api_key=key,
        max_retries=0,
        timeout=LIMIT_S,
        http_client=openai.DefaultAsyncHttpxClient(trust_env=False),
    ) as client:
        yield client
    await model.close()


def asked(text: str) -> list[Any]:
    return [{"role": "user", "content": text}]


@needs_weights
async def test_it_answers_whole_and_streamed(client: openai.AsyncOpenAI) -> None:
    question = asked("What is the capital of France? Answer with one word.")
    whole = await client.chat.completions.create(
        model="local", messages=question, max_tokens=8, temperature=0
    )
    assert "Paris" in (whole.choices[0].message.content or "")
    assert whole.choices[0].finish_reason == "stop"
    assert whole.usage is not None
    assert whole.usage.completion_tokens <= 8

    pieces = []
    stream = await client.chat.completions.create(
        model="local", messages=question, max_tokens=8, temperature=0, stream=True
    )
    async for chunk in stream:
        pieces += [choice.delta.content or "" for choice in chunk.choices]
    assert len(pieces) > 1
    assert "Paris" in "".join(pieces)


@needs_weights
async def test_no_answer_is_longer_than_the_cap(client: openai.AsyncOpenAI) -> None:
    answer = await client.chat.completions.create(
        model="local",
        messages=asked("Count."),
        max_tokens=5000,
        temperature=0,
        extra_body={"ignore_eos": True},
    )
    assert answer.choices[0].finish_reason == "length"
    assert answer.usage is not None
    assert answer.usage.completion_tokens == LONGEST


@needs_weights
async def test_a_prescribed_answer_always_parses(client: openai.AsyncOpenAI) -> None:
    requests = {"make it clearer": 0.0, "이 녹음을 글로 옮겨 주세요": 0.8, 'say "}]" aloud': 1.5}
    for text, temperature in requests.items():
        answer = await client.chat.completions.create(
            model="local",
            messages=asked(text),
            temperature=temperature,
            response_format={
                "type": "json_schema",
                "json_schema": {"name": "plan", "strict": True, "schema": PLAN},
            },
        )
        plan = json.loads(answer.choices[0].message.content or "")
        (step,) = plan["steps"]
        assert step.keys() == {"task", "text"}
        assert step["task"] in {"transcribe", "enhance", "speak", "none"}
        assert len(step["text"]) <= 12


@needs_weights
async def test_korean_and_the_prompt_it_has_read_already(client: openai.AsyncOpenAI) -> None:
    rules: list[Any] = [{"role": "system", "content": "당신은 친절한 음성 비서입니다. " * 3}]
    counted = []
    for text in ("한국어로 짧게 인사해 주세요.", "대한민국의 수도는 어디인가요?"):
        answer = await client.chat.completions.create(
            model="local", messages=rules + asked(text), max_tokens=12, temperature=0
        )
        assert any("가" <= letter <= "힣" for letter in answer.choices[0].message.content or "")
        assert answer.usage is not None
        assert answer.usage.prompt_tokens_details is not None
        counted.append((answer.usage.prompt_tokens, answer.usage.prompt_tokens_details))
    (_, _), (length, details) = counted
    assert (details.cached_tokens or 0) > length / 2


@needs_weights
async def test_the_real_one_dies_with_its_parent() -> None:
    await killed_parent("")
