"""Speech separation: a track for each speaker, or the voice apart from its music.

Speakers are told apart by who speaks when (:mod:`engines.speech.turns`): a track holds the turns
of one and is silent elsewhere. What two say at the same moment goes to the one of them who is more
like the voice heard there, unless it is said that two talk at once: then a network parts them
(:mod:`engines.speech.at_once`). Voice and music are parted by :mod:`engines.music.stems`.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import soundfile

from engines.audio import blocks, canvas, duration
from engines.engine import engine, one_by_one
from engines.kinds import Document, Done, Event, Note, Progress, Refusal, Samples, Sound, Work, note
from engines.music import stems
from engines.speech import speakers
from engines.speech.at_once import AtOnce
from engines.speech.turns import Turn
from engines.speech.voiceprint import Voiceprints

VOICE_AND_MUSIC, AT_ONCE = "voice and music", "two at once"
#: A turn begins and ends over so many seconds, against clicks.
FADE_S = 0.01
#: A recording that is quieter than this everywhere is silent (20 bits).
SILENT = 1e-6
#: So far under the whole recording, in dB, a track is next to nothing: speech without music left
#: up to -15 dB in the music's, music without speech -56 dB in the voice's.
LEAST_VOICE_DB, LEAST_MUSIC_DB = -25.0, -14.0


@engine(
    task="speech_separation",
    weights=("resemblyzer", "spleeter-2stems"),
    memory_gb=1.1,
    seconds_per_second=0.1,
)
class TrackSeparation:
    """Resemblyzer's voiceprints gathered into speakers, Spleeter, and a network for two at once."""

    def load(self, device: str) -> None:
        """Read the weights; raises :class:`~engines.weights.WeightsMissing`."""
        self.voiceprints = Voiceprints()
        self.stems = stems.Stems()
        self.at_once = AtOnce()

    def run(self, batch: Sequence[Work]) -> Iterator[Event]:
        """Separate each recording in turn."""
        return one_by_one(batch, self._separate)

    def _separate(self, index: int, work: Work) -> Iterator[Event]:
        duration(work.sources[0])
        path = work.sources[0].path
        if work.arguments.get("tracks") == VOICE_AND_MUSIC:
            return self._voice_and_music(index, path)
        if work.arguments.get("tracks") == AT_ONCE:
            return self.at_once.separate(index, path)
        return self._speakers(index, path)

    def _speakers(self, index: int, path: Path) -> Iterator[Event]:
        """A track for each speaker, as long as the recording and as loud."""
        info = soundfile.info(path)
        found_turns = yield from speakers.find(index, path, self.voiceprints, 0.0, 0.95)
        if not found_turns:
            raise Refusal("no_speech_to_separate")
        tracks = _tracks(path, found_turns)
        yield Progress(index, 1.0)
        heard = [_speaker(number, found_turns) for number in range(1, len(tracks) + 1)]
        data = {
            "duration_s": round(info.frames / info.samplerate, 3),
            "speakers": heard,
            "turns": [
                {"start": round(t.start, 2), "end": round(t.end, 2), "speaker": t.speaker}
                for t in found_turns
            ],
        }
        one = note("one_speaker")
        yield Done(
            index,
            data=data,
            outputs=(
                *(
                    Sound(f"speaker-{number}", track, int(info.samplerate), speech=True)
                    for number, track in enumerate(tracks, 1)
                ),
                Document("turns.csv", "text/csv", _csv(found_turns)),
            ),
            notes=(one,) if len(tracks) == 1 else (note("speakers_found", count=len(tracks)),),
        )

    def _voice_and_music(self, index: int, path: Path) -> Iterator[Event]:
        """Two tracks whose sum is the recording."""
        info = soundfile.info(path)
        frames, rate, channels = int(info.frames), int(info.samplerate), int(info.channels)
        voice, music = canvas(channels, frames), canvas(channels, frames)
        for both, at, piece in self.stems.voice_in(path):
            end = at + piece.shape[1]
            voice[both, at:end] = piece
            done = both.start + (both.stop - both.start) * end / frames
            yield Progress(index, 0.95 * done / channels)
        levels = _part(path, voice, music)
        yield Progress(index, 1.0)
        yield Done(
            index,
            data={"model": "Spleeter, 2 stems", "duration_s": round(frames / rate, 3)} | levels,
            outputs=(
                Sound("voice", voice, rate, speech=True),
                Sound("music", music, rate),
            ),
            notes=_what_is_there(levels),
        )


def _tracks(path: Path, found: Sequence[Turn]) -> list[Samples]:
    """The recording [channels, frames] as each speaker's track, silent outside of the turns."""
    info = soundfile.info(path)
    rate, frames = int(info.samplerate), int(info.frames)
    count = max(turn.speaker for turn in found)
    tracks = [canvas(int(info.channels), frames) for _ in range(count)]
    with soundfile.SoundFile(path) as file:
        for turn in found:
            start, end = (min(frames, round(at * rate)) for at in (turn.start, turn.end))
            file.seek(start)
            piece = file.read(end - start, dtype="float32", always_2d=True).T
            fade = min(round(FADE_S * rate), piece.shape[1] // 2)
            ramp = np.sin(np.linspace(0, np.pi / 2, fade, dtype=np.float32)) ** 2
            piece[:, :fade] *= ramp
            piece[:, piece.shape[1] - fade :] *= ramp[::-1]
            tracks[turn.speaker - 1][:, start:end] = piece
    return tracks


def _speaker(number: int, found: Sequence[Turn]) -> dict[str, float | int | str]:
    own = [turn for turn in found if turn.speaker == number]
    seconds = sum(turn.end - turn.start for turn in own)
    return {"name": f"speaker-{number}", "turns": len(own), "seconds": round(seconds, 1)}


def _csv(found: Sequence[Turn]) -> str:
    """The turns as a table: start and end in seconds, and the speaker."""
    text = io.StringIO()
    table = csv.writer(text, lineterminator="\n")
    table.writerow(["start", "end", "speaker"])
    table.writerows([f"{t.start:.2f}", f"{t.end:.2f}", f"speaker-{t.speaker}"] for t in found)
    return text.getvalue()


def _part(path: Path, voice: Samples, music: Samples) -> dict[str, float]:
    """Write into ``music`` what the voice leaves of the recording, and say how much each is.

    The levels are in dB of the whole recording; raises :class:`Refusal` where that is silent.
    """
    powers = np.zeros(3)
    loudest, at = 0.0, 0
    for piece, _ in blocks(path, 1.0):
        part = slice(at, at + piece.shape[1])
        music[:, part] = piece - voice[:, part]
        powers += [
            np.square(each, dtype=np.float64).sum()
            for each in (piece, voice[:, part], music[:, part])
        ]
        loudest = max(loudest, float(np.abs(piece).max()))
        at = part.stop
    if loudest < SILENT:
        raise Refusal("recording_silent")
    voice_db, music_db = 10 * np.log10(np.maximum(powers[1:] / powers[0], 1e-9))
    return {"voice_db": round(float(voice_db), 1), "music_db": round(float(music_db), 1)}


def _what_is_there(levels: dict[str, float]) -> tuple[Note, ...]:
    if levels["voice_db"] < LEAST_VOICE_DB:
        return (note("hardly_any_voice"),)
    if levels["music_db"] < LEAST_MUSIC_DB:
        return (note("hardly_any_music"),)
    return (note("voice_and_music"),)
