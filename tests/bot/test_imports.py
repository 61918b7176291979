"""What the service's own process must not load: the libraries that hold models."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
HEAVY = ("torch", "transformers", "ctranslate2", "faster_whisper", "onnxruntime")


@pytest.mark.parametrize("module", ["bot.app", "engines.loop.child"])
def test_no_model_library_is_loaded_by_importing(module: str) -> None:
    # The engines' own modules are imported on both sides of the loop, to know what there is.
    program = (
        f"import sys, {module}; from engines.engine import engines; assert engines();"
        f"print(*[name for name in {HEAVY} if name in sys.modules])"
    )
    ran = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert ran.stdout.split() == []
