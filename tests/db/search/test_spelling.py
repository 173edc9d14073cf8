"""A slip of the finger is forgiven; a rare word, a code and a number are left as they are."""

import pytest
from flask import Flask
from sqlalchemy import insert, select, text
from sqlalchemy.orm import Session

from tests.factories import make_category, make_facility, store_facility
from webapp.facilities.models import Facility
from webapp.search.models import FacilityWord
from webapp.search.spelling import correct


@pytest.fixture
def registry(session: Session) -> Session:
    """Facilities that have some words in common."""
    session.add(make_category())
    session.flush()
    names = (
        "North Hospital",
        "Hospital of Saint-Étienne",
        "Clinic 12",
        "Bibliothèque",
        "Łódź Library",
        "Paris",
    )
    session.add_all(make_facility(name=name) for name in names)
    session.add(
        make_facility(name="Depot", locality="Nairobi", address="Moi Avenue", identifiers={"a": "ZQXW"})
    )
    session.commit()
    return session


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("hosptial", "hospital"),
        ("hopital", "hospital"),
        ("Hospittal", "hospital"),
        ("hosptia", "hospital"),
        ("saint-etiene", "saint-etienne"),
        ("bibliotheqe", "bibliotheque"),
        ("libary", "library"),
        ("prais", "paris"),
        ("nairoby", "nairobi"),
        ("avenu moi", "avenu moi"),
        ("clinnic 12", "clinic 12"),
        ("noth hosptial", "north hospital"),
    ],
)
def test_a_slip_is_forgiven(registry: Session, typed: str, meant: str) -> None:
    assert correct(registry, typed) == meant


@pytest.mark.parametrize(
    "typed",
    [
        "hospital",
        "HÔPITAL" * 5,
        "hosp",
        "ital",
        "lodz",
        "zqxw",
        "cli",
        "prs",
        "F100000017",
        "hosptial7",
        "entirely different",
        "%%% hospital",
        "",
    ],
)
def test_what_is_known_short_or_like_nothing_is_left_alone(registry: Session, typed: str) -> None:
    assert correct(registry, typed) == typed


def test_among_words_as_alike_the_usual_one_is_meant(session: Session) -> None:
    session.add(make_category())
    session.flush()
    names = ["Clinix", *["Clinic"] * 5]
    session.execute(insert(Facility), [_values(name) for name in names])
    assert correct(session, "clini") == "clini"
    assert correct(session, "clinicc") == "clinic"
    assert correct(session, "clinip") == "clinic"


def test_any_writer_teaches_new_words(session: Session) -> None:
    facility = store_facility(session, name="Heliport")
    assert correct(session, "observatori") == "observatori"
    session.execute(text("UPDATE facilities SET name = 'Observatory'"))
    assert correct(session, "observatori") == "observatory"
    session.execute(
        text("UPDATE facilities SET locality = 'Kisumu' WHERE code = :code"), {"code": facility.code}
    )
    assert correct(session, "kisimu") == "kisumu"


def test_collecting_forgets_what_no_facility_has(committing_app: Flask, committed: Session) -> None:
    store_facility(committed, name="Observatory")
    store_facility(committed, name="Heliport")
    committed.execute(text("DELETE FROM facilities WHERE name = 'Observatory'"))
    committed.commit()
    assert correct(committed, "observatori") == "observatory"
    committed.commit()
    answer = committing_app.test_cli_runner().invoke(args=["search", "refresh"])
    # its name, and the letters of its code
    assert answer.output in {"2 words known.\n", "3 words known.\n"}
    assert correct(committed, "observatori") == "observatori"
    assert correct(committed, "heliprt") == "heliport"


def test_a_word_is_learnt_once(session: Session) -> None:
    for _number in range(3):
        store_facility(session, name="Heliport Heliport of Nairobi")
    words = session.scalars(select(FacilityWord.word).order_by(FacilityWord.word)).all()
    assert [word for word in words if len(word) > 1] == ["heliport", "nairobi", "of"]


def _values(name: str) -> dict[str, object]:
    facility = make_facility(name=name)
    return {"name": name, "category": facility.category, "location": facility.location}
