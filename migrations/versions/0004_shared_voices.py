"""Who lets others have texts spoken in the manner of their voice."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("people", recreate="never") as table:
        table.add_column(
            sa.Column("voice_shared", sa.Boolean(), server_default=sa.false(), nullable=False)
        )
