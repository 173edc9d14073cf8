"""What the database refuses whoever writes: every case goes past the models, as psql or a bulk load does."""

from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DataError, DBAPIError, IntegrityError
from sqlalchemy.orm import Session

from tests.factories import make_category
from webapp.facilities.models import Facility
from webapp.facilities.vocabulary import Precision, Status

pytestmark = pytest.mark.usefixtures("facility")

POSITIONS = {
    "NaN longitude": "ST_MakePoint('NaN', -1.3)",
    "NaN latitude": "ST_MakePoint(36.8, 'NaN')",
    "infinite longitude": "ST_MakePoint('Infinity', -1.3)",
    "infinite latitude": "ST_MakePoint(36.8, '-Infinity')",
    "too far west": "ST_MakePoint(-180.0000001, 0)",
    "too far east": "ST_MakePoint(180.0000001, 0)",
    "too far south": "ST_MakePoint(0, -90.0000001)",
    "too far north": "ST_MakePoint(0, 90.0000001)",
    "swapped axes beyond range": "ST_MakePoint(-1.3, 136.8)",
    "empty": "'POINT EMPTY'::geometry",
}

FOOTPRINTS = {
    "a height that is no number": "ST_MakeLine(ST_MakePoint(0, 0, 'NaN'), ST_MakePoint(1, 1, 2))",
    "an infinite height": "ST_MakeLine(ST_MakePoint(0, 0, 1), ST_MakePoint(1, 1, 'Infinity'))",
    "measures": "ST_MakePointM(1, 1, 7)",
    "a curve": "'CIRCULARSTRING(0 0, 1 1, 2 0)'::geometry",
    "a surface": "'TIN(((0 0, 0 1, 1 1, 0 0)))'::geometry",
    "bow tie": "'POLYGON((0 0, 1 1, 1 0, 0 1, 0 0))'::geometry",
    "hole outside": "'POLYGON((0 0, 1 0, 1 1, 0 0), (5 5, 6 5, 6 6, 5 5))'::geometry",
    "empty": "'POLYGON EMPTY'::geometry",
    "beyond the antimeridian": "ST_MakeEnvelope(170, 0, 190, 10)",
    "beyond the pole": "ST_MakeEnvelope(0, 80, 10, 91)",
    "NaN": "ST_MakeLine(ST_MakePoint(0, 'NaN'), ST_MakePoint(1, 1))",
    "infinite": "ST_MakeLine(ST_MakePoint(0, 'Infinity'), ST_MakePoint(1, 1))",
}

TEXT_COLUMNS = ("name", "address", "locality", "phone", "email", "website")
CONTROL_CHARACTERS = ["\x01", "\t", "\n", "\r", "\x1b", "\x1f", "\x7f", "\x80", "\x85", "\x9f"]

IDENTIFIERS = {
    "a number": '{"icao": 7}',
    "true": '{"icao": true}',
    "null": '{"icao": null}',
    "an object": '{"icao": {"code": "HKNW"}}',
    "a list": '{"icao": ["HKNW"]}',
    "an empty text": '{"icao": ""}',
    "a control character": '{"icao": "HK\\u0007NW"}',
    "blanks around": '{"icao": " HKNW "}',
    "a scheme in capitals": '{"ICAO": "HKNW"}',
    "an empty scheme": '{"": "HKNW"}',
    "no object but a list": '["HKNW"]',
    "no object but a text": '"HKNW"',
}


def _set(session: Session, column: str, expression: str, **values: Any) -> None:
    session.execute(text(f"UPDATE facilities SET {column} = {expression}"), values)  # noqa: S608  # cases above


def _refused_by(session: Session, constraint: str, column: str, expression: str, **values: Any) -> None:
    """Expect that constraint, and nothing stored."""
    with pytest.raises(IntegrityError) as caught:
        _set(session, column, expression, **values)
    assert getattr(caught.value.orig, "diag").constraint_name == constraint  # noqa: B009
    session.rollback()
    assert session.scalar(text("SELECT max(version) FROM facilities")) == 1


