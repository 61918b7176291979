"""The picture that goes with composed music: its notes as a piano roll, by instrument."""

from __future__ import annotations

from PIL import ImageDraw

from engines.composition.piece import Piece, Role
from engines.pictures import card
from engines.pictures.card import EDGE, LABEL, MARGIN, SCALE, WIDTH

HEIGHT = 420
#: Between the lines of the notes and the card's edges, in pixels.
TOP, FOOT = 66, 66
#: Drums have the lowest rows, this share of the height.
DRUMS = 0.16
COLOURS: dict[Role, tuple[int, int, int]] = {
    "melody": (255, 196, 92),
    "chords": (64, 201, 198),
    "bass": (150, 120, 255),
    "pad": (70, 96, 150),
    "drums": (122, 130, 152),
}


def roll(piece: Piece) -> bytes:
    """A PNG of 1200 by 420 pixels: time across, pitch upwards, drums below, chords at the foot."""
    image, draw = card.blank(HEIGHT)
    width, bottom = WIDTH - 2 * MARGIN, HEIGHT - FOOT
    across = width / piece.beats
    bars = round(piece.beats / piece.metre)
    for bar in range(0, bars + 1, max(1, bars // 32)):
        x = MARGIN + bar * piece.metre * across
        draw.line([x * SCALE, TOP * SCALE, x * SCALE, bottom * SCALE], EDGE, 1)
    tones = [note.pitch for part in piece.parts if not part.drums for note in part.notes]
    struck = sorted({note.pitch for part in piece.parts if part.drums for note in part.notes})
    floor = bottom - (bottom - TOP) * DRUMS if struck else bottom
    low, high = min(tones, default=48), max(tones, default=72)
    row = (floor - TOP) / (high - low + 1)
    # The melody lies on top of the others.
    for part in sorted(piece.parts, key=lambda each: each.role == "melody"):
        for note in part.notes:
            x = MARGIN + note.start * across
            end = max(x + 2, MARGIN + note.end * across - 1)
            if part.drums:
                tall = (bottom - floor) / len(struck)
                y = bottom - (struck.index(note.pitch) + 1) * tall
            else:
                tall, y = row, floor - (note.pitch - low + 1) * row
            box = [edge * SCALE for edge in (x, y + 0.5, end, y + max(2.0, tall - 0.5))]
            draw.rounded_rectangle(box, SCALE * 1.5, COLOURS[part.role])
    _words(draw, piece, across)
    card.time_axis(draw, piece.seconds, HEIGHT - 40)
    return card.png(image)


def _words(draw: ImageDraw.ImageDraw, piece: Piece, across: float) -> None:
    """What the colours are, above; the names of the chords, below, as far as there is room."""
    x = float(MARGIN)
    for role in dict.fromkeys(part.role for part in piece.parts):
        draw.rounded_rectangle(
            [x * SCALE, 30 * SCALE, (x + 14) * SCALE, 44 * SCALE], 3 * SCALE, COLOURS[role]
        )
        draw.text(((x + 22) * SCALE, 37 * SCALE), role, LABEL, card.font(16), "lm")
        x += 38 + draw.textlength(role, card.font(16)) / SCALE
    title = f"{piece.title}, {piece.tempo:.0f} bpm, {piece.metre}/4"
    draw.text(((WIDTH - MARGIN) * SCALE, 37 * SCALE), title, LABEL, card.font(16), "rm")
    free = 0.0
    for chord in piece.chords:
        x = MARGIN + chord.start * across
        wide = draw.textlength(chord.numeral, card.font(13)) / SCALE
        if x >= free and x + wide < WIDTH - MARGIN:
            y = (HEIGHT - FOOT + 12) * SCALE
            draw.text((x * SCALE, y), chord.numeral, LABEL, card.font(13), "lm")
            free = x + wide + 10
