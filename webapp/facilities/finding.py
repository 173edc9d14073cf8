"""How a filter's facilities are found: all of them, or a fair sample of surely more than 10,000.

PostgreSQL chooses a way by guessing how many facilities meet each condition, as if none had to do with
another; among millions it is often wrong by a factor of a thousand. The pyramid knows where facilities of a
category, status and country lie and how many they are, so the way is chosen here: along the keys of the grid,
in an index that holds what all filters but a text ask for, or by the words of a text together with the cells
where it may lie.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import (
    ColumnElement,
    FromClause,
    Select,
    Subquery,
    func,
    literal,
    select,
    true,
)
from sqlalchemy.orm import InstrumentedAttribute, Session

from webapp.clusters.models import FINEST_LEVEL
from webapp.clusters.queries import KEYS, NUMBERS, TEXTS, CellCounts, Facets, list_cells
from webapp.facilities.filters import FacilityFilter
from webapp.facilities.models import Category, Facility
from webapp.facilities.samples import on, select_sample, shares_for, surely_more
from webapp.facilities.texts import contains_words, long_words
from webapp.facilities.vocabulary import Status
from webapp.geo.bounding_box import BoundingBox
from webapp.geo.grid import CellRange, cell_ranges, keys_of, keys_of_cells

FOUND_AT_MOST = 10_000
"""So far facilities are counted one by one; of more it is only said that they are more."""

CELLS_AROUND = 64
COUNTRY_CELLS_AROUND = 256
"""The finer the cells, the fewer facilities of neighbouring countries lie in them."""

WALKED_AT_MOST = 400_000
"""So many entries of the index along the grid are read in about 100 ms."""

SOON_WALKED = 30_000
RECENT_AT_MOST = 20_000
RARE = 50
"""Where only one in so many is let through, an index of that rare kind is quicker than the grid."""

FEW_EXPECTED = 5_000
"""So few are found at once: no other sample has to tell that they are not more than 10,000."""

TOO_FEW_FOR_WORDS = 2_000
"""Among so few facilities their texts are sooner read than an index of words is asked."""

MARKED_LEVELS = (14, 12, 10, 8, 6, 4)
"""The levels of the SQL function facility_marks."""

ENOUGH_FOR_A_PICTURE = 300

Columns = Sequence[InstrumentedAttribute[Any]]
COVERED = (
    Facility.id,
    Facility.grid_x,
    Facility.grid_y,
    Facility.category,
    Facility.status,
    Facility.country,
    Facility.location,
    Facility.location_precision,
    Facility.updated_at,
)
"""What the index along the grid holds."""


class Found(NamedTuple):
    """Rows of facilities that were found: all of them, or one in so many."""

    rows: Sequence[tuple[Any, ...]]
    share: int


@dataclass(frozen=True)
class Ground:
    """Where facilities of the chosen category, status and country lie, as far as the pyramid knows.

    They are `number` at the most; the stretches of keys (first, last) hold `walked` entries of the index.
    `recent` says that few of the whole registry were changed since the time that is asked for.
    """

    number: int
    walked: int
    level: int
    cells: tuple[tuple[int, int], ...]
    parts: tuple[tuple[int, int], ...]
    recent: bool = False

    def marks(self) -> list[int]:
        """Return the numbers that the SQL function facility_marks gives these cells, none for the world."""
        level = next((known for known in MARKED_LEVELS if known <= self.level), None)
        if level is None:
            return []
        up = self.level - level
        return sorted({1 << 2 * level | y >> up << level | x >> up for x, y in self.cells})


def find(session: Session, chosen: FacilityFilter, columns: Columns, *, picture: bool = False) -> Found:
    """Return columns of all facilities that a filter lets through, or of a fair sample of more than 10,000.

    Among fewer than 20,000 all are returned, however many. For a `picture` a sample has to be large as well.
    """
    if chosen.nearest is not None:
        return Found(_read(session, select(*columns).where(*chosen.conditions())), 1)
    ground = ground_of(session, chosen)
    shares = shares_for(ground.number)
    if not shares:
        return Found(_read(session, select_found(chosen, ground, columns)), 1)
    expected = chosen.about
    for share in (None, *shares):
        if share is not None:
            sample = Found(_read(session, select_sample(share, columns, chosen.conditions())), share)
            expected = len(sample.rows) * share
            is_sure = surely_more(len(sample.rows), share, FOUND_AT_MOST)
            if is_sure and (not picture or share == shares[-1] or len(sample.rows) >= ENOUGH_FOR_A_PICTURE):
                return sample
        # few are found sooner than the next sample is read
        if expected <= FEW_EXPECTED or share == shares[-1]:
            few = _few(session, chosen, ground, columns, expected=expected)
            if few is not None:
                return few
    return sample


def _few(
    session: Session, chosen: FacilityFilter, ground: Ground, columns: Columns, *, expected: float
) -> Found | None:
    """Return all rows, None where they are more than 10,000."""
    query = select_found(chosen, ground, columns, expected=expected)
    rows = _read(session, query.limit(FOUND_AT_MOST + 1))
    return Found(rows, 1) if len(rows) <= FOUND_AT_MOST else None


def _read(session: Session, query: Select[*tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    """Return the rows of a query: read column by column, thousands of them take a tenth of the time."""
    found = query.subquery()
    columns = session.connection().execute(select(*map(func.array_agg, found.c))).one()
    return [] if columns[0] is None else list(zip(*columns, strict=True))


def select_found(
    chosen: FacilityFilter, ground: Ground, columns: Columns, *, expected: float = math.inf
) -> Select[*tuple[Any, ...]]:
    """Select columns of all facilities that a filter lets through, by the quickest way.

    They are about `expected`, where that is known.
    """
    if ground.number > TOO_FEW_FOR_WORDS and long_words(chosen.text):
        words = _by_words(chosen, ground, columns)
        return _select(columns, words, words, chosen)
    if ground.recent:
        changed = _by_time(chosen, columns)
        return _select(columns, changed, changed, chosen)
    is_rare = expected < ground.walked / RARE
    if ground.walked <= WALKED_AT_MOST and not (is_rare and chosen.precisions):
        walk, found = _along_the_grid(chosen, ground, columns)
        return _select(columns, walk, found, chosen)
    return select(*columns).where(*chosen.conditions())


def ground_of(session: Session, chosen: FacilityFilter) -> Ground:
    """Ask the pyramid where the facilities may lie that a filter lets through."""
    facets = facets_of(chosen)
    ranges = _ranges(chosen)
    most = COUNTRY_CELLS_AROUND if chosen.countries else CELLS_AROUND
    level = FINEST_LEVEL
    while sum(block.at_level(level).cells for block in ranges) > most:
        level -= 1
    blocks = [block.at_level(level) for block in ranges]
    if not blocks:
        return Ground(0, 0, level, (), ())
    occupied = {(cell.x, cell.y): _members(cell, facets) for cell in list_cells(session, blocks, facets)}
    cells = tuple(sorted(place for place, members in occupied.items() if members))
    number = walked = sum(occupied.values())
    if facets.countries:
        # the index along the grid tells countries apart only behind the keys
        anywhere = Facets(categories=facets.categories, statuses=facets.statuses)
        around = list_cells(session, blocks, anywhere)
        walked = sum(_members(cell, anywhere) for cell in around if occupied.get((cell.x, cell.y)))
    parts = keys_of(ranges) if level == FINEST_LEVEL else keys_of_cells(cells, level)
    recent = walked > SOON_WALKED and _are_few_since(session, chosen.updated_since)
    return Ground(number, walked, level, cells, tuple(parts), recent)


def _are_few_since(session: Session, moment: datetime | None) -> bool:
    if moment is None:
        return False
    changed = select(Facility.id).where(Facility.updated_at >= moment).limit(RECENT_AT_MOST + 1).subquery()
    return session.scalars(select(func.count()).select_from(changed)).one() <= RECENT_AT_MOST


def facets_of(chosen: FacilityFilter) -> Facets:
    """Return what the pyramid knows of a filter."""
    return Facets(categories=chosen.categories, statuses=chosen.statuses, countries=chosen.countries)


def _members(cell: CellCounts, facets: Facets) -> int:
    wanted = set(facets.categories)
    return sum(number for category, number in cell.categories.items() if not wanted or category in wanted)


def _ranges(chosen: FacilityFilter) -> list[CellRange]:
    """Return the cells of the finest level around all that a filter's areas have in common."""
    ranges = list(cell_ranges(chosen.box))
    if chosen.near is not None:
        ranges = _common(ranges, cell_ranges(chosen.near.box))
    if chosen.ring is not None:
        bounds = (part.bounds for part in chosen.ring.parts)
        boxes = [
            BoundingBox(max(-180.0, west), south, min(180.0, east), north)
            for west, south, east, north in bounds
            if west <= 180 and east >= -180  # noqa: PLR2004 - beyond half a circle nothing is stored
        ]
        ranges = _common(ranges, [block for box in boxes for block in cell_ranges(box)])
    return ranges


