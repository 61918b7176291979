"""What the procedures of this package are built from.

Filtered noise, modal banks, grains at random times, envelopes, plucked strings, formants, rooms.
Signals are float64 [frames] inside; :func:`finish` makes the float32 that leaves. Names follow
A. Farnell, "Designing Sound" (MIT Press, 2010) and P. Cook, "Real Sound Synthesis for Interactive
Applications" (A K Peters, 2002).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

import numpy as np
from numpy.typing import ArrayLike, NDArray

from engines.kinds import Samples
from engines.spectra import istft, stft

Signal = NDArray[np.float64]
#: The loudest sample of what is made, and how long its ends fade, in seconds.
PEAK, FADE_S = 0.89, 0.006
SIZE, HOP = 1024, 256


def frames(seconds: float, rate: int) -> int:
    """How many frames ``seconds`` are; raises :class:`ValueError` where that is none."""
    count = round(seconds * rate)
    if count < 1:
        raise ValueError("a sound needs a length")
    return count


def times(count: int, rate: int) -> Signal:
    """The time of each frame in seconds, [frames]."""
    return np.arange(count) / rate


def finish(signal: Signal, rate: int, fade_s: float = FADE_S) -> Samples:
    """The signal without its constant part, faded at both ends, at its loudest ``PEAK``."""
    signal = signal - signal.mean()
    count = max(1, min(len(signal) // 2, round(fade_s * rate)))
    ramp = 0.5 - 0.5 * np.cos(np.pi * np.arange(count) / count)
    signal[:count] *= ramp
    signal[len(signal) - count :] *= ramp[::-1]
    loudest = np.abs(signal).max()
    return np.asarray(signal * (PEAK / loudest if loudest > 0 else 0.0), dtype=np.float32)


def noise(generator: np.random.Generator, count: int, slope: float = 0.0) -> Signal:
    """Gaussian noise [count] of unit deviation; ``slope`` dB an octave, -3 pink and -6 brown."""
    white = generator.standard_normal(count)
    if slope == 0 or count < 2:
        return white
    spectrum = np.fft.rfft(white)
    # Levelled off below 1/2000 of the rate, some 20 Hz: nothing there is heard.
    ramp = np.maximum(np.fft.rfftfreq(count), 1 / 2000)
    spectrum *= ramp ** (slope / 6.02)
    spectrum[0] = 0.0
    coloured = np.fft.irfft(spectrum, count)
    return cast(Signal, coloured / max(coloured.std(), 1e-12))


def low(signal: Signal, rate: int, hertz: float, order: int = 2) -> Signal:
    """Butterworth low-pass."""
    return _filtered(signal, rate, hertz, "lowpass", order)


def high(signal: Signal, rate: int, hertz: float, order: int = 2) -> Signal:
    """Butterworth high-pass."""
    return _filtered(signal, rate, hertz, "highpass", order)


def band(signal: Signal, rate: int, lowest: float, highest: float, order: int = 2) -> Signal:
    """Butterworth band-pass."""
    return _filtered(signal, rate, (lowest, highest), "bandpass", order)


def _filtered(signal: Signal, rate: int, hertz: ArrayLike, kind: str, order: int) -> Signal:
    from scipy.signal import butter, sosfilt  # noqa: PLC0415 - heavy to import

    edges = np.minimum(np.asarray(hertz, dtype=np.float64), 0.49 * rate)
    return cast(Signal, sosfilt(butter(order, edges, kind, fs=rate, output="sos"), signal))


def resonant(signal: Signal, rate: int, hertz: float, width: float) -> Signal:
    """Two poles at ``hertz`` with a bandwidth of ``width`` Hz, gain 1 at the peak."""
    from scipy.signal import lfilter  # noqa: PLC0415 - heavy to import

    radius = np.exp(-np.pi * width / rate)
    angle = 2 * np.pi * min(hertz, 0.49 * rate) / rate
    poles = [1.0, -2 * radius * np.cos(angle), radius**2]
    # With zeros at 0 Hz and half the rate the peak's gain hardly depends on where it is
    # (Smith & Angell, "A constant-gain digital resonator", Computer Music Journal 6(4), 1982).
    zeros = np.array([1.0, 0.0, -radius]) * (1 - radius)
    return cast(Signal, lfilter(zeros, poles, signal))


def formants(signal: Signal, rate: int, peaks: Sequence[tuple[float, float, float]]) -> Signal:
    """The signal through resonators side by side: hertz, bandwidth and gain of each."""
    out = np.zeros(len(signal))
    for hertz, width, gain in peaks:
        out += gain * resonant(signal, rate, hertz, width)
    return out


def moving(
    signal: Signal, rate: int, tracks: Sequence[tuple[ArrayLike, ArrayLike, ArrayLike]]
) -> Signal:
    """The signal through moving peaks: hertz, bandwidth and gain of each, curves over its time.

    A curve is a number or points spread evenly over the sound. The filter is a gain on the
    short-time spectrum, so that it moves without a loop over samples; faster than 10 ms it cannot.
    """
    spectrogram = stft(signal.astype(np.float32), SIZE, HOP)
    bins = np.fft.rfftfreq(SIZE, 1 / rate)
    gain = np.zeros(spectrogram.shape)
    for hertz, width, level in tracks:
        centre, wide, loud = (curve(each, len(gain))[:, None] for each in (hertz, width, level))
        gain += loud / np.sqrt(1 + np.square((bins - centre) / (wide / 2)))
    shaped = (spectrogram * gain).astype(np.complex64)
    return istft(shaped, SIZE, HOP, len(signal)).astype(np.float64)


def curve(points: ArrayLike, count: int) -> Signal:
    """Straight lines through points spread evenly, or through (time 0..1, value) pairs: [count]."""
    values = np.atleast_1d(np.asarray(points, dtype=np.float64))
    along = np.linspace(0, 1, count)
    if values.ndim == 2:
        return np.interp(along, values[:, 0], values[:, 1])
    return np.interp(along, np.linspace(0, 1, len(values)), values)


def wander(generator: np.random.Generator, count: int, rate: int, hertz: float) -> Signal:
    """A slow random control in 0..1 that changes its mind ``hertz`` times a second, smoothly."""
    knots = generator.random(int(count / rate * hertz) + 4)
    at = times(count, rate) * hertz + 1
    index = at.astype(int)
    part = 0.5 - 0.5 * np.cos(np.pi * (at - index))
    return cast(Signal, knots[index] * (1 - part) + knots[index + 1] * part)


def poisson(generator: np.random.Generator, seconds: float, per_second: float) -> Signal:
    """The times of random events, ascending, as drops of rain fall."""
    return np.sort(generator.random(generator.poisson(seconds * per_second))) * seconds


def add(out: Signal, at: int, grain: Signal, gain: float = 1.0) -> None:
    """Add a grain to ``out`` from frame ``at`` on; what reaches past either end is left out."""
    first = max(0, -at)
    part = grain[first : max(first, len(out) - at)]
    out[at + first : at + first + len(part)] += gain * part


def decay(count: int, rate: int, seconds: float, attack_s: float = 0.001) -> Signal:
    """An envelope that rises in ``attack_s`` and falls by 60 dB in ``seconds`` [count]."""
    at = times(count, rate)
    rise = np.minimum(1.0, at / max(attack_s, 1e-6))
    return rise * np.exp(-6.9078 * at / seconds)


def swell(count: int, attack: float = 0.2, release: float = 0.3) -> Signal:
    """An envelope with raised-cosine ends, shares of its length, level between [count]."""
    at = np.linspace(0, 1, count)
    up = np.clip(at / max(attack, 1e-6), 0, 1)
    down = np.clip((1 - at) / max(release, 1e-6), 0, 1)
    return np.asarray((0.5 - 0.5 * np.cos(np.pi * up)) * (0.5 - 0.5 * np.cos(np.pi * down)))


def modes(
    count: int, rate: int, hertz: ArrayLike, decays: ArrayLike, gains: ArrayLike = 1.0
) -> Signal:
    """A struck body: sines of ``hertz`` that fall by 60 dB in ``decays`` seconds (Cook, ch. 4)."""
    each = np.broadcast_arrays(*map(np.atleast_1d, (hertz, decays, gains)))
    at = times(count, rate)
    out = np.zeros(count)
    for frequency, long, gain in zip(*each, strict=True):
        if frequency < 0.48 * rate:
            out += gain * np.sin(2 * np.pi * frequency * at) * np.exp(-6.9078 * at / long)
    return out * np.minimum(1.0, at / 0.0005)


def phase(hertz: Signal, rate: int) -> Signal:
    """The running phase of an oscillator, radians, by its frequency [frames]."""
    return 2 * np.pi * np.cumsum(hertz) / rate


def harmonics(hertz: Signal, rate: int, tilt: float = 1.0, most: int = 60) -> Signal:
    """A voice's or engine's source: harmonics of 1/k**tilt, all under half the rate."""
    angle = phase(hertz, rate)
    out = np.zeros(len(hertz))
    for number in range(1, min(most, int(0.45 * rate / max(float(hertz.min()), 1.0))) + 1):
        heard = np.clip((0.45 * rate - number * hertz) / 500, 0, 1)
        out += heard * np.sin(number * angle) / number**tilt
    return out


def plucked(
    generator: np.random.Generator, count: int, rate: int, hertz: float, bright: float = 0.5
) -> Signal:
    """A string (Karplus & Strong, Computer Music Journal 7(2), 1983), a pick's noise in a loop."""
    from scipy.signal import lfilter  # noqa: PLC0415 - heavy to import

    delay = max(2, round(rate / hertz - 0.5))
    burst = np.zeros(count)
    burst[: min(delay, count)] = generator.uniform(-1, 1, min(delay, count))
    loop = np.zeros(delay + 2)
    loop[0] = 1.0
    loop[delay], loop[delay + 1] = -0.998 * (0.5 + bright / 2), -0.998 * (0.5 - bright / 2)
    return cast(Signal, lfilter([1.0], loop, burst))


