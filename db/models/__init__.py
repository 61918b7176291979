"""The tables.

Times are seconds since 1970 as floats, set by the caller's clock. Every table declares whose data
it holds in ``info["holds"]``: ``user`` (leaves with the person who wrote it), ``channel`` (leaves
with the conversation) or ``none``; forgetting and exporting walk these declarations.
"""

from db.models.base import AnyRow, Base, Json
from db.models.done import ArtifactRow, Asset, EngineCost, Job, Speaker, Turn
from db.models.said import NO_MESSAGE, Conversation, Cursor, Message, Person, Update, Usage
from db.models.told import OutboxPart, Receipt, StatusMessage

__all__ = [
    "NO_MESSAGE",
    "AnyRow",
    "ArtifactRow",
    "Asset",
    "Base",
    "Conversation",
    "Cursor",
    "EngineCost",
    "Job",
    "Json",
    "Message",
    "OutboxPart",
    "Person",
    "Receipt",
    "Speaker",
    "StatusMessage",
    "Turn",
    "Update",
    "Usage",
]
