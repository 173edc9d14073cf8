"""What stands in the way of a stale save, field by field, in the words of the form."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask_wtf import FlaskForm

HIDDEN = frozenset({"version", "submission", "csrf_token"})


@dataclass(frozen=True)
class Conflict:
    """A field whose stored value is not what was typed."""

    label: str
    stored: str
    typed: str


def list_conflicts(form: FlaskForm, stored: Mapping[str, Any]) -> list[Conflict]:
    """Return the fields that saving the form would change, with both values as readers see them."""
    return [
        Conflict(str(field.label.text), _shown(field, stored[field.short_name]), _shown(field, field.data))
        for field in form
        if field.short_name not in HIDDEN and _plain(stored[field.short_name]) != _plain(field.data)
    ]


def _plain(value: object) -> str:
    return str(value or "").replace("\r\n", "\n").strip()


def _shown(field: Any, value: object) -> str:
    choices = dict(getattr(field, "choices", None) or ())
    return str(choices.get(value, value or ""))
