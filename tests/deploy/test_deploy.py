"""What is deployed: confined containers without a secret in a file, and settings that exist."""

from __future__ import annotations

import ast
import asyncio
import os
import re
import runpy
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import discord
import pytest
import yaml  # type: ignore[import-untyped]

from bot.health import Health, served
from bot.settings import Settings

ROOT = Path(__file__).resolve().parents[2]
DEPLOY = ROOT / "deploy"
COMPOSE: dict[str, Any] = yaml.safe_load((DEPLOY / "compose.yaml").read_text())
LAYER: dict[str, Any] = yaml.safe_load((DEPLOY / "compose.cuda.yaml").read_text())
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
DOCKERFILE = (DEPLOY / "Dockerfile").read_text()
#: Read by the engines and not by ``Settings``: the inference process has no ``.env``.
FROM_THE_ENVIRONMENT = {"EARSHOT_WEIGHTS_DIR"}
#: Read by compose itself.
COMPOSE_ONLY = {
    "POSTGRES_PASSWORD", "TELEGRAM_API_ID", "TELEGRAM_API_HASH", "TELEGRAM_BOT_API_TAG",
    "EARSHOT_MEMORY",
}  # fmt: skip


def settings() -> set[str]:
    """The variables that ``Settings`` reads."""
    return {
        str(field.validation_alias or f"EARSHOT_{name.upper()}")
        for name, field in Settings.model_fields.items()
    }


def instructions(stage: str | None = None) -> list[str]:
    """The Dockerfile's instructions, whole, of one stage or of all."""
    text = re.sub(r"^#.*\n|^\s+#.*\n", "", DOCKERFILE, flags=re.MULTILINE).replace("\\\n", " ")
    lines = [" ".join(line.split()) for line in text.splitlines() if line.strip()]
    if stage is None:
        return lines
    start = next(n for n, line in enumerate(lines) if line.endswith(f" AS {stage}"))
    ends = [n for n, line in enumerate(lines) if n > start and line.startswith("FROM ")]
    return lines[start : ends[0] if ends else None]


@pytest.mark.parametrize("name", SERVICES)
def test_every_container_is_confined(name: str) -> None:
    service = SERVICES[name]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert "cap_add" not in service
    assert "privileged" not in service
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert "mem_limit" in service
    assert not service.get("ports"), "nothing is published"
    assert any(each.startswith("/tmp:") for each in service["tmpfs"])
    assert not [each for each in service["volumes"] if "docker.sock" in each]
    # Our own image says itself who it runs as; see below.
    assert "build" in service or re.fullmatch(r"[1-9]\d*:[1-9]\d*", service["user"])


def test_our_image_is_nobody_in_particular() -> None:
    lines = instructions("service")
    assert "USER 10001:10001" in lines
    assert not [line for line in lines if line.startswith("USER") and "10001" not in line]
    assert not [line for line in instructions("cpu") + instructions("cuda") if "USER" in line]


def test_the_image_without_a_gpu_is_the_default() -> None:
    stages = [line.split()[-1] for line in instructions() if line.startswith("FROM ")]
    assert stages[-1] == "cpu"
    assert "cuda" in stages
    assert COMPOSE["services"]["earshot"]["build"]["target"] == "cpu"
    assert LAYER["services"]["earshot"]["build"]["target"] == "cuda"
    assert LAYER["services"].keys() == {n for n, each in SERVICES.items() if "build" in each}


def test_the_image_is_built_with_pip_alone_from_public_places() -> None:
    text = "\n".join(instructions())
    assert "apt-get" not in text
    installs = re.findall(r"pip install .*?(?= && |$)", text, re.MULTILINE)
    assert len(installs) == 5
    for install in installs:
        assert "--only-binary :all:" in install
        assert "-c constraints.txt" in install or "--no-deps" in install
    (index,) = re.findall(r"ARG TORCH_INDEX=(\S+)", text)
    assert index == "https://download.pytorch.org/whl/cpu"
    assert re.findall(r"^torch==\S+$", (ROOT / "requirements.txt").read_text(), re.MULTILINE)


def test_only_what_the_service_needs_gets_into_the_image() -> None:
    rules = (ROOT / ".dockerignore").read_text().splitlines()
    assert next(rule for rule in rules if not rule.startswith("#")) == "*"
    let_in = {rule[1:] for rule in rules if rule.startswith("!")}
    copied = {
        source
        for line in instructions()
        if line.startswith("COPY ") and "--from" not in line
        for source in line.split()[1:-1]
    }
    assert copied == let_in
    assert all((ROOT / each).exists() for each in let_in)


