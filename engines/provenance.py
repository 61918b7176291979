"""Where a made file comes from, written into the file itself.

Whoever finds a voice, a song or a talking face on its own can see that a machine made it, with
what, and when: see ``docs/responsible-use.md``.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime

from engines.tasks import TASKS


@dataclass(frozen=True, slots=True)
class Provenance:
    """What made a file: the task's name, the engine's, and the day."""

    task: str
    engine: str
    day: date

    @classmethod
    def today(cls, task: str, engine: str) -> Provenance:
        """The same, made today (UTC)."""
        return cls(task, engine, datetime.now(UTC).date())

    @property
    def words(self) -> str:
        """One sentence for people: what a person recorded was only processed."""
        verb = "Generated" if TASKS[self.task].generates else "Processed"
        return f"{verb} by Earshot ({self.task}, {self.engine}) on {self.day.isoformat()}."

    def tags(self, title: str) -> dict[str, str]:
        """The tags of a file called ``title``, by names that Ogg, FLAC and MP4 all know."""
        return {
            "title": title,
            "artist": "Earshot",
            "comment": self.words,
            "date": self.day.isoformat(),
        }
