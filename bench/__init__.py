"""Benchmarks: each is a module, prints a table, and writes ``bench/results/NAME.json``."""

from __future__ import annotations

import argparse
import json
import os
import platform
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

RESULTS = Path(__file__).parent / "results"


def arguments(description: str | None, **numbers: int) -> argparse.Namespace:
    """The options of a benchmark: its numbers, with defaults."""
    parser = argparse.ArgumentParser(description=description)
    for name, default in numbers.items():
        parser.add_argument(f"--{name}", type=int, default=default)
    return parser.parse_args()


def publish(
    name: str,
    rows: Sequence[Mapping[str, Any]],
    *,
    goals: Mapping[str, tuple[float, float]],
) -> int:
    """Print and write the rows; ``goals`` are measured values and what they must not pass.

    Returns an exit status: 1 when a goal is missed.
    """
    screen = Console()
    table = Table(title=f"bench/{name}")
    for column in rows[0]:
        table.add_column(column, justify="right")
    for row in rows:
        table.add_row(*("" if value is None else str(value) for value in row.values()))
    screen.print(table)
    for goal, (value, limit) in goals.items():
        word = "met" if value <= limit else "[bold]MISSED[/bold]"
        screen.print(f"{goal}: {value:.2f}, at most {limit:.2f}: {word}")
    RESULTS.mkdir(exist_ok=True)
    machine = {"machine": platform.machine(), "cores": os.cpu_count()}
    found = {**machine, "rows": list(rows), "goals": goals}
    (RESULTS / f"{name}.json").write_text(json.dumps(found, indent=2) + "\n")
    return int(any(value > limit for value, limit in goals.values()))