def room(
    generator: np.random.Generator, signal: Signal, rate: int, seconds: float, wet: float
) -> Signal:
    """The signal in a room: noise that dies away, duller as it does (Moorer 1979)."""
    from scipy.signal import fftconvolve  # noqa: PLC0415 - heavy to import

    count = max(8, round(seconds * rate))
    tail = generator.standard_normal(count) * decay(count, rate, seconds, 0.004)
    tail = 0.5 * tail + low(tail, rate, 1800)
    tail /= np.sqrt(np.square(tail).sum())
    return cast(Signal, signal + wet * fftconvolve(signal, tail)[: len(signal)])


def bubble(rate: int, radius_mm: float, rise: float = 0.1) -> Signal:
    """A bubble's ring (van den Doel, "Physically based models for liquid sounds", 2005, eq. 1-4).

    Its pitch is 3/radius, its damping .13/radius + .0072 radius**-1.5 (in metres), and its pitch
    rises by ``rise`` of the damping as it nears the surface.
    """
    radius = radius_mm / 1000
    damping = 0.13 / radius + 0.0072 * radius**-1.5
    at = times(round(min(0.3, 7 / damping) * rate) + 2, rate)
    ring = np.sin(2 * np.pi * 3 / radius * at * (1 + rise * damping * at)) * np.exp(-damping * at)
    return cast(Signal, ring * np.minimum(1.0, at * 3 / radius / 2))


def outdoors(generator: np.random.Generator, signal: Signal, decibels: float = -42.0) -> Signal:
    """The signal over the air of a place: pink noise, ``decibels`` from its peak.

    No recording is without; a call in digital silence sounds, and is taken, for a synthesiser.
    """
    loudest = float(np.abs(signal).max(initial=0.0))
    return signal + loudest * 10 ** (decibels / 20) * noise(generator, len(signal), -3)
