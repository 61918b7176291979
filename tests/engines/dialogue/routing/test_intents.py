"""The classifier: what it learns, what is at hand, and what it keeps between runs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import pytest

from engines.dialogue.routing import intents
from engines.dialogue.routing.concepts import affirmed, concepts, refuses
from engines.dialogue.routing.families import AtHand, best, weighed
from engines.dialogue.routing.intents import Intents
from engines.dialogue.routing.spelling import slips_between
from engines.tasks import NONE, TASKS, examples

SOUND, PICTURE = AtHand(frozenset({"audio"})), AtHand(frozenset({"image"}))
NOTHING = AtHand()
#: Few of each, so that it is fitted in no time.
FEW: Mapping[str, Sequence[str]] = {name: examples(name)[:12] for name in (*TASKS, NONE)}


@pytest.fixture(scope="module")
def few() -> Intents:
    return Intents(FEW)


def test_probabilities_are_of_every_task_and_sum_to_one(few: Intents) -> None:
    shares = few.probabilities("clean this", SOUND)
    assert set(shares) == {*TASKS, NONE}
    assert sum(shares.values()) == pytest.approx(1.0)


def test_several_texts_are_read_as_each_is_alone(few: Intents) -> None:
    texts = ["clean this", "소음 없애줘", "hello", ""]
    together, alone = few.read(texts), [few.read([text])[0] for text in texts]
    for one, other in zip(together, alone, strict=True):
        assert one == pytest.approx(other, abs=1e-4)


def test_what_is_at_hand_rules_tasks_out(few: Intents) -> None:
    by_picture = few.probabilities("what is this", PICTURE)
    assert all(by_picture[task] == 0 for task in ("speech_recognition", "audio_captioning"))
    assert few.probabilities("what is this", SOUND)["image_captioning"] == 0
    assert few.probabilities("clean this", NOTHING)["speech_enhancement"] > 0  # to ask for it


def test_with_nothing_at_hand_tasks_of_words_alone_are_preferred() -> None:
    even = dict.fromkeys((*TASKS, NONE), 1 / (len(TASKS) + 1))
    shares = weighed(even, NOTHING)
    assert shares["text_to_audio"] > shares["sound_extraction"] > 0
    assert weighed(even, SOUND)["sound_extraction"] > weighed(even, SOUND)["text_to_audio"]


async def test_most_examples_of_the_table_are_told_by_the_whole_fit() -> None:
    everything, right, count = Intents(), 0, 0
    for name in (*TASKS, NONE):
        chosen = examples(name)[::8]
        at_hand = AtHand(frozenset(TASKS[name].takes)) if name != NONE else NOTHING
        for likely in everything.read(chosen):
            right += best(weighed(likely, at_hand))[0] == name
            count += 1
    assert right / count > 0.97


def test_a_fit_is_kept_and_read_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EARSHOT_WEIGHTS_DIR", str(tmp_path))
    first = intents._kept_or_fitted(FEW)
    (kept,) = (tmp_path / "router").iterdir()
    monkeypatch.setattr(intents, "_fitted", None)  # it is not fitted again
    again = intents._kept_or_fitted(FEW)
    one, other = first.read(["clean this"])[0], again.read(["clean this"])[0]
    assert one == pytest.approx(other)
    with np.load(kept, allow_pickle=False) as arrays:
        assert "tasks" in arrays


@pytest.mark.parametrize("damage", [b"", b"PK\x03\x04 nothing", b"x" * 100])
def test_a_damaged_fit_is_made_again(
    damage: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EARSHOT_WEIGHTS_DIR", str(tmp_path))
    fits = []
    fitted = intents._fitted(FEW)
    monkeypatch.setattr(intents, "_fitted", lambda table: fits.append(table) or fitted)
    path = tmp_path / "router" / f"intents-{intents._key(FEW)}.npz"
    path.parent.mkdir()
    path.write_bytes(damage)
    intents._kept_or_fitted(FEW)
    assert len(fits) == 1
    assert path.stat().st_size > 10_000
    assert [each.name for each in path.parent.iterdir()] == [path.name]


def test_a_folder_that_cannot_be_written_is_no_obstacle(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "router").write_text("a file where the folder should be")
    monkeypatch.setenv("EARSHOT_WEIGHTS_DIR", str(tmp_path))
    assert intents._kept_or_fitted(FEW).read(["hello"])


def test_other_examples_are_another_fit() -> None:
    assert intents._key(FEW) != intents._key({**FEW, NONE: ["hello"]})


@pytest.mark.parametrize(
    ("slip", "word"),
    [("vocie", "voice"), ("transcibe", "transcribe"), ("remvoe", "remove"), ("a", "b")],
)
def test_one_slip_is_one_slip(slip: str, word: str) -> None:
    assert slips_between(slip, word) == 1


def test_slips_in_telling_words_are_put_right() -> None:
    right = Intents()._ready().spelling.right
    assert right("trnascribe the vocie note") == "transcribe the voice note"
    assert right("the fisherman sails, Beethoven hums") == "the fisherman sails, Beethoven hums"
    assert right("받아써 줘") == "받아써 줘"


def test_what_is_ruled_out_counts_apart() -> None:
    assert affirmed("don't describe it, list the sounds") == "list the sounds"
    assert {"-description", "list"} <= set(concepts("don't describe it, list the sounds"))
    assert refuses("받아쓰지 않아도 돼요")
    assert not refuses("설명 말고 소리로 들려줘")
