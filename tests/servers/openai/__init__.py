"""A small, strict OpenAI-protocol server for tests, talked to over sockets by the real client."""

from tests.servers.openai.models import Naive
from tests.servers.openai.rules import Request
from tests.servers.openai.server import Cut, Fail, Hold, OpenAIServer, Page, Say

__all__ = ["Cut", "Fail", "Hold", "Naive", "OpenAIServer", "Page", "Request", "Say"]
