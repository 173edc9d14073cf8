"""What an address asks for: read strictly, refused with the parameter's name, written back unchanged."""

from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qsl, urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st
from shapely import Polygon
from werkzeug.datastructures import MultiDict

from webapp.errors import InvalidParameterError
from webapp.facilities.chips import permalink
from webapp.facilities.filters import FILTER_PARAMETERS, FacilityFilter
from webapp.facilities.vocabulary import Precision, Status
from webapp.geo.areas import LARGEST_RADIUS_M, Circle, Neighbours, Ring
from webapp.geo.bounding_box import BoundingBox
from webapp.geo.position import Position

PYRAMID = {"category": "heliport", "status": "closed", "country": "FR", "bbox": "1,2,3,4"}
OTHERS = {
    "q": "clinic",
    "precision": "exact",
    "updated_since": "2026-01-31",
    "near": "36.8,-1.3,500",
    "nearest": "36.8,-1.3,10",
    "within": "0,0;1,0;0,1",
}
EVERYTHING = PYRAMID | OTHERS

longitudes = st.floats(-180, 180)
latitudes = st.floats(-90, 90)
positions = st.builds(Position, longitudes, latitudes)


def read(query: str) -> FacilityFilter:
    return FacilityFilter.from_parameters(MultiDict(parse_qsl(query, keep_blank_values=True)))


def refusal(query: str) -> InvalidParameterError:
    with pytest.raises(InvalidParameterError) as caught:
        read(query)
    return caught.value


@st.composite
def rings(draw: st.DrawFn) -> Ring:
    """A triangle or a larger ring around a point, anywhere, so wide that it may cross the antimeridian."""
    lon, lat = draw(st.floats(-180, 180)), draw(st.floats(-60, 60))
    sizes = draw(st.lists(st.floats(0.1, 25), min_size=3, max_size=9))
    circle = Polygon([(lon, lat)] * 3 if not sizes else _corners(lon, lat, sizes))
    return Ring.from_text(";".join(f"{x!r},{y!r}" for x, y in circle.exterior.coords))


def _corners(lon: float, lat: float, sizes: list[float]) -> list[tuple[float, float]]:
    directions = [(1, 0), (0.7, 0.7), (0, 1), (-0.7, 0.7), (-1, 0), (-0.7, -0.7), (0, -1), (0.7, -0.7)]
    chosen = directions[:: 3 if len(sizes) < 8 else 1]
    return [(lon + x * size, lat + y * size) for (x, y), size in zip(chosen, sizes + sizes, strict=False)]


@st.composite
def filters(draw: st.DrawFn) -> FacilityFilter:
    text = " ".join(draw(st.lists(st.text("abcé%_\\'&=+", min_size=1), max_size=3)))
    text = text if any(map(str.isalnum, text)) else ""
    return FacilityFilter(
        text=text,
        asked_text=text,
        categories=tuple(draw(st.lists(st.sampled_from(["heliport", "school", "depot"]), unique=True))),
        statuses=tuple(draw(st.lists(st.sampled_from([status.value for status in Status]), unique=True))),
        countries=tuple(draw(st.lists(st.sampled_from(["FR", "NA", "KE"]), unique=True))),
        precisions=tuple(draw(st.lists(st.sampled_from([word.value for word in Precision]), unique=True))),
        updated_since=draw(st.none() | st.datetimes(timezones=st.just(UTC))),
        near=draw(st.none() | st.builds(Circle, positions, st.floats(0, LARGEST_RADIUS_M, exclude_min=True))),
        nearest=draw(st.none() | st.builds(Neighbours, positions, st.integers(1, 1000))),
        ring=draw(st.none() | rings()),
        box=draw(st.builds(BoundingBox, longitudes, st.floats(-90, 0), longitudes, st.floats(0, 90))),
    )


@given(filters())
def test_a_permalink_reads_back_as_the_very_same_filter(chosen: FacilityFilter) -> None:
    assert read(urlencode(permalink(chosen), doseq=True)) == chosen


def test_every_parameter_is_known_and_does_something() -> None:
    assert set(EVERYTHING) == FILTER_PARAMETERS
    for name, value in EVERYTHING.items():
        assert read(urlencode({name: value})) != FacilityFilter(), name


@pytest.mark.parametrize("name", sorted(EVERYTHING))
def test_blank_parameters_ask_for_nothing(name: str) -> None:
    assert read(f"{name}=") == FacilityFilter()


@pytest.mark.parametrize("name", sorted(EVERYTHING))
def test_the_pyramid_answers_what_it_knows_and_nothing_else(name: str) -> None:
    chosen = read(urlencode({name: EVERYTHING[name]}))
    assert chosen.is_in_pyramid == (name in PYRAMID)
    assert chosen.is_narrowed == (name != "bbox")


def test_a_legend_counts_all_categories_but_never_other_neighbours() -> None:
    assert read("category=heliport&q=a").for_all_categories() == read("q=a")
    nearest = read("category=heliport&nearest=1,2,3")
    assert nearest.for_all_categories() == nearest


