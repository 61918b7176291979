"""Text to song: words on the notes somebody wrote, on a known tune, or on one of their own."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from engines import loudness
from engines.composition.accompany import Tone, accompaniment
from engines.engine import engine, one_by_one
from engines.kinds import Done, Event, Note, Progress, Refusal, Samples, Sound, Work, note
from engines.singing import notation, score, voice
from engines.singing.contour import Held
from engines.singing.invention import invented
from engines.singing.syllables import Sung, divided, fitted
from engines.singing.wish import CHARACTERS, understood, words_of
from engines.speech.kokoro import RATE, Network
from engines.speech.script import Script
from engines.speech.voices import Voice, english, find, usual

#: A note without a length is so long, in s.
BEAT_S = 0.6
#: Tempo in beats a minute that can be asked for.
SLOWEST, FASTEST = 40.0, 200.0
#: The accompaniment lies so far under the voice, in dB.
UNDER_DB = -9.0
TAIL_S = 0.3
#: Words that are spoken weakly and sung in full, as phonemes.
_STRONG = {"to": "tˈu", "a": "ə", "and": "ˈænd", "for": "fˈɔɹ", "of": "ˈʌv", "are": "ˈɑɹ"}
_KEY = re.compile(r"([A-G])([#b♯♭]?)\s*(m|min|minor|maj|major)?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Song:
    """Syllables in s, the key and tempo they are in, and what to say of them."""

    sung: list[Sung]
    words: tuple[str, ...]
    key: str
    bpm: float
    tune: str
    moved: int
    notes: tuple[Note, ...]


@engine(
    task="text_to_sing",
    weights=("kokoro", "kokoro-voices", "timgm6mb"),
    memory_gb=0.6,
    seconds_per_second=0.6,
)
class SungKokoro:
    """Kokoro's speech, stretched and re-pitched by WORLD."""

    def load(self, device: str) -> None:
        """Read the weights; raises :class:`weights.WeightsMissing`."""
        self.network = Network()
        self.script = Script(self.network.vocabulary)
        self.voices = english(each.name for each in self.network.voices)

    def run(self, batch: Sequence[Work]) -> Iterator[Event]:
        """Sing each text in turn."""
        return one_by_one(batch, self._sing)

    def _sing(self, index: int, work: Work) -> Iterator[Event]:
        asked = str(work.arguments.get("voice") or "")
        singer = find(asked, self.voices) if asked else usual("en")
        song = self.song(work.arguments, singer)
        style = self.network.style_of(singer)
        length = sum(each.length for sung in song.sung for each in sung.notes)
        whole = np.zeros(round((voice.BEFORE_S + length + TAIL_S) * RATE), dtype=np.float32)
        melody = list[Held]()
        yield Progress(index, 0.0)
        for start, phrase in voice.phrases(song.sung):
            made = voice.sing(self.network, style, phrase)
            at = round(start * RATE)
            kept = made[: len(whole) - at]
            whole[at : at + len(kept)] += kept
            melody += voice.held(phrase, start + voice.BEFORE_S)
            yield Progress(index, min(1.0, (start + len(made) / RATE) / (len(whole) / RATE)))
        samples = loudness.normalised(whole[None], RATE)
        if work.arguments.get("accompaniment") == "on":
            samples = _over(samples, melody, song)
        yield Progress(index, 1.0)
        data = _told(song, singer)
        yield Done(
            index,
            text=" ".join(song.words),
            data=data,
            outputs=(Sound("song", samples, RATE),),
            notes=song.notes,
        )

    def song(self, arguments: Any, singer: Voice) -> Song:
        """The song that the arguments of a task ask for; raises :class:`Refusal`."""
        bpm = arguments.get("tempo")
        if bpm is not None and not SLOWEST <= float(bpm) <= FASTEST:
            raise Refusal("tempo_outside", least=round(SLOWEST), most=round(FASTEST))
        text = str(arguments["text"])
        if len(text) > CHARACTERS:
            raise Refusal("text_too_long", characters=len(text), limit=CHARACTERS)
        if str(arguments.get("notes") or "").strip():
            return self._written(text, arguments, singer)
        if str(arguments.get("durations") or "").strip():
            raise Refusal("durations_without_notes")
        return self._wished(text, arguments, singer)

    def _written(self, text: str, arguments: Any, singer: Voice) -> Song:
        """The words on the notes that somebody wrote."""
        words, _ = words_of(text)
        tempo = float(arguments.get("tempo") or 60 / BEAT_S)
        phonemes = self._phonemes(words, singer)
        fields = notation.fields(
            str(arguments["notes"]),
            str(arguments.get("durations") or ""),
            60 / tempo,
            sum(len(divided(word)) for word in phonemes),
        )
        shift = int(arguments.get("transpose") or 0)
        sung, held = fitted(phonemes, fields)
        sung = score.moved(sung, shift)
        if score.too_wide([each.notes for each in sung], singer):
            raise Refusal("notes_too_far_apart")
        octaves = score.octaves([each.notes for each in sung], singer)
        sung = score.moved(sung, 12 * octaves)
        told = []
        if octaves:
            way = "up" if octaves > 0 else "down"
            told.append(note("octaves_moved", octaves=abs(octaves), way=way))
        if held:
            told.append(note("last_vowel_held"))
        return Song(sung, words, "", tempo, "", shift + 12 * octaves, tuple(told))

    def _wished(self, text: str, arguments: Any, singer: Voice) -> Song:
        """The words on a tune of ours."""
        wish = understood(text, str(arguments.get("melody") or ""))
        phonemes = self._phonemes(wish.words, singer)
        tune = wish.tune or invented(phonemes, wish.ends)
        placed = (score.own_words if wish.own else score.other_words)(tune, phonemes)
        bpm = float(arguments.get("tempo") or tune.bpm)
        ease = score.at_ease(placed, singer)
        key = str(arguments.get("key") or "").strip()
        if key:
            ease = _nearest(_tonic(key) - _tonic(tune.key), ease)
        shift = ease + int(arguments.get("transpose") or 0)
        sung = score.moved(score.at_pace(placed, bpm), shift)
        title = tune.title
        told = note("sung_to", tune=title) if title else note("sung_to_own_tune")
        minor = "m" if tune.key.endswith("m") else ""
        sounding = notation.name(60 + _tonic(tune.key) + shift).rstrip("-0123456789") + minor
        return Song(sung, wish.words, sounding, bpm, title, shift, (told,))

    def _phonemes(self, words: Sequence[str], singer: Voice) -> list[str]:
        """Each word by what stands around it, but with the full vowels that are sung."""
        british = singer.british
        together = self.script.phonemes(" ".join(words), "en", british).split()
        if len(together) != len(words):
            together = [self.script.phonemes(word, "en", british) for word in words]
        strong = (
            _STRONG.get(word.lower(), said) for word, said in zip(words, together, strict=True)
        )
        found = ["".join(c for c in said if c.isalpha() or c in "ˈˌː") for said in strong]
        if not any(found):
            raise Refusal("nothing_to_sing")
        # What nothing can be made of is hummed, so that notes and words stay together.
        return [each or "m" for each in found]


