"""Clusters: the facilities of one cell of the grid, drawn as one."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from webapp.clusters.queries import CellCounts, Spot
from webapp.geo.bounding_box import BoundingBox
from webapp.geo.grid import CellRange, cell_centre


@dataclass(slots=True)
class Cluster:
    """Facilities of one cell: how many, of which categories, where their middle lies."""

    level: int
    x: int
    y: int
    count: int
    categories: dict[str, int]
    x_sum: float
    y_sum: float

    @property
    def centre(self) -> tuple[float, float]:
        """The centre of mass on the map (lon, lat); a cell never crosses the antimeridian."""
        return cell_centre(self.x_sum / self.count, self.y_sum / self.count)

    @property
    def cell(self) -> CellRange:
        """The cell itself."""
        return CellRange(self.level, self.x, self.x, self.y, self.y)

    @property
    def spot(self) -> Spot:
        """The same with one of the categories."""
        return Spot(self.x, self.y, self.count, self.x_sum, self.y_sum, next(iter(self.categories)))


@dataclass(frozen=True)
class ClusterExtent:
    """Where the members of a cluster lie: a box that holds no others.

    Where `exact` is False there are more than were counted. `stacked` ones stay together at any zoom.
    """

    box: BoundingBox
    exact: bool
    stacked: bool


def clusters_of(cells: Iterable[CellCounts], level: int, chosen: Collection[str]) -> list[Cluster]:
    """Return a cluster for each cell that has facilities of the chosen categories; no choice means all."""
    clusters = []
    for cell in cells:
        categories = _chosen(cell.categories, chosen)
        if count := sum(categories.values()):
            clusters.append(Cluster(level, cell.x, cell.y, count, categories, cell.x_sum, cell.y_sum))
    return clusters


def _chosen(counts: dict[str, int], chosen: Collection[str]) -> dict[str, int]:
    if not chosen:
        return counts
    return {category: number for category, number in counts.items() if category in chosen}
