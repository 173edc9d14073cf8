import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.geo.strategies import latitudes, longitudes, positions
from webapp.errors import InvalidParameterError
from webapp.geo.bounding_box import WORLD, BoundingBox
from webapp.geo.position import Position

KENYA = BoundingBox(33.9, -4.7, 41.9, 5.5)
FIJI = BoundingBox(177, -20, -178, -16)  # the example of RFC 7946 section 5.2


@st.composite
def boxes(draw: st.DrawFn) -> BoundingBox:
    south, north = sorted((draw(latitudes), draw(latitudes)))
    return BoundingBox(draw(longitudes), south, draw(longitudes), north)


def test_a_box_over_the_antimeridian_is_split_into_two_halves() -> None:
    assert FIJI.crosses_antimeridian
    assert FIJI.split() == (BoundingBox(177, -20, 180, -16), BoundingBox(-180, -20, -178, -16))


def test_any_other_box_stays_whole() -> None:
    assert not KENYA.crosses_antimeridian
    assert KENYA.split() == (KENYA,)


def test_a_box_over_the_antimeridian_contains_both_its_sides_only() -> None:
    assert FIJI.contains(Position(178.4, -18.1))
    assert FIJI.contains(Position(-179, -17))
    assert not FIJI.contains(Position(0, -18))
    assert not FIJI.contains(Position(178.4, -21))


@given(boxes(), positions)
def test_the_halves_of_a_box_contain_what_the_box_contains(box: BoundingBox, position: Position) -> None:
    assert any(half.contains(position) for half in box.split()) == box.contains(position)


def test_width_and_centre_count_across_the_antimeridian() -> None:
    assert FIJI.width_deg == 5
    assert FIJI.centre == Position(179.5, -18)
    assert BoundingBox(170, 0, -160, 10).centre == Position(-175, 5)
    assert WORLD.width_deg == 360


@pytest.mark.parametrize(
    ("text", "edges"),
    [
        ("33.9,-4.7,41.9,5.5", [33.9, -4.7, 41.9, 5.5]),
        (" 33.9, -4.7, 41.9, 5.5 ", [33.9, -4.7, 41.9, 5.5]),
        ("177,-20,-178,-16", [177, -20, -178, -16]),
        ("177,-20,182,-16", [177, -20, -178, -16]),
        ("-183,-20,-178,-16", [177, -20, -178, -16]),
        ("397,-5,402,6", [37, -5, 42, 6]),
        ("-323,-5,-318,6", [37, -5, 42, 6]),
        ("530,0,540,1", [170, 0, 180, 1]),
        ("180,0,200,1", [-180, 0, -160, 1]),
        ("190,0,170,1", [-170, 0, 170, 1]),
        ("-500,-90,500,90", [-180, -90, 180, 90]),
        ("10,-5,370,6", [-180, -5, 180, 6]),
        ("1e-7,0,1,1", [1e-7, 0, 1, 1]),
    ],
)
def test_text_becomes_a_box_within_one_turn_of_the_world(text: str, edges: list[float]) -> None:
    assert BoundingBox.from_text(text).as_list() == edges


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "four numbers"),
        ("1,2,3", "four numbers"),
        ("1,2,3,4,5,6", "four numbers"),
        ("1,2,3," + "4" * 300, "four numbers"),
        ("1,2,3,x", "plain number"),
        ("nan,0,1,1", "plain number"),
        ("-inf,0,inf,1", "plain number"),
        ("1_0,0,20,1", "plain number"),
        ("0,0,1,1e999", "finite"),
        ("0,0,1e300,1", "not longitudes"),
        ("0,5,1,4", "South is above north"),
        ("0,0,1,95", "South and north"),
        ("0,-91,1,0", "South and north"),
    ],
)
def test_malformed_text_is_refused_by_name(text: str, reason: str) -> None:
    with pytest.raises(InvalidParameterError, match=reason) as refusal:
        BoundingBox.from_text(text)

    assert refusal.value.field == "bbox"


@given(st.text(max_size=60) | st.lists(st.floats().map(repr), min_size=4, max_size=4).map(",".join))
def test_no_text_raises_anything_else(text: str) -> None:
    try:
        BoundingBox.from_text(text)
    except InvalidParameterError as refusal:
        assert refusal.field == "bbox"  # noqa: PT017 - both outcomes are fine


@given(boxes(), st.integers(-50, 50))
def test_turning_round_the_world_does_not_move_a_box(box: BoundingBox, turns: int) -> None:
    west = box.west + 360 * turns
    turned = BoundingBox.from_text(f"{west!r},{box.south!r},{west + box.width_deg!r},{box.north!r}")

    assert turned.width_deg == pytest.approx(box.width_deg, abs=1e-6)
    assert (turned.south, turned.north) == (box.south, box.north)


def test_a_box_cannot_be_built_beyond_the_world() -> None:
    with pytest.raises(InvalidParameterError, match="West and east"):
        BoundingBox(170, 0, 190, 1)


def test_the_box_around_positions_takes_the_short_way_round() -> None:
    suva, samoa, nairobi = Position(178.4, -18.1), Position(-171.8, -13.8), Position(36.8, -1.3)

    assert BoundingBox.around([suva, samoa]) == BoundingBox(178.4, -18.1, -171.8, -13.8)
    assert BoundingBox.around([suva, nairobi]) == BoundingBox(36.8, -18.1, 178.4, -1.3)
    assert BoundingBox.around([nairobi]) == BoundingBox(36.8, -1.3, 36.8, -1.3)


def test_opposite_positions_stay_clear_of_the_antimeridian() -> None:
    assert not BoundingBox.around([Position(-90, 0), Position(90, 0)]).crosses_antimeridian


def test_there_is_no_box_around_nothing() -> None:
    with pytest.raises(ValueError, match="no positions"):
        BoundingBox.around([])


@given(st.lists(positions, min_size=1, max_size=12))
def test_the_box_around_positions_contains_them_and_is_no_wider_than_the_plain_one(
    places: list[Position],
) -> None:
    box = BoundingBox.around(places)

    assert all(box.contains(place) for place in places)
    easternmost = max(place.lon_deg for place in places)
    assert box.width_deg <= easternmost - min(place.lon_deg for place in places) + 1e-9
