"""Conversions of weights: made once, made anew for other files, and no pickle runs anything."""

from __future__ import annotations

import os
import pickle
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file

from engines.weights import converted as module
from engines.weights.converted import converted, without_pickle


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "SHA256SUMS").write_text("one")
    monkeypatch.setattr(module, "folder", lambda _: tmp_path)
    return tmp_path


def test_a_conversion_is_made_once_for_the_same_files(folder: Path) -> None:
    made: list[Path] = []

    def convert(source: Path, target: Path) -> None:
        made.append(source)
        target.write_text("converted")

    first = converted("any", "it.txt", convert)
    assert converted("any", "it.txt", convert) == first
    assert made == [folder]
    (folder / "SHA256SUMS").write_text("two")
    assert converted("any", "it.txt", convert) != first
    assert len(made) == 2


def test_what_fails_leaves_nothing_behind(folder: Path) -> None:
    def convert(_: Path, target: Path) -> None:
        target.write_text("half")
        raise OSError("disk full")

    with pytest.raises(OSError, match="disk full"):
        converted("any", "it.txt", convert)
    assert [each.name for each in folder.iterdir()] == ["SHA256SUMS"]


def test_tensors_come_through_renamed_or_dropped(folder: Path) -> None:
    state = {"a.weight": torch.arange(6.0).reshape(2, 3).T, "loss": torch.ones(1)}
    torch.save({"model_state": state}, folder / "net.pt")
    path = without_pickle("any", "net.pt", lambda key: None if key == "loss" else f"net.{key}")
    found = load_file(path)
    assert found.keys() == {"net.a.weight"}
    assert torch.equal(found["net.a.weight"], state["a.weight"])


def test_a_pickle_that_does_something_is_refused(folder: Path) -> None:
    class Trap:
        def __reduce__(self) -> tuple[object, tuple[str]]:
            return os.mkdir, (str(folder / "sprung"),)

    (folder / "net.pt").write_bytes(pickle.dumps({"state": Trap()}, protocol=2))
    with pytest.raises(pickle.UnpicklingError):
        without_pickle("any", "net.pt")
    assert not (folder / "sprung").exists()
