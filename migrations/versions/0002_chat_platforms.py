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
    _columns()
    with op.batch_alter_table("inbox") as table:
        table.alter_column("message_id", existing_type=sa.Integer(), nullable=True)
        table.create_index(table.f("ix_inbox_message_id"), ["message_id"])
    for name, columns in (
        ("turns", ["conversation_id", "updated_at"]),
        ("turns", ["origin"]),
        ("assets", ["job_id"]),
        ("assets", ["sha256"]),
        ("assets", ["original"]),
        ("artifacts", ["sha256"]),
    ):
        op.create_index(op.f(f"ix_{name}_{'_'.join(columns)}"), name, columns)
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


def _columns() -> None:
    """Add columns in place: SQLite must not make a table anew that others refer to."""
    no, yes = sa.false(), {"nullable": False}
    added: dict[str, list[sa.Column[Any]]] = {
        "conversations": [sa.Column("private", sa.Boolean(), server_default=no, **yes)],
        "people": [sa.Column("opted_out", sa.Boolean(), server_default=no, **yes)],
        "messages": [
            sa.Column("replied", sa.JSON(), server_default="[]", **yes),
            sa.Column("replied_by", sa.String(length=128), server_default="", **yes),
            sa.Column("request", sa.JSON(none_as_null=True), nullable=True),
            sa.Column("addressed", sa.String(length=16), server_default="private", **yes),
            sa.Column("admin", sa.Boolean(), server_default=no, **yes),
            sa.Column("album", sa.String(length=64), server_default="", **yes),
        ],
        "turns": [
            sa.Column("locale", sa.String(length=8), server_default="en", **yes),
            sa.Column("quiet", sa.Boolean(), server_default=no, **yes),
            sa.Column("urgent", sa.Boolean(), server_default=no, **yes),
            sa.Column("origin", sa.Integer(), nullable=True),
            sa.Column("not_before", sa.Double(), server_default="0", **yes),
        ],
    }
    for name, columns in added.items():
        with op.batch_alter_table(name, recreate="never") as table:
            for column in columns:
                table.add_column(column)


def _several_files_a_part() -> None:
    """Parts now carry a list of files and of buttons; those still to be sent must be readable."""
    outbox = sa.table("outbox", sa.column("id", sa.Integer), sa.column("body", sa.JSON))
    artifacts = sa.table("artifacts", sa.column("sha256", sa.String), sa.column("size", sa.Integer))
    connection = op.get_bind()
    for row in connection.execute(sa.select(outbox.c.id, outbox.c.body)).all():
        size = sa.select(artifacts.c.size).where(artifacts.c.sha256 == row.body["sha256"]).limit(1)
        body = _new_form(row.body, connection.execute(size).scalar() or 0)
        connection.execute(sa.update(outbox).where(outbox.c.id == row.id).values(body=body))


def _new_form(body: dict[str, Any], size: int) -> dict[str, Any]:
    keys = ("sha256", "name", "media_type", "duration_s", "peaks")
    file = {key: body[key] for key in keys} | {"size": size}
    return {
        "kind": body["kind"],
        "text": body["text"],
        "files": [] if body["sha256"] is None else [file],
        "buttons": [],
        "held": False,
    }
