"""How well pictures are captioned: photographs of which it is known what they show.

They come from scikit-learn and, fetched for this, from the wheel of scikit-image (photographs in
the public domain or by CC0, see its README). Run it with

    python -m evals.capability.pictures
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

import sklearn.datasets

from engines import weights
from engines.vision.caption import EfficientNetCaption
from engines.weights import store
from engines.weights.download import Downloads
from engines.weights.lockfile import File, Package, Part, Weight
from evals.capability.figure import Figure, table
from evals.capability.running import done

TASK = "image_captioning"

_WHEEL = Package(
    "scikit-image==0.26.0",
    "pip",
    13711217,
    "74aa5518ccea28121f57a95374581d3b979839adc25bb03f289b1bc9b99c58af",
    platform="manylinux_2_28_x86_64",
)


def _photo(name: str, size: int, sha256: str) -> File:
    return File(name, size, sha256, ((Part(_WHEEL, f"skimage/data/{name}"),),))


_PHOTOS = Weight(
    name="scikit-image",
    needed_for="measuring captions",
    licence="public domain or CC0, see skimage/data/README.txt",
    files=(
        _photo(
            "astronaut.png",
            791555,
            "88431cd9653ccd539741b555fb0a46b61558b301d4110412b5bc28b5e3ea6cb5",
        ),
        _photo(
            "chelsea.png",
            240512,
            "596aa1e7cb875eb79f437e310381d26b338a81c2da23439704a73c4651e8c4bb",
        ),
        _photo(
            "coffee.png", 466706, "cc02f8ca188b167c775a7101b5d767d1e71792cf762c33d6fa15a4599b5a8de7"
        ),
        _photo(
            "rocket.jpg", 112525, "c2dd0de7c538df8d111e479619b129464d0269d0ae5fd18ca91d33a7fdfea95c"
        ),
        _photo(
            "camera.png", 139512, "b0793d2adda0fa6ae899c03989482bff9a42d3d5690fc7e3648f2795d730c23a"
        ),
        _photo(
            "page.png", 47679, "341a6f0a61557662b02734a9b6e56ec33a915b2c41886b97509dedf2a43b47a3"
        ),
        _photo(
            "motorcycle_right.png",
            640373,
            "5fc913ae870e42a4b662314bc904d1786bcad8e2f0b9b67dba5a229406357797",
        ),
    ),
)

#: What each shows, in any of several words; None where the network knows no word for it, so that
#: it must claim nothing, or be unsure.
SHOWN: dict[str, tuple[str, ...] | None] = {
    "chelsea.png": ("cat",),
    "coffee.png": ("espresso", "cup"),
    "rocket.jpg": ("rocket", "missile"),
    "camera.png": ("tripod", "camera"),
    "motorcycle_right.png": ("motorcycle", "moped"),
    "page.png": ("text",),
    "china.jpg": ("building", "palace"),
    "flower.jpg": ("flower", "daisy"),
    "astronaut.png": None,
}


def measure() -> list[Figure]:
    """The shares of photographs named rightly, and of those without a word left unclaimed."""
    return figures(results())


def results() -> Iterator[tuple[str, str]]:
    """The name of each photograph and its caption."""
    engine = EfficientNetCaption()
    engine.load("cpu")
    for path in photos():
        yield path.name, done(engine, TASK, path, kind="image").text


def figures(captions: Iterable[tuple[str, str]]) -> list[Figure]:
    """The figures over the captions."""
    right: list[bool] = []
    unclaimed: list[bool] = []
    for name, caption in captions:
        wanted = SHOWN[name]
        if wanted is None:
            unclaimed.append("guess" in caption or "not sure" in caption)
        else:
            said = caption.lower()
            right.append("perhaps of" not in said and any(word in said for word in wanted))
    named = 100 * sum(right) / len(right)
    data, rest = f"{len(right)} photographs", f"{len(unclaimed)} without a word for it"
    plain = "one word for all"
    return [
        Figure(TASK, data, "named rightly", named, " %", 100 / len(right), plain),
        Figure(TASK, rest, "nothing claimed", 100 * sum(unclaimed) / len(unclaimed), " %"),
    ]


def photos() -> list[Path]:
    """The photographs' files; those of scikit-image are fetched once."""
    root = weights.default_root().parent / "test-recordings"
    folder = root / _PHOTOS.name
    if store.absent(_PHOTOS, root):
        with Downloads() as downloads:
            folder = store.fetch(_PHOTOS, root, downloads)
    own = Path(sklearn.datasets.__file__).parent / "images"
    return [path for name in SHOWN for path in (folder / name, own / name) if path.exists()]


def main() -> None:
    """Print the captions and the shares."""
    captions = list(results())
    for name, caption in captions:
        print(f"{name:<24}{caption}")
    print(table(figures(captions)))


if __name__ == "__main__":
    main()
