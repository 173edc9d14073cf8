"""Suggestions for what is being typed: the facilities most alike, and among those as alike the nearest.

A rare text is found by the index of trigrams, all of it. Of a text that millions share, those are ranked that
are likely to be meant: the nearest ones, and those whose name or code begins with it.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, and_, any_, case, func, literal, select, union_all
from sqlalchemy.orm import InstrumentedAttribute, Session
from sqlalchemy.sql.util import ClauseAdapter

from webapp.clusters.queries import NUMBERS
from webapp.facilities.areas import point_of
from webapp.facilities.codes import is_valid_code
from webapp.facilities.filters import FacilityFilter
from webapp.facilities.models import Facility
from webapp.facilities.queries import count_facilities
from webapp.facilities.samples import select_sample, shares_for
from webapp.facilities.texts import begins_word, contains_word, searchable
from webapp.geo.position import Position
from webapp.map.rows import COLUMNS, AnyRow
from webapp.search.frequencies import estimate

FOUND_AT_MOST = 1_000
"""So many facilities of a rare text are ranked."""

STEPS = 3_000
"""So many facilities around the middle of the map are looked at for a text that is not rare."""

HEADS_AT_MOST = 200
COMMON = 10_000
"""From about so many facilities on, the index of trigrams takes too long."""

CODE_LIKENESS = 2.0
PLACE_WEIGHT = 0.5
HALF_ROUND_KM = 20_000
LAST_CHARACTER = "\U0010ffff"

Ids = Select[int]


@dataclass(frozen=True)
class Suggestions:
    """The best of what was found; `more` where there are others."""

    rows: Sequence[AnyRow]
    more: bool


def suggest(session: Session, chosen: FacilityFilter, place: Position | None, *, limit: int) -> Suggestions:
    """Return the facilities that the filter's text means most likely, seen from a place (lon, lat)."""
    ids = _candidates(session, chosen, place)
    query = (
        select(*COLUMNS)
        .where(Facility.id == any_(literal(ids, NUMBERS)))
        .order_by((_likeness(chosen.text) - _farness(place)).desc(), Facility.sort_name, Facility.id)
        .limit(limit + 1)
    )
    rows = session.execute(query).all()
    return Suggestions(rows[:limit], more=len(rows) > limit)


def _candidates(session: Session, chosen: FacilityFilter, place: Position | None) -> list[int]:
    if is_valid_code(chosen.text):
        return list(session.scalars(select(Facility.id).where(Facility.code == chosen.text)))
    matching = select(Facility.id).where(*chosen.conditions())
    registry = count_facilities(session, FacilityFilter()).number
    found: list[int] = []
    if estimate(session, chosen.text, registry) <= COMMON:
        found = list(session.scalars(matching.limit(FOUND_AT_MOST)))
        if len(found) < FOUND_AT_MOST:
            return found
    found += session.scalars(union_all(*_likely(chosen, place)))
    # frequent words that are neither here nor at the head of names: together they may be rare
    return found or list(session.scalars(_elsewhere(chosen, matching, shares_for(registry))))


def _elsewhere(chosen: FacilityFilter, matching: Ids, shares: Sequence[int]) -> Ids:
    if not shares or len(chosen.text.split()) > 1:
        return matching.limit(FOUND_AT_MOST)
    return select_sample(shares[0], (Facility.id,), chosen.conditions())


def _likely(chosen: FacilityFilter, place: Position | None) -> list[Ids]:
    heads = [
        _heads(Facility.sort_name, searchable(chosen.text)),
        _heads(Facility.code, literal(chosen.text.upper())),
    ]
    return heads if place is None else [*heads, _near(chosen, place)]


def _heads(column: InstrumentedAttribute[str], text: ColumnElement[str]) -> Ids:
    within = column >= text, column < text + LAST_CHARACTER
    return select(select(Facility.id).where(*within).order_by(column).limit(HEADS_AT_MOST).subquery().c.id)


def _near(chosen: FacilityFilter, place: Position) -> Ids:
    order = Facility.location.op("<->")(point_of(place))
    seen = select(Facility.id, Facility.search_text).order_by(order).limit(STEPS).subquery()
    conditions = ClauseAdapter(seen).traverse(and_(*chosen.conditions()))
    return select(seen.c.id).where(conditions)


def _likeness(text: str) -> ColumnElement[float]:
    """Return how much a name is what was typed: 0.4 for what only an address has, 1 for the very name."""
    whole, words, name = searchable(text), text.split(), Facility.sort_name
    return case(
        (Facility.code == text, CODE_LIKENESS),
        (name == whole, 1.0),
        (func.starts_with(name, whole), 0.85),
        (and_(*(begins_word(name, word) for word in words)), 0.7),
        (and_(*(contains_word(name, word) for word in words)), 0.55),
        else_=0.4,
    ) + 0.1 * func.similarity(name, whole)


def _farness(place: Position | None) -> ColumnElement[float]:
    """Return what distance takes away: nothing here, and the more slowly the farther it is already."""
    if place is None:
        return literal(0.0)
    metres = func.ST_DistanceSphere(Facility.location, point_of(place))
    return PLACE_WEIGHT / math.log(1 + HALF_ROUND_KM) * func.ln(1 + metres / 1000)
