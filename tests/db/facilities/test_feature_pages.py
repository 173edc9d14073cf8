"""Pages of features: complete, without repeats, in an order that holds from page to page."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qsl

import pytest
from shapely import Point
from sqlalchemy import Connection, select, text
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from tests.factories import DEMO_CATEGORIES, make_category, spread_facilities, store_facility
from webapp.errors import InvalidParameterError
from webapp.facilities import feature_pages
from webapp.facilities.feature_pages import list_features
from webapp.facilities.filters import FacilityFilter
from webapp.facilities.models import Facility
from webapp.facilities.queries import prepared
from webapp.geo.grid import key_of

CROWD = """
INSERT INTO facilities (name, category, location)
SELECT 'Crowd ' || n, 'heliport',
       ST_SetSRID(ST_MakePoint((359.5 + (n % 10) * 0.1) % 360 - 180, -17 - (n % 7) * 0.1), 4326)
  FROM generate_series(1, 100) AS n
"""
PAGE = 7

WIDE = "bbox=-179,-80,179,80"
BOXES = (
    WIDE,
    "bbox=0,0,60,60",
    "bbox=179.45,-18,-179,-16",  # across the antimeridian, part of a crowd on each side
    "bbox=10,-60,5,70",  # all round the world but for a gap narrower than a cell of the cover
    "bbox=-180,-89,180,-85.5",
    "bbox=-180,40,180,89",
    "bbox=30,30,30,30",
)
FILTERS = (
    "",
    "&category=heliport",
    "&category=heliport&category=closed&status=operational",
    "&q=crowd",
    "&nearest=179.6,-17,25",
    "&near=179.6,-17,90000",
    "&within=100,-60;179,-60;179,60;100,60",
)


@pytest.fixture
def registry(session: Session) -> Session:
    """A registry with facilities all over the world, and a crowd that shares few places."""
    session.add_all(make_category(slug) for slug, *_rest in DEMO_CATEGORIES)
    session.flush()
    session.add_all(spread_facilities(150))
    session.execute(text(CROWD))
    session.commit()
    for lat in (-86.0, -88.0, -89.5, 89.5):
        store_facility(session, location=Point(36.8, lat))
    return session


def read(query: str) -> FacilityFilter:
    return FacilityFilter.from_parameters(MultiDict(parse_qsl(query)))


def pages(session: Session, chosen: FacilityFilter) -> Iterator[list[Any]]:
    after = ""
    while True:
        page = list_features(session, chosen, limit=PAGE, after=after)
        yield list(page.rows)
        if page.after is None:
            return
        after = page.after


@pytest.mark.parametrize("found_at_most", [-1, feature_pages.FOUND_AT_MOST])
@pytest.mark.parametrize("filters", FILTERS)
@pytest.mark.parametrize("box", BOXES)
def test_the_pages_of_a_box_hold_each_of_its_facilities_once(
    registry: Session, monkeypatch: pytest.MonkeyPatch, box: str, filters: str, found_at_most: int
) -> None:
    monkeypatch.setattr(feature_pages, "FOUND_AT_MOST", found_at_most)
    chosen = prepared(registry, read(box + filters))
    expected = registry.scalars(select(Facility.code).where(*chosen.conditions())).all()
    read_pages = list(pages(registry, chosen))
    rows = [row for page in read_pages for row in page]
    assert sorted(row.code for row in rows) == sorted(expected)
    places = [(key_of(row.grid_x, row.grid_y), row.id) for row in rows]
    assert places == sorted(places)
    assert all(len(page) == PAGE for page in read_pages[:-1])


def test_boxes_of_these_tests_hold_something(registry: Session) -> None:
    found = [sum(map(len, pages(registry, read(box)))) for box in BOXES]
    assert all(found[:-1])


@pytest.mark.parametrize("filters", ["category=heliport", "q=crowd", "status=operational"])
def test_without_a_box_pages_come_in_the_order_of_codes(registry: Session, filters: str) -> None:
    codes = [row.code for page in pages(registry, read(filters)) for row in page]
    expected = registry.scalars(select(Facility.code).where(*read(filters).conditions())).all()
    assert codes == sorted(expected)


def test_pages_go_on_behind_a_facility_that_was_removed_meanwhile(registry: Session) -> None:
    chosen = read(WIDE)
    everything = [row.code for page in pages(registry, chosen) for row in page]
    first = list_features(registry, chosen, limit=PAGE)
    registry.delete(registry.scalars(select(Facility).where(Facility.code == first.rows[-1].code)).one())
    registry.commit()
    second = list_features(registry, chosen, limit=PAGE, after=str(first.after))
    assert [row.code for row in second.rows] == everything[PAGE : 2 * PAGE]


@pytest.mark.parametrize(
    "mark", ["F123", "1.2", "1.2.3.4", "1.2.-3", "1073741824.0.1", "0.0.2147483648", "٣.1.1"]
)
def test_a_damaged_mark_is_refused(session: Session, mark: str) -> None:
    with pytest.raises(InvalidParameterError):
        list_features(session, read(WIDE), limit=PAGE, after=mark)


def test_a_mark_of_a_box_does_not_fit_the_order_of_codes(session: Session) -> None:
    with pytest.raises(InvalidParameterError):
        list_features(session, read("category=heliport"), limit=PAGE, after="1.2.3")


def test_a_page_of_a_box_is_read_along_the_index_of_places(registry: Session, connection: Connection) -> None:
    compiled = feature_pages.WALK.compile(connection.engine)
    box = read("bbox=0,0,60,60").box
    parameters = feature_pages.walk_parameters(box, feature_pages.Place.first_of(0), PAGE)
    registry.execute(text("SET LOCAL enable_seqscan = off"))
    registry.execute(text("SET LOCAL enable_bitmapscan = off"))
    plan = connection.exec_driver_sql(
        f"EXPLAIN {compiled.string}", {**compiled.params, **parameters}
    ).scalars()
    assert any("using idx_facilities_place" in line for line in plan)
