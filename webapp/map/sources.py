"""Where a view's facilities come from: the pyramid, or a search where it does not know the filter."""

import math
from collections import defaultdict
from collections.abc import Sequence
from heapq import nsmallest
from typing import Any, Protocol

from sqlalchemy import any_, func, literal, select
from sqlalchemy.orm import Session

from webapp.clusters.models import FINEST_LEVEL
from webapp.clusters.queries import (
    COUNTRIES_APART,
    NUMBERS,
    CellCounts,
    Nearest,
    find_extent,
    find_spots_near,
    list_cells,
)
from webapp.facilities.filters import FacilityFilter
from webapp.facilities.finding import facets_of, find
from webapp.facilities.models import Facility
from webapp.geo.grid import GRID_LEVEL, CellRange
from webapp.map.clusters import Cluster
from webapp.map.rows import (
    EVERYTHING,
    AnyRow,
    list_members,
    list_members_of_spots,
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
        if self.facets.countries and self.level < COUNTRIES_APART:
            return self._members(clusters)
        return list_members(self.session, self.blocks, self.facets)

    def lone_rows(self, clusters: Sequence[Cluster]) -> Sequence[AnyRow]:
        """Return the facilities that are alone in their cells."""
        return self._members(clusters) if clusters else []

    def nearest_rows(self, clusters: Sequence[Cluster], wanted: Nearest) -> Sequence[AnyRow]:
        """Return about the nearest facilities, the nearest first."""
        spots = [cluster.spot for cluster in clusters]
        found, level = find_spots_near(self.session, spots, self.level, self.facets, wanted)
        each = wanted.number if level >= FINEST_LEVEL else EVERYTHING
        rows = list_members_of_spots(self.session, found, level, self.facets, each=each) if found else []
        return _nearest_first(rows, wanted)

    def extent(self) -> CellRange:
        """Return the block of cells around the facilities."""
        (cell,) = self.blocks
        return find_extent(self.session, cell, self.facets) or cell

    def _members(self, clusters: Sequence[Cluster]) -> Sequence[AnyRow]:
        spots = [cluster.spot for cluster in clusters]
        return list_members_of_spots(self.session, spots, self.level, self.facets)


MATCH = (Facility.id, Facility.grid_x, Facility.grid_y, Facility.category)
"""What is read of a facility that was found: no more than counting needs."""

Match = tuple[Any, ...]


class SearchSource:
    """Finds facilities one by one; of surely more than 10,000 a fair sample, whose counts it scales."""

    def __init__(self, session: Session, chosen: FacilityFilter, blocks: Sequence[CellRange]) -> None:
        self.session, self.chosen, self.blocks = session, chosen, blocks
        self.level = blocks[0].level
        found = find(session, chosen.for_all_categories(), MATCH, picture=True)
        if found.share > 1 and chosen.categories:
            found = find(session, chosen, MATCH, picture=True)
        self.matches, self.share = found
        self.exact = self.share == 1

    def cells(self) -> list[CellCounts]:
        """Return the counts of the cells, of all categories that were looked for."""
        shift, wanted = GRID_LEVEL - self.level, self.chosen.categories
        counts: dict[tuple[int, int], dict[str, int]] = defaultdict(lambda: defaultdict(int))
        x_sums: dict[tuple[int, int], int] = defaultdict(int)
        y_sums: dict[tuple[int, int], int] = defaultdict(int)
        for _id, x, y, category in self.matches:
            cell = x >> shift, y >> shift
            counts[cell][category] += self.share
            if not wanted or category in wanted:
                x_sums[cell] += x * self.share
                y_sums[cell] += y * self.share
        return [
            CellCounts(*cell, dict(numbers), float(x_sums[cell]), float(y_sums[cell]))
            for cell, numbers in counts.items()
        ]

    def every_row(self, _clusters: Sequence[Cluster]) -> Sequence[AnyRow]:
        """Return all facilities, by name."""
        return self._rows_of(self._wanted())

    def lone_rows(self, clusters: Sequence[Cluster]) -> Sequence[AnyRow]:
        """Return the facilities that are alone in their cells."""
        alone = {(cluster.x, cluster.y) for cluster in clusters}
        shift = GRID_LEVEL - self.level
        return self._rows_of(
            [match for match in self._wanted() if (match[1] >> shift, match[2] >> shift) in alone]
        )

    def nearest_rows(self, _clusters: Sequence[Cluster], wanted: Nearest) -> Sequence[AnyRow]:
        """Return the nearest facilities that were found, the nearest first."""

        def away(match: Match) -> int:
            _id, x, y, _category = match
            return int((x - wanted.x) ** 2 + (y - wanted.y) ** 2)

        return _nearest_first(self._rows_of(nsmallest(wanted.number, self._wanted(), key=away)), wanted)

    def extent(self) -> CellRange:
        """Return the block of cells around the facilities; around a sample's, the whole cell."""
        (cell,) = self.blocks
        if self.exact:
            _ids, columns, rows, _categories = zip(*self._wanted(), strict=True)
            return CellRange(GRID_LEVEL, min(columns), max(columns), min(rows), max(rows))
        return cell if self.level < FINEST_LEVEL else self._edges()

    def _edges(self) -> CellRange:
        x, y = Facility.grid_x, Facility.grid_y
        edges = select(func.min(x), func.max(x), func.min(y), func.max(y)).where(*self.chosen.conditions())
        return CellRange(GRID_LEVEL, *self.session.execute(edges).one())

    def _wanted(self) -> Sequence[Match]:
        wanted = self.chosen.categories
        return [match for match in self.matches if match[3] in wanted] if wanted else self.matches

    def _rows_of(self, matches: Sequence[Match]) -> Sequence[AnyRow]:
        ids = literal([match[0] for match in matches], NUMBERS)
        return list_rows(self.session, Facility.id == any_(ids))


def _nearest_first(rows: Sequence[AnyRow], wanted: Nearest) -> list[AnyRow]:
    near = sorted(rows, key=lambda row: math.hypot(row.grid_x - wanted.x, row.grid_y - wanted.y))
    return near[: wanted.number]
