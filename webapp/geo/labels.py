"""Coordinates with their names: `lat: -1.2921 lng: 36.8219`, `lon=36.8219 lat=-1.2921`, JSON members."""

import re

from webapp.geo.angles import Angle, parse_angle, parse_pair, position_of
from webapp.geo.coordinate_text import refusal
from webapp.geo.messages import translatable as _
from webapp.geo.position import Position

_LABEL = re.compile(
    r"[\"']?(?<![^\W_])(?P<name>latitude|longitude|lat|long|lng|lon)(?![^\W\d_])\.?[\"']?(?: ?[:=])? ?",
    re.IGNORECASE,
)
_ENCLOSURE = " ,;/|&(){}[]"


def position_from_labels(text: str) -> Position | None:
    """Read cleaned text with a latitude and a longitude label; None without labels.

    Each label stands before its value, or both stand before a pair and tell its order (`lon/lat: 36.8 -1.3`).
    Raises InvalidGeometryError("location").
    """
    labels = list(_LABEL.finditer(text))
    if not labels:
        return None
    axes = [label["name"][:3].casefold() == "lat" for label in labels]
    if sorted(axes) != [False, True] or text[: labels[0].start()].strip(_ENCLOSURE):
        raise refusal(
            _("Name each value once, before it: latitude -1.2921 longitude 36.8219, or leave the names out.")
        )
    between = text[labels[0].end() : labels[1].start()].strip(_ENCLOSURE)
    after = text[labels[1].end() :].strip(_ENCLOSURE)
    first, second = (_value(between), _value(after)) if between else parse_pair(after)
    return _position(first, second, latitude_first=axes[0])


def _position(first: Angle, second: Angle, *, latitude_first: bool) -> Position:
    latitude, longitude = (first, second) if latitude_first else (second, first)
    if latitude.letter in {"E", "W"} or longitude.letter in {"N", "S"}:
        raise refusal(_("The names and the letters N, S, E, W contradict each other; keep one of them."))
    if latitude.letter and longitude.letter:
        return position_of(latitude, longitude)
    return Position(longitude.degrees, latitude.degrees)


def _value(text: str) -> Angle:
    for quote in "\"'":
        if text.startswith(quote):
            text = text.strip(quote)
    return parse_angle(text)
