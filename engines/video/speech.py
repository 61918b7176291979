"""What a talking head says: a recording, or a text that is spoken first."""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import soundfile

from engines.audio import blocks, canvas, duration, mono, resampled
from engines.kinds import Done, Progress, Refusal, Refused, Samples, Sound, Source, Work
from engines.video.visemes import Timed, timed

#: Samples [1, frames], their rate in Hz, and the times of the phonemes as JSON ({"phoneme",
#: "start", "end"}), empty where they are not known.
Spoken = tuple[Samples, int, Sequence[Mapping[str, Any]]]
#: Speaks a text in a voice, "" being the usual one; yields the share that is done on the way.
Speak = Callable[[str, str], Generator[float, None, Spoken]]

#: A longer video fits into no chat.
LONGEST_S = 300.0
#: Beyond this rate AAC does not go.
TOP_RATE = 48_000


@dataclass(frozen=True, slots=True)
class Speech:
    """What a head says: samples [1 or 2, frames] at ``rate`` Hz, and where each phoneme is."""

    samples: Samples
    rate: int
    phonemes: Sequence[Timed] = ()
    text: str = ""
    segments: Sequence[Mapping[str, Any]] = ()

    @property
    def seconds(self) -> float:
        """How long it is."""
        return float(self.samples.shape[1] / self.rate)


def said(text: str, voice: str, speak: Speak) -> Generator[float, None, Speech]:
    """A text spoken in a voice, "" being the usual one; yields the share that is done.

    Raises :class:`Refusal`: what the voice refuses, or ``animation_too_long`` (``minutes``).
    """
    samples, rate, phonemes = yield from speak(text, voice)
    _short_enough(samples.shape[1] / rate)
    return Speech(samples, rate, timed(phonemes), text)


def recorded(source: Source, arguments: Mapping[str, Any]) -> Speech:
    """The speech of a recording, with ``phonemes`` and ``segments`` of the arguments, if given.

    Raises :class:`Refusal` ``audio_empty`` or ``animation_too_long`` (``minutes``).
    """
    seconds = duration(source)
    _short_enough(seconds)
    info = soundfile.info(source.path)
    rate = min(int(info.samplerate), TOP_RATE)
    channels = int(info.channels) if info.channels <= 2 else 1
    samples = canvas(channels, max(1, round(info.frames * rate / info.samplerate)))
    at = 0
    stream = (
        piece if channels <= 2 and len(piece) == channels else mono(piece)[None]
        for piece, _ in blocks(source.path, 1.0)
    )
    for piece in resampled(stream, int(info.samplerate), rate):
        kept = piece[:, : samples.shape[1] - at]
        samples[:, at : at + kept.shape[1]] = kept
        at += kept.shape[1]
    return Speech(
        samples,
        rate,
        timed(arguments.get("phonemes") or ()),
        segments=tuple(arguments.get("segments") or ()),
    )


def own_voice() -> Speak:
    """The service's own text to speech, loaded when it is first wanted."""
    from engines.speech.speak import Kokoro  # noqa: PLC0415 - few videos need a voice

    voice = Kokoro()
    voice.load("cpu")

    def speak(text: str, name: str) -> Generator[float, None, Spoken]:
        for event in voice.run([Work("text_to_speech", {"text": text, "voice": name})]):
            if isinstance(event, Progress):
                yield event.fraction
            elif isinstance(event, Done):
                sound = next(each for each in event.outputs if isinstance(each, Sound))
                return sound.samples, sound.rate, event.data.get("phonemes") or ()
            elif isinstance(event, Refused):
                raise event.refusal
        raise RuntimeError("text to speech ended without a result")

    return speak


def _short_enough(seconds: float) -> None:
    if seconds > LONGEST_S:
        raise Refusal("animation_too_long", minutes=round(LONGEST_S / 60))
