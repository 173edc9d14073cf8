"""Where a view's facilities come from: the pyramid, or a search where it does not know the filter."""

import math
from collections import Counter, defaultdict
from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from typing import NamedTuple, Protocol

from sqlalchemy import ColumnElement, any_, func, literal, select
from sqlalchemy.orm import Session

from webapp.clusters.models import FINEST_LEVEL
from webapp.clusters.queries import (
    COUNTRIES_APART,
    NUMBERS,
    CellCounts,
    Facets,
    Nearest,
    find_cells_near,
    find_extent,
    list_cells,
)
from webapp.facilities.filters import FacilityFilter
from webapp.facilities.models import Facility
from webapp.facilities.queries import COUNTED_AT_MOST as FOUND_AT_MOST
from webapp.facilities.samples import is_in_sample, share_for, surely_more
from webapp.geo.grid import GRID_LEVEL, CellRange
from webapp.map.clusters import Cluster, clusters_of
from webapp.map.rows import (
    EVERYTHING,
    AnyRow,
    list_lone_members,
    list_members,
    list_members_of_countries,
    list_nearest_rows,
    list_rows,
)


class Source(Protocol):
    """What a view asks of either."""

    exact: bool
    level: int

    def cells(self) -> list[CellCounts]:
        """Return the counts of the cells in the blocks, of all categories."""

    def every_row(self, clusters: Sequence[Cluster]) -> Sequence[AnyRow]:
        """Return all facilities of these cells, by name."""

    def lone_rows(self, clusters: Sequence[Cluster]) -> Sequence[AnyRow]:
        """Return the facilities that are alone in these cells."""

    def nearest_rows(self, clusters: Sequence[Cluster], wanted: Nearest) -> Sequence[AnyRow]:
        """Return about the nearest facilities of the clusters, the nearest first."""

    def extent(self) -> CellRange:
        """Return the block of cells around the facilities, of which there must be some."""


def source_of(session: Session, chosen: FacilityFilter, blocks: Sequence[CellRange]) -> Source:
    """Return the source for a filter whose box is that of the blocks."""
    kind = PyramidSource if chosen.is_in_pyramid else SearchSource
    return kind(session, chosen, blocks)


class PyramidSource:
    """Counts from the pyramid, exact however many there are."""

    def __init__(self, session: Session, chosen: FacilityFilter, blocks: Sequence[CellRange]) -> None:
        self.session, self.blocks = session, blocks
        self.facets = facets_of(chosen)
        self.exact, self.level = True, blocks[0].level

    def cells(self) -> list[CellCounts]:
        """Return the counts of the cells in the blocks, of all categories."""
        return list_cells(self.session, self.blocks, self.facets)

    def every_row(self, clusters: Sequence[Cluster]) -> Sequence[AnyRow]:
        """Return all facilities, by name."""
        if self._has_many_countries():
            cells = [cluster.cell for cluster in clusters]
            return list_members_of_countries(self.session, cells, self.facets)
        return list_members(self.session, self.blocks, self.facets)

    def lone_rows(self, clusters: Sequence[Cluster]) -> Sequence[AnyRow]:
        """Return the facilities that are alone in their cells."""
        if not clusters:
            return []
        if self._has_many_countries():
            return self.every_row(clusters)
        cells = [(cluster.cell, category) for cluster in clusters for category in cluster.categories]
        return list_lone_members(self.session, cells, self.facets)

    def nearest_rows(self, clusters: Sequence[Cluster], wanted: Nearest) -> Sequence[AnyRow]:
        """Return about the nearest facilities, the nearest first."""
        spots = [cluster.spot for cluster in clusters]
        found = find_cells_near(self.session, spots, self.level, self.facets, wanted)
        if not found:
            return []
        if self.facets.countries and found[0].level < COUNTRIES_APART:
            return _nearest_first(list_members_of_countries(self.session, found, self.facets), wanted)
        each = wanted.number if found[0].level >= FINEST_LEVEL else EVERYTHING
        return _nearest_first(list_members(self.session, found, self.facets, each=each), wanted)

    def extent(self) -> CellRange:
        """Return the block of cells around the facilities."""
        (cell,) = self.blocks
        return find_extent(self.session, cell, self.facets) or cell

    def _has_many_countries(self) -> bool:
        """Tell whether a cell of this view may hold many more than those of the chosen countries."""
        return bool(self.facets.countries) and self.level < COUNTRIES_APART


class Match(NamedTuple):
    """A facility that was found, and no more of it than counting needs."""

    id: int
    x: int
    y: int
    category: str


class Found(NamedTuple):
    """Facilities that were found: all of them, or one in so many."""

    matches: list[Match]
    share: int


