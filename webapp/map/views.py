"""The map page, and the endpoint of its later views."""

from typing import Any

from flask import Blueprint, Response, render_template, request

from webapp.accounts.rules import public
from webapp.clusters.queries import list_countries
from webapp.database.transactions import see_one_moment
from webapp.errors import InvalidParameterError
from webapp.extensions import db
from webapp.facilities.filters import FILTER_PARAMETERS, REPEATABLE, FacilityFilter
from webapp.facilities.queries import list_categories, prepared
from webapp.facilities.vocabulary import Precision
from webapp.fresh_answers import fresh
from webapp.geo.bounding_box import WORLD, BoundingBox
from webapp.geo.grid import GRID_LEVEL
from webapp.geo.mercator import MAX_ZOOM
from webapp.geo.messages import translatable as _
from webapp.json_answers import answer
from webapp.languages import country_name
from webapp.map.camera import Camera
from webapp.map.features import cluster_feature, view_collection
from webapp.map.queries import LISTED, MapView, find_extent, open_cluster, view_of
from webapp.map.settings import countries_present, legend_entry, map_settings, status_choices
from webapp.parameters import read_cell, read_whole_number, refuse_unclear

blueprint = Blueprint("map", __name__)

PARAMETERS = FILTER_PARAMETERS | {"zoom", "listed", "lang"}
LISTED_FACTS = ("code", "name", "category", "status", "locality")
LISTED_AT_MOST = 500


@blueprint.get("/")
@public
def show() -> str:
    """Show the map; the page holds its first view as GeoJSON."""
    session = db.session()
    see_one_moment(session)
    chosen = prepared(session, FacilityFilter.from_parameters(request.args))
    camera = _camera()
    box = camera.box if "bbox" not in request.args else chosen.box
    view = view_of(session, chosen.within(box), camera.zoom)
    categories = list_categories(session)
    return render_template(
        "map/show.html",
        view=view_collection(view, chosen),
        filters=chosen,
        categories=[legend_entry(category) for category in categories],
        statuses=status_choices(),
        countries=countries_present(list_countries(session)),
        precisions=[(precision.value, precision.label) for precision in Precision],
        facilities=_listed(view),
        total=view.total,
        map_settings=map_settings(categories, initial=_initial(camera)),
    )


@blueprint.get("/map.geojson")
@public
@fresh
def features() -> Response:
    """Answer a view: the facilities of a box, or clusters of them."""
    refuse_unclear(request.args, PARAMETERS, repeatable=REPEATABLE)
    if "bbox" not in request.args:
        raise InvalidParameterError("bbox", _("Give the view as west,south,east,north."))
    chosen = prepared(db.session(), FacilityFilter.from_parameters(request.args))
    zoom = read_whole_number("zoom", request.args.get("zoom", "0"), 0, MAX_ZOOM)
    listed = read_whole_number("listed", request.args.get("listed", str(LISTED)), LISTED, LISTED_AT_MOST)
    return answer(view_collection(view_of(db.session(), chosen, zoom, listed=listed), chosen))


@blueprint.get("/map/clusters/<level>/<x>/<y>.geojson")
@public
@fresh
def cluster(level: str, x: str, y: str) -> Response:
    """Answer one cluster with the extent of its members, for the map to go there."""
    refuse_unclear(request.args, PARAMETERS, repeatable=REPEATABLE)
    if "bbox" in request.args:
        raise InvalidParameterError("bbox", _("The cell says where: leave the box out."))
    chosen = prepared(db.session(), FacilityFilter.from_parameters(request.args))
    return answer(
        cluster_feature(
            *open_cluster(
                db.session(), chosen, read_cell(("level", "x", "y"), (level, x, y), finest=GRID_LEVEL)
            )
        )
    )


def _listed(view: MapView) -> list[dict[str, str | None]]:
    """Return the first facilities of the view by name, for the list beside the map."""
    return [
        {name: getattr(facility, name) for name in LISTED_FACTS}
        | {"country_name": country_name(facility.country)}
        for facility in view.listed
    ]


def _camera() -> Camera:
    """Return where the address bar looks, or a look at the whole registry."""
    if {"zoom", "lat", "lon"} <= request.args.keys():
        return Camera.from_texts(*(request.args[name] for name in ("zoom", "lat", "lon")))
    box = BoundingBox.from_text(request.args["bbox"]) if request.args.get("bbox") else None
    return Camera.over(box or find_extent(db.session()) or WORLD)


def _initial(camera: Camera) -> dict[str, Any]:
    """Return where the map begins; `center` is (lon, lat)."""
    return {
        "center": list(camera.centre.coordinates),
        "zoom": camera.zoom,
        "selected": request.args.get("selected") or None,
    }
