"""The history in words for readers: what happened, by which door, to which field."""

from typing import Any

from flask import Flask
from flask_babel import lazy_gettext as _l

from webapp.facilities.vocabulary import PRECISION_LABELS, STATUS_LABELS
from webapp.languages import country_name

OPERATIONS = {"added": _l("Added"), "changed": _l("Changed"), "removed": _l("Removed")}
DOORS = {
    "form": _l("form"),
    "import": _l("import"),
    "command line": _l("command line"),
    "script": _l("script"),
    "sql": _l("directly in the database"),
}
FIELDS = {
    "name": _l("Name"),
    "category": _l("Category"),
    "status": _l("Status"),
    "location": _l("Coordinates"),
    "location_precision": _l("Precision"),
    "footprint": _l("Outline"),
    "address": _l("Address"),
    "locality": _l("Town or village"),
    "country": _l("Country"),
    "phone": _l("Telephone"),
    "email": _l("Email"),
    "website": _l("Website"),
    "description": _l("Description"),
    "identifiers": _l("Identifiers in other systems"),
}


def init_history_words(app: Flask) -> None:
    """Let templates tell the history."""
    app.jinja_env.globals.update(
        operation_label=lambda operation: OPERATIONS.get(operation, operation),
        door_label=lambda door: DOORS.get(door, door),
        field_label=lambda field: FIELDS.get(field, field),
        value_label=value_label,
    )


def value_label(field: str, value: Any) -> str:
    """Return a stored value as readers know it."""
    if value is None:
        return ""
    if field == "country":
        return country_name(value)
    if isinstance(value, dict):
        return ", ".join(f"{key}: {item}" for key, item in sorted(value.items()))
    return str(STATUS_LABELS.get(value) or PRECISION_LABELS.get(value) or value)
