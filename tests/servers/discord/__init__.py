"""A small but strict Discord: gateway, REST and file host on one local port.

The unmodified client talks to it over sockets, from this process or another. It refuses what the
real one refuses, with the same error codes; what a bot merely should not do it writes down as a
violation.
"""

from tests.servers.discord.interactions import Interaction
from tests.servers.discord.server import DiscordServer
from tests.servers.discord.world import Channel, Guild, Message, Role, Upload, User

__all__ = [
    "Channel",
    "DiscordServer",
    "Guild",
    "Interaction",
    "Message",
    "Role",
    "Upload",
    "User",
]
