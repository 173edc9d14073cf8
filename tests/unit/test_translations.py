"""Every text for readers is collected, and is told completely in every other language."""

import ast
import re
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.frontend import parse_keywords, parse_mapping_cfg
from babel.messages.pofile import read_po
from babel.support import Translations

from webapp.languages import LANGUAGES

ROOT = Path(__file__).resolve().parents[2]
SOURCES = ("webapp", "templates")
ENGLISH = "en"
WORDS_OF_FUNCTIONS = re.compile(r"--keyword (\S+)")
# a lone % would break the filling in, so it counts as a place that the original lacks
PLACES = re.compile(r"%(?:\(\w+\)[a-z])?|\{\w+\}")
TRANSLATING_MODULES = {"flask_babel", "webapp.geo.messages"}
FRENCH_FAULTS = {
    "a plain space, or none, before ; ! ? or »": re.compile(r"[^\u202f;!?»][;!?»]"),
    "a plain space before a colon": re.compile(r"[ \u00a0]:"),
    "no narrow space after «": re.compile(r"«[^\u202f]"),
    "a straight apostrophe or quotation mark": re.compile(r"['\"]"),
    "an English quotation mark": re.compile(r"[“”]"),
    "three dots for an ellipsis": re.compile(r"\.\.\."),
}

every_other_language = pytest.mark.parametrize("language", sorted(LANGUAGES.keys() - {ENGLISH}))


@cache
def keywords() -> Mapping[str, Any]:
    """Return the functions whose texts script/translations collects."""
    script = (ROOT / "script/translations").read_text(encoding="utf-8")
    return {**DEFAULT_KEYWORDS, **parse_keywords(WORDS_OF_FUNCTIONS.findall(script))}


@cache
def extracted() -> Catalog:
    """Return what script/translations collects."""
    with (ROOT / "script/babel.cfg").open(encoding="utf-8") as mapping:
        methods, options = parse_mapping_cfg(mapping)
    texts = Catalog()
    for folder in SOURCES:
        for name, line, text, _comments, context in extract_from_dir(
            ROOT / folder, methods, options, keywords()
        ):
            texts.add(text, locations=[(f"{folder}/{name}", line)], context=context)
    return texts


@cache
def catalogue(language: str) -> Catalog:
    """Return the stored translations of a language."""
    path = ROOT / "webapp/translations" / language / "LC_MESSAGES/messages.po"
    with path.open("rb") as file:
        return read_po(file, locale=language, domain="messages")


def messages(texts: Catalog) -> Iterator[Message]:
    """Iterate over the texts without the header."""
    return (message for message in texts if message.id)


def forms(text: str | list[str] | tuple[str, ...] | None) -> list[str]:
    """Return the one text, or all plural forms of it."""
    return [text or ""] if isinstance(text, str | None) else list(text)


def places(text: str) -> set[str]:
    """Return the places that are filled in when the text is shown."""
    return set(PLACES.findall(text))


def test_every_function_that_translates_is_known_to_the_extraction() -> None:
    unknown = {
        f"{path.relative_to(ROOT)}: {alias.asname or alias.name}"
        for path in (ROOT / "webapp").rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.ImportFrom) and node.module in TRANSLATING_MODULES
        for alias in node.names
        if alias.name.endswith(("gettext", "translatable")) and (alias.asname or alias.name) not in keywords()
    }
    assert not unknown


def test_every_kind_of_place_with_texts_is_searched() -> None:
    origins = {Path(path).suffix for message in messages(extracted()) for path, _line in message.locations}
    assert origins == {".py", ".html"}


@every_other_language
def test_every_text_is_in_the_catalogue(language: str) -> None:
    stored = {(message.id, message.context) for message in messages(catalogue(language))}
    missing = [
        (message.id, message.locations)
        for message in messages(extracted())
        if (message.id, message.context) not in stored
    ]
    assert not missing, "run script/translations, then translate"


@every_other_language
def test_no_text_is_left_over_from_earlier(language: str) -> None:
    wanted = {(message.id, message.context) for message in messages(extracted())}
    left_over = [
        message.id for message in messages(catalogue(language)) if (message.id, message.context) not in wanted
    ]
    assert not left_over, "run script/translations"
    assert not catalogue(language).obsolete


@every_other_language
def test_every_text_is_translated_in_all_its_forms_and_for_certain(language: str) -> None:
    stored = catalogue(language)
    unfinished = [
        message.id
        for message in messages(stored)
        if message.fuzzy
        or not all(form.strip() for form in forms(message.string))
        or len(forms(message.string)) != (stored.num_plurals if message.pluralizable else 1)
    ]
    assert not unfinished


@every_other_language
def test_translations_have_the_places_of_their_originals(language: str) -> None:
    differing = [
        (message.id, form)
        for message in messages(catalogue(language))
        for form in forms(message.string)
        if places(form) != places(forms(message.id)[-1])
    ]
    assert not differing


@every_other_language
def test_the_compiled_catalogue_holds_the_stored_translations(language: str) -> None:
    compiled = Translations.load(ROOT / "webapp/translations", [language])
    stale = [
        message.id
        for message in messages(catalogue(language))
        if isinstance(message.id, str) and compiled.gettext(message.id) != message.string
    ]
    assert not stale, "run script/setup"


@pytest.mark.parametrize("fault", FRENCH_FAULTS)
def test_french_is_set_as_french_is_set(fault: str) -> None:
    faulty = [
        form
        for message in messages(catalogue("fr"))
        for form in forms(message.string)
        if FRENCH_FAULTS[fault].search(form)
    ]
    assert not faulty, fault
