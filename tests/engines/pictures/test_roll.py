"""The piano roll: a card of its size, with a colour for every part."""

from __future__ import annotations

import io

import numpy as np
from PIL import Image

from engines.composition.brief import understood
from engines.composition.compose import compose
from engines.pictures.roll import COLOURS, HEIGHT, roll


def test_every_part_is_seen() -> None:
    piece = compose(understood("rock music with strings", 3, 20.0))
    image = Image.open(io.BytesIO(roll(piece))).convert("RGB")
    assert image.size == (1200, HEIGHT)
    pixels = np.asarray(image, dtype=int)
    for part in piece.parts:
        near = np.abs(pixels - np.array(COLOURS[part.role])).max(axis=2) < 24
        assert near.sum() > 150, part.role


def test_a_loop_of_drums_alone_and_a_piece_of_one_bar_are_drawn() -> None:
    for wish in ("drum loop", "piano music"):
        assert roll(compose(understood(wish, 0, 4.0))).startswith(b"\x89PNG")
