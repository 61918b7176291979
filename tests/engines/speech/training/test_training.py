"""The training: made-up voices, mixtures of them, a few steps, and going on after a stop."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import pytest
import torch

from engines.audio import mono, read, resample
from engines.kinds import Samples
from engines.spectra import stft
from engines.speech.talkers import RATE, Talkers, median_pitch, separated
from engines.speech.training.evaluate import Mixture, gain, real_mixtures, report
from engines.speech.training.mixtures import Voices, in_room, other_throat, talk
from engines.speech.training.sentences import sentence
from engines.speech.training.train import SHORT, Training, matched_si_sdr, si_sdr, train
from engines.speech.training.voices import SOURCES, Speaker, draw, make
from tests import recordings


def _reading(path: Path, seconds: float) -> Samples:
    samples, rate = read(path)
    return resample(mono(samples), rate, RATE)[: int(seconds * RATE)]


def _written(folder: Path, name: str, people: tuple[str, ...], said: Samples) -> None:
    folder.mkdir(exist_ok=True)
    pcm = np.round(said / np.abs(said).max() * 20_000).astype(np.int16)
    lengths = np.array([len(pcm) // 2, len(pcm) - len(pcm) // 2])
    number = len(list(folder.iterdir()))
    path = folder / f"test-{number:05d}.npz"
    np.savez(path, samples=pcm, lengths=lengths, name=np.array(name), people=np.array(people))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two people, one of them under two names."""
    low = _reading(recordings.two_cities(), 12)
    _written(tmp_path / "voices", "low", ("ann",), low)
    _written(tmp_path / "voices", "low and more", ("ann", "bob"), low[::-1].copy())
    _written(tmp_path / "voices", "other", ("carl",), _reading(recordings.beckett(), 9))
    return tmp_path


def test_sentences_differ_and_can_be_read() -> None:
    rng = np.random.default_rng(0)
    said = [sentence(rng) for _ in range(300)]
    assert len(set(said)) > 290
    assert all(text[0].isupper() and text[-1] in ".?" and "{" not in text for text in said)
    assert all(4 <= len(text.split()) <= 60 for text in said)


def test_speakers_are_mostly_men_and_mostly_blends() -> None:
    rng = np.random.default_rng(0)
    voices = ["am_adam", "am_onyx", "em_santa", "pm_santa", "af_heart", "bf_emma"]
    drawn = [draw(rng, voices) for _ in range(1000)]
    male = np.mean([speaker.shares[0][0][1] == "m" for speaker in drawn])
    blended = np.mean([len(speaker.shares) == 2 for speaker in drawn])
    assert 0.6 < male < 0.75
    assert 0.55 < blended < 0.75
    assert all(abs(sum(share for _, share in speaker.shares) - 1) < 1e-6 for speaker in drawn)
    assert Speaker((("em_santa", 0.5), ("pm_santa", 0.5))).people == ("santa",)


def test_a_speaker_is_made_of_its_number(tmp_path: Path) -> None:
    speak = SOURCES["hibari"]()
    for name in ("a", "b"):
        assert make(speak, 7, tmp_path / f"{name}-0.npz") > 15
    with np.load(tmp_path / "a-0.npz") as first, np.load(tmp_path / "b-0.npz") as second:
        np.testing.assert_array_equal(first["samples"], second["samples"])
        assert str(first["name"]) == "af_heart*1.00"
        assert first["lengths"].sum() == len(first["samples"])