def _common(some: Iterable[CellRange], others: Sequence[CellRange]) -> list[CellRange]:
    both = (one.intersection(other) for one in some for other in others)
    return [block for block in both if block is not None]


def _by_words(chosen: FacilityFilter, ground: Ground, columns: Columns) -> Subquery:
    """Select what has the words and lies in the cells: the index of texts knows both, and what kind it is."""
    marks = func.facility_marks(
        Facility.category, Facility.status, Facility.country, Facility.grid_x, Facility.grid_y
    )
    kinds = {"category": chosen.categories, "country": chosen.countries}
    if Status.OPERATIONAL not in chosen.statuses:
        # what nearly all are narrows nothing, but millions of entries would be read
        kinds["status"] = chosen.statuses
    wanted = [_marks_of(kind, values) for kind, values in kinds.items() if values]
    if cells := ground.marks():
        wanted.append(literal(cells, NUMBERS))
    query = select(*_needed(chosen, columns)).where(*contains_words(chosen.text, chosen.telling))
    # OFFSET keeps PostgreSQL from looking by any of the other conditions
    return query.where(*(marks.op("&&")(some) for some in wanted)).offset(0).subquery()


def _marks_of(kind: str, values: Sequence[str]) -> ColumnElement[Any]:
    value = func.unnest(literal(list(values), TEXTS)).table_valued("wanted", name="value").render_derived()
    marks: ColumnElement[Any] = func.array(select(func.facility_mark(kind, value.c.wanted)).scalar_subquery())
    return marks


