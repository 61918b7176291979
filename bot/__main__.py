"""The command line: ``python -m bot``; see README for the commands."""

from __future__ import annotations

import argparse
import asyncio
import importlib.util
import os
import sys
from pathlib import Path

from pydantic import ValidationError
from rich.console import Console as Screen
from sqlalchemy.exc import SQLAlchemyError

from bot import console, doctor, evaluate, logs
from bot.serve import serve
from bot.settings import Settings, faults
from db.migrate import upgrade
from db.session import Database
from engines import weights


def parser() -> argparse.ArgumentParser:
    """The commands and their options."""
    top = argparse.ArgumentParser(prog="python -m bot", description="Earshot: AudioGPT in chat.")
    commands = top.add_subparsers(dest="command", metavar="COMMAND")
    commands.add_parser("run", help="run the service (what no command does, too)")
    ask = commands.add_parser("ask", help="one request; prints the reply")
    ask.add_argument("text", help="what you want, in plain words")
    ask.add_argument("--file", action="append", type=Path, default=[], help="a file to send along")
    ask.add_argument("--channel", default="console", help="the conversation it belongs to")
    ask.add_argument("--json", action="store_true", help="print one JSON object")
    chat = commands.add_parser("chat", help="a conversation on the console")
    chat.add_argument("--channel", default="console", help="the conversation to go on with")
    models = commands.add_parser("weights", help="list, fetch or verify the models")
    models.add_argument("action", choices=("list", "fetch", "verify"))
    models.add_argument("names", nargs="*", help="which; all that are needed when left out")
    check = commands.add_parser("doctor", help="look for faults and say what to do")
    check.add_argument("--json", action="store_true", help="print one JSON object")
    measure = commands.add_parser("eval", help="how well requests are understood and carried out")
    measure.add_argument("axis", choices=("consistency", "capability", "robustness"))
    measure.add_argument("--task", nargs="+", default=[], metavar="NAME", help="only these tasks")
    measure.add_argument("--requests", type=Path, help="a JSON file of labelled requests")
    measure.add_argument("--backend", choices=evaluate.BACKENDS, default="router")
    measure.add_argument("--json", action="store_true", help="print one JSON object")
    commands.add_parser("migrate", help="bring the database to the newest schema")
    return top


def main() -> int:
    """Run a command and return its exit status."""
    os.umask(0o077)  # conversations are nobody else's business on this machine
    arguments = parser().parse_args()
    try:
        settings = Settings()
    except ValidationError as error:
        return _complain(*faults(error))
    serves = arguments.command in (None, "run") and settings.serves_platforms
    quiet = arguments.command in ("ask", "chat", "eval", None, "run") and not serves
    logs.set_up(settings.console_log_level if quiet else settings.log_level, settings.secrets())
    try:
        return _run(arguments, settings)
    except KeyboardInterrupt:
        return 130
    except (SQLAlchemyError, OSError) as error:
        # Only what fails at the start comes here: the running service tries again by itself.
        reason = str(getattr(error, "orig", None) or error)
        for secret in settings.secrets():
            reason = reason.replace(secret, logs.BLOT)
        return _complain(f"Earshot could not start: {reason}. “python -m bot doctor” says more.")


def _run(arguments: argparse.Namespace, settings: Settings) -> int:
    match arguments.command:
        case "ask":
            for file in arguments.file:
                if not file.is_file():
                    return _complain(f"There is no file {file}. Check its path.")
            return asyncio.run(
                console.ask(
                    settings,
                    arguments.text,
                    arguments.file,
                    channel=arguments.channel,
                    as_json=arguments.json,
                )
            )
        case "weights":
            return weights.run_command(arguments.action, arguments.names)
        case "eval":
            return _evaluate(arguments, settings)
        case "doctor":
            return asyncio.run(doctor.command(settings, as_json=arguments.json))
        case "migrate":
            return asyncio.run(_migrate(settings))
        case _:
            if settings.serves_platforms and arguments.command != "chat":
                return asyncio.run(serve(settings))
            return asyncio.run(console.chat(settings, getattr(arguments, "channel", "console")))


def _evaluate(arguments: argparse.Namespace, settings: Settings) -> int:
    if importlib.util.find_spec("evals") is None:
        return _complain("The evaluations are not part of this installation: run it from the code.")
    if arguments.backend == "server" and not settings.has_model:
        return _complain("No server is set. Put OPENAI_API_KEY or OPENAI_BASE_URL into .env.")
    if arguments.axis == "capability":
        return evaluate.capability(arguments.task, as_json=arguments.json)
    if arguments.axis == "robustness":
        return asyncio.run(evaluate.robustness(settings, arguments.backend, as_json=arguments.json))
    if arguments.requests is not None and not arguments.requests.is_file():
        return _complain(f"There is no file {arguments.requests}. Check its path.")
    return asyncio.run(
        evaluate.consistency(
            settings, arguments.backend, arguments.requests, as_json=arguments.json
        )
    )


async def _migrate(settings: Settings) -> int:
    database = Database(settings.database)
    backup = await upgrade(database)
    await database.close()
    kept = f" The database as it was before is {backup}." if backup else ""
    Screen().print(f"The database is at the newest schema.{kept}", soft_wrap=True)
    return 0


def _complain(*sentences: str) -> int:
    for sentence in sentences:
        sys.stderr.write(sentence + "\n")
    return 1


if __name__ == "__main__":
    sys.exit(main())
