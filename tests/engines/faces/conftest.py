"""The networks, read once, and pictures with a face or without one."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from engines import weights
from engines.faces.finder import FaceFinder, Pixels, opened
from evals.capability.pictures import photos


@pytest.fixture(scope="session")
def mesh_folder() -> Path:
    """The folder of the face's networks, as ``weights.folder`` gives it."""
    return weights.default_root() / "face-mesh"


@pytest.fixture(scope="session")
def finder(mesh_folder: Path) -> FaceFinder:
    return FaceFinder(mesh_folder)


@pytest.fixture(scope="session")
def pictures() -> dict[str, Path]:
    """Photographs by their names: an astronaut, a cat, a cup, a palace and more."""
    return {path.stem: path for path in photos()}


@pytest.fixture(scope="session")
def astronaut(pictures: dict[str, Path]) -> Pixels:
    return opened(pictures["astronaut"])


def laid(canvas: Pixels, picture: Pixels, side: int, left: int, top: int) -> None:
    """Put a picture, ``side`` pixels large, into another."""
    small = Image.fromarray(picture).resize((side, side), Image.Resampling.LANCZOS)
    canvas[top : top + side, left : left + side] = np.asarray(small)
