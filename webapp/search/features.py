"""Suggestions as JSON: the place that a text writes down, or the facilities that it means."""

from typing import Any

from webapp.errors import InvalidGeometryError
from webapp.facilities.filters import FacilityFilter
from webapp.geo.coordinates import format_decimal, parse_position
from webapp.geo.position import Position
from webapp.map.features import DIGITS, facility_properties
from webapp.search.queries import Suggestions


def find_place(text: str) -> Position | None:
    """Return the position that a text writes down, None for any other text."""
    try:
        return parse_position(text)
    except InvalidGeometryError:
        return None


def place_suggestion(text: str, position: Position) -> dict[str, Any]:
    """Return the place that a text writes down as the one suggestion; `coordinates` are lon, lat."""
    coordinates = [round(degrees, DIGITS) for degrees in position.coordinates]
    place = {"kind": "place", "coordinates": coordinates, "label": format_decimal(position, 5)}
    return {"query": text, "corrected": None, "results": [place], "more": False}


def suggestion_list(chosen: FacilityFilter, suggestions: Suggestions) -> dict[str, Any]:
    """Return what was searched for and what was found; `coordinates` are lon, lat."""
    return {
        "query": chosen.asked_text,
        "corrected": chosen.correction,
        "results": [
            {
                "kind": "facility",
                **facility_properties(row),
                "coordinates": [round(row.lon, DIGITS), round(row.lat, DIGITS)],
            }
            for row in suggestions.rows
        ],
        "more": suggestions.more,
    }
