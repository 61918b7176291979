"""Every task on every kind of file: a sample of it here, all of it among the long tests."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from evals.formats import PICTURES, REQUESTS, Answer, measure
from tests.conftest import Tell

QUICK = ("sound_detection", "audio_inpainting", "mono_to_binaural", "speech_separation 2")


async def found(inputs: Sequence[str], requests: Sequence[str]) -> list[Answer]:
    return [answer async for answer in measure(inputs, requests)]


async def test_some_files_and_requests(tell: Tell) -> None:
    inputs = ("video", "silence", "one pixel.png")
    answers = await found(inputs, (*QUICK, "image_captioning"))
    tell(f"{sum(answer.good for answer in answers)} of {len(answers)} answered")
    assert len(answers) == 2 * len(QUICK) + 1
    assert [answer for answer in answers if not answer.good] == []
    states = {(answer.input, answer.request): answer.state for answer in answers}
    assert states["video", "sound_detection"] == states["video", "mono_to_binaural"] == "done"
    assert states["silence", "speech_separation 2"] == "refused"


@pytest.mark.long
@pytest.mark.timeout(7200)
async def test_every_file_and_request(tell: Tell) -> None:
    answers = await found((), ())
    tell(f"{sum(answer.good for answer in answers)} of {len(answers)} answered")
    assert len(answers) == 9 * len(REQUESTS) + 6 * len(PICTURES)
    assert [answer for answer in answers if not answer.good] == []
