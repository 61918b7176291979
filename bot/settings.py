"""Settings: environment variables beginning with EARSHOT_, and the file ``.env``."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from handlers.media import Limits

MB = 1 << 20


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
    max_upload_mb: int = Field(default=200, ge=1)
    max_audio_minutes: int = Field(default=240, ge=1)
    log_level: str = Field(default="INFO", pattern="^(DEBUG|INFO|WARNING|ERROR)$")

    #: The console shows the conversation; its log only speaks when something is wrong.
    console_log_level: str = Field(default="ERROR", pattern="^(DEBUG|INFO|WARNING|ERROR)$")

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
    def limits(self) -> Limits:
        """What a person may send."""
        return Limits(max_bytes=self.max_upload_mb * MB, max_audio_s=60.0 * self.max_audio_minutes)

    def secrets(self) -> list[str]:
        """The values that must never be seen: in logs, errors, or another process."""
        found = []
        for each in (self.database_url, self.telegram_token, self.discord_token):
            if each is not None:
                found.append(each.get_secret_value())
        if found and self.database_url is not None:
            password = urlsplit(found[0]).password  # drivers repeat it in errors, without the URL
            found[1:1] = [password] if password else []
        return found


def faults(error: ValidationError) -> list[str]:
    """One sentence for each setting that is wrong, naming the variable and not its value."""
    sentences = []
    for each in error.errors():
        field = str(each["loc"][0]) if each["loc"] else "?"
        name = field if field.isupper() else f"EARSHOT_{field.upper()}"
        sentences.append(f"The setting {name} is not usable: {each['msg']}. Change it in .env.")
    return sentences
