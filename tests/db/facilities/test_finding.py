"""However facilities are found, they are those that the filter's conditions let through."""

from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import Point
from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from tests.factories import make_category
from webapp.facilities import finding, samples
from webapp.facilities.filters import FacilityFilter
from webapp.facilities.finding import MARKED_LEVELS, Ground, find, ground_of, select_found
from webapp.facilities.models import Facility, FacilitySample
from webapp.facilities.queries import prepared
from webapp.geo.grid import GRID_LEVEL

World = tuple[Session, list[Facility]]
COLUMNS = (Facility.id, Facility.category)

FACTS = {
    "q": ["clinic", "place clinic", "pl clinic", "12", "c", "F10000"],
    "category": ["school", "balloonport"],
    "status": ["operational", "closed"],
    "country": ["FJ", "KE"],
    "precision": ["exact", "approximate"],
    "updated_since": ["2026-03-01"],
    "near": ["180,-17,400000", "36.8,-1.3,3000000", "12,89.5,500000", "0,0,20004000"],
    "within": ["177,-22;182,-20;183,-14;178,-12", "-170,0;-50,0;50,0;170,0;170,40;50,10;-50,40;-170,10"],
    "bbox": ["0,-30,60,30", "170,-40,-170,0", "-180,86,180,89", "-180,-89.5,180,-85.2", "180,0,180,0"],
}
FILTERS = st.lists(st.sampled_from(sorted(FACTS)), unique=True, max_size=4).flatmap(
    lambda names: st.fixed_dictionaries({name: st.sampled_from(FACTS[name]) for name in names})
)


@pytest.fixture(params=["grid", "words", "time", "conditions"])
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Each of the ways, wherever it can be gone."""
    name = str(request.param)
    monkeypatch.setattr(finding, "TOO_FEW_FOR_WORDS", -1 if name == "words" else 10**9)
    monkeypatch.setattr(finding, "SOON_WALKED", -1 if name == "time" else 10**9)
    monkeypatch.setattr(finding, "WALKED_AT_MOST", -1 if name == "conditions" else 10**9)
    return name


@pytest.mark.usefixtures("way")
def test_every_way_finds_what_the_conditions_let_through(world: World) -> None:
    session = world[0]

    @settings(max_examples=150)
    @given(FILTERS)
    def agree(asked: dict[str, str]) -> None:
        chosen = prepared(session, FacilityFilter.from_parameters(MultiDict(asked)))
        query = select(*COLUMNS).where(*FacilityFilter.from_parameters(MultiDict(asked)).conditions())
        found = find(session, chosen, COLUMNS)
        assert found.share == 1
        assert sorted(found.rows) == sorted(map(tuple, session.execute(query)))

    agree()


def test_the_words_are_asked_of_their_index_together_with_the_cells(world: World) -> None:
    chosen = FacilityFilter.from_parameters(
        MultiDict({"q": "clinic", "bbox": "0,-30,60,30", "country": "KE"})
    )
    ground = ground_of(world[0], chosen)
    assert 0 < ground.number < len(world[1])
    query = str(select_found(chosen, ground, COLUMNS))
    assert "grid_key" in query
    large = Ground(10**6, 10**6, ground.level, ground.cells, ground.parts)
    query = str(select_found(chosen, large, COLUMNS))
    assert query.count("facility_marks") == 2
    assert "grid_key" not in query


def test_facilities_are_marked_with_the_cells_they_lie_in(world: World) -> None:
    session, rows = world
    marks = func.facility_marks(
        Facility.category, Facility.status, Facility.country, Facility.grid_x, Facility.grid_y
    )
    stored = {row.id: set(row.marks) for row in session.execute(select(Facility.id, marks.label("marks")))}
    for level in MARKED_LEVELS:
        for row in rows[::50]:
            shift = GRID_LEVEL - level
            ground = Ground(1, 1, level, ((row.grid_x >> shift, row.grid_y >> shift),), ())
            assert set(ground.marks()) <= stored[row.id]
    assert all(len(found) == len(MARKED_LEVELS) + 3 for found in stored.values())
    assert Ground(1, 1, 3, ((0, 0),), ()).marks() == []


def test_a_filter_with_nothing_in_common_with_its_box_finds_nothing(world: World) -> None:
    chosen = FacilityFilter.from_parameters(MultiDict({"near": "0,0,1000", "bbox": "100,10,110,20"}))
    assert find(world[0], chosen, COLUMNS) == ([], 1)


def test_more_than_many_are_a_fair_sample(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(samples, "FEWEST_TO_SAMPLE", 1)
    monkeypatch.setattr(finding, "FOUND_AT_MOST", 200)
    chosen = FacilityFilter.from_parameters(MultiDict({"q": "place"}))
    found = find(world[0], chosen, COLUMNS)
    assert found.share == 64
    assert 20 < len(found.rows) < 100
    assert {row.id: row.category for row in world[1]}.items() >= dict(found.rows).items()


class TestCopies:
    """The samples hold what the facilities hold, whoever writes."""

    @pytest.fixture
    def registry(self, session: Session) -> Session:
        session.add_all(map(make_category, ("heliport", "school")))
        session.flush()
        dice = Random(3)  # noqa: S311 - the same places in every run
        rows = [
            {
                "name": f"Place {number}",
                "category": "heliport",
                "location": Point(dice.uniform(-180, 180), dice.uniform(-90, 90)),
            }
            for number in range(2000)
        ]
        session.execute(insert(Facility), rows)
        session.commit()
        return session

    def test_they_are_about_one_in_so_many(self, registry: Session) -> None:
        copies = registry.scalars(select(func.count()).select_from(FacilitySample)).one()
        assert 15 < copies < 60

    @pytest.mark.parametrize(
        "change",
        [
            update(Facility).values(status="closed", country="KE", location_precision="approximate"),
            update(Facility).values(location=func.ST_SetSRID(func.ST_MakePoint(1, 2), 4326), name="Moved"),
            update(Facility).where(Facility.id % 2 == 0).values(category="school"),
            delete(Facility).where(Facility.id % 3 == 0),
            delete(Facility),
        ],
        ids=["facts", "place", "some", "removed", "all removed"],
    )
    def test_they_follow(self, registry: Session, change: object) -> None:
        registry.execute(change)  # type: ignore[call-overload]
        registry.commit()
        columns = [column.name for column in FacilitySample.__table__.columns if column.name != "share"]
        share = func.facility_sample_share(Facility.id)
        expected = select(*(Facility.__table__.c[name] for name in columns), share).where(share.is_not(None))
        copies = select(*(FacilitySample.__table__.c[name] for name in columns), FacilitySample.share)
        for one, other in ((expected, copies), (copies, expected)):
            assert not registry.execute(one.except_(other)).all()
