"""Views of the map: their counts are those of the table, whatever is asked for and wherever it lies."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import Point
from sqlalchemy import delete, func, insert, select
from sqlalchemy.orm import Session

from tests.factories import DEMO_CATEGORIES, make_category, store_demo, store_facility
from webapp.clusters.commands import fold_changes
from webapp.errors import NotFoundError
from webapp.facilities import finding, samples
from webapp.facilities.filters import FacilityFilter
from webapp.facilities.models import Facility
from webapp.geo.bounding_box import WORLD, BoundingBox
from webapp.geo.grid import CellRange
from webapp.geo.position import Position
from webapp.map import queries
from webapp.map.queries import MapView, open_cluster, view_of

Corner = tuple[int, int]

FILTERS = [
    FacilityFilter(),
    FacilityFilter(categories=("heliport", "closed")),
    FacilityFilter(statuses=("operational",), countries=("KE",)),
    FacilityFilter(text="airport"),
    FacilityFilter(text="port", categories=("heliport",)),
]
EDGES = [(-180, 0), (180, 0), (0, 90), (0, -90), (179.999999, 85.06), (-180, -86), (12.5, 85.0511287)]


@pytest.fixture
def registry(session: Session) -> Session:
    """The demo's seven categories all over the world, and some at its edges."""
    store_demo(session, 400)
    session.execute(
        insert(Facility),
        [
            {"name": f"Edge {number}", "category": "heliport", "location": Point(*edge)}
            for number, edge in enumerate(EDGES)
        ],
    )
    session.commit()
    return session


def shown(view: MapView) -> int:
    return len(view.facilities) + sum(cluster.count for cluster in view.clusters)


def in_table(session: Session, chosen: FacilityFilter) -> int:
    return session.scalars(select(func.count()).select_from(Facility).where(*chosen.conditions())).one()


@pytest.mark.parametrize("most", [0, 1000], ids=["clusters", "facilities"])
def test_what_a_view_shows_is_what_the_table_holds(
    registry: Session, monkeypatch: pytest.MonkeyPatch, most: int
) -> None:
    monkeypatch.setattr(queries, "FACILITIES_AT_MOST", most)
    corners = st.tuples(st.integers(-180, 180), st.integers(-90, 90))

    @settings(max_examples=60)
    @given(st.sampled_from(FILTERS), corners, corners, st.integers(0, 22))
    def agree(chosen: FacilityFilter, one: Corner, other: Corner, zoom: int) -> None:
        south, north = sorted((one[1], other[1]))
        box = BoundingBox(one[0], south, other[0], north)
        view = view_of(registry, chosen.within(box), zoom)
        assert view.exact
        assert shown(view) == view.total == in_table(registry, chosen.within(view.box))
        for category, _label, *_rest in DEMO_CATEGORIES:
            alone = FacilityFilter(
                text=chosen.text, statuses=chosen.statuses, countries=chosen.countries, categories=(category,)
            )
            counted = view.categories.get(category, 0)
            if not chosen.categories or category in chosen.categories:
                assert counted == in_table(registry, alone.within(view.box))

    agree()


@pytest.mark.parametrize("zoom", range(0, 23, 2))
@pytest.mark.parametrize("chosen", FILTERS, ids=lambda chosen: "&".join(chosen.parameters()) or "all")
def test_the_world_holds_everything_at_every_zoom(
    registry: Session, monkeypatch: pytest.MonkeyPatch, chosen: FacilityFilter, zoom: int
) -> None:
    monkeypatch.setattr(queries, "FACILITIES_AT_MOST", 0)
    view = view_of(registry, chosen, zoom)
    assert shown(view) == view.total == in_table(registry, chosen)


