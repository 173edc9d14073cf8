"""A registry of random places for tests of filters: all over the world, at the poles and at 180 degrees."""

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import create_engine, select, text
from sqlalchemy.orm import Session

from tests.databases import Databases
from tests.factories import make_category
from webapp.facilities.models import Facility
from webapp.facilities.vocabulary import Precision, Status

ROWS = 3000
CATEGORIES = ("heliport", "school", "balloonport")
BEGINNING = datetime(2026, 1, 1, tzinfo=UTC)

INSERT = """
INSERT INTO facilities (name, category, status, location_precision, country, location, updated_at)
VALUES (:name, :category, :status, :precision, :country,
        ST_SetSRID(ST_MakePoint(:lon, :lat), 4326), :updated)
"""


def _places(dice: random.Random) -> Iterator[tuple[float, float]]:
    """A third all over the world, a third near 180 degrees, a sixth near each pole, and the corners."""
    yield from ((180.0, 0.0), (-180.0, 0.0), (0.0, 90.0), (77.0, -90.0), (180.0, 90.0), (-180.0, -17.0))
    while True:
        yield dice.uniform(-180, 180), dice.uniform(-90, 90)
        yield ((dice.gauss(180, 3) + 180) % 360 - 180), dice.gauss(-17, 5)
        yield dice.uniform(-180, 180), dice.choice((-1, 1)) * (90 - abs(dice.gauss(0, 2)))


@pytest.fixture(scope="module")
def world(databases: Databases) -> Iterator[tuple[Session, list[Facility]]]:
    """A session on a registry of random places, and all of them in the order of their keys."""
    name = databases.copy()
    engine = create_engine(databases.settings(name).database_url)
    dice = random.Random(7)  # noqa: S311 - the same world in every run
    with Session(engine) as session:
        session.add_all(map(make_category, CATEGORIES))
        session.flush()
        rows = [
            {
                "name": f"Place {number}" + (" clinic" if number % 7 == 0 else ""),
                "category": dice.choices(CATEGORIES, (50, 49, 1))[0],
                "status": dice.choice(list(Status)),
                "precision": dice.choice(list(Precision)),
                "country": dice.choice(("FJ", "KE", None)),
                "lon": lon,
                "lat": lat,
                "updated": BEGINNING + timedelta(hours=number),
            }
            for number, (lon, lat) in zip(range(ROWS), _places(dice), strict=False)
        ]
        session.execute(text(INSERT), rows)
        session.commit()
        session.execute(text("ANALYZE facilities"))
        yield session, list(session.scalars(select(Facility).order_by(Facility.id)))
    engine.dispose()
    databases.drop(name)
