"""Questions about facilities and categories."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Row, func, select
from sqlalchemy.orm import Session, joinedload

from webapp.clusters.models import FINEST_LEVEL
from webapp.clusters.queries import Facets, count_in_box, list_cells
from webapp.errors import GoneError, NotFoundError
from webapp.facilities.areas import is_of_cells, point_of
from webapp.facilities.codes import normalise_code
from webapp.facilities.filters import FacilityFilter
from webapp.facilities.models import Category, Facility
from webapp.facilities.samples import is_in_sample, share_for, surely_more
from webapp.facilities.texts import rely_on_indexes
from webapp.geo.bounding_box import WORLD, BoundingBox
from webapp.geo.grid import cell_ranges
from webapp.history.models import FacilityRevision
from webapp.search.spelling import correct

NEAREST_CANDIDATES = 4

COUNTED_AT_MOST = 10_000
"""So far facilities are counted one by one; of more it is only said that they are more."""

MEASURED_AT_MOST = 20_000
"""So many facilities are found and measured or sorted in some 50 ms."""

FAR_AT_MOST = 200_000
"""Among so many the nearest are found by measuring all: their country may lie behind half of the world."""

CELLS_AROUND = 64

DIGITS = 7
"""Decimals of published degrees: about a centimetre, and no more than a point deserves."""

FEATURE_COLUMNS = (
    Facility.code,
    Facility.name,
    Facility.category,
    Facility.status,
    Facility.location_precision,
    Facility.address,
    Facility.locality,
    Facility.country,
    Facility.phone,
    Facility.email,
    Facility.website,
    Facility.description,
    Facility.identifiers,
    Facility.created_at,
    Facility.updated_at,
    Facility.version,
    func.ST_AsGeoJSON(Facility.location, DIGITS).label("geometry"),
    func.ST_AsGeoJSON(func.ST_ForcePolygonCCW(Facility.footprint), DIGITS).label("outline"),
)


class Count(NamedTuple):
    """How many there are; where it is not exact there are more."""

    number: int
    exact: bool

    def at_most(self, number: int) -> bool:
        """Tell whether there are surely no more than that."""
        return self.exact and self.number <= number


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


def prepared(session: Session, asked: FacilityFilter) -> FacilityFilter:
    """Return a filter that was read from an address as it is to be applied.

    Misspelt words of its text are replaced by known ones; of few facilities the nearest are found by
    measuring all of them.
    """
    chosen = asked
    if chosen.text:
        rely_on_indexes(session)
        chosen = replace(chosen, text=correct(session, chosen.text))
    if chosen.nearest is not None:
        everywhere = replace(chosen, nearest=None, box=WORLD)
        few = everywhere.is_narrowed and count_facilities(session, everywhere).at_most(FAR_AT_MOST)
        chosen = replace(chosen, among_few=few)
    return chosen


def list_features(
    session: Session, chosen: FacilityFilter, *, limit: int, after: str | None = None
) -> Sequence[Row[*tuple[Any, ...]]]:
    """Return facilities in the order of their codes, from behind the code `after`, as plain rows.

    A row has the attributes of a facility, `geometry` and `outline` as GeoJSON texts.
    """
    conditions = chosen.conditions()
    narrowed = chosen.is_narrowed and chosen.nearest is None
    if narrowed and count_facilities(session, chosen).at_most(MEASURED_AT_MOST):
        # few among many: not looked for in the order of the codes, past all the others
        few = select(Facility.id).where(*conditions).offset(0).subquery()
        conditions = [Facility.id.in_(select(few.c.id))]
    query = select(*FEATURE_COLUMNS).where(*conditions).order_by(Facility.code).limit(limit)
    if after is not None:
        query = query.where(Facility.code > after)
    return session.execute(query).all()


def count_facilities(session: Session, chosen: FacilityFilter) -> Count:
    """Return how many facilities the filter lets through: all that the pyramid knows, else up to 10,000.

    A sample tells where there are surely more. Where not, there are few enough to find all of them.
    """
    facets = Facets(categories=chosen.categories, statuses=chosen.statuses, countries=chosen.countries)
    if chosen.is_in_pyramid and is_of_cells(chosen.box):
        known = count_in_box(session, chosen.box, facets)
        if known is not None:
            return Count(known, exact=True)
    share = None if chosen.nearest else share_for(_count_around(session, chosen.box, facets))
    if share is not None:
        found = _count(session, chosen, is_in_sample(share, chosen.box))
        if surely_more(found, share, COUNTED_AT_MOST):
            return Count(COUNTED_AT_MOST, exact=False)
    number = _count(session, chosen)
    # among few facilities all of them are counted, by the map as well
    exact = share is None or number <= COUNTED_AT_MOST
    return Count(number if exact else COUNTED_AT_MOST, exact)


def _count(session: Session, chosen: FacilityFilter, *more: ColumnElement[bool]) -> int:
    query = select(func.count()).select_from(Facility).where(*chosen.conditions(), *more)
    return session.scalars(query).one()


def _count_around(session: Session, box: BoundingBox, facets: Facets) -> int:
    """Return what the pyramid counts in few cells around a box: at least as many as any filter leaves."""
    level = FINEST_LEVEL
    while sum(block.cells for block in cell_ranges(box, level)) > CELLS_AROUND:
        level -= 1
    cells = list_cells(session, cell_ranges(box, level), facets)
    wanted = set(facets.categories)
    return sum(
        number
        for cell in cells
        for category, number in cell.categories.items()
        if not wanted or category in wanted
    )


def list_nearest(session: Session, facility: Facility, *, limit: int = 5) -> list[tuple[Facility, float]]:
    """Return the nearest other facilities with their distance in metres, nearest first.

    The index finds candidates by planar degrees; the ellipsoid decides among them.
    """
    there = point_of(facility.position)
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
