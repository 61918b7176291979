"""What ``python -m bot weights`` shows: a table, a progress bar, or plain lines off a terminal."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TransferSpeedColumn
from rich.table import Table

from engines.weights import store
from engines.weights.download import Downloads
from engines.weights.lockfile import Weight
from engines.weights.store import Report, WeightsMissing


def complain(sentence: str) -> int:
    """Print one sentence to the error stream; the exit status 1."""
    Console(stderr=True, soft_wrap=True).print(escape(sentence), highlight=False)
    return 1


def show_list(weights: Sequence[Weight], root: Path) -> int:
    """Print the weights, their size in MB, licence, use, and whether each is in ``root``."""
    table = Table("weight", "MB", "here", "licence", "needed for", title=f"Weights in {root}")
    for weight in weights:
        here = "no" if store.absent(weight, root) else "yes"
        size = f"{weight.size / 1e6:.1f}"
        table.add_row(weight.name, size, here, escape(weight.licence), escape(weight.needed_for))
    Console().print(table)
    return 0


def verify_all(weights: Sequence[Weight], root: Path) -> int:
    """Hash every file again and print the result; 1 when any is missing or wrong."""
    console = Console(soft_wrap=True, highlight=False)
    status = 0
    for weight in weights:
        bad = store.verify(weight, root)
        if not bad:
            console.print(f"{weight.name}: all {len(weight.files)} files are as locked")
        elif len(bad) == len(weight.files) and not (root / weight.name).exists():
            console.print(f"{weight.name}: not fetched")
            status = 1
        else:
            console.print(
                f"{weight.name}: missing or wrong: {', '.join(bad)}; "
                f"`python -m bot weights fetch {weight.name}` replaces them"
            )
            status = 1
    return status


def fetch_all(weights: Sequence[Weight], root: Path) -> int:
    """Fetch the weights one after another; 1 when any could not be had. The others are kept."""
    console = Console(soft_wrap=True, highlight=False)
    status = 0
    try:
        with Downloads() as downloads, _reporting(console) as (report, say):
            for weight in weights:
                begun = time.monotonic()
                try:
                    folder = store.fetch(weight, root, downloads, report)
                except WeightsMissing as error:
                    status = complain(str(error))
                else:
                    took = time.monotonic() - begun
                    say(f"{weight.name}: {weight.size / 1e6:.1f} MB in {folder} ({took:.1f} s)")
    except KeyboardInterrupt:
        return complain("Stopped. What has arrived is kept; the next fetch goes on from there.")
    return status


@contextmanager
def _reporting(console: Console) -> Iterator[tuple[Report, Callable[[str], None]]]:
    """A report callback and a way to print lines that does not disturb it."""
    if not console.is_terminal:
        yield _plain_lines(console), lambda line: console.print(escape(line))
        return
    columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn())
    with Progress(*columns, TransferSpeedColumn(), console=console) as bar:
        tasks = {}

        def report(name: str, done: int, total: int) -> None:
            if name not in tasks:
                tasks[name] = bar.add_task(name, total=total)
            bar.update(tasks[name], completed=done)

        yield report, lambda line: bar.console.print(escape(line))


def _plain_lines(console: Console) -> Report:
    """A line at each quarter, for logs."""
    shown: dict[str, int] = {}

    def report(name: str, done: int, total: int) -> None:
        quarter = 4 * done // total if total else 4
        if quarter > shown.get(name, -1):
            shown[name] = quarter
            console.print(f"{name}: {done / 1e6:.1f} of {total / 1e6:.1f} MB")

    return report
