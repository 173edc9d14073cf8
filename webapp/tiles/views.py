"""Vector tiles and the TileJSON that describes them."""

from typing import Any

from flask import Blueprint, Response, current_app, request, url_for

from webapp.accounts.rules import public
from webapp.extensions import db
from webapp.facilities.filters import FILTER_PARAMETERS, REPEATABLE, FacilityFilter
from webapp.facilities.queries import list_categories, prepared
from webapp.fresh_answers import TILE, fresh
from webapp.geo.grid import CellRange
from webapp.geo.mercator import MAX_ZOOM
from webapp.json_answers import JSON, answer
from webapp.map.queries import find_extent
from webapp.parameters import read_cell, refuse_unclear
from webapp.settings import Settings
from webapp.tiles.queries import CATEGORY_PREFIX, FACILITY_ATTRIBUTES, draw_tile

blueprint = Blueprint("tiles", __name__)

PARAMETERS = FILTER_PARAMETERS - {"bbox"} | {"lang"}
TEXT, NUMBER = "String", "Number"


@blueprint.get("/tiles/<z>/<x>/<y>.mvt")
@public
@fresh
def tile(z: str, x: str, y: str) -> Response:
    """Answer one tile; the filters of the map hold here as well."""
    refuse_unclear(request.args, PARAMETERS, repeatable=REPEATABLE)
    cell = read_cell(("z", "x", "y"), (z, x, y), finest=MAX_ZOOM)
    return Response(draw_tile(db.session(), _filter(cell), cell), mimetype=TILE)


@blueprint.get("/tiles.json")
@public
@fresh
def description() -> Response:
    """Answer the TileJSON 3.0.0 of the tiles; filters given here are those of its tiles."""
    refuse_unclear(request.args, PARAMETERS, repeatable=REPEATABLE)
    chosen = FacilityFilter.from_parameters(request.args)
    settings: Settings = current_app.extensions["settings"]
    extent = find_extent(db.session())
    described: dict[str, Any] = {
        "tilejson": "3.0.0",
        "name": settings.registry_name,
        "scheme": "xyz",
        "tiles": [_address(chosen)],
        "minzoom": 0,
        "maxzoom": MAX_ZOOM,
        "vector_layers": _layers(),
    }
    if extent is not None:
        described["bounds"] = extent.as_list()
    return answer(described, mimetype=JSON)


def _filter(cell: CellRange) -> FacilityFilter:
    return prepared(db.session(), FacilityFilter.from_parameters(request.args)).within(cell.box)


def _address(chosen: FacilityFilter) -> str:
    address = url_for("tiles.tile", z="Z", x="X", y="Y", _external=True, **chosen.parameters())  # type: ignore[arg-type]
    return address.replace("/Z/X/Y.mvt", "/{z}/{x}/{y}.mvt")


def _layers() -> list[dict[str, Any]]:
    categories = {CATEGORY_PREFIX + category.slug: NUMBER for category in list_categories(db.session())}
    return [
        {"id": "clusters", "fields": {"count": NUMBER, "cell": TEXT, **categories}},
        {"id": "facilities", "fields": dict.fromkeys((*FACILITY_ATTRIBUTES, "precision"), TEXT)},
    ]
