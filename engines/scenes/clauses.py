"""The parts of a text that asks for a scene: stages, one after the other, and what sounds in each.

"rain with distant thunder, then a door slams" has two stages; in the first "distant" is told of the
thunder and not of the rain, because words between sounds part a stage into clauses.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from engines.foley.table import Row
from engines.scenes.lexicon import Area, Mention, Unmade, mentions
from engines.scenes.scene import CLOSE_M, FAR_M, HERE, NEAR_M, USUAL_M, Place
from engines.scenes.wording import Modifier, empty, modifiers

_FLAGS = re.IGNORECASE
_THEN = re.compile(
    r"[,;.]?\s*(?:\b(?:and |but )?(?:then|next(?! (?:room|door|to|house))|afterwards?|after that"
    r"|later|finally|followed by"
    r"|which is followed by)\b,?|→|->|;|그\s?(?:다음에?|후에?|뒤에?)|그(?:러고|리고) 나서"
    r"|이어서)\s*",
    _FLAGS,
)
_BEFORE = re.compile(r"\s+before\s+(?=\D)", _FLAGS)
_AFTER = re.compile(
    r"\s+after\s+(?!\d|that|which|a? ?(?:few|couple)?\s*\w+ seconds?)(?=\D)", _FLAGS
)
_SEPARATOR = re.compile(
    r"[,.:]|\b(?:and|with|while|as|over|plus|also|among|under|where|when|in|at)\b|[&+]|그리고"
    r"|(?<=[가-힣])(?:와|과|랑|하고|고|며|면서|다가|는데)(?=\s)",
    _FLAGS,
)


@dataclass(frozen=True, slots=True)
class Named:
    """A sound that a stage names, and what is told of it; times are in s from the stage's start."""

    sound: Row
    count: int | None = None
    place: Place = HERE
    end: Place | None = None
    gain: float = 0.0
    at: float | None = None
    lasts: float | None = None
    every: float | None = None
    often: int | None = None
    last: bool = False
    fade: str = ""
    background: bool = False


@dataclass(frozen=True, slots=True)
class Stage:
    """What sounds at one time: ``lasts`` is told of the stage as a whole."""

    named: tuple[Named, ...]
    unknown: tuple[str, ...] = ()
    lasts: float | None = None


def stages(text: str) -> list[Stage]:
    """The stages of a text that asks for a scene, in the order of time."""
    plain = unicodedata.normalize("NFC", " ".join(text.split())).lower()
    parts: list[str] = []
    for part in _THEN.split(plain):
        first, *later = _BEFORE.split(part)
        if late := _AFTER.split(first):
            parts += [each for each in reversed(late) if each.strip()]
        parts += [each for each in later if each.strip()]
    return [_stage(part) for part in parts if part.strip()]


def _stage(text: str, *, deeper: bool = True) -> Stage:
    every = modifiers(text)
    # A door that is spoken of in "next door" does not sound.
    found = [
        each
        for each in mentions(text)
        if isinstance(each.meaning, Area)
        or not any(other.start <= each.start and each.end <= other.end for other in every)
    ]
    marks = [
        match.start()
        for match in _SEPARATOR.finditer(text)
        if not any(each.start <= match.start() < each.end for each in found)
    ]
    inside = _once_each([each for each in found if isinstance(each.meaning, Row)], marks)
    told = [
        each
        for each in every
        if not any(each.start < other.end and other.start < each.end for other in found)
    ]
    of: dict[int, list[Modifier]] = {}
    lasts = None
    for modifier in told:
        owner = _owner(modifier, inside, marks)
        whole = len(inside) == 1 or not text[modifier.start :].startswith(("for ", "lasting "))
        if modifier.kind == "for" and (owner is None or whole):
            lasts = float(modifier.value)
        elif owner is not None:
            of.setdefault(owner, []).append(modifier)
    named = [_named(each, of.get(number, ()), text) for number, each in enumerate(inside)]
    # "thunder and lightning": of the second nothing is told that the first did not say.
    named = [
        each
        for number, each in enumerate(named)
        if each != Named(each.sound) or each.sound not in [one.sound for one in named[:number]]
    ]
    unknown = [each.meaning.name for each in found if isinstance(each.meaning, Unmade)]
    unknown += _leftover(text, found, told, marks)
    for each in found:
        if deeper and isinstance(each.meaning, Area):
            there = {one.sound.name for one in named}
            around = _stage(each.meaning.scene, deeper=False).named
            named += [
                replace(one, background=True) for one in around if one.sound.name not in there
            ]
    return Stage(tuple(named), tuple(dict.fromkeys(unknown)), lasts)


