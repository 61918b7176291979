"""What chat platforms need: cursors, status messages, receipts of pieces, usage, opting out."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("conversations") as table:
        table.add_column(
            sa.Column("private", sa.Boolean(), nullable=False, server_default=sa.false())
        )
    with op.batch_alter_table("people") as table:
        table.add_column(
            sa.Column("opted_out", sa.Boolean(), nullable=False, server_default=sa.false())
        )
    with op.batch_alter_table("inbox") as table:
        table.alter_column("message_id", existing_type=sa.Integer(), nullable=True)
        table.create_index(table.f("ix_inbox_message_id"), ["message_id"])
    with op.batch_alter_table("messages") as table:
        table.add_column(sa.Column("replied", sa.JSON(), nullable=False, server_default="[]"))
        table.add_column(sa.Column("request", sa.JSON(none_as_null=True), nullable=True))
        table.add_column(
            sa.Column("addressed", sa.String(length=16), nullable=False, server_default="private")
        )
        table.add_column(
            sa.Column("admin", sa.Boolean(), nullable=False, server_default=sa.false())
        )
        table.add_column(
            sa.Column("album", sa.String(length=64), nullable=False, server_default="")
        )
    with op.batch_alter_table("turns") as table:
        table.add_column(
            sa.Column("locale", sa.String(length=8), nullable=False, server_default="en")
        )
        table.add_column(
            sa.Column("quiet", sa.Boolean(), nullable=False, server_default=sa.false())
        )
        table.add_column(sa.Column("not_before", sa.Double(), nullable=False, server_default="0"))
    with op.batch_alter_table("outbox") as table:
        table.add_column(sa.Column("pieces", sa.JSON(none_as_null=True), nullable=True))
        table.drop_column("receipt")
    _several_files_a_part()
    op.create_table(
        "receipts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("part_id", sa.Integer(), nullable=False),
        sa.Column("piece", sa.Integer(), nullable=False),
        sa.Column("conversation_id", sa.Integer(), nullable=False),
        sa.Column("external_id", sa.String(length=256), nullable=False),
        sa.ForeignKeyConstraint(
            ["conversation_id"],
            ["conversations.id"],
            name=op.f("fk_receipts_conversation_id"),
        ),
        sa.ForeignKeyConstraint(["part_id"], ["outbox.id"], name=op.f("fk_receipts_part_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_receipts")),
        sa.UniqueConstraint(
            "part_id",
            "piece",
            "external_id",
            name=op.f("uq_receipts_part_id_piece_external_id"),
        ),
    )
    op.create_index(
        op.f("ix_receipts_conversation_id_external_id"),
        "receipts",
        ["conversation_id", "external_id"],
    )
    op.create_table(
        "status_messages",
        sa.Column("turn_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("conversation_id", sa.Integer(), nullable=False),
        sa.Column("external_id", sa.String(length=256), nullable=False),
        sa.ForeignKeyConstraint(
            ["conversation_id"],
            ["conversations.id"],
            name=op.f("fk_status_messages_conversation_id"),
        ),
        sa.PrimaryKeyConstraint("turn_id", name=op.f("pk_status_messages")),
    )
    op.create_table(
        "cursors",
        sa.Column("platform", sa.String(length=32), nullable=False),
        sa.Column("account", sa.String(length=64), nullable=False),
        sa.Column("channel", sa.String(length=128), nullable=False),
        sa.Column("value", sa.String(length=128), nullable=False),
        sa.PrimaryKeyConstraint("platform", "account", "channel", name=op.f("pk_cursors")),
    )
    op.create_table(
        "usage",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Integer(), nullable=False),
        sa.Column("requests", sa.Integer(), nullable=False),
        sa.Column("engine_s", sa.Double(), nullable=False),
        sa.Column("received_bytes", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_usage_person_id")),
        sa.PrimaryKeyConstraint("person_id", "day", name=op.f("pk_usage")),
    )


def _several_files_a_part() -> None:
    """Parts now carry a list of files and of buttons; those still to be sent must be readable."""
    outbox = sa.table("outbox", sa.column("id", sa.Integer), sa.column("body", sa.JSON))
    connection = op.get_bind()
    for row in connection.execute(sa.select(outbox.c.id, outbox.c.body)).all():
        connection.execute(
            sa.update(outbox).where(outbox.c.id == row.id).values(body=_new_form(row.body))
        )


def _new_form(body: dict[str, Any]) -> dict[str, Any]:
    keys = ("sha256", "name", "media_type", "duration_s", "peaks")
    file = {key: body[key] for key in keys} | {"size": 0}
    return {
        "kind": body["kind"],
        "text": body["text"],
        "files": [] if body["sha256"] is None else [file],
        "buttons": [],
        "held": False,
    }
