"""Which words of a text an index is asked for."""

import pytest
from sqlalchemy import insert
from sqlalchemy.orm import Session

from tests.factories import make_category, make_facility
from webapp.facilities.filters import FacilityFilter
from webapp.facilities.models import Facility
from webapp.facilities.queries import prepared
from webapp.search.models import FacilityWord

KNOWN = {"clinic": 1_000_000, "reisterstown": 400, "station": 15_000, "saint": 200_000}


@pytest.fixture
def registry(session: Session) -> Session:
    """A registry that knows some words, as often as in a large one."""
    session.add(make_category())
    session.flush()
    session.add(make_facility(name="Depot"))
    session.execute(insert(FacilityWord), [{"word": word, "facilities": n} for word, n in KNOWN.items()])
    session.commit()
    return session


@pytest.mark.parametrize(
    ("text", "telling"),
    [
        ("clinic", ("clinic",)),
        ("clinic st", ("clinic",)),
        ("st", None),
        ("reisterstown clinic", ("reisterstown",)),
        ("reisterstown (station) clinic", ("reisterstown", "(station)")),
        ("saint clinic", ("saint", "clinic")),
        # a sign is in no word, and nothing that an index could find
        ("station - clinic", ("station",)),
        ("reisterstown st - station", ("reisterstown", "station")),
    ],
)
def test_the_rare_words_tell(registry: Session, text: str, telling: tuple[str, ...] | None) -> None:
    asked = FacilityFilter(text=text, asked_text=text)
    assert prepared(registry, asked).telling == telling


def test_every_word_has_to_be_there_whichever_tells(registry: Session) -> None:
    registry.add_all(make_facility(name=name) for name in ("Reisterstown Clinic", "Reisterstown - Station"))
    registry.commit()
    for text, found in (
        ("reisterstown clinic", ["Reisterstown Clinic"]),
        ("reisterstown - station", ["Reisterstown - Station"]),
        ("reisterstown - clinic", []),
    ):
        chosen = prepared(registry, FacilityFilter(text=text, asked_text=text))
        query = registry.query(Facility.name).where(*chosen.conditions())
        assert [name for (name,) in query] == found
