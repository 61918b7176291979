"""The sound that is meant, without the words that ask for it."""

from __future__ import annotations

import pytest

from engines.dialogue.routing.arguments.targets import target


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('detect the target sound "I want to detect Applause event"', "Applause"),
        (
            'extract "a person shouts nearby and then emergency vehicle sirens sounds"',
            "a person shouts nearby and then emergency vehicle sirens sounds",
        ),
        ("when does the dog bark?", "dog bark"),
        ("is there a siren in this", "siren"),
        ("Is there any thunder in the recording I sent?", "thunder"),
        ("can you hear a cat anywhere?", "cat"),
        ("find the applause for me", "applause"),
        ("tell me when the bell rings", "bell rings"),
        ("check a3 for breaking glass", "a3 for breaking glass"),
        ("extract the birds from this recording", "birds"),
        ("I only want the rain", "rain"),
        ("just the owl, please, drop the rest", "owl"),
        ("give me only the piano", "piano"),
        ("Extract: a crowd boos", "crowd boos"),
        ("target event is door slam", "door slam"),
        ("개 짖는 소리 찾아줘", "개 짖는 소리"),
        ("새소리만 추출해줘", "새소리"),
        ("이 녹음에 사이렌 있어?", "사이렌"),
        ("천둥이 언제 쳐?", "천둥"),
        ("여기서 기차 지나가는 소리만 따로 주세요", "기차 지나가는 소리"),
        ("파도 소리에 매미 소리가 섞였습니다. 파도 소리만 남겨 주세요.", "파도 소리"),
        ("extract the sound", None),
        ("detect it", None),
        ("소리 찾아줘", None),
    ],
)
def test_a_target_is_found(text: str, expected: str | None) -> None:
    assert target(text) == expected
