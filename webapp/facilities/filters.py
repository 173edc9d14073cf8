"""Which facilities are meant: one filter, shared by the map, the list, GeoJSON and the export."""

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Integer, any_, literal
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import InstrumentedAttribute
from werkzeug.datastructures import MultiDict

from webapp.facilities import parameters as words
from webapp.facilities.areas import in_box, in_circle, in_ring
from webapp.facilities.models import Facility
from webapp.facilities.texts import contains_words
from webapp.facilities.vocabulary import Precision, Status
from webapp.geo.areas import Circle, Neighbours, Ring
from webapp.geo.bounding_box import WORLD, BoundingBox

Read = TypeVar("Read")

FILTER_PARAMETERS = frozenset(
    {
        "q",
        "category",
        "status",
        "country",
        "precision",
        "updated_since",
        "near",
        "nearest",
        "within",
        "bbox",
    }
)
"""The names of everything that `FacilityFilter.from_parameters` reads."""

REPEATABLE = frozenset({"category", "status", "country", "precision"})
"""Those of which any value will do."""


@dataclass(frozen=True, kw_only=True)
class FacilityFilter:
    """All conditions hold together; an empty one lets everything through.

    `nearest` counts among what the other conditions let through, the box excepted: that is only the part
    of the map which is looked at; `nearest_ids` are those, once they are found.
    `asked_text` is what was typed where `text` is its correction; `telling` are the words of it that an
    index is asked for, and `about` so many facilities of the registry have it.
    """

    text: str = ""
    asked_text: str = ""
    telling: tuple[str, ...] | None = None
    about: float = math.inf
    categories: tuple[str, ...] = ()
    statuses: tuple[str, ...] = ()
    countries: tuple[str, ...] = ()
    precisions: tuple[str, ...] = ()
    updated_since: datetime | None = None
    near: Circle | None = None
    nearest: Neighbours | None = None
    nearest_ids: tuple[int, ...] | None = None
    ring: Ring | None = None
    box: BoundingBox = WORLD

    @classmethod
    def from_parameters(cls, parameters: MultiDict[str, str]) -> "FacilityFilter":
        """Read FILTER_PARAMETERS; blank ones ask for nothing. Raises InvalidParameterError."""
        text = words.read_text(parameters.get("q", ""))
        return cls(
            text=text,
            asked_text=text,
            categories=words.read_categories(parameters.getlist("category")),
            statuses=words.read_words("status", parameters.getlist("status"), Status),
            countries=words.read_countries(parameters.getlist("country")),
            precisions=words.read_words("precision", parameters.getlist("precision"), Precision),
            updated_since=words.read_time("updated_since", parameters.get("updated_since", "")),
            near=_read(parameters, "near", Circle.from_text),
            nearest=_read(parameters, "nearest", Neighbours.from_text),
            ring=_read(parameters, "within", Ring.from_text),
            box=_read(parameters, "bbox", BoundingBox.from_text) or WORLD,
        )

    @property
    def correction(self) -> str | None:
        """The text that is searched for instead of a misspelt one, None where it is the typed one."""
        return self.text if self.text != self.asked_text else None

    @property
    def is_narrowed(self) -> bool:
        """Tell whether anything but the box is asked for."""
        return bool(self.parameters())

    @property
    def is_in_pyramid(self) -> bool:
        """Tell whether the counts of cells know all that is asked for."""
        return not self.parameters().keys() - {"category", "status", "country"}

    def within(self, box: BoundingBox) -> "FacilityFilter":
        """Return the same filter over another box."""
        return replace(self, box=box)

    def for_all_categories(self) -> "FacilityFilter":
        """Return the same filter without its categories: what a legend counts.

        With `nearest` they stay, since other categories would put other facilities among the nearest.
        """
        return self if self.nearest else replace(self, categories=())

    def conditions(self) -> list[ColumnElement[bool]]:
        """Return the filter as SQL conditions on facilities; the nearest have to be found before."""
        if self.nearest is None:
            return [*self._facts(), *in_box(self.box)]
        assert self.nearest_ids is not None, "facilities.queries.prepared finds the nearest"  # noqa: S101
        return [Facility.id == any_(literal(list(self.nearest_ids), ARRAY(Integer))), *in_box(self.box)]

    def parameters(self) -> dict[str, str | tuple[str, ...]]:
        """Return the query parameters that give this filter, the box left out."""
        values: dict[str, str | tuple[str, ...]] = {
            "q": self.asked_text or self.text,
            "category": self.categories,
            "status": self.statuses,
            "country": self.countries,
            "precision": self.precisions,
            "updated_since": words.write_time(self.updated_since) if self.updated_since else "",
            "near": self.near.as_text() if self.near else "",
            "nearest": self.nearest.as_text() if self.nearest else "",
            "within": self.ring.as_text() if self.ring else "",
        }
        return {name: value for name, value in values.items() if value}

    def _facts(self) -> list[ColumnElement[bool]]:
        conditions = contains_words(self.text, self.telling)
        for column, values in (
            (Facility.category, self.categories),
            (Facility.status, self.statuses),
            (Facility.country, self.countries),
            (Facility.location_precision, self.precisions),
        ):
            if values:
                conditions.append(_among(column, values))
        if self.updated_since is not None:
            conditions.append(Facility.updated_at >= self.updated_since)
        if self.near is not None:
            conditions.extend(in_circle(self.near))
        if self.ring is not None:
            conditions.extend(in_ring(self.ring))
        return conditions


def _read(parameters: MultiDict[str, str], name: str, reader: Callable[[str], Read]) -> Read | None:
    text = parameters.get(name, "").strip()
    return reader(text) if text else None


def _among(column: InstrumentedAttribute[Any], values: tuple[str, ...]) -> ColumnElement[bool]:
    # a single value as plain equality, so that the rows of an index on it come in its order
    return column == values[0] if len(values) == 1 else column.in_(values)
