"""What changed between one revision and the next, in words for readers."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from webapp.database.geometry import to_shapely
from webapp.geo.coordinates import format_decimal
from webapp.geo.geodesy import distance_m
from webapp.geo.position import Position
from webapp.history.models import FacilityRevision

UNSAID = frozenset({"created_at", "updated_at"})


@dataclass(frozen=True)
class Difference:
    """One field before and after; None where there was nothing."""

    field: str
    before: Any
    after: Any


@dataclass(frozen=True)
class Change:
    """A revision with what it changed; `moved_m` is how far the location went, in metres."""

    revision: FacilityRevision
    differences: Sequence[Difference]
    moved_m: float


def describe_changes(revisions: Sequence[FacilityRevision]) -> list[Change]:
    """Return the changes of revisions given newest first; the oldest one is compared with nothing."""
    older = [*revisions[1:], None]
    return [_change(new, old) for new, old in zip(revisions, older, strict=True)]


def _change(new: FacilityRevision, old: FacilityRevision | None) -> Change:
    if old is None or new.operation == "removed" or old.operation == "removed":
        return Change(new, (), 0.0)
    return Change(
        new, [*_facts(new, old), *_geometries(new, old)], distance_m(_position(old), _position(new))
    )


def _facts(new: FacilityRevision, old: FacilityRevision) -> list[Difference]:
    fields = sorted((new.facts.keys() | old.facts.keys()) - UNSAID)
    pairs = [Difference(field, old.facts.get(field), new.facts.get(field)) for field in fields]
    return [pair for pair in pairs if pair.before != pair.after]


def _geometries(new: FacilityRevision, old: FacilityRevision) -> list[Difference]:
    differences = []
    before, after = _position(old), _position(new)
    if before != after:
        differences.append(Difference("location", format_decimal(before), format_decimal(after)))
    outlines = [_outline_name(revision) for revision in (old, new)]
    if new.footprint != old.footprint:
        differences.append(Difference("footprint", *outlines))
    return differences


def _position(revision: FacilityRevision) -> Position:
    point = to_shapely(revision.location, field="location")
    return Position(*point.coords[0][:2])


def _outline_name(revision: FacilityRevision) -> str | None:
    if revision.footprint is None:
        return None
    return str(to_shapely(revision.footprint, field="footprint").geom_type)
