"""What a person or a file says about a facility: tidy, checked, and free of any form or table."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from shapely.geometry.base import BaseGeometry

from webapp.errors import InvalidValueError
from webapp.facilities import rules
from webapp.facilities.models import NAME_LENGTH
from webapp.facilities.vocabulary import Precision, Status
from webapp.geo.messages import translatable as _
from webapp.geo.position import Position


@dataclass(frozen=True, kw_only=True)
class FacilityFacts:
    """Every editable fact of a facility; construction raises InvalidValueError naming the first bad field."""

    name: str
    category: str
    position: Position
    status: str = Status.OPERATIONAL
    location_precision: str = Precision.EXACT
    footprint: BaseGeometry | None = None
    address: str | None = None
    locality: str | None = None
    country: str | None = None
    phone: str | None = None
    email: str | None = None
    website: str | None = None
    description: str | None = None
    identifiers: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        tidy: dict[str, Any] = {
            "name": rules.required("name", rules.line_of_text("name", self.name, longest=NAME_LENGTH)),
            "category": rules.required("category", rules.line_of_text("category", self.category, longest=50)),
            "status": _member(Status, "status", self.status),
            "location_precision": _member(Precision, "location_precision", self.location_precision),
            "address": rules.line_of_text("address", self.address, longest=500),
            "locality": rules.line_of_text("locality", self.locality, longest=200),
            "country": rules.country_code("country", self.country),
            "phone": rules.phone_number("phone", self.phone),
            "email": rules.email_address("email", self.email),
            "website": rules.web_address("website", self.website),
            "description": rules.block_of_text("description", self.description, longest=5000),
            "identifiers": rules.external_identifiers("identifiers", self.identifiers),
        }
        for name, value in tidy.items():
            object.__setattr__(self, name, value)

    def columns(self) -> dict[str, Any]:
        """Return the facts by column of the facilities table; geometries as shapely (lon, lat)."""
        values = {name: getattr(self, name) for name in self.__dataclass_fields__ if name != "position"}
        return values | {"location": self.position.as_point(), "identifiers": dict(self.identifiers)}


def _member(words: type[Status] | type[Precision], field_name: str, value: str) -> str:
    try:
        return words(value).value
    except ValueError as error:
        choices = ", ".join(words)
        raise InvalidValueError(field_name, _("Choose one of: %(choices)s.", choices=choices)) from error
