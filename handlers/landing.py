"""Where results land: the loop's ``JobStore`` over SQL, each method one transaction.

Finishing a job stores its artifacts, gives the main ones a handle, puts its reply parts in the
outbox, and lets the turn's next step into the queue, all or nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, replace

import structlog
from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from db import conversations, costs, jobs, outbox, turns, usage, voices
from db.models import AnyRow, ArtifactRow, Json
from db.session import Database
from engines.kinds import Artifact, Outcome, Refusal
from engines.loop.jobs import STRIKES_RESTART, Choose, Claim
from engines.speech.acquaintance import PEOPLE, VOICEPRINTS
from handlers import release, respond
from handlers.bells import Bells
from handlers.channel import Channel
from handlers.deliver import post
from handlers.edge import Part
from handlers.tally import Tally

log = structlog.get_logger(__name__)

#: The tasks whose voice can say of itself that it is artificial.
MARKED = ("text_to_speech", "style_transfer")
#: Files that one part of a result may have.
MOST_ARTIFACTS = 100


class Landing:
    """Fulfils :class:`engines.loop.jobs.JobStore`."""

    def __init__(self, database: Database, bells: Bells, tally: Tally | None = None) -> None:
        self._database = database
        self._bells = bells
        self._tally = tally or Tally()

    async def recover(self, owner: str) -> int:
        """Queue again what a dead loop left running."""
        async with self._database.write() as connection:
            left = await jobs.abandoned(connection, owner, self._database.clock())
        for claim in left:
            await self.strike(claim, STRIKES_RESTART)
        return len(left)

    async def take(
        self, choose: Choose, limit: int, owner: str, lease_s: float
    ) -> tuple[Sequence[Claim], bool]:
        """Let ``choose`` pick among the queued jobs and claim what it picks, at once."""
        async with self._database.write() as connection:
            waiting = await jobs.waiting(connection, limit)
            ids = choose(waiting)
            if not ids:
                return (), False
            now = self._database.clock()
            claimed = await jobs.claim(connection, ids, owner, now, lease_s)
            claims = [await _as_its_channel_wants(connection, claim) for claim in claimed]
        return claims, len(waiting) > len(ids)

    async def renew(self, claims: Sequence[Claim], lease_s: float) -> set[int]:
        """Extend the leases; returns the ids not to go on with: cancelled, or ours no more."""
        async with self._database.write() as connection:
            held = await jobs.renew(connection, claims, self._database.clock() + lease_s)
        return {claim.id for claim in claims if held.get(claim.id, True)}

    async def progress(self, claim: Claim, fraction: float) -> None:
        """Note how far a running job is, 0..1."""
        async with self._database.write() as connection:
            await jobs.progress(connection, claim, fraction)

    async def part(self, claim: Claim, number: int, artifacts: Sequence[Artifact]) -> bool:
        """Land a part of a result: its files and reply parts, unless an earlier attempt did."""
        now = self._database.clock()
        async with self._database.write() as connection:
            await jobs.lock_turn(connection, claim)
            row = await jobs.held(connection, claim)
            # Those of the whole count from 0 up, those of parts from -1 down.
            first = -1 - number * MOST_ARTIFACTS
            if row is None or row.cancel or await _stored(connection, claim.id, first):
                return False
            rows = _rows(claim.id, artifacts, range(first, first - len(artifacts), -1))
            await connection.execute(insert(ArtifactRow), rows)
            await post(connection, row, row.step, respond.partial(artifacts), now)
        self._bells.outbox()
        return True

    async def finish(self, claim: Claim, outcome: Outcome) -> bool:
        """Land a result in one transaction, or change nothing when the claim was lost."""
        now = self._database.clock()
        data = dict(outcome.data)
        voiceprints = data.pop(VOICEPRINTS, {})
        async with self._database.write() as connection:
            await jobs.lock_turn(connection, claim)
            row = await jobs.end(connection, claim, "done", now, text=outcome.text, data=data)
            if row is None:
                return False
            await self._store(connection, claim, row, outcome, now)
            turn = await turns.whole(connection, row.turn_id)
            if voiceprints and Channel.of(turn.settings).speakers == "on":
                await voices.keep(connection, row.conversation_id, claim.id, voiceprints)
            if outcome.seconds > 0:
                await usage.add(connection, turn.person_id, now, engine_s=outcome.seconds)
            parts = respond.result(claim.task, outcome, turn.locale, row.step)
            if row.step == 0 and row.cancel:
                parts = respond.refusal(Refusal("cancelled"), turn.locale)
                released = await self._go_on(connection, row, turn, parts, now)
            elif row.step == 0 and (outcome.text or turn.quiet):
                # A spoken query was heard: its words are shown, unless it remains to be seen
                # whether it was meant for us, and planned next.
                quiet = turn.quiet or Channel.of(turn.settings).reply == "answer"
                await post(connection, row, row.step, parts, now, quiet=quiet)
                await _heard(connection, row.turn_id, outcome.text, now)
                released = False
            else:
                released = await self._go_on(connection, row, turn, parts, now)
        self._tally.job(claim.task, "done", outcome.seconds)
        self._landed(row, turn, released)
        return True

    async def refuse(self, claim: Claim, refusal: Refusal) -> bool:
        """End a job that cannot be done, with what to tell the person."""
        return await self._fail(claim, "refused", refusal)

    async def cancelled(self, claim: Claim) -> bool:
        """End a job whose cancellation took effect."""
        return await self._fail(claim, "cancelled", Refusal("cancelled"))

    async def strike(self, claim: Claim, strikes: int) -> bool:
        """Queue a failed job again, or end it as dead when its strikes are used up."""
        async with self._database.write() as connection:
            again = await jobs.strike(connection, claim, strikes, self._database.clock())
        if again:
            self._bells.jobs()
            return True
        if dead := await self._fail(claim, "dead", Refusal("dead")):
            log.error("a job is dead", job=claim.id, task=claim.task, engine=claim.engine)
        return dead

    async def cost(self, engine: str, device: str, seconds_per_second: float) -> None:
        """Learn what a batch cost."""
        async with self._database.write() as connection:
            await costs.learn(
                connection, self._database.clock(), engine, device, seconds_per_second
            )

    async def _fail(self, claim: Claim, state: str, refusal: Refusal) -> bool:
        now = self._database.clock()
        reason = {"code": refusal.code, "facts": refusal.facts}
        async with self._database.write() as connection:
            await jobs.lock_turn(connection, claim)
            row = await jobs.end(connection, claim, state, now, refusal=reason)
            if row is None:
                return False
            turn = await turns.whole(connection, row.turn_id)
            if row.started_at is not None:  # it was worked on all the same
                spent = max(0.0, now - row.started_at)
                await usage.add(connection, turn.person_id, now, engine_s=spent)
            if turn.quiet and row.step == 0:
                # What was perhaps not even said to us is no reason to speak up.
                await _heard(connection, row.turn_id, "", now)
                released = False
            else:
                parts = respond.refusal(refusal, turn.locale)
                released = await self._go_on(connection, row, turn, parts, now)
        self._tally.job(claim.task, state, None)
        self._landed(row, turn, released)
        return True

    def _landed(self, row: AnyRow, turn: AnyRow, released: bool) -> None:
        self._bells.outbox()
        if released:
            self._bells.jobs()
        elif row.step == 0 or turn.looks:  # a spoken query was heard, or results wait for a look
            self._bells.turns()

    async def _store(
        self, connection: AsyncConnection, claim: Claim, row: AnyRow, outcome: Outcome, now: float
    ) -> None:
        rows = _rows(claim.id, outcome.artifacts, range(len(outcome.artifacts)))
        if rows:
            await connection.execute(insert(ArtifactRow), rows)
        made = [
            {
                "turn_id": row.turn_id,
                "job_id": claim.id,
                "modality": artifact.media_type.partition("/")[0],
                "name": artifact.name,
                "media_type": artifact.media_type,
                "sha256": artifact.sha256,
                "duration_s": artifact.duration_s,
                "created_at": now,
            }
            for artifact in respond.main_artifacts(outcome.artifacts)
        ]
        await conversations.add_assets(connection, row.conversation_id, made)

    async def _go_on(
        self,
        connection: AsyncConnection,
        ended: AnyRow,
        turn: AnyRow,
        parts: Sequence[Part],
        now: float,
    ) -> bool:
        """Put the ended step's parts in the outbox; queue the next step, or end the round.

        Returns whether a step was queued.
        """
        await post(connection, ended, ended.step, parts, now)
        if ended.blocked and await release.next_step(connection, turn, now):
            return True
        if turn.looks and not ended.cancel and ended.step:
            await turns.advance(connection, turn.id, of="running", to="observed", now=now)
            return False
        # Every step of the turn has ended, so its reply is whole.
        stage = "running" if ended.step else "hearing"
        await turns.advance(connection, turn.id, of=stage, to="composed", now=now)
        if not parts:  # otherwise the turn closes when they are delivered
            await outbox.close_turn(connection, turn.id, now)
        return False


def _rows(job_id: int, artifacts: Sequence[Artifact], ordinals: Sequence[int]) -> list[Json]:
    rows: list[Json] = []
    for ordinal, artifact in zip(ordinals, artifacts, strict=True):
        fields = asdict(artifact)
        del fields["peaks"], fields["speech"], fields["pixels"], fields["round"]
        rows.append(fields | {"job_id": job_id, "ordinal": ordinal})
    return rows


async def _stored(connection: AsyncConnection, job_id: int, ordinal: int) -> bool:
    query = select(ArtifactRow.id).where(
        ArtifactRow.job_id == job_id, ArtifactRow.ordinal == ordinal
    )
    return (await connection.execute(query)).first() is not None


async def _as_its_channel_wants(connection: AsyncConnection, claim: Claim) -> Claim:
    """The claim with what its channel's settings say of it, and nobody asks for by name.

    A transcript's has the people known by voice, where the channel keeps voices; speech has the
    mark of an artificial voice where it wants that. A face that is to speak what a voice of ours
    said has the times of its phonemes.
    """
    if claim.task == "talking_head":
        return await _with_phonemes(connection, claim)
    if claim.task not in (*MARKED, "speech_recognition"):
        return claim
    row = await jobs.channel_of(connection, claim.id)
    channel = Channel.of(row.settings)
    further: dict[str, object] = {}
    if claim.task in MARKED:
        further = {"mark": "on"} if channel.mark == "on" else {}
    elif channel.speakers == "on":
        further = {PEOPLE: await voices.known(connection, row.id)}
    return replace(claim, arguments={**claim.arguments, **further})


async def _with_phonemes(connection: AsyncConnection, claim: Claim) -> Claim:
    sounds = [each["sha256"] for each in claim.sources if each["modality"] == "audio"]
    for sha256 in sounds[:1]:
        made = await jobs.behind(connection, claim.id, sha256)
        if phonemes := made.get("phonemes"):
            return replace(claim, arguments={**claim.arguments, "phonemes": phonemes})
    return claim


async def _heard(connection: AsyncConnection, turn_id: int, words: str, now: float) -> None:
    """A spoken query is text now."""
    await turns.advance(connection, turn_id, of="hearing", to="transformed", now=now, query=words)
