"""The append-only revisions of facilities, written by triggers of the database itself."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from geoalchemy2 import WKBElement
from sqlalchemy import BigInteger, CheckConstraint, Identity, Index, String, Text, func
from sqlalchemy.dialects.postgresql import JSONB, TIMESTAMP
from sqlalchemy.orm import Mapped, mapped_column

from webapp.database.geometry import RegistryGeometry
from webapp.extensions import Model


class Operation(StrEnum):
    """What happened to the row."""

    ADDED = "added"
    CHANGED = "changed"
    REMOVED = "removed"


class FacilityRevision(Model):
    """A facility as it stood after one change; after a removal, as it stood last.

    `facts` holds every column but the geometries, which keep their own type: nothing is rounded.
    """

    __tablename__ = "facility_revisions"
    __table_args__ = (
        Index("uq_facility_revisions_code_version", "code", "version", unique=True),
        Index("idx_facility_revisions_recorded_at", "recorded_at", "id"),
        CheckConstraint("operation IN ('added', 'changed', 'removed')", name="operation_known"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    facility_id: Mapped[int] = mapped_column(index=True)
    code: Mapped[str] = mapped_column(String(16))
    version: Mapped[int]
    operation: Mapped[str] = mapped_column(String(10))
    actor: Mapped[str] = mapped_column(Text)
    door: Mapped[str] = mapped_column(String(20))
    recorded_at: Mapped[datetime] = mapped_column(TIMESTAMP(timezone=True), server_default=func.now())
    transaction_id: Mapped[int] = mapped_column(BigInteger)
    facts: Mapped[dict[str, Any]] = mapped_column(JSONB)
    location: Mapped[WKBElement] = mapped_column(RegistryGeometry("POINT", nullable=False))
    footprint: Mapped[WKBElement | None] = mapped_column(RegistryGeometry(None))
