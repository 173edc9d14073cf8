"""Every filter against brute force: thousands of places, the poles and the antimeridian among them."""

import random
from datetime import timedelta

import pytest
from shapely import Point
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from tests.db.facilities.conftest import BEGINNING
from webapp.facilities import finding, nearest, samples
from webapp.facilities.filters import FacilityFilter
from webapp.facilities.models import Facility
from webapp.facilities.queries import Count, count_facilities, prepared
from webapp.geo.areas import Circle, Neighbours
from webapp.geo.geodesy import distance_m
from webapp.geo.grid import CellRange
from webapp.geo.position import Position

World = tuple[Session, list[Facility]]


def found(world: World, **parameters: str | list[str]) -> list[int]:
    chosen = prepared(world[0], asked(**parameters))
    return sorted(world[0].scalars(select(Facility.id).where(*chosen.conditions())))


def asked(**parameters: str | list[str]) -> FacilityFilter:
    return FacilityFilter.from_parameters(MultiDict(parameters))


CENTRES = [
    (36.8, -1.3),
    (179.95, -17.2),
    (-179.9, -16.0),
    (180.0, 0.0),
    (12.0, 89.5),
    (-60.0, -88.0),
    (0, 90),
    (5, -90),
]


@pytest.mark.parametrize("centre", CENTRES)
@pytest.mark.parametrize("radius_m", [1.0, 5_000.0, 400_000.0, 3_000_000.0, 12_000_000.0, 20_004_000.0])
def test_a_radius_holds_what_the_ellipsoid_says(
    world: World, centre: tuple[float, float], radius_m: float
) -> None:
    circle = Circle(Position(*centre), radius_m)
    expected = [row.id for row in world[1] if distance_m(circle.centre, row.position) <= radius_m]
    assert found(world, near=circle.as_text()) == expected


@pytest.mark.parametrize("centre", CENTRES)
@pytest.mark.parametrize("number", [1, 10, 300])
@pytest.mark.parametrize(
    "others",
    [
        {},
        {"category": "balloonport"},
        {"category": ["balloonport", "school"], "q": "clinic"},
        {"precision": "exact"},
        {"country": "FJ"},
        {"q": "clinic", "near": "180,-17,900000"},
    ],
    ids=str,
)
def test_the_nearest_are_the_nearest_of_what_the_others_leave(
    world: World,
    monkeypatch: pytest.MonkeyPatch,
    centre: tuple[float, float],
    number: int,
    others: dict[str, str | list[str]],
) -> None:
    wanted = Neighbours(Position(*centre), number)
    left = set(found(world, **others))
    rows = [row for row in world[1] if row.id in left]
    rows.sort(key=lambda row: (distance_m(wanted.place, row.position), row.id))
    expected = sorted(row.id for row in rows[:number])
    assert found(world, nearest=wanted.as_text(), **others) == expected
    # as among millions: too many to measure all of them, too many to find all of them
    monkeypatch.setattr(nearest, "MEASURED_AT_MOST", 20)
    monkeypatch.setattr(samples, "FEWEST_TO_SAMPLE", 1)
    monkeypatch.setattr(finding, "FOUND_AT_MOST", 20)
    assert found(world, nearest=wanted.as_text(), **others) == expected
    assert len(expected) == min(number, len(left))


RINGS = [
    "30,-10;50,-10;50,15;40,20;30,5",
    "177,-22;-178,-20;-177,-14;178,-12",
    "177,-22;182,-20;183,-14;178,-12",
    "-180,-90;0,-90;180,-90;180,-60;0,-60;-180,-60",
    "-170,0;-50,0;50,0;170,0;170,40;50,10;-50,40;-170,10",
]


@pytest.mark.parametrize("ring", RINGS)
def test_a_drawn_outline_holds_what_is_inside(world: World, ring: str) -> None:
    area = asked(within=ring).ring
    assert area is not None
    expected = [row.id for row in world[1] if any(part.covers(Point(row.point)) for part in area.parts)]
    assert expected
    assert found(world, within=ring) == expected


BOXES = [
    "0,-30,60,30",
    "170,-40,-170,0",
    "-180,-90,180,90",
    "-180,86,180,89",
    "-180,-89.5,180,-85.2",
    "100,84,-100,90",
    "-180,0,-180,0",
    "180,0,180,0",
    "10,-90,20,-86",
    "-20,-60,-20.5,88",
]


@pytest.mark.parametrize("box", BOXES)
def test_a_box_holds_what_lies_in_it(world: World, box: str) -> None:
    expected = [row.id for row in world[1] if asked(bbox=box).box.contains(row.position)]
    assert found(world, bbox=box) == expected
    assert count_facilities(world[0], asked(bbox=box)) == Count(len(expected), exact=True)


@pytest.mark.parametrize(
    "others", [{}, {"category": "school"}, {"status": ["closed", "planned"], "country": "FJ"}], ids=str
)
@pytest.mark.parametrize("level", [1, 4, 7])
def test_cells_count_what_their_boxes_hold(
    world: World, level: int, others: dict[str, str | list[str]]
) -> None:
    dice = random.Random(level)  # noqa: S311 - the same cells in every run
    last = (1 << level) - 1
    for _cell in range(20):
        x, y = dice.choice((0, last, dice.randint(0, last))), dice.choice((0, last, dice.randint(0, last)))
        chosen = asked(**others).within(CellRange(level, x, x, y, y).box)
        rows = world[0].scalars(select(Facility.id).where(*chosen.conditions())).all()
        assert count_facilities(world[0], chosen) == Count(len(rows), exact=True)


def test_facts_narrow_by_themselves_and_together(world: World) -> None:
    rows = world[1]
    since = BEGINNING + timedelta(hours=1000)
    assert found(world, updated_since="2026-02-11T16:00") == [
        row.id for row in rows if row.updated_at >= since
    ]
    rough = ["approximate", "area_centroid"]
    assert found(world, precision=rough) == [row.id for row in rows if row.location_precision in rough]
    together = found(
        world, precision=rough, status="closed", category="school", updated_since="2026-02-11T16:00"
    )
    assert together == [
        row.id
        for row in rows
        if row.location_precision in rough
        and (row.status, row.category) == ("closed", "school")
        and row.updated_at >= since
    ]
    assert together


def test_a_box_takes_from_the_nearest_and_does_not_choose_them(world: World) -> None:
    nearest = found(world, nearest="180,-17,50")
    box = asked(bbox="170,-90,180,90").box
    inside = [row.id for row in world[1] if row.id in nearest and box.contains(row.position)]
    assert found(world, nearest="180,-17,50", bbox="170,-90,180,90") == inside
    assert 0 < len(inside) < 50
