"""What is suggested: the most alike first, among those as alike the nearest, in registries of any size."""

import pytest
from shapely import Point
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests.factories import make_category, make_facility, store_demo
from webapp.facilities import samples
from webapp.facilities.filters import FacilityFilter
from webapp.facilities.models import Facility
from webapp.geo.position import Position
from webapp.search import queries
from webapp.search.queries import suggest

HERE = Position(36.8, -1.3)
FAR = Position(-74.0, 40.7)


@pytest.fixture
def registry(session: Session) -> Session:
    """Clinics here and far away, and facilities that have the word elsewhere."""
    session.add(make_category())
    session.flush()
    for name, place, facts in (
        ("Clinic", FAR, {}),
        ("North Clinic", HERE, {}),
        ("Clinic Street Depot", FAR, {}),
        ("Polyclinic", HERE, {}),
        ("Depot", HERE, {"address": "1 Clinic Road"}),
        ("Clinics", FAR, {}),
        ("Hospital", HERE, {"identifiers": {"icao": "HKJK"}, "locality": "Østerbro"}),
    ):
        session.add(make_facility(name=name, location=Point(*place.coordinates), **facts))
    session.commit()
    return session


@pytest.fixture(params=["rare", "common"])
def size(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Answer as for a rare text, and as for one that millions share."""
    if request.param == "common":
        monkeypatch.setattr(queries, "COMMON", -1)
    return str(request.param)


def names(session: Session, text: str, place: Position | None = HERE, limit: int = 20) -> list[str]:
    chosen = FacilityFilter(text=text, asked_text=text)
    return [row.name for row in suggest(session, chosen, place, limit=limit).rows]


@pytest.mark.usefixtures("size")
def test_likeness_comes_first_and_nearness_next(registry: Session) -> None:
    assert names(registry, "clinic", None)[:3] == ["Clinic", "Clinics", "Clinic Street Depot"]
    assert names(registry, "clinic") == [
        "North Clinic",
        "Clinic",
        "Polyclinic",
        "Clinics",
        "Clinic Street Depot",
        "Depot",
    ]
    assert names(registry, "clinic", FAR)[:3] == ["Clinic", "Clinics", "Clinic Street Depot"]


@pytest.mark.usefixtures("size")
@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("h", ["Hospital"]),
        ("hk", ["Hospital"]),
        ("HOSPI", ["Hospital"]),
        ("osterbro hosp", ["Hospital"]),
        ("hkjk", ["Hospital"]),
        ("north cl", ["North Clinic"]),
        ("nothing of this", []),
        ("zz", []),
        ("100% _.*", []),
    ],
)
def test_words_begun_in_any_order_case_and_accents(registry: Session, typed: str, found: list[str]) -> None:
    assert names(registry, typed) == found


@pytest.mark.usefixtures("size")
def test_a_code_is_found_before_all_else(registry: Session) -> None:
    code = registry.scalars(select(Facility.code).where(Facility.name == "Polyclinic")).one()
    assert names(registry, code, FAR)[0] == "Polyclinic"
    assert "Polyclinic" in names(registry, code[:7], FAR)


def test_a_frequent_text_is_found_near_and_by_its_head(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(samples, "FEWEST_TO_SAMPLE", 1)
    monkeypatch.setattr(queries, "COMMON", -1)
    monkeypatch.setattr(queries, "STEPS", 40)
    store_demo(session, 400)
    near = names(session, "heliport", HERE, limit=5)
    there = func.ST_SetSRID(func.ST_MakePoint(*HERE.coordinates), 4326)
    nearest = select(Facility.name).where(Facility.category == "heliport")
    assert near[0] == session.scalars(nearest.order_by(Facility.location.op("<->")(there)).limit(1)).one()
    assert all(name.startswith("Heliport") for name in near)
    assert names(session, "closed 0006", FAR)[0] == "Closed 0006"


def test_more_than_the_limit_is_said(registry: Session) -> None:
    chosen = FacilityFilter(text="clinic", asked_text="clinic")
    assert suggest(registry, chosen, HERE, limit=5).more
    assert not suggest(registry, chosen, HERE, limit=6).more
