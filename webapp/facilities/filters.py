"""Which facilities are meant: one filter, shared by the map, the list, GeoJSON and the export."""

import re
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_
from sqlalchemy.orm import InstrumentedAttribute
from werkzeug.datastructures import MultiDict

from webapp.errors import InvalidParameterError, InvalidValueError
from webapp.facilities import rules
from webapp.facilities.models import Facility
from webapp.facilities.vocabulary import Status
from webapp.geo.bounding_box import WORLD, BoundingBox
from webapp.geo.messages import translatable as _

TEXT_LENGTH = 200
COUNTRIES_AT_MOST = 50
COUNTRY = re.compile("[A-Z]{2}")
CATEGORIES_AT_MOST = 50


@dataclass(frozen=True, kw_only=True)
class FacilityFilter:
    """All conditions hold together; an empty one lets everything through."""

    text: str = ""
    categories: tuple[str, ...] = ()
    statuses: tuple[str, ...] = ()
    countries: tuple[str, ...] = ()
    box: BoundingBox = WORLD

    @classmethod
    def from_parameters(cls, parameters: MultiDict[str, str]) -> "FacilityFilter":
        """Read `q`, `category`, `status`, `country` (each repeatable) and `bbox`; raises InvalidParameterError."""
        box = parameters.get("bbox", "").strip()
        return cls(
            text=_text(parameters.get("q", "")),
            categories=_categories(parameters.getlist("category")),
            statuses=_statuses(parameters.getlist("status")),
            countries=_countries(parameters.getlist("country")),
            box=BoundingBox.from_text(box) if box else WORLD,
        )

    @property
    def is_narrowed(self) -> bool:
        """Tell whether anything but the box is asked for."""
        return bool(self.text or self.categories or self.statuses or self.countries)

    @property
    def is_in_pyramid(self) -> bool:
        """Tell whether the counts of cells know all that is asked for."""
        return not self.text

    def within(self, box: BoundingBox) -> "FacilityFilter":
        """Return the same filter over another box."""
        return replace(self, box=box)

    def for_all_categories(self) -> "FacilityFilter":
        """Return the same filter without its categories: what a legend counts."""
        return replace(self, categories=())

    def conditions(self) -> list[ColumnElement[bool]]:
        """Return the filter as SQL conditions on facilities."""
        return [*self._facts(), *_in_box(self.box)]

    def parameters(self) -> dict[str, str | tuple[str, ...]]:
        """Return the query parameters that give this filter, the box left out."""
        values: dict[str, str | tuple[str, ...]] = {
            "q": self.text,
            "category": self.categories,
            "status": self.statuses,
            "country": self.countries,
        }
        return {name: value for name, value in values.items() if value}

    def _facts(self) -> list[ColumnElement[bool]]:
        conditions = [_contains(word) for word in self.text.split()]
        if self.categories:
            conditions.append(_among(Facility.category, self.categories))
        if self.statuses:
            conditions.append(_among(Facility.status, self.statuses))
        if self.countries:
            conditions.append(_among(Facility.country, self.countries))
        return conditions


def _text(value: str) -> str:
    try:
        return rules.line_of_text("q", value, longest=TEXT_LENGTH) or ""
    except InvalidValueError as error:
        raise InvalidParameterError("q", error.message) from error


def _categories(values: list[str]) -> tuple[str, ...]:
    slugs = tuple(dict.fromkeys(value for value in values if value))
    if len(slugs) > CATEGORIES_AT_MOST or any(not slug.isidentifier() for slug in slugs):
        raise InvalidParameterError("category", _("Give slugs of this registry's categories."))
    return slugs


def _statuses(values: list[str]) -> tuple[str, ...]:
    words = tuple(dict.fromkeys(value for value in values if value))
    if not set(words) <= set(Status):
        raise InvalidParameterError("status", _("Choose one of: %(choices)s.", choices=", ".join(Status)))
    return words


def _countries(values: list[str]) -> tuple[str, ...]:
    codes = tuple(dict.fromkeys(value for value in values if value))
    if len(codes) > COUNTRIES_AT_MOST or any(not COUNTRY.fullmatch(code) for code in codes):
        raise InvalidParameterError("country", _("Give ISO 3166 codes of two capital letters, such as FR."))
    return codes


def _among(column: InstrumentedAttribute[Any], values: tuple[str, ...]) -> ColumnElement[bool]:
    # a single value as plain equality, so that a partial index on it can be used
    return column == values[0] if len(values) == 1 else column.in_(values)


def _contains(word: str) -> ColumnElement[bool]:
    escaped = word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return Facility.search_text.like(func.concat("%", func.searchable(escaped), "%"), escape="\\")


def _in_box(box: BoundingBox) -> list[ColumnElement[bool]]:
    if box == WORLD:
        return []
    return [or_(*(and_(Facility.location.op("&&")(_envelope(part))) for part in box.split()))]


def _envelope(box: BoundingBox) -> ColumnElement[object]:
    return func.ST_MakeEnvelope(box.west, box.south, box.east, box.north, 4326)
