"""The whole registry as a stream, GeoJSON or CSV, in constant memory however long it is."""

import csv
import io
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, cast

import orjson
from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from webapp.database.geometry import to_shapely
from webapp.facilities.features import as_wkt, feature_properties
from webapp.facilities.models import Facility
from webapp.geo.geojson import geometry_to_geojson

FETCHED_AT_ONCE = 2_000
FORMULA = re.compile(r"'*[=+\-@\t\r]")
CSV_COLUMNS = (
    *("code", "name", "category", "status", "lon", "lat", "precision", "address", "locality", "country"),
    *(
        "phone",
        "email",
        "website",
        "description",
        "identifiers",
        "footprint",
        "created",
        "updated",
        "version",
    ),
)


class ExportFormat(StrEnum):
    """What other programs read."""

    GEOJSON = "geojson"
    CSV = "csv"


@dataclass(frozen=True, kw_only=True)
class Selection:
    """Which facilities leave: all of them, or those of some categories and countries."""

    categories: tuple[str, ...] = ()
    countries: tuple[str, ...] = ()


def export(session: Session, chosen: Selection, export_format: ExportFormat) -> Iterator[bytes]:
    """Yield the registry in pieces; the database keeps the cursor, so that no piece waits for another."""
    rows = _rows(session, chosen)
    return as_geojson(rows) if export_format is ExportFormat.GEOJSON else as_csv(rows)


def as_geojson(facilities: Iterable[Facility]) -> Iterator[bytes]:
    """Yield an RFC 7946 FeatureCollection, one feature a line; coordinates keep their last digit."""
    yield b'{"type":"FeatureCollection","features":['
    separator = b"\n"
    for facility in facilities:
        yield separator + orjson.dumps(_feature(facility))
        separator = b",\n"
    yield b"\n]}\n"


def as_csv(facilities: Iterable[Facility]) -> Iterator[bytes]:
    """Yield CSV in UTF-8 with a header, lines ended as RFC 4180 wants them."""
    piece = io.StringIO()
    writer = csv.DictWriter(piece, CSV_COLUMNS)
    writer.writeheader()
    for facility in facilities:
        writer.writerow(_csv_cells(facility))
        yield piece.getvalue().encode()
        piece.seek(0)
        piece.truncate()
    yield piece.getvalue().encode()


def disarm(cell: Any) -> Any:
    """Put a quote before text that a spreadsheet would run as a formula, or that looks disarmed already."""
    return f"'{cell}" if isinstance(cell, str) and FORMULA.match(cell) else cell


def _rows(session: Session, chosen: Selection) -> Iterator[Facility]:
    """Read plain rows, ten times cheaper than models; they have the attributes that a feature is made of."""
    query = select(
        *(
            column
            for column in Facility.__table__.c
            if column.name not in {"search_text", "sort_name", "location"}
        ),
        Facility.longitude.label("longitude"),
        Facility.latitude.label("latitude"),
    ).order_by(Facility.id)
    if chosen.categories:
        query = query.where(Facility.category.in_(chosen.categories))
    if chosen.countries:
        query = query.where(Facility.country.in_(chosen.countries))
    rows: Iterable[Row[Any]] = session.execute(query, execution_options={"yield_per": FETCHED_AT_ONCE})
    yield from cast("Iterable[Facility]", rows)


def _feature(facility: Facility) -> dict[str, Any]:
    outline = facility.footprint
    shape = None if outline is None else to_shapely(outline, field="footprint")
    properties = feature_properties(facility)
    properties["footprint"] = None if shape is None else geometry_to_geojson(shape)
    return {
        "type": "Feature",
        "id": facility.code,
        "geometry": {"type": "Point", "coordinates": (facility.longitude, facility.latitude)},
        "properties": properties,
    }


def _csv_cells(facility: Facility) -> dict[str, Any]:
    properties = feature_properties(facility)
    outline = facility.footprint
    cells = {name: disarm(value) for name, value in properties.items()}
    return {
        **cells,
        "lon": facility.longitude,
        "lat": facility.latitude,
        "identifiers": orjson.dumps(facility.identifiers, option=orjson.OPT_SORT_KEYS).decode(),
        "footprint": None if outline is None else as_wkt(to_shapely(outline, field="footprint")),
        "created": properties["created"].isoformat(),
        "updated": properties["updated"].isoformat(),
    }
