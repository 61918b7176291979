"""Spanish, French, Italian, Portuguese and Hindi as phonemes, by eSpeak NG beside this process."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import threading
import weakref

#: eSpeak's voices, by the language's code.
VOICES = {"es": "es", "fr": "fr", "it": "it", "pt": "pt-br", "hi": "hi"}
#: What eSpeak writes with a tie is one letter in the alphabet that Kokoro learnt (misaki's).
LETTERS = {
    "a^ɪ": "I", "a^ʊ": "W", "d^z": "ʣ", "d^ʒ": "ʤ", "e^ɪ": "A", "o^ʊ": "O", "ə^ʊ": "Q", "s^s": "S",
    "t^s": "ʦ", "t^ʃ": "ʧ", "ɔ^ɪ": "Y",
}  # fmt: skip
#: eSpeak leaves the signs out at which it parts clauses; a voice needs them for its melody.
_CLAUSE = re.compile(r"[^.,;:!?¿¡…।]+|[.,;:!?…।]+")
#: eSpeak marks words of another language, "(en)", and joins syllables with a hyphen.
_MARKS = re.compile(r"\([a-z-]+\)|-|\^")
_SIGNS = {"।": ".", "…": "…"}


class Espeak:
    """The program, started with the first text and again should it have died."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[str] | None = None
        self._one_at_a_time = threading.Lock()

    def phonemes(self, text: str, language: str) -> str:
        """A text of one of :data:`VOICES` as phonemes, its signs kept.

        Raises RuntimeError where the program cannot be had.
        """
        parts = []
        for match in _CLAUSE.finditer(text):
            if not any(char.isalnum() for char in match[0]):
                if match[0].strip():
                    parts.append(_SIGNS.get(match[0][0], match[0][0]))
                continue
            said = " ".join(self._asked(match[0].strip(), VOICES[language]))
            parts.append((" " if parts else "") + said)
        joined = "".join(parts)
        for tied, letter in LETTERS.items():
            joined = joined.replace(tied, letter)
        return _MARKS.sub("", joined).strip()

    def _asked(self, text: str, voice: str) -> list[str]:
        with self._one_at_a_time:
            for _ in range(2):  # it may have died since the last text
                try:
                    return self._exchange(text, voice)
                except (OSError, ValueError):
                    self.close()
        raise RuntimeError("eSpeak NG does not answer")

    def _exchange(self, text: str, voice: str) -> list[str]:
        if self._process is None:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "engines.speech.phonemes.espeak_program"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
                encoding="utf-8",
            )
            # Not left running when this object goes, or the whole process does.
            weakref.finalize(self, _end, self._process)
        given, taken = self._process.stdin, self._process.stdout
        assert given is not None  # noqa: S101 - both were asked for
        assert taken is not None  # noqa: S101
        given.write(json.dumps([voice, text]) + "\n")
        given.flush()
        return [str(clause) for clause in json.loads(taken.readline())]

    def close(self) -> None:
        """End the program."""
        if self._process is not None:
            _end(self._process)
            self._process = None


def _end(process: subprocess.Popen[str]) -> None:
    process.kill()
    process.communicate()
