"""The rows of tasks that start from words or a picture: speaking, sounding, singing, showing."""

from __future__ import annotations

from engines.speech.languages import SPOKEN
from engines.tasks.task import Argument, Task

MADE = (
    Task(
        name="text_to_speech",
        command="say",
        takes=(),
        gives="audio",
        lane="interactive",
        description="Read a text aloud.",
        generates=True,
        arguments=(
            Argument("text", "string", "The words to speak.", required=True),
            Argument("voice", "string", "The voice's name; else the usual one of the language."),
            Argument(
                "language",
                "string",
                "The language it is written in; else it is recognised.",
                choices=SPOKEN,
            ),
            Argument(
                "speed",
                "number",
                "1 is the voice's own pace.",
                default=1.0,
                minimum=0.5,
                maximum=2.0,
            ),
        ),
    ),
    Task(
        name="text_to_audio",
        command="sound",
        takes=(),
        gives="audio",
        lane="normal",
        description="Make a sound, an ambience or a piece of music from its description.",
        generates=True,
        arguments=(
            Argument("text", "string", "What it is to sound like, in words.", required=True),
            Argument(
                "duration", "number", "How long it is to be, in s.", minimum=0.5, maximum=300.0
            ),
        ),
    ),
    Task(
        name="text_to_sing",
        command="sing",
        takes=(),
        gives="audio",
        lane="normal",
        description="Sing words, to given notes and durations or to a melody of its own.",
        generates=True,
        arguments=(
            Argument("text", "string", "The words to sing.", required=True),
            Argument("notes", "string", "The note of each word, parted by |: 'C4 | D4 | rest'."),
            Argument("durations", "string", "How long each note is, in s, parted by |."),
            Argument("melody", "string", "A known tune to sing it to, such as 'jingle bells'."),
            Argument("voice", "string", "The singer's name."),
            Argument("tempo", "number", "Beats a minute.", minimum=40.0, maximum=200.0),
            Argument("key", "string", "The key, such as 'D' or 'F# minor'."),
            Argument("accompaniment", "string", "Whether a piano plays along.", choices=("on",)),
        ),
    ),
    Task(
        name="image_to_audio",
        command="soundtrack",
        takes=("image",),
        gives="audio",
        lane="normal",
        description="Make a sound that fits a picture.",
        generates=True,
    ),
    Task(
        name="image_captioning",
        command="caption",
        takes=("image",),
        gives="text",
        lane="normal",
        description="Describe what is in a picture.",
    ),
    Task(
        name="talking_head",
        command="animate",
        takes=("audio", "image"),
        gives="video",
        lane="long",
        description="Let the face in a picture speak what is said in a recording.",
        generates=True,
    ),
)
