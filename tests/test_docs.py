"""docs/complaints.md names every complaint, and for each a test that exists and has its number."""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "complaints.md"
COMPLAINTS = range(1, 26)
ROW = re.compile(r"^\|\s*(\d+)\s*\|(.*)\|(.*)\|(.*)\|$", re.MULTILINE)
TEST = re.compile(r"`([^`]+)`")


def rows() -> dict[int, str]:
    """The last cell of each row, by the number in its first."""
    found = [(int(number), tests) for number, *_, tests in ROW.findall(PAGE.read_text())]
    assert len(found) == len(dict(found)), "a number is there twice"
    return dict(found)


@cache
def functions(path: str) -> frozenset[str]:
    """The names of a file's tests, by reading it."""
    tree = ast.parse((ROOT / path).read_text())
    return frozenset(
        node.name for node in tree.body if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    )


def test_every_complaint_is_there() -> None:
    assert list(rows()) == list(COMPLAINTS)


@pytest.mark.parametrize("number", COMPLAINTS)
def test_a_complaint_names_tests_that_exist(number: int) -> None:
    named = TEST.findall(rows()[number])
    assert named, "a complaint without a test"
    for each in named:
        path, _, name = each.partition("::")
        assert (ROOT / path).is_file(), each
        assert name in functions(path), each
        assert name.startswith(f"test_{number}_"), each
