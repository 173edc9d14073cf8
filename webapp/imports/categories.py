"""The categories that a new registry begins with.

The colours are Okabe and Ito's, which colour-blind readers tell apart; where a white icon would not reach
a contrast of 3:1, they are darkened.
"""

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from webapp.facilities.models import Category

VERMILLION = "#d55e00"
REDDISH_PURPLE = "#cc79a7"
BLUE = "#0072b2"
BLUISH_GREEN = "#009e73"
DARKENED_SKY_BLUE = "#2c92cf"
DARKENED_ORANGE = "#b87f00"
GREY = "#767676"

DEMO_CATEGORIES = (
    ("large_airport", "Large airport", "Grand aéroport", VERMILLION, "maki/airport"),
    ("medium_airport", "Medium airport", "Aéroport moyen", REDDISH_PURPLE, "maki/airfield"),
    ("small_airport", "Small airport", "Petit aérodrome", BLUE, "temaki/windsock"),
    ("heliport", "Heliport", "Héliport", BLUISH_GREEN, "maki/heliport"),
    ("seaplane_base", "Seaplane base", "Hydrobase", DARKENED_SKY_BLUE, "maki/harbor"),
    ("balloonport", "Balloonport", "Ballodrome", DARKENED_ORANGE, "temaki/balloon"),
    ("closed", "Closed airport", "Aéroport fermé", GREY, "temaki/x_oblique"),
)
STARTER_CATEGORIES = (
    ("health_facility", "Health facility", "Établissement de santé", VERMILLION, "maki/hospital"),
    ("school", "School", "École", BLUE, "maki/school"),
    ("warehouse", "Warehouse", "Entrepôt", BLUISH_GREEN, "maki/warehouse"),
    ("office", "Office", "Bureau", REDDISH_PURPLE, "maki/building"),
    ("depot", "Depot", "Dépôt", DARKENED_ORANGE, "temaki/truck"),
    ("other", "Other", "Autre", GREY, "maki/marker"),
)


def create_demo_categories(session: Session) -> None:
    """Store the kinds of airport, except those that are there already."""
    _create(session, DEMO_CATEGORIES)


def create_starter_categories(session: Session) -> None:
    """Store a first choice for a registry without the demo, except those that are there already."""
    _create(session, STARTER_CATEGORIES)


def _create(session: Session, categories: tuple[tuple[str, str, str, str, str], ...]) -> None:
    rows = [
        {
            "slug": slug,
            "label": label,
            "translations": {"fr": french},
            "colour": colour,
            "icon": icon,
            "rank": rank,
        }
        for rank, (slug, label, french, colour, icon) in enumerate(categories, start=1)
    ]
    session.execute(insert(Category).values(rows).on_conflict_do_nothing())
