"""Voiceprints of people whom requests named, for channels that keep them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "speakers",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column(
            "conversation_id", sa.Integer(), sa.ForeignKey("conversations.id"), nullable=False
        ),
        sa.Column("job_id", sa.Integer(), sa.ForeignKey("jobs.id"), nullable=False),
        sa.Column("name", sa.String(40), nullable=False),
        sa.Column("voiceprint", sa.Text(), nullable=False),
        sa.UniqueConstraint("job_id", "name"),
        info={"holds": "user"},
    )
    op.create_index(None, "speakers", ["conversation_id", "id"])
