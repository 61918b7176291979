"""Settings: environment variables beginning with EARSHOT_, and the file ``.env``."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Literal, Self
from urllib.parse import unquote, urlsplit

from pydantic import Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from engines.weights import hub
from engines.weights.hub import Model
from handlers.access import Access
from handlers.media import Limits

MB = 1 << 20
WEBHOOK_SECRET = re.compile(r"[A-Za-z0-9_-]{16,256}")
#: What can stand in a header.
API_KEY = re.compile(r"[!-~]+")


class Settings(BaseSettings):
    """Everything an operator can set; ``.env.example`` explains each in a line."""

    model_config = SettingsConfigDict(env_prefix="EARSHOT_", env_file=".env", extra="ignore")

    data_dir: Path = Path("data")
    database_url: SecretStr | None = None
    telegram_token: SecretStr | None = Field(
        default=None, validation_alias="TELEGRAM_TOKEN", min_length=1
    )
    discord_token: SecretStr | None = Field(
        default=None, validation_alias="DISCORD_TOKEN", min_length=1
    )
    #: A Bot API server of one's own lifts Telegram's limits on files; ``local`` says that it shares
    #: this machine's disk.
    telegram_api_url: str | None = None
    telegram_local: bool = False
    #: Where Telegram is to call; without it, it is asked.
    telegram_webhook_url: str | None = None
    telegram_webhook_secret: SecretStr | None = None
    telegram_webhook_port: int = Field(default=8322, ge=1, le=65535)
    telegram_webhook_host: str = "127.0.0.1"
    discord_api_url: str | None = None
    discord_gateway_url: str | None = None

    #: A server that speaks OpenAI's protocol; either one is enough to use it.
    openai_api_key: SecretStr | None = Field(default=None, validation_alias="OPENAI_API_KEY")
    openai_base_url: str | None = Field(
        default=None, validation_alias="OPENAI_BASE_URL", repr=False
    )
    #: What a language model does: it plans, it only talks (and the router plans), or nothing.
    chat: Literal["auto", "plan", "talk", "off"] = "auto"
    #: Without a name, the first that the server lists.
    chat_model: str | None = None
    chat_timeout_s: float = Field(default=30.0, gt=0)
    chat_tokens_per_turn: int = Field(default=60_000, ge=20_000)
    chat_tokens_per_day: int | None = Field(default=None, ge=1000)
    #: Of the local model; all processors but one when left out.
    chat_threads: int | None = Field(default=None, ge=1)
    #: Work that takes longer waits for its author's consent; 0 never asks.
    confirm_minutes: float = Field(default=15.0, ge=0)

    #: Models of the hub that take the place of the ones that tasks come with, by task.
    models: Annotated[Mapping[str, Model], NoDecode] = {}

    #: Users, channels, servers and roles that may use the bot, and users who are admins everywhere.
    allow: Annotated[frozenset[str], NoDecode] = frozenset()
    admins: Annotated[frozenset[str], NoDecode] = frozenset()
    daily_engine_seconds: float | None = Field(default=None, gt=0)
    daily_upload_mb: int | None = Field(default=None, gt=0)
    max_waiting: int | None = Field(default=20, ge=1)
    retention_days: int = Field(default=0, ge=0)
    health_port: int = Field(default=8321, ge=0, le=65535)

    max_upload_mb: int = Field(default=200, ge=1)
    max_audio_minutes: int = Field(default=240, ge=1)
    log_level: str = Field(default="INFO", pattern="^(DEBUG|INFO|WARNING|ERROR)$")

    #: The console shows the conversation; its log only speaks when something is wrong.
    console_log_level: str = Field(default="ERROR", pattern="^(DEBUG|INFO|WARNING|ERROR)$")

    @field_validator("allow", "admins", mode="before")
    @classmethod
    def _ids(cls, value: object) -> object:
        """Ids with commas or spaces between them."""
        return frozenset(value.replace(",", " ").split()) if isinstance(value, str) else value

    @field_validator("models", mode="before")
    @classmethod
    def _by_task(cls, value: object) -> object:
        """As ``engines/weights/hub.py`` writes them."""
        return hub.parsed(value) if isinstance(value, str) else value

    @field_validator("openai_api_key", "openai_base_url", mode="before")
    @classmethod
    def _empty_is_not_set(cls, value: object) -> object:
        return None if isinstance(value, str) and not value.strip() else value

    @field_validator("openai_api_key")
    @classmethod
    def _fits_a_header(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None and not API_KEY.fullmatch(value.get_secret_value()):
            raise ValueError("it must be ASCII characters without spaces; copy it again")
        return value

    @field_validator("openai_base_url")
    @classmethod
    def _is_an_address(cls, value: str | None) -> str | None:
        if value is not None and not _is_address(value):
            raise ValueError("it must be a URL such as “http://127.0.0.1:11434/v1”")
        return value

    @field_validator("telegram_webhook_secret")
    @classmethod
    def _sendable(cls, value: SecretStr | None) -> SecretStr | None:
        """What Telegram takes as a secret (Bot API, setWebhook), and nobody guesses."""
        if value is not None and not WEBHOOK_SECRET.fullmatch(value.get_secret_value()):
            raise ValueError("it must be 16 to 256 letters, digits, “_” or “-”")
        return value

    @model_validator(mode="after")
    def _webhooks_have_a_secret(self) -> Self:
        if self.telegram_webhook_url and self.telegram_webhook_secret is None:
            raise ValueError(
                "EARSHOT_TELEGRAM_WEBHOOK_URL needs EARSHOT_TELEGRAM_WEBHOOK_SECRET beside it, "
                "16 letters or digits at least"
            )
        return self

    @property
    def access(self) -> Access:
        """Who may use the bot, and how much."""
        return Access(
            allow=self.allow,
            admins=self.admins,
            daily_s=self.daily_engine_seconds,
            daily_bytes=None if self.daily_upload_mb is None else self.daily_upload_mb * MB,
            waiting=self.max_waiting,
        )

    @property
    def has_model(self) -> bool:
        """Whether a server with a language model is set."""
        return self.openai_api_key is not None or self.openai_base_url is not None

    @property
    def mode(self) -> Literal["plan", "talk", "off"]:
        """What the language model does: one that was set is trusted to plan, the local one not."""
        if self.chat == "auto":
            return "plan" if self.has_model else "talk"
        return self.chat

    @model_validator(mode="after")
    def _who_plans_is_set(self) -> Self:
        if self.chat == "plan" and not self.has_model:
            raise ValueError(
                "EARSHOT_CHAT=plan needs OPENAI_API_KEY or OPENAI_BASE_URL: the local model is too "
                "small to plan"
            )
        return self

    @property
    def confirm_s(self) -> float | None:
        """How much engine time needs its author's consent; None is no limit."""
        return 60.0 * self.confirm_minutes or None

    @property
    def serves_platforms(self) -> bool:
        """Whether a chat platform's token is set."""
        return self.telegram_token is not None or self.discord_token is not None

    @property
    def database(self) -> str:
        """The SQLAlchemy URL: as set, or a SQLite file in the data folder."""
        if self.database_url is not None:
            return self.database_url.get_secret_value()
        return f"sqlite+aiosqlite:///{self.data_dir.absolute() / 'earshot.db'}"

    @property
    def blobs_dir(self) -> Path:
        """Where what was sent and made lies, by content."""
        return self.data_dir.absolute() / "blobs"

    @property
    def replies_dir(self) -> Path:
        """Where the console puts copies of its files under names that people can use."""
        return self.data_dir.absolute() / "replies"

    @property
    def scratch_dir(self) -> Path:
        """Where files are worked on; nothing there is worth keeping."""
        return self.data_dir.absolute() / "scratch"

    @property
    def limits(self) -> Limits:
        """What a person may send."""
        return Limits(max_bytes=self.max_upload_mb * MB, max_audio_s=60.0 * self.max_audio_minutes)

    def secrets(self) -> list[str]:
        """The values that must never be seen: in logs, errors, or another process."""
        found = []
        for each in (
            self.database_url,
            self.telegram_token,
            self.discord_token,
            self.telegram_webhook_secret,
            self.openai_api_key,
        ):
            if each is not None:
                found.append(each.get_secret_value())
        if found and self.database_url is not None:
            password = urlsplit(found[0]).password  # drivers repeat it in errors, without the URL
            found[1:1] = [password] if password else []
        return found + _userinfo(self.openai_base_url or "")


def _is_address(url: str) -> bool:
    """Whether a URL is one that can be asked: HTTP, with a host, and a port that exists."""
    try:
        parts = urlsplit(url)
        return (
            parts.scheme in ("http", "https")
            and bool(parts.hostname)
            and parts.port != 0
            and not re.search(r"\s", url)  # urlsplit drops line breaks
        )
    except ValueError:
        return False


def _userinfo(url: str) -> list[str]:
    """The password in a URL, or what stands for one, as it is written and as it is meant."""
    parts = urlsplit(url)
    secret = parts.password or parts.username
    return sorted({secret, unquote(secret)}) if secret else []


def faults(error: ValidationError) -> list[str]:
    """One sentence for each setting that is wrong, naming the variable and not its value."""
    sentences = []
    for each in error.errors():
        reason = each["msg"].removeprefix("Value error, ")
        if not each["loc"]:
            sentences.append(f"{reason}. Change it in .env.")
            continue
        field = str(each["loc"][0])
        name = field if field.isupper() else f"EARSHOT_{field.upper()}"
        sentences.append(f"The setting {name} is not usable: {reason}. Change it in .env.")
    return sentences