def _over(samples: Samples, melody: Sequence[Held], song: Song) -> Samples:
    """The voice [1, frames] over a piano, as [2, frames]."""
    seconds = samples.shape[1] / RATE
    tune = [Tone(each.pitch, each.start, each.end) for each in melody]
    tonic, minor = (_tonic(song.key) % 12, "m" in song.key.lower()) if song.key else _home(tune)
    under = accompaniment(tune, tonic, minor, song.bpm, seconds, RATE)
    under = loudness.normalised(under, RATE, loudness.TARGET_LUFS + UNDER_DB)
    mixed = np.repeat(samples, len(under), axis=0)
    frames = min(mixed.shape[1], under.shape[1])
    mixed[:, :frames] += under[:, :frames]
    return loudness.normalised(mixed, RATE)


def _home(tune: Sequence[Tone]) -> tuple[int, bool]:
    """The key of a tune that somebody wrote, by where it ends: its last note, in major."""
    return (round(tune[-1].pitch) % 12 if tune else 0), False


def _tonic(key: str) -> int:
    """Semitones above C; raises :class:`Refusal` ``key_unknown``."""
    match = _KEY.fullmatch(key)
    if match is None:
        raise Refusal("key_unknown", key=key[:20])
    sign = match[2].lower()
    return (notation.pitch(f"{match[1].upper()}{sign}4") or 0) - 60


def _nearest(semitones: int, ease: int) -> int:
    """The same key in the octave nearest to the one that is sung with ease."""
    return ease + (semitones - ease + 6) % 12 - 6


def _told(song: Song, singer: Voice) -> dict[str, Any]:
    """The song as JSON: every syllable with its notes and times in s."""
    syllables = []
    at = voice.BEFORE_S
    for each in song.sung:
        length = sum(one.length for one in each.notes)
        if each.phonemes:
            names = [notation.name(one.pitch) for one in each.notes if one.pitch is not None]
            syllables.append(
                {
                    "phonemes": each.phonemes,
                    "word": song.words[each.word],
                    "notes": names,
                    "start": round(at, 3),
                    "end": round(at + length, 3),
                }
            )
        at += length
    return {
        "voice": singer.name,
        "tune": song.tune,
        "key": song.key,
        "tempo": song.bpm,
        "transposed": song.moved,
        "syllables": syllables,
    }
