from __future__ import annotations

import pytest

from engines.kinds import Refusal
from engines.singing.invention import invented
from engines.singing.wish import understood


@pytest.mark.parametrize(
    ("text", "tune", "words"),
    [
        ("sing happy birthday to Mina", "happy_birthday", "dear Mina"),
        ("Happy birthday, dear Jonathan!", "happy_birthday", "dear Jonathan"),
        ("please sing me happy birthday", "happy_birthday", "dear friend"),
        ("sing twinkle twinkle", "twinkle", "little star"),
        ("Sing Frère Jacques", "frere_jacques", "morning bells"),
        ("sing 'I love my cat' to the tune of jingle bells", "jingle_bells", "I love my cat"),
        ("mary had a little", "mary", "Mary had a little"),
        ("sing I am so happy today", None, "I am so happy today"),
        ("la la la", None, "la la la"),
    ],
)
def test_what_is_wished(text: str, tune: str | None, words: str) -> None:
    wish = understood(text)
    assert (wish.tune and wish.tune.name) == tune
    assert words in " ".join(wish.words)


def test_a_tune_given_apart() -> None:
    wish = understood("I love my cat", "Ode to Joy")
    assert wish.tune is not None
    assert (wish.tune.name, wish.own) == ("ode_to_joy", False)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "nothing_to_sing"),
        ("  \n ", "nothing_to_sing"),
        ("🎵🎶", "nothing_to_sing"),
        ("sing", "nothing_to_sing"),
        ("...?!", "nothing_to_sing"),
        ("la " * 4000, "text_too_long"),
        ("생일 축하합니다", "sings_english_only"),
        ("さくら", "sings_english_only"),
        ("月亮", "sings_english_only"),
        ("la la to the tune of Thriller", "tune_unknown"),
    ],
)
def test_what_cannot_be_sung(text: str, code: str) -> None:
    with pytest.raises(Refusal) as refused:
        understood(text)
    assert refused.value.code == code


def test_a_tune_of_its_own_is_the_same_again_and_ends_on_the_tonic() -> None:
    words, ends = ["hˈæpi", "tədˈA", "ju", "sˈɪŋ"] * 4, [False, False, False, True] * 4
    first, second = invented(words, ends), invented(words, ends)
    assert first == second
    assert len(first.fields) == 24
    last = first.fields[-1][0].pitch
    assert last is not None
    assert last % 12 == 0
    assert first.fields != invented(list(reversed(words)), ends).fields
