"""Positions inside `geo:` URIs (RFC 5870) and links of map sites."""

import re

from webapp.geo.coordinate_text import echo, refusal
from webapp.geo.messages import translatable as _
from webapp.geo.position import Position

_SIGNED = r"[+-]?[0-9]{1,6}(?:\.[0-9]{1,30})?"
_LAT = rf"(?P<lat>{_SIGNED})"
_LON = rf"(?P<lon>{_SIGNED})"
_END = r"(?![0-9.])"
_GEO_URI = re.compile(
    rf"geo:{_LAT},{_LON}(?:,{_SIGNED})?(?P<parameters>;[^?#]*)?(?:\?(?P<query>[^#]*))?", re.IGNORECASE
)
_GEO_QUERY = re.compile(rf"(?:^|&)q={_LAT}(?:,|%2C){_LON}{_END}", re.IGNORECASE)
_FOREIGN_CRS = re.compile(r";crs=(?!wgs84(?:;|$))", re.IGNORECASE)

# The most exact first: a marker says more than the middle of the view.
_LINK_PATTERNS = [
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"[?&]mlat={_LAT}&mlon={_LON}{_END}",
        rf"!3d{_LAT}!4d{_LON}{_END}",
        rf"[?&](?:q|query|ll|center)=(?:loc:)?{_LAT}(?:,|%2C){_LON}{_END}",
        rf"[#&?]map=[0-9]{{1,2}}(?:\.[0-9]{{1,9}})?/{_LAT}/{_LON}{_END}",
        rf"(?:^|/)@{_LAT},{_LON}{_END}",
    )
]


def position_from_geo_uri(text: str) -> Position | None:
    """Read `geo:lat,lon`; None if the text is no geo URI. Raises InvalidGeometryError("location").

    Android shares a pin as `geo:0,0?q=lat,lon(name)`: there the query holds the position.
    """
    if text[:4].casefold() != "geo:":
        return None
    match = _GEO_URI.fullmatch(text)
    if not match:
        raise refusal(
            _(
                "Cannot read “%(text)s”; a geo URI is written geo:-1.2921,36.8219, latitude first.",
                text=echo(text),
            )
        )
    if _FOREIGN_CRS.search(match["parameters"] or ""):
        raise refusal(_("This geo URI names another coordinate system; only WGS84 is understood."))
    position = _position(match)
    if match["query"] and position == Position(0, 0):
        return _queried(match["query"]) or position
    return position


def position_from_link(text: str) -> Position | None:
    """Read a link of a map site; None if the text is no link. Raises InvalidGeometryError("location")."""
    if " " in text:
        return None
    for pattern in _LINK_PATTERNS:
        match = pattern.search(text)
        if match:
            return _position(match)
    if "://" in text:
        raise refusal(
            _("This link holds no position. Open it, and paste the coordinates or the full link of its map.")
        )
    return None


def _queried(query: str) -> Position | None:
    match = _GEO_QUERY.search(query)
    if match:
        return _position(match)
    if re.search(r"(?:^|&)q=", query, re.IGNORECASE):
        raise refusal(_("This geo URI holds a search and no position. Paste the coordinates themselves."))
    return None


def _position(match: re.Match[str]) -> Position:
    return Position(float(match["lon"]), float(match["lat"]))
