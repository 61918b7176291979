"""``/privacy``, ``/export`` and ``/forget``: what is kept, as a file, and gone."""

from __future__ import annotations

import asyncio
import json
import tempfile
import zipfile
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from db import conversations, privacy, voices
from db.models import AnyRow
from db.privacy import Erased
from db.session import Database
from engines.blobs import BlobStore
from engines.kinds import Refusal
from handlers.channel import Channel
from handlers.edge import Button, File, Part
from handlers.forget import Forget
from handlers.phrases import say

#: An export comes in archives of about this size: every platform lets them through.
ARCHIVE_BYTES = 8 << 20
#: What may be said to have all deleted where there is no button.
YES = ("yes", "ok", "네", "예")
NO = ("no", "아니요", "아니오")
#: Whose data a button or the command's next word names.
CHANNEL, ME = "channel", "me"


class Privacy:
    """Answers the three commands."""

    def __init__(
        self, database: Database, blobs: BlobStore, forget: Forget, model_host: str = ""
    ) -> None:
        self._database = database
        self._blobs = blobs
        self._forget = forget
        self._model_host = model_host

    async def about(self, row: AnyRow, rest: str) -> str:
        """What is kept and how to get it; ``rest`` may be "out", "in", "voice yes", "voice no"."""
        words = rest.lower().split()
        if len(words) == 2 and words[0] == "voice" and words[1] in (*YES, *NO):
            shared = words[1] in YES
            async with self._database.write() as connection:
                await voices.share(connection, row.person_id, shared=shared)
            return say("voice_shared" if shared else "voice_not_shared", row.locale)
        if rest.lower() in ("out", "in"):
            out = rest.lower() == "out"
            async with self._database.write() as connection:
                await conversations.opt_out(connection, row.person_id, out=out)
            return say("opted_out" if out else "opted_in", row.locale)
        days = Channel.of(row.settings).retention or self._forget.retention_days
        told = say("privacy", row.locale, days=days)
        if self._model_host:
            told += "\n" + say("privacy_model", row.locale, host=self._model_host)
        return told

    async def export(self, row: AnyRow) -> Sequence[Part]:
        """All that is kept about a person, as archives; only where nobody else reads along."""
        if not row.private:
            raise Refusal("export_private_only")
        async with self._database.read() as connection:
            said = [
                each
                for each in await privacy.messages_of(connection, row.person_id)
                if each.turn_id != row.id
            ]
            files = await privacy.files_of(connection, [each.turn_id for each in said])
            prints = await privacy.voices_of(connection, [each.turn_id for each in said])
        if not said:
            return [Part("text", say("export_empty", row.locale))]
        made = await asyncio.to_thread(self._archives, said, files, prints)
        told = say("export_ready", row.locale)
        return [
            Part("file", told if number == 0 else "", (file,)) for number, file in enumerate(made)
        ]

    async def forget(self, row: AnyRow, rest: str) -> Sequence[Part]:
        """Ask first, then delete; ``rest`` is "yes", "channel" or "channel yes"."""
        words = rest.lower().split()
        whole = CHANNEL in words
        if whole and not row.admin:
            raise Refusal("forget_channel_admin")
        if not any(word in YES for word in words):
            asked = "forget_channel_ask" if whole else "forget_ask"
            label = say("button_forget_all", row.locale)
            button = Button("forget", label, CHANNEL if whole else ME)
            return [Part("text", say(asked, row.locale), buttons=(button,))]
        if whole:
            erased = await self._forget.conversation(row.conversation_id, but=row.id)
        else:
            erased = await self._forget.person(row.person_id, but=row.id)
        return [Part("text", forgotten(erased, row.locale))]

    def _archives(
        self,
        said: Sequence[AnyRow],
        files: Sequence[AnyRow],
        prints: Mapping[int, Mapping[str, str]],
    ) -> list[File]:
        listing = [
            each | {"voices": prints.get(row.turn_id, {})}
            for row, each in zip(said, _listing(said, files), strict=True)
        ]
        messages = json.dumps(listing, ensure_ascii=False, indent=1).encode()
        with tempfile.TemporaryDirectory() as name:
            made: list[Path] = []
            archive: zipfile.ZipFile | None = None
            filled = 0
            for each, inside in zip(files, _places(files), strict=True):
                blob = self._blobs.path(each.sha256)
                if not blob.exists():
                    continue
                size = blob.stat().st_size
                if archive is None or filled + size > ARCHIVE_BYTES:
                    if archive is not None:
                        archive.close()
                    filled = 0
                    made.append(Path(name, f"earshot-{len(made) + 1}.zip"))
                    archive = zipfile.ZipFile(made[-1], "w", zipfile.ZIP_STORED)
                archive.write(blob, inside)
                filled += size
            if archive is None:
                made.append(Path(name, "earshot-1.zip"))
                archive = zipfile.ZipFile(made[-1], "w", zipfile.ZIP_STORED)
            archive.writestr("messages.json", messages)
            archive.close()
            return [
                File(self._blobs.put_file(path), path.name, "application/zip", path.stat().st_size)
                for path in made
            ]


def forgotten(erased: Erased, locale: str) -> str:
    """What to tell somebody whose data was deleted."""
    if not erased.messages:
        return say("forgotten_nothing", locale)
    return say("forgotten", locale, messages=erased.messages, files=len(erased.files))


def _places(files: Sequence[AnyRow]) -> list[str]:
    """A name inside the archive for each file: by request, and told apart where they are alike."""
    taken: Counter[str] = Counter()
    places = []
    for file in files:
        name = Path(Path(file.name).name or file.sha256[:8])
        place = f"{file.turn_id}/{name}"
        taken[place] += 1
        if taken[place] > 1:
            place = f"{file.turn_id}/{name.stem}-{taken[place]}{name.suffix}"
        places.append(place)
    return places


def _listing(said: Sequence[AnyRow], files: Sequence[AnyRow]) -> Iterator[dict[str, Any]]:
    by_turn: dict[int, list[str]] = {}
    for each, place in zip(files, _places(files), strict=True):
        by_turn.setdefault(each.turn_id, []).append(place)
    for row in said:
        yield {
            "time": datetime.fromtimestamp(row.created_at, UTC).isoformat(timespec="seconds"),
            "platform": row.platform,
            "channel": row.channel,
            "thread": row.thread,
            "text": row.text,
            "heard": row.query if row.query != row.text else "",
            "answer": row.answer,
            "files": by_turn.get(row.turn_id, []),
        }