class SearchSource:
    """Finds facilities one by one; of surely more than 10,000 a fair sample, whose counts it scales."""

    def __init__(self, session: Session, chosen: FacilityFilter, blocks: Sequence[CellRange]) -> None:
        self.session, self.chosen, self.blocks = session, chosen, blocks
        self.level = blocks[0].level
        found = _find(session, chosen.for_all_categories(), blocks)
        if found.share > 1 and chosen.categories:
            found = _find(session, chosen, blocks)
        self.matches, self.share = found
        self.exact = self.share == 1

    def cells(self) -> list[CellCounts]:
        """Return the counts of the cells, of all categories that were looked for."""
        shift, wanted = GRID_LEVEL - self.level, set(self.chosen.categories)
        members: dict[tuple[int, int], list[Match]] = defaultdict(list)
        for match in self.matches:
            members[match.x >> shift, match.y >> shift].append(match)
        return [_counts(cell, group, wanted, self.share) for cell, group in members.items()]

    def every_row(self, _clusters: Sequence[Cluster]) -> Sequence[AnyRow]:
        """Return all facilities, by name."""
        return self._rows_of(self._wanted())

    def lone_rows(self, clusters: Sequence[Cluster]) -> Sequence[AnyRow]:
        """Return the facilities that are alone in their cells."""
        alone = {(cluster.x, cluster.y) for cluster in clusters}
        shift = GRID_LEVEL - self.level
        return self._rows_of(
            [match for match in self._wanted() if (match.x >> shift, match.y >> shift) in alone]
        )

    def nearest_rows(self, clusters: Sequence[Cluster], wanted: Nearest) -> Sequence[AnyRow]:
        """Return the nearest facilities, the nearest first; of a sample's, those of the nearest cluster."""
        if not self.exact:
            (spot, *_farther) = wanted.first_of([cluster.spot for cluster in clusters])
            near = self.chosen.within(CellRange(self.level, spot.x, spot.x, spot.y, spot.y).box)
            return _nearest_first(list_nearest_rows(self.session, near, wanted), wanted)
        matches = sorted(self._wanted(), key=lambda match: math.hypot(match.x - wanted.x, match.y - wanted.y))
        return _nearest_first(self._rows_of(matches[: wanted.number]), wanted)

    def extent(self) -> CellRange:
        """Return the block of cells around the facilities; around a sample's, the whole cell."""
        (cell,) = self.blocks
        if self.exact:
            columns, rows = zip(*((match.x, match.y) for match in self._wanted()), strict=True)
            return CellRange(GRID_LEVEL, min(columns), max(columns), min(rows), max(rows))
        return cell if self.level < FINEST_LEVEL else self._edges()

    def _edges(self) -> CellRange:
        x, y = Facility.grid_x, Facility.grid_y
        edges = select(func.min(x), func.max(x), func.min(y), func.max(y)).where(*self.chosen.conditions())
        return CellRange(GRID_LEVEL, *self.session.execute(edges).one())

    def _wanted(self) -> list[Match]:
        categories = self.chosen.categories
        return [match for match in self.matches if not categories or match.category in categories]

    def _rows_of(self, matches: Sequence[Match]) -> Sequence[AnyRow]:
        ids = literal([match.id for match in matches], NUMBERS)
        return list_rows(self.session, Facility.id == any_(ids))


def facets_of(chosen: FacilityFilter) -> Facets:
    """Return what the pyramid knows of a filter."""
    return Facets(categories=chosen.categories, statuses=chosen.statuses, countries=chosen.countries)


def _find(session: Session, chosen: FacilityFilter, blocks: Sequence[CellRange]) -> Found:
    """Find all that a filter lets through, or a fair sample of more than 10,000."""
    share = None if chosen.nearest else share_for(_count_around(session, chosen, blocks))
    if share is None:
        return Found(_matches(session, chosen), 1)
    sample = _matches(session, chosen, is_in_sample(share, chosen.box))
    if not surely_more(len(sample), share, FOUND_AT_MOST):
        matches = _matches(session, chosen, limit=FOUND_AT_MOST + 1)
        if len(matches) <= FOUND_AT_MOST:
            return Found(matches, 1)
    return Found(sample, share)


def _count_around(session: Session, chosen: FacilityFilter, blocks: Sequence[CellRange]) -> int:
    """Count what the pyramid knows: at least as many as the whole filter lets through."""
    clusters = clusters_of(list_cells(session, blocks, facets_of(chosen)), 0, chosen.categories)
    return sum(cluster.count for cluster in clusters)


def _matches(
    session: Session, chosen: FacilityFilter, *more: ColumnElement[bool], limit: int | None = None
) -> list[Match]:
    query = select(Facility.id, Facility.grid_x, Facility.grid_y, Facility.category)
    rows = session.execute(query.where(*chosen.conditions(), *more).limit(limit))
    return [Match(*row) for row in rows]


def _counts(
    cell: tuple[int, int], group: Sequence[Match], wanted: AbstractSet[str], share: int
) -> CellCounts:
    chosen = [match for match in group if not wanted or match.category in wanted]
    return CellCounts(
        *cell,
        {category: number * share for category, number in Counter(match.category for match in group).items()},
        float(share * sum(match.x for match in chosen)),
        float(share * sum(match.y for match in chosen)),
    )


def _nearest_first(rows: Sequence[AnyRow], wanted: Nearest) -> list[AnyRow]:
    near = sorted(rows, key=lambda row: math.hypot(row.grid_x - wanted.x, row.grid_y - wanted.y))
    return near[: wanted.number]
