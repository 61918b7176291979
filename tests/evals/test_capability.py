"""The table of what the engines can do: its rows, the command that prints it, and its data."""

from __future__ import annotations

import json
import struct
import subprocess
import sys
import zlib
from pathlib import Path

import numpy as np
import pytest

from bot import evaluate
from engines.engine import engines
from engines.sound.yamnet import class_names
from engines.speech.turns import Turn
from engines.tasks import TASKS
from evals import capability
from evals.capability import enhancement, extraction, sounds, targets
from evals.capability.conversations import random_conversations, right
from evals.capability.figure import HEAD, Figure, line, table, tally

FAST = "mono_to_binaural"


def test_a_row_says_what_the_plain_method_gives_and_whether_the_goal_is_met() -> None:
    some = Figure("t", "10 clips", "gain", 6.54, " dB", 0, "the mixture", 6.5)
    assert line(some) == "| t | 10 clips | gain | **6.5** dB | 0 dB (the mixture) | ≥ 6.5 dB, met |"
    error = Figure("t", "d", "words wrong", 3.2, " %", 100, "nothing", 3, lower=True)
    assert line(error).endswith("| **3.2** % | 100 % (nothing) | ≤ 3 %, not met |")
    assert line(Figure("t", "d", "share", 0.8554)) == "| t | d | share | **0.855** |  |  |"
    assert [some.met, error.met, Figure("t", "d", "m", 1).met] == [True, False, None]


def test_the_table_and_the_tally() -> None:
    rows = [Figure("t", "d", "m", value, goal=2) for value in (1, 2, 3)] + [
        Figure("t", "d", "m", 1)
    ]
    assert table(rows).splitlines()[:2] == HEAD.splitlines()
    assert len(table(rows).splitlines()) == 2 + len(rows)
    assert tally(rows) == "2 of 3 goals are met."


def test_only_tasks_that_there_are_have_modules_that_there_are() -> None:
    folder = Path(capability.__file__).parent
    for task, modules in capability.MODULES.items():
        assert task in TASKS
        for module in modules.split():
            assert (folder / f"{module}.py").exists()
    assert {spec.task for spec in engines().values()} >= set(capability.MODULES)


def test_the_command_prints_rows_as_they_are_measured(capsys: pytest.CaptureFixture[str]) -> None:
    assert evaluate.capability([FAST], as_json=False) == 0
    head, ruler, *rows, empty, last = capsys.readouterr().out.splitlines()
    assert f"{head}\n{ruler}" == HEAD
    assert len(rows) == 2
    assert all(row.startswith(f"| {FAST} |") for row in rows)
    assert (empty, last) == ("", "2 of 2 goals are met.")


def test_an_unknown_task_is_one_clear_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    command = [sys.executable, "-m", "bot", "eval", "capability", "--task", "juggling", FAST]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("No task juggling is measured. There are: speech_recognition, ")
    assert done.stderr.count("\n") == 1


