"""``/usage``: what a person used today, of what they may."""

from __future__ import annotations

from db import usage
from db.models import AnyRow
from db.session import Database
from handlers.access import Access
from handlers.phrases import say

MB = 1 << 20


async def usage_text(database: Database, access: Access, row: AnyRow) -> str:
    """Engine seconds and bytes of today."""
    async with database.read() as connection:
        used = await usage.today(connection, row.person_id, database.clock())
    seconds = round(used.engine_s, 1) if used else 0
    megabytes = round(used.received_bytes / MB, 1) if used else 0
    if access.daily_s is None:
        time = say("usage_today_unlimited", row.locale, seconds=seconds)
    else:
        limit = round(access.daily_s)
        time = say("usage_today", row.locale, seconds=seconds, limit=limit)
    if access.daily_bytes is None:
        sent = say("usage_sent_unlimited", row.locale, megabytes=megabytes)
    else:
        most = round(access.daily_bytes / MB)
        sent = say("usage_sent", row.locale, megabytes=megabytes, limit_mb=most)
    return f"{time}\n{sent}"
