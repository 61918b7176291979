"""Every task that starts from a recording or a picture, on every kind of file people send.

The whole path is the console's: a request in words and a file, the router, the engines. Each answer
is a result, or one clear sentence that it cannot be and why; nothing is dead, nothing hangs. Speech
is a LibriVox reader and another; pictures are photographs. Run it with

    python -m evals.formats [--input NAME ...] [--request WORD ...] [--json]
"""

from __future__ import annotations

import argparse
import asyncio
import json
import subprocess
import tempfile
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import soundfile
from PIL import Image

from bot import logs, report
from bot.app import App, running
from bot.console import submit
from bot.on_console import Console
from bot.settings import Settings
from db import turns
from engines.audio import mono, read, resample
from engines.blobs import BlobStore
from engines.kinds import Samples
from handlers.media.convert import ffmpeg_program
from tests import recordings

RATE = 16_000
SHORT_S, LONG_MIN = 0.2, 20
LOOK_S = 0.05
#: What is asked for, by task: "speech_separation 2" is a task's second request.
REQUESTS: Mapping[str, str] = {
    "speech_recognition": "transcribe this",
    "speech_translation": "translate this into English",
    "audio_captioning": "describe this recording",
    "sound_detection": "what sounds are in this?",
    "target_sound_detection": "when is there a dog barking?",
    "speech_enhancement": "clean this",
    "speech_separation": "separate the speakers",
    "speech_separation 2": "two people talk at the same time, pull them apart",
    "speech_separation 3": "split the voice from the music",
    "sound_extraction": "extract the speech",
    "audio_inpainting": "repair this",
    "mono_to_binaural": "make it binaural, from left to right",
    "style_transfer": "say 'the train leaves at nine' in the manner of this voice",
}
PICTURES: Mapping[str, str] = {"image_captioning": "what is in this picture?"}


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of one request on one file: the step's state, what was said, how long it took."""

    input: str
    request: str
    task: str
    state: str
    text: str
    files: int
    seconds: float

    @property
    def good(self) -> bool:
        """Whether the right task ended in a result, or in one sentence or two."""
        right = self.task == self.request.split()[0]
        return right and (self.state == "done" or (self.state == "refused" and bool(self.text)))


def inputs(folder: Path) -> dict[str, Path]:
    """A file of each kind below ``folder``."""
    speech, noisy = _speech(), np.random.default_rng(0)
    made: dict[str, tuple[Samples, int, str]] = {
        "Ogg/Opus, mono": (speech[None], RATE, "ogg"),
        "mp3, stereo": (np.stack([speech, 0.6 * speech]), 44_100, "mp3"),
        "video": (speech[None], 44_100, "mp4"),
        "0.2 s": (speech[None, 4 * RATE : 4 * RATE + round(SHORT_S * RATE)], RATE, "ogg"),
        "silence": (np.zeros((1, 5 * RATE), dtype=np.float32), RATE, "ogg"),
        "clipped, 8 kHz": (np.clip(12 * speech[None], -1, 1), 8_000, "wav"),
        "96 kHz, stereo": (np.stack([speech, 0.3 * np.roll(speech, 8)]), 96_000, "flac"),
        "noise": (0.05 * noisy.standard_normal((1, 5 * RATE), dtype=np.float32), RATE, "ogg"),
    }
    made[f"{LONG_MIN} min"] = (np.resize(speech, (1, LONG_MIN * 60 * RATE)), RATE, "ogg")
    return {name: _file(folder, name, *each) for name, each in made.items()}


def pictures(folder: Path) -> dict[str, Path]:
    """A picture of each kind below ``folder``."""
    from sklearn.datasets import load_sample_image  # noqa: PLC0415 - a second to import

    photo = Image.fromarray(load_sample_image("china.jpg"))
    made = {
        "photo.jpg": photo,
        "photo.png": photo.convert("RGBA"),
        "photo.webp": photo.resize((320, 200)),
        "grey.png": photo.convert("L"),
        "one pixel.png": photo.resize((1, 1)),
        "plain.png": Image.new("RGB", (300, 300), "white"),
    }
    for name, picture in made.items():
        picture.save(folder / name)
    return {name: folder / name for name in made}


