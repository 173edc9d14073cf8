"""What a page tells the map in its browser: see static/js/map/settings.js for the reading side."""

from collections.abc import Sequence
from typing import Any

from flask import Flask, current_app, url_for

from webapp.accounts.sessions import signed_in
from webapp.facilities.models import Category
from webapp.facilities.vocabulary import Status
from webapp.languages import country_choices, language_code
from webapp.settings import Settings
from webapp.static_files import icon_url


def init_map_words(app: Flask) -> None:
    """Let templates show categories as the map does."""
    app.add_template_filter(legend_entry)


def map_settings(categories: Sequence[Category], *, initial: dict[str, Any] | None = None) -> dict[str, Any]:
    """Return plain values for the page; addresses hold {code} where a code goes."""
    settings: Settings = current_app.extensions["settings"]
    return {
        "tiles_url": settings.tiles_url,
        "tiles_attribution": settings.tiles_attribution,
        "categories": [legend_entry(category) for category in categories],
        "statuses": [{"value": value, "label": label} for value, label in status_choices()],
        "features_url": url_for("map.features"),
        "index_url": url_for("facilities.index"),
        "collection_url": url_for("open_data.collection"),
        "search_url": url_for("search.suggestions"),
        "cluster_url_template": url_for("map.cluster", level="{level}", x="{x}", y="{y}"),
        "facility_url_template": _template("facilities.show"),
        "feature_url_template": _template("open_data.feature"),
        "edit_url_template": _template("facilities.edit") if signed_in() else None,
        "initial": initial or {},
    }


def legend_entry(category: Category) -> dict[str, str]:
    """Return a category as the legend shows it, in the reader's language."""
    return {
        "slug": category.slug,
        "label": category.label_in(language_code()),
        "colour": category.colour,
        "icon": category.icon,
        "icon_url": icon_url(category.icon),
    }


def status_choices() -> list[tuple[str, str]]:
    """Return (value, label) of every status in the reader's language."""
    return [(status.value, status.label) for status in Status]


def countries_present(codes: Sequence[str]) -> list[tuple[str, str]]:
    """Return (code, name) of these countries, sorted by name as the reader's language spells them."""
    return [choice for choice in country_choices() if choice[0] in codes]


def _template(endpoint: str) -> str:
    return url_for(endpoint, code="CODE").replace("CODE", "{code}")
