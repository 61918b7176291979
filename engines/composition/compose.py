"""From a brief to a piece: the melody over the plan, all parts, and how people play them."""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from engines.composition import words
from engines.composition.backing import bass_part, chords_part, drums_part, pad_part
from engines.composition.brief import Brief
from engines.composition.melody import Motif, Singer, motif, varied
from engines.composition.piece import Note, Part, Piece, Role, Section
from engines.composition.plan import Plan, plan
from engines.composition.styles import Style
from engines.composition.theory import key_name
from engines.composition.voicing import parallel

MELODY = 88
#: How often an upbeat leads from one phrase into the next.
UPBEATS = 0.6
#: How far from the style's range each lead plays, in semitones.
RANGES = {42: -14, 41: -7, 57: -12, 66: -6, 65: -3, 60: -8, 71: -3, 30: -7, 29: -3, 73: 4, 10: 5,
          9: 6, 72: 8, 56: -1, 26: -4, 27: -4, 24: -3, 25: -3, 53: -3, 61: -5, 68: 2, 22: -2,
          74: 5, 13: 6, 104: -8, 8: 4}  # fmt: skip
#: The last two bars get slower, in styles that do so.
SLOWING = (0.93, 0.82)
#: A strummed chord is spread over so many beats from string to string.
STRUM = 0.022


def compose(brief: Brief) -> Piece:
    """The piece for a brief; the same brief gives the same piece."""
    rng = np.random.default_rng(brief.seed)
    made = plan(brief, rng)
    effect = words.EFFECTS.get(brief.mood, words.Effect())
    asked = dict(brief.instruments)
    programs = _programs(made.style, asked, rng)
    bass = bass_part(made, rng)
    chords = chords_part(made, rng)
    span = _span(made.style, programs["melody"], effect.lift)
    tune = mended(moving(melody_part(made, span, rng), made), bass, made)
    lead, comp, low = made.style.levels
    drums = made.style.drums if brief.drums is not False else ""
    if brief.drums and not drums:
        drums = "lofi"
    written: list[tuple[Role, list[Note], float, float]] = [
        ("melody", tune, 0.12, lead),
        ("chords", chords, -0.25 if programs["chords"] != programs["melody"] else -0.1, comp),
        ("bass", bass, 0.0, low),
    ]
    if "pad" in programs:
        written.append(("pad", pad_part(made), 0.3, 0.5))
    if drums:
        written.append(("drums", drums_part(made, drums, rng), 0.0, 0.8))
        programs["drums"] = made.style.kit
    parts = tuple(
        Part(role, programs[role], _played(made, role, notes, effect.force, rng), pan, level)
        for role, notes, pan, level in written
        if notes
    )
    tempi: list[tuple[float, float]] = [(0.0, float(brief.tempo))]
    if made.style.slows and not brief.loop and brief.bars >= 6:
        for bars, share in zip((2, 1), SLOWING, strict=True):
            tempi.append((made.beats - bars * brief.metre, brief.tempo * share))
    title = f"{brief.mood} {brief.style}".strip()
    return Piece(
        f"{title} in {key_name(brief.tonic, brief.minor)}", brief.tonic, brief.minor, brief.metre,
        tuple(tempi), made.beats, parts, made.chords, made.sections, brief.loop,
    )  # fmt: skip


def melody_part(plan: Plan, span: tuple[int, int], rng: np.random.Generator) -> list[Note]:
    """The tune: each letter has two motifs; a letter that returns is the same, a little varied."""
    brief, style = plan.brief, plan.style
    singer = Singer(brief.tonic, brief.minor, span, rng, blue=style.name == "blues")
    motifs: dict[str, tuple[Motif, Motif]] = {}
    returned: dict[str, int] = {}
    notes: list[Note] = []
    letters = [section for section in plan.sections if len(section.name) == 1]
    silent = letters[:1] if style.name == "techno" and len(letters) > 3 else []
    for section in plan.sections:
        if section.name == "intro" or section in silent:
            continue
        start = float(section.bar * brief.metre)
        if section.name == "ending":
            notes += singer.cadence(
                start, float(brief.metre), plan.chord_at(start), plan.bass_at(start), home=True
            )
            continue
        name = section.name if section.name != "tag" else "A"
        if name not in motifs:
            motifs[name] = _motifs(style, brief.metre, motifs.get("A"), rng)
        elif section.name != "tag":
            first, second = motifs[name]
            returned[name] = returned.get(name, 0) + 1
            first = varied(first, rng) if returned[name] > 1 else first
            motifs[name] = (first, varied(second, rng))
        last = section is letters[-1] if letters else False
        notes += _phrase(plan, section, motifs[name], singer, last and not brief.loop, rng)
    return notes


