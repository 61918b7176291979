"""The engine of talking heads: right videos for every kind of input, plain refusals otherwise."""

from __future__ import annotations

import io
import resource
from pathlib import Path

import av
import numpy as np
import pytest
from PIL import Image

from engines.audio import mono, read, resample
from engines.engine import engines
from engines.kinds import Done, Picture, Progress, Refused, Source, Video, Work
from engines.video.heard import HERTZ
from engines.video.talking import FPS, LEAST, MOST, TalkingHead
from tests import recordings
from tests.engines.conftest import Write, private_mb, tone
from tests.engines.video.conftest import RATE, Animate, done, spoken


def video(result: Done) -> Video:
    (made,) = [each for each in result.outputs if isinstance(each, Video)]
    return made


def decoded(made: Video) -> np.ndarray:
    """The frames [count, height, width, 3] of a video."""
    with av.open(io.BytesIO(made.mp4)) as film:
        return np.stack([each.to_ndarray(format="rgb24") for each in film.decode(video=0)])


def codes(result: Done) -> list[str]:
    return [note.code for note in result.notes]


@pytest.fixture
def voice(write: Write) -> Path:
    samples, rate, _ = spoken()
    return write(samples, rate)


def test_it_is_registered() -> None:
    spec = engines(("engines.video.talking",))["TalkingHead"]
    assert spec.task == "talking_head"
    assert "face-mesh" in spec.weights


def test_a_recording_and_a_picture(
    animate: Animate, voice: Path, pictures: dict[str, Path]
) -> None:
    events = animate(voice, pictures["astronaut"])
    result = done(events)
    made = video(result)
    shares = [event.fraction for event in events if isinstance(event, Progress)]
    assert shares == sorted(shares)
    assert shares[-1] == 1.0
    assert made.size == (512, 512)
    assert len(made.frames) == 3
    assert all(Image.open(io.BytesIO(png)).size == made.size for png in made.frames)
    frames = decoded(made)
    samples, rate = read(voice)
    assert len(frames) == np.ceil(samples.shape[1] / rate * FPS)
    with av.open(io.BytesIO(made.mp4)) as film:
        heard = np.concatenate([each.to_ndarray() for each in film.decode(audio=0)], axis=1)[0]
        own = film.streams.audio[0].rate
    count = min(len(heard), samples.shape[1])
    assert own == rate
    # AAC keeps the sound, not its samples' signs at every moment.
    assert np.corrcoef(np.abs(heard[:count]), np.abs(samples[0, :count]))[0, 1] > 0.9
    assert result.data["mouth"] == "sound"
    assert codes(result) == []


def test_the_mouth_follows_the_phonemes(animate: Animate, write: Write) -> None:
    """Of our own speech: dark between the lips in the vowels, closed in the consonants."""
    samples, rate, phonemes = spoken("mɑpɑbɑmɑ", 0.2)
    result = done(animate(write(samples, rate), phonemes=phonemes))
    assert result.data["mouth"] == "phonemes"
    frames = decoded(video(result)).astype(float).mean(axis=3)
    # The lips' place in the drawn portrait.
    lips = frames[:, 285:310, 236:276]
    dark = (lips < 85).mean(axis=(1, 2))
    times = (np.arange(len(frames)) + 0.5) / FPS
    for each in phonemes:
        inside = (times > each["start"] + 0.03) & (times < each["end"] - 0.03)
        if each["phoneme"] in "pbm":
            assert dark[inside].max() < 0.06, each
        else:
            assert dark[inside].max() > 0.08, each


def test_text_alone(animate: Animate) -> None:
    result = done(animate(text="Hello there.", subtitles="on"))
    assert codes(result) == ["portrait_drawn"]
    assert result.text == "Hello there."
    assert result.data["mouth"] == "phonemes"
    assert result.data["faces"] == 1
    last = decoded(video(result))[20]
    assert last[420:].max() > 230, "no subtitle"


def test_nobody_speaks_and_nothing_is_asked(animate: Animate, pictures: dict[str, Path]) -> None:
    for image in (None, pictures["astronaut"]):
        last = animate(None, image, text="  ")[-1]
        assert isinstance(last, Refused)
        assert last.refusal.code == "nothing_to_say"


@pytest.mark.parametrize(
    ("name", "code"),
    [("china", "face_missing"), ("chelsea", "face_missing"), ("broken", "picture_unreadable")],
)
def test_pictures_without_a_face(
    animate: Animate, voice: Path, pictures: dict[str, Path], tmp_path: Path, name: str, code: str
) -> None:
    broken = tmp_path / "broken.png"
    broken.write_bytes(b"no picture")
    last = animate(voice, pictures.get(name, broken))[-1]
    assert isinstance(last, Refused)
    assert last.refusal.code == code


def test_a_recording_of_no_length(animate: Animate, write: Write) -> None:
    last = animate(write(np.zeros((1, 0), dtype=np.float32), RATE))[-1]
    assert isinstance(last, Refused)
    assert last.refusal.code == "audio_empty"


def test_a_recording_that_is_too_long(animate: Animate, write: Write) -> None:
    last = animate(write(np.zeros((1, 301 * 8000), dtype=np.float32), 8000))[-1]
    assert isinstance(last, Refused)
    assert last.refusal.code == "animation_too_long"
    assert last.refusal.facts == {"minutes": 5}


