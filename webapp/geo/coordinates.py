"""One field for coordinates: what people type or paste becomes a Position, shown back in two notations."""

from webapp.geo.angles import parse_pair, position_of
from webapp.geo.coordinate_text import clean
from webapp.geo.labels import position_from_labels
from webapp.geo.map_links import position_from_geo_uri, position_from_link
from webapp.geo.position import Position
from webapp.geo.utm import position_from_utm

_READERS = (position_from_geo_uri, position_from_link, position_from_utm, position_from_labels)
_TENTHS_PER_MINUTE = 600
_TENTHS_PER_DEGREE = 36_000


def parse_position(text: str) -> Position:
    """Read a position from one field, up to 200 characters. Raises InvalidGeometryError("location").

    Understands decimal degrees (latitude first, as map sites show them), degrees with minutes and seconds,
    English and French hemisphere letters in either order, names (`lon=.. lat=..`), decimal commas, UTM,
    `geo:` URIs and links of map sites. A refusal says what was understood and what would be right.
    """
    cleaned = clean(text)
    for read in _READERS:
        position = read(cleaned)
        if position is not None:
            return position
    return position_of(*parse_pair(cleaned))


def format_decimal(position: Position, digits: int = 6) -> str:
    """Write `-1.292100, 36.821900`: latitude first, as map sites expect it; six digits are 11 cm."""
    return ", ".join(
        f"{round(value, digits) + 0.0:.{digits}f}" for value in (position.lat_deg, position.lon_deg)
    )


def format_dms(position: Position) -> str:
    """Write `1°17′31.6″S 36°49′18.8″E`: latitude first, to a tenth of a second (3 m)."""
    latitude, longitude = _dms(position.lat_deg, "NS"), _dms(position.lon_deg, "EW")
    return f"{latitude} {longitude}"


def _dms(degrees: float, letters: str) -> str:
    """Round once, to whole tenths, so that 59.96 seconds carry into the minute and the degree."""
    tenths = round(abs(degrees) * _TENTHS_PER_DEGREE)
    whole_degrees, rest = divmod(tenths, _TENTHS_PER_DEGREE)
    minutes, seconds = divmod(rest, _TENTHS_PER_MINUTE)
    letter = letters[degrees < 0 < tenths]
    return f"{whole_degrees}°{minutes}′{seconds / 10:.1f}″{letter}"
