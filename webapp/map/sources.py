"""Where a view's facilities come from: the pyramid, or a search where it does not know the filter."""

import math
from collections import Counter, defaultdict
from collections.abc import Sequence
from typing import NamedTuple, Protocol

from sqlalchemy import any_, func, literal, select
from sqlalchemy.orm import Session

from webapp.clusters.models import FINEST_LEVEL
from webapp.clusters.queries import (
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
from webapp.geo.grid import GRID_LEVEL, CellRange
from webapp.map.clusters import Cluster
from webapp.map.rows import EVERYTHING, AnyRow, list_lone_members, list_members, list_rows

FOUND_AT_MOST = 10_000
"""A search counts so far and no further: "more than 10,000" is all that anybody needs to know."""


class Source(Protocol):
    """What a view asks of either."""

    exact: bool

    def cells(self) -> list[CellCounts]:
        """Return the counts of the cells in the blocks, of all categories."""

    def every_row(self) -> Sequence[AnyRow]:
        """Return all facilities that the filter lets through, by name."""

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
        self.exact = True

    def cells(self) -> list[CellCounts]:
        """Return the counts of the cells in the blocks, of all categories."""
        return list_cells(self.session, self.blocks, self.facets)

    def every_row(self) -> Sequence[AnyRow]:
        """Return all facilities, by name."""
        return list_members(self.session, self.blocks, self.facets)

    def lone_rows(self, clusters: Sequence[Cluster]) -> Sequence[AnyRow]:
        """Return the facilities that are alone in their cells."""
        cells = [(cluster.cell, category) for cluster in clusters for category in cluster.categories]
        return list_lone_members(self.session, cells, self.facets) if cells else []

    def nearest_rows(self, clusters: Sequence[Cluster], wanted: Nearest) -> Sequence[AnyRow]:
        """Return about the nearest facilities, the nearest first."""
        spots = [cluster.spot for cluster in clusters]
        found = find_cells_near(self.session, spots, self.blocks[0].level, self.facets, wanted)
        each = wanted.number if found[0].level >= FINEST_LEVEL else EVERYTHING
        return _nearest_first(list_members(self.session, found, self.facets, each=each), wanted)

    def extent(self) -> CellRange:
        """Return the block of cells around the facilities."""
        (cell,) = self.blocks
        return find_extent(self.session, cell, self.facets) or cell


class Match(NamedTuple):
    """A facility that was found, and no more of it than counting needs."""

    id: int
    x: int
    y: int
    category: str


class SearchSource:
    """Finds facilities one by one, up to 10,000; of more it takes what a quick look finds."""

    def __init__(self, session: Session, chosen: FacilityFilter, blocks: Sequence[CellRange]) -> None:
        self.session, self.chosen, self.blocks = session, chosen, blocks
        self.level = blocks[0].level
        self.matches, self.exact = _find(session, chosen.for_all_categories())
        if not self.exact and chosen.categories:
            self.matches, self.exact = _find(session, chosen)

    def cells(self) -> list[CellCounts]:
        """Return the counts of the cells, of all categories that were looked for."""
        shift, wanted = GRID_LEVEL - self.level, set(self.chosen.categories)
        members: dict[tuple[int, int], list[Match]] = defaultdict(list)
        for match in self.matches:
            members[match.x >> shift, match.y >> shift].append(match)
        return [
            CellCounts(
                *cell,
                dict(Counter(match.category for match in group)),
                sum(match.x for match in group if not wanted or match.category in wanted),
                sum(match.y for match in group if not wanted or match.category in wanted),
            )
            for cell, group in members.items()
        ]

    def every_row(self) -> Sequence[AnyRow]:
        """Return all facilities, by name."""
        return self._rows_of(self._wanted())

    def lone_rows(self, clusters: Sequence[Cluster]) -> Sequence[AnyRow]:
        """Return the facilities that are alone in their cells."""
        alone = {(cluster.x, cluster.y) for cluster in clusters}
        shift = GRID_LEVEL - self.level
        return self._rows_of(
            [match for match in self._wanted() if (match.x >> shift, match.y >> shift) in alone]
        )

    def nearest_rows(self, _clusters: Sequence[Cluster], wanted: Nearest) -> Sequence[AnyRow]:
        """Return the nearest facilities, the nearest first."""
        matches = sorted(self._wanted(), key=lambda match: math.hypot(match.x - wanted.x, match.y - wanted.y))
        return _nearest_first(self._rows_of(matches[: wanted.number]), wanted)

    def extent(self) -> CellRange:
        """Return the block of cells around the facilities; of too many, the whole cell."""
        (cell,) = self.blocks
        if self.exact:
            columns, rows = zip(*((match.x, match.y) for match in self._wanted()), strict=True)
        elif self.level < FINEST_LEVEL:
            return cell
        else:
            query = select(Facility.grid_x, Facility.grid_y).where(*self.chosen.conditions()).subquery().c
            sides = (
                func.min(query.grid_x),
                func.max(query.grid_x),
                func.min(query.grid_y),
                func.max(query.grid_y),
            )
            row = self.session.execute(select(*sides)).one()
            columns, rows = row[:2], row[2:]
        return CellRange(GRID_LEVEL, min(columns), max(columns), min(rows), max(rows))

    def _wanted(self) -> list[Match]:
        categories = self.chosen.categories
        return [match for match in self.matches if not categories or match.category in categories]

    def _rows_of(self, matches: Sequence[Match]) -> Sequence[AnyRow]:
        ids = literal([match.id for match in matches], NUMBERS)
        return list_rows(self.session, Facility.id == any_(ids))


def facets_of(chosen: FacilityFilter) -> Facets:
    """Return what the pyramid knows of a filter."""
    return Facets(categories=chosen.categories, statuses=chosen.statuses, countries=chosen.countries)


def _find(session: Session, chosen: FacilityFilter) -> tuple[list[Match], bool]:
    """Return up to 10,000 matches, and whether these are all."""
    query = select(Facility.id, Facility.grid_x, Facility.grid_y, Facility.category)
    rows = session.execute(query.where(*chosen.conditions()).limit(FOUND_AT_MOST + 1)).all()
    matches = [Match(*row) for row in rows]
    return (matches, True) if len(matches) <= FOUND_AT_MOST else (matches[:FOUND_AT_MOST], False)


def _nearest_first(rows: Sequence[AnyRow], wanted: Nearest) -> list[AnyRow]:
    near = sorted(rows, key=lambda row: math.hypot(row.grid_x - wanted.x, row.grid_y - wanted.y))
    return near[: wanted.number]
