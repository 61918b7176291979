"""The accompaniment written out: chords, bass, pad and drums over a plan."""

from __future__ import annotations

import numpy as np

from engines.composition import patterns
from engines.composition.drums import CRASH, drums
from engines.composition.patterns import ALL, FIFTH, Hit
from engines.composition.piece import Chord, Note, Section
from engines.composition.plan import Plan
from engines.composition.theory import ladder, scale_over
from engines.composition.voicing import Voicing

#: Struck so loud where the accent is 1.
CHORDS, BASS, PAD = 68, 84, 54
HIGHEST_BASS = 55
#: Styles whose accompaniment grows when the first section returns.
GROWS = ("orchestral", "pop", "ambient", "techno", "8bit")


def chords_part(plan: Plan, rng: np.random.Generator) -> list[Note]:
    """The chords' notes; the last bar is one long chord."""
    notes: list[Note] = []
    seen: list[str] = []
    for section in plan.sections:
        # Other letters have the other pattern, and in some styles a letter that returns.
        other = section.name in "BC" or (plan.style.name in GROWS and seen.count("A") % 2 == 1)
        seen.append(section.name)
        name = plan.style.comp[1 if other else 0]
        for bar in range(section.bar, section.bar + section.bars):
            start = float(bar * plan.brief.metre)
            if section.name == "ending":
                hits = [Hit(0, plan.brief.metre, ALL, 0.95)]
            else:
                hits = patterns.comp(name, plan.brief.metre, bar - section.bar, rng)
                hits = _at_changes(plan, start, hits, held=name in ("pad", "pulse", "ringing"))
            for hit in hits:
                notes += _sounding(plan, start, hit, _force(plan, section, bar))
    return notes


def _sounding(plan: Plan, start: float, hit: Hit, force: float) -> list[Note]:
    at = start + hit.beat
    number = plan.index(at)
    chord, layout = plan.chords[number], plan.layouts[number]
    length = min(hit.length, chord.start + chord.length - at)
    if length < 0.1:
        return []
    pitches = layout if hit.what == ALL else (_voice(layout, hit.what),)
    velocity = int(np.clip(CHORDS * hit.accent * force, 1, 127))
    return [Note(at, pitch, length, velocity) for pitch in pitches]


def _voice(layout: Voicing, number: int) -> int:
    """Voice ``number`` from below; past the top one, the lowest an octave up."""
    octave, voice = divmod(number, len(layout))
    return layout[voice] + 12 * octave


def _at_changes(plan: Plan, start: float, hits: list[Hit], held: bool) -> list[Hit]:
    """The hits, and one more where a chord changes within the bar and nothing is struck."""
    if not held:
        return hits
    end = start + plan.brief.metre
    for chord in plan.chords[plan.index(start) :]:
        offset = chord.start - start
        if chord.start >= end:
            break
        if offset > 0 and all(abs(hit.beat - offset) > 0.01 for hit in hits):
            hits = [*hits, Hit(offset, chord.length, ALL, 0.85)]
    return hits


def bass_part(plan: Plan, rng: np.random.Generator) -> list[Note]:
    """The bass's notes; the last bar is the tonic, held."""
    notes: list[Note] = []
    for section in plan.sections:
        name = plan.style.bass[1 if section.name in "BC" else 0]
        for bar in range(section.bar, section.bar + section.bars):
            start = float(bar * plan.brief.metre)
            force = _force(plan, section, bar)
            if section.name == "ending":
                hits = [Hit(0, plan.brief.metre, 0, 1.0)]
            elif name == "walking":
                notes += _walk(plan, start, force, rng)
                continue
            else:
                hits = patterns.bass(name, plan.brief.metre, bar - section.bar, rng)
                hits = _roots_at_changes(plan, start, hits)
            for hit in hits:
                at = start + hit.beat
                chord = plan.chord_at(at)
                length = min(hit.length, chord.start + chord.length - at)
                # A chord that begins has its root in the bass, not its fifth.
                fresh = hit.what == FIFTH and abs(chord.start - at) < 0.01
                pitch = _above(plan.bass_at(at), 0 if fresh else hit.what, chord)
                velocity = int(np.clip(BASS * hit.accent * force, 1, 127))
                notes.append(Note(at, pitch, max(0.1, length), velocity))
    return notes


def _above(root: int, semitones: int, chord: Chord) -> int:
    if semitones == FIFTH:
        semitones = next((each for each in chord.intervals if each in (6, 7, 8)), 7)
        pitch = root + semitones
        return pitch - 12 if pitch > 50 else pitch
    if semitones == 4 and 3 in chord.intervals:
        semitones = 3
    pitch = root + semitones
    return pitch - 12 if pitch > HIGHEST_BASS and semitones != 12 else pitch


