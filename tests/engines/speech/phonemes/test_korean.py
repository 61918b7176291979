"""Hangul as it is said: the rules of standard pronunciation, by their own examples."""

from __future__ import annotations

import pytest

from engines.speech.phonemes.korean import phonemes, read


@pytest.mark.parametrize(
    ("written", "said"),
    [
        # The example words of the articles of 표준 발음법, respelt as they are pronounced there.
        ("닭", "닥"), ("넋이", "넉씨"), ("앉아", "안자"), ("값을", "갑쓸"), ("없어", "업써"),
        ("놓고", "노코"), ("많고", "만코"), ("좋던", "조턴"), ("닿소", "다쏘"), ("놓는", "논는"),
        ("낳은", "나은"), ("많아", "마나"), ("싫어도", "시러도"), ("각하", "가카"),
        ("맏형", "마텽"),
        ("옷이", "오시"), ("꽃을", "꼬츨"), ("앞으로", "아프로"), ("밭에", "바테"),
        ("곧이듣다", "고지듣따"), ("굳이", "구지"), ("밭이", "바치"),
        ("먹는", "멍는"), ("국물", "궁물"), ("닫는", "단는"), ("밥물", "밤물"), ("없는", "엄는"),
        ("담력", "담녁"), ("침략", "침냑"), ("강릉", "강능"), ("막론", "망논"), ("협력", "혐녁"),
        ("난로", "날로"), ("신라", "실라"), ("칼날", "칼랄"), ("물난리", "물랄리"),
        ("국밥", "국빱"), ("옷고름", "옫꼬름"), ("옆집", "엽찝"), ("넓죽하다", "널쭈카다"),
    ],
)  # fmt: skip
def test_the_articles_examples(written: str, said: str) -> None:
    # The respelling has no rule left to apply but those of voicing, which both go through.
    assert phonemes(written) == phonemes(said)


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (0, "영"), (7, "칠"), (10, "십"), (11, "십일"), (100, "백"), (365, "삼백육십오"),
        (1_000, "천"), (2_024, "이천이십사"), (10_000, "만"), (11_000, "만천"), (30_000, "삼만"),
        (110_000, "십일만"), (100_000_000, "일억"), (100_010_000, "일억일만"),
    ],
)  # fmt: skip
def test_numbers(number: int, words: str) -> None:
    assert read(number) == words


def test_hours_and_things_are_counted_in_native_numbers() -> None:
    assert phonemes("3시 30분") == phonemes("세시 삼십분")
    assert phonemes("1,200원") == phonemes("천이백원")
    assert phonemes("2.5%") == phonemes("이 점 오 퍼센트")


def test_signs_stay_and_what_is_not_korean_goes() -> None:
    assert phonemes("네, ABC 좋아요!") == "ne, ʨoajo!"
