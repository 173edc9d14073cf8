"""The forms of a facility: text as people type it in, FacilityFacts out."""

import uuid
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import (
    EmailField,
    Field,
    Form,
    HiddenField,
    SelectField,
    StringField,
    TelField,
    TextAreaField,
    URLField,
)
from wtforms.form import BaseForm
from wtforms.validators import ValidationError

from webapp.errors import InvalidValueError
from webapp.facilities import rules
from webapp.facilities.facts import FacilityFacts
from webapp.facilities.features import as_wkt
from webapp.facilities.models import NAME_LENGTH, Category, Facility
from webapp.facilities.vocabulary import Precision, Status
from webapp.geo.coordinates import parse_position
from webapp.geo.geojson import parse_footprint
from webapp.geo.messages import translatable
from webapp.geo.position import Position
from webapp.languages import country_choices, language_code, translate

Rule = Callable[..., Any]
LARGEST_VERSION = 2**31 - 1


class Obeys:
    """A WTForms validator: one of the registry's rules, its message told in the reader's language."""

    def __init__(self, rule: Rule, **options: Any) -> None:
        self.rule = rule
        self.options = options
        self.field_flags = {"required": True} if rule in REQUIRED_RULES else {}

    def __call__(self, form: Form, field: Field) -> None:
        """Check the field's text; what was typed stays as it was typed."""
        del form
        try:
            self.rule(field.short_name, field.data, **self.options)
        except InvalidValueError as error:
            field.data = _printable(field.data)
            raise ValidationError(translate(error.message)) from error


def _printable(text: str | None) -> str | None:
    """Show what no page can hold as a replacement sign, which no rule lets through either."""
    return text and rules.CONTROL_CHARACTERS_IN_BLOCK.sub("\N{REPLACEMENT CHARACTER}", text)


def _required_line(field: str, value: str | None, *, longest: int) -> str:
    return rules.required(field, rules.line_of_text(field, value, longest=longest))


def _required_position(field: str, value: str | None) -> Position:
    return parse_position(rules.required(field, (value or "").strip() or None))


REQUIRED_RULES = (_required_line, _required_position)


def _footprint(_field: str, value: str | None) -> object:
    return parse_footprint(value or "")


def identifiers_from_text(field: str, text: str | None) -> dict[str, str]:
    """Read one `system: identifier` a line."""
    values: dict[str, str] = {}
    for line in filter(None, map(str.strip, (text or "").splitlines())):
        scheme, colon, value = line.partition(": ")
        if not colon:
            raise InvalidValueError(
                field, translatable("Write one “system: identifier” a line, such as “icao: HKJK”.")
            )
        if scheme.strip() in values:
            raise InvalidValueError(
                field, translatable("%(scheme)s stands there twice.", scheme=scheme.strip()[:50])
            )
        values[scheme.strip()] = value.strip()
    return rules.external_identifiers(field, values)


def identifiers_to_text(identifiers: Mapping[str, str]) -> str:
    """Write identifiers the way `identifiers_from_text` reads them."""
    return "\n".join(f"{scheme}: {value}" for scheme, value in sorted(identifiers.items()))


class ChoiceField(SelectField):
    """A choice that says in the reader's language what is wrong with any other."""

    def pre_validate(self, form: BaseForm) -> None:
        """Refuse what the list does not hold."""
        del form
        if self.data not in {choice[0] for choice in self.choices or ()}:
            raise ValidationError(translate(translatable("Choose one of the list.")))


class FacilityForm(FlaskForm):
    """Add or correct a facility.

    `version` is what its author had read; `submission` makes sending the form twice harmless.
    """

    name = StringField(_l("Name"), validators=[Obeys(_required_line, longest=NAME_LENGTH)])
    category = ChoiceField(_l("Category"), validators=[Obeys(_required_line, longest=50)])
    location = StringField(_l("Coordinates"), validators=[Obeys(_required_position)])
    location_precision = ChoiceField(_l("How exact is the position?"))
    status = ChoiceField(_l("Status"))
    address = StringField(_l("Address"), validators=[Obeys(rules.line_of_text, longest=500)])
    locality = StringField(_l("Town or village"), validators=[Obeys(rules.line_of_text, longest=200)])
    country = ChoiceField(_l("Country"))
    phone = TelField(_l("Telephone"), validators=[Obeys(rules.phone_number)])
    email = EmailField(_l("Email"), validators=[Obeys(rules.email_address)])
    website = URLField(_l("Website"), validators=[Obeys(rules.web_address)])
    description = TextAreaField(_l("Description"), validators=[Obeys(rules.block_of_text, longest=5000)])
    identifiers = TextAreaField(_l("Identifiers in other systems"), validators=[Obeys(identifiers_from_text)])
    footprint = TextAreaField(_l("Outline"), validators=[Obeys(_footprint)])
    version = HiddenField()
    submission = HiddenField()

    def offer(self, categories: Sequence[Category]) -> "FacilityForm":
        """Fill the choices in the reader's language."""
        language = language_code()
        nothing = ("", _l("Choose a category"))
        self.category.choices = [nothing, *((c.slug, c.label_in(language)) for c in categories)]
        self.status.choices = [(status.value, status.label) for status in Status]
        self.location_precision.choices = [(precision.value, precision.label) for precision in Precision]
        self.country.choices = [("", _l("Not said")), *country_choices()]
        if not self.submission.data:
            self.submission.data = str(uuid.uuid4())
        return self

    def validate_submission(self, field: Field) -> None:
        """Refuse a key that this form did not make."""
        try:
            field.data = str(uuid.UUID(field.data))
        except ValueError as error:
            raise ValidationError(translate(translatable("Open the form anew and try again."))) from error

    def facts(self) -> FacilityFacts:
        """Return what the form says; raises InvalidValueError naming the field."""
        return FacilityFacts(
            name=self.name.data or "",
            category=self.category.data,
            position=parse_position(self.location.data or ""),
            location_precision=self.location_precision.data,
            status=self.status.data,
            footprint=parse_footprint(self.footprint.data or ""),
            identifiers=identifiers_from_text("identifiers", self.identifiers.data),
            **{name: self[name].data for name in PLAIN_FIELDS},
        )

    def blame(self, error: InvalidValueError) -> None:
        """Put a message that came from deeper inside next to its field."""
        field = self._fields.get(error.field, self.name)
        field.errors = [*field.errors, translate(error.message)]


PLAIN_FIELDS = ("address", "locality", "country", "phone", "email", "website", "description")


class RemovalForm(FlaskForm):
    """Confirm a removal, or its undoing, of the version that was shown."""

    version = HiddenField()


def version_of(form: FlaskForm) -> int:
    """Return the version that the form was opened with; raises InvalidValueError."""
    text = form.version.data or ""
    if not (text.isascii() and text.isdecimal()) or int(text) > LARGEST_VERSION:
        raise InvalidValueError("version", translatable("Open the form anew and try again."))
    return int(text)


def values_of(facility: Facility) -> dict[str, Any]:
    """Return the stored values as the form's texts; every digit of a coordinate is kept."""
    position = facility.position
    return {
        **{name: getattr(facility, name) or "" for name in PLAIN_FIELDS},
        "name": facility.name,
        "category": facility.category,
        "location": f"{_all_digits(position.lat_deg)}, {_all_digits(position.lon_deg)}",
        "location_precision": facility.location_precision,
        "status": facility.status,
        "identifiers": identifiers_to_text(facility.identifiers),
        "footprint": "" if facility.outline is None else as_wkt(facility.outline),
        "version": str(facility.version),
    }


def _all_digits(degrees: float) -> str:
    return format(Decimal(repr(degrees)), "f")
