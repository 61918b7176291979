"""Composed music: it is what was wished for, ends, loops, and is the same for the same words."""

from __future__ import annotations

import io
from itertools import pairwise

import mido
import numpy as np
import pytest

from engines import loudness
from engines.composition.brief import is_music, understood
from engines.composition.make import Made, make
from engines.composition.midi import measured_tempo
from engines.composition.names import instruments, style_name
from engines.composition.render import RATE
from engines.composition.styles import STYLES
from engines.composition.voicing import parallel
from engines.kinds import Refusal


@pytest.fixture(scope="module")
def pieces() -> dict[str, Made]:
    return {style: make(f"{style_name(style)} music", 1, 24.0) for style in STYLES}


def test_every_style_is_made_and_sounds_as_loud_as_the_others(pieces: dict[str, Made]) -> None:
    for style, made in pieces.items():
        assert made.brief.style == style
        assert made.samples.shape[0] == 2
        assert loudness.integrated(made.samples, RATE) == pytest.approx(-16, abs=1), style
        assert loudness.true_peak(made.samples, RATE) < -0.9
        assert np.abs(made.samples[:, -1]).max() < 0.01
        assert abs(made.samples.shape[1] / RATE - 24) < 3.5


def test_every_piece_ends_at_home_and_its_outer_voices_hardly_run_parallel(
    pieces: dict[str, Made],
) -> None:
    crossed = steps = 0
    for style, made in pieces.items():
        tune, bass = made.piece.part("melody"), made.piece.part("bass")
        assert tune is not None, style
        assert bass is not None, style
        for part in (tune, bass):
            last = max(part.notes, key=lambda note: note.start)
            assert last.pitch % 12 == made.piece.tonic, style
        struck = []
        for note in sorted(tune.notes):
            near = [low for low in bass.notes if abs(low.start - note.start) < 0.12]
            if near:
                low = min(near, key=lambda each: abs(each.start - note.start))
                struck.append((low.pitch, note.pitch))
        crossed += sum(parallel(*a, *b) for a, b in pairwise(struck))
        steps += len(struck)
    assert crossed <= steps / 100  # those left have no other tone of their chord near


def test_no_melody_is_one_note_or_all_leaps(pieces: dict[str, Made]) -> None:
    for style, made in pieces.items():
        tune = made.piece.part("melody")
        assert tune is not None
        pitches = [note.pitch for note in sorted(tune.notes)]
        steps = [abs(b - a) for a, b in pairwise(pitches)]
        assert len(set(pitches)) >= (2 if style == "ambient" else 3), style
        assert max(steps) <= 12, style


@pytest.mark.parametrize(
    ("wish", "tempo", "key", "metre"),
    [
        ("a calm piano piece in D minor", None, "D minor", 4),
        ("techno loop 128 bpm in F sharp minor", 128, "F-sharp minor", 4),
        ("a waltz in E flat major at 150 bpm", 150, "E-flat major", 3),
        ("rock in 6/8", None, None, 3),
        ("분당 90비피엠 라단조 피아노 곡", None, "D minor", 4),
    ],
)
def test_what_is_wished_for_is_made(
    wish: str, tempo: int | None, key: str | None, metre: int
) -> None:
    made = make(wish, 0, 10.0)
    if tempo:
        assert made.brief.tempo == tempo
        assert measured_tempo(made.midi) == pytest.approx(tempo, rel=0.01)
    if key:
        assert made.brief.key == key
    assert made.brief.metre == metre


def test_the_midi_file_holds_the_same_notes(pieces: dict[str, Made]) -> None:
    for made in pieces.values():
        file = mido.MidiFile(file=io.BytesIO(made.midi))
        struck = sum(
            message.type == "note_on" and message.velocity > 0
            for track in file.tracks
            for message in track
        )
        assert struck == sum(len(part.notes) for part in made.piece.parts)
        assert len(file.tracks) == len(made.piece.parts) + 1
        assert file.length == pytest.approx(made.piece.seconds, abs=2.0)


def test_same_wish_same_bytes_and_two_people_s_wishes_are_two_pieces() -> None:
    first, again = make("happy folk tune", 7, 6.0), make("happy folk tune", 7, 6.0)
    assert first.midi == again.midi
    assert first.samples.tobytes() == again.samples.tobytes()
    assert make("happy folk tune", 8, 6.0).midi != first.midi
    assert make("happy folk song for my cat", 7, 6.0).midi != first.midi


def test_a_loop_is_as_long_as_its_bars_and_has_no_seam() -> None:
    made = make("lo-fi loop", 2, 10.0)
    bars = made.brief.bars * made.brief.metre * 60 / made.brief.tempo
    assert made.samples.shape[1] / RATE == pytest.approx(bars, abs=0.001)
    steps = np.abs(np.diff(made.samples, axis=1)).max()
    assert np.abs(made.samples[:, 0] - made.samples[:, -1]).max() <= steps


def test_instruments_that_are_named_play() -> None:
    made = make("a jazz trio with saxophone and double bass", 0, 8.0)
    assert {"tenor sax", "double bass"} <= set(instruments(made.piece).split(", "))
    assert "색소폰" in instruments(made.piece, korean=True)
    for style in pieces_of_all():
        assert instruments(style)


def pieces_of_all() -> list[object]:
    from engines.composition.compose import compose

    return [compose(understood(f"{style_name(style)} music", 0, 5.0)) for style in STYLES]


@pytest.mark.parametrize(
    ("wish", "code"),
    [
        ("🎵🎵", "music_no_words"),
        ("1000 seconds of jazz", "music_length"),
        ("0 seconds of jazz", "music_length"),
        ("jazz at 999 bpm", "music_tempo_outside"),
    ],
)
def test_what_cannot_be(wish: str, code: str) -> None:
    with pytest.raises(Refusal) as refused:
        make(wish)
    assert refused.value.code == code


def test_ten_thousand_characters_are_no_trouble() -> None:
    assert make("sad violin music " * 600, 0, 5.0).samples.shape[1]


@pytest.mark.parametrize(
    ("wish", "music"),
    [
        ("a piano playing", True),
        ("techno", True),
        ("elevator music", True),
        ("a short lullaby", True),
        ("잔잔한 피아노 곡", True),
        ("rain with distant thunder", False),
        ("a dog barking", False),
        ("a bell", False),
        ("car horn", False),
        ("applause", False),
    ],
)
def test_what_is_music(wish: str, music: bool) -> None:
    assert (is_music(wish) >= 0.6) is music
