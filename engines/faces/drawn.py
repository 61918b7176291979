"""The portrait of those who send none: a drawn person, in plain shapes and soft light.

Every shape is a smooth closed curve, drawn at twice its size and brought down, then softened; light
and shade are shapes too, blurred. Coordinates are pixels from the point between the eyes, ORIGIN.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from engines.faces.brush import Canvas, Curve, ellipse, line, shape
from engines.faces.finder import Pixels

#: The picture's side: in any shape of video the frame stays within it.
SIDE = 1600

WALL, WALL_LIT = (128, 150, 164), (196, 210, 216)
SKIN, SHADE, LIT, BLUSH = (224, 176, 146), (176, 118, 92), (243, 206, 180), (222, 138, 118)
HAIR, HAIR_LIT, HAIR_DARK = (74, 52, 42), (116, 84, 66), (44, 31, 27)
LIP, LIP_DARK, LIP_LIT, SEAM = (206, 128, 114), (188, 106, 96), (230, 164, 150), (112, 56, 50)
SHIRT, SHIRT_LIT, SHIRT_DARK = (52, 112, 116), (82, 146, 146), (32, 78, 84)
WHITE, IRIS, IRIS_DARK, DARK = (244, 240, 236), (112, 84, 58), (58, 40, 30), (34, 24, 22)

FACE: Curve = (
    *((0, -150), (-72, -140), (-122, -92), (-140, -10), (-136, 70), (-122, 132), (-88, 190)),
    *((-48, 228), (0, 240), (48, 228), (88, 190), (122, 132), (136, 70), (140, -10)),
    *((122, -92), (72, -140)),
)
NECK: Curve = ((-74, 150), (-78, 250), (-96, 310), (0, 380), (96, 310), (78, 250), (74, 150))
BODY: Curve = (
    *((-92, 298), (-180, 330), (-300, 380), (-372, 470), (-410, 640), (-430, 1100), (0, 1150)),
    *((430, 1100), (410, 640), (372, 470), (300, 380), (180, 330), (92, 298), (60, 350)),
    *((0, 376), (-60, 350)),
)
HAIR_BACK: Curve = (
    *((0, -246), (-84, -232), (-146, -178), (-174, -90), (-172, 0), (-152, 70), (-116, 120)),
    *((0, 140), (116, 120), (152, 70), (172, 0), (174, -90), (146, -178), (84, -232)),
)
HAIR_FRONT: Curve = (
    *((-10, -252), (-90, -234), (-150, -178), (-177, -92), (-170, -14), (-152, 30), (-143, 8)),
    *((-138, -40), (-112, -92), (-52, -122), (36, -134), (92, -112), (124, -78), (140, -30)),
    *((144, 8), (153, 30), (171, -14), (178, -92), (150, -178), (86, -234)),
)
UPPER_LIP: Curve = (
    *((-56, 152), (-30, 144), (-11, 139), (0, 142), (11, 139), (30, 144), (56, 152), (30, 158)),
    *((0, 160), (-30, 158)),
)
LOWER_LIP: Curve = (
    *((-56, 152), (-28, 158), (0, 159), (28, 158), (56, 152), (34, 173), (0, 181), (-34, 173)),
)


@lru_cache(maxsize=1)
def portrait() -> Pixels:
    """The drawn portrait [1600, 1600, 3]; always the same, not to be written into."""
    canvas = _wall()
    _body(canvas)
    _face(canvas)
    for side in (-1, 1):
        _eye(canvas, side)
    _nose(canvas)
    _mouth(canvas)
    _fringe(canvas)
    found = np.clip(np.rint(canvas), 0, 255).astype(np.uint8)
    found.setflags(write=False)
    return found


def _wall() -> Canvas:
    """A wall, lit from the upper left."""
    y, x = np.mgrid[0:SIDE, 0:SIDE].astype(np.float32) / SIDE
    near = np.exp(-(((x - 0.42) / 0.42) ** 2) - ((y - 0.34) / 0.45) ** 2)[..., None]
    dim, lit = np.array(WALL, dtype=np.float32), np.array(WALL_LIT, dtype=np.float32)
    return np.asarray(dim * (1 - near) + lit * near, dtype=np.float32)


def _body(canvas: Canvas) -> None:
    shape(canvas, HAIR_BACK, HAIR_DARK)
    shape(canvas, NECK, SKIN)
    # The chin's shadow on the neck.
    shape(canvas, ellipse(6, 236, 104, 58), SHADE, soft=22, strength=0.85, within=NECK)
    shape(canvas, ellipse(60, 270, 40, 90), SHADE, soft=22, strength=0.45, within=NECK)
    shape(canvas, BODY, SHIRT)
    shape(canvas, ellipse(-230, 470, 120, 160), SHIRT_LIT, soft=60, strength=0.6, within=BODY)
    shape(canvas, ellipse(300, 560, 140, 260), SHIRT_DARK, soft=70, strength=0.7, within=BODY)
    for start, end in (((-92, 300), (0, 384)), ((92, 300), (0, 384))):
        hem = [start, (start[0] * 0.72, 346), (end[0] * 3, 376), end]
        line(canvas, hem, SHIRT_DARK, 15, strength=0.85, soft=1.5)


def _face(canvas: Canvas) -> None:
    for side in (-1, 1):
        ear = ellipse(side * 144, 26, 22, 42)
        shape(canvas, ear, SKIN)
        shape(canvas, ellipse(side * 147, 28, 10, 26), SHADE, soft=5, strength=0.55, within=ear)
    shape(canvas, FACE, SKIN)
    light = (
        (ellipse(128, 90, 46, 150), SHADE, 26, 0.55),
        (ellipse(-146, 90, 26, 140), SHADE, 20, 0.35),
        (ellipse(0, 246, 90, 26), SHADE, 16, 0.45),
        (ellipse(0, -120, 120, 26), SHADE, 20, 0.35),
        (ellipse(-40, -62, 60, 34), LIT, 24, 0.55),
        (ellipse(-74, 76, 34, 26), LIT, 16, 0.50),
        (ellipse(66, 76, 28, 22), LIT, 16, 0.35),
        (ellipse(-84, 100, 34, 24), BLUSH, 18, 0.35),
        (ellipse(84, 100, 34, 24), BLUSH, 18, 0.35),
        (ellipse(0, 214, 26, 14), LIT, 10, 0.45),
        (ellipse(0, 192, 30, 5), SHADE, 5, 0.45),
        (ellipse(-62, 2, 36, 22), SHADE, 13, 0.35),
        (ellipse(62, 2, 36, 22), SHADE, 13, 0.40),
    )
    for curve, colour, soft, strength in light:
        shape(canvas, curve, colour, soft=soft, strength=strength, within=FACE)


def _eye(canvas: Canvas, side: int) -> None:
    x, y = side * 60, 4
    opening = (
        *((x - 28, y + 3), (x - 16, y - 9), (x, y - 13), (x + 16, y - 9), (x + 28, y + 3)),
        *((x + 16, y + 10), (x, y + 12), (x - 16, y + 10)),
    )
    shape(canvas, opening, WHITE)
    shape(canvas, ellipse(x, y - 12, 34, 8), SHADE, soft=4, strength=0.5, within=opening)
    shape(canvas, ellipse(x, y - 1, 14, 14), IRIS_DARK, within=opening)
    shape(canvas, ellipse(x, y - 0.5, 12, 12), IRIS, soft=1.2, within=opening)
    shape(canvas, ellipse(x, y - 1, 6.2, 6.2), DARK, within=opening)
    shape(canvas, ellipse(x - 4.5, y - 6, 3.2, 3.2), (255, 255, 255), soft=0.6, within=opening)
    lid = [(x - 30, y + 4), (x - 17, y - 9), (x, y - 13), (x + 17, y - 9), (x + 30, y + 4)]
    line(canvas, lid, DARK, 4.2, strength=0.9)
    crease = [(x - 30, y - 8), (x - 14, y - 21), (x + 4, y - 24), (x + 22, y - 18), (x + 33, y - 7)]
    line(canvas, crease, SHADE, 2.6, strength=0.8, soft=1.2)
    under = [(x - 28, y + 6), (x - 12, y + 13), (x + 6, y + 14), (x + 28, y + 6)]
    line(canvas, under, SHADE, 2.2, strength=0.7, soft=1)
    brow = (
        *((x - side * 38, y - 42), (x - side * 8, y - 48), (x + side * 22, y - 47)),
        *((x + side * 42, y - 35), (x + side * 22, y - 40), (x - side * 8, y - 40)),
        (x - side * 36, y - 33),
    )
    shape(canvas, brow, HAIR_DARK, soft=2.0, strength=0.85)


def _nose(canvas: Canvas) -> None:
    shape(canvas, ellipse(16, 46, 9, 44), SHADE, soft=8, strength=0.50)
    shape(canvas, ellipse(-4, 48, 7, 44), LIT, soft=6, strength=0.65)
    shape(canvas, ellipse(0, 104, 30, 9), SHADE, soft=5, strength=0.65)
    shape(canvas, ellipse(-2, 86, 15, 13), LIT, soft=6, strength=0.7)
    for side in (-1, 1):
        wing = [(side * 21, 78), (side * 29, 88), (side * 28, 99), (side * 19, 103)]
        line(canvas, wing, SHADE, 3.4, strength=0.8, soft=1.5)
        shape(canvas, ellipse(side * 12, 103, 7, 3.4), SEAM, soft=1.2, strength=0.85)
        line(canvas, [(side * 7, 112), (side * 7, 132)], SHADE, 5, strength=0.28, soft=3)
        fold = [(side * 38, 96), (side * 54, 116), (side * 66, 142)]
        line(canvas, fold, SHADE, 4, strength=0.35, soft=3)


def _mouth(canvas: Canvas) -> None:
    shape(canvas, UPPER_LIP, LIP_DARK, soft=1.0)
    shape(canvas, LOWER_LIP, LIP, soft=1.0)
    shape(canvas, ellipse(-4, 171, 26, 5), LIP_LIT, soft=4, strength=0.8, within=LOWER_LIP)
    shape(canvas, ellipse(0, 141, 20, 3), LIP_LIT, soft=2.5, strength=0.4, within=UPPER_LIP)
    seam = [(-60, 149), (-30, 157), (-10, 158.5), (0, 160), (10, 158.5), (30, 157), (60, 149)]
    line(canvas, seam, SEAM, 3.0, strength=0.9, soft=0.8)


def _fringe(canvas: Canvas) -> None:
    shape(canvas, HAIR_FRONT, HAIR_DARK, soft=9, strength=0.5, within=FACE)
    shape(canvas, HAIR_FRONT, HAIR)
    shape(canvas, ellipse(-70, -186, 70, 22), HAIR_LIT, soft=16, strength=0.8, within=HAIR_FRONT)
    shape(canvas, ellipse(150, -80, 24, 90), HAIR_DARK, soft=14, strength=0.7, within=HAIR_FRONT)
    # Strands, from the parting down to either side.
    source = np.random.default_rng(7)
    for side, count in ((-1, 34), (1, 34)):
        for number in range(count):
            share = (number + source.uniform(0, 0.9)) / count
            top = (-20 + side * 100 * share, -236 + 40 * share**2)
            bend = (side * (60 + 95 * share), -200 + 90 * share)
            end = (side * (104 + 62 * share), -112 + 150 * share)
            colour = HAIR_LIT if source.uniform() < 0.45 else HAIR_DARK
            strand = [top, bend, end]
            line(canvas, strand, colour, source.uniform(1.2, 2.8), strength=0.4, within=HAIR_FRONT)
