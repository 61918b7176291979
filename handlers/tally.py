"""Who to tell what happened, for graphs and signs of life. Left alone, nobody is told.

The handlers count and the edge floor keeps the counts (``bot/metrics.py``): imports only run
downwards. No argument carries what people wrote or who they are.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


def _nobody(*_: object) -> None:
    """Tell nobody."""


@dataclass(slots=True)
class Tally:
    """Told after the commit, never before: what was rolled back did not happen."""

    #: A turn came to a stage: (platform, stage).
    turn: Callable[[str, str], None] = _nobody
    #: A job ended: (task, state, seconds it ran or None when it never did).
    job: Callable[[str, str, float | None], None] = _nobody
    #: A part of a reply was "sent", must be sent again ("retried"), or is "undeliverable":
    #: (platform, outcome).
    sent: Callable[[str, str], None] = _nobody
    #: A part of the service came round its loop: (name).
    beat: Callable[[str], None] = _nobody
