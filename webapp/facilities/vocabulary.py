"""The fixed words for a facility: its status, and how far its position can be trusted."""

from enum import StrEnum

from flask_babel import lazy_gettext as _l


class Status(StrEnum):
    """Whether people can use the place today."""

    OPERATIONAL = "operational"
    PLANNED = "planned"
    TEMPORARILY_CLOSED = "temporarily_closed"
    CLOSED = "closed"

    @property
    def label(self) -> str:
        """Return the words for readers."""
        return str(STATUS_LABELS[self])


STATUS_LABELS = {
    Status.OPERATIONAL: _l("Operational"),
    Status.PLANNED: _l("Planned"),
    Status.TEMPORARILY_CLOSED: _l("Temporarily closed"),
    Status.CLOSED: _l("Closed"),
}


class Precision(StrEnum):
    """How far the stored point can be trusted."""

    EXACT = "exact"
    APPROXIMATE = "approximate"
    AREA_CENTROID = "area_centroid"

    @property
    def label(self) -> str:
        """Return the words for readers."""
        return str(PRECISION_LABELS[self])


PRECISION_LABELS = {
    Precision.EXACT: _l("Exact"),
    Precision.APPROXIMATE: _l("Approximate"),
    Precision.AREA_CENTROID: _l("Centroid of an area"),
}
