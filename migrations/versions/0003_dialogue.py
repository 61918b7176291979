"""What dialogue needs: who planned a turn and what was said in it, summaries, tokens."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    yes: dict[str, Any] = {"nullable": False}
    added: dict[str, list[sa.Column[Any]]] = {
        "conversations": [
            sa.Column("summary", sa.Text(), server_default="", **yes),
            sa.Column("summed_up", sa.Integer(), server_default="0", **yes),
        ],
        "turns": [
            sa.Column("called", sa.Boolean(), server_default=sa.false(), **yes),
            sa.Column("looks", sa.Boolean(), server_default=sa.false(), **yes),
            sa.Column("mandate", sa.JSON(), server_default="[]", **yes),
            sa.Column("spent", sa.Integer(), server_default="0", **yes),
            sa.Column("answer", sa.Text(), server_default="", **yes),
            sa.Column("question", sa.JSON(none_as_null=True), nullable=True),
        ],
        "usage": [sa.Column("tokens", sa.Integer(), server_default="0", **yes)],
    }
    for name, columns in added.items():
        with op.batch_alter_table(name, recreate="never") as table:
            for column in columns:
                table.add_column(column)
    op.create_index(op.f("ix_turns_conversation_id_id"), "turns", ["conversation_id", "id"])
