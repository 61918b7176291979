"""The styles: tempo, instruments, patterns and chords that make each what it is."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Style:
    """How pieces of one style are made.

    ``tempo`` is the usual range in beats per minute; ``major`` how often it is in major. The
    programs are choices, General MIDI from 0. ``comp`` and ``bass`` name patterns for the first
    and the contrasting sections. ``loops`` are progressions of four bars in major and in minor;
    where there are none, phrases are built by function. ``swing`` is where the second eighth
    lies in the beat (0.5 is straight); ``loose`` is the spread of timing in s.
    """

    name: str
    tempo: tuple[int, int]
    major: float
    lead: tuple[int, ...]
    chords: tuple[int, ...]
    low: tuple[int, ...]
    comp: tuple[str, str]
    bass: tuple[str, str]
    cells: str = "flowing"
    metre: int = 4
    pad: tuple[int, ...] = ()
    drums: str = ""
    kit: int = 0
    colour: str = "triad"
    loops: tuple[tuple[str, ...], tuple[str, ...]] = ((), ())
    swing: float = 0.5
    loose: float = 0.008
    room: float = 0.12
    melody: tuple[int, int] = (64, 84)
    slows: bool = False
    levels: tuple[float, float, float] = (0.95, 0.62, 0.8)


_POP = (
    ("I V vi IV", "I vi IV V", "I IV vi V", "I IV I V"),
    ("i VI III VII", "i iv VI V", "i VII VI VII", "i VI iv V"),
)

# fmt: off
_ALL = (
    Style("piano", (72, 104), .6, (0,), (0,), (0,), ("arpeggio", "alberti"), ("root", "root"),
          loose=.012, room=.16, slows=True, levels=(1.0, .6, .7)),
    Style("lullaby", (66, 84), .95, (10, 8, 73), (46, 10, 0), (46, 32),
          ("rocking", "arpeggio"), ("root", "root"), "calm", 3, room=.25, loose=.012, slows=True,
          levels=(.9, .5, .6)),
    Style("lofi", (70, 88), .4, (4, 11, 0), (4, 5), (33, 35), ("lofi", "lofi"),
          ("syncopated", "syncopated"), "sparse", pad=(), drums="lofi", colour="ninth", swing=.6,
          loops=(("ii V I vi", "I vi ii V", "IV iii ii I", "I iii IV iv"),
                 ("i VI iv v", "i iv VII III", "i VI III VII")),
          loose=.014, melody=(62, 81), levels=(.75, .75, .85)),
    Style("jazz", (112, 150), .65, (0, 66, 11, 26), (0,), (32,), ("charleston", "charleston"),
          ("walking", "walking"), "swung", drums="jazz", kit=40, colour="seventh", swing=.65,
          loose=.012, room=.14, levels=(.9, .65, .95)),
    Style("waltz", (140, 176), .7, (40, 0, 21), (0, 48), (32, 43), ("offbeats", "offbeats"),
          ("waltz", "waltz"), "flowing", 3, room=.2, slows=True, levels=(.95, .6, .85)),
    Style("rock", (108, 140), .6, (29, 30), (30, 29), (34, 33), ("chug", "ringing"),
          ("eighths", "eighths"), "driving", drums="rock", kit=16, colour="power",
          loops=((*_POP[0], "I bVII IV I"), _POP[1]), room=.1, loose=.006,
          melody=(62, 81), levels=(.8, .55, .9)),
    Style("techno", (122, 132), .15, (81, 80, 87), (90, 81), (38, 39), ("stabs", "arp16"),
          ("offbeat", "octaves"), "riff", pad=(89,), drums="house", kit=25,
          loops=(_POP[0], ("i VI III VII", "i VII VI VII", "i i VI VII", "i iv VI VII")),
          loose=0.0, room=.14, levels=(.65, .6, .9)),
    Style("ambient", (60, 76), .5, (88, 11, 98, 92), (89, 95), (89, 38), ("pad", "slow"),
          ("pedal", "pedal"), "floating", pad=(91, 52), colour="add9",
          loops=(("I I IV IV", "I iii vi IV", "I I ii IV"), ("i i VI VI", "i VI III III",
                 "i i iv VI")), loose=.02, room=.45, levels=(.6, .75, .7)),
    Style("orchestral", (76, 112), .4, (40, 73, 60, 68), (48,), (43, 42), ("pad", "pulse"),
          ("root", "quarters"), "flowing", pad=(60, 61), drums="timpani", kit=48,
          room=.35, slows=True, levels=(.95, .75, .85)),
    Style("folk", (92, 124), .8, (24, 73, 22, 110), (25,), (32, 33), ("travis", "strum"),
          ("two", "two"), "flowing", room=.12, loose=.01, levels=(.9, .8, .75)),
    Style("blues", (84, 116), 1.0, (26, 22, 66, 27), (0, 16), (33, 32), ("shuffle", "shuffle"),
          ("boogie", "boogie"), "blues", drums="shuffle", colour="dominant", swing=.66,
          loose=.01, melody=(60, 80), levels=(.9, .6, .9)),
    Style("bossa", (116, 140), .6, (73, 24, 65, 11), (24,), (32,), ("bossa", "bossa"),
          ("bossa", "bossa"), "lyrical", drums="bossa", kit=40, colour="sixth", loose=.01,
          levels=(.85, .8, .85)),
    Style("march", (108, 120), .9, (56, 72, 61), (61, 60), (58,), ("offbeats", "offbeats"),
          ("two", "two"), "march", drums="march", kit=48, room=.15, loose=.005,
          levels=(.85, .6, .95)),
    Style("8bit", (128, 160), .6, (80,), (80, 81), (38, 81), ("arp16", "arp8"),
          ("octaves", "eighths"), "driving", drums="chip", kit=24, loops=_POP, loose=0.0,
          room=0.0, melody=(67, 88), levels=(.8, .45, .85)),
    Style("pop", (92, 124), .75, (0, 53, 80), (0, 25), (33,), ("pulse", "strum"),
          ("eighths", "syncopated"), "driving", pad=(89, 48), drums="rock", loops=_POP,
          room=.12, levels=(.85, .65, .85)),
)
# fmt: on

STYLES = {style.name: style for style in _ALL}
