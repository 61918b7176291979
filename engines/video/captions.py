"""What is written on a video: subtitles, if wanted, and that it was generated."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from engines.faces.finder import Pixels
from engines.video.visemes import VISEMES, Timed

Font = ImageFont.FreeTypeFont | ImageFont.ImageFont

#: The mark in the corner, and the height of its letters, of the shorter side.
MARK, MARK_HEIGHT = "generated", 0.030
#: The height of the letters of subtitles, of the shorter side, and their distance from below.
HEIGHT, BELOW = 0.048, 0.05
#: A subtitle fills so much of the width, and two lines at most.
BREADTH, LINES = 0.90, 2
#: One is shown for at least so long.
LEAST_S = 0.7
#: Fonts for letters that Pillow's own lacks, by their names in the system's folders.
FONTS = ("NotoSansCJK-Regular.ttc", "NanumGothic.ttf", "malgun.ttf", "DejaVuSans.ttf")
INK, EDGE = (255, 255, 255, 255), (0, 0, 0, 210)


@dataclass(frozen=True, slots=True)
class Caption:
    """Words shown from ``start`` to ``end`` seconds, in one or two lines."""

    text: str
    start: float
    end: float


class Writer:
    """Writes on frames [height, width, 3] of one size."""

    def __init__(self, size: tuple[int, int], captions: Sequence[Caption] = ()) -> None:
        self._size, self._captions = size, captions
        self._at = 0
        self._mark = _mark(size)
        self._shown: tuple[Caption, _Layer] | None = None

    def write(self, frame: Pixels, time: float) -> None:
        """Write the mark, and the subtitle of that moment, into the frame; times never fall."""
        self._mark.over(frame)
        while self._at < len(self._captions) and self._captions[self._at].end <= time:
            self._at += 1
        if self._at == len(self._captions) or self._captions[self._at].start > time:
            return
        caption = self._captions[self._at]
        if self._shown is None or self._shown[0] is not caption:
            self._shown = caption, _subtitle(caption.text, self._size)
        self._shown[1].over(frame)


@dataclass(frozen=True, slots=True)
class _Layer:
    """A drawing to lay over a frame at ``left`` and ``top``: its colours, and its coverage."""

    left: int
    top: int
    colour: np.ndarray
    share: np.ndarray

    def over(self, frame: Pixels) -> None:
        high, wide = self.share.shape[:2]
        part = frame[self.top : self.top + high, self.left : self.left + wide]
        mixed = part * (1 - self.share) + self.colour
        part[:] = np.clip(np.rint(mixed), 0, 255).astype(np.uint8)


def from_text(text: str, phonemes: Sequence[Timed], seconds: float, width: int) -> list[Caption]:
    """Subtitles for a text that was spoken, timed by its phonemes; ``width`` in letters.

    A part of the text is where that part of the phonemes is: letters and phonemes come about as
    often as one another.
    """
    sounds = [each for each in phonemes if each.phoneme in VISEMES]
    words = text.split()
    if not words:
        return []
    if not sounds:
        sounds = [Timed("a", 0.0, seconds)]
    ends = np.cumsum([len(word) for word in words])
    marks = np.linspace(0, ends[-1], len(sounds) + 1)
    starts = np.array([each.start for each in sounds] + [sounds[-1].end])
    stops = np.array([sounds[0].start] + [each.end for each in sounds])
    found = []
    for first, last in _grouped(words, LINES * width):
        begin = float(np.interp(ends[first - 1] if first else 0, marks, starts))
        end = float(np.interp(ends[last - 1], marks, stops))
        found.append(Caption(" ".join(words[first:last]), begin, max(end, begin)))
    return _apart(found, seconds)


def from_segments(
    segments: Iterable[Mapping[str, Any]], seconds: float, width: int
) -> list[Caption]:
    """Subtitles of segments as JSON ({"text", "start", "end"}); what makes no sense is left out."""
    found = []
    for each in segments:
        try:
            text, start, end = str(each["text"]), float(each["start"]), float(each["end"])
        except (KeyError, TypeError, ValueError):
            continue
        words = text.split()
        if not words or not np.isfinite([start, end]).all() or end <= start:
            continue
        letters = np.cumsum([len(word) for word in words]) / sum(map(len, words))
        for first, last in _grouped(words, LINES * width):
            begin = start + (end - start) * float(letters[first - 1] if first else 0)
            stop = start + (end - start) * float(letters[last - 1])
            found.append(Caption(" ".join(words[first:last]), begin, stop))
    return _apart(sorted(found, key=lambda each: each.start), seconds)


def letters_across(size: tuple[int, int]) -> int:
    """About how many letters fit into a line of a video of that size."""
    return max(8, int(size[0] * BREADTH / (0.52 * HEIGHT * min(size))))


def writable(captions: Sequence[Caption]) -> bool:
    """Whether there is a font on this machine with every letter of these."""
    return _font_name("".join(each.text for each in captions)) is not None


def _apart(captions: Sequence[Caption], seconds: float) -> list[Caption]:
    """The same, each long enough to be read where there is room, and never two at once."""
    found = []
    for number, each in enumerate(captions):
        following = captions[number + 1].start if number + 1 < len(captions) else seconds
        end = min(max(each.end + 0.15, each.start + LEAST_S), max(following, each.start))
        if end > each.start:
            found.append(Caption(each.text, each.start, end))
    return found


def _grouped(words: Sequence[str], letters: int) -> list[tuple[int, int]]:
    """Words in groups (first, behind the last) of some letters, ending at stops."""
    groups, first, length = [], 0, 0
    for number, word in enumerate(words):
        if number > first and length + len(word) > letters:
            groups.append((first, number))
            first, length = number, 0
        length += len(word) + 1
        if word[-1] in ".!?…。" or (word[-1] in ",;:" and length > 0.6 * letters):
            groups.append((first, number + 1))
            first, length = number + 1, 0
    if first < len(words):
        groups.append((first, len(words)))
    return groups


def _mark(size: tuple[int, int]) -> _Layer:
    height = max(9, round(MARK_HEIGHT * min(size)))
    font = _font("", height)
    box = font.getbbox(MARK)
    wide, high = int(box[2] - box[0]) + height, int(box[3] - box[1]) + height
    image = Image.new("RGBA", (wide, high), (0, 0, 0, 0))
    draw = ImageDraw.Draw(image)
    draw.rounded_rectangle((0, 0, wide - 1, high - 1), high // 3, (0, 0, 0, 95))
    draw.text((wide / 2, high / 2), MARK, (255, 255, 255, 215), font, "mm")
    margin = round(0.025 * min(size))
    return _layer(image, size[0] - wide - margin, margin)


def _subtitle(text: str, size: tuple[int, int]) -> _Layer:
    height = max(11, round(HEIGHT * min(size)))
    while True:
        font = _font(text, height)
        lines = _lines(text, font, BREADTH * size[0])
        if len(lines) <= LINES or height <= 9:
            break
        height -= 1
    lines = lines[:LINES]
    edge = max(1, round(height * 0.10))
    across = int(max(font.getlength(line) for line in lines)) + 4 * edge
    wide, step = min(across, size[0]), round(1.25 * height)
    image = Image.new("RGBA", (wide, step * len(lines) + 4 * edge), (0, 0, 0, 0))
    draw = ImageDraw.Draw(image)
    for number, line in enumerate(lines):
        place = (wide / 2, (number + 0.5) * step + 2 * edge)
        draw.text(place, line, INK, font, "mm", stroke_width=edge, stroke_fill=EDGE)
    top = size[1] - image.height - round(BELOW * min(size))
    return _layer(image, (size[0] - wide) // 2, max(0, top))


def _lines(text: str, font: Font, breadth: float) -> list[str]:
    """The text in lines, of about equal lengths where it takes two."""
    if font.getlength(text) <= breadth:
        return [text]
    words = text.split()
    lines, line = [], ""
    for word in words:
        longer = f"{line} {word}".strip()
        if line and font.getlength(longer) > breadth:
            lines.append(line)
            line = word
        else:
            line = longer
    lines.append(line)
    if len(lines) == 2:
        cuts = [(" ".join(words[:at]), " ".join(words[at:])) for at in range(1, len(words))]
        lines = list(min(cuts, key=lambda each: max(map(font.getlength, each))))
    return lines


def _layer(image: Image.Image, left: int, top: int) -> _Layer:
    drawn = np.asarray(image, dtype=np.float32)
    share = drawn[..., 3:] / np.float32(255)
    return _Layer(left, top, drawn[..., :3] * share, share)


@lru_cache(maxsize=64)
def _font_name(letters: str) -> str | None:
    """The first font with all the letters: "" is Pillow's own; None where there is none."""
    wanted = {letter for letter in letters if not letter.isspace()}
    for name in ("", *FONTS):
        try:
            font = ImageFont.truetype(name, 24) if name else ImageFont.load_default(24)
        except OSError:
            continue
        # What a font lacks it draws as it draws a letter that no font has.
        missing = bytes(font.getmask("\U0010fffe"))
        if all(bytes(font.getmask(letter)) != missing for letter in wanted):
            return name
    return None


@lru_cache(maxsize=64)
def _font(letters: str, height: int) -> Font:
    name = _font_name(letters)
    return ImageFont.truetype(name, height) if name else ImageFont.load_default(height)
