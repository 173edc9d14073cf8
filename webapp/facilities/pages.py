"""Keyset pages of the list: each page begins behind the last row of the one before, however deep it lies."""

import base64
import binascii
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select, tuple_
from sqlalchemy.orm import InstrumentedAttribute, Session, joinedload, undefer

from webapp.errors import InvalidParameterError
from webapp.facilities.filters import FacilityFilter
from webapp.facilities.models import Facility
from webapp.geo.messages import translatable as _

PAGE_SIZE = 50


@dataclass(frozen=True)
class Order:
    """A way to sort the list; the key makes rows of equal value follow one another."""

    column: InstrumentedAttribute[Any]
    descending: bool = False


ORDERS = {
    "name": Order(Facility.sort_name),
    "-name": Order(Facility.sort_name, descending=True),
    "category": Order(Facility.category),
    "-updated": Order(Facility.updated_at, descending=True),
    "updated": Order(Facility.updated_at),
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

    @property
    def order(self) -> Order:
        """The order of that name; raises InvalidParameterError for any other."""
        if self.sort not in ORDERS:
            raise InvalidParameterError("sort", _("Choose one of: %(choices)s.", choices=", ".join(ORDERS)))
        return ORDERS[self.sort]


def list_page(session: Session, chosen: FacilityFilter, wanted: PageRequest) -> FacilityPage:
    """Return one page of what the filter lets through, with categories loaded."""
    order, backwards = wanted.order, wanted.before is not None
    rows = _rows(session, chosen, wanted)
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


def _rows(session: Session, chosen: FacilityFilter, wanted: PageRequest) -> list[Facility]:
    """Return one row more than the page holds, in reading direction."""
    order, cursor = wanted.order, wanted.before or wanted.after
    descending = order.descending != (wanted.before is not None)
    keys = (order.column, Facility.id)
    query = select(Facility).where(*chosen.conditions())
    if cursor is not None:
        here, there = tuple_(*keys), tuple_(*_position(order, cursor))
        query = query.where(here < there if descending else here > there)
    query = query.order_by(*(key.desc() if descending else key.asc() for key in keys)).limit(wanted.size + 1)
    return list(session.scalars(query.options(joinedload(Facility.kind), undefer(Facility.sort_name))))


def _cursor(order: Order, facility: Facility) -> str:
    value = getattr(facility, order.column.key)
    text = value.isoformat() if isinstance(value, datetime) else value
    return base64.urlsafe_b64encode(json.dumps([text, facility.id]).encode()).decode().rstrip("=")


def _position(order: Order, cursor: str) -> tuple[Any, int]:
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        text, key = json.loads(base64.b64decode(padded, altchars=b"-_", validate=True))
        return _value(order, text), _key(key)
    except (binascii.Error, ValueError, TypeError, RecursionError) as error:
        raise InvalidParameterError(
            "after", _("This page mark is damaged; start from the first page.")
        ) from error


def _value(order: Order, text: object) -> object:
    if not isinstance(text, str) or "\x00" in text:
        raise ValueError("not a text")
    return datetime.fromisoformat(text) if order.column is Facility.updated_at else text


def _key(value: object) -> int:
    if not isinstance(value, int) or not 0 < value < 2**31:
        raise ValueError("not a key")
    return value
