"""The console: what is typed, where files go, and what is shown."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.console import typed
from bot.on_console import Console, incoming, place
from engines.kinds import Refusal
from handlers.edge import Attachment


@pytest.mark.parametrize(
    ("line", "words", "files"),
    [
        ("clean this", "clean this", []),
        ("/send note.ogg", "", ["note.ogg"]),
        ("/send note.ogg transcribe this", "transcribe this", ["note.ogg"]),
        ("/send 'my note.ogg' clean this", "clean this", ["my note.ogg"]),
        ('/send "my note.ogg"', "", ["my note.ogg"]),
        ("/send it's.ogg", "", ["it's.ogg"]),
        ('say "it is 5 o\'clock"', 'say "it is 5 o\'clock"', []),
    ],
)
def test_a_typed_line_is_words_and_files(line: str, words: str, files: list[str]) -> None:
    assert typed(line) == (words, [Path(file) for file in files])


def test_a_recording_without_words_is_a_voice_note() -> None:
    file = Path("note.ogg")
    fields = {"channel": "c", "update_id": "1", "author": "somebody"}
    assert incoming("", [file], **fields).attachments[0].voice
    assert not incoming("clean this", [file], **fields).attachments[0].voice


def test_files_of_one_name_get_places_of_their_own(tmp_path: Path) -> None:
    for name, content in (("one", b"1"), ("two", b"2")):
        (tmp_path / name).write_bytes(content)
    first = place(tmp_path / "one", tmp_path / "out", "speech.ogg")
    second = place(tmp_path / "two", tmp_path / "out", "speech.ogg")
    again = place(tmp_path / "one", tmp_path / "out", "speech.ogg")
    assert (first.name, second.name, again) == ("speech.ogg", "speech-2.ogg", first)
    assert second.read_bytes() == b"2"


def test_a_name_cannot_leave_its_folder(tmp_path: Path) -> None:
    (tmp_path / "blob").write_bytes(b"1")
    assert place(tmp_path / "blob", tmp_path / "out", "../../evil").parent == tmp_path / "out"


async def test_a_file_that_is_gone_is_refused() -> None:
    with pytest.raises(Refusal, match="attachment_gone"):
        [piece async for piece in Console().open(Attachment("note.ogg", "/nowhere"))]
