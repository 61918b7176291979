"""Untrusted media: bytes from strangers in, WAV and PNG files of our own making out.

``receive`` takes the bytes under a cap; ``prepare`` names the container by its content, opens it
with that one demuxer, probes it, and converts it, both in a jail without network.
"""

from handlers.media.convert import prepare
from handlers.media.kinds import REFUSALS, Limits, MediaRefused, Prepared, Received
from handlers.media.receive import receive

__all__ = ["REFUSALS", "Limits", "MediaRefused", "Prepared", "Received", "prepare", "receive"]
