"""Questions about facilities and categories."""

from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from webapp.clusters.queries import count_in_box
from webapp.errors import GoneError, NotFoundError
from webapp.facilities.areas import is_of_cells, point_of
from webapp.facilities.codes import normalise_code
from webapp.facilities.filters import FacilityFilter
from webapp.facilities.finding import FOUND_AT_MOST, facets_of, find
from webapp.facilities.models import Category, Facility
from webapp.facilities.nearest import nearest_ids
from webapp.facilities.texts import long_words, rely_on_indexes
from webapp.history.models import FacilityRevision
from webapp.search.frequencies import tell
from webapp.search.spelling import correct

NEAREST_CANDIDATES = 4


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

    Misspelt words of its text are replaced by known ones, and the nearest are found.
    """
    chosen = asked
    if chosen.text:
        rely_on_indexes(session)
        text = correct(session, chosen.text)
        chosen = replace(chosen, text=text)
        if words := long_words(text):
            telling = tell(session, words, count_facilities(session, FacilityFilter()).number)
            chosen = replace(chosen, telling=telling.words, about=telling.facilities)
    if chosen.nearest is not None:
        chosen = replace(chosen, nearest_ids=nearest_ids(session, chosen, chosen.nearest))
    return chosen


def count_facilities(session: Session, chosen: FacilityFilter) -> Count:
    """Return how many facilities the filter lets through: all that the pyramid knows, else up to 10,000."""
    if chosen.is_in_pyramid and is_of_cells(chosen.box):
        known = count_in_box(session, chosen.box, facets_of(chosen))
        if known is not None:
            return Count(known, exact=True)
    found = find(session, chosen, (Facility.id,))
    return Count(len(found.rows), exact=True) if found.share == 1 else Count(FOUND_AT_MOST, exact=False)


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
