import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.geo.strategies import positions
from webapp.errors import InvalidGeometryError
from webapp.geo.coordinates import format_decimal, format_dms, parse_position
from webapp.geo.position import Position

coordinate_alphabet = "0123456789.,;:/|-+ °'\"′″º−NSEWOnsewo@=&#?lat lon geo: map=37M"
fragments = st.sampled_from(
    [
        "1.5",
        "36",
        " ",
        ",",
        "°",
        "'",
        '"',
        "N",
        "S",
        "E",
        "O",
        "lat",
        "lon:",
        "-",
        "37M",
        "257932",
        "geo:",
        "@",
        "#map=3/",
    ]
)


@given(positions, st.integers(0, 12))
def test_decimal_notation_is_read_back(position: Position, digits: int) -> None:
    again = parse_position(format_decimal(position, digits))

    assert again.coordinates == pytest.approx(position.coordinates, abs=0.5000001 * 10**-digits)


@given(positions)
def test_sexagesimal_notation_is_read_back(position: Position) -> None:
    again = parse_position(format_dms(position))

    assert again.coordinates == pytest.approx(position.coordinates, abs=0.0500001 / 3600)


@given(positions)
def test_sexagesimal_notation_is_stable(position: Position) -> None:
    written = format_dms(position)

    assert format_dms(parse_position(written)) == written


@given(positions)
def test_every_float_is_read_exactly_when_written_plainly(position: Position) -> None:
    text = f"{position.lat_deg:.20f} {position.lon_deg:.20f}"

    assert parse_position(text) == Position(
        float(f"{position.lon_deg:.20f}"), float(f"{position.lat_deg:.20f}")
    )


@given(
    st.text(max_size=220)
    | st.text(st.characters(), max_size=30)
    | st.text(coordinate_alphabet, max_size=60)
    | st.lists(fragments, max_size=14).map("".join)
)
def test_any_text_is_a_position_or_refused_for_the_location(text: str) -> None:
    try:
        position = parse_position(text)
    except InvalidGeometryError as refusal:
        assert refusal.field == "location"  # noqa: PT017 - both outcomes are fine
        assert refusal.message.isprintable()  # noqa: PT017
    else:
        assert isinstance(position, Position)
