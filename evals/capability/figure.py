"""A measured figure of one task, beside what goes in, what a plain method gives, and the goal."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Figure:
    """One row of the table: ``metric`` of a ``task`` on ``data``, with its ``unit``.

    ``ours`` is what the engine reaches, ``plain`` what ``baseline`` does: what went in, chance, or
    the simplest method there is. ``goal`` is the least wanted, or the most where ``lower`` is
    better.
    """

    task: str
    data: str
    metric: str
    ours: float
    unit: str = ""
    plain: float | None = None
    baseline: str = ""
    goal: float | None = None
    lower: bool = False

    @property
    def met(self) -> bool | None:
        """Whether the goal is reached; None where there is none."""
        if self.goal is None:
            return None
        return self.ours <= self.goal if self.lower else self.ours >= self.goal


def line(figure: Figure) -> str:
    """A row of a Markdown table."""
    ours = f"**{_number(figure.ours)}**{figure.unit}"
    plain = "" if figure.plain is None else f"{_number(figure.plain)}{figure.unit}"
    if figure.baseline:
        plain = f"{plain} ({figure.baseline})".strip()
    goal = ""
    if figure.goal is not None:
        sign = "≤" if figure.lower else "≥"
        goal = f"{sign} {figure.goal:g}{figure.unit}, {'met' if figure.met else 'not met'}"
    return f"| {figure.task} | {figure.data} | {figure.metric} | {ours} | {plain} | {goal} |"


HEAD = "| task | data | metric | ours | plain | goal |\n|---|---|---|---|---|---|"


def table(figures: Iterable[Figure]) -> str:
    """All rows with their head."""
    return "\n".join([HEAD, *map(line, figures)])


def tally(figures: Iterable[Figure]) -> str:
    """How many goals are met, in a sentence."""
    met = [figure.met for figure in figures if figure.met is not None]
    return f"{sum(met)} of {len(met)} goals are met."


def _number(value: float) -> str:
    """Three decimals below 1, else one; none that are nought."""
    return f"{value:.{3 if abs(value) < 1 else 1}f}".rstrip("0").rstrip(".")
