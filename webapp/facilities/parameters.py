"""The words of an address that choose facilities, read one by one; each refusal names its parameter."""

import re
from datetime import UTC, datetime, time
from enum import StrEnum

from webapp.errors import InvalidParameterError, InvalidValueError
from webapp.facilities import rules
from webapp.facilities.codes import is_valid_code, normalise_code
from webapp.geo.messages import Message
from webapp.geo.messages import translatable as _

TEXT_LENGTH = 200
VALUES_AT_MOST = 50
COUNTRY = re.compile("[A-Z]{2}")
DAY_OR_TIME = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}"
    r"(?:T[0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]{1,6})?)?(?:Z|[+-][0-9]{2}:[0-9]{2})?)?"
)


def read_text(value: str) -> str:
    """Return one line of text, a facility's code as it is stored; raises InvalidParameterError("q")."""
    try:
        text = rules.line_of_text("q", value, longest=TEXT_LENGTH) or ""
    except InvalidValueError as error:
        raise InvalidParameterError("q", error.message) from error
    if text and not any(map(str.isalnum, text)):
        raise InvalidParameterError("q", _("Give at least one letter or digit."))
    code = normalise_code(text)
    return code if is_valid_code(code) else text


def read_categories(values: list[str]) -> tuple[str, ...]:
    """Return slugs; raises InvalidParameterError("category")."""
    slugs = _distinct(values)
    if len(slugs) > VALUES_AT_MOST or any(not slug.isidentifier() for slug in slugs):
        raise InvalidParameterError("category", _("Give slugs of this registry's categories."))
    return slugs


def read_countries(values: list[str]) -> tuple[str, ...]:
    """Return codes of countries; raises InvalidParameterError("country")."""
    codes = _distinct(values)
    if len(codes) > VALUES_AT_MOST or any(not COUNTRY.fullmatch(code) for code in codes):
        raise InvalidParameterError("country", _("Give ISO 3166 codes of two capital letters, such as FR."))
    return codes


def read_words(parameter: str, values: list[str], known: type[StrEnum]) -> tuple[str, ...]:
    """Return words of a fixed vocabulary; raises InvalidParameterError(parameter)."""
    words = _distinct(values)
    if not set(words) <= set(known):
        raise InvalidParameterError(parameter, _("Choose one of: %(choices)s.", choices=", ".join(known)))
    return words


def read_time(parameter: str, value: str) -> datetime | None:
    """Return a moment: a day begins at midnight UTC, and a time without a zone is UTC; blank is None."""
    text = value.strip()
    if not text:
        return None
    if not DAY_OR_TIME.fullmatch(text):
        raise InvalidParameterError(parameter, _day_expected())
    try:
        moment = datetime.fromisoformat(text)
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise InvalidParameterError(parameter, _day_expected()) from error


def write_time(moment: datetime) -> str:
    """Return the shortest text that reads back as this moment: a day where it is midnight UTC."""
    if moment.timetz() == time(tzinfo=UTC):
        return moment.date().isoformat()
    return moment.replace(tzinfo=None).isoformat() + "Z"


def _distinct(values: list[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(value for value in values if value))


def _day_expected() -> Message:
    return _("Give a day such as 2026-01-31, or a time such as 2026-01-31T15:00:00Z.")