def _motifs(
    style: Style, metre: int, other: tuple[Motif, Motif] | None, rng: np.random.Generator
) -> tuple[Motif, Motif]:
    first = motif(style.cells, metre, rng)
    for _ in range(5):  # a contrasting section moves in another rhythm
        if other is None or first.rhythm != other[0].rhythm:
            break
        first = motif(style.cells, metre, rng)
    second = varied(first, rng) if rng.random() < 0.4 else motif(style.cells, metre, rng)
    return first, second


def _phrase(
    plan: Plan,
    section: Section,
    motifs: tuple[Motif, Motif],
    singer: Singer,
    home: bool,
    rng: np.random.Generator,
) -> list[Note]:
    """The bars of a section: motif, motif, its contrast, and a rest at every fourth bar."""
    notes: list[Note] = []
    metre = plan.brief.metre
    for bar in range(section.bars):
        start = float((section.bar + bar) * metre)
        if bar % 4 == 3:
            # Where the dominant is left open the ending brings the tonic.
            chord, bass = plan.chord_at(start), plan.bass_at(start)
            end = home and bar + 1 == section.bars and chord.function == "T"
            busy = plan.style.cells not in ("calm", "floating", "sparse")
            upbeat = busy and metre >= 3 and bool(rng.random() < UPBEATS)
            notes += singer.cadence(start, float(metre), chord, bass, end, upbeat)
            continue
        used = motifs[1] if bar % 4 == 2 else motifs[0]
        lift = {"B": 0.75, "C": 0.9}.get(section.name, 0.4) + (0.2, 0.35, 0.5)[bar % 4] - 0.3
        notes += singer.bar(start, used, plan.chord_at, plan.bass_at, lift)
    return notes


def outer(tune: list[Note], bass: list[Note]) -> list[tuple[int, int, int]]:
    """Where melody and bass are struck together: (the note's number, bass pitch, its pitch)."""
    low = {round(note.start, 3): note.pitch for note in bass}
    return [
        (number, low[round(note.start, 3)], note.pitch)
        for number, note in enumerate(tune)
        if round(note.start, 3) in low
    ]


def moving(tune: list[Note], plan: Plan) -> list[Note]:
    """The tune with no long note struck a third time: it goes to another tone of its chord.

    Slow styles take the nearest tone of each chord, and chords of one key share many.
    """
    tune = list(tune)
    for number in range(2, len(tune) - 1):
        note, before = tune[number], tune[number - 2 : number]
        if note.length < 1 or any(each.pitch != note.pitch for each in before):
            continue
        classes = plan.chord_at(note.start).classes
        others = [
            pitch
            for pitch in range(note.pitch - 7, note.pitch + 8)
            if pitch % 12 in classes and pitch != note.pitch
        ]
        if others:
            near = min(others, key=lambda pitch: (abs(pitch - note.pitch), pitch))
            tune[number] = Note(note.start, near, note.length, note.velocity)
    return tune


def mended(tune: list[Note], bass: list[Note], plan: Plan) -> list[Note]:
    """The tune without parallel fifths and octaves against the bass, by other tones of chords.

    The last note stays.
    """
    tune = list(tune)
    for _ in range(len(tune)):
        struck = outer(tune, bass)
        clean = True
        for (_, low, high), (number, then, pitch) in pairwise(struck):
            if not parallel(low, high, then, pitch) or number + 1 == len(tune):
                continue
            classes = plan.chord_at(tune[number].start).classes
            last = tune[number - 1].pitch if number else pitch
            others = [
                other
                for other in range(pitch - 5, pitch + 6)
                if other % 12 in classes and other != pitch and not parallel(low, high, then, other)
            ]
            if others:
                best = min(others, key=lambda other: abs(other - last) + abs(other - pitch))
                old = tune[number]
                tune[number] = Note(old.start, best, old.length, old.velocity)
                clean = False
                break
        if clean:
            break
    return tune


