"""Twelve rounds over many tasks in one channel, with references back; and the page of it."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from engines.dialogue.router import Router
from evals.dialogue import load
from evals.robustness import Outcome, evaluate
from evals.transcript import page
from handlers.analyse import Minds

PAGE = Path(__file__).resolve().parents[2] / "docs" / "dialogue.md"


@pytest.fixture(scope="module")
def held() -> Outcome:
    report = asyncio.run(evaluate(load("twelve_rounds"), Minds(Router())))
    return report.outcomes[0]


def test_twelve_rounds_go_as_expected(held: Outcome) -> None:
    assert len(held.dialogue.rounds) == 12
    assert held.misses() == []


def test_they_use_eight_tasks_at_least_in_one_channel(held: Outcome) -> None:
    done = {each.task for seen in held.seen for each in seen.steps if each.state == "done"}
    assert len(done) >= 8
    assert len(held.dialogue.people) == 2


def test_the_page_is_what_is_held_now(held: Outcome) -> None:
    """Write it anew by ``python -m evals.robustness --transcript > docs/dialogue.md``."""
    assert PAGE.read_text(encoding="utf-8") == page(held.dialogue, held.seen)
