"""The pyramid is true whoever writes: forms, SQL, COPY, many at once, and whatever was rolled back."""

import io
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from functools import partial
from random import Random

import pytest
from shapely import Point
from sqlalchemy import Connection, Engine, delete, func, insert, select, text, update
from sqlalchemy.orm import Session

from tests.factories import make_category, store_facility
from webapp.clusters.commands import find_differences, fold_changes
from webapp.clusters.models import FacilityCellChange
from webapp.clusters.queries import Facets, count_in_box
from webapp.extensions import db
from webapp.facilities.models import Facility
from webapp.geo.bounding_box import WORLD

CATEGORIES = ("heliport", "closed")
WRITERS, DEEDS = 8, 30
EDITS, EDITORS = 200, 25


@pytest.fixture
def registry(committed: Session) -> Session:
    """Two categories, and three hundred facilities that share few places."""
    committed.add_all(make_category(slug) for slug in CATEGORIES)
    committed.flush()
    committed.execute(insert(Facility), [_somewhere(_dice(number)) for number in range(300)])
    committed.commit()
    return committed


def _dice(seed: int) -> Random:
    return Random(seed)  # noqa: S311 - the same deeds in every run


def _somewhere(dice: Random) -> dict[str, object]:
    return {
        "name": f"Place {dice.random()}",
        "category": dice.choice(CATEGORIES),
        "status": dice.choice(("operational", "closed")),
        "country": dice.choice(("KE", "TZ", None)),
        "location": Point(dice.choice((36.8, 36.9, -180, 180)), dice.choice((-1.3, -1.3001, 90))),
    }


def is_true() -> bool:
    return find_differences(db.engine) == {}


def everything(session: Session, **facets: tuple[str, ...]) -> int | None:
    session.expire_all()
    return count_in_box(session, WORLD, Facets(**facets))


def test_every_fact_that_is_counted_may_change(registry: Session) -> None:
    facility = store_facility(registry, country="KE")
    for change in (
        {"location": Point(-74, 40.7)},
        {"category": "closed"},
        {"status": "planned"},
        {"country": None},
        {"name": "Counts for nothing"},
    ):
        for name, value in change.items():
            setattr(facility, name, value)
        registry.commit()
        assert is_true(), change
    assert everything(registry, statuses=("planned",)) == 1
    registry.delete(facility)
    registry.commit()
    assert is_true()
    assert everything(registry, statuses=("planned",)) == 0


def test_statements_about_many_rows_count_each(registry: Session) -> None:
    registry.execute(update(Facility).where(Facility.category == "heliport").values(status="planned"))
    registry.execute(delete(Facility).where(Facility.country == "TZ"))
    registry.commit()
    left = registry.scalar(select(func.count()).select_from(Facility))
    assert is_true()
    assert everything(registry) == left


def test_copy_counts(registry: Session) -> None:
    rows = "".join(
        f"Copied {number}\theliport\tSRID=4326;POINT(1{number % 10} 5)\n" for number in range(2000)
    )
    raw = registry.connection().connection.cursor()
    raw.copy_expert("COPY facilities (name, category, location) FROM STDIN", io.StringIO(rows))
    registry.commit()
    assert is_true()
    assert everything(registry) == 2300


def test_what_was_rolled_back_was_never_counted(registry: Session) -> None:
    registry.execute(delete(Facility))
    registry.rollback()
    assert is_true()
    assert everything(registry) == 300


def test_truth_survives_many_writers_at_once(registry: Session) -> None:
    registry.commit()
    with ThreadPoolExecutor(WRITERS) as pool:
        deeds = sum(pool.map(partial(_write, db.engine), range(WRITERS)))
    assert deeds == WRITERS * DEEDS
    assert is_true()
    assert everything(registry) == registry.scalar(select(func.count()).select_from(Facility))
    fold_changes(registry)
    registry.commit()
    assert registry.scalar(select(func.count()).select_from(FacilityCellChange)) == 0
    assert is_true()


def _write(engine: Engine, seed: int) -> int:
    """Add, move, change and remove at random, some of it many rows at a time, some of it taken back."""
    dice = _dice(seed)
    with engine.connect() as connection:
        for _deed in range(DEEDS):
            _do(connection, dice)
            if dice.random() < 0.2:
                connection.rollback()
            else:
                connection.commit()
    return DEEDS


def _do(connection: Connection, dice: Random) -> None:
    # whoever takes these rows takes all of them in one order, so that no two wait for each other in a circle
    some = (
        select(Facility.id)
        .where(Facility.id % 7 == dice.randrange(7))
        .order_by(Facility.id)
        .limit(dice.choice((1, 5, 40)))
        .with_for_update()
    )
    ids = connection.scalars(some).all()
    rows = Facility.id.in_(ids)
    values = _somewhere(dice)
    match dice.randrange(4):
        case 0:
            connection.execute(insert(Facility), [_somewhere(dice) for _row in range(dice.choice((1, 100)))])
        case 1:
            connection.execute(update(Facility).where(rows).values(location=values["location"]))
        case 2:
            connection.execute(update(Facility).where(rows).values(status=values["status"], country="FR"))
        case _:
            connection.execute(delete(Facility).where(rows))


def test_single_edits_never_wait_for_each_other(registry: Session) -> None:
    """Two hundred edits in one cell, 25 of them open at the same moment: a common row would block them."""
    ids = registry.scalars(select(Facility.id).limit(EDITS)).all()
    registry.execute(update(Facility).values(location=Point(36.8, -1.3)))
    registry.commit()
    for begin in range(0, len(ids), EDITORS):
        with ExitStack() as open_edits:
            for number in ids[begin : begin + EDITORS]:
                edit = open_edits.enter_context(db.engine.connect())
                edit.execute(text("SET LOCAL lock_timeout = '1ms'"))
                edit.execute(update(Facility).where(Facility.id == number).values(status="planned"))
                open_edits.callback(edit.commit)
    assert is_true()
    assert everything(registry, statuses=("planned",)) == EDITS
