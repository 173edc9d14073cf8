"""The map page, and the endpoint of its later views."""

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, Response, current_app, render_template, request, url_for
from sqlalchemy.orm import Session

from webapp.accounts.rules import public
from webapp.accounts.sessions import signed_in
from webapp.errors import InvalidParameterError
from webapp.extensions import db
from webapp.facilities.filters import FacilityFilter
from webapp.facilities.models import Category, Status
from webapp.facilities.pages import PageRequest, list_page
from webapp.facilities.queries import list_categories
from webapp.geo.bounding_box import WORLD, BoundingBox
from webapp.geo.mercator import MAX_ZOOM
from webapp.geo.messages import translatable as _
from webapp.json_answers import answer
from webapp.languages import language_code
from webapp.map.camera import Camera
from webapp.map.features import view_collection
from webapp.map.queries import MapView, find_extent, view_of
from webapp.settings import Settings
from webapp.static_files import icon_url

blueprint = Blueprint("map", __name__)

LISTED_AT_MOST = 50


@blueprint.get("/")
@public
def show() -> str:
    """Show the map; the page holds its first view as GeoJSON."""
    session = db.session()
    chosen = FacilityFilter.from_parameters(request.args)
    camera = _camera()
    box = camera.box if "bbox" not in request.args else chosen.box
    view = view_of(session, chosen.within(box), camera.zoom)
    legend = [_legend_entry(category) for category in list_categories(session)]
    return render_template(
        "map/show.html",
        view=view_collection(view),
        filters=chosen,
        categories=legend,
        statuses=_statuses(),
        facilities=_listed(session, chosen.within(box), view),
        total=view.total,
        map_settings=_settings(camera, legend),
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


def _listed(session: Session, chosen: FacilityFilter, view: MapView) -> Sequence[Any]:
    """Return the first facilities of the view by name, for the list beside the map."""
    if not view.clusters:
        return view.facilities[:LISTED_AT_MOST]
    return list_page(session, chosen, PageRequest(size=LISTED_AT_MOST)).facilities


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


def _settings(camera: Camera, categories: list[dict[str, str]]) -> dict[str, Any]:
    """Return what static/js/map/settings.js reads; addresses hold {code} where a code goes."""
    settings: Settings = current_app.extensions["settings"]
    return {
        "tiles_url": settings.tiles_url,
        "tiles_attribution": settings.tiles_attribution,
        "categories": categories,
        "statuses": [{"value": value, "label": label} for value, label in _statuses()],
        "features_url": url_for("map.features"),
        "collection_url": url_for("open_data.collection"),
        "index_url": url_for("facilities.index"),
        "facility_url_template": _template("facilities.show"),
        "feature_url_template": _template("open_data.feature"),
        "edit_url_template": _template("facilities.edit") if signed_in() else None,
        "initial": {
            "center": list(camera.centre.coordinates),
            "zoom": camera.zoom,
            "selected": request.args.get("selected") or None,
        },
    }


def _template(endpoint: str) -> str:
    return url_for(endpoint, code="CODE").replace("CODE", "{code}")


def _statuses() -> list[tuple[str, str]]:
    return [(status.value, status.label) for status in Status]


def _legend_entry(category: Category) -> dict[str, str]:
    return {
        "slug": category.slug,
        "label": category.label_in(language_code()),
        "colour": category.colour,
        "icon": category.icon,
        "icon_url": icon_url(category.icon),
    }
