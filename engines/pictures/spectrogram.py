"""A spectrogram with marked spans: what a sound is made of, and where it was repaired."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from PIL import Image

from engines.audio import mono
from engines.kinds import Samples
from engines.pictures import card
from engines.pictures.card import CARD, EDGE, FIRST, LABEL, LAST, MARGIN, SCALE, TITLE, WIDTH
from engines.spectra import hann, mel_filters

HEIGHT = 420
LEFT, TOP, BOTTOM = 96, 40, 372
MARK = (255, 186, 73)
#: The transform's length in s, the bands of the picture, and the range in dB that is shown.
WINDOW_S, BANDS, RANGE_DB = 0.04, 128, 70.0
HERTZ = (100, 500, 1000, 2000, 4000, 8000, 16000)


def spectrogram(samples: Samples, rate: int, marked: Sequence[tuple[float, float]] = ()) -> bytes:
    """A PNG of 1200 by 420 pixels for ``samples`` [channels, frames], on the mel scale.

    ``marked`` are spans of it in s.
    """
    image, draw = card.blank(HEIGHT)
    right = WIDTH - MARGIN
    seconds = samples.shape[1] / rate
    shown = _bands(samples, rate, (right - LEFT) // 2)
    ramp = np.array([CARD, LAST, FIRST, TITLE], dtype=np.float64)
    places = shown * (len(ramp) - 1)
    colours = np.stack([np.interp(places, range(len(ramp)), ramp[:, c]) for c in range(3)], axis=-1)
    inside = Image.fromarray(colours[::-1].astype(np.uint8))
    size = ((right - LEFT) * SCALE, (BOTTOM - TOP) * SCALE)
    image.paste(inside.resize(size, Image.Resampling.BILINEAR), (LEFT * SCALE, TOP * SCALE))
    most = 1127.0 * np.log1p(rate / 2 / 700.0)
    for hertz in (hertz for hertz in HERTZ if hertz < 0.45 * rate):
        y = (BOTTOM - (BOTTOM - TOP) * 1127.0 * np.log1p(hertz / 700.0) / most) * SCALE
        text = f"{hertz // 1000} kHz" if hertz >= 1000 else f"{hertz} Hz"
        draw.line([(LEFT - 6) * SCALE, y, LEFT * SCALE, y], EDGE, SCALE)
        draw.text(((LEFT - 12) * SCALE, y), text, LABEL, card.font(15), "rm")
    for start, end in marked:
        first, last = (
            (LEFT + (right - LEFT) * min(1.0, time / max(seconds, 1e-9))) * SCALE
            for time in (start, end)
        )
        last = max(last, first + 2 * SCALE)
        draw.rectangle([first, (TOP - 14) * SCALE, last, (TOP - 6) * SCALE], MARK)
        for x in (first, last):
            draw.line([x, TOP * SCALE, x, BOTTOM * SCALE], MARK, SCALE)
    card.time_axis(draw, seconds, BOTTOM + 6, LEFT)
    return card.png(image)


def _bands(samples: Samples, rate: int, columns: int) -> Samples:
    """Levels [BANDS, columns] as shares of the range shown; the loudest is 1."""
    size = max(64, int(2 ** np.round(np.log2(WINDOW_S * rate))))
    filters = mel_filters(rate, size, BANDS)
    frames = samples.shape[1]
    powers = np.zeros((columns, BANDS), dtype=np.float32)
    window = hann(size)
    for column, centre in enumerate(np.linspace(0, max(0, frames - 1), columns)):
        start = int(centre) - size // 2
        part = mono(samples[:, max(0, start) : max(0, start + size)])
        padded = np.zeros(size, dtype=np.float32)
        padded[max(0, -start) : max(0, -start) + len(part)] = part
        powers[column] = np.square(np.abs(np.fft.rfft(padded * window))) @ filters
    levels = 10 * np.log10(powers.T + 1e-9)
    top = max(float(levels.max()), -20.0)
    return np.asarray(np.clip((levels - top) / RANGE_DB + 1, 0, 1), dtype=np.float32)
