"""Languages of the pages: which one a reader gets, and words that the libraries know already."""

from dataclasses import dataclass
from datetime import datetime
from functools import cache

from babel import Locale
from babel.units import format_unit
from flask import Flask, g, has_request_context, request, url_for
from flask_babel import format_date, format_datetime, get_locale, gettext
from werkzeug.wrappers import Response

from webapp.extensions import babel
from webapp.geo.messages import Message
from webapp.settings import Settings

LANGUAGES = {"en": "English", "fr": "Français"}
COOKIE = "language"
COOKIE_AGE_S = 365 * 24 * 3600
ALPHA_2_LENGTH = 2
METRES_PER_KM = 1000
SQUARE_METRES_PER_HECTARE = 10_000
SQUARE_METRES_PER_KM2 = 1_000_000
MEASURES_WITH_DECIMAL = 100
NOT_COUNTRIES = frozenset({"EU", "EZ", "UN", "QO", "XA", "XB", "ZZ"})


@dataclass(frozen=True)
class Language:
    """What the page's html element says."""

    code: str
    direction: str


@dataclass(frozen=True)
class LanguageLink:
    """The same page in a language."""

    code: str
    label: str
    url: str


def init_languages(app: Flask, settings: Settings) -> None:
    """Choose a language for each request: `?lang=`, then the cookie, then what the browser prefers."""

    def choose() -> str:
        if not has_request_context():
            return settings.default_language
        asked = request.args.get("lang") or request.cookies.get(COOKIE)
        if asked in LANGUAGES:
            return asked
        return request.accept_languages.best_match(LANGUAGES) or settings.default_language

    babel.init_app(app, locale_selector=choose, default_locale=settings.default_language)
    app.after_request(_remember)
    app.context_processor(_page_words)
    app.add_template_filter(country_name)
    app.add_template_filter(translate)
    app.add_template_filter(moment)
    app.add_template_filter(day)
    app.add_template_filter(distance)
    app.add_template_filter(area)
    app.add_template_global(language_code)


def language_code() -> str:
    """Return the language of this page, such as fr."""
    return str(getattr(get_locale(), "language", "en"))


def translate(message: str) -> str:
    """Return a message of the domain in the reader's language."""
    if isinstance(message, Message):
        return str(gettext(message.template, **message.values))
    return str(message)


def country_name(code: str | None) -> str:
    """Return the name of a country in the reader's language, or the code that nobody knows."""
    return "" if not code else _territories(language_code()).get(code, code)


def country_choices() -> list[tuple[str, str]]:
    """Return (code, name) of all countries, sorted by name as the reader's language spells them."""
    return sorted(_territories(language_code()).items(), key=lambda pair: pair[1])


def moment(value: datetime) -> str:
    """Return a time (UTC) as the reader's language writes it."""
    return f"{format_datetime(value, 'medium', rebase=False)} UTC"


def day(value: datetime) -> str:
    """Return a date (UTC) as the reader's language writes it."""
    return str(format_date(value, "medium", rebase=False))


def distance(metres: float) -> str:
    """Return a distance as people say it: metres below a kilometre, then kilometres."""
    if metres < METRES_PER_KM:
        return _measure(metres, "length-meter")
    return _measure(metres / METRES_PER_KM, "length-kilometer")


def area(square_metres: float) -> str:
    """Return an area as people say it: square metres, then hectares, then square kilometres."""
    if square_metres < SQUARE_METRES_PER_HECTARE:
        return _measure(square_metres, "area-square-meter")
    if square_metres < SQUARE_METRES_PER_KM2:
        return _measure(square_metres / SQUARE_METRES_PER_HECTARE, "area-hectare")
    return _measure(square_metres / SQUARE_METRES_PER_KM2, "area-square-kilometer")


def _measure(value: float, unit: str) -> str:
    """Return a number with its unit; a decimal only where it is worth one."""
    pattern = "#,##0.#" if value < MEASURES_WITH_DECIMAL else "#,##0"
    return format_unit(value, unit, length="short", format=pattern, locale=get_locale() or "en")


@cache
def _territories(language: str) -> dict[str, str]:
    names = Locale.parse(language).territories
    return {
        code: name
        for code, name in names.items()
        if len(code) == ALPHA_2_LENGTH and code.isalpha() and code not in NOT_COUNTRIES
    }


def _page_words() -> dict[str, object]:
    locale = get_locale()
    return {
        "language": Language(language_code(), locale.text_direction if locale else "ltr"),
        "languages": [LanguageLink(code, label, _here_in(code)) for code, label in LANGUAGES.items()],
    }


def _here_in(code: str) -> str:
    if request.endpoint is None or request.method not in {"GET", "HEAD"}:
        return url_for("map.show", lang=code)
    arguments = request.args.to_dict(flat=False) | {"lang": [code]} | (request.view_args or {})
    return url_for(request.endpoint, **arguments)


def _remember(response: Response) -> Response:
    asked = request.args.get("lang")
    # a cookie belongs to a page, not to data that others may get from a cache
    if asked in LANGUAGES and response.mimetype == "text/html":
        secure = bool(g.get("secure_cookies", False))
        response.set_cookie(COOKIE, asked, max_age=COOKIE_AGE_S, samesite="Lax", secure=secure, httponly=True)
    return response
