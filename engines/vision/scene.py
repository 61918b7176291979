"""What is sure of a picture without knowing what it shows: its light, colours, sharpness and kind.

Everything is measured on the pixels. A drawing or a screenshot has wide areas of exactly one
colour, which no camera gives; text is lines of short strokes on a ground, with empty rows between.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps, UnidentifiedImageError

from engines.kinds import Refusal, Source

#: A picture is looked at with its longer side brought down to this: more tells no more.
LONGEST = 1024
#: Mean lightness, 0..1, from which a picture is dark or bright.
DARK, BRIGHT = 0.25, 0.6
#: Mean colourfulness, 0..1, under which a picture is black and white.
GREY = 0.02
#: Less than this of a picture's contrast is in its details: it is blurred.
BLURRED = 0.012
#: So much of a drawing are pixels that are exactly as their neighbours.
DRAWN = 0.45
#: Text is ink that differs so much from the ground around it, and covers so much of the picture; a
#: row crosses so many strokes per pixel, and so many of the rows lie between two lines.
INK, COVERED, STROKES, BETWEEN = 0.08, 0.2, 0.033, 0.38
#: The ground is the mean of squares of so many pixels; lines are looked for in strips so wide.
SQUARE, STRIP = 24, 96
#: Sides so far apart make a picture wide or tall.
LONG = 2.0
#: One colour, but for so much of its range.
PLAIN = 0.02

#: The EXIF tag of a picture's orientation, and the first of its values for one that lies on a side.
ORIENTATION, SIDEWAYS = 0x0112, 5

Pixels = NDArray[np.float32]
#: How much each colour adds to the light (ITU-R BT.709).
LUMA = np.array([0.2126, 0.7152, 0.0722], dtype=np.float32)

_HUES = (
    (15, "red"),
    (42, "orange"),
    (68, "yellow"),
    (160, "green"),
    (195, "turquoise"),
    (255, "blue"),
    (290, "purple"),
    (335, "pink"),
    (361, "red"),
)
_WARM = frozenset({"red", "orange", "yellow", "brown", "pink"})
_COOL = frozenset({"green", "turquoise", "blue", "purple"})


@dataclass(frozen=True, slots=True)
class Scene:
    """What was measured of a picture.

    ``lightness``, ``colourfulness`` and the shares are 0..1; ``colours`` are the names of the
    commonest, at most three, the commonest first. ``kind`` is "photo", "drawing" (or a screenshot),
    "text" or "plain".
    """

    width: int
    height: int
    lightness: float
    colourfulness: float
    detail: float
    uniform: float
    colours: tuple[str, ...]
    kind: str

    def plain(self) -> dict[str, int | float | str | list[str]]:
        """The same as JSON."""
        rounded = {
            name: round(value, 3) if isinstance(value, float) else value
            for name, value in asdict(self).items()
        }
        return rounded | {"colours": list(self.colours)}

    def words(self) -> list[str]:
        """What is remarkable of it: "warm colours", "dark", "blurred", "very wide"."""
        said = []
        if self.kind in {"photo", "drawing"}:
            if self.colourfulness < GREY:
                said.append("black and white" if self.kind == "photo" else "without colour")
            elif self.colours and set(self.colours[:2]) <= _WARM:
                said.append("warm colours")
            elif self.colours and set(self.colours[:2]) <= _COOL:
                said.append("cool colours")
            elif self.colours:
                said.append(f"mostly {' and '.join(self.colours[:2])}")
            if self.lightness < DARK:
                said.append("dark")
            elif self.lightness > BRIGHT:
                said.append("bright")
            if self.kind == "photo" and self.detail < BLURRED:
                said.append("blurred")
        if max(self.width, self.height) >= LONG * min(self.width, self.height):
            said.append("very wide" if self.width > self.height else "very tall")
        return said


def opened(source: Source) -> tuple[Image.Image, tuple[int, int]]:
    """The picture as upright RGB of at most 1,024 pixels a side, and its own width and height.

    The first frame of an animation; what is transparent is white. Raises :class:`Refusal`
    ``picture_unreadable`` for what is no picture, or a broken one.
    """
    try:
        with Image.open(source.path) as image:
            own = image.size
            turned = int(image.getexif().get(ORIENTATION, 1)) >= SIDEWAYS
            # A large JPEG is decoded at a fraction of its size.
            image.draft("RGB", (LONGEST, LONGEST))
            picture = _rgb(ImageOps.exif_transpose(image))
    except (
        UnidentifiedImageError,
        Image.DecompressionBombError,
        OSError,
        SyntaxError,
        ValueError,
        EOFError,
    ) as error:
        raise Refusal("picture_unreadable", handle=source.handle) from error
    picture.thumbnail((LONGEST, LONGEST), Image.Resampling.LANCZOS, reducing_gap=2.0)
    return picture, own[::-1] if turned else own


def measured(picture: Image.Image, size: tuple[int, int]) -> Scene:
    """The scene of an RGB picture that was ``size`` pixels wide and high."""
    pixels: Pixels = np.asarray(picture, dtype=np.float32) / np.float32(255)
    light: Pixels = np.asarray(pixels @ LUMA, dtype=np.float32)
    colourfulness = float((pixels.max(axis=2) - pixels.min(axis=2)).mean())
    uniform = _uniform(pixels)
    return Scene(
        *size,
        lightness=float(light.mean()),
        colourfulness=colourfulness,
        detail=_detail(light),
        uniform=uniform,
        colours=_colours(picture),
        kind=_kind(pixels, light, uniform),
    )


def _rgb(image: Image.Image) -> Image.Image:
    """Any picture as RGB: 16 bits brought down to 8, transparency laid on white."""
    if image.mode.startswith("I") or image.mode == "F":
        values = np.nan_to_num(np.asarray(image, dtype=np.float64))
        top = 65_535.0 if image.mode.startswith("I") and values.max(initial=0) > 255 else 255.0
        if image.mode == "F":
            top = max(float(values.max(initial=0)), 1e-9)
        scaled = np.clip(values * (255 / top), 0, 255).astype(np.uint8)
        return Image.fromarray(scaled).convert("RGB")
    if image.has_transparency_data:
        with_alpha = image.convert("RGBA")
        white = Image.new("RGBA", image.size, "white")
        return Image.alpha_composite(white, with_alpha).convert("RGB")
    return image.convert("RGB")


def _kind(pixels: Pixels, light: Pixels, uniform: float) -> str:
    if float(np.ptp(pixels, axis=(0, 1)).max()) < PLAIN:
        return "plain"
    if float((np.ptp(pixels, axis=2) < 0.1).mean()) > 0.8 and _is_text(light):
        return "text"
    return "drawing" if uniform > DRAWN else "photo"


def _is_text(light: Pixels) -> bool:
    """Whether there are lines of strokes on a ground, dark on light or light on dark."""
    height, width = light.shape
    if min(height, width) < 2 * SQUARE:
        return False
    coarse = Image.fromarray(light).resize(
        (width // SQUARE, height // SQUARE), Image.Resampling.BOX
    )
    ground = np.asarray(coarse.resize((width, height), Image.Resampling.BILINEAR))
    return _has_lines(ground - light > INK) or _has_lines(light - ground > INK)


def _has_lines(ink: NDArray[np.bool_]) -> bool:
    """Whether ink [rows, columns] is in lines: rows full of strokes, and rows empty of them."""
    crossed = float((ink[:, 1:] & ~ink[:, :-1]).mean())
    if crossed < STROKES or ink.mean() > COVERED:
        return False
    strips = [part.mean(axis=1) for part in np.array_split(ink, max(1, ink.shape[1] // STRIP), 1)]
    empty = [float((rows < 0.15 * rows.mean()).mean()) for rows in strips if rows.mean() > 0.02]
    return bool(empty) and float(np.mean(empty)) > BETWEEN


def _uniform(pixels: Pixels) -> float:
    """The share of pixels that are exactly as the one before them and the one above."""
    if min(pixels.shape[:2]) < 2:
        return 1.0
    same = (pixels[1:, 1:] == pixels[1:, :-1]) & (pixels[1:, 1:] == pixels[:-1, 1:])
    # Blown-out white and black are uniform in photographs too.
    inside = (pixels[1:, 1:].min(axis=2) > 0.02) & (pixels[1:, 1:].max(axis=2) < 0.98)
    whole = float(same.all(axis=2).mean())
    part = float(same.all(axis=2)[inside].mean()) if inside.mean() > 0.1 else whole
    return min(1.0, max(part, whole if whole > 0.7 else 0.0))


def _detail(light: Pixels) -> float:
    """The strength of the sharpest hundredth of edges: what a blur takes away first."""
    if min(light.shape) < 3:
        return 1.0
    laplacian = (
        4 * light[1:-1, 1:-1]
        - light[:-2, 1:-1]
        - light[2:, 1:-1]
        - light[1:-1, :-2]
        - light[1:-1, 2:]
    )
    return float(np.percentile(np.abs(laplacian), 99)) / max(float(np.ptp(light)), 0.05) / 4


def _colours(picture: Image.Image) -> tuple[str, ...]:
    """The names of the commonest colours that fill a tenth of the picture, at most three."""
    small = picture.resize((48, 48), Image.Resampling.BOX).convert("HSV")
    hues, saturations, values = (
        np.asarray(band, dtype=np.float32).ravel() / 255 for band in small.split()
    )
    names = [
        _colour(float(hue) * 360, float(saturation), float(value))
        for hue, saturation, value in zip(hues, saturations, values, strict=True)
    ]
    found, counts = np.unique(names, return_counts=True)
    order = np.argsort(-counts, kind="stable")
    return tuple(str(found[each]) for each in order if counts[each] >= 0.1 * len(names))[:3]


def _colour(hue: float, saturation: float, value: float) -> str:
    if value < 0.15:
        return "black"
    if saturation < 0.12:
        return "white" if value > 0.85 else "grey"
    name = next(name for edge, name in _HUES if hue < edge)
    return "brown" if name in {"orange", "red", "yellow"} and value < 0.65 else name
