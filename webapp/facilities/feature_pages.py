"""Keyset pages of features: each page begins behind the last facility of the one before.

Without a box they come in the order of their codes, which no edit changes. The facilities of a box come in
the order of places, along the Z-order curve of the grid: the order of codes is spread over the whole world,
and finding a page in it would mean to pass all others or to sort all that a dense box holds.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import (
    ARRAY,
    BigInteger,
    ColumnElement,
    Integer,
    Row,
    Select,
    bindparam,
    func,
    literal,
    literal_column,
    select,
    tuple_,
)
from sqlalchemy.orm import Session

from webapp.errors import InvalidParameterError
from webapp.facilities.areas import beyond_the_grid, in_cells
from webapp.facilities.codes import is_valid_code, normalise_code
from webapp.facilities.features import FEATURE_COLUMNS
from webapp.facilities.filters import FacilityFilter
from webapp.facilities.models import Facility
from webapp.facilities.queries import count_facilities
from webapp.geo.bounding_box import WORLD, BoundingBox
from webapp.geo.grid import GRID_LEVEL, CellRange, cell_ranges, key_of, keys_of
from webapp.geo.messages import translatable as _

FOUND_AT_MOST = 20_000
"""So many facilities are found and sorted in some 50 ms."""

MARK = re.compile(r"(\d{1,10})\.(\d{1,10})\.(\d{1,10})", re.ASCII)
LARGEST_ID = 2**31 - 1

Condition = ColumnElement[bool]
AnyRow = Row[*tuple[Any, ...]]


class Place(NamedTuple):
    """Where a facility stands in the order of places."""

    key: int
    column: int
    row: int
    id: int

    @classmethod
    def first_of(cls, key: int) -> "Place":
        """Return a place in front of all that have a key."""
        return cls(key, -1, -1, -1)


PLACE = (
    func.grid_key(Facility.grid_x, Facility.grid_y, type_=BigInteger).label("grid_key"),
    Facility.grid_x,
    Facility.grid_y,
    Facility.id,
)
"""The order of places, which has an index of the same columns."""

EDGES = ("first_column", "last_column", "first_row", "last_row")


class FeaturePage(NamedTuple):
    """Rows that begin with FEATURE_COLUMNS, and the mark behind which the next page begins, if any."""

    rows: Sequence[AnyRow]
    after: str | None


def list_features(session: Session, chosen: FacilityFilter, *, limit: int, after: str = "") -> FeaturePage:
    """Return one page of what the filter lets through, from behind a mark; raises InvalidParameterError."""
    in_a_box = chosen.box != WORLD
    rows = (_by_place if in_a_box else _by_code)(session, chosen, limit + 1, after)
    if len(rows) <= limit:
        return FeaturePage(rows, None)
    last = rows[limit - 1]
    mark = f"{last.grid_x}.{last.grid_y}.{last.id}" if in_a_box else last.code
    return FeaturePage(rows[:limit], mark)


def _by_code(session: Session, chosen: FacilityFilter, limit: int, after: str) -> Sequence[AnyRow]:
    conditions = _few(chosen) if _lets_few_through(session, chosen) else chosen.conditions()
    if after:
        conditions.append(Facility.code > _code(after))
    query = select(*FEATURE_COLUMNS).where(*conditions).order_by(Facility.code).limit(limit)
    return _rows(session, query)


def _by_place(session: Session, chosen: FacilityFilter, limit: int, after: str) -> Sequence[AnyRow]:
    behind = _place(after) if after else Place.first_of(0)
    if chosen.nearest is not None:
        return _rows(session, _page(chosen.conditions(), behind, limit))
    if _lets_few_through(session, chosen):
        return _rows(session, _page(_few(chosen), behind, limit))
    parameters = walk_parameters(chosen.box, behind, limit)
    facts = [*chosen.within(WORLD).conditions(), *_beyond_the_bounds(chosen.box)]
    return _rows(session, _walk(facts) if facts else WALK, parameters) if parameters["last_key"] else []


def walk_parameters(box: BoundingBox, behind: Place, limit: int) -> dict[str, Any]:
    """Return the parameters of WALK: the stretches that a box has left behind a place, and its edges."""
    blocks = cell_ranges(box)
    left = [
        (max(behind, Place.first_of(first)), last) for first, last in keys_of(blocks) if last >= behind.key
    ]
    edges = blocks[0] if len(blocks) == 1 else CellRange.world(GRID_LEVEL)
    return {
        **{name: [getattr(begin, name) for begin, _last in left] for name in Place._fields},
        "last_key": [last for _begin, last in left],
        **{name: getattr(edges, name) for name in EDGES},
        "most": limit,
    }


def _beyond_the_bounds(box: BoundingBox) -> list[Condition]:
    """Return what the edges of one block do not say of a box: two blocks, or an edge close to a pole."""
    return in_cells(box) if len(cell_ranges(box)) > 1 else beyond_the_grid(box)


def _lets_few_through(session: Session, chosen: FacilityFilter) -> bool:
    narrowed = chosen.is_narrowed and chosen.nearest is None
    return narrowed and count_facilities(session, chosen).at_most(FOUND_AT_MOST)


def _few(chosen: FacilityFilter) -> list[Condition]:
    """Return the filter so that what it lets through is found first, not met by chance along an order."""
    # nothing is skipped: OFFSET keeps PostgreSQL from looking for them in the order that is asked for
    few = select(Facility.id).where(*chosen.conditions()).offset(0).subquery()
    return [Facility.id.in_(select(few.c.id))]


def _page(conditions: Iterable[Condition], behind: Iterable[Any], limit: Any) -> Select[Any]:
    query = select(*FEATURE_COLUMNS, *PLACE).where(*conditions, tuple_(*PLACE) > tuple_(*behind))
    return query.order_by(*PLACE).limit(limit)


def _walk(facts: Iterable[Condition]) -> Select[Any]:
    """Return the page as read along the index of places, stretch by stretch of a box until it is full.

    A stretch is a place that it begins behind, and its last key.
    """
    arrays = (bindparam(name, type_=ARRAY(BigInteger)) for name in (*Place._fields, "last_key"))
    stretch = (
        func.unnest(*arrays)
        .table_valued(*Place._fields, "last_key", with_ordinality="number")
        .render_derived(name="stretch")
    )
    first_column, last_column, first_row, last_row = (bindparam(name, type_=Integer) for name in EDGES)
    conditions = (
        PLACE[0] <= stretch.c.last_key,
        Facility.grid_x.between(first_column, last_column),
        Facility.grid_y.between(first_row, last_row),
    )
    most = bindparam("most", type_=Integer)
    found = _page([*conditions, *facts], [stretch.c[name] for name in Place._fields], most).lateral("found")
    # stretches follow one another, so their number is no other order; but PostgreSQL knows that they come in
    # the order of their number, and stops as soon as the page is full
    order = (stretch.c.number, *(literal_column(f"found.{column.key}") for column in PLACE))
    everything: Select[Any] = (
        select(literal_column("found.*")).select_from(stretch).join(found, literal(True))
    )
    return everything.order_by(*order).limit(most)


def _rows(
    session: Session, query: Select[Any], parameters: Mapping[str, Any] | None = None
) -> Sequence[AnyRow]:
    # by the connection: the session would look for models among ten thousands of plain values
    return session.connection().execute(query, parameters).all()


def _code(text: str) -> str:
    code = normalise_code(text)
    if not is_valid_code(code):
        raise InvalidParameterError("after", _("Give the code of the last facility that you have."))
    return code


def _place(text: str) -> Place:
    mark = MARK.fullmatch(text)
    column, row, identifier = map(int, mark.groups()) if mark else (-1, -1, -1)
    if not mark or max(column, row) >= 1 << GRID_LEVEL or identifier > LARGEST_ID:
        raise InvalidParameterError("after", _("This page mark is damaged; start from the first page."))
    return Place(key_of(column, row), column, row, identifier)


WALK = _walk([])
"""That of a box alone, for which nearly all ask, is built once."""
