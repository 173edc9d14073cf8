"""Cells on their way to the staging table."""

import csv
import io
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webapp.imports import staging
from webapp.imports.checks import FIELDS, REASONS
from webapp.imports.records import (
    ImportRecord,
    made_visible,
    normalise,
    normalise_block,
    normalise_identifiers,
)

SQL = Path(staging.__file__).parent / "sql"


@pytest.mark.parametrize(
    ("raw", "cell"),
    [
        (None, None),
        ("", None),
        (" \t\n ", None),
        ("  Kano ", "Kano"),
        ("e\u0301", "é"),
        ("a\0b", "a\x80b"),
        ("é\0", "é\x80"),
        ("\ud83d!", "\x81!"),
        (0.0, "0.0"),
        (-1.3, "-1.3"),
        (float("nan"), "nan"),
    ],
)
def test_a_cell_is_trimmed_composed_and_storable(raw: str | float | None, cell: str | None) -> None:
    assert normalise(raw) == cell


def test_line_ends_become_plain() -> None:
    assert normalise_block("\r\na\r\nb\rc\n") == "a\nb\nc"


def test_empty_identifiers_are_left_out() -> None:
    assert normalise_identifiers({"osm": "", "ref": None}) is None  # type: ignore[dict-item]
    assert normalise_identifiers({"osm": " 007 ", "ref": ""}) == '{"osm":"007"}'


def test_control_characters_become_visible() -> None:
    assert made_visible("\x00\x1b\x7f\x80 é") == "␀␛␡␀ é"
    assert made_visible(None) is None


@given(st.text(), st.text())
def test_any_text_reaches_copy_as_one_record(name: str, description: str) -> None:
    record = ImportRecord(row=1, name=name, category="x", lon=1.5, lat="2", description=description)
    lines = staging.copy_lines([record])
    (cells,) = csv.reader(io.StringIO(lines, newline=""))
    assert cells[:5] == ["1", normalise(name) or "", "x", "1.5", "2"]
    assert cells[13] == (normalise_block(description) or "")
    assert "\0" not in lines
    lines.encode()


def test_every_rule_of_the_check_has_words_and_the_other_way_round() -> None:
    found = (SQL / "find_faults.sql").read_text()
    outline = (SQL / "create_staging.sql").read_text()
    rules = set(re.findall(r"(?:THEN|ELSE) '([a-z_]+)'", found)) | set(
        re.findall(r"ARRAY\['([a-z_]+)'", outline)
    )
    assert rules == set(REASONS)


def test_the_check_knows_every_column_of_the_staging_table() -> None:
    assert ["row_number", *FIELDS] == [column.strip() for column in staging.COLUMNS.split(",")]
