"""What every table shares: names of constraints, and the types of columns."""

from __future__ import annotations

from typing import Any

from sqlalchemy import JSON, MetaData, Row
from sqlalchemy.orm import DeclarativeBase

Json = dict[str, Any]
#: A result row of any columns.
AnyRow = Row[*tuple[Any, ...]]


class Base(DeclarativeBase):
    """Names constraints, so that migrations can speak of them on every database."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {Json: JSON(none_as_null=True), list[Json]: JSON}  # noqa: RUF012 (SQLAlchemy's own form)
