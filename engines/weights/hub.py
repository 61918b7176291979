"""Models of the operator's own choice, from the hub (huggingface.co), for some tasks.

They are written ``TASK=OWNER/NAME@REVISION`` with commas between, in the setting EARSHOT_MODELS.
The service reads the setting and hands it to the process that loads models by :func:`environment`;
an engine asks there with :func:`chosen`, and brings the files in with :func:`fetch`. Only public
models are fetched: the process that loads them holds no token.
"""

from __future__ import annotations

import logging
import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from engines import weights
from engines.tasks import TASKS
from engines.weights import WeightsMissing

#: The tasks for which a model can be chosen, and the files of it that are fetched.
CHOICES: Mapping[str, tuple[str, ...]] = {"speech_separation": ("pytorch_model.bin",)}

VARIABLE = "EARSHOT_MODELS"
#: Where the hub's files lie in the folder of the weights.
FOLDER = "hub"

#: What of an environment says how the hub is reached.
_REACH = {"HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY"}
_REACH |= {"SSL_CERT_FILE", "SSL_CERT_DIR", "REQUESTS_CA_BUNDLE"}
_REACH |= {"HF_ENDPOINT", "HF_HUB_OFFLINE", "HF_HUB_DISABLE_XET"}
#: A service has no use for progress bars, and tells nobody what it is.
_QUIET = {"HF_HUB_DISABLE_PROGRESS_BARS": "1", "HF_HUB_DISABLE_TELEMETRY": "1"}

_NAME = r"(?!\.)[\w.-]{1,96}"
_CHOICE = re.compile(rf"(\w+)=({_NAME}/{_NAME})(?:@(\w[\w./-]{{0,199}}))?", re.ASCII)

# Not structlog: in the process that loads models nobody has set it up, and standard output may be
# a conversation.
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Model:
    """A model on the hub: ``id`` is OWNER/NAME, ``revision`` a branch, a tag or a commit."""

    id: str
    revision: str = "main"

    def __str__(self) -> str:
        return f"{self.id}@{self.revision}"


def parsed(text: str) -> dict[str, Model]:
    """The models by their tasks; raises ValueError, a sentence that does not repeat the text."""
    found: dict[str, Model] = {}
    for number, choice in enumerate(filter(None, re.split(r"[,\s]+", text)), 1):
        parts = _CHOICE.fullmatch(choice)
        if parts is None or ".." in choice or "--" in choice:
            raise ValueError(f"model {number} is not written TASK=OWNER/NAME or …@REVISION")
        task, name, revision = parts.groups()
        if task not in CHOICES:
            what = f"the task {task} takes no other model" if task in TASKS else "no such task"
            raise ValueError(f"model {number}: {what}; a model can be chosen for {_listed()}")
        if task in found:
            raise ValueError(f"two models are chosen for {task}")
        found[task] = Model(name, revision or "main")
    return found


def environment(models: Mapping[str, Model], outer: Mapping[str, str]) -> dict[str, str]:
    """What the process that loads models needs to know and to reach them; nothing without models.

    ``outer`` is the environment of the service, of which only the way to the hub is taken.
    """
    if not models:
        return {}
    reach = {name: value for name, value in outer.items() if name.upper() in _REACH}
    return (
        reach | _QUIET | {VARIABLE: ",".join(f"{task}={model}" for task, model in models.items())}
    )


def chosen(task: str) -> Model | None:
    """The model that is to take the place of the task's own, as this process was told."""
    return parsed(os.environ.get(VARIABLE, "")).get(task)


def held(model: Model, files: Sequence[str], root: Path | None = None) -> Path | None:
    """The folder with the files as they were fetched before, or None; never asks the network."""
    from huggingface_hub import try_to_load_from_cache  # noqa: PLC0415 - a third of a second

    cache = (root or weights.default_root()) / FOLDER
    found = [
        try_to_load_from_cache(model.id, file, cache_dir=cache, revision=model.revision)
        for file in files
    ]
    paths = [each for each in found if isinstance(each, str)]
    return _folder(paths[0], files[0]) if len(paths) == len(files) else None


def fetch(model: Model, files: Sequence[str], root: Path | None = None) -> Path:
    """The folder with the files, brought in if they are not here.

    What was fetched once is never asked for again: a branch stays at the commit it was then, until
    its folder is deleted. Raises :class:`WeightsMissing`, and logs why.
    """
    from huggingface_hub import (  # noqa: PLC0415 - as in held
        get_hf_file_metadata,
        hf_hub_download,
        hf_hub_url,
    )

    if folder := held(model, files, root):
        return folder
    endpoint = os.environ.get("HF_ENDPOINT") or None
    revision = model.revision
    for file in files:
        try:
            # Where there is no hub this says so at once; the next call would try for 23 s.
            get_hf_file_metadata(
                hf_hub_url(model.id, file, revision=revision, endpoint=endpoint), token=False
            )
            path = hf_hub_download(
                model.id,
                file,
                revision=revision,
                cache_dir=(root or weights.default_root()) / FOLDER,
                endpoint=endpoint,
                token=False,
                library_name="earshot",
            )
        # What carries its requests raises errors of its own, which the library lets through.
        except Exception as error:
            raise missing(model, _reason(error, file)) from error
        folder = _folder(path, file)
        revision = folder.name  # all files of one commit
    if folder is None:
        raise ValueError("no files are asked for")
    return folder


def missing(model: Model, reason: str) -> WeightsMissing:
    """The error for a chosen model that is not to be had or is of no use, logged for operators."""
    sentence = (
        f"The model {model}, chosen by {VARIABLE}, cannot be used: {reason}. Put that right, or "
        "leave the setting out for the model that comes with this service."
    )
    log.error(sentence)
    return WeightsMissing(model.id, sentence, "model_missing")


def _reason(error: Exception, file: str) -> str:
    from huggingface_hub import errors  # noqa: PLC0415 - as in held

    match error:  # the order counts: some are kinds of others
        case errors.GatedRepoError():
            return "its authors give it only to accounts that they let in"
        case errors.RepositoryNotFoundError():
            return "the hub has no public model of that name"
        case errors.RevisionNotFoundError():
            return "the model has no such revision"
        case errors.LocalEntryNotFoundError() | errors.OfflineModeIsEnabled():
            pass
        case errors.EntryNotFoundError():
            return f"the model has no file {file}"
        case errors.HfHubHTTPError():
            return f"the hub answers with status {error.response.status_code}"
        case OSError():
            return f"fetching {file} failed ({error})"
    return f"the hub cannot be reached ({type(error).__name__}), and it was never fetched"


def _folder(path: str, file: str) -> Path:
    """The folder that ``file`` is named from."""
    return Path(path).parents[len(Path(file).parts) - 1]


def _listed() -> str:
    return ", ".join(CHOICES)
