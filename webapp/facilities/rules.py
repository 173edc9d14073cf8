"""What a value of a facility must be. Each rule returns the tidied value or raises InvalidValueError.

The database holds the same rules as constraints, for writers that do not come this way.
"""

import re
import unicodedata
from collections.abc import Mapping

from email_validator import EmailNotValidError, validate_email

from webapp.errors import InvalidValueError
from webapp.geo.messages import translatable as _

# the replacement sign stands where some program has already lost a letter
CONTROL_CHARACTERS = re.compile("[\x00-\x1f\x7f-\x9f\ufffd]")
CONTROL_CHARACTERS_IN_BLOCK = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ufffd]")
LONE_SURROGATES = re.compile(r"[\ud800-\udfff]")
WEB_ADDRESS = re.compile(r"https?://[^\s/?#]+\S*", re.IGNORECASE)
PHONE = re.compile(r"\+?[0-9 ()./\-;,extEXT#*]{3,50}")
COUNTRY = re.compile(r"[A-Z]{2}")
IDENTIFIER_SCHEME = re.compile(r"[a-z][a-z0-9_:.-]{0,49}")
IDENTIFIERS_AT_MOST = 50
IDENTIFIER_LENGTH = 500


def line_of_text(field: str, value: str | None, *, longest: int) -> str | None:
    """Return one trimmed line in Unicode's composed form (NFC), or None for nothing."""
    return _text(field, value, longest, CONTROL_CHARACTERS)


def block_of_text(field: str, value: str | None, *, longest: int) -> str | None:
    """Return trimmed text that may have several lines, ended by line feeds, or None for nothing."""
    unified = None if value is None else value.replace("\r\n", "\n").replace("\r", "\n")
    return _text(field, unified, longest, CONTROL_CHARACTERS_IN_BLOCK)


def _text(field: str, value: str | None, longest: int, forbidden: re.Pattern[str]) -> str | None:
    tidy = unicodedata.normalize("NFC", value or "").strip()
    if not tidy:
        return None
    if forbidden.search(tidy) or LONE_SURROGATES.search(tidy):
        raise InvalidValueError(field, _("Take out the control characters, shown as �."))
    if len(tidy) > longest:
        raise InvalidValueError(
            field,
            _(
                "Shorten this to %(longest)s characters; it has %(length)s.",
                longest=longest,
                length=len(tidy),
            ),
        )
    return tidy


def required(field: str, value: str | None) -> str:
    """Return the value, refusing nothing at all."""
    if value is None:
        raise InvalidValueError(field, _("Fill this in."))
    return value


def web_address(field: str, value: str | None) -> str | None:
    """Return an http(s) address; a bare host name gets https:// in front."""
    tidy = line_of_text(field, value, longest=500)
    if tidy is None:
        return None
    if ":" not in tidy.split("/")[0] and "." in tidy:
        tidy = f"https://{tidy}"
    if not WEB_ADDRESS.fullmatch(tidy):
        raise InvalidValueError(field, _("Give an address that begins with https:// or http://."))
    return tidy


def email_address(field: str, value: str | None) -> str | None:
    """Return a well-formed address (RFC 5321); nobody is asked over the network."""
    tidy = line_of_text(field, value, longest=254)
    if tidy is None:
        return None
    try:
        return validate_email(tidy, check_deliverability=False).normalized
    except EmailNotValidError as error:
        raise InvalidValueError(field, _("Give an email address such as name@example.org.")) from error


def phone_number(field: str, value: str | None) -> str | None:
    """Return a telephone number as it was written: digits with the usual separators."""
    tidy = line_of_text(field, value, longest=50)
    if tidy is not None and not PHONE.fullmatch(tidy):
        raise InvalidValueError(field, _("Use digits, spaces, + and -, such as +254 20 2726300."))
    return tidy


def country_code(field: str, value: str | None) -> str | None:
    """Return an ISO 3166-1 alpha-2 code in capitals."""
    tidy = line_of_text(field, value, longest=2)
    if tidy is None:
        return None
    if not COUNTRY.fullmatch(tidy.upper()):
        raise InvalidValueError(field, _("Give the two-letter code of a country, such as KE."))
    return tidy.upper()


def external_identifiers(field: str, values: Mapping[str, str]) -> dict[str, str]:
    """Return identifiers of other systems by scheme; schemes are short lower-case words."""
    if len(values) > IDENTIFIERS_AT_MOST:
        raise InvalidValueError(field, _("Keep at most %(most)s identifiers.", most=IDENTIFIERS_AT_MOST))
    return {_scheme(field, scheme): _identifier(field, scheme, value) for scheme, value in values.items()}


def _scheme(field: str, scheme: str) -> str:
    if not IDENTIFIER_SCHEME.fullmatch(scheme):
        raise InvalidValueError(
            field,
            _(
                "Name the system in lower-case letters, digits, - and _, such as icao; not “%(scheme)s”.",
                scheme=scheme[:50],
            ),
        )
    return scheme


def _identifier(field: str, scheme: str, value: object) -> str:
    if not isinstance(value, str):
        raise InvalidValueError(field, _("The identifier of %(scheme)s must be a text.", scheme=scheme))
    tidy = line_of_text(field, value, longest=IDENTIFIER_LENGTH)
    if tidy is None:
        raise InvalidValueError(field, _("The identifier of %(scheme)s is empty.", scheme=scheme))
    return tidy
