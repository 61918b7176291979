"""The picture of what is heard when: a row for each class, the brighter the surer.

Of a long recording, a column shows the highest of the scores that fall on it, so that a short sound
does not vanish.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from PIL import Image, ImageDraw

from engines.kinds import Samples
from engines.pictures import card
from engines.pictures.card import CARD, FIRST, LABEL, LAST, MARGIN, SCALE, TITLE, WIDTH

#: Where the rows begin, how high one is, and what of it is left free.
TOP, TITLED_TOP = 36, 62
ROW, BETWEEN = 30, 4
NAMES = 300
#: Below the last row: the axis and its labels.
FOOT = 62
#: A row in which nothing is heard is a shade lighter than the card.
GROUND = (34, 38, 52)


def posteriorgram(
    scores: Samples, names: Sequence[str], hop_s: float, seconds: float, title: str = ""
) -> bytes:
    """A PNG, 1200 pixels wide, for ``scores`` [classes, patches] in 0..1, one row each.

    Patch ``k`` is centred on ``k * hop_s`` seconds; ``seconds`` is the length of the recording.
    """
    top = TITLED_TOP if title else TOP
    height = top + ROW * max(1, len(names)) + FOOT
    image, draw = card.blank(height)
    if title:
        place = (MARGIN * SCALE, 32 * SCALE)
        draw.text(place, card.shortened(title), TITLE, card.font(20), anchor="lm")
    width = WIDTH - MARGIN - NAMES
    for number, name in enumerate(names):
        middle = top + number * ROW + ROW // 2
        place = ((NAMES - 16) * SCALE, middle * SCALE)
        draw.text(place, _fitted(name, draw), TITLE, card.font(17), anchor="rm")
        row = _row(_columns(scores[number], hop_s, seconds, width))
        image.paste(row, (NAMES * SCALE, (middle - (ROW - BETWEEN) // 2) * SCALE))
    if not names:
        centre = ((NAMES + WIDTH - MARGIN) // 2 * SCALE, (top + ROW // 2) * SCALE)
        draw.text(centre, "nothing recognised", LABEL, card.font(17), anchor="mm")
    card.time_axis(draw, seconds, height - FOOT + 10, left=NAMES)
    return card.png(image)


def _columns(scores: Samples, hop_s: float, seconds: float, width: int) -> Samples:
    """The scores of ``width`` columns: between patches in a line, else the highest on it."""
    if not len(scores) or seconds <= 0:
        return np.zeros(width, dtype=np.float32)
    edges = np.linspace(0, seconds, width + 1) / hop_s
    at = (edges[:-1] + edges[1:]) / 2
    columns = np.interp(at, np.arange(len(scores)), scores)
    for number, (start, end) in enumerate(pairwise(edges)):
        inside = scores[int(np.ceil(start)) : int(np.floor(end)) + 1]
        columns[number] = max(columns[number], inside.max(initial=0.0))
    return np.asarray(columns, dtype=np.float32)


def _row(columns: Samples) -> Image.Image:
    """A band of the row's colours, ``SCALE`` times as large as it will be."""
    share = np.linspace(0, 1, len(columns))[:, None]
    bright = np.array(FIRST) + (np.array(LAST) - np.array(FIRST)) * share
    # By the square root: what is heard weakly is to be seen.
    strength = np.sqrt(np.clip(columns, 0, 1))[:, None]
    colours = np.array(GROUND) * (1 - strength) + bright * strength
    band = Image.fromarray(np.asarray(colours, dtype=np.uint8)[None])
    size = (len(columns) * SCALE, (ROW - BETWEEN) * SCALE)
    row = Image.new("RGB", size, CARD)
    row.paste(band.resize(size, Image.Resampling.NEAREST), (0, 0), _shape(size))
    return row


def _shape(size: tuple[int, int]) -> Image.Image:
    mask = Image.new("L", size)
    box = (0, 0, size[0] - 1, size[1] - 1)
    ImageDraw.Draw(mask).rounded_rectangle(box, 5 * SCALE, 255)
    return mask


def _fitted(name: str, draw: ImageDraw.ImageDraw) -> str:
    """The name, or as much of its beginning as there is room for."""
    room = (NAMES - 16 - MARGIN + 12) * SCALE
    if draw.textlength(name, card.font(17)) <= room:
        return name
    while name and draw.textlength(name + "…", card.font(17)) > room:
        name = name[:-1]
    return name.rstrip(" ,(") + "…"
