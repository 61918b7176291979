"""The ears of KEMAR: head-related impulse responses for any direction.

Gardner & Martin measured a dummy head at 710 directions ("HRTF measurements of a KEMAR
dummy-head microphone", MIT Media Lab Technical Report 280, 1994). The file comes as a pickle of
the package slab; it is read with nothing let in but arrays, and kept as safetensors.

Azimuth is degrees clockwise as seen from above: 0 ahead, 90 right, -90 left. Elevation is degrees
above the horizon. Of the two ears, the left is first.
"""

from __future__ import annotations

import bz2
import io
import pickle
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engines.audio import resample
from engines.kinds import Samples
from engines.weights.converted import converted

RATE = 44_100
#: Points of the Fourier transform that a filter is given for.
SIZE = 2048
#: Delays are found to this part of a sample.
FINER = 16

Spectrum = NDArray[np.complex64]


class Kemar:
    """Filters for the two ears, interpolated between the directions that were measured.

    Responses of neighbouring directions begin at different times. Each is parted into its delay
    and the rest, and the two are interpolated apart: mixed as they are they would be combs.
    """

    def __init__(self, directions: Samples, responses: Samples, rate: int) -> None:
        """Take azimuths and elevations [n, 2] and responses [n, 2, taps] at 44.1 kHz."""
        if rate != RATE:
            shape = responses.shape
            flat = resample(responses.reshape(-1, shape[2]), RATE, rate)
            responses = flat.reshape(*shape[:2], -1) * (RATE / rate)
        self.rate = rate
        self.directions = directions
        self.taps = responses.shape[2]
        spectra = np.fft.rfft(responses, SIZE).astype(np.complex64)
        self._delays = _delays(spectra)
        self._bins = (np.arange(SIZE // 2 + 1) * (2j * np.pi / SIZE)).astype(np.complex64)
        self._aligned = spectra * np.exp(self._bins * self._delays[..., None])
        self._rings = np.unique(directions[:, 1])
        self._members = [np.flatnonzero(directions[:, 1] == ring) for ring in self._rings]

    @classmethod
    def at(cls, rate: int) -> Kemar:
        """The measured head, for sound at ``rate``; raises :class:`weights.WeightsMissing`."""
        from safetensors.numpy import load_file  # noqa: PLC0415 - for one look alone

        tensors = load_file(converted("kemar", "kemar.safetensors", _convert))
        return cls(tensors["directions"], tensors["responses"], rate)

    def filters(self, azimuth: float, elevation: float) -> Spectrum:
        """The filters [2, SIZE // 2 + 1] of the two ears.

        Below -40 degrees nothing was measured: the lowest ring stands for it.
        """
        near = self._neighbours(azimuth, elevation)
        delays = np.zeros((2, 1), dtype=np.float32)
        mixed = np.zeros((2, SIZE // 2 + 1), dtype=np.complex64)
        for index, weight in near:
            delays += np.float32(weight) * self._delays[index][:, None]
            mixed += np.float32(weight) * self._aligned[index]
        return np.asarray(mixed * np.exp(-self._bins * delays), dtype=np.complex64)

    def _neighbours(self, azimuth: float, elevation: float) -> list[tuple[int, float]]:
        """Up to four measured directions around the wanted one, and their weights."""
        rings = self._rings
        wanted = float(np.clip(elevation, rings[0], rings[-1]))
        upper = min(int(np.searchsorted(rings, wanted, side="right")), len(rings) - 1)
        lower = upper - 1
        share = (wanted - rings[lower]) / (rings[upper] - rings[lower])
        found: list[tuple[int, float]] = []
        for ring, weight in ((lower, 1 - share), (upper, share)):
            members = self._members[ring]
            away = np.mod(self.directions[members, 0] - azimuth, 360.0)
            after, before = int(np.argmin(away)), int(np.argmax(away))
            span = float(away[after] + 360.0 - away[before])
            part = float(away[after]) / span
            found += [
                (int(members[after]), float(weight * (1 - part))),
                (int(members[before]), float(weight * part)),
            ]
        return [(index, weight) for index, weight in found if weight > 1e-6]


def _delays(spectra: Spectrum) -> Samples:
    """How many samples late each response is against its minimum-phase twin, shaped as they are.

    That is where the two correlate best (Nam, Abel & Smith, "A method for estimating interaural
    time difference for binaural synthesis", AES 125th Convention, 2008).
    """
    lags = np.zeros(spectra.shape[:2], dtype=np.float32)
    for number, pair in enumerate(spectra):
        across = pair * np.conj(_minimum_phase(np.abs(pair)))
        fine = np.fft.irfft(across, SIZE * FINER, axis=1)[:, : SIZE * FINER // 8]
        lags[number] = np.argmax(fine, axis=1) / FINER
    return lags


def _minimum_phase(magnitudes: Samples) -> Spectrum:
    """The spectra of the shortest responses with these magnitudes [n, bins]."""
    cepstra = np.fft.irfft(np.log(np.maximum(magnitudes, 1e-6)), SIZE, axis=1)
    cepstra[:, 1 : SIZE // 2] *= 2
    cepstra[:, SIZE // 2 + 1 :] = 0
    return np.asarray(np.exp(np.fft.rfft(cepstra, axis=1)), dtype=np.complex64)


class _Inert:
    """Stands for the classes of slab: it holds what it is given and does nothing."""

    def __init__(self) -> None:
        self.state: dict[str, Any] = {}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.state = state


class _ArraysOnly(pickle.Unpickler):
    """Makes arrays, and inert objects for the two classes of slab; refuses all else."""

    _let_in = frozenset({"_reconstruct", "ndarray", "dtype"})

    def find_class(self, module: str, name: str) -> Any:
        if module in {"numpy", "numpy.core.multiarray"} and name in self._let_in:
            return super().find_class(module.replace("numpy.core", "numpy._core"), name)
        if (module, name) in {("slab.hrtf", "HRTF"), ("slab.filter", "Filter")}:
            return _Inert
        raise pickle.UnpicklingError(f"{module}.{name} has no place in this file")


def _convert(folder: Path, target: Path) -> None:
    """Write the directions and responses of slab's file as safetensors."""
    from safetensors.numpy import save_file  # noqa: PLC0415 - for the first use alone

    raw = bz2.decompress((folder / "mit_kemar_normal_pinna.bz2").read_bytes())
    head = _ArraysOnly(io.BytesIO(raw)).load().state
    directions = np.array(head["sources"][:, :2], dtype=np.float32)
    # In the file a positive azimuth is left.
    directions[:, 0] = np.mod(-directions[:, 0] + 180.0, 360.0) - 180.0
    responses = np.stack([np.asarray(each.state["data"]).T for each in head["data"]])
    save_file(
        {
            "directions": np.ascontiguousarray(directions),
            "responses": np.ascontiguousarray(responses, dtype=np.float32),
        },
        target,
    )