def test_a_task_without_its_data_is_left_out(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """Where there is no apt: the others are measured all the same."""
    monkeypatch.setenv("EARSHOT_WEIGHTS_DIR", str(tmp_path / "weights"))
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(FileNotFoundError, match="apt-get is not on this machine"):
        sounds.fetched("sound-icons")

    def measured(tasks: list[str]) -> list[Figure]:
        if tasks == ["sound_detection"]:
            sounds.fetched("sound-icons")
        return [Figure(FAST, "d", "m", 1.0, goal=1)]

    monkeypatch.setattr(capability, "measure", measured)
    assert evaluate.capability(["sound_detection", FAST], as_json=True) == 0
    told = capsys.readouterr()
    assert told.err == "sound_detection is left out: apt-get is not on this machine\n"
    result = json.loads(told.out)
    assert result["left_out"] == {"sound_detection": "apt-get is not on this machine"}
    assert [(each["task"], each["met"]) for each in result["figures"]] == [(FAST, True)]


def _collection(files: dict[str, bytes], version: int) -> bytes:
    """A Qt resource collection with one folder of files, every other one compressed."""
    names, contents, nodes = b"", b"", []

    def name(text: str) -> int:
        nonlocal names
        at = len(names)
        names += struct.pack(">HI", len(text), 0) + text.encode("utf-16-be")
        return at

    time = b"" if version == 1 else bytes(8)
    nodes.append(struct.pack(">IHII", 0, 2, 1, 1) + time)
    nodes.append(struct.pack(">IHII", name("sounds"), 2, len(files), 2) + time)
    for number, (file, content) in enumerate(files.items()):
        packed = struct.pack(">I", len(content)) + zlib.compress(content)
        inner = packed if number % 2 else content
        nodes.append(struct.pack(">IHHHI", name(file), number % 2, 0, 0, len(contents)) + time)
        contents += struct.pack(">I", len(inner)) + inner
    tree = b"".join(nodes)
    head = struct.pack(">4I", version, 20, 20 + len(tree), 20 + len(tree) + len(contents))
    return b"qres" + head + tree + contents + names


@pytest.mark.parametrize("version", [1, 2])
def test_a_collection_is_read(version: int, tmp_path: Path) -> None:
    files = {"개.ogg": b"woof", "cat.ogg": b"meow" * 100, "empty": b""}
    made = _collection(files, version)
    found = dict(sounds.resources(made))
    assert found == {f"sounds/{file}": content for file, content in files.items()}
    (tmp_path / "some.rcc").write_bytes(made)
    assert sounds.content(tmp_path, "some.rcc/sounds/cat.ogg") == files["cat.ogg"]
    with pytest.raises(FileNotFoundError):
        sounds.content(tmp_path, "some.rcc/sounds/cow.ogg")


def test_what_is_no_collection() -> None:
    with pytest.raises(ValueError, match="not a Qt resource collection"):
        list(sounds.resources(b"RIFF0000WAVE"))


@pytest.mark.long  # 200 MB, the first time
def test_the_labelled_clips() -> None:
    try:
        halves = [sounds.labelled(half) for half in ("first", "second")]
    except FileNotFoundError as error:
        pytest.skip(str(error))
    assert [len(half) for half in halves] == [69, 69]
    assert not {clip.name for clip in halves[0]} & {clip.name for clip in halves[1]}
    for clip in (*halves[0], *halves[1]):
        assert clip.classes
        assert max(clip.classes) < len(class_names())
        assert 0.03 * sounds.RATE < len(clip.samples) <= sounds.LONGEST_S * sounds.RATE + 1
        assert np.isfinite(clip.samples).all()
        assert np.abs(clip.samples).max() > 0.01


def test_areas_and_overlaps() -> None:
    wanted = np.array([True, True, False, False])
    assert targets.area(wanted, np.array([0.9, 0.8, 0.2, 0.1], dtype=np.float32)) == 1
    assert targets.area(wanted, np.array([0.9, 0.1, 0.9, 0.1], dtype=np.float32)) == 0.5
    assert targets.overlap([(1, 3)], 1, 3) == 1
    assert targets.overlap([(2, 4)], 1, 3) == pytest.approx(1 / 3)
    assert targets.overlap([(5, 6)], 1, 3) == targets.overlap([], 1, 3) == 0


def test_conversations_are_always_the_same() -> None:
    rng = np.random.default_rng(0)
    people = {
        name: rng.standard_normal(16_000 * 4).astype(np.float32)
        for name in ("librivox", "cards", "beckett", "fr", "it")
    }
    first, second = (list(random_conversations(people, 6)) for _ in range(2))
    for (one, owners), (other, _) in zip(first, second, strict=True):
        np.testing.assert_array_equal(one, other)
        assert len(one) == len(owners)
        assert owners.max() in (1, 2, 3)
    with pytest.raises(ValueError, match="too few"):
        next(random_conversations({"librivox": one, "cards": one}, 1))


def test_the_best_matching_of_speakers() -> None:
    owners = np.repeat([0, -1, 1], [16_000, 4_000, 12_000])
    assert right([Turn(0, 1, 2), Turn(1.25, 2, 1)], owners) == 1
    assert right([Turn(0, 2, 1)], owners) == pytest.approx(16 / 28)
    assert right([], owners) == 0


def test_what_is_not_heard_has_no_gain() -> None:
    rows = [("a", "pink", 4.0), ("b", "pink", None), ("a", "music", None)]
    gain, heard, unheard = extraction.figures(rows)
    assert (gain.ours, gain.goal, gain.met) == (4.0, 3.0, True)
    assert (heard.ours, unheard.ours) == (50, 0)


def test_the_noise_that_stays_is_named() -> None:
    rows = [("white", 0.8, 9.0), ("siren", 0.1, 2.0), ("white", 0.6, 9.0)]
    mean, least, _, quietest = enhancement.figures(rows)
    assert mean.ours == pytest.approx(0.4)
    assert "siren" in least.data
    assert quietest.ours == 2
    assert len(enhancement.figures([("white", None, 9.0)])) == 2
