"""A separator of the hub, from the setting to the process that loads it, and its tracks."""

from __future__ import annotations

import asyncio
import pickle
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from bot.settings import Settings
from engines import weights
from engines.audio import read
from engines.blobs import BlobStore
from engines.loop import wire
from engines.loop.hosts import ProcessHost
from tests import recordings
from tests.engines.speech.checkpoints import checkpoint, saved
from tests.engines.speech.test_tasnet import _Code
from tests.servers.hub import Hub, serving

ID = "owner/separator_16k"
LIMIT_S = 120.0


@pytest.fixture
def hub(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Hub]:
    """A hub, and a folder of weights that has nothing of it yet."""
    root = tmp_path / "weights"
    root.mkdir()
    for name in ("resemblyzer", "spleeter-2stems"):
        (root / name).symlink_to(weights.folder(name))
    monkeypatch.setenv("EARSHOT_WEIGHTS_DIR", str(root))
    with serving() as one:
        one.models[ID] = {"pytorch_model.bin": saved(checkpoint())}
        monkeypatch.setenv("HF_ENDPOINT", one.address)
        yield one


@asynccontextmanager
async def _host(folder: Path, choice: str) -> AsyncIterator[ProcessHost]:
    """The process that loads models, as the service starts it with this setting."""
    # A text, as in the environment.
    settings = Settings(models=choice)  # type: ignore[arg-type]
    host = ProcessHost(folder / "blobs", ["engines.speech.separate"], settings.models)
    await host.start()
    try:
        yield host
    finally:
        await host.kill()


async def _asked(host: ProcessHost, folder: Path, tracks: str) -> wire.Up:
    """What becomes of a recording of two people, one after the other."""
    blob = BlobStore(folder / "blobs").put_file(recordings.beckett())
    source = {"handle": "a1", "modality": "audio", "sha256": blob, "duration_s": 10.0}
    item = wire.Item(1, "speech_separation", {"tracks": tracks}, [source])
    events = []
    async with asyncio.timeout(LIMIT_S):
        async for event in host.run(wire.Run("TrackSeparation", [item])):
            events.append(event)
    (end,) = [each for each in events if not isinstance(each, wire.Progressed | wire.Idle)]
    return end


async def test_the_chosen_model_parts_and_is_kept(
    hub: Hub, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    choice = f"speech_separation={ID}"
    for _ in ("from the hub", "and then without one"):
        async with _host(tmp_path, choice) as host:
            end = await _asked(host, tmp_path, "two at once")
        assert isinstance(end, wire.Finished), end
        assert end.outcome.data["model"] == f"Conv-TasNet, {ID}@main"
        tracks = [each for each in end.outcome.artifacts if each.role == "main"]
        assert [each.name.partition(".")[0] for each in tracks] == ["talker-1", "talker-2"]
        store = BlobStore(tmp_path / "blobs")
        both = sum(read(store.path(each.sha256))[0] for each in tracks)
        whole, rate = read(recordings.beckett())
        assert tracks[0].duration_s == pytest.approx(whole.shape[1] / rate, abs=0.01)
        assert abs(both - whole).max() < 1e-3  # two times 16 bits
        hub.models.clear()
    assert capfd.readouterr().out == ""  # it may be a conversation


async def test_a_model_that_is_not_there_is_not_replaced_by_the_small_one(
    hub: Hub, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    async with _host(tmp_path, "speech_separation=owner/no-such@v2") as host:
        end = await _asked(host, tmp_path, "two at once")
        assert isinstance(end, wire.Declined), end
        assert (end.code, end.facts) == ("model_missing", {"weight": "owner/no-such"})
        assert isinstance(await _asked(host, tmp_path, "voice and music"), wire.Finished)
    told = capfd.readouterr().err
    assert "owner/no-such@v2, chosen by EARSHOT_MODELS" in told
    assert "no public model of that name" in told


async def test_a_model_with_code_in_it_is_refused(
    hub: Hub, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    ran = tmp_path / "ran"
    content = {**checkpoint(), "infos": _Code(ran)}
    hub.models["owner/code"] = {"pytorch_model.bin": pickle.dumps(content)}
    async with _host(tmp_path, "speech_separation=owner/code") as host:
        end = await _asked(host, tmp_path, "two at once")
    assert isinstance(end, wire.Declined), end
    assert end.facts == {"weight": "owner/code"}
    assert not ran.exists()
    assert "not made of tensors alone" in capfd.readouterr().err
