"""Rows for tests. The point is asymmetric (lon 36.8, lat -1.3), so that swapped axes fail."""

from collections.abc import Iterable
from typing import Any

from shapely import Point
from sqlalchemy.orm import Session

from webapp.facilities.models import Category, Facility

LON, LAT = 36.8, -1.3
GOLDEN_ANGLE_DEG = 137.50776405003785

# The kinds of the demo registry: slug, label, French label, colour (Okabe-Ito), icon.
DEMO_CATEGORIES = (
    ("large_airport", "Large airport", "Grand aéroport", "#d55e00", "maki/airport"),
    ("medium_airport", "Medium airport", "Aéroport moyen", "#e69f00", "maki/airfield"),
    ("small_airport", "Small airport", "Petit aéroport", "#0072b2", "temaki/windsock"),
    ("heliport", "Heliport", "Héliport", "#009e73", "maki/heliport"),
    ("seaplane_base", "Seaplane base", "Hydrobase", "#56b4e9", "maki/harbor"),
    ("balloonport", "Balloonport", "Aérostation", "#cc79a7", "temaki/balloon"),
    ("closed", "Closed", "Fermé", "#767676", "temaki/x_oblique"),
)


def make_category(slug: str = "heliport", **overrides: Any) -> Category:
    """Build a category that is not stored yet."""
    values = {
        "label": slug.replace("_", " ").capitalize(),
        "colour": "#009e73",
        "icon": "maki/heliport",
    }
    return Category(**{"slug": slug, **values, **overrides})


def make_facility(**overrides: Any) -> Facility:
    """Build a facility that is not stored yet; its category has to be."""
    values = {
        "name": "Wilson Rooftop Heliport",
        "category": "heliport",
        "location": Point(LON, LAT),
    }
    return Facility(**{**values, **overrides})


def store_category(session: Session, slug: str = "heliport", **overrides: Any) -> Category:
    """Store a category and commit."""
    category = make_category(slug, **overrides)
    session.add(category)
    session.commit()
    return category


def store_facility(session: Session, **overrides: Any) -> Facility:
    """Store a facility, with its category where that is missing, and commit."""
    facility = make_facility(**overrides)
    if session.get(Category, facility.category) is None:
        session.add(make_category(facility.category))
        session.flush()
    session.add(facility)
    session.commit()
    return facility


def store_demo(session: Session, facilities: int = 300) -> None:
    """Store the seven demo categories and facilities of all of them, spread over the world, and commit."""
    session.add_all(
        make_category(slug, label=label, translations={"fr": french}, colour=colour, icon=icon, rank=rank)
        for rank, (slug, label, french, colour, icon) in enumerate(DEMO_CATEGORIES)
    )
    session.flush()
    session.add_all(spread_facilities(facilities))
    session.commit()


def spread_facilities(how_many: int) -> Iterable[Facility]:
    """Build facilities of all demo categories on an even spiral round the inhabited latitudes."""
    for number in range(how_many):
        slug, label, *_rest = DEMO_CATEGORIES[number % len(DEMO_CATEGORIES)]
        lon = (number * GOLDEN_ANGLE_DEG) % 360 - 180
        lat = -60 + 130 * (number + 0.5) / how_many
        yield make_facility(
            name=f"{label} {number:04}",
            category=slug,
            location=Point(round(lon, 6), round(lat, 6)),
            locality="Ōsaka" if number % 5 else None,
            country="KE" if number % 3 else "NA",
            identifiers={"icao": f"X{number:03}"},
        )
