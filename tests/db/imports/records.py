"""Rows of a list for import tests."""

from typing import Any

from tests.factories import LAT, LON
from webapp.imports.records import ImportRecord


def make_record(row: int = 1, **overrides: Any) -> ImportRecord:
    """A row without faults; its category has to be stored."""
    values: dict[str, Any] = {
        "name": "Wilson Rooftop Heliport",
        "category": "heliport",
        "lon": LON,
        "lat": LAT,
    }
    return ImportRecord(row=row, **{**values, **overrides})