def test_days_begin_at_midnight_utc() -> None:
    assert read("updated_since=2026-01-31").updated_since == datetime(2026, 1, 31, tzinfo=UTC)
    moment = datetime(2026, 1, 31, 12, 30, tzinfo=UTC)
    for text in ("2026-01-31T12:30", "2026-01-31T12:30:00Z", "2026-01-31T14:00:00.000%2B01:30"):
        assert read(f"updated_since={text}").updated_since == moment
    assert read("updated_since=2026-01-31T12:30").updated_since != moment + timedelta(seconds=1)


def test_longitudes_of_a_map_panned_round_the_world_are_turned_back() -> None:
    assert read("near=190,1,5").near == Circle(Position(-170, 1), 5)
    assert read("nearest=-541,1,5").nearest == Neighbours(Position(179, 1), 5)


BAD = [
    ("precision=guess", "precision"),
    ("precision=exact&precision=x", "precision"),
    ("updated_since=yesterday", "updated_since"),
    ("updated_since=2026-02-30", "updated_since"),
    ("updated_since=0001-01-01T00:00%2B14:00", "updated_since"),
    ("updated_since=20260131", "updated_since"),
    ("updated_since=2026-01-31T25:00", "updated_since"),
    ("near=1,2", "near"),
    ("near=1,2,3,4", "near"),
    ("near=1,2,0", "near"),
    ("near=1,2,-5", "near"),
    ("near=1,2,NaN", "near"),
    ("near=1,2,1e999", "near"),
    ("near=1,2,20004001", "near"),
    ("near=1e999,2,5", "near"),
    ("near=1,90.1,5", "near"),
    ("near=a,b,c", "near"),
    ("near=١,2,3", "near"),
    ("near=" + "1" * 5000 + ",2,3", "near"),
    ("nearest=1,2,0", "nearest"),
    ("nearest=1,2,1001", "nearest"),
    ("nearest=1,2,2.5", "nearest"),
    ("nearest=1,2,Infinity", "nearest"),
    ("nearest=1,-91,5", "nearest"),
    ("within=0,0;1,1", "within"),
    ("within=0,0;1,1;2,2", "within"),
    ("within=0,0;0,0;0,0", "within"),
    ("within=0,0;1,1;1,0;0,1", "within"),
    ("within=0,0;1,0;NaN,1", "within"),
    ("within=0,0;1,0;1,91", "within"),
    ("within=0,0;1,0;1e999,1", "within"),
    ("within=0,0;1,0;1,1,1", "within"),
    ("within=;;;", "within"),
    ("within=-170,70;-50,70;70,70;170,70", "within"),
    ("within=0,0;170,0;340,0;510,5", "within"),
    ("within=" + ";".join(f"{n / 100},{n % 7}" for n in range(5000)), "within"),
    ("within=" + ";" * 100_000, "within"),
    ("within=" + "9" * 100_000, "within"),
    ("bbox=NaN,0,1,1", "bbox"),
]


@pytest.mark.parametrize(("query", "parameter"), BAD, ids=[query[:40] for query, _name in BAD])
def test_bad_values_are_refused_by_name_with_a_remedy(query: str, parameter: str) -> None:
    problem = refusal(query)
    assert problem.field == parameter
    assert len(str(problem.message)) > 15


def test_a_ring_of_300_corners_is_read_and_one_of_301_is_not() -> None:
    corners = [(n / 300, (n / 300) ** 2) for n in range(301)]
    for number, accepted in ((300, True), (301, False)):
        text = "within=" + ";".join(f"{lon},{lat}" for lon, lat in corners[:number])
        if accepted:
            ring = read(text).ring
            assert ring is not None
            assert len(ring.vertices) == 300
        else:
            assert "300" in str(refusal(text).message)


def test_a_closed_ring_is_the_open_one() -> None:
    assert read("within=0,0;1,0;0,1;0,0") == read("within=0,0;1,0;0,1")


def test_a_ring_across_the_antimeridian_is_the_same_however_it_is_written() -> None:
    written = [
        read(f"within={text}").ring
        for text in (
            "177,-20;-178,-20;-178,-16;177,-16",
            "177,-20;182,-20;182,-16;177,-16",
            "-183,-20;-178,-20;-178,-16;-183,-16",
        )
    ]
    shapes = [[part.wkt for part in ring.parts] for ring in written if ring is not None]
    assert len(shapes) == 3
    assert shapes[0] == shapes[1] == shapes[2]
    assert [part.bounds for part in written[0].parts] == [(177, -20, 182, -16), (-183, -20, -178, -16)]  # type: ignore[union-attr]


def test_a_ring_with_short_edges_may_be_wider_than_half_the_world() -> None:
    ring = read("within=-170,0;-50,0;50,0;170,0;170,10;50,10;-50,10;-170,10").ring
    assert ring is not None
    assert [part.bounds for part in ring.parts] == [(-170, 0, 170, 10)]
