"""Facilities for machines: GeoJSON (RFC 7946) under plain addresses."""

from typing import Any

from flask import Blueprint, Response, request, url_for

from webapp.accounts.rules import public
from webapp.extensions import db
from webapp.facilities.feature_pages import list_features
from webapp.facilities.features import facility_collection, facility_feature
from webapp.facilities.filters import FILTER_PARAMETERS, REPEATABLE, FacilityFilter
from webapp.facilities.queries import get_facility, prepared
from webapp.fresh_answers import fresh
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
    page = list_features(db.session(), chosen, limit=limit, after=request.args.get("after", ""))
    answered = facility_collection(page.rows)
    answered["numberReturned"] = len(page.rows)
    answered["links"] = [_link("self", request.args.to_dict(flat=False))]
    if page.after is not None:
        following = request.args.to_dict(flat=False) | {"after": [page.after], "limit": [str(limit)]}
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


def _link(relation: str, parameters: dict[str, Any]) -> dict[str, str]:
    address = url_for("open_data.collection", _external=True, **parameters)
    return {"rel": relation, "type": "application/geo+json", "href": address}
