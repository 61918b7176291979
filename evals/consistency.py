"""Does Earshot understand what is asked? Task analysis against labelled requests.

The paper's axis of consistency (AudioGPT, section 4): each request, with the files that come with
it, is planned, and the first step's task is held against the label. A question back, or a refusal,
counts as the task it is about. Run it with

    python -m evals.consistency --requests FILE [--json]
    python -m evals.consistency --folds 5 [--json]

``FILE`` holds ``[{"text", "files": ["audio" | "image"...], "task": NAME | "none", "lang"}]``. With
``--folds`` our own set is split, and each part is tested on a router fitted on the task table's
examples and the other parts; with ``--of-examples`` that is done with the examples alone.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import re
import time
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, TypedDict

from engines.dialogue.plan import Asset, Missing, Planner, Query
from engines.dialogue.router import Router
from engines.dialogue.routing.intents import Intents
from engines.kinds import Modality, Refusal
from engines.tasks import NONE, TASKS, examples

SEED = 20_260_101
#: Requests that no example was written from, and nothing was tuned to.
KEPT_APART = Path(__file__).with_name("requests") / "unseen.json"
#: All requests of ours that are no examples; the vocabulary was written with the first at hand.
OWN = (KEPT_APART.with_name("development.json"), KEPT_APART)


class Request(TypedDict):
    """One line of a file of requests."""

    text: str
    files: list[Modality]
    task: str
    lang: str


@dataclass(frozen=True, slots=True)
class Miss:
    """A request that was understood otherwise; ``planned`` is empty where planning broke."""

    text: str
    files: Sequence[str]
    task: str
    planned: str
    lang: str


@dataclass(frozen=True, slots=True)
class Report:
    """Shares of requests understood, and how long it took in ms."""

    requests: int
    accuracy: float
    tasks_accuracy: float
    none_recall: float
    by_task: Mapping[str, float]
    by_language: Mapping[str, float]
    p50_ms: float
    p95_ms: float
    misses: Sequence[Miss]

    def table(self, misses: int | None = None) -> str:
        """For people to read; of the ``misses`` at most so many."""
        rows = [f"{'task':<24} accuracy"]
        rows += [f"{task:<24} {share:8.1%}" for task, share in sorted(self.by_task.items())]
        rows.append("")
        rows += [f"{lang:<24} {share:8.1%}" for lang, share in sorted(self.by_language.items())]
        rows.append("")
        rows.append(f"{'tasks':<24} {self.tasks_accuracy:8.1%}")
        rows.append(f"{'none, recall':<24} {self.none_recall:8.1%}")
        rows.append(f"{f'all {self.requests}':<24} {self.accuracy:8.1%}")
        rows.append(f"{'milliseconds':<24} {self.p50_ms:.1f} (p50), {self.p95_ms:.1f} (p95)")
        for miss in self.misses[:misses]:
            files = "+".join(miss.files) or "no file"
            rows.append(f"{miss.task} -> {miss.planned or 'broke'} | {files} | {miss.text}")
        return "\n".join(rows)


@dataclass(frozen=True, slots=True)
class _Tried:
    request: Request
    planned: str
    ms: float


async def evaluate(requests: Sequence[Request], planner: Planner) -> Report:
    """Have every request planned, one after the other."""
    return _report(await _try_all(requests, planner))


async def cross_validate(folds: int, *, of_examples: bool = False, seed: int = SEED) -> Report:
    """The router on our own set, each request classified by a fit that never saw it.

    It is fitted on the table's examples and all but one part of the set, without what is in that
    part word for word; or, ``of_examples``, on all but one part of the examples, and tested there.
    """
    tried: list[_Tried] = []
    generator = random.Random(seed)  # noqa: S311 - no secret
    for train, test in (_split if of_examples else _split_own)(folds, generator):
        router = Router(intents=Intents(train))
        tried += await _try_all(test, router)
    return _report(tried)


def _split_own(
    folds: int, generator: random.Random
) -> Iterator[tuple[Mapping[str, Sequence[str]], Sequence[Request]]]:
    """For each fold what to fit on, and the requests of our own set to test on."""
    own = [request for path in OWN for request in load(path)]
    generator.shuffle(own)
    for fold in range(folds):
        test = own[fold::folds]
        held = {_plain(request["text"]) for request in test}
        train = {task: list(examples(task)) for task in (*TASKS, NONE)}
        for request in own:
            train[request["task"]].append(request["text"])
        yield (
            {task: [t for t in texts if _plain(t) not in held] for task, texts in train.items()},
            test,
        )


def _plain(text: str) -> str:
    """The text as far as it may not be seen again: its letters and digits."""
    return "".join(re.findall(r"\w+", text.casefold()))


def _split(
    folds: int, generator: random.Random
) -> Iterator[tuple[Mapping[str, Sequence[str]], Sequence[Request]]]:
    """For each fold the examples to fit on, and those to test on, in every task's proportion."""
    shuffled = {}
    for task in (*TASKS, NONE):
        texts = list(dict.fromkeys(examples(task)))
        generator.shuffle(texts)
        shuffled[task] = texts
    for fold in range(folds):
        train = {
            task: [text for place, text in enumerate(texts) if place % folds != fold]
            for task, texts in shuffled.items()
        }
        test = [
            _labelled(text, task, place // folds)
            for task, texts in shuffled.items()
            for place, text in enumerate(texts)
            if place % folds == fold
        ]
        yield train, test


def _labelled(text: str, task: str, place: int) -> Request:
    """An example with what its task takes; every other one that means none with a recording."""
    sent: list[Modality] = ["audio"] if place % 2 else []
    files = sent if task == NONE else list(TASKS[task].takes)
    lang = "ko" if re.search(r"[가-힣ㄱ-ㅎ]", text) else "en"
    return {"text": text, "files": files, "task": task, "lang": lang}


async def _try_all(requests: Sequence[Request], planner: Planner) -> list[_Tried]:
    if requests:  # what is loaded or fitted first is no part of a decision
        await _planned(planner, Query("hello"))
    tried = []
    for request in requests:
        sent = tuple(
            Asset(f"a{number}", modality, 10.0 if modality == "audio" else None)
            for number, modality in enumerate(request["files"], start=1)
        )
        began = time.perf_counter()
        planned = await _planned(planner, Query(request["text"], sent, locale=request["lang"]))
        tried.append(_Tried(request, planned, 1000 * (time.perf_counter() - began)))
    return tried


async def _planned(planner: Planner, query: Query) -> str:
    """The task a query was understood to ask for."""
    try:
        plan = await planner.plan(query)
    except Missing as missing:
        return missing.question.task
    except Refusal as refusal:
        return str(refusal.facts.get("task", ""))
    return plan.steps[0].task if plan.steps else NONE


def _report(tried: Sequence[_Tried]) -> Report:
    by_task: dict[str, list[bool]] = defaultdict(list)
    by_language: dict[str, list[bool]] = defaultdict(list)
    misses = []
    for each in tried:
        request = each.request
        right = each.planned == request["task"]
        by_task[request["task"]].append(right)
        by_language[request["lang"]].append(right)
        if not right:
            texts = (request["text"], request["files"], request["task"])
            misses.append(Miss(*texts, planned=each.planned, lang=request["lang"]))
    times = sorted(each.ms for each in tried)
    tasks = [right for task, found in by_task.items() if task != NONE for right in found]
    return Report(
        requests=len(tried),
        accuracy=_share([right for found in by_task.values() for right in found]),
        tasks_accuracy=_share(tasks),
        none_recall=_share(by_task.get(NONE, [])),
        by_task={task: _share(found) for task, found in by_task.items()},
        by_language={lang: _share(found) for lang, found in by_language.items()},
        p50_ms=_quantile(times, 0.5),
        p95_ms=_quantile(times, 0.95),
        misses=misses,
    )


def _share(right: Sequence[bool]) -> float:
    return sum(right) / len(right) if right else 0.0


def _quantile(ordered: Sequence[float], at: float) -> float:
    return ordered[min(len(ordered) - 1, int(at * len(ordered)))] if ordered else 0.0


def load(path: Path) -> list[Request]:
    """The requests of a file."""
    requests: list[Request] = json.loads(path.read_text(encoding="utf-8"))
    return requests


def main(arguments: Sequence[str] | None = None) -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    chosen = parser.add_mutually_exclusive_group(required=True)
    chosen.add_argument("--requests", type=Path)
    chosen.add_argument("--folds", type=int)
    parser.add_argument("--of-examples", action="store_true", help="split these instead")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--misses", type=int, default=None, help="print at most so many")
    given = parser.parse_args(arguments)
    if given.folds:
        report = asyncio.run(cross_validate(given.folds, of_examples=given.of_examples))
    else:
        report = asyncio.run(evaluate(load(given.requests), Router()))
    if given.json:
        shown: dict[str, Any] = asdict(report)
        shown["misses"] = shown["misses"][: given.misses]
        print(json.dumps(shown, ensure_ascii=False, indent=2))
    else:
        print(report.table(given.misses))


if __name__ == "__main__":
    main()
