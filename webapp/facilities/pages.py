"""Keyset pages of the list: each page begins behind the last row of the one before, however deep it lies.

Two ways lead to a page. Where few facilities are let through, all of them are found and sorted. Where many
are, an index in the order of the list is walked until the page is full. PostgreSQL chooses between them by
guessing how many there are and that they are spread evenly; here that is known or tried, so that no page
walks through millions of rows that the filter refuses, or sorts millions that it lets through.
"""

import base64
import binascii
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, SQLColumnExpression, Subquery, and_, select, true, tuple_
from sqlalchemy.orm import InstrumentedAttribute, Session, joinedload, undefer
from sqlalchemy.sql.util import ClauseAdapter

from webapp.errors import InvalidParameterError
from webapp.facilities.filters import FacilityFilter
from webapp.facilities.models import Facility
from webapp.facilities.queries import Count
from webapp.geo.messages import translatable as _

PAGE_SIZE = 50

SORTED_AT_MOST = 25_000
"""So many facilities are found and sorted for one page in about 50 ms."""

STEPS = 30_000
"""So far an index is walked for one page: about 50 ms, and enough wherever one in 600 is let through."""

Column = InstrumentedAttribute[Any]


@dataclass(frozen=True)
class Order:
    """A way to sort the list; the key makes rows of equal value follow one another.

    Each has an index of the same columns.
    """

    columns: tuple[Column, ...]
    descending: bool = False

    @property
    def keys(self) -> tuple[Column, ...]:
        """The columns that no two rows share."""
        return (*self.columns, Facility.id)


BY_NAME = (Facility.sort_name,)
ORDERS = {
    "name": Order(BY_NAME),
    "-name": Order(BY_NAME, descending=True),
    "category": Order((Facility.category, Facility.sort_name)),
    "-updated": Order((Facility.updated_at,), descending=True),
    "updated": Order((Facility.updated_at,)),
}


@dataclass(frozen=True)
class FacilityPage:
    """One page of the list, with the cursors of its neighbours where there are any."""

    facilities: Sequence[Facility]
    before: str | None
    after: str | None


@dataclass(frozen=True, kw_only=True)
class PageRequest:
    """Which page is wanted: the one behind `after`, or in front of `before`; cursors are opaque texts."""

    sort: str = "name"
    after: str | None = None
    before: str | None = None
    size: int = PAGE_SIZE

    def __post_init__(self) -> None:
        if self.sort not in ORDERS:
            raise InvalidParameterError("sort", _("Choose one of: %(choices)s.", choices=", ".join(ORDERS)))
        self.position  # noqa: B018 - refuses a damaged one before anything is asked of the database

    @property
    def order(self) -> Order:
        """The order of that name."""
        return ORDERS[self.sort]

    @property
    def descending(self) -> bool:
        """Tell whether rows are read downwards: backwards in an order that goes up, or the reverse."""
        return self.order.descending != (self.before is not None)

    @property
    def position(self) -> tuple[Any, ...] | None:
        """The keys of the row that the page lies next to, None for the first page."""
        if self.before is not None:
            return _position("before", self.order, self.before)
        return None if self.after is None else _position("after", self.order, self.after)


def list_page(session: Session, chosen: FacilityFilter, wanted: PageRequest, counted: Count) -> FacilityPage:
    """Return one page of what the filter lets through, with categories loaded; `counted` says how many."""
    order, backwards = wanted.order, wanted.before is not None
    rows = _rows(session, chosen, wanted, counted)
    more, rows = len(rows) > wanted.size, rows[: wanted.size]
    if backwards:
        rows = rows[::-1]
    has_before = more if backwards else wanted.after is not None
    has_after = backwards or more
    return FacilityPage(
        facilities=rows,
        before=_cursor(order, rows[0]) if rows and has_before else None,
        after=_cursor(order, rows[-1]) if rows and has_after else None,
    )