@pytest.mark.parametrize("expression", POSITIONS.values(), ids=POSITIONS)
def test_a_location_that_is_not_on_earth(session: Session, expression: str) -> None:
    _refused_by(session, "ck_facilities_location_on_earth", "location", f"ST_SetSRID({expression}, 4326)")


@pytest.mark.parametrize("corner", [(-180, -90), (180, 90), (-180, 90), (0, 0)])
def test_the_corners_of_the_world_are_on_earth(
    session: Session, facility: Facility, corner: tuple[int, int]
) -> None:
    _set(session, "location", "ST_SetSRID(ST_MakePoint(:lon, :lat), 4326)", lon=corner[0], lat=corner[1])
    session.refresh(facility)
    assert facility.position.coordinates == corner


@pytest.mark.parametrize(
    "expression",
    ["ST_MakePoint(36.8, -1.3, 5)", "ST_MakeLine(ST_MakePoint(0, 0), ST_MakePoint(1, 1))"],
    ids=["Z", "line"],
)
def test_a_location_of_another_type(session: Session, expression: str) -> None:
    with pytest.raises(DataError, match="column"):
        _set(session, "location", f"ST_SetSRID({expression}, 4326)")


@pytest.mark.parametrize("expression", FOOTPRINTS.values(), ids=FOOTPRINTS)
def test_an_invalid_footprint(session: Session, expression: str) -> None:
    _refused_by(session, "ck_facilities_footprint_valid", "footprint", f"ST_SetSRID({expression}, 4326)")


def test_a_footprint_of_unknown_srid(session: Session) -> None:
    _refused_by(session, "ck_facilities_footprint_srid", "footprint", "ST_MakeEnvelope(0, 0, 1, 1)")


@pytest.mark.parametrize(
    "column", ["name", "category", "status", "location", "location_precision", "identifiers"]
)
def test_nothing_where_something_is_needed(session: Session, column: str) -> None:
    with pytest.raises(IntegrityError, match=f'null value in column "{column}"'):
        _set(session, column, "NULL")


def test_an_unknown_category(session: Session) -> None:
    _refused_by(session, "fk_facilities_category", "category", "'spaceport'")


def test_a_category_that_is_used_stays(session: Session) -> None:
    with pytest.raises(IntegrityError, match="fk_facilities_category"):
        session.execute(text("DELETE FROM categories"))


def test_a_renamed_category_takes_its_facilities_along(session: Session, facility: Facility) -> None:
    session.execute(text("UPDATE categories SET slug = 'helipad'"))
    session.refresh(facility)
    assert (facility.category, facility.version) == ("helipad", 2)


@pytest.mark.parametrize("character", CONTROL_CHARACTERS, ids=repr)
@pytest.mark.parametrize("column", TEXT_COLUMNS)
def test_a_control_character(session: Session, column: str, character: str) -> None:
    value = f"https://a{character}b" if column == "website" else f"a{character}b"
    _refused_by(session, f"ck_facilities_{column}_text", column, ":value", value=value)


@pytest.mark.parametrize("value", ["", " ", " a", "a "], ids=repr)
@pytest.mark.parametrize("column", [column for column in TEXT_COLUMNS if column != "website"])
def test_an_empty_or_untrimmed_text(session: Session, column: str, value: str) -> None:
    _refused_by(session, f"ck_facilities_{column}_text", column, ":value", value=value)


@pytest.mark.parametrize("value", ["", " ", "a\x01b", "a\x0bb", "a\rb", "\na"], ids=repr)
def test_a_description_that_is_no_block_of_text(session: Session, value: str) -> None:
    _refused_by(session, "ck_facilities_description_text", "description", ":value", value=value)


def test_a_nul_byte_reaches_no_column(session: Session) -> None:
    with pytest.raises((DBAPIError, ValueError), match="NUL"):
        _set(session, "description", ":value", value="a\0b")


