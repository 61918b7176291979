"""The rehearsed engines of a service that cannot do everything: some tasks have no engine here."""

from __future__ import annotations

from engines.tasks import TASKS
from evals.rehearsed import register

#: The tasks that nothing serves.
LEFT_OUT = (
    "speech_translation",
    "sound_extraction",
    "mono_to_binaural",
    "text_to_sing",
    "image_to_audio",
    "talking_head",
)
ENGINES = register([name for name in TASKS if name not in LEFT_OUT], __name__, "Few")
