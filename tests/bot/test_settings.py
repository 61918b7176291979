"""Settings: from the environment, said plainly when wrong, secret where they must be."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import ValidationError

from bot.settings import Settings, faults
from engines.weights.hub import Model


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


def test_a_server_that_is_set_plans_and_the_small_model_talks(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("EARSHOT_CHAT")
    assert Settings().mode == "talk"
    monkeypatch.setenv("OPENAI_BASE_URL", "http://127.0.0.1:1/v1")
    assert Settings().mode == "plan"
    monkeypatch.setenv("EARSHOT_CHAT", "talk")
    assert Settings().mode == "talk"
    monkeypatch.setenv("EARSHOT_CHAT", "off")
    assert Settings().mode == "off"
    monkeypatch.delenv("OPENAI_BASE_URL")
    monkeypatch.setenv("OPENAI_API_KEY", "sk-hunter2")
    monkeypatch.setenv("EARSHOT_CHAT", "plan")
    assert Settings().mode == "plan"
    assert "sk-hunter2" in Settings().secrets()
    monkeypatch.delenv("OPENAI_API_KEY")
    with pytest.raises(ValidationError) as caught:
        Settings()
    assert "OPENAI_BASE_URL" in faults(caught.value)[0]


def test_consent_is_asked_for_long_work_and_never_with_nought(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert Settings().confirm_s == 900.0
    monkeypatch.setenv("EARSHOT_CONFIRM_MINUTES", "0")
    assert Settings().confirm_s is None


@pytest.mark.parametrize("empty", ["", " "])
def test_an_empty_server_or_key_is_none(empty: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_BASE_URL", empty)
    monkeypatch.setenv("OPENAI_API_KEY", empty)
    assert (Settings().openai_base_url, Settings().openai_api_key) == (None, None)
    assert not Settings().has_model


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("OPENAI_BASE_URL", "hunter2:11434/v1"),
        ("OPENAI_BASE_URL", "hunter2"),
        ("OPENAI_BASE_URL", "ftp://hunter2/v1"),
        ("OPENAI_BASE_URL", "http:///hunter2"),
        ("OPENAI_BASE_URL", "http://[hunter2/v1"),
        ("OPENAI_BASE_URL", "http://hunter2:99999999/v1"),
        ("OPENAI_BASE_URL", "http://hunter2\n/v1"),
        ("OPENAI_API_KEY", "“sk-hunter2”"),
        ("OPENAI_API_KEY", "sk-hunter2 sk-hunter3"),
        ("OPENAI_API_KEY", "sk-hunter2\n"),
        ("EARSHOT_CHAT_TOKENS_PER_TURN", "19999"),
    ],
)
def test_what_no_model_can_be_asked_with(
    name: str, value: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(ValidationError) as caught:
        Settings()
    (sentence,) = faults(caught.value)
    assert sentence.startswith(f"The setting {name} is not usable: ")
    assert "hunter" not in sentence
    assert "Value error" not in sentence


def test_a_password_in_the_address_of_the_model_is_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_BASE_URL", "https://ann:hunter%322@models.example/v1")
    assert Settings().secrets() == ["hunter%322", "hunter22"]
    assert "hunter" not in repr(Settings())
    monkeypatch.setenv("OPENAI_BASE_URL", "https://hunter2@models.example/v1")
    assert Settings().secrets() == ["hunter2"]
    monkeypatch.setenv("OPENAI_BASE_URL", "https://models.example/v1")
    assert Settings().secrets() == []


def test_models_are_chosen_by_task(monkeypatch: pytest.MonkeyPatch) -> None:
    assert Settings().models == {}
    monkeypatch.setenv("EARSHOT_MODELS", "")
    assert Settings().models == {}
    monkeypatch.setenv("EARSHOT_MODELS", "speech_separation=owner/name@v1")
    assert Settings().models == {"speech_separation": Model("owner/name", "v1")}


@pytest.mark.parametrize(
    ("value", "why"),
    [
        ("speech_separation=hunter2", "model 1 is not written TASK=OWNER/NAME"),
        ("hunter2=owner/name", "no such task"),
        ("text_to_speech=owner/name", "the task text_to_speech takes no other model"),
    ],
)
def test_a_wrong_model_is_one_sentence(
    value: str, why: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EARSHOT_MODELS", value)
    with pytest.raises(ValidationError) as caught:
        Settings()
    (sentence,) = faults(caught.value)
    assert sentence.startswith("The setting EARSHOT_MODELS is not usable: ")
    assert why in sentence
    assert "hunter2" not in sentence
