"""CONTRIBUTING's engine is a real one: it is taken from the page and held to the contract."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import numpy as np
import pytest

from engines.audio import write_flac
from engines.engine import engines
from engines.kinds import Done, Source, Work

ROOT = Path(__file__).resolve().parents[1]


def test_the_engine_of_the_page_works(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    page = (ROOT / "CONTRIBUTING.md").read_text()
    (code,) = re.findall(r"```python\n(.*?)```", page, re.DOTALL)
    (tmp_path / "engine_of_the_page.py").write_text(code)
    monkeypatch.syspath_prepend(tmp_path)
    spec = engines(["engine_of_the_page"])["Unchanged"]
    assert spec.task == "speech_enhancement"

    samples = np.linspace(-0.5, 0.5, 800, dtype=np.float32)[None]
    path = tmp_path / "sound.flac"
    write_flac(path, samples, 8000)
    engine = spec.make()
    engine.load("cpu")
    (done,) = engine.run([Work("speech_enhancement", {}, [Source("a1", "audio", path)])])
    assert isinstance(done, Done)
    (sound,) = done.outputs
    np.testing.assert_allclose(sound.samples, samples, atol=1e-4)  # type: ignore[union-attr]
    del sys.modules["engine_of_the_page"]