def test_a_lone_facility_is_told_from_one_that_has_just_gone(
    registry: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both are still counted, the one that has gone as less than nothing."""
    monkeypatch.setattr(queries, "FACILITIES_AT_MOST", 0)
    place = {"location": Point(-30, -40), "country": "KE"}
    gone = [
        store_facility(registry, category=category, status=status, **place)
        for category, status in (("heliport", "planned"), ("balloonport", "closed"))
    ]
    fold_changes(registry)
    registry.execute(delete(Facility).where(Facility.id.in_([facility.id for facility in gone])))
    left = store_facility(registry, category="balloonport", status="planned", **place)
    registry.commit()
    there = BoundingBox(-30.1, -40.1, -29.9, -39.9)
    for chosen in (
        FacilityFilter(),
        FacilityFilter(statuses=("closed", "planned", "temporarily_closed")),
        FacilityFilter(countries=("KE",), statuses=("closed", "planned")),
    ):
        for zoom in (7, 10, 12, 17):
            view = view_of(registry, chosen.within(there), zoom)
            rows = [row for row in view.facilities if there.contains(Position(row.lon, row.lat))]
            assert [row.code for row in rows] == [left.code]
            assert left.code in {row.code for row in view.listed}
    other = store_facility(registry, category="heliport", location=Point(-30.4, -40.4), country="KE")
    registry.commit()
    wide = FacilityFilter(countries=("KE",), box=BoundingBox(-35, -45, -25, -35))
    assert {left.code, other.code} <= {row.code for row in view_of(registry, wide, 3).listed}


def test_a_crowded_close_view_has_the_cells_that_the_pyramid_counts(
    registry: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = {"category": "heliport"}
    spots = [Point(36.8 + number % 40 / 10_000, -1.3 + number // 40 / 10_000) for number in range(900)]
    registry.execute(insert(Facility), [{"name": "Stall", "location": spot, **place} for spot in spots])
    registry.commit()
    near = FacilityFilter(box=BoundingBox(36.801, -1.299, 36.803, -1.298))
    quiet = view_of(registry, near, 16)
    monkeypatch.setattr(queries, "CROWDED", 100)
    crowded = view_of(registry, near, 16)
    assert {cluster.level for cluster in crowded.clusters} == {16}
    assert crowded.box.width_deg > quiet.box.width_deg
    for view in (quiet, crowded):
        assert shown(view) == view.total == in_table(registry, FacilityFilter(box=view.box))
    monkeypatch.setattr(queries, "LEVELS_WHERE_CROWDED", range(0))
    assert view_of(registry, near, 16).box == quiet.box


def test_the_list_beside_clusters_begins_in_the_middle(
    registry: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queries, "FACILITIES_AT_MOST", 0)
    nearest = store_facility(registry, name="Port in the middle", location=Point(20.0001, 10.0001))
    for chosen in (FacilityFilter(), FacilityFilter(text="port")):
        view = view_of(registry, chosen.within(BoundingBox(0, -20, 40, 40)), 3)
        assert view.listed[0].code == nearest.code
        assert len({row.code for row in view.listed}) == len(view.listed) > 10


def test_many_on_one_point_are_one_stack_at_any_zoom(registry: Session) -> None:
    place = {"category": "heliport", "location": Point(36.8, -1.3)}
    registry.execute(insert(Facility), [{"name": f"Floor {number}", **place} for number in range(1200)])
    registry.commit()
    near = FacilityFilter(text="Floor", box=BoundingBox(36.7, -1.4, 36.9, -1.2))
    for zoom in (2, 12, 19):
        (stack,) = view_of(registry, near, zoom).clusters
        assert stack.count == 1200
        again, extent = open_cluster(registry, near, stack.cell)
        assert (again.count, extent.exact, extent.stacked) == (1200, True, True)
        assert in_table(registry, near.within(extent.box)) == 1200


@pytest.mark.parametrize("text", ["", "Floor"], ids=["pyramid", "search"])
def test_what_lies_apart_is_no_stack_and_the_extent_holds_all_of_it(registry: Session, text: str) -> None:
    for number in range(5):
        store_facility(registry, name=f"Floor {number}", location=Point(36.8 + number / 1000, -1.3))
    cell = CellRange(8, 154, 154, 128, 128)
    chosen = FacilityFilter(text=text, categories=("heliport",))
    cluster, extent = open_cluster(registry, chosen, cell)
    assert not extent.stacked
    assert cluster.count == in_table(registry, chosen.within(extent.box)) >= 5
    assert extent.box.width_deg < cell.box.width_deg / 4


def test_an_empty_cell_is_no_cluster(registry: Session) -> None:
    with pytest.raises(NotFoundError):
        open_cluster(registry, FacilityFilter(statuses=("planned",)), CellRange(0, 0, 0, 0, 0))


class TestSamples:
    """More than anybody wants to count: fair samples, called so."""

    @pytest.fixture
    def crowd(self, session: Session, monkeypatch: pytest.MonkeyPatch) -> Session:
        """Six thousand places in two towns, where a thousand are many."""
        monkeypatch.setattr(samples, "FEWEST_TO_SAMPLE", 1000)
        monkeypatch.setattr(finding, "FOUND_AT_MOST", 1000)
        monkeypatch.setattr(queries, "FOUND_AT_MOST", 1000)
        session.add_all((make_category("heliport"), make_category("closed")))
        session.flush()
        rows = [
            {
                "name": f"Place {number}" if number % 12 != 6 else f"Rarity {number}",
                "category": "closed" if number % 8 == 0 else "heliport",
                "location": Point(36.8 if number % 4 else 100, -1.3),
            }
            for number in range(6000)
        ]
        session.execute(insert(Facility), rows)
        session.commit()
        return session

    def test_more_than_many_are_estimated(self, crowd: Session) -> None:
        view = view_of(crowd, FacilityFilter(text="place"), 2)
        assert (view.exact, view.total) == (False, 1000)
        assert 3000 < shown(view) < 8000
        assert not view.facilities
        counts = sorted(cluster.count for cluster in view.clusters)
        assert len(counts) == 2
        assert counts[0] < counts[1]
        assert {row.name.split()[0] for row in view.listed} == {"Place"}

    def test_few_among_many_are_counted(self, crowd: Session) -> None:
        view = view_of(crowd, FacilityFilter(text="rarity"), 2)
        assert (view.exact, view.total) == (True, 500)

    def test_too_many_to_count_but_too_few_to_be_sure_by_the_sample(self, crowd: Session) -> None:
        view = view_of(crowd, FacilityFilter(text="place", box=BoundingBox(90, -10, 110, 10)), 3)
        assert (view.exact, view.total) == (False, 1000)

    def test_a_rarer_category_is_counted_though_all_are_too_many(self, crowd: Session) -> None:
        view = view_of(crowd, FacilityFilter(text="place", categories=("closed",), box=WORLD), 2)
        assert (view.exact, view.total) == (True, 750)

    def test_a_cluster_of_a_sample_opens_as_its_cell(self, crowd: Session) -> None:
        cluster, extent = open_cluster(crowd, FacilityFilter(text="place"), CellRange(0, 0, 0, 0, 0))
        assert 3000 < cluster.count < 8000
        assert (extent.exact, extent.stacked, extent.box) == (False, False, WORLD)


def test_a_sample_is_sure_only_far_beyond_the_bound() -> None:
    assert samples.surely_more(200, 64, 5000)
    assert not samples.surely_more(100, 64, 5000)
    assert not samples.surely_more(0, 1024, 10_000)


def test_a_sample_is_small_and_only_taken_of_many() -> None:
    assert samples.shares_for(19_999) == ()
    assert samples.shares_for(640_000) == (64,)
    assert samples.shares_for(640_001) == samples.shares_for(10**9) == (1024, 64)
