"""The demo registry: every row of the list arrives, awkward ones included, by the product's own import."""

from collections.abc import Iterator

import pytest
from flask import Flask
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from tests.databases import Databases
from tests.factories import store_facility
from webapp import create_app
from webapp.extensions import db
from webapp.facilities.models import Category, Facility
from webapp.history.models import FacilityRevision
from webapp.imports import commands
from webapp.imports.categories import create_demo_categories
from webapp.imports.cli import demo_command
from webapp.imports.commands import create_starter_categories
from webapp.imports.ourairports import AIRPORTS


@pytest.fixture(scope="module")
def demo(databases: Databases) -> Iterator[Flask]:
    """An application whose registry was filled by `flask demo`."""
    name = databases.copy()
    app = create_app(databases.settings(name))
    result = app.test_cli_runner().invoke(demo_command)
    assert result.exit_code == 0, result.output
    assert f"Added {AIRPORTS} facilities." in result.output
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()
    databases.drop(name)


@pytest.fixture
def registry(demo: Flask) -> Iterator[Session]:
    with demo.app_context():
        yield db.session()


def number_of(session: Session, *conditions: object) -> int:
    query = select(func.count()).select_from(Facility).where(*conditions)  # type: ignore[arg-type]
    return session.scalars(query).one()


def airport(session: Session, ident: str) -> Facility:
    return session.scalars(select(Facility).where(Facility.identifiers["ident"].astext == ident)).one()


def test_no_row_is_lost(registry: Session) -> None:
    assert number_of(registry) == AIRPORTS
    assert registry.scalar(select(func.count(func.distinct(Facility.code)))) == AIRPORTS


def test_every_row_is_in_the_history(registry: Session) -> None:
    query = select(FacilityRevision.actor, FacilityRevision.door, func.count()).group_by("actor", "door")
    assert [tuple(row) for row in registry.execute(query)] == [("demo", "import", AIRPORTS)]


def test_namibia_is_a_country(registry: Session) -> None:
    assert number_of(registry, Facility.country == "NA") == 259
    assert number_of(registry, Facility.country.is_(None)) == 0


def test_the_south_pole_and_the_antimeridian_are_there(registry: Session) -> None:
    assert airport(registry, "NZSP").latitude == -90
    assert number_of(registry, func.abs(Facility.longitude) > 179) == 24


def test_soft_hyphens_stay(registry: Session) -> None:
    assert number_of(registry, Facility.name.contains("\u00ad")) > 0


def test_closed_airports_are_closed(registry: Session) -> None:
    assert number_of(registry, Facility.status == "closed", Facility.category != "closed") == 0
    assert number_of(registry, Facility.status == "closed") == 9_508


def test_one_airport_in_full(registry: Session) -> None:
    nairobi = airport(registry, "HKJK")
    assert nairobi.position.coordinates == pytest.approx((36.9278, -1.31924), abs=1e-4)
    assert nairobi.name == "Jomo Kenyatta International Airport"
    assert (nairobi.category, nairobi.country, nairobi.locality) == ("large_airport", "KE", "Nairobi")
    assert nairobi.identifiers["iata"] == "NBO"
    assert nairobi.identifiers["wikipedia"].startswith("https://en.wikipedia.org/")


def test_the_planner_knows_the_new_rows(registry: Session) -> None:
    estimate = text("SELECT reltuples FROM pg_class WHERE oid = 'facilities'::regclass")
    assert registry.scalar(estimate) == pytest.approx(AIRPORTS, rel=0.01)


def test_a_registry_with_a_past_refuses_the_demo(committed: Session, committing_app: Flask) -> None:
    facility = store_facility(committed)
    committed.delete(facility)
    committed.commit()
    result = committing_app.test_cli_runner().invoke(demo_command)
    assert result.exit_code == 1
    assert "already holds facilities" in result.output
    assert "Traceback" not in result.output


def test_a_fault_leaves_the_registry_empty(
    committed: Session, committing_app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_arguments: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(commands, "_add", fail)
    assert committing_app.test_cli_runner().invoke(demo_command).exit_code == 1
    assert number_of(committed) == 0
    assert committed.scalars(select(Category)).all() == []


def test_starter_categories_can_be_made_twice(session: Session) -> None:
    create_starter_categories(session)
    create_starter_categories(session)
    create_demo_categories(session)
    slugs = set(session.scalars(select(Category.slug)))
    assert {"health_facility", "school", "warehouse", "office", "depot", "other", "heliport"} <= slugs
    assert session.scalars(select(Category).where(Category.slug == "school")).one().label_in("fr") == "École"