def test_nobody_is_mixed_with_themselves(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A voice that is in another's blend is not mixed with it: each is a tone here."""
    voices = Voices(folder / "voices")
    assert all(voice.low for voice in voices.voices.values())
    pitches = {"low": 300, "low and more": 600, "other": 1500}
    for name, pitch in pitches.items():
        wave = np.sin(2 * np.pi * pitch * np.arange(2 * RATE) / RATE)
        voices.voices[name].clips = [(20_000 * wave).astype(np.int16)]
    monkeypatch.setattr("engines.speech.training.mixtures.SPEEDS", (1.0, 1.0))
    rng = np.random.default_rng(0)
    for _ in range(40):
        pair = voices.pair(RATE // 4, rng)
        tops = [np.argmax(np.abs(np.fft.rfft(each))) * 4 for each in pair]
        assert sum(abs(top - 1500) < 50 for top in tops) == 1


def test_noise_is_in_the_mixture_and_not_in_the_talkers(folder: Path) -> None:
    mixtures, talkers = Voices(folder / "voices").batch(12, RATE, np.random.default_rng(0))
    assert talkers.shape == (12, 2, RATE)
    assert np.isfinite(mixtures).all()
    noise = mixtures - talkers.sum(axis=1)
    below = 10 * np.log10(np.square(noise).mean(axis=1) / np.square(mixtures).mean(axis=1) + 1e-12)
    assert (below < -15).all()
    assert 2 <= (below > -60).sum() <= 10


def test_voices_may_grow(folder: Path) -> None:
    voices = Voices(folder / "voices")
    hours = voices.hours
    _written(folder / "voices", "new", ("dora",), _reading(recordings.librivox()[0].path, 6))
    voices.reload()
    assert "new" in voices.voices
    assert voices.hours == pytest.approx(hours + 6 / 3600, rel=0.01)
    shutil.rmtree(folder / "voices")
    with pytest.raises(ValueError, match="fewer than two people"):
        Voices(folder / "voices")


def test_another_throat_keeps_the_pitch_and_moves_the_formants() -> None:
    said = _reading(recordings.two_cities(), 8)
    before, after = median_pitch(said), median_pitch(other_throat(said, 1.16))
    assert before is not None
    assert after == pytest.approx(before, rel=0.03)
    # A vowel of one formant, at 1500 Hz.
    times = np.arange(2 * RATE) / RATE
    overtones = 110 * np.arange(1, 36)[:, None]
    heights = np.exp(-(((overtones - 1500) / 300) ** 2)) + 0.01
    vowel = (heights * np.cos(2 * np.pi * overtones * times)).sum(axis=0).astype(np.float32)
    for factor in (0.86, 1.16):
        power = np.square(np.abs(stft(other_throat(vowel, factor), 256, 128))).mean(axis=0)
        centre = float(power @ np.arange(129) / power.sum()) * RATE / 256
        assert centre == pytest.approx(1500 * factor, rel=0.05)


def test_speed_and_room() -> None:
    rng = np.random.default_rng(1)
    clip = (0.3 * np.sin(2 * np.pi * 200 * np.arange(RATE) / RATE) * 32767).astype(np.int16)
    assert talk([clip], 3 * RATE, rng).shape == (3 * RATE,)
    pulse = np.zeros(RATE, dtype=np.float32)
    pulse[100] = 1
    heard = in_room(pulse, rng)
    assert heard[100] == pytest.approx(1, abs=0.01)
    assert np.abs(heard[:100]).max() < 1e-3
    assert 0.005 < np.square(heard[101:]).sum() < 0.7


def test_the_measure() -> None:
    rng = np.random.default_rng(0)
    talkers = torch.from_numpy(rng.standard_normal((3, 2, 4000)).astype(np.float32))
    noisy = talkers + 0.1 * torch.from_numpy(rng.standard_normal((3, 2, 4000)).astype(np.float32))
    assert si_sdr(7 * noisy, talkers).numpy() == pytest.approx(20, abs=0.5)
    assert matched_si_sdr(noisy.flip(1), talkers).numpy() == pytest.approx(20, abs=0.5)
    both = Mixture(("a", "b"), talkers[0].numpy(), (100.0, 200.0))
    assert gain(lambda _: noisy[0].numpy()[::-1], both) == pytest.approx(20, abs=1)
    assert both.distance == pytest.approx(12)
    assert both.kind == "high and low"


def test_real_mixtures_are_always_the_same_and_of_two_people() -> None:
    first, second = real_mixtures(count=40), real_mixtures(count=40)
    assert len(first) == 40
    for one, other in zip(first, second, strict=True):
        np.testing.assert_array_equal(one.talkers, other.talkers)
        assert one.names[0] != one.names[1]
        loud = np.square(one.talkers).mean(axis=1)
        assert abs(10 * np.log10(loud[0] / loud[1])) <= 5.1
    kinds = {mixture.kind for mixture in first}
    assert "two low" in kinds
    result = report(lambda mixed: np.stack([mixed, mixed]), first)
    assert abs(result["mean_db"]) < 0.01
    assert json.loads(json.dumps(result)) == result


def test_a_step_learns(folder: Path) -> None:
    """The same mixture again and again: what the network is given it must be able to part."""
    voices, training = Voices(folder / "voices"), Training()
    mixed, said = voices.batch(2, RATE, np.random.default_rng(0))
    mixtures, talkers = torch.from_numpy(mixed), torch.from_numpy(said)

    def ratio() -> torch.Tensor:
        return matched_si_sdr(separated(training.layers, mixtures), talkers).mean()

    before = ratio().item()
    for _ in range(25):
        training.optimiser.zero_grad()
        torch.autograd.backward(-ratio())
        training.optimiser.step()
    assert ratio().item() > before + 1


def test_training_goes_on_as_if_it_had_not_stopped(folder: Path) -> None:
    voices, through, stopped = Voices(folder / "voices"), Training(), Training()
    length = (SHORT[0], 2)
    for _ in range(3):
        through.step(voices, length, 1e-3)
        stopped.step(voices, length, 1e-3)
    stopped.save(folder / "trunk.pt")
    resumed = Training()
    resumed.load(folder / "trunk.pt")
    assert resumed.steps == 3
    assert through.step(voices, length, 1e-3) == resumed.step(voices, length, 1e-3)
    for name, each in through.mean.items():
        torch.testing.assert_close(each, resumed.mean[name])


def test_sessions(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two sessions and an ending: the trunk goes on, the ending leaves it alone."""
    module = "engines.speech.training.train"
    monkeypatch.setattr(f"{module}.SHORT", (1.0, 2))
    monkeypatch.setattr(f"{module}.LAST", (1.0, 2))
    mixture = real_mixtures(count=1)[0]
    monkeypatch.setattr(f"{module}.real_mixtures", lambda: [mixture])
    for anneal in (False, False, True):
        train(folder, 0.5, anneal=anneal)
    lines = [json.loads(line) for line in (folder / "log.jsonl").read_text("utf-8").splitlines()]
    assert [line["run"] for line in lines] == ["trunk", "trunk", "annealed"]
    steps = [line["steps"] for line in lines]
    assert 0 < steps[0] < steps[1] < steps[2]
    trunk = Training()
    trunk.load(folder / "trunk.pt")
    assert trunk.steps == steps[1]
    assert (folder / "annealed.safetensors").stat().st_size < 10e6
    assert np.isfinite(gain(Talkers(folder / "annealed.safetensors").separate, mixture))
