"""Settings: from the environment, said plainly when wrong, secret where they must be."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import ValidationError

from bot.settings import Settings, faults


@pytest.fixture(autouse=True)
def _nowhere(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("EARSHOT_DATA_DIR", "EARSHOT_DATABASE_URL", "DISCORD_TOKEN", "TELEGRAM_TOKEN"):
        monkeypatch.delenv(name, raising=False)


def test_the_default_is_a_file_in_the_data_folder(tmp_path: Path) -> None:
    assert Settings().database == f"sqlite+aiosqlite:///{tmp_path / 'data' / 'earshot.db'}"
    assert not Settings().serves_platforms


def test_a_dotenv_file_is_read(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("EARSHOT_MAX_UPLOAD_MB=3\nTELEGRAM_TOKEN=1:abc\n")
    settings = Settings()
    assert settings.limits.max_bytes == 3 << 20
    assert settings.serves_platforms


def test_secrets_are_not_in_what_is_printed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DISCORD_TOKEN", "hunter2")
    monkeypatch.setenv("EARSHOT_DATABASE_URL", "postgresql+asyncpg://u:hunter3@h/d")
    settings = Settings()
    assert "hunter" not in repr(settings)
    assert settings.secrets() == ["postgresql+asyncpg://u:hunter3@h/d", "hunter3", "hunter2"]


def test_a_wrong_setting_is_one_sentence_without_its_value(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("EARSHOT_MAX_UPLOAD_MB", "hunter2")
    with pytest.raises(ValidationError) as caught:
        Settings()
    (sentence,) = faults(caught.value)
    assert "EARSHOT_MAX_UPLOAD_MB" in sentence
    assert "hunter2" not in sentence


def test_the_example_names_settings_that_exist() -> None:
    example = Path(__file__).resolve().parents[2] / ".env.example"
    names = [
        line.lstrip("#").partition("=")[0]
        for line in example.read_text().splitlines()
        if line.startswith("#EARSHOT_")
    ]
    known = {f"EARSHOT_{name.upper()}" for name in Settings.model_fields} | {"EARSHOT_WEIGHTS_DIR"}
    assert names
    assert set(names) <= known


def test_a_webhook_needs_a_secret_that_telegram_takes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EARSHOT_TELEGRAM_WEBHOOK_URL", "https://example.org/hook")
    with pytest.raises(ValidationError) as caught:
        Settings()
    (sentence,) = faults(caught.value)
    assert "EARSHOT_TELEGRAM_WEBHOOK_SECRET" in sentence
    monkeypatch.setenv("EARSHOT_TELEGRAM_WEBHOOK_SECRET", "hunter2 is short")
    with pytest.raises(ValidationError) as caught:
        Settings()
    assert any("EARSHOT_TELEGRAM_WEBHOOK_SECRET" in each for each in faults(caught.value))
    assert not any("hunter2" in each for each in faults(caught.value))
    monkeypatch.setenv("EARSHOT_TELEGRAM_WEBHOOK_SECRET", "hunter2-is-long-enough-now")
    assert "hunter2-is-long-enough-now" in Settings().secrets()


def test_ids_are_listed_with_commas_or_spaces(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EARSHOT_ALLOW", "discord:1, telegram:-100 3")
    monkeypatch.setenv("EARSHOT_DAILY_UPLOAD_MB", "5")
    access = Settings().access
    assert access.allow == {"discord:1", "telegram:-100", "3"}
    assert access.daily_bytes == 5 << 20
    assert Settings().access.admins == frozenset()
