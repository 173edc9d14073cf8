"""The registry as a file: complete, exact, filtered, inert in a spreadsheet, and read in constant memory."""

import csv
import io
from importlib import import_module
from pathlib import Path
from typing import Any

import orjson
import pytest
from click.testing import Result
from flask import Flask
from shapely import Point, from_wkt
from sqlalchemy import text
from sqlalchemy.orm import Session

from tests.factories import LAT, LON, store_category, store_demo, store_facility
from webapp.facilities.export import ExportFormat, Selection, disarm, export
from webapp.facilities.export_cli import export_command
from webapp.facilities.features import feature_properties
from webapp.facilities.models import Facility

SMALL_BOX = "POLYGON ((36.7 -1.4, 36.7 -1.2, 36.9 -1.2, 36.9 -1.4, 36.7 -1.4))"


def exported(session: Session, export_format: ExportFormat, **chosen: Any) -> bytes:
    return b"".join(export(session, Selection(**chosen), export_format))


def features(session: Session, **chosen: Any) -> list[dict[str, Any]]:
    collection = orjson.loads(exported(session, ExportFormat.GEOJSON, **chosen))
    assert collection["type"] == "FeatureCollection"
    found: list[dict[str, Any]] = collection["features"]
    return found


def csv_rows(session: Session, **chosen: Any) -> list[dict[str, str]]:
    lines = exported(session, ExportFormat.CSV, **chosen).decode()
    return list(csv.DictReader(io.StringIO(lines, newline=""), strict=True))


def test_geojson_is_what_the_open_data_say(session: Session) -> None:
    facility = store_facility(session, name="Hôpital مستشفى", footprint=from_wkt(SMALL_BOX))
    (feature,) = features(session)
    assert feature["type"] == "Feature"
    assert feature["id"] == facility.code
    assert feature["geometry"] == {"type": "Point", "coordinates": [LON, LAT]}
    white_list = orjson.loads(orjson.dumps(feature_properties(facility)))
    assert {name: feature["properties"][name] for name in white_list} == white_list
    assert set(feature["properties"]) - set(white_list) == {"footprint"}


def test_outer_rings_turn_counterclockwise(session: Session) -> None:
    store_facility(session, footprint=from_wkt(SMALL_BOX))
    (feature,) = features(session)
    ring = feature["properties"]["footprint"]["coordinates"][0]
    assert ring[:2] == [[36.7, -1.4], [36.9, -1.4]]


def test_an_empty_registry_is_an_empty_collection(session: Session) -> None:
    assert features(session) == []
    assert csv_rows(session) == []


def test_all_facilities_leave_in_their_order(session: Session) -> None:
    store_demo(session, facilities=50)
    codes = list(session.scalars(text("SELECT code FROM facilities ORDER BY id")))
    assert [feature["id"] for feature in features(session)] == codes
    assert [row["code"] for row in csv_rows(session)] == codes


def test_categories_and_countries_can_be_chosen(session: Session) -> None:
    store_demo(session, facilities=50)
    chosen = features(session, categories=("heliport", "closed"), countries=("NA",))
    expected = text(
        "SELECT code FROM facilities WHERE category IN ('heliport', 'closed') AND country = 'NA' ORDER BY id"
    )
    assert [feature["id"] for feature in chosen] == list(session.scalars(expected)) != []


def test_csv_keeps_every_digit_and_every_text(session: Session) -> None:
    facility = store_facility(
        session,
        name='Dépôt "Nord", quai 7',
        location=Point(LON + 1e-13, LAT),
        description="one\ntwo",
        identifiers={"zip": "00123", "a": "é"},
        footprint=from_wkt(SMALL_BOX),
    )
    (row,) = csv_rows(session)
    assert next(iter(row)) == "code"
    assert row["code"] == facility.code
    assert (float(row["lon"]), float(row["lat"])) == (LON + 1e-13, LAT)
    assert row["name"] == facility.name
    assert row["description"] == "one\ntwo"
    assert row["identifiers"] == '{"a":"é","zip":"00123"}'
    assert from_wkt(row["footprint"]) == from_wkt(SMALL_BOX)
    assert row["address"] == ""
    assert row["created"].endswith("+00:00")


@pytest.mark.parametrize("dangerous", ["=HYPERLINK(1)", "+1", "-1", "@SUM(A1)", "'=1", "''+1"])
def test_a_formula_is_disarmed_and_can_be_restored(session: Session, dangerous: str) -> None:
    store_facility(session, name=dangerous)
    (row,) = csv_rows(session)
    assert row["name"] == f"'{dangerous}"


@pytest.mark.parametrize("harmless", ["Kano", "a=b", "'quoted'", "", None, -1.3, 7])
def test_other_cells_stay_as_they_are(harmless: Any) -> None:
    assert disarm(harmless) == harmless


@pytest.mark.parametrize("control", ["\t=1", "\r=1"])
def test_leading_tabs_and_returns_are_disarmed(control: str) -> None:
    assert disarm(control) == f"'{control}"


def test_coordinates_are_numbers_not_formulas(session: Session) -> None:
    store_facility(session)
    assert csv_rows(session)[0]["lat"] == "-1.3"


def test_the_database_keeps_the_rows_until_they_are_fetched(session: Session) -> None:
    store_demo(session, facilities=5)
    pieces = export(session, Selection(), ExportFormat.GEOJSON)
    next(pieces)
    next(pieces)
    cursors = text("SELECT count(*) FROM pg_cursors WHERE statement LIKE '%FROM facilities%'")
    assert session.scalar(cursors) == 1
    assert len(list(pieces)) == 5


class TestCommand:
    def run(self, app: Flask, *arguments: str) -> Result:
        result: Result = app.test_cli_runner().invoke(export_command, arguments)
        return result

    def test_writes_to_standard_output(self, app: Flask, facility: Facility) -> None:
        result = self.run(app)
        assert result.exit_code == 0
        assert [found["id"] for found in orjson.loads(result.stdout_bytes)["features"]] == [facility.code]

    def test_writes_a_file(self, app: Flask, facility: Facility, tmp_path: Path) -> None:
        file = tmp_path / "registry.csv"
        result = self.run(app, "--format", "csv", "--output", str(file), "--country", "ke")
        assert result.exit_code == 0
        assert file.read_text(encoding="utf-8").startswith("code,name,")
        assert facility.code not in file.read_text(encoding="utf-8")

    def test_an_unfinished_file_does_not_appear(
        self, app: Flask, session: Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def fail(*_arguments: object) -> None:
            raise KeyboardInterrupt

        store_facility(session)
        monkeypatch.setattr(import_module("webapp.facilities.export"), "feature_properties", fail)
        file = tmp_path / "registry.geojson"
        assert self.run(app, "--output", str(file)).exit_code != 0
        assert list(tmp_path.iterdir()) == []

    def test_an_unknown_category_is_named(self, app: Flask, session: Session) -> None:
        store_category(session, "heliport")
        result = self.run(app, "--category", "casino")
        assert result.exit_code == 2
        assert "casino is none of: heliport" in result.output
