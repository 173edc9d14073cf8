"""Rows of a list on their way into the registry, and what is found wrong with them."""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass

import orjson

RawNumber = str | float | None

# COPY cannot carry these two, so a control character that it can carry stands for them and is refused later.
NUL_STAND_IN = "\x80"
_UNSTORABLE = {0: NUL_STAND_IN, **dict.fromkeys(range(0xD800, 0xE000), "\x81")}
_VISIBLE = {**{code: 0x2400 + code for code in range(0x20)}, 0x7F: 0x2421, 0x80: 0x2400, 0x81: 0xFFFD}


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportRecord:
    """One row as it was read; nothing in it has been checked. `footprint` is WKT in (lon, lat), SRID 4326."""

    row: int
    name: str | None
    category: str | None
    lon: RawNumber
    lat: RawNumber
    status: str | None = None
    location_precision: str | None = None
    address: str | None = None
    locality: str | None = None
    country: str | None = None
    phone: str | None = None
    email: str | None = None
    website: str | None = None
    description: str | None = None
    identifiers: Mapping[str, str] | None = None
    footprint: str | None = None


@dataclass(frozen=True, slots=True)
class Fault:
    """One cell that breaks a rule: what stood there (safe to print), and what would be right."""

    row: int
    column: str
    value: str | None
    reason: str

    def __str__(self) -> str:
        shown = "" if self.value is None else f" {self.value!r}"
        return f"row {self.row}, {self.column}{shown}: {self.reason}"


def staged_cells(record: ImportRecord) -> tuple[str | int | None, ...]:
    """Return the record's cells in the order of the staging table: text, trimmed, NFC, empty as None."""
    return (
        record.row,
        normalise(record.name),
        normalise(record.category),
        normalise(record.lon),
        normalise(record.lat),
        normalise(record.status),
        normalise(record.location_precision),
        normalise(record.address),
        normalise(record.locality),
        normalise(record.country),
        normalise(record.phone),
        normalise(record.email),
        normalise(record.website),
        normalise_block(record.description),
        normalise_identifiers(record.identifiers),
        normalise(record.footprint),
    )


def normalise(value: RawNumber) -> str | None:
    """Return one trimmed line in NFC, or None when nothing is left; a number becomes its shortest text."""
    if value is None or value == "":
        return None
    return storable(str(value).strip()) or None


def normalise_block(value: str | None) -> str | None:
    """Return a text of several lines likewise, its line ends made plain."""
    return None if value is None else normalise(value.replace("\r\n", "\n").replace("\r", "\n"))


def normalise_identifiers(identifiers: Mapping[str, str] | None) -> str | None:
    """Return the identifiers as a JSON object without the empty ones."""
    if not identifiers:
        return None
    cleaned = {storable(key): text for key, value in identifiers.items() if (text := normalise(value))}
    return orjson.dumps(cleaned).decode() if cleaned else None


def storable(text: str) -> str:
    """Return NFC, with a refused control character for what cannot be stored: NUL, half a surrogate pair."""
    if not text.isascii():
        return unicodedata.normalize("NFC", text).translate(_UNSTORABLE)
    return text.replace("\0", NUL_STAND_IN)


def made_visible(text: str | None) -> str | None:
    """Return the text with pictures in place of control characters, safe to print on a terminal."""
    return None if text is None else text.translate(_VISIBLE)
