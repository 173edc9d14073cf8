"""The rules that staged rows must keep, checked by the database for all rows at once."""

from enum import StrEnum

import orjson
from sqlalchemy import String, select, text
from sqlalchemy.orm import Session

from webapp.facilities.models import Category, Facility
from webapp.facilities.vocabulary import Precision, Status
from webapp.geo.messages import Message
from webapp.geo.messages import translatable as _
from webapp.imports.records import Fault, made_visible
from webapp.imports.staging import ordinal_ranges, read_sql

NUMBER = r"^[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)(e[+-]?[0-9]{1,2}|E[+-]?[0-9]{1,2})?$"
NOT_FINITE = r"^[+-]?(nan|inf|infinity|[0-9.]+e[+]?[0-9]{3,})$"
FIELDS = (
    *("name", "category", "lon", "lat", "status", "location_precision", "address", "locality"),
    *("country", "phone", "email", "website", "description", "identifiers", "footprint"),
)
LIMITED = ("name", "address", "locality", "phone", "email", "website", "description")

REASONS = {
    "missing": _("This is required."),
    "too_long": _("Must not be longer than %(detail)s characters."),
    "control_character": _("Holds a control character, such as NUL or a line break."),
    "unknown_category": _("Is not a category of this registry. The categories are: %(detail)s."),
    "unknown_word": _("Must be one of: %(detail)s."),
    "not_finite": _("A coordinate must be a finite number."),
    "not_a_number": _("Must be a number of decimal degrees, such as 36.8 or -1.3."),
    "longitude_range": _("Longitude runs from -180 to 180."),
    "latitude_range": _("Latitude runs from -90 to 90."),
    "swapped": _("Latitude runs from -90 to 90: the axes look swapped."),
    "country_form": _("Must be the two capital letters of a country (ISO 3166-1), such as KE."),
    "email_form": _("Must be an e-mail address, such as name@example.org."),
    "website_form": _("Must begin with https:// or http:// and hold no space."),
    "identifiers_form": _(
        "A name begins with a small letter and holds only small letters, digits and _ : . -; values are text."
    ),
    "nested": _("Parentheses do not match, or are nested deeper than %(detail)s levels."),
    "kind": _("Must be made of points, lines and polygons; curves and surfaces have no place in GeoJSON."),
    "measures": _("Must not hold measures (M), which have no place in GeoJSON."),
    "srid": _("Has SRID %(detail)s; the registry stores SRID 4326: transform it to WGS 84 first."),
    "off_earth": _("Is empty, or leaves longitude -180 to 180 or latitude -90 to 90."),
    "invalid": _("The geometry is not valid: %(detail)s."),
    "unreadable": _("Cannot be read as WKT: %(detail)s."),
}


def find_faults(session: Session, staged: int) -> list[Fault]:
    """Check every staged cell; return what is wrong in the order of the rows, and mark those rows."""
    check, parameters = text(read_sql("find_faults.sql")), _parameters(session)
    for first, last in ordinal_ranges(staged):
        session.execute(check, {**parameters, "first": first, "last": last})
    found = session.execute(
        text(
            "SELECT row_number, field, value, rule, detail"
            " FROM pg_temp.staged_faults ORDER BY ordinal, position"
        )
    )
    return [
        Fault(row, field, made_visible(value), _reason(rule, detail))
        for row, field, value, rule, detail in found
    ]


def _reason(rule: str, detail: str | None) -> Message:
    return _(REASONS[rule], detail=detail)


def _parameters(session: Session) -> dict[str, object]:
    slugs = list(session.scalars(select(Category.slug).order_by(Category.rank, Category.slug)))
    words = {"category": slugs, "status": _values(Status), "location_precision": _values(Precision)}
    lengths = {column: _length(column) for column in LIMITED}
    details = {column: ", ".join(allowed) for column, allowed in words.items()}
    details |= {column: str(length) for column, length in lengths.items()}
    return {
        "number": NUMBER,
        "not_finite": NOT_FINITE,
        "fields": list(FIELDS),
        "categories": slugs,
        "statuses": words["status"],
        "precisions": words["location_precision"],
        "details": orjson.dumps(details).decode(),
        **{f"{column}_length": length for column, length in lengths.items()},
    }


def _values(words: type[StrEnum]) -> list[str]:
    return [word.value for word in words]


def _length(column: str) -> int:
    kind = Facility.__table__.c[column].type
    assert isinstance(kind, String)  # noqa: S101 - the table is ours
    assert kind.length is not None  # noqa: S101
    return kind.length
