"""The doctor: finds what is wrong, and for each fault says what to do."""

from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace

import pytest

from bot import doctor
from bot.settings import Settings
from engines.weights.hub import Model
from tests.servers.openai import OpenAIServer
from tests.servers.openai.server import KEY
from tests.servers.telegram import TelegramServer


async def found(settings: Settings, what: str) -> list[doctor.Finding]:
    return [each for each in await doctor.examine(settings) if each.what == what]


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(data_dir=tmp_path / "data")


async def test_a_sound_machine_has_no_faults(
    settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    status = await doctor.command(settings, as_json=True)
    findings = json.loads(capsys.readouterr().out)
    faults = [each for each in findings if each["state"] == "fault"]
    assert faults == []
    assert status == 0


async def test_missing_weights_are_a_fault_with_a_command(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EARSHOT_WEIGHTS_DIR", "/nowhere")
    findings = await found(settings, "weights")
    assert findings
    assert all("weights fetch" in each.do for each in findings)


async def test_a_chosen_model_is_here_or_will_be_fetched(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EARSHOT_WEIGHTS_DIR", str(tmp_path))
    chosen = Model("owner/name", "0123456789abcdef0123456789abcdef01234567")
    settings = Settings(data_dir=tmp_path / "data", models={"speech_separation": chosen})
    (finding,) = await found(settings, "models")
    assert finding.state == "note"
    folder = tmp_path / "hub" / "models--owner--name" / "snapshots" / chosen.revision
    folder.mkdir(parents=True)
    (folder / "pytorch_model.bin").write_bytes(b"weights")
    (finding,) = await found(settings, "models")
    assert finding.state == "good"


async def test_a_database_that_is_down_is_a_fault_without_its_password() -> None:
    url = "postgresql+asyncpg://u:hunter2@127.0.0.1:1/x"
    (finding,) = await found(Settings(database_url=url), "database")
    assert finding.state == "fault"
    assert finding.do
    assert "hunter2" not in finding.found


async def test_a_folder_that_cannot_be_written_is_a_fault(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("a file is in the way")
    (finding,) = await found(Settings(data_dir=tmp_path / "data"), "data folder")
    assert (finding.state, bool(finding.do)) == ("fault", True)


async def test_a_full_disk_is_a_fault(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    full = SimpleNamespace(disk_usage=lambda _: SimpleNamespace(free=10))
    monkeypatch.setattr(doctor, "shutil", full)
    (finding,) = await found(settings, "data folder")
    assert (finding.state, bool(finding.do)) == ("fault", True)


@pytest.mark.parametrize(
    ("token", "state"),
    [("123456789:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw1", "note"), ("abc", "fault")],
)
async def test_a_token_is_judged_by_its_shape_and_never_shown(
    tmp_path: Path, token: str, state: str
) -> None:
    nowhere = "http://127.0.0.1:1"
    settings = Settings(data_dir=tmp_path, TELEGRAM_TOKEN=token, telegram_api_url=nowhere)
    (finding,) = await found(settings, "TELEGRAM_TOKEN")
    assert finding.state == state
    assert token not in finding.found + finding.do


async def test_a_token_is_tried(tmp_path: Path) -> None:
    async with TelegramServer(token="123456789:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw1") as server:
        for token, state in ((server.token, "good"), (server.token[:-1] + "x", "fault")):
            settings = Settings(
                data_dir=tmp_path, TELEGRAM_TOKEN=token, telegram_api_url=server.url
            )
            (finding,) = await found(settings, "TELEGRAM_TOKEN")
            assert (finding.state, bool(finding.do)) == (state, state == "fault")
            assert token not in finding.found + finding.do


async def test_a_broken_ffmpeg_is_a_fault(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("IMAGEIO_FFMPEG_EXE", "/nowhere/ffmpeg")
    (finding,) = await found(settings, "ffmpeg")
    assert (finding.state, bool(finding.do)) == ("fault", True)


@pytest.mark.parametrize("port", ["", ":1"])
async def test_a_password_in_the_address_of_the_model_is_not_shown(
    port: str, tmp_path: Path
) -> None:
    async with OpenAIServer([]) as server:
        url = f"http://127.0.0.1{port}/v1" if port else server.url
        settings = Settings(
            data_dir=tmp_path / "data",
            chat="auto",
            OPENAI_API_KEY=KEY,
            OPENAI_BASE_URL=url.replace("//", "//ann:hunter2@") + "?key=hunter3",
        )
        (finding,) = await found(settings, "language model")
        assert finding.state == "fault"
        assert url in finding.found
        assert "hunter" not in str(finding)


async def test_a_server_that_is_no_model_is_a_fault(tmp_path: Path) -> None:
    async with OpenAIServer([]) as server:
        for models in ([], None):
            server.models = models
            settings = Settings(
                data_dir=tmp_path / "data",
                chat="auto",
                OPENAI_API_KEY=KEY,
                OPENAI_BASE_URL=server.url,
            )
            (finding,) = await found(settings, "language model")
            assert finding.state == "fault"
            assert server.url in finding.found
