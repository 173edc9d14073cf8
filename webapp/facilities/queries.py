"""Questions about facilities and categories."""

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from webapp.clusters.queries import Facets, count_in_box
from webapp.errors import GoneError, NotFoundError
from webapp.facilities.areas import is_of_cells
from webapp.facilities.codes import normalise_code
from webapp.facilities.filters import FacilityFilter
from webapp.facilities.models import Category, Facility
from webapp.history.models import FacilityRevision

NEAREST_CANDIDATES = 4

COUNTED_AT_MOST = 10_000
"""So far facilities are counted one by one; of more it is only said that they are more."""


class Count(NamedTuple):
    """How many there are; where it is not exact there are more."""

    number: int
    exact: bool


def get_facility(session: Session, code: str, *, for_update: bool = False, fresh: bool = False) -> Facility:
    """Return the facility of a code with its category; NotFoundError, or GoneError where it was removed.

    `fresh` reads the row anew even where the session holds it; `for_update` locks it as well.
    """
    query = select(Facility).where(Facility.code == normalise_code(code)).options(joinedload(Facility.kind))
    if for_update:
        query = query.with_for_update(of=Facility)
    if for_update or fresh:
        query = query.execution_options(populate_existing=True)
    facility = session.scalars(query).one_or_none()
    if facility is None:
        raise _missing(session, normalise_code(code))
    return facility


def _missing(session: Session, code: str) -> GoneError | NotFoundError:
    known = session.scalar(select(FacilityRevision.id).where(FacilityRevision.code == code).limit(1))
    return GoneError(code) if known else NotFoundError(code)


def list_categories(session: Session) -> Sequence[Category]:
    """Return all categories in the order of the legend."""
    return session.scalars(select(Category).order_by(Category.rank, Category.slug)).all()


def list_features(
    session: Session, chosen: FacilityFilter, *, limit: int, after: str | None = None
) -> Sequence[Facility]:
    """Return facilities in the order of their codes, from behind the code `after`."""
    query = select(Facility).where(*chosen.conditions()).order_by(Facility.code).limit(limit)
    if after is not None:
        query = query.where(Facility.code > after)
    return session.scalars(query).all()


def count_facilities(session: Session, chosen: FacilityFilter) -> Count:
    """Return how many facilities the filter lets through: all that the pyramid knows, else up to 10,000."""
    if chosen.is_in_pyramid and is_of_cells(chosen.box):
        facets = Facets(categories=chosen.categories, statuses=chosen.statuses, countries=chosen.countries)
        number = count_in_box(session, chosen.box, facets)
        if number is not None:
            return Count(number, exact=True)
    found = select(Facility.id).where(*chosen.conditions()).limit(COUNTED_AT_MOST + 1).subquery()
    number = session.scalars(select(func.count()).select_from(found)).one()
    return Count(min(number, COUNTED_AT_MOST), exact=number <= COUNTED_AT_MOST)


def list_nearest(session: Session, facility: Facility, *, limit: int = 5) -> list[tuple[Facility, float]]:
    """Return the nearest other facilities with their distance in metres, nearest first.

    The index finds candidates by planar degrees; the ellipsoid decides among them.
    """
    there = func.ST_SetSRID(func.ST_MakePoint(*facility.position.coordinates), 4326)
    candidates = session.scalars(
        select(Facility)
        .where(Facility.id != facility.id)
        .order_by(Facility.location.op("<->")(there))
        .limit(limit * NEAREST_CANDIDATES)
        .options(joinedload(Facility.kind))
    )
    measured = [(other, facility.distance(*other.position.coordinates)) for other in candidates]
    return sorted(measured, key=lambda pair: pair[1])[:limit]


def is_fresh_registry(session: Session) -> bool:
    """Tell whether nothing was ever stored here."""
    return session.scalar(select(FacilityRevision.id).limit(1)) is None
