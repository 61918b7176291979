"""Spectra and back."""

from __future__ import annotations

import numpy as np
import pytest

from engines.spectra import istft, mel_filters, stft


@pytest.mark.parametrize("frames", [0, 1, 300, 1024, 5_000])
@pytest.mark.parametrize(("size", "hop"), [(1024, 256), (512, 256), (400, 160)])
def test_what_goes_in_comes_back(frames: int, size: int, hop: int) -> None:
    samples = np.random.default_rng(1).standard_normal(frames).astype(np.float32)
    spectrogram = stft(samples, size, hop)
    assert spectrogram.shape == (-(-frames // hop) + 1, size // 2 + 1)
    assert np.allclose(istft(spectrogram, size, hop, frames), samples, atol=1e-4)


def test_a_tone_is_in_its_bin() -> None:
    tone = np.sin(2 * np.pi * 1000 * np.arange(16_000) / 16_000).astype(np.float32)
    power = np.abs(stft(tone, 512, 128)[20:-20]).mean(axis=0)
    assert power.argmax() == 32


def test_mel_filters_share_what_lies_between_them() -> None:
    filters = mel_filters(16_000, 512, 40, 125, 7_500)
    assert filters.shape == (257, 40)
    inside = filters.sum(axis=1)[8:220]
    assert np.allclose(inside, 1, atol=1e-5)
    assert filters[:4].sum() == filters[241:].sum() == 0
    assert filters.max() <= 1
