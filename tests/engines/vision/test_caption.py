"""One sentence on a picture, whatever kind of file it is, and no more than was seen."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import sklearn.datasets
from PIL import Image, ImageDraw, ImageFont

from engines.engine import Engine, engines
from engines.kinds import Document, Done, Event, Refused, Source, Work
from engines.vision.scene import measured, opened

TASK = "image_captioning"
PHOTOS = Path(sklearn.datasets.__file__).parent / "images"
Caption = Callable[[Path], Done]


@pytest.fixture(scope="module")
def engine() -> Engine:
    made: Engine = engines(("engines.vision.caption",))["EfficientNetCaption"].make()
    made.load("cpu")
    return made


@pytest.fixture
def caption(engine: Engine) -> Caption:
    def of(path: Path) -> Done:
        last = _last(engine, path)
        assert isinstance(last, Done), last
        return last

    return of


def _last(engine: Engine, path: Path) -> Event:
    return list(engine.run([Work(TASK, {}, [Source("i1", "image", path)])]))[-1]


@pytest.fixture
def building() -> Image.Image:
    return Image.open(PHOTOS / "china.jpg")


def test_a_building(caption: Caption) -> None:
    done = caption(PHOTOS / "china.jpg")
    assert done.text.startswith("A picture of a building (fairly sure: ")
    assert done.data["kinds"][0]["probability"] > 0.5
    assert done.data["labels"][0]["label"] == "palace"
    document = done.outputs[0]
    assert isinstance(document, Document)
    assert document.content == done.text + "\n"


def test_a_flower_is_not_claimed_surely(caption: Caption) -> None:
    done = caption(PHOTOS / "flower.jpg")
    assert "a daisy (not sure: " in done.text
    assert [note.code for note in done.notes] == ["picture_unsure"]


@pytest.mark.parametrize("kind", ["sideways", "cmyk", "transparent", "sixteen", "gif", "grey"])
def test_any_kind_of_file_shows_the_same(
    caption: Caption, building: Image.Image, tmp_path: Path, kind: str
) -> None:
    path = tmp_path / "picture"
    match kind:
        case "sideways":  # held upright again by its EXIF orientation
            exif = Image.Exif()
            exif[0x0112] = 6
            building.rotate(90, expand=True).save(path, "JPEG", exif=exif)
        case "cmyk":
            building.convert("CMYK").save(path, "JPEG", quality=95)
        case "transparent":
            building.convert("RGBA").save(path, "PNG")
        case "sixteen":
            light = np.asarray(building.convert("L"), dtype=np.uint16) * 257
            Image.fromarray(light).save(path, "PNG")
        case "gif":
            others = [Image.new("RGB", building.size, "red")]
            building.save(path, "GIF", save_all=True, append_images=others)
        case _:
            building.convert("L").save(path, "PNG")
    done = caption(path)
    assert "building" in done.text
    assert (done.data["scene"]["width"], done.data["scene"]["height"]) == building.size


def test_a_large_photograph_keeps_its_size(
    caption: Caption, building: Image.Image, tmp_path: Path
) -> None:
    path = tmp_path / "large.jpg"
    exif = Image.Exif()
    exif[0x0112] = 8
    building.resize((5000, 3336)).rotate(-90, expand=True).save(path, "JPEG", exif=exif)
    done = caption(path)
    assert "building" in done.text
    assert (done.data["scene"]["width"], done.data["scene"]["height"]) == (5000, 3336)


def test_transparency_is_white(tmp_path: Path) -> None:
    path = tmp_path / "clear.png"
    Image.new("RGBA", (64, 64), (0, 0, 0, 0)).save(path)
    picture, _ = opened(Source("i1", "image", path))
    assert picture.getpixel((5, 5)) == (255, 255, 255)


def test_one_pixel_and_a_very_wide_picture(caption: Caption, tmp_path: Path) -> None:
    dot, strip = tmp_path / "dot.png", tmp_path / "strip.png"
    Image.new("RGB", (1, 1), "red").save(dot)
    assert caption(dot).text == "A picture of nothing but red."
    Image.effect_noise((10_000, 40), 60).save(strip)
    assert "very wide" in caption(strip).text


@pytest.mark.parametrize(
    "content",
    [b"", b"no picture at all", b"RIFF\x24\x00\x00\x00WAVEfmt ", "half"],
    ids=["empty", "text", "sound", "half"],
)
def test_what_is_no_picture_is_refused(
    engine: Engine, tmp_path: Path, content: bytes | str
) -> None:
    path = tmp_path / "broken"
    path.write_bytes(
        (PHOTOS / "china.jpg").read_bytes()[:40_000] if isinstance(content, str) else content
    )
    last = _last(engine, path)
    assert isinstance(last, Refused)
    assert last.refusal.code == "picture_unreadable"


def test_text_is_said_to_be_text(caption: Caption, tmp_path: Path) -> None:
    page = Image.new("L", (900, 1200), 250)
    draw = ImageDraw.Draw(page)
    for line in range(40):
        words = "The quick brown fox jumps over the lazy dog, and then it does so again."
        draw.text((60, 50 + 26 * line), words, 20, ImageFont.load_default(20))
    page.save(tmp_path / "page.png")
    done = caption(tmp_path / "page.png")
    assert done.text == "A page or a screen that is mostly text."
    assert done.data["claimed"] == []


def test_light_and_colour(building: Image.Image) -> None:
    def words(picture: Image.Image) -> list[str]:
        return measured(picture, picture.size).words()

    assert "dark" in words(building.point(lambda value: value // 4))
    assert "bright" in words(building.point(lambda value: 128 + value // 2))
    assert "black and white" in words(building.convert("L").convert("RGB"))
    small = building.resize((40, 27), Image.Resampling.BOX)
    assert "blurred" in words(small.resize(building.size, Image.Resampling.BICUBIC))
    assert "blurred" not in words(building)


def test_a_drawing_is_told_from_a_photograph(building: Image.Image) -> None:
    drawing = Image.new("RGB", (600, 400), "lightblue")
    draw = ImageDraw.Draw(drawing)
    draw.ellipse((100, 60, 300, 300), "orange", "black", 4)
    draw.polygon([(350, 350), (450, 80), (560, 350)], "green")
    assert measured(drawing, drawing.size).kind == "drawing"
    assert measured(building, building.size).kind == "photo"