NAMES = [
    "Hôpital général de Douala",
    "مستشفى الملك فيصل",
    "大阪国際空港",
    "Łódź–Lublinek ✈ 𝔸",
    'O\'Hare "T5" \\ 100% <b>',
    "é" * 255,
    "नमस्ते\u200dक",
]


@pytest.mark.parametrize("name", NAMES)
def test_names_of_every_script_come_back_as_written(session: Session, facility: Facility, name: str) -> None:
    facility.name = name
    session.commit()
    session.expire(facility)
    assert facility.name == name


def test_a_description_keeps_its_lines(session: Session, facility: Facility) -> None:
    _set(session, "description", ":value", value="first\n\tsecond\n\nthird")
    session.refresh(facility)
    assert facility.description == "first\n\tsecond\n\nthird"


def test_a_name_that_is_too_long(session: Session) -> None:
    with pytest.raises(DataError, match="too long"):
        _set(session, "name", ":value", value="x" * 256)


@pytest.mark.parametrize("value", IDENTIFIERS.values(), ids=IDENTIFIERS)
def test_identifiers_that_are_no_texts(session: Session, value: str) -> None:
    _refused_by(
        session, "ck_facilities_identifiers_texts", "identifiers", "CAST(:value AS jsonb)", value=value
    )


def test_identifiers_keep_zeros_and_accents(session: Session, facility: Facility) -> None:
    facility.identifiers = {"national": "00120", "osm": "node/7", "local.name": "Ñ-1"}
    session.commit()
    session.expire(facility)
    assert facility.identifiers == {"national": "00120", "osm": "node/7", "local.name": "Ñ-1"}


@pytest.mark.parametrize(
    ("column", "constraint", "known"),
    [
        ("status", "ck_facilities_status_known", Status),
        ("location_precision", "ck_facilities_location_precision_known", Precision),
    ],
)
def test_words_of_a_list(session: Session, *, column: str, constraint: str, known: type[Status]) -> None:
    for word in known:
        _set(session, column, ":value", value=word.value)
    session.rollback()
    _refused_by(session, constraint, column, ":value", value="haunted")


@pytest.mark.parametrize("value", ["ke", "K1", "K", ""])
def test_a_country_that_is_no_code(session: Session, value: str) -> None:
    _refused_by(session, "ck_facilities_country_form", "country", ":value", value=value)


@pytest.mark.parametrize(
    "value", ["javascript:alert(1)", "//evil.example", "data:text/html,x", "ftp://a.example", "a.example"]
)
def test_a_website_that_is_no_web_address(session: Session, value: str) -> None:
    _refused_by(session, "ck_facilities_website_scheme", "website", ":value", value=value)


@pytest.mark.parametrize(
    ("constraint", "wrong"),
    [
        ("ck_categories_slug_form", {"slug": "Heli Port"}),
        ("ck_categories_colour_form", {"colour": "red"}),
        ("ck_categories_colour_form", {"colour": "#ABCDEF"}),
        ("ck_categories_icon_form", {"icon": "../../etc/passwd"}),
        ("ck_categories_label_text", {"label": ""}),
        ("ck_categories_translations_object", {"translations": ["fr"]}),
    ],
)
def test_categories_are_fit_to_be_shown(session: Session, constraint: str, wrong: dict[str, Any]) -> None:
    session.add(make_category(**{"slug": "clinic", **wrong}))
    with pytest.raises(IntegrityError, match=constraint):
        session.flush()


def test_search_text_is_without_case_and_accents(session: Session, facility: Facility) -> None:
    facility.name, facility.locality = "Hôpital ÉCOLE", "Łódź"
    facility.identifiers = {"b": "Zwei", "a": "EINS"}
    session.flush()
    found = session.execute(text("SELECT sort_name, search_text, lower(code) FROM facilities")).one()
    assert found[0] == "hopital ecole"
    assert found[1].startswith(f"hopital ecole {found[2]} lodz ")
    assert "eins" in found[1]
    assert "zwei" in found[1]
