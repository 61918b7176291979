"""Models chosen by id: how they are written, and fetching them from a hub on this machine."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from pathlib import Path

import pytest

from engines.weights import WeightsMissing, hub
from engines.weights.hub import Model
from tests.servers.hub import COMMIT, Hub, serving

FILES = ("pytorch_model.bin",)
MODEL = Model("owner/some-model_16k")


@pytest.fixture
def served(monkeypatch: pytest.MonkeyPatch) -> Iterator[Hub]:
    """A hub with one model, at which this process is pointed."""
    with serving() as one:
        one.models[MODEL.id] = {FILES[0]: b"weights" * 1000, "other/config.json": b"{}"}
        monkeypatch.setenv("HF_ENDPOINT", one.address)
        monkeypatch.setenv("HF_TOKEN", "hf_hunter2")
        yield one


def test_models_are_written_by_task() -> None:
    assert hub.parsed("") == {}
    assert hub.parsed(" , ") == {}
    assert hub.parsed("speech_separation=a/b") == {"speech_separation": Model("a/b", "main")}
    assert hub.parsed("speech_separation=a/b.c_d-16k@refs/pr/1,") == {
        "speech_separation": Model("a/b.c_d-16k", "refs/pr/1")
    }


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("speech_separation", "not written TASK=OWNER/NAME"),
        ("speech_separation=gpt2", "not written"),
        ("speech_separation=https://huggingface.co/a/b", "not written"),
        ("speech_separation=../../etc", "not written"),
        ("speech_separation=a/b@../x", "not written"),
        ("speech_separation=a/b@", "not written"),
        ("speech_separation=a/b@-x", "not written"),
        ("hunter2=a/b", "no such task; a model can be chosen for speech_separation"),
        ("text_to_speech=a/b", "text_to_speech takes no other model"),
        ("speech_separation=a/b,speech_separation=a/c", "two models are chosen"),
    ],
)
def test_a_wrong_choice_is_one_sentence_without_its_text(text: str, why: str) -> None:
    with pytest.raises(ValueError, match=why) as caught:
        hub.parsed(text)
    assert "hunter2" not in str(caught.value)
    assert "a/b" not in str(caught.value)


def test_the_process_that_loads_models_is_told_and_gets_no_secrets(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    outer = {"HF_TOKEN": "hunter2", "https_proxy": "http://proxy:1", "EARSHOT_MODELS": "x"}
    assert hub.environment({}, outer) == {}
    told = hub.environment({"speech_separation": Model("a/b", "v1")}, outer)
    assert told["https_proxy"] == "http://proxy:1"
    assert "HF_TOKEN" not in told
    for name, value in told.items():
        monkeypatch.setenv(name, value)
    assert hub.chosen("speech_separation") == Model("a/b", "v1")
    assert hub.chosen("text_to_speech") is None


def test_what_was_fetched_is_there_without_a_hub(served: Hub, tmp_path: Path) -> None:
    assert hub.held(MODEL, FILES, tmp_path) is None
    folder = hub.fetch(MODEL, FILES, tmp_path)
    assert folder.name == COMMIT
    assert (folder / FILES[0]).read_bytes() == b"weights" * 1000
    assert served.tokens
    assert set(served.tokens) == {None}
    asked = len(served.asked)
    served.models[MODEL.id] = {}
    assert hub.fetch(MODEL, FILES, tmp_path) == folder
    assert hub.fetch(Model(MODEL.id, COMMIT), FILES, tmp_path) == folder
    assert hub.held(MODEL, FILES, tmp_path) == folder
    assert len(served.asked) == asked


def test_several_files_are_of_one_commit(served: Hub, tmp_path: Path) -> None:
    files = ("other/config.json", *FILES)
    folder = hub.fetch(MODEL, files, tmp_path)
    assert all((folder / each).is_file() for each in files)
    assert any(f"/resolve/{COMMIT}/" in each for each in served.asked)


@pytest.mark.parametrize(
    ("model", "why"),
    [
        (Model("owner/nothing"), "no public model of that name"),
        (Model(MODEL.id, "v9"), "no such revision"),
        (Model("owner/empty"), "no file pytorch_model.bin"),
        (Model("owner/gated"), "only to accounts that they let in"),
    ],
)
def test_what_is_not_to_be_had_is_said(
    model: Model, why: str, served: Hub, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    served.models |= {"owner/empty": {}, "owner/gated": {}}
    served.gated.add("owner/gated")
    with caplog.at_level(logging.ERROR), pytest.raises(WeightsMissing, match=why) as caught:
        hub.fetch(model, FILES, tmp_path)
    assert caught.value.name == model.id
    assert str(model) in str(caught.value)
    assert str(caught.value) in caplog.text


def test_a_hub_that_is_not_reached_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with serving() as gone:
        monkeypatch.setenv("HF_ENDPOINT", gone.address)
    with pytest.raises(WeightsMissing, match="cannot be reached"):
        hub.fetch(MODEL, FILES, tmp_path)


def test_a_disk_that_cannot_be_written_is_said(served: Hub, tmp_path: Path) -> None:
    (tmp_path / "hub").write_text("a file, where a folder is to be")
    with pytest.raises(WeightsMissing, match=r"fetching .* failed"):
        hub.fetch(MODEL, FILES, tmp_path)