def test_no_secret_is_in_a_file() -> None:
    for path in [*DEPLOY.iterdir(), ROOT / ".env.example", *(ROOT / "docs").glob("*.md")]:
        if path.is_dir() or path.name == ".env":
            continue
        text = path.read_text()
        # Only ever asked for: ${NAME:?...}, ${NAME:-} or $(...).
        secrets = r"(\w*(?:PASSWORD|TOKEN(?!S_PER)|HASH|SECRET|API_KEY)\w*)(?::\s|=)[ ]*(\S*)"
        for name, value in re.findall(secrets, text):
            assert value.strip("\"'") in ("", "…`.", "123456789:…`.") or "$" in value, (path, name)
        assert not re.search(r"\d{8,}:[\w-]{30,}", text), path
    assert ".env" in (ROOT / ".gitignore").read_text().split()


def test_the_database_s_password_must_be_given() -> None:
    for service in ("earshot", "db"):
        values = [v for v in SERVICES[service]["environment"].values() if "PASSWORD" in v]
        assert values
        assert all("${POSTGRES_PASSWORD:?" in value for value in values)


def test_the_database_is_awaited_and_reaches_nobody() -> None:
    assert SERVICES["db"]["networks"] == ["inside"]
    assert COMPOSE["networks"]["inside"]["internal"] is True
    assert SERVICES["db"]["healthcheck"]["test"][1] == "pg_isready"
    assert SERVICES["earshot"]["depends_on"]["db"] == {"condition": "service_healthy"}
    # From version 18 on the image keeps its data below this folder, and refuses the old place.
    assert SERVICES["db"]["image"].startswith("postgres:18")
    assert SERVICES["db"]["volumes"] == ["database:/var/lib/postgresql"]


def test_where_data_lies_is_not_up_to_env() -> None:
    environment = SERVICES["earshot"]["environment"]
    mounted = [volume.split(":")[1] for volume in SERVICES["earshot"]["volumes"]]
    assert environment["EARSHOT_DATA_DIR"] in mounted
    assert environment["EARSHOT_WEIGHTS_DIR"] in mounted


def test_every_setting_is_in_the_example_and_every_line_of_it_is_one() -> None:
    lines = (ROOT / ".env.example").read_text().splitlines()
    named = [line[1:].partition("=")[0] for line in lines if re.match(r"#[A-Z][A-Z_]*=", line)]
    assert len(named) == len(set(named))
    assert set(named) == settings() | FROM_THE_ENVIRONMENT


def test_the_example_s_values_are_the_defaults(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in settings():
        monkeypatch.delenv(name, raising=False)
    defaults = Settings(_env_file=None)  # type: ignore[call-arg]
    lines = (ROOT / ".env.example").read_text().splitlines()
    for line in lines:
        if found := re.match(r"#EARSHOT_(\w+)=(\d+|INFO|ERROR|data|false|127\.0\.0\.1)$", line):
            default = getattr(defaults, found[1].lower())
            same = float(found[2]) == default if found[2].isdecimal() else None
            assert same or str(default).lower() == found[2].lower(), line


@pytest.mark.parametrize(
    "path",
    [
        *(DEPLOY / name for name in ("compose.yaml", "compose.cuda.yaml", "Dockerfile")),
        DEPLOY / "earshot.service",
        ROOT / "docs/setup.md",
        ROOT / "docs/operations.md",
    ],
    ids=lambda path: path.name,
)
def test_every_variable_that_is_spoken_of_exists(path: Path) -> None:
    spoken = set(re.findall(r"\b(?:EARSHOT|TELEGRAM|DISCORD|POSTGRES)_[A-Z_]+", path.read_text()))
    own = {"POSTGRES_USER", "POSTGRES_DB"}  # the image's
    assert spoken <= settings() | FROM_THE_ENVIRONMENT | COMPOSE_ONLY | own


def test_the_health_check_asks_the_service_s_own_page() -> None:
    (check,) = [line for line in instructions("service") if line.startswith("HEALTHCHECK")]
    assert 'CMD ["python", "/app/deploy/alive.py"]' in check
    script = (DEPLOY / "alive.py").read_text()
    assert '/healthz"' in script
    assert f'or "{Settings.model_fields["health_port"].default}"' in script
    # It runs without the environment's packages.
    names = {
        alias.name.partition(".")[0]
        for node in ast.walk(ast.parse(script))
        if isinstance(node, ast.Import)
        for alias in node.names
    }
    assert names
    assert names <= sys.stdlib_module_names


async def _asked(port: int) -> tuple[int, str]:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-I",
        str(DEPLOY / "alive.py"),
        env={"EARSHOT_HEALTH_PORT": str(port), "http_proxy": "http://127.0.0.1:9"},
        stderr=asyncio.subprocess.PIPE,
    )
    _, errors = await process.communicate()
    assert process.returncode is not None
    return process.returncode, errors.decode()


