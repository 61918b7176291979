"""How often a short sound is taken for what it is, and whether the network is the published one.

Labelled sounds of five Debian packages (``labelled.toml``): those of the second half, since the
rules were chosen on the first, and all of them. And three recordings of speech, on which the mean
scores are held against those of an export of the same network by somebody else, in 8 bits.
"""

from __future__ import annotations

import tempfile
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from engines import weights
from engines.kinds import Samples
from engines.sound import classes
from engines.sound.yamnet import PATCH, Yamnet, listen, log_mel
from evals.capability import sounds
from evals.capability.figure import Figure
from tests import recordings

TASK = "sound_detection"
#: Scale and zero point of what goes into and comes out of the quantised export, as in its graph.
IN_SCALE, IN_ZERO = 0.047938, 144
OUT_SCALE, OUT_ZERO = 0.756541, 190
#: So many patches of a recording are compared at most.
PATCHES = 20

Ranking = Callable[[Samples], Sequence[int]]


def measure() -> list[Figure]:
    """Shares of the clips whose best class, and one of whose best three, is right; and parity."""
    network = Yamnet()
    other = sounds.labelled("second")
    every = [*sounds.labelled("first"), *other]
    found = []
    for clips, named in ((other, "other labelled sounds"), (every, "labelled sounds in all")):
        scores = [
            classes.overall(np.concatenate(list(network.stream([clip.samples])))) for clip in clips
        ]
        for count, goal in ((1, 60), (3, 75)):
            ours, plain = (
                100 * _right(clips, scores, rank, count) for rank in (classes.ranking, by_score)
            )
            metric = "right class first" if count == 1 else f"right class among the first {count}"
            data = f"{len(clips)} {named}"
            found.append(Figure(TASK, data, metric, ours, " %", plain, "by score alone", goal))
    paths = (recordings.beckett(), recordings.two_cities(), recordings.librivox()[0].path)
    worst = min(parity(network, path) for path in paths)
    data = f"{len(paths)} recordings of speech"
    found.append(
        Figure(TASK, data, "correlation with an independent export, worst", worst, goal=0.98)
    )
    return found


def by_score(scores: Samples) -> Sequence[int]:
    """The classes from the highest to the lowest score."""
    best: list[int] = scores.argsort()[::-1].tolist()
    return best


def _right(
    clips: Sequence[sounds.Clip], scores: Sequence[Samples], ranking: Ranking, count: int
) -> float:
    """The share of clips one of whose ``count`` best classes is right."""
    hits = [
        not clip.classes.isdisjoint(ranking(each)[:count])
        for clip, each in zip(clips, scores, strict=True)
    ]
    return sum(hits) / len(hits)


def parity(network: Yamnet, path: Path) -> float:
    """Correlation of the mean scores of a recording with those of the independent export."""
    spectra = np.concatenate(list(log_mel(listen(path))))[: PATCHES * PATCH]
    count = len(spectra) // PATCH
    patches = spectra[: count * PATCH].reshape(count, PATCH, -1)
    session = _export()
    theirs = np.mean([_quantised(session, patch) for patch in patches], axis=0)
    return float(np.corrcoef(network(patches).mean(axis=0), theirs)[0, 1])


def _export() -> Any:
    """A session of the export."""
    import onnxruntime  # noqa: PLC0415 - a second to import

    with tempfile.TemporaryDirectory() as folder:
        with zipfile.ZipFile(weights.fetch("yamnet-w8a8") / "YamNet_w8a8.onnx.zip") as archive:
            archive.extractall(folder)
        (model,) = Path(folder).rglob("*.onnx")
        return onnxruntime.InferenceSession(str(model), providers=["CPUExecutionProvider"])


def _quantised(session: Any, patch: Samples) -> Samples:
    """The scores [521] that the export gives a log-mel patch [96, 64]."""
    codes = np.clip(np.round(patch / IN_SCALE) + IN_ZERO, 0, 255).astype(np.uint8)
    (out,) = session.run(None, {"audio": codes[None, None]})
    logits = (np.asarray(out[0], dtype=np.float64) - OUT_ZERO) * OUT_SCALE
    return np.asarray(1 / (1 + np.exp(-logits)), dtype=np.float32)