def _rows(
    session: Session, chosen: FacilityFilter, wanted: PageRequest, counted: Count
) -> Sequence[Facility]:
    """Return one row more than the page holds, in reading direction."""
    if counted.exact and counted.number <= SORTED_AT_MOST:
        return _load(session, wanted, _sorted(chosen, wanted))
    rows = _load(session, wanted, _walked(chosen, wanted))
    # what the filter lets through may lie far behind in this order
    return rows if len(rows) > wanted.size else _load(session, wanted, _sorted(chosen, wanted))


def _sorted(chosen: FacilityFilter, wanted: PageRequest) -> Select[int]:
    """Return the keys of the page, out of all that the filter lets through."""
    everything = select(*wanted.order.keys).where(*_behind(wanted), *chosen.conditions())
    # nothing is skipped: OFFSET keeps PostgreSQL from walking an index in the order of what is around it
    return _first(wanted, everything.offset(0).subquery())


def _walked(chosen: FacilityFilter, wanted: PageRequest) -> Select[int]:
    """Return the keys of the page, or of the part of it that is found in so many steps along an index."""
    steps = select(Facility.__table__).where(*_behind(wanted), *_along_the_index(chosen, wanted))
    seen = steps.order_by(*_directed(wanted, wanted.order.keys)).limit(STEPS).subquery()
    conditions = ClauseAdapter(seen).traverse(and_(true(), *chosen.conditions()))
    return _first(wanted, seen).where(conditions)


def _along_the_index(chosen: FacilityFilter, wanted: PageRequest) -> list[ColumnElement[bool]]:
    """Return the conditions that an index in the order of the list begins with, or is bounded by."""
    order = wanted.order.columns[0]
    if order is Facility.updated_at:
        since = chosen.updated_since
        return [] if since is None else [Facility.updated_at >= since]
    if order is Facility.category:
        slugs = chosen.categories
        return [Facility.category >= min(slugs), Facility.category <= max(slugs)] if slugs else []
    if len(chosen.countries) == 1:
        return [Facility.country == chosen.countries[0]]
    return [Facility.category == chosen.categories[0]] if len(chosen.categories) == 1 else []


def _first(wanted: PageRequest, found: Subquery) -> Select[int]:
    keys = [found.c[key.key] for key in wanted.order.keys]
    return select(found.c.id).order_by(*_directed(wanted, keys)).limit(wanted.size + 1)


def _directed(wanted: PageRequest, keys: Iterable[SQLColumnExpression[Any]]) -> list[ColumnElement[Any]]:
    return [key.desc() if wanted.descending else key.asc() for key in keys]


def _behind(wanted: PageRequest) -> list[ColumnElement[bool]]:
    if wanted.position is None:
        return []
    here, there = tuple_(*wanted.order.keys), tuple_(*wanted.position)
    return [here < there if wanted.descending else here > there]


def _load(session: Session, wanted: PageRequest, keys: Select[int]) -> Sequence[Facility]:
    page = keys.subquery()
    query = select(Facility).join(page, Facility.id == page.c.id)
    query = query.order_by(*_directed(wanted, wanted.order.keys))
    return session.scalars(query.options(joinedload(Facility.kind), undefer(Facility.sort_name))).all()


def _cursor(order: Order, facility: Facility) -> str:
    values = [_written(getattr(facility, column.key)) for column in order.keys]
    return base64.urlsafe_b64encode(json.dumps(values).encode()).decode().rstrip("=")


def _written(value: object) -> object:
    return value.isoformat() if isinstance(value, datetime) else value


def _position(parameter: str, order: Order, cursor: str) -> tuple[Any, ...]:
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        *texts, key = json.loads(base64.b64decode(padded, altchars=b"-_", validate=True))
        values = (_value(column, text) for column, text in zip(order.columns, texts, strict=True))
        return (*values, _key(key))
    except (binascii.Error, ValueError, TypeError, RecursionError) as error:
        raise InvalidParameterError(
            parameter, _("This page mark is damaged; start from the first page.")
        ) from error


def _value(column: Column, text: object) -> object:
    if not isinstance(text, str) or b"\x00" in text.encode():
        raise ValueError("not a text")
    return datetime.fromisoformat(text) if column is Facility.updated_at else text


def _key(value: object) -> int:
    if not isinstance(value, int) or not 0 < value < 2**31:
        raise ValueError("not a key")
    return value
