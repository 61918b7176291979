"""The table of sounds, ``sounds.toml``, and what renders one by its name."""

from __future__ import annotations

import functools
import importlib
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np

from engines.kinds import Samples

FILE = Path(__file__).with_name("sounds.toml")
RATE = 44_100


#: A procedure: a generator, seconds and Hz -> [frames], the same for the same generator.
Render = Callable[[np.random.Generator, float, int], Samples]


@dataclass(frozen=True, slots=True)
class Row:
    """One sound: ``key`` is its "module.function", the rest as ``sounds.toml`` says.

    ``once`` is the length in s at which one call is heard and no second, where it has calls.
    """

    key: str
    names: tuple[str, ...]
    korean: tuple[str, ...]
    kind: Literal["bed", "event", "calls"]
    seconds: float
    level: float
    classes: tuple[str, ...]
    family: tuple[str, ...] = ()
    wide: bool = False
    once: float | None = None

    @property
    def name(self) -> str:
        """The name that people are told."""
        return self.names[0]

    def render(self, seed: int, seconds: float | None = None, rate: int = RATE) -> Samples:
        """The sound [frames]; the same bytes for the same seed.

        Another sound of the same seed shares nothing with it. Raises ValueError for no length.
        """
        module, _, function = self.key.partition(".")
        procedure: Render = getattr(importlib.import_module(f"engines.foley.{module}"), function)
        generator = np.random.default_rng([seed, *self.key.encode()])
        return procedure(generator, seconds or self.seconds, rate)


@functools.cache
def sounds() -> Mapping[str, Row]:
    """Every sound by its own name, in the order of the file."""
    modules = tomllib.loads(FILE.read_text("utf-8"))
    rows = (
        _row(f"{module}.{function}", fields)
        for module, functions in modules.items()
        for function, fields in functions.items()
    )
    return {row.name: row for row in rows}


def _row(key: str, fields: Mapping[str, Any]) -> Row:
    lists = {name: tuple(value) for name, value in fields.items() if isinstance(value, list)}
    return Row(key, **{**fields, **lists})
