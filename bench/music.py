"""How long thirty seconds of music take, style by style: composing, and rendering.

The SoundFont is read once for each piece, as it is in service. Run:
``python -m bench.music [--seconds N] [--rounds N]``
"""

from __future__ import annotations

import sys
import time
from typing import Any

from bench import arguments, publish
from engines.composition.brief import understood
from engines.composition.compose import compose
from engines.composition.midi import midi
from engines.composition.names import style_name
from engines.composition.render import render
from engines.composition.styles import STYLES

#: Seconds that thirty of music may take.
GOAL_S = 3.0


def measure(style: str, seconds: float, seed: int) -> dict[str, Any]:
    """One piece, and the seconds by the clock for its notes and for its sound."""
    begun = time.perf_counter()
    brief = understood(f"{style_name(style)} music", seed, seconds)
    piece = compose(brief)
    midi(piece)
    written = time.perf_counter()
    samples = render(piece, STYLES[brief.style].room)
    done = time.perf_counter()
    return {
        "style": style,
        "notes": sum(len(part.notes) for part in piece.parts),
        "length_s": round(samples.shape[1] / 44_100, 1),
        "composing_s": round(written - begun, 3),
        "rendering_s": round(done - written, 3),
        "together_s": round(done - begun, 3),
    }


def main() -> int:
    """Measure every style, the slowest round of each."""
    asked = arguments(__doc__, seconds=30, rounds=3)
    rows = [
        max(
            (measure(style, float(asked.seconds), seed) for seed in range(asked.rounds)),
            key=lambda row: float(row["together_s"]),
        )
        for style in STYLES
    ]
    slowest = max(float(row["together_s"]) for row in rows)
    limit = GOAL_S * asked.seconds / 30
    return publish("music", rows, goals={f"s for {asked.seconds} s of music": (slowest, limit)})


if __name__ == "__main__":
    sys.exit(main())
