"""The map page, and the endpoint of its later views."""

from typing import Any

from flask import Blueprint, Response, render_template, request

from webapp.accounts.rules import public
from webapp.errors import InvalidParameterError
from webapp.extensions import db
from webapp.facilities.filters import FacilityFilter
from webapp.facilities.queries import list_categories
from webapp.geo.bounding_box import WORLD, BoundingBox
from webapp.geo.mercator import MAX_ZOOM
from webapp.geo.messages import translatable as _
from webapp.json_answers import answer
from webapp.languages import country_name
from webapp.map.camera import Camera
from webapp.map.features import view_collection
from webapp.map.queries import MapView, find_extent, view_of
from webapp.map.settings import legend_entry, map_settings, status_choices

blueprint = Blueprint("map", __name__)

LISTED = ("code", "name", "category", "status", "locality")


@blueprint.get("/")
@public
def show() -> str:
    """Show the map; the page holds its first view as GeoJSON."""
    session = db.session()
    chosen = FacilityFilter.from_parameters(request.args)
    camera = _camera()
    box = camera.box if "bbox" not in request.args else chosen.box
    view = view_of(session, chosen.within(box), camera.zoom)
    categories = list_categories(session)
    return render_template(
        "map/show.html",
        view=view_collection(view),
        filters=chosen,
        categories=[legend_entry(category) for category in categories],
        statuses=status_choices(),
        facilities=_listed(view),
        total=view.total,
        map_settings=map_settings(categories, initial=_initial(camera)),
    )


@blueprint.get("/map.geojson")
@public
def features() -> Response:
    """Answer a view: the facilities of a box, or clusters of them."""
    if "bbox" not in request.args:
        raise InvalidParameterError("bbox", _("Give the view as west,south,east,north."))
    chosen = FacilityFilter.from_parameters(request.args)
    zoom = _zoom(request.args.get("zoom", "0"))
    return answer(view_collection(view_of(db.session(), chosen, zoom)))


def _listed(view: MapView) -> list[dict[str, str | None]]:
    """Return the first facilities of the view by name, for the list beside the map."""
    return [
        {name: getattr(facility, name) for name in LISTED} | {"country_name": country_name(facility.country)}
        for facility in view.listed
    ]


def _camera() -> Camera:
    """Return where the address bar looks, or a look at the whole registry."""
    if {"zoom", "lat", "lon"} <= request.args.keys():
        return Camera.from_texts(*(request.args[name] for name in ("zoom", "lat", "lon")))
    box = BoundingBox.from_text(request.args["bbox"]) if request.args.get("bbox") else None
    return Camera.over(box or find_extent(db.session()) or WORLD)


def _zoom(text: str) -> int:
    if not (text.isascii() and text.isdecimal()) or not 0 <= int(text[:3]) <= MAX_ZOOM:
        raise InvalidParameterError("zoom", _("Give a whole number from 0 to %(most)s.", most=MAX_ZOOM))
    return int(text)


def _initial(camera: Camera) -> dict[str, Any]:
    """Return where the map begins; `center` is (lon, lat)."""
    return {
        "center": list(camera.centre.coordinates),
        "zoom": camera.zoom,
        "selected": request.args.get("selected") or None,
    }
