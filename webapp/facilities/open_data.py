"""Facilities for machines: GeoJSON (RFC 7946) under plain addresses."""

from typing import Any

from flask import Blueprint, Response, request, url_for

from webapp.accounts.rules import public
from webapp.errors import InvalidParameterError
from webapp.extensions import db
from webapp.facilities.codes import is_valid_code, normalise_code
from webapp.facilities.features import facility_collection, facility_feature
from webapp.facilities.filters import FILTER_PARAMETERS, REPEATABLE, FacilityFilter
from webapp.facilities.queries import get_facility, list_features, prepared
from webapp.fresh_answers import fresh
from webapp.geo.messages import translatable as _
from webapp.json_answers import answer
from webapp.parameters import read_whole_number, refuse_unclear

blueprint = Blueprint("open_data", __name__)

PARAMETERS = FILTER_PARAMETERS | {"limit", "after", "lang"}
LIMIT = 500
LARGEST_LIMIT = 5000


@blueprint.get("/facilities.geojson")
@public
@fresh
def collection() -> Response:
    """Answer the facilities that a filter lets through, in pages; `links` holds the next one."""
    refuse_unclear(request.args, PARAMETERS, repeatable=REPEATABLE)
    chosen = prepared(db.session(), FacilityFilter.from_parameters(request.args))
    limit = read_whole_number("limit", request.args.get("limit") or str(LIMIT), 1, LARGEST_LIMIT)
    after = _after(request.args.get("after", ""))
    facilities = list_features(db.session(), chosen, limit=limit + 1, after=after)
    page = facilities[:limit]
    answered = facility_collection(page)
    answered["numberReturned"] = len(page)
    answered["links"] = [_link("self", request.args.to_dict(flat=False))]
    if len(facilities) > limit:
        following = request.args.to_dict(flat=False) | {"after": [page[-1].code], "limit": [str(limit)]}
        answered["links"].append(_link("next", following))
    return answer(answered)


@blueprint.get("/facilities/<code>.geojson")
@public
def feature(code: str) -> Response:
    """Answer one facility; its version is its ETag."""
    facility = get_facility(db.session(), code)
    response = answer(facility_feature(facility))
    response.set_etag(str(facility.version))
    response.make_conditional(request)
    return response


def _after(text: str) -> str | None:
    if not text:
        return None
    code = normalise_code(text)
    if not is_valid_code(code):
        raise InvalidParameterError("after", _("Give the code of the last facility that you have."))
    return code


def _link(relation: str, parameters: dict[str, Any]) -> dict[str, str]:
    address = url_for("open_data.collection", _external=True, **parameters)
    return {"rel": relation, "type": "application/geo+json", "href": address}
