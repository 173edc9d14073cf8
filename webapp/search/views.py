"""The endpoint behind the search box."""

from flask import Blueprint, Response, request

from webapp.accounts.rules import public
from webapp.errors import InvalidGeometryError, InvalidParameterError
from webapp.extensions import db
from webapp.facilities.filters import FacilityFilter
from webapp.facilities.parameters import read_text
from webapp.facilities.queries import prepared
from webapp.fresh_answers import fresh
from webapp.geo.messages import translatable as _
from webapp.geo.position import Position
from webapp.json_answers import JSON, answer
from webapp.parameters import read_number, read_whole_number, refuse_unclear
from webapp.search.features import find_place, place_suggestion, suggestion_list
from webapp.search.queries import suggest

blueprint = Blueprint("search", __name__)

PARAMETERS = frozenset({"q", "lon", "lat", "limit", "lang"})
SUGGESTED = 20
SUGGESTED_AT_MOST = 50


@blueprint.get("/search.json")
@public
@fresh
def suggestions() -> Response:
    """Answer what the text means most likely, seen from the middle of the map."""
    refuse_unclear(request.args, PARAMETERS)
    text = read_text(request.args.get("q", ""))
    if not text:
        raise InvalidParameterError("q", _("Give a name, a code, a town or coordinates."))
    limit = read_whole_number("limit", request.args.get("limit", str(SUGGESTED)), 1, SUGGESTED_AT_MOST)
    seen_from, named = _seen_from(), find_place(text)
    if named is not None:
        return answer(place_suggestion(text, named), mimetype=JSON)
    session = db.session()
    chosen = prepared(session, FacilityFilter(text=text, asked_text=text))
    found = suggest(session, chosen, seen_from, limit=limit)
    return answer(suggestion_list(chosen, found), mimetype=JSON)


def _seen_from() -> Position | None:
    if not {"lon", "lat"} & request.args.keys():
        return None
    lon, lat = (read_number(name, request.args.get(name, "")) for name in ("lon", "lat"))
    try:
        return Position(lon, lat)
    except InvalidGeometryError as error:
        raise InvalidParameterError("lat" if abs(lat) > 90 else "lon", error.message) from error  # noqa: PLR2004