async def test_the_health_check_says_what_the_service_says(unused_tcp_port: int) -> None:
    health = Health()
    async with served(health, unused_tcp_port):
        assert await _asked(unused_tcp_port) == (0, "")
        health.beat("turns", within_s=-1.0)
        status, errors = await _asked(unused_tcp_port)
        assert status == 1
        assert "503" in errors
        assert "turns" in errors
    assert (await _asked(unused_tcp_port))[0] == 1
    assert await _asked(0) == (0, "")


def unit() -> Iterator[tuple[str, str]]:
    for line in (DEPLOY / "earshot.service").read_text().splitlines():
        if line and line[0] not in "#[":
            name, _, value = line.partition("=")
            yield name, value


def test_the_unit_leaves_the_jail_what_it_needs() -> None:
    lines = list(unit())
    values = {name: value for name, value in lines if name != "SystemCallFilter"}
    assert values["RestrictNamespaces"].split() == ["net", "user"]
    calls = " ".join(value for name, value in lines if name == "SystemCallFilter").split()
    assert {"landlock_create_ruleset", "landlock_add_rule", "landlock_restrict_self"} <= set(calls)
    assert "MemoryDenyWriteExecute" not in values
    assert values["User"] == "earshot"
    assert values["NoNewPrivileges"] == "yes"
    assert values["ProtectSystem"] == "strict"
    assert values["CapabilityBoundingSet"] == ""


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd is not here")
def test_systemd_knows_every_line_of_the_unit(tmp_path: Path) -> None:
    text = (DEPLOY / "earshot.service").read_text()
    copy = tmp_path / "earshot.service"
    # What it starts is not installed here.
    copy.write_text(text.replace("/opt/earshot/.venv/bin/python", sys.executable))
    ran = subprocess.run(
        ["systemd-analyze", "verify", str(copy)], capture_output=True, text=True, check=False
    )
    told = [line for line in ran.stderr.splitlines() if "earshot.service" in line]
    assert not told


def test_the_invitation_asks_for_the_permissions_that_the_page_lists() -> None:
    page = (ROOT / "docs/setup.md").read_text()
    (number,) = re.findall(r"&permissions=(\d+)", page)
    wanted = discord.Permissions(
        view_channel=True,
        send_messages=True,
        send_messages_in_threads=True,
        attach_files=True,
        read_message_history=True,
        send_voice_messages=True,
        use_application_commands=True,
    )
    assert int(number) == wanted.value
    for name in ("View Channels", "Send Messages in Threads", "Send Voice Messages"):
        assert name in page.replace("\n     ", " ")


def test_the_backup_of_the_page_is_whole(tmp_path: Path) -> None:
    page = (ROOT / "docs/operations.md").read_text()
    (commands,) = re.findall(r"\$ (mkdir -p backup)\n\$ (python3 -c .*)\n\$ (cp .*)\n", page)
    blob = tmp_path / "data" / "blobs" / "ab"
    blob.parent.mkdir(parents=True)
    blob.write_bytes(b"sound")
    live = sqlite3.connect(tmp_path / "data" / "earshot.db")
    live.execute("PRAGMA journal_mode=WAL")
    live.execute("CREATE TABLE said (words)")
    live.execute("INSERT INTO said VALUES ('hello')")
    live.commit()  # still open, and still in the log beside the file
    for _ in range(2):  # the second time it finds the first
        for command in commands:
            subprocess.run(
                command,
                shell=True,
                check=True,
                cwd=tmp_path,
                env={"PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"},
            )
    live.close()
    copy = sqlite3.connect(tmp_path / "backup" / "earshot.db")
    assert copy.execute("SELECT words FROM said").fetchall() == [("hello",)]
    copy.close()
    assert (tmp_path / "backup" / "blobs" / "ab").read_bytes() == b"sound"


def test_the_health_check_can_be_imported_without_being_run() -> None:
    assert runpy.run_path(str(DEPLOY / "alive.py"))["TIMEOUT_S"] < 10
