"""Files that people sent: where they lie at Discord, and their bytes, even after a link expired."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from typing import Any

import aiohttp
import discord
from yarl import URL

from engines.kinds import Refusal
from handlers.edge import Attachment, Unreachable

PIECE = 1 << 16
HOSTS = ("cdn.discordapp.com", "media.discordapp.net")
TIMEOUT = aiohttp.ClientTimeout(total=None, sock_connect=15, sock_read=60)

#: Fetches a message as Discord describes it, by channel and message id.
FetchMessage = Callable[[int, int], Awaitable[Any]]


def reference(channel_id: int, message_id: int, attachment: discord.Attachment) -> str:
    """All that is needed to open an attachment later; message 0 is none that could be fetched."""
    return f"{channel_id}/{message_id}/{attachment.id}|{attachment.url}"


def described(
    channel_id: int, message_id: int, attachments: Iterable[discord.Attachment]
) -> tuple[Attachment, ...]:
    """Attachments as the handlers know them."""
    return tuple(
        Attachment(
            name=each.filename,
            reference=reference(channel_id, message_id, each),
            voice=each.is_voice_message(),
            size=each.size,
        )
        for each in attachments
    )


class Downloads:
    """Reads attachments from Discord's own hosts, and from nowhere else."""

    def __init__(self, fetch_message: FetchMessage, api_url: str | None) -> None:
        self._fetch_message = fetch_message
        self._api = None if api_url is None else URL(api_url).origin()
        self._session: aiohttp.ClientSession | None = None

    async def pieces(self, attachment: Attachment) -> AsyncIterator[bytes]:
        """The bytes of an attachment, a piece at a time."""
        place, _, link = attachment.reference.partition("|")
        try:
            response = await self._get(link, attachment)
            if response is None:
                response = await self._get(await self._fresh(place, attachment), attachment)
            if response is None:
                raise Refusal("attachment_gone", name=attachment.name)
            async with response:
                async for piece in response.content.iter_chunked(PIECE):
                    yield piece
        except (aiohttp.ClientError, TimeoutError) as error:
            raise Unreachable(f"a download broke off: {type(error).__name__}") from error

    async def close(self) -> None:
        """Let the connections go."""
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def _get(self, link: str, attachment: Attachment) -> aiohttp.ClientResponse | None:
        """The answer to a request for the link, or None when the link does not work any more."""
        url = URL(link)
        if not self._allowed(url):
            raise Refusal("attachment_gone", name=attachment.name)
        if self._session is None:
            self._session = aiohttp.ClientSession(
                timeout=TIMEOUT, cookie_jar=aiohttp.DummyCookieJar()
            )
        # A redirect could lead anywhere, into the operator's own network too.
        response = await self._session.get(url, allow_redirects=False)
        if response.status == 200:
            return response
        response.release()
        if response.status in (403, 404, 410):
            return None
        raise Unreachable(f"the file host answers {response.status}", arrived=False)

    def _allowed(self, url: URL) -> bool:
        if not url.absolute:
            return False
        if self._api is not None and url.origin() == self._api:
            return True
        return url.scheme == "https" and url.host in HOSTS

    async def _fresh(self, place: str, attachment: Attachment) -> str:
        """A new link for an attachment whose link expired, from the message that carries it."""
        channel_id, message_id, attachment_id = (int(each) for each in place.split("/"))
        if not message_id:
            raise Refusal("attachment_gone", name=attachment.name)
        try:
            message = await self._fetch_message(channel_id, message_id)
        except (discord.NotFound, discord.Forbidden) as error:
            raise Refusal("attachment_gone", name=attachment.name) from error
        except (discord.HTTPException, discord.RateLimited, OSError) as error:
            raise Unreachable(f"a message cannot be fetched: {type(error).__name__}") from error
        snapshots = [each["message"] for each in message.get("message_snapshots") or ()]
        for holder in (message, *snapshots):
            for each in holder.get("attachments") or ():
                if int(each["id"]) == attachment_id:
                    return str(each["url"])
        raise Refusal("attachment_gone", name=attachment.name)
