"""Every cell that breaks a rule is named with the reason, and nothing of it is stored."""

from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.db.imports.records import make_record
from webapp.facilities.models import Facility
from webapp.imports.commands import import_facilities
from webapp.imports.errors import ImportRefusedError
from webapp.imports.records import Fault

pytestmark = pytest.mark.usefixtures("category")

DEEP = 100_000


def fault_of(session: Session, **cells: Any) -> Fault:
    """Import one row that must break exactly one rule."""
    with pytest.raises(ImportRefusedError) as refused:
        import_facilities(session, [make_record(7, **cells)])
    (fault,) = refused.value.faults
    assert fault.row == 7
    assert session.scalars(select(Facility)).all() == []
    return fault


@pytest.mark.parametrize(
    ("column", "value", "reason"),
    [
        ("name", None, "required"),
        ("name", " \t ", "required"),
        ("name", "n" * 256, "longer than 255"),
        ("name", "two\nlines", "control character"),
        ("name", "bell\x07", "control character"),
        ("name", "carriage\rreturn", "control character"),
        ("name", "half a \ud83d pair", "control character"),
        ("category", None, "required"),
        ("category", "casino", "The categories are: heliport"),
        ("lon", None, "required"),
        ("lon", "36,8", "decimal degrees"),
        ("lon", "36°48'E", "decimal degrees"),
        ("lon", "9" * 65, "decimal degrees"),
        ("lon", float("nan"), "finite"),
        ("lon", "-Infinity", "finite"),
        ("lon", "1e999", "finite"),
        ("lon", "180.0000001", "-180 to 180"),
        ("lat", "", "required"),
        ("lat", "NaN", "finite"),
        ("lat", -90.5, "axes look swapped"),
        ("lat", "1e99", "-90 to 90"),
        ("status", "open", "operational, planned, temporarily_closed, closed"),
        ("location_precision", "rough", "exact, approximate, area_centroid"),
        ("address", "a" * 501, "longer than 500"),
        ("address", "one\x85two", "control character"),
        ("locality", "l" * 201, "longer than 200"),
        ("country", "KEN", "ISO 3166-1"),
        ("country", "ke", "ISO 3166-1"),
        ("phone", "5" * 51, "longer than 50"),
        ("email", "nobody", "e-mail"),
        ("website", "javascript:alert(1)", "https://"),
        ("website", "ftp://example.org", "https://"),
        ("website", "https://", "https://"),
        ("website", "https://example.org/a b", "https://"),
        ("website", "https://" + "w" * 500, "longer than 500"),
        ("description", "d" * 5001, "longer than 5000"),
        ("description", "escape \x1b[2J", "control character"),
        ("identifiers", {"Two Words": "1"}, "small letter"),
        ("identifiers", {"osm": "line\nbreak"}, "small letter"),
        ("identifiers", {"osm": "nul\0"}, "small letter"),
        ("footprint", "POLYGON ((0 0, 1 1, 0 1, 1 0, 0 0))", "Self-intersection"),
        ("footprint", "POLYGON ((0 0, 1 1, 0 1, 1 0))", "non-closed rings"),
        ("footprint", "a polygon", "Cannot be read as WKT"),
        ("footprint", "SRID=3857;POINT (36.8 -1.3)", "SRID 3857"),
        ("footprint", "LINESTRING (170 0, 190 0)", "-180 to 180"),
        ("footprint", "POINT EMPTY", "empty"),
        ("footprint", "POINT (NaN 1)", "finite"),
        ("footprint", "POINT Z (1 1 NaN)", "finite"),
        ("footprint", "LINESTRING M (0 0 1, 1 1 2)", "measures"),
        ("footprint", "POINT ZM (1 1 1 1)", "measures"),
        ("footprint", "GEOMETRYCOLLECTION (CIRCULARSTRING (0 0, 1 1, 2 0))", "curves"),
        ("footprint", "TRIANGLE ((0 0, 1 0, 1 1, 0 0))", "surfaces"),
        ("footprint", "GEOMETRYCOLLECTION (" * DEEP + "POINT (1 1)" + ")" * DEEP, "characters"),
        ("footprint", "(" * 9 + ")" * 9, "deeper than 8"),
        ("footprint", "POLYGON ((0 0, 1 1", "do not match"),
    ],
)
def test_a_broken_rule_is_named(session: Session, column: str, value: Any, reason: str) -> None:
    fault = fault_of(session, **{column: value})
    assert fault.column == column
    assert reason in fault.reason


def test_swapped_axes_are_recognised(session: Session) -> None:
    fault = fault_of(session, lon=-1.3, lat=136.8)
    assert (fault.column, fault.value) == ("lat", "136.8")
    assert "swapped" in fault.reason


def test_nul_is_a_fault_and_is_shown(session: Session) -> None:
    fault = fault_of(session, name="before\0after")
    assert fault.value == "before␀after"
    assert "NUL" in fault.reason


def test_what_is_shown_is_short_and_safe_to_print(session: Session) -> None:
    fault = fault_of(session, description="\x1b" + "d" * 900)
    assert fault.value is not None
    assert fault.value.startswith("␛")
    assert len(fault.value) == 200
    assert str(fault).startswith("row 7, description '␛ddd")


@pytest.mark.parametrize(
    "footprint",
    [
        "POLYGON ((36.7 -1.4, 36.9 -1.4, 36.9 -1.2, 36.7 -1.4))",
        "MULTIPOLYGON (((0 0, 1 0, 1 1, 0 0)), ((5 5, 6 5, 6 6, 5 5)))",
        "LINESTRING Z (0 0 1, 1 1 2)",
        "MULTILINESTRING ((0 0, 1 1), (2 2, 3 3))",
        "SRID=4326;GEOMETRYCOLLECTION (POINT (1 2), LINESTRING (0 0, 1 1))",
    ],
)
def test_every_kind_of_valid_footprint_passes(session: Session, footprint: str) -> None:
    assert import_facilities(session, [make_record(footprint=footprint)]).added == 1


@pytest.mark.parametrize("lon", ["180", "-180", "+36.8", ".5", "5.", "3.68e1", 180, 0, -0.0])
def test_every_way_to_write_a_number_passes(session: Session, lon: Any) -> None:
    import_facilities(session, [make_record(lon=lon)])
    assert session.scalars(select(Facility)).one().longitude == float(lon)
