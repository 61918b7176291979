"""Fixtures for speech: voiceprints, and people whose voices are known."""

from __future__ import annotations

import pytest

from engines.kinds import Samples
from engines.speech.voiceprint import Voiceprints
from evals.capability import conversations


@pytest.fixture(scope="session")
def voiceprints() -> Voiceprints:
    return Voiceprints()


@pytest.fixture(scope="session")
def readers() -> list[Samples]:
    """Three people reading aloud [frames] at 16 kHz, all as loud."""
    return conversations.readers()
