"""Every message comes out of the other end as it went in."""

from __future__ import annotations

import typing

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engines.kinds import Artifact, Outcome
from engines.loop import wire

# What the loop passes on is plain JSON; a lone surrogate is no text.
words = st.text(st.characters(codec="utf-8"))
numbers = st.integers(-(2**53), 2**53)
fractions = st.floats(allow_nan=False)
names = st.lists(words, max_size=5)
plain = st.recursive(
    st.none() | st.booleans() | numbers | fractions | words,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(words, inner, max_size=3),
    max_leaves=8,
)
fields = st.dictionaries(words, plain, max_size=3)
artifacts = st.builds(
    Artifact,
    name=words,
    role=words,
    media_type=words,
    sha256=words,
    size=numbers,
    duration_s=st.none() | fractions,
    speech=st.booleans(),
    peaks=st.lists(st.integers(0, 255), max_size=256).map(tuple),
)
outcomes = st.builds(
    Outcome,
    text=words,
    data=fields,
    artifacts=st.lists(artifacts, max_size=3),
    seconds=fractions,
)
items = st.builds(
    wire.Item, id=numbers, task=words, arguments=fields, sources=st.lists(fields, max_size=2)
)
MESSAGES: dict[type, st.SearchStrategy[wire.Up | wire.Down]] = {
    wire.Run: st.builds(wire.Run, engine=words, items=st.lists(items, max_size=3)),
    wire.Cancel: st.builds(wire.Cancel, ids=st.lists(numbers, max_size=5)),
    wire.Ready: st.builds(wire.Ready, device=words),
    wire.Beat: st.builds(wire.Beat, resident=names),
    wire.Progressed: st.builds(wire.Progressed, id=numbers, fraction=fractions),
    wire.Parted: st.builds(
        wire.Parted, id=numbers, number=numbers, artifacts=st.lists(artifacts, max_size=3)
    ),
    wire.Finished: st.builds(wire.Finished, id=numbers, outcome=outcomes),
    wire.Declined: st.builds(
        wire.Declined,
        id=numbers,
        code=words,
        facts=st.dictionaries(words, words | numbers | fractions, max_size=3),
    ),
    wire.Cancelled: st.builds(wire.Cancelled, id=numbers),
    wire.Broke: st.builds(wire.Broke, id=numbers, error=words),
    wire.Idle: st.builds(wire.Idle, busy_s=fractions, resident=names),
}


def test_every_kind_of_message_is_tried_here() -> None:
    assert set(MESSAGES) == {*typing.get_args(wire.Up), *typing.get_args(wire.Down)}


@given(st.one_of(*MESSAGES.values()))
def test_a_message_arrives_as_it_was_sent_on_one_line(message: wire.Up | wire.Down) -> None:
    line = wire.encode(message)
    assert line.index(b"\n") == len(line) - 1
    arrived = wire.decode(line)
    assert type(arrived) is type(message)
    assert arrived == message


def test_a_result_keeps_its_artifacts_outlines_and_foreign_letters() -> None:
    outcome = Outcome(
        text="안녕하세요, grüß Gott 👋\nzweite Zeile",
        data={"segments": [{"start": 0.0, "end": 1.25, "text": "안녕"}], "language": "ko"},
        artifacts=[
            Artifact("음성.flac", "main", "audio/flac", "ab" * 32, 1234, 1.25, speech=True),
            Artifact("음성.ogg", "playable", "audio/ogg", "cd" * 32, 99, 1.25, peaks=(0, 128, 255)),
        ],
        seconds=0.5,
    )
    arrived = wire.decode(wire.encode(wire.Finished(7, outcome)))
    assert arrived == wire.Finished(7, outcome)
    assert arrived.outcome.artifacts[1].peaks == (0, 128, 255)


def test_a_line_of_an_unknown_kind_is_an_error() -> None:
    with pytest.raises(KeyError):
        wire.decode(b'{"kind": "Gossip"}\n')