def _speech() -> Samples:
    """Two people one after the other [frames] at 16 kHz, with a dropout."""
    parts = []
    for path, seconds in ((recordings.librivox()[0].path, 7), (recordings.beckett(), 5)):
        samples, rate = read(path)
        said = resample(mono(samples), rate, RATE)[: seconds * RATE]
        parts.append(0.05 * said / np.sqrt(np.square(said).mean()))
    speech = np.concatenate(parts)
    speech[2 * RATE : 2 * RATE + RATE // 25] = 0.0
    return np.asarray(speech, dtype=np.float32)


def _file(folder: Path, name: str, samples: Samples, rate: int, form: str) -> Path:
    """Samples [channels, frames] at 16 kHz as a file at ``rate`` Hz; a video shows colour bars."""
    stem = name.replace("/", "-").replace(",", "")
    source, target = folder / f"{stem}.source.wav", folder / f"{stem}.{form}"
    soundfile.write(source, samples.T, RATE, subtype="FLOAT")
    picture = ["-f", "lavfi", "-i", "testsrc=size=320x240:rate=10", "-shortest"]
    options = [*(picture if form == "mp4" else []), *(["-c:a", "libopus"] if form == "ogg" else [])]
    command = [ffmpeg_program(), "-v", "error", "-y", "-i", str(source), *options]
    command += ["-ar", str(48_000 if form == "ogg" else rate), str(target)]
    subprocess.run(command, check=True)
    source.unlink()
    return target


async def answers(
    requests: Mapping[str, str], files: Mapping[str, Path], settings: Settings
) -> AsyncIterator[Answer]:
    """What comes of every request on every file, one after the other."""
    blobs = BlobStore(settings.blobs_dir)
    edge = Console(blobs, settings.replies_dir)
    async with running(settings, [edge], fetches=False) as app:
        for setting in ("mimicry", "faces"):
            await _asked(app, edge, f"/settings {setting} on", [], "formats")
        for name, path in files.items():
            for request, words in requests.items():
                turn_id = await _asked(app, edge, words, [path], "formats")
                found = await report.turn(app.database, app.blobs, turn_id, settings.replies_dir)
                step = found["steps"][0] if found["steps"] else {"task": "", "state": "none"}
                yield Answer(
                    name,
                    request,
                    step["task"],
                    step["state"],
                    " ".join(found["text"].split()),
                    len(found["artifacts"]),
                    found["timings"]["total_s"],
                )


async def _asked(app: App, edge: Console, words: str, files: list[Path], channel: str) -> int:
    """Ask, and wait for the whole reply; returns the turn."""
    turn_id = await submit(app, edge, words, files, channel, "somebody")
    while True:
        async with app.database.read() as connection:
            if (await turns.get(connection, turn_id)).stage == turns.OVER:
                return turn_id
        await asyncio.sleep(LOOK_S)


async def measure(names: Sequence[str], words: Sequence[str]) -> AsyncIterator[Answer]:
    """The answers on these files to these requests, or to all."""
    logs.set_up("ERROR", ())
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        settings = Settings(data_dir=folder / "data", chat="off", confirm_minutes=0)
        for requests, files in ((REQUESTS, inputs(folder)), (PICTURES, pictures(folder))):
            asked = {name: each for name, each in requests.items() if not words or name in words}
            given = {name: path for name, path in files.items() if not names or name in names}
            if asked and given:
                async for answer in answers(asked, given, settings):
                    yield answer


async def _print_all(names: Sequence[str], words: Sequence[str], *, as_json: bool) -> int:
    bad = total = 0
    async for answer in measure(names, words):
        total += 1
        bad += not answer.good
        if as_json:
            print(json.dumps(asdict(answer), ensure_ascii=False), flush=True)
        else:
            mark = " " if answer.good else "!"
            told = f"{answer.seconds:6.1f} s  {answer.files} files  {answer.text[:300]}"
            print(
                f"{mark} {answer.input:<16}{answer.request:<24}{answer.state:<8}{told}", flush=True
            )
    print(f"{total - bad} of {total} answered rightly or with a reason")
    return bad


def main() -> None:
    """Print every answer; exits with 1 where one is neither a result nor a reason."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else "")
    parser.add_argument("--input", nargs="+", default=[], help="only these files")
    parser.add_argument("--request", nargs="+", default=[], help="only these requests")
    parser.add_argument("--json", action="store_true", help="a line of JSON for each answer")
    given = parser.parse_args()
    raise SystemExit(bool(asyncio.run(_print_all(given.input, given.request, as_json=given.json))))


if __name__ == "__main__":
    main()
