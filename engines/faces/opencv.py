"""OpenCV, imported where it is first needed: it takes a third of a second."""

from __future__ import annotations

from typing import Any


def opencv() -> Any:
    """The module ``cv2``. Untyped: its stubs know nothing of what kind an array is."""
    import cv2  # noqa: PLC0415 - see above

    return cv2
