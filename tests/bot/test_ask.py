"""The main job by command line: real recordings, real weights, the whole path."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import av
import pysubs2
import pytest
import srt
import webvtt

from bot.app import App, running
from bot.on_console import Console, incoming
from bot.settings import Settings
from engines.blobs import BlobStore
from handlers.edge import Address, Part
from tests import recordings
from tests.conftest import Tell
from tests.words import SENTENCES, error_rate

ROOT = Path(__file__).resolve().parents[2]


def bot(folder: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run ``python -m bot`` with its data in ``folder``."""
    return subprocess.run(
        [sys.executable, "-m", "bot", *arguments],
        cwd=ROOT,
        env=os.environ | {"EARSHOT_DATA_DIR": str(folder)} | environment,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


def ask(folder: Path, text: str, *files: Path, **environment: str) -> dict[str, Any]:
    """One request; the object it prints."""
    sent = [option for file in files for option in ("--file", str(file))]
    done = bot(folder, "ask", text, *sent, "--json", **environment)
    assert done.stdout, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def files(found: dict[str, Any], media_type: str) -> list[Path]:
    return [Path(each["path"]) for each in found["artifacts"] if each["media_type"] == media_type]


@pytest.fixture(scope="module")
def heard(tmp_path_factory: pytest.TempPathFactory) -> list[tuple[recordings.Recording, Any]]:
    """The five LibriVox clips as Ogg/Opus, each transcribed by its own command."""
    folder = tmp_path_factory.mktemp("heard")
    return [
        (clip, ask(folder, "transcribe this", opus(clip.path, folder)))
        for clip in recordings.librivox()
    ]


def opus(source: Path, folder: Path) -> Path:
    """The recording as a phone would send it."""
    target = folder / f"{source.stem}.ogg"
    with av.open(str(source)) as reader, av.open(str(target), "w") as writer:
        stream = writer.add_stream("libopus", rate=48_000, layout="mono")
        for frame in reader.decode(audio=0):
            writer.mux(stream.encode(frame))
        writer.mux(stream.encode(None))
    return target


def test_librivox_is_transcribed_within_three_percent(heard: Any, tell: Tell) -> None:
    said = [clip.transcript for clip, _ in heard]
    written = [found["text"] for _, found in heard]
    rate = error_rate(said, written)
    tell(f"word error rate of {len(said)} clips: {100 * rate:.1f} %")
    assert rate <= 0.03
    assert all(found["steps"][0]["state"] == "done" for _, found in heard)


def test_subtitles_are_read_by_other_programs(heard: Any) -> None:
    for clip, found in heard:
        (text,) = files(found, "text/plain")
        (srt_file,) = files(found, "application/x-subrip")
        (vtt_file,) = files(found, "text/vtt")
        words = found["text"].split()
        assert text.read_text().split() == words
        assert " ".join(cue.content for cue in srt.parse(srt_file.read_text())).split() == words
        assert " ".join(cue.text for cue in webvtt.read(str(vtt_file))).split() == words
        cues = pysubs2.load(str(srt_file))
        assert 0 <= cues[0].start < cues[-1].end <= 1000 * duration(clip.path) + 50


def duration(path: Path) -> float:
    with av.open(str(path)) as container:
        assert container.duration is not None
        return float(container.duration / av.time_base)


def test_a_sentence_becomes_speech_that_is_understood(tmp_path: Path) -> None:
    sentence = "The train to Busan leaves at 9:45 on platform 12."
    spoken = ask(tmp_path, f'say "{sentence}"')
    (playable,) = files(spoken, "audio/ogg")
    (picture,) = files(spoken, "image/png")
    assert playable.read_bytes()[:4] == b"OggS"
    assert b"OpusHead" in playable.read_bytes()[:64]
    assert picture.read_bytes()[:8] == b"\x89PNG\r\n\x1a\n"
    understood = ask(tmp_path, "what does it say?", playable)
    assert error_rate([sentence], [understood["text"]]) <= 0.1
    assert spoken["steps"] == [
        {
            "task": "text_to_speech",
            "arguments": {"text": sentence, "voice": None, "language": None, "speed": 1.0},
            "state": "done",
        }
    ]
    assert spoken["timings"]["steps"][0]["run_s"] > 0


@pytest.mark.parametrize("count", [5, pytest.param(10, marks=pytest.mark.long)])
async def test_sentences_are_spoken_and_understood(tmp_path: Path, tell: Tell, count: int) -> None:
    """The whole path twice for each: words to Ogg/Opus, and Ogg/Opus to words."""
    settings = Settings(data_dir=tmp_path)
    blobs = BlobStore(tmp_path / "blobs")
    sent: dict[int, list[tuple[Part, Path | None]]] = {}

    def show(address: Address, part: Part, paths: Sequence[Path]) -> None:
        path = paths[0] if paths else None
        sent.setdefault(address.turn_id, []).append((part, path))

    edge = Console(blobs, tmp_path / "replies", show, "ten")

    async def turn(
        app: App, number: int, text: str, *files: Path
    ) -> list[tuple[Part, Path | None]]:
        message = incoming(text, list(files), channel="ten", update_id=str(number), author="me")
        turn_id = await app.intake.accept(message)
        (delivery,) = app.deliveries
        async with delivery.delivered:
            await delivery.delivered.wait_for(lambda: len(sent.get(turn_id, ())) >= 2)
        return sent[turn_id]

    understood = []
    async with running(settings, [edge]) as app:
        for number, sentence in enumerate(SENTENCES[:count]):
            (voice, path), *_ = await turn(app, 2 * number, f'say "{sentence}"')
            assert [file.media_type for file in voice.files] == ["audio/ogg"]
            assert path is not None
            (words, _), *_ = await turn(app, 2 * number + 1, "transcribe this", path)
            understood.append(words.text)
    rate = error_rate(SENTENCES[:count], understood)
    tell(f"word error rate of {len(understood)} sentences: {100 * rate:.1f} %")
    assert len(understood) == count
    assert rate <= 0.10


def test_a_chain_gives_every_step_s_result(tmp_path: Path) -> None:
    clip = recordings.librivox()[1]
    done = bot(
        tmp_path,
        "ask",
        "clean this, then transcribe it and read it aloud",
        "--file",
        str(clip.path),
    )
    assert done.returncode == 0, done.stderr
    order = [done.stdout.find(name) for name in ("cleaned.ogg", "young man", "speech.ogg")]
    assert -1 not in order
    assert order == sorted(order)


def test_what_is_kept_is_private(tmp_path: Path) -> None:
    bot(tmp_path / "data", "ask", "help")
    kept = list((tmp_path / "data").rglob("*"))
    assert tmp_path / "data" / "earshot.db" in kept
    assert [path for path in kept if path.stat().st_mode & 0o077] == []


def test_a_channel_remembers_what_was_sent(tmp_path: Path) -> None:
    clip = recordings.librivox()[1]
    bot(tmp_path, "ask", "", "--file", str(clip.path), "--channel", "one")
    assert "young man" in bot(tmp_path, "ask", "transcribe a1", "--channel", "one").stdout
    other = bot(tmp_path, "ask", "transcribe a1", "--channel", "other").stdout
    assert "There is no a1" in other


@pytest.mark.parametrize(
    ("arguments", "environment", "sentence"),
    [
        (("ask", "clean this"), {}, "I need a recording for that"),
        (("ask", "clean this", "--file", "/nowhere.ogg"), {}, "There is no file /nowhere.ogg"),
        (("ask", "transcribe a7"), {}, "There is no a7 in this conversation"),
        (("ask", 'say "доброе утро"'), {}, "I can read English, Spanish, French"),
        (("ask", "say hi"), {"EARSHOT_WEIGHTS_DIR": "/nowhere"}, "In the small voice"),
        (
            ("ask", "say hi"),
            {"EARSHOT_DATABASE_URL": "postgresql+asyncpg://u:hunter2@127.0.0.1:1/x"},
            "Earshot could not start",
        ),
        (("ask", "say hi"), {"EARSHOT_DATABASE_URL": "nonsense"}, "Earshot could not start"),
        (("ask", "say hi"), {"EARSHOT_MAX_UPLOAD_MB": "none"}, "EARSHOT_MAX_UPLOAD_MB"),
    ],
)
def test_bad_input_gets_one_clear_sentence(
    tmp_path: Path, arguments: tuple[str, ...], environment: dict[str, str], sentence: str
) -> None:
    done = bot(tmp_path, *arguments, **environment)
    assert sentence in done.stdout + done.stderr
    assert "Traceback" not in done.stdout + done.stderr
    assert "hunter2" not in done.stdout + done.stderr


def test_what_stops_a_recording_from_being_heard_is_answered(tmp_path: Path) -> None:
    clip = recordings.librivox()[1].path
    klingon = ask(tmp_path, "transcribe this in Klingon", clip)
    assert "Klingon" in klingon["text"]
    assert klingon["steps"][0]["state"] == "refused"
    assert klingon["steps"][0]["error"] == klingon["text"]
    missing = ask(tmp_path, "transcribe this", clip, EARSHOT_WEIGHTS_DIR="/nowhere")
    assert "“whisper-base” is not installed here" in missing["text"]
    empty = tmp_path / "empty.ogg"
    empty.touch()
    assert "empty" in ask(tmp_path, "transcribe this", empty)["text"]
    large = ask(tmp_path, "transcribe", recordings.two_cities(), EARSHOT_MAX_UPLOAD_MB="1")
    assert "larger than 1 MB" in large["text"]
    assert large["steps"] == []