def _once_each(found: Sequence[Mention], marks: Sequence[int]) -> list[Mention]:
    """The sounds, each once in its clause: "a dog, far away, that barks" is one."""
    seen = {(bisect_right(marks, each.start), each.meaning): each for each in reversed(found)}
    return sorted(seen.values(), key=lambda each: each.start)


def _owner(modifier: Modifier, named: Sequence[Mention], marks: Sequence[int]) -> int | None:
    """Which of the sounds a modifier is told of: in its own clause, else in the one before."""
    clause = bisect_right(marks, modifier.start)
    beside = [n for n, each in enumerate(named) if bisect_right(marks, each.start) == clause]
    if not beside:
        # "in the distance" opens with a word that parts clauses.
        before = [n for n, each in enumerate(named) if each.end <= modifier.start]
        after = [n for n, each in enumerate(named) if each.start >= modifier.end]
        return before[-1] if before else after[0] if after else None
    left = [n for n in beside if named[n].end <= modifier.start]
    right = [n for n in beside if named[n].start >= modifier.end]
    if modifier.bears == "after":
        return right[0] if right else None if modifier.kind == "count" else left[-1]
    if modifier.bears == "before":
        return left[-1] if left else right[0]
    nearest = [(modifier.start - named[n].end, n) for n in left[-1:]]
    nearest += [(named[n].start - modifier.end, n) for n in right[:1]]
    return min(nearest)[1] if nearest else None


def _named(mention: Mention, told: Sequence[Modifier], text: str) -> Named:
    assert isinstance(mention.meaning, Row)  # noqa: S101 - the caller took only these
    named = Named(mention.meaning, count=_plural(mention, text))
    place = HERE
    for each in told:
        match each.kind:
            case "count":
                named = replace(named, count=int(each.value))
            case "metres":
                place = replace(place, metres=float(each.value))
            case "side":
                place = replace(place, side=float(each.value))
            case "muffled":
                place = replace(place, muffled=True, metres=max(place.metres, 2 * USUAL_M))
            case "gain":
                named = replace(named, gain=float(each.value))
            case "at":
                named = replace(named, at=float(each.value))
            case "for":
                named = replace(named, lasts=float(each.value))
            case "every":
                named = replace(named, every=max(0.2, float(each.value)))
            case "often":
                named = replace(named, often=int(each.value))
            case "end":
                named = replace(named, last=True)
            case "fade":
                named = replace(named, fade=str(each.value))
    named = replace(named, place=place)
    motion = next((str(each.value) for each in told if each.kind == "motion"), "")
    return _moving(named, motion) if motion else named


def _moving(named: Named, motion: str) -> Named:
    place = named.place
    if motion in ("pass", "back"):
        side = -0.9 if motion == "pass" else 0.9
        far = max(25.0, min(place.metres, FAR_M))
        return replace(named, place=Place(far, side), end=Place(far, -side))
    near = replace(place, metres=min(place.metres, NEAR_M) if place.metres != USUAL_M else NEAR_M)
    far_off = replace(place, metres=max(place.metres, FAR_M))
    if motion == "come":
        return replace(named, place=far_off, end=near)
    return replace(named, place=replace(near, metres=max(CLOSE_M, near.metres)), end=far_off)


def _plural(mention: Mention, text: str) -> int | None:
    """Several where the words are a plural that is no name of its own: "gunshots", not "waves"."""
    words = text[mention.start : mention.end].split()
    assert isinstance(mention.meaning, Row)  # noqa: S101 - as above
    if mention.meaning.kind == "bed" or text[mention.start : mention.end] in mention.meaning.names:
        return None
    singular = {word for name in mention.meaning.names for word in name.split()}
    noun = next((word for word in words if word.removesuffix("s") in singular), "")
    return 3 if noun.endswith("s") and noun not in singular and noun == words[0] else None


def _leftover(
    text: str, found: Sequence[Mention], told: Sequence[Modifier], marks: Sequence[int]
) -> Iterator[str]:
    """Clauses that name nothing that is known, and yet say something."""
    edges = [0, *marks, len(text)]
    for start, end in pairwise(edges):
        if any(start <= each.start < end or each.start <= start < each.end for each in found):
            continue
        kept = list(text[start:end])
        for each in told:
            for at in range(max(start, each.start), min(end, each.end)):
                kept[at - start] = " "
        words = re.findall(r"[^\W\d_]+", "".join(kept))
        content = [word for word in words if word not in empty() and len(word) > 1]
        if content:
            yield " ".join(content[:4])
