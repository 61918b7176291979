"""What a person wishes for, as a brief: by tables of words, English and a little Korean."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass

import numpy as np

from engines.composition import words
from engines.composition.form import fitted
from engines.composition.styles import STYLES
from engines.composition.theory import key_name
from engines.kinds import Note, Refusal, note

#: Seconds: of a wish that names none, and the shortest and longest that are made.
USUAL_S, SHORTEST_S, LONGEST_S = 30.0, 4.0, 300.0
SLOWEST, FASTEST = 30, 240
METRES = (2, 3, 4, 5)
#: So much of a wish is read.
READ = 2000


@dataclass(frozen=True, slots=True)
class Brief:
    """All that a composer must know. ``tonic`` is 0 for C; ``tempo`` in beats per minute.

    ``instruments`` are (role, General MIDI program) that were asked for. ``bars`` of ``metre``
    quarter notes fill ``seconds``. ``drums`` is None where the style decides. ``notes`` say what
    was asked for and is not so.
    """

    style: str
    mood: str
    tempo: int
    tonic: int
    minor: bool
    metre: int
    seconds: float
    bars: int
    instruments: tuple[tuple[str, int], ...]
    drums: bool | None
    loop: bool
    seed: int
    notes: tuple[Note, ...] = ()

    @property
    def key(self) -> str:
        """The key in English."""
        return key_name(self.tonic, self.minor)


def understood(wish: str, seed: int = 0, length: float | None = None) -> Brief:
    """The brief of a wish in words; what it leaves open is drawn by ``seed`` and its words.

    Raises :class:`Refusal` for a length or a tempo that cannot be.
    """
    text = " ".join(wish[:READ].lower().replace("♭", "-flat").replace("♯", "-sharp").split())
    drawn = int.from_bytes(hashlib.sha256(f"{seed}|{text}".encode()).digest()[:6], "big")
    rng = np.random.default_rng(drawn)
    notes: list[Note] = []
    mood = words.found(words.MOODS, text)
    style = STYLES[words.found(words.STYLES, text) or _style_of(text, mood)]
    effect = words.EFFECTS.get(mood, words.Effect())
    metre = _metre(text, style.metre, notes)
    seconds = _seconds(text, length)
    tonic, minor = _key(text)
    if minor is None:
        share = style.major if effect.major is None else effect.major
        minor = bool(rng.random() >= share)
    else:
        rng.random()
    drawn_tonic = int(rng.choice([0, 2, 3, 4, 5, 7, 9, 10]))
    tonic = drawn_tonic if tonic is None else tonic
    loop = words.matches(words.LOOP, text)
    asked = _tempo(text)
    slow, fast = style.tempo
    wished = asked or float(rng.uniform(slow, fast)) * effect.tempo * _speed(text)
    # What rings on after the last bar and the slowing before it are part of the length.
    body = seconds if loop else max(2.0, seconds - (3.1 if style.slows else 2.5))
    tempo, bars = fitted(style, body, wished, metre, loop, asked is not None)
    return Brief(
        style.name, mood, tempo, tonic, minor, metre, seconds, bars, _instruments(text),
        _drums(text), loop, drawn, tuple(notes),
    )  # fmt: skip


def is_music(wish: str) -> float:
    """How surely a wish is for music and not for a sound, 0 to 1."""
    text = wish[:READ].lower()
    if words.matches(words.MUSIC, text):
        return 1.0
    if words.found(words.STYLES, text):
        return 0.7
    return 0.6 if _instruments(text) else 0.0


def _style_of(text: str, mood: str) -> str:
    asked = [program for _, program in _instruments(text)]
    for program, style in words.STYLE_OF_PROGRAM.items():
        if program in asked:
            return style
    return words.STYLE_OF_MOOD.get(mood, "piano")


def _metre(text: str, usual: int, notes: list[Note]) -> int:
    if match := re.search(r"\b(\d{1,2})\s*/\s*(2|4|8|16)\b", text):
        metre = int(match[1])
        if match[2] == "4" and metre in METRES:
            return metre
        near = 3 if metre % 3 == 0 else 4
        notes.append(note("metre_changed", asked=f"{match[1]}/{match[2]}", made=f"{near}/4"))
        return near
    return usual


def _seconds(text: str, told: float | None) -> float:
    """The length wished for in s, unless it is told beside the wish; 30 where none is."""
    total, seen = told or 0.0, told is not None
    if seen:
        pass
    elif match := re.search(r"\b(\d{1,2}):([0-5]\d)\b", text):
        total, seen = 60.0 * int(match[1]) + int(match[2]), True
    else:
        for number, unit in re.findall(words.DURATION, text):
            value = words.NUMBERS.get(number)
            value = float(number) if value is None else value
            total += value * (60.0 if unit.startswith(("m", "분")) else 1.0)
            seen = True
    if not seen:
        return USUAL_S
    if not SHORTEST_S <= total <= LONGEST_S:
        raise Refusal(
            "music_length", seconds=round(total), least=round(SHORTEST_S), most=round(LONGEST_S)
        )
    return total


def _tempo(text: str) -> float | None:
    match = re.search(r"(\d{1,4}(?:\.\d+)?)\s*(?:bpm|beats? per minute|비피엠)", text)
    match = match or re.search(r"(?:tempo|템포)\s*(?:of|=|:)?\s*(\d{2,3})\b", text)
    if not match:
        return None
    tempo = float(match[1])
    if not SLOWEST <= tempo <= FASTEST:
        raise Refusal("music_tempo_outside", bpm=round(tempo), least=SLOWEST, most=FASTEST)
    return tempo


def _speed(text: str) -> float:
    for pattern, factor in words.SPEEDS:
        if re.search(pattern, text):
            return factor
    return 1.0


def _key(text: str) -> tuple[int | None, bool | None]:
    """The tonic and whether it is minor, each None where the wish leaves it open."""
    if match := re.search(r"(올림|내림)?([가나다라마바사])\s?(장조|단조)", text):
        tonic = words.KOREAN_TONES[match[2]] + {"올림": 1, "내림": -1}.get(match[1] or "", 0)
        return tonic % 12, match[3] == "단조"
    match = re.search(r"\b([a-g])(?:[\s-]?(sharp|flat)|([#b]))?[\s-]?(major|minor|maj|min)\b", text)
    if match:
        sign = {"sharp": 1, "#": 1, "flat": -1, "b": -1}.get(match[2] or match[3] or "", 0)
        return (words.TONES[match[1]] + sign) % 12, match[4].startswith("min")
    if match := re.search(r"\bin ([a-g])(?:[\s-]?(sharp|flat)|([#b]))?(m)?(?![\w'-])", text):
        sign = {"sharp": 1, "#": 1, "flat": -1, "b": -1}.get(match[2] or match[3] or "", 0)
        if match[1] != "a" or match[2] or match[3] or match[4]:  # "in a" is no key
            return (words.TONES[match[1]] + sign) % 12, True if match[4] else None
    if re.search(r"\bminor (?:key|mode)|\bin minor\b|단조", text):
        return None, True
    if re.search(r"\bmajor (?:key|mode)|\bin major\b|장조", text):
        return None, False
    return None, None


def _instruments(text: str) -> tuple[tuple[str, int], ...]:
    """(role, program) of each instrument that is named and not ruled out, by its place."""
    found: list[tuple[int, str, int]] = []
    taken = text
    for pattern, role, program in words.INSTRUMENTS:
        for match in re.finditer(pattern, taken):
            if not words.NOT_BEFORE.search(text[: match.start()]):
                found.append((match.start(), role, program))
            taken = taken.replace(match[0], " " * len(match[0]))
            break
    roles: dict[str, int] = {}
    for _, role, program in sorted(found):
        # A second instrument of one role takes the next free one.
        second = "bass" if program in words.LOW else "chords"
        for free in (role, second, "chords", "pad", "melody"):
            if free not in roles:
                roles[free] = program
                break
    return tuple(roles.items())


def _drums(text: str) -> bool | None:
    match = re.search(r"\b(?:drums?|beats?|percussion)\b(?! per)|드럼|비트", text)
    if not match:
        return None
    without = words.NOT_BEFORE.search(text[: match.start()]) or "드럼 없" in text
    return not without
