"""The report on what was understood."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from engines.dialogue.plan import Missing, Plan, Query, Question, Step
from engines.kinds import Refusal
from evals import consistency
from evals.consistency import Request


class Parrot:
    """Plans the task that a request names in so many words."""

    async def plan(self, query: Query) -> Plan:
        match query.text.split():
            case ["ask", task]:
                raise Missing(Question(task, "audio"), "needs_audio")
            case ["refuse", task]:
                raise Refusal("argument_range", task=task)
            case ["do", task]:
                assert all(asset.handle.startswith("a") for asset in query.attached)
                return Plan((Step(task),))
        return Plan()


REQUESTS: list[Request] = [
    {"text": "do text_to_speech", "files": [], "task": "text_to_speech", "lang": "en"},
    {"text": "ask talking_head", "files": ["image"], "task": "talking_head", "lang": "en"},
    {"text": "refuse text_to_speech", "files": [], "task": "text_to_speech", "lang": "ko"},
    {"text": "do image_captioning", "files": ["image"], "task": "none", "lang": "ko"},
    {"text": "hello", "files": ["audio"], "task": "none", "lang": "en"},
]


async def test_a_report_counts_by_task_and_language_and_names_every_miss() -> None:
    report = await consistency.evaluate(REQUESTS, Parrot())
    assert report.requests == 5
    assert report.accuracy == pytest.approx(0.8)
    assert report.tasks_accuracy == 1.0
    assert report.none_recall == 0.5
    assert report.by_task == {"text_to_speech": 1.0, "talking_head": 1.0, "none": 0.5}
    assert report.by_language == {"en": 1.0, "ko": 0.5}
    (miss,) = report.misses
    assert (miss.task, miss.planned) == ("none", "image_captioning")
    assert "none -> image_captioning | image | do image_captioning" in report.table()


async def test_no_requests_are_no_accident() -> None:
    assert (await consistency.evaluate([], Parrot())).accuracy == 0.0


def test_the_command_prints_json(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "requests.json"
    path.write_text(
        json.dumps([{"text": "hi", "files": [], "task": "none", "lang": "en"}]), encoding="utf-8"
    )
    consistency.main(["--requests", str(path), "--json"])
    assert json.loads(capsys.readouterr().out)["none_recall"] == 1.0


def test_every_example_is_tested_once_and_never_by_a_fit_that_saw_it() -> None:
    tested: list[str] = []
    for train, test in consistency._split(5, consistency.random.Random(1)):
        seen = {text for texts in train.values() for text in texts}
        assert not seen & {request["text"] for request in test}
        tested += [request["text"] for request in test]
    assert len(tested) == len(set(tested))


def test_our_own_set_is_tested_whole_by_fits_that_saw_none_of_it() -> None:
    tested: list[str] = []
    for train, test in consistency._split_own(5, consistency.random.Random(1)):
        seen = {consistency._plain(text) for texts in train.values() for text in texts}
        assert not seen & {consistency._plain(request["text"]) for request in test}
        tested += [request["text"] for request in test]
    own = [each["text"] for path in consistency.OWN for each in consistency.load(path)]
    assert sorted(tested) == sorted(own)
    for task in (*consistency.TASKS, consistency.NONE):
        of_task = [
            r for path in consistency.OWN for r in consistency.load(path) if r["task"] == task
        ]
        assert len(of_task) >= 12
        assert {r["lang"] for r in of_task} == {"en", "ko"}
