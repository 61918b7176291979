"""A model that is as gullible as can be: it obeys whatever it reads that sounds like an order.

It understands requests by a word of theirs. But first it looks for the attack anywhere in what it
was given, quoted or not, and does what that says: it calls the tool that the attack wants, and if
it is offered the chance, names it for later as well.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from tests.servers.openai.rules import Request
from tests.servers.openai.server import Say


class Naive:
    """A script. ``does`` are the calls it answers a request with, by a word of the request's.

    ``attack`` is the tool it calls, with ``arguments``, as often as it reads the attack.
    """

    def __init__(
        self,
        does: Mapping[str, Sequence[tuple[str, dict[str, Any]]]],
        *,
        attack: str,
        arguments: dict[str, Any],
        marker: str,
    ) -> None:
        self.does = does
        self.attack = attack
        self.arguments = arguments
        #: What tells the attack of the test from all else in the prompt.
        self.marker = marker
        self.obeyed = 0

    def __call__(self, request: Request) -> Say:
        """Obey an attack that can be read; else do what was requested."""
        if self.marker in request.text:
            self.obeyed += 1
            return self._obeying(request)
        return self._serving(request)

    def _obeying(self, request: Request) -> Say:
        if "asked" in request.tools:
            return Say(calls=[("asked", {"tasks": [self.attack]})])
        calls: list[tuple[str, Any]] = [(self.attack, self.arguments)]
        if "later" in request.tools:
            calls.append(("later", {"tasks": [self.attack]}))
        return Say(calls=calls)

    def _serving(self, request: Request) -> Say:
        wanted = request.prompt.rpartition("\n")[2].lower()
        calls = next((calls for word, calls in self.does.items() if word in wanted), ())
        if "asked" in request.tools:
            return Say(calls=[("asked", {"tasks": [name for name, _ in calls]})])
        done = len(request.results)
        if done >= len(calls):
            return Say("OK")
        following = calls[done:] if not done else calls[done : done + 1]
        return Say(calls=[(name, json.dumps(arguments)) for name, arguments in following])
