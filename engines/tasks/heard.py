"""The rows of tasks that start from a recording: understanding it, repairing it, changing it."""

from __future__ import annotations

from engines.tasks.task import Argument, Task

_TARGET = Argument("target", "string", "The sound that is meant, in words.", required=True)

HEARD = (
    Task(
        name="speech_recognition",
        command="transcribe",
        takes=("audio",),
        gives="text",
        lane="interactive",
        description="Write down what is said in a recording, with times for subtitles.",
        arguments=(
            Argument(
                "language",
                "string",
                "The language spoken, as a code such as 'en'; found out when left out.",
            ),
            Argument(
                "names", "string", "What to call the speakers, in the order in which they begin."
            ),
            Argument("vocabulary", "string", "Names and rare words that may be said, spelled so."),
        ),
    ),
    Task(
        name="speech_translation",
        command="translate",
        takes=("audio",),
        gives="text",
        lane="interactive",
        description="Write down what is said in a recording in another language.",
        arguments=(
            Argument(
                "language",
                "string",
                "The language to translate into, as a code such as 'en'.",
                default="en",
            ),
            Argument(
                "words",
                "string",
                "Leave it out for English ('en') and Portuguese ('pt'). For any other language:"
                " transcribe the recording first, then give here your own translation of all of"
                " the transcript, one sentence a line; it gets its times and becomes subtitles.",
            ),
        ),
    ),
    Task(
        name="audio_captioning",
        command="describe",
        takes=("audio",),
        gives="text",
        lane="normal",
        description="Describe a recording as a whole in one sentence.",
    ),
    Task(
        name="sound_detection",
        command="sounds",
        takes=("audio",),
        gives="text",
        lane="normal",
        description="Tell which sounds are in a recording, and when.",
    ),
    Task(
        name="target_sound_detection",
        command="find",
        takes=("audio",),
        gives="text",
        lane="normal",
        description="Tell whether and when one named sound is in a recording.",
        arguments=(_TARGET,),
    ),
    Task(
        name="speech_enhancement",
        command="clean",
        takes=("audio",),
        gives="audio",
        lane="normal",
        description="Take the noise out of a recording of speech.",
    ),
    Task(
        name="speech_separation",
        command="separate",
        takes=("audio",),
        gives="audio",
        lane="normal",
        description="Give each speaker a track of their own, or part a voice from its music.",
        arguments=(
            Argument(
                "tracks",
                "string",
                "What to part: the speakers by their turns, two who talk at the same time, or the"
                " voice and the music.",
                default="speakers",
                choices=("speakers", "two at once", "voice and music"),
            ),
        ),
    ),
    Task(
        name="sound_extraction",
        command="extract",
        takes=("audio",),
        gives="audio",
        lane="normal",
        description="Take one described sound out of a recording and leave the rest behind.",
        arguments=(_TARGET,),
    ),
    Task(
        name="audio_inpainting",
        command="repair",
        takes=("audio",),
        gives="audio",
        lane="normal",
        description="Fill a gap, dropouts or clicks in a recording.",
        arguments=(
            Argument(
                "start", "number", "Where the gap begins, in s; found if left out.", minimum=0.0
            ),
            Argument("end", "number", "Where the gap ends, in s.", minimum=0.0),
        ),
    ),
    Task(
        name="mono_to_binaural",
        command="binaural",
        takes=("audio",),
        gives="audio",
        lane="normal",
        description="Place a recording in the space around the listener, for headphones.",
        arguments=(
            Argument("path", "string", "Where it is heard from, or how it moves: 'left to right'."),
        ),
    ),
    Task(
        name="style_transfer",
        command="mimic",
        takes=("audio",),
        gives="audio",
        lane="normal",
        description="Speak a text in the manner of the voice in a recording.",
        generates=True,
        arguments=(Argument("text", "string", "The words to speak.", required=True),),
    ),
)