def _by_time(chosen: FacilityFilter, columns: Columns) -> Subquery:
    query = select(*_needed(chosen, columns)).where(Facility.updated_at >= chosen.updated_since)
    return query.offset(0).subquery()


def _along_the_grid(
    chosen: FacilityFilter, ground: Ground, columns: Columns
) -> tuple[FromClause, FromClause]:
    """Select what lies in the stretches of keys, of one category and status after the other."""
    first_keys = literal([first for first, _last in ground.parts], KEYS)
    last_keys = literal([last for _first, last in ground.parts], KEYS)
    part = (
        func.unnest(first_keys, last_keys).table_valued("first_key", "last_key", name="part").render_derived()
    )
    statuses = literal(list(chosen.statuses or Status), TEXTS)
    status = func.unnest(statuses).table_valued("wanted", name="status").render_derived()
    kinds = select(Category.slug).subquery("kind")
    among = func.grid_key(Facility.grid_x, Facility.grid_y).between(part.c.first_key, part.c.last_key)
    each = select(*_needed(chosen, columns)).where(
        Facility.category == kinds.c.slug, Facility.status == status.c.wanted, among
    )
    found = each.offset(0).lateral("found")
    wanted = kinds.c.slug.in_(chosen.categories) if chosen.categories else true()
    return kinds.join(status, wanted).join(part, true()).join(found, true()), found


def _needed(chosen: FacilityFilter, columns: Columns) -> Columns:
    others = (Facility.search_text,) if chosen.text else ()
    return list({column.key: column for column in (*COVERED, *others, *columns)}.values())


def _select(
    columns: Columns, source: FromClause, found: FromClause, chosen: FacilityFilter
) -> Select[*tuple[Any, ...]]:
    wanted = [found.c[column.key] for column in columns]
    return select(*wanted).select_from(source).where(*on(found, chosen.conditions()))
