"""What a message is made of: nonces, outlines, files, buttons; and the rates kept on our side."""

from __future__ import annotations

import asyncio
import base64
import time

import pytest

from bot.discord import writing
from bot.discord.buttons import PressedButton, custom_id
from bot.discord.edge import account_of
from bot.discord.rates import Rates
from engines.blobs import BlobStore
from handlers.edge import Button, File, Part, Undeliverable


def test_a_nonce_is_the_same_for_every_try_and_for_no_other_part() -> None:
    made = writing.nonce("1", "12.0.1")
    assert made == writing.nonce("1", "12.0.1")
    assert len(made) == 25
    assert len({made, writing.nonce("2", "12.0.1"), writing.nonce("1", "12.0.2")}) == 3
    assert writing.nonce("1", "12.0.1", mark="s").startswith("s")
    assert len(writing.nonce("1", "12.0.1", mark="s")) == 25


@pytest.mark.parametrize(
    ("peaks", "duration_s", "points"),
    [
        (256, 60.0, 256),
        (256, 3.2, 32),  # none closer than 100 ms
        (1000, 600.0, 256),
        (10, 3.0, 10),
        (5, 0.05, 1),
        (0, 4.0, 1),
    ],
)
def test_an_outline_has_as_many_points_as_discord_draws(
    peaks: int, duration_s: float, points: int
) -> None:
    outline = base64.b64decode(writing.waveform([200] * peaks, duration_s))
    assert outline == bytes([200 if peaks else 0] * points)


def test_an_outline_keeps_its_peaks() -> None:
    peaks = [0] * 256
    peaks[100] = 255
    assert max(base64.b64decode(writing.waveform(peaks, 2.0))) == 255


def test_only_what_is_alone_can_be_a_bubble() -> None:
    voice = File("0" * 64, "a.ogg", "audio/ogg", 1, 2.0, (1, 2))
    assert writing.is_bubble(Part("voice", files=(voice,)))
    assert not writing.is_bubble(Part("voice", "words", files=(voice,)))
    assert not writing.is_bubble(Part("voice", files=(voice,), buttons=(Button("retry", "x"),)))
    assert not writing.is_bubble(Part("audio", files=(voice,)))
    mp3 = File("0" * 64, "a.mp3", "audio/mpeg", 1, 2.0)
    assert not writing.is_bubble(Part("voice", files=(mp3,)))
    endless = File("0" * 64, "a.ogg", "audio/ogg", 1, None)
    assert not writing.is_bubble(Part("voice", files=(endless,)))


def test_a_file_that_is_gone_is_undeliverable(blobs: BlobStore) -> None:
    there = File(blobs.put_bytes(b"there"), "a.txt", "text/plain", 5)
    gone = File("0" * 64, "b.txt", "text/plain", 5)
    with pytest.raises(Undeliverable):
        writing.files(blobs, Part("file", files=(there, gone)), bubble=False)


async def test_a_button_whose_id_would_be_too_long_is_left_out() -> None:
    assert custom_id("set", 7, "x" * 100) is None
    shown = writing.view(7, [Button("set", "A", "x" * 100), Button("cancel", "B" * 90)])
    assert shown is not None
    (button,) = shown.children
    assert isinstance(button, PressedButton)
    assert button.custom_id == "earshot:cancel:7:"
    assert len(button.item.label or "") == 80
    assert writing.view(7, []) is None


async def test_a_channel_takes_a_burst_and_then_waits_alone() -> None:
    made = Rates(5, 0.3)
    for _ in range(5):
        await made.wait("a")
    assert not made.take("a")
    assert made.take("b")
    loop = asyncio.get_running_loop()
    began = loop.time()
    await made.wait("a")
    assert 0.2 <= loop.time() - began < 0.6


async def test_channels_that_rest_are_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    now = time.monotonic()
    monkeypatch.setattr(time, "monotonic", lambda: now)
    made = Rates(5, 5.0)
    for number in range(1000):
        made.take(str(number))
    assert len(made) == 1000
    now += 6
    made.take("one more")
    assert len(made) == 1


def test_an_account_is_read_from_the_token() -> None:
    assert account_of("¡no!") == account_of("") == account_of("AAAA.b.c") == ""