def test_silence_keeps_the_mouth_shut(animate: Animate, write: Write) -> None:
    result = done(animate(write(np.zeros((1, RATE), dtype=np.float32), RATE), size=256))
    assert codes(result) == ["portrait_drawn", "head_silent"]
    frames = decoded(video(result)).astype(float)
    assert np.abs(frames[5] - frames[0])[148:].mean() < 4


@pytest.mark.parametrize(
    ("samples", "rate"),
    [
        (tone(0.5, 8_000, 1.5), 8_000),
        (tone(0.4, 96_000, channels=2), 96_000),
        (tone(0.4, 48_000, channels=6), 48_000),
        (tone(0.003, 16_000), 16_000),
        (np.full((1, 9_000), 0.7, dtype=np.float32), 44_100),
    ],
)
def test_any_sound(animate: Animate, write: Write, samples: np.ndarray, rate: int) -> None:
    result = done(animate(write(samples, rate), size=256))
    made = video(result)
    assert made.duration_s == pytest.approx(samples.shape[1] / rate, abs=0.001)
    assert len(decoded(made)) == max(1, np.ceil(samples.shape[1] / rate * FPS - 1e-9))


@pytest.mark.parametrize("shape", ["square", "portrait", "landscape", "trapezoid", ""])
def test_every_shape(animate: Animate, write: Write, shape: str) -> None:
    result = done(animate(write(tone(0.2), 16_000), shape=shape, size=256))
    width, height = video(result).size
    ratio = {"portrait": 9 / 16, "landscape": 16 / 9}.get(shape, 1.0)
    assert width / height == pytest.approx(ratio, abs=0.02)
    assert min(width, height) == 256


@pytest.mark.parametrize(("size", "real"), [(1, LEAST), (255, LEAST), (301, 300), (9999, MOST)])
def test_every_size(animate: Animate, write: Write, size: int, real: int) -> None:
    result = done(animate(write(tone(0.08), 16_000), size=size))
    assert video(result).size == (real, real)


def test_subtitles_of_a_recording(animate: Animate, voice: Path) -> None:
    result = done(animate(voice, subtitles="on", size=256))
    assert codes(result) == ["portrait_drawn", "subtitles_without_words"]
    plain = decoded(video(result))[15, 220:].astype(int)
    segments = [{"text": "Mama, papa, bee, moo.", "start": 0.2, "end": 1.2}]
    result = done(animate(voice, subtitles="on", segments=segments, size=256))
    assert codes(result) == ["portrait_drawn"]
    written = decoded(video(result))[15, 220:].astype(int)
    assert written.max() > plain.max() + 30
    assert (np.abs(written - plain).max(axis=2) > 60).mean() > 0.03
    strange = [{"text": "\U000f1234", "start": 0.2, "end": 1.2}]
    result = done(animate(voice, subtitles="on", segments=strange, size=256))
    assert "subtitles_without_font" in codes(result)


def test_hostile_arguments(animate: Animate, voice: Path) -> None:
    result = done(
        animate(
            voice,
            phonemes=[{"phoneme": "💥", "start": -5, "end": 1e9}, {"phoneme": 3}, {}],
            segments=[{"text": None}],
            size=256,
        )
    )
    assert video(result).size == (256, 256)


def test_the_mark_is_on_every_frame(animate: Animate, write: Write) -> None:
    frames = decoded(video(done(animate(write(tone(0.4), 16_000)))))
    corner = frames[:, 8:40, 400:505].astype(int)
    assert (corner.max(axis=(1, 2, 3)) - np.median(corner, axis=(1, 2, 3)) > 40).all()


def test_the_tags_say_what_made_it(animate: Animate, write: Write) -> None:
    made = video(done(animate(write(tone(0.2), 16_000), date="2026-11-23")))
    with av.open(io.BytesIO(made.mp4)) as film:
        assert film.metadata["comment"].startswith("Generated by Earshot (talking_head")
        assert film.metadata["date"] == "2026-11-23"
        assert film.metadata["title"] == "Talking head"


def test_the_same_again(animate: Animate, voice: Path) -> None:
    first, again = (video(done(animate(voice, size=256))) for _ in range(2))
    assert first.frames == again.frames
    assert (decoded(first) == decoded(again)).all()


def test_a_batch_ends_each_item_once(
    talker: TalkingHead, write: Write, pictures: dict[str, Path]
) -> None:
    sound = Source("a1", "audio", write(tone(0.2), 16_000))
    bad = Source("i1", "image", pictures["china"])
    works = [Work("talking_head", {}, sources) for sources in ((sound, bad), (sound,), ())]
    ends = [each for each in talker.run(works) if not isinstance(each, Progress)]
    assert [(type(each), each.index) for each in ends] == [(Refused, 0), (Done, 1), (Refused, 2)]
    assert not any(isinstance(each, Picture) for each in ends[1].outputs)  # type: ignore[union-attr]


@pytest.mark.long
def test_two_minutes_take_no_more_memory(
    talker: TalkingHead, write: Write, pictures: dict[str, Path]
) -> None:
    samples, rate = read(recordings.two_cities())
    once = resample(mono(samples), rate, HERTZ)
    speech = np.tile(once, 3)[: 120 * HERTZ]
    sources = [
        Source("a1", "audio", write(speech[None], HERTZ)),
        Source("i1", "image", pictures["astronaut"]),
    ]
    used = []
    for event in talker.run([Work("talking_head", {}, sources)]):
        if isinstance(event, Progress) and event.fraction > 0.1:
            used.append(private_mb())
    assert max(used[5:]) - used[5] < 30
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss < 1.5e6