def _roots_at_changes(plan: Plan, start: float, hits: list[Hit]) -> list[Hit]:
    """Where a chord begins within the bar its root is played, and nothing else there."""
    end = start + plan.brief.metre
    for chord in plan.chords[plan.index(start) :]:
        offset = chord.start - start
        if chord.start >= end:
            break
        if offset <= 0:
            continue
        here = [hit for hit in hits if abs(hit.beat - offset) < 0.01]
        hits = [hit for hit in hits if hit not in here]
        length = here[0].length if here else chord.length * 0.9
        hits.append(Hit(offset, length, 0, 0.95))
    return sorted(hits, key=lambda hit: hit.beat)


def _walk(plan: Plan, start: float, force: float, rng: np.random.Generator) -> list[Note]:
    """A bar of walking bass: roots where chords begin, a step into the next, tones between."""
    notes: list[Note] = []
    key = (plan.brief.tonic, plan.brief.minor)
    for beat in range(plan.brief.metre):
        at = start + beat
        chord, root = plan.chord_at(at), plan.bass_at(at)
        ahead = plan.bass_at(min(at + 1, plan.beats - 0.5))
        if abs(chord.start - at) < 0.01 and chord.length <= plan.brief.metre:
            pitch = root
        elif plan.chord_at(at + 1).start > at + 0.01:  # the last beat before a change
            pitch = ahead + int(rng.choice([-1, 1, 2 if rng.random() < 0.5 else -2]))
        else:
            tones = ladder(scale_over(chord, *key), 33, 53)
            last = notes[-1].pitch if notes else root
            near = [p for p in tones if 1 <= abs(p - last) <= 4]
            toward = [p for p in near if abs(p - ahead) <= abs(last - ahead) + 2] or near
            chordal = [p for p in toward if p % 12 in chord.classes]
            pool = chordal if chordal and (beat == 2 or rng.random() < 0.5) else toward
            pitch = int(rng.choice(pool or [last]))
        accent = 1.0 if beat % 2 else 0.94
        notes.append(Note(at, pitch, 0.92, int(np.clip(BASS * accent * force, 1, 127))))
    return notes


def pad_part(plan: Plan) -> list[Note]:
    """Held chords under the sections after the first; from the start where nothing else moves."""
    letters = [section for section in plan.sections if len(section.name) == 1]
    begins = letters[1].bar if len(letters) > 1 else plan.sections[-1].bar
    if plan.style.comp[0] == "pad":
        begins = min(begins, letters[0].bar if letters else 0)
    notes: list[Note] = []
    for chord, layout in zip(plan.chords, plan.layouts, strict=True):
        if chord.start >= begins * plan.brief.metre or plan.brief.loop:
            # Open position: every second voice from above an octave down ("drop two").
            spread = sorted(p - 12 if n % 2 else p for n, p in enumerate(layout[::-1]))
            notes += [Note(chord.start, pitch, chord.length, PAD) for pitch in spread]
    return notes


def drums_part(plan: Plan, name: str, rng: np.random.Generator) -> list[Note]:
    """The drums: light in the intro, a fill into each new section, one stroke at the end."""
    notes: list[Note] = []
    metre = plan.brief.metre
    for number, section in enumerate(plan.sections):
        start = float(section.bar * metre)
        if section.name == "ending":
            notes += [Note(start, 36, 0.3, 96), Note(start, CRASH, 2.0, 84)]
            continue
        crash = number > 0 and name in ("rock", "house", "chip", "march")
        if crash and section.name != plan.sections[number - 1].name:
            notes.append(Note(start, CRASH, 1.0, 82))
        for bar in range(section.bar, section.bar + section.bars):
            last = bar + 1 == section.bar + section.bars
            fill = last and section.bars >= 4 and rng.random() < 0.8
            made = drums(name, metre, float(bar * metre), bar, fill, rng)
            if section.name == "intro" and bar < section.bar + section.bars / 2:
                made = [note for note in made if note.pitch not in (36, 38, 39)]
            notes += made
    return notes


def _force(plan: Plan, section: Section, bar: int) -> float:
    """How loud the accompaniment is in a bar: softer in the intro, swelling through phrases."""
    base = {"intro": 0.85, "B": 1.04, "C": 1.08, "ending": 0.95}.get(section.name, 0.96)
    later = 0.08 * bar / max(1, plan.brief.bars)
    return base + later + 0.03 * ((bar - section.bar) % 4 == 2)