def _programs(style: Style, asked: dict[str, int], rng: np.random.Generator) -> dict[str, int]:
    """The General MIDI program of each role: what was asked for, else one of the style's."""
    drawn: dict[str, tuple[int, ...]] = {
        "melody": style.lead, "chords": style.chords, "bass": style.low, "pad": style.pad,
    }  # fmt: skip
    found = {role: int(rng.choice(pool)) for role, pool in drawn.items() if pool}
    alone = set(asked) == {"chords"} and style.name in ("piano", "folk", "waltz", "lullaby")
    found |= asked
    if alone:
        found["melody"] = asked["chords"]
    return found


def _span(style: Style, program: int, lift: int) -> tuple[int, int]:
    moved = RANGES.get(program, 0) + lift
    return style.melody[0] + moved, style.melody[1] + moved


def _played(
    plan: Plan, role: Role, notes: list[Note], force: float, rng: np.random.Generator
) -> tuple[Note, ...]:
    """The notes as people play them: swung, accented, a little loose, chords strummed."""
    style, beats = plan.style, plan.beats
    spread = style.loose * plan.brief.tempo / 60 * (0.5 if role == "drums" else 1.0)
    strummed = role == "chords" and style.name in ("folk", "bossa")
    offset: dict[float, float] = {}
    played: list[Note] = []
    order: dict[float, int] = {}
    for note in sorted(notes):
        if note.start not in offset:
            offset[note.start] = float(np.clip(rng.normal(0, 1), -2, 2)) * spread
        start, end = swung(note.start, style.swing), swung(note.end, style.swing)
        nth = order[note.start] = order.get(note.start, -1) + 1
        late = offset[note.start] + (nth * STRUM if strummed else 0.0)
        start = min(max(0.0, start + late), beats - 0.05)
        end = min(end, beats)
        velocity = note.velocity or _accent(plan, note)
        if role != "drums":
            velocity = round(velocity * force + (rng.normal(0, 2.5) if style.loose else 0))
        played.append(
            Note(round(start, 4), note.pitch, round(max(0.06, end - start), 4),
                 int(np.clip(velocity, 8, 127)))
        )  # fmt: skip
    return tuple(_apart(played))


def _apart(notes: list[Note]) -> list[Note]:
    """A pitch that is struck again is let go just before."""
    kept: dict[int, Note] = {}
    done: list[Note] = []
    for note in sorted(notes):
        old = kept.get(note.pitch)
        if old is not None:
            if note.start - old.start < 0.03:
                continue
            if old.end > note.start - 0.01:
                old = Note(old.start, old.pitch, max(0.02, note.start - 0.01 - old.start),
                           old.velocity)  # fmt: skip
            done.append(old)
        kept[note.pitch] = note
    return sorted(done + list(kept.values()))


def _accent(plan: Plan, note: Note) -> int:
    """How loud a melody note is: by its beat, its height, and its place in the phrase."""
    metre = plan.brief.metre
    beat = note.start % metre
    metric = 1.0 if beat < 0.01 else 0.93 if beat % 1 < 0.01 else 0.86
    bar = note.start / metre % 4
    arch = 0.92 + 0.1 * np.sin(np.pi * min(1.0, bar / 3.5))
    height = 1 + 0.004 * (note.pitch - 72)
    later = 0.97 + 0.06 * note.start / plan.beats
    return int(np.clip(MELODY * metric * arch * height * later, 20, 124))


def swung(beat: float, swing: float) -> float:
    """Where ``beat`` lies when the second eighth comes at ``swing`` of each beat."""
    whole = np.floor(beat + 1e-9)
    part = max(0.0, beat - whole)
    if part <= 0.5:
        return float(whole + part * swing / 0.5)
    return float(whole + swing + (part - 0.5) * (1 - swing) / 0.5)
