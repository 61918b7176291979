"""What the engines can do, task by task: the paper's Table 3 in our terms, on data anyone can get.

Every module measures one task or family: ``measure()`` gives its figures. The data comes from the
packages of PyPI and Debian, or is made from a seed; the licences are in the modules. Run them with

    python -m bot eval capability [--task NAME ...] [--json]
"""

from __future__ import annotations

import importlib
from collections.abc import Iterator, Sequence

from evals.capability.figure import Figure

#: Task -> the modules that measure it.
MODULES = {
    "speech_recognition": "recognition",
    "speech_translation": "translation",
    "speech_enhancement": "enhancement",
    "speech_separation": "separation",
    "style_transfer": "style",
    "mono_to_binaural": "binaural",
    "audio_inpainting": "inpainting",
    "sound_detection": "detection",
    "target_sound_detection": "targets",
    "sound_extraction": "extraction",
    "image_captioning": "pictures",
    "text_to_speech": "speaking",
    "text_to_audio": "making music",
    "text_to_sing": "singing",
    "talking_head": "heads",
}


def measure(tasks: Sequence[str] = ()) -> Iterator[Figure]:
    """The figures of these tasks, or of all; raises KeyError for a task that is not measured."""
    for task in tasks or MODULES:
        for module in MODULES[task].split():
            yield from importlib.import_module(f"{__name__}.{module}").measure()
