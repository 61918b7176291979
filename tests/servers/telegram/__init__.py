"""A small, strict Bot API server for tests, talked to over sockets by the real client library."""

from tests.servers.telegram.people import Album, Chat, Person, Shown, Stored
from tests.servers.telegram.rules import Faults, Meter
from tests.servers.telegram.server import TelegramServer

__all__ = ["Album", "Chat", "Faults", "Meter", "Person", "Shown", "Stored", "TelegramServer"]
