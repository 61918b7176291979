"""Lines of a translation laid over the sentences they translate, to have the times of each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import accumulate
from typing import Any

import numpy as np


def laid_over(lines: Sequence[str], sentences: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The lines as segments ``{"start", "end", "text", "words": []}``, in s.

    As many lines as sentences belong to each other in order. Otherwise a line takes the share of
    the sentences' time that it has of the letters: translations are about as long as what they
    translate (Gale and Church, "A Program for Aligning Sentences in Bilingual Corpora",
    Computational Linguistics 19, 1993). Pauses between sentences count for nothing.
    """
    if not sentences or not lines:
        return []
    if len(lines) == len(sentences):
        times = [(each["start"], each["end"]) for each in sentences]
    else:
        begins, ends = (np.array([each[name] for each in sentences]) for name in ("start", "end"))
        spoken = np.concatenate([[0.0], np.cumsum(ends - begins)])
        letters = list(accumulate((len(line) for line in lines), initial=0))
        marks = np.array(letters) / letters[-1] * spoken[-1]
        # A line that begins where a sentence ends begins with the next one.
        first = np.clip(np.searchsorted(spoken, marks[:-1], "right") - 1, 0, len(sentences) - 1)
        last = np.clip(np.searchsorted(spoken, marks[1:], "left") - 1, 0, len(sentences) - 1)
        starts = begins[first] + marks[:-1] - spoken[first]
        stops = begins[last] + marks[1:] - spoken[last]
        times = list(zip(starts.tolist(), stops.tolist(), strict=True))
    return [
        {"start": round(start, 2), "end": round(end, 2), "text": line, "words": []}
        for line, (start, end) in zip(lines, times, strict=True)
    ]
