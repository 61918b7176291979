"""Fitting: nothing is lost, nothing is too long, words are cut between words."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engines.blobs import BlobStore
from handlers.edge import Button, Capacity, File, Part
from handlers.fit import fitted, length, split
from handlers.phrases import say


@given(st.text(max_size=400), st.integers(2, 60), st.sampled_from(["characters", "utf-16"]))
def test_no_character_but_space_is_lost_and_no_piece_is_too_long(
    text: str, room: int, units: str
) -> None:
    pieces = split(text, room, units)
    assert all(length(piece, units) <= room for piece in pieces)
    assert re.sub(r"\s", "", "".join(pieces)) == re.sub(r"\s", "", text)


def test_words_are_cut_at_the_best_seam() -> None:
    text = "First paragraph, quite long.\n\nSecond one. It has two sentences."
    assert split(text, 45, "characters") == [
        "First paragraph, quite long.",
        "Second one. It has two sentences.",
    ]
    assert split("one two three", 9, "characters") == ["one two", "three"]
    assert split("x" * 25, 10, "characters") == ["x" * 10, "x" * 10, "x" * 5]


def test_a_platform_s_own_units_are_counted() -> None:
    assert [len(piece) for piece in split("🙂" * 10, 8, "utf-16")] == [4, 4, 2]


ROOM = Capacity(text=100, caption=20, file_bytes=1000, bare_voice=True, album=2)
FILE = File("0" * 64, "a.ogg", "audio/ogg", 10, 1.0)
BUTTON = Button("speak", "Speak it")


@pytest.fixture
def blobs(tmp_path: Path) -> BlobStore:
    return BlobStore(tmp_path / "blobs", reserve=0)


async def fit(part: Part, blobs: BlobStore, capacity: Capacity = ROOM) -> list[Part]:
    return await fitted(part, capacity, blobs, blobs.root / "scratch", "en")


async def test_what_fits_stays_as_it_is(blobs: BlobStore) -> None:
    for part in (Part("text", "hello", buttons=(BUTTON,)), Part("audio", "hello", (FILE,))):
        assert await fit(part, blobs) == [part]


async def test_buttons_stay_with_the_last_words(blobs: BlobStore) -> None:
    pieces = await fit(Part("text", "word " * 50, buttons=(BUTTON,)), blobs)
    assert [bool(piece.buttons) for piece in pieces] == [False, False, True]


async def test_a_long_caption_goes_before_its_file(blobs: BlobStore) -> None:
    words, file = await fit(Part("audio", "a caption too long for this", (FILE,)), blobs)
    assert (words.kind, words.text) == ("text", "a caption too long for this")
    assert (file.kind, file.text, file.files) == ("audio", "", (FILE,))


async def test_a_bare_voice_bubble_has_nothing_beside_it(blobs: BlobStore) -> None:
    words, voice = await fit(Part("voice", "short", (FILE,), (BUTTON,)), blobs)
    assert (words.text, words.buttons) == ("short", (BUTTON,))
    assert voice == Part("voice", "", (FILE,))


async def test_a_video_note_has_no_words_beside_it(blobs: BlobStore) -> None:
    note = replace(FILE, name="a.mp4", media_type="video/mp4")
    words, video = await fit(Part("video_note", "short", (note,)), blobs)
    assert (words.kind, words.text) == ("text", "short")
    assert video == Part("video_note", "", (note,))


async def test_an_album_larger_than_the_platform_s_is_several(blobs: BlobStore) -> None:
    pieces = await fit(Part("picture", "three", (FILE, FILE, FILE), (BUTTON,)), blobs)
    assert [len(piece.files) for piece in pieces] == [2, 1]
    assert [piece.text for piece in pieces] == ["three", ""]
    assert [bool(piece.buttons) for piece in pieces] == [True, False]


async def test_a_text_file_is_split_between_lines(blobs: BlobStore) -> None:
    data = b"".join(b"line %d\n" % number for number in range(300))
    file = File(blobs.put_bytes(data), "t.srt", "text/plain", len(data))
    pieces = await fit(Part("file", files=(file, FILE)), blobs)
    *texts, sound = [piece.files[0] for piece in pieces]
    assert [text.name for text in texts] == ["t-1.srt", "t-2.srt", "t-3.srt"]
    assert b"".join(blobs.path(text.sha256).read_bytes() for text in texts) == data
    assert all(text.size <= 1000 for text in texts)
    assert sound == FILE


async def test_what_cannot_be_made_smaller_is_said(blobs: BlobStore) -> None:
    file = File("1" * 64, "a.zip", "application/zip", 3 << 20)
    capacity = Capacity(text=1000, caption=1000, file_bytes=2 << 20)
    (told,) = await fit(Part("file", "Here it is.", (file,)), blobs, capacity)
    assert told == Part("text", "Here it is.\n\n" + say("file_too_large_here", limit_mb=2))
