"""Typed words as conditions on facilities: each word has to occur in a name, code, address or identifier."""

import re
from collections.abc import Collection

from sqlalchemy import ColumnElement, SQLColumnExpression, String, func, literal, or_
from sqlalchemy import text as sql
from sqlalchemy.orm import Session

from webapp.facilities.models import Facility

SHORTEST_INSIDE = 3
"""Letters that a word needs to be looked for inside of others; fewer have to begin a word.

Trigrams are what the index knows: less than one of them would have it read from end to end.
"""

LETTERS = re.compile(r"[^\W_]+")
Text = SQLColumnExpression[str]


def contains_words(text: str, telling: Collection[str] | None = None) -> list[ColumnElement[bool]]:
    """Hold to facilities that have every word of a text, in any order, case and accents.

    The index is asked for the telling ones only: by default for those that are long, or for all.
    """
    words = text.split()
    if telling is None:
        telling = long_words(text) or words
    # which does not know this expression
    by_the_way = Facility.search_text + ""
    return [contains_word(Facility.search_text if word in telling else by_the_way, word) for word in words]


def long_words(text: str) -> list[str]:
    """Return the words of a text that the index of texts finds: none of two letters, or of signs alone."""
    return [word for word in text.split() if LETTERS.search(word) and not _is_short(word)]


def contains_word(column: Text, word: str) -> ColumnElement[bool]:
    """Hold to values that have a word, or where it is short, a word that begins like it."""
    if _is_short(word):
        return begins_word(column, word)
    return column.like("%" + _literally(word) + "%", escape="\\")


def _is_short(word: str) -> bool:
    runs = LETTERS.findall(word)
    return bool(runs) and max(map(len, runs)) < SHORTEST_INSIDE


def begins_word(column: Text, word: str) -> ColumnElement[bool]:
    """Hold to values one of whose words begins like this, behind a space or a quotation mark."""
    begun = _literally(word) + "%"
    # spelt out like this, the index of trigrams knows that a word begins there
    return or_(*(column.like(before + begun, escape="\\") for before in ("", "% ", '%"')))


def rely_on_indexes(session: Session) -> None:
    """Keep this transaction from reading the whole table for a word.

    How many facilities have it is a guess from a few hundred values: often so wrong that PostgreSQL expects
    to meet some soon. The index of trigrams is never that slow, for what is too frequent is not asked of it.
    """
    session.execute(sql("SET LOCAL enable_seqscan = off"))


def searchable(text: str) -> ColumnElement[str]:
    """Return a text without case and accents, as the columns hold it."""
    return func.searchable(literal(text, String), type_=String)


def _literally(word: str) -> ColumnElement[str]:
    # escaped last, since some letters become signs when they lose their accents
    return func.regexp_replace(searchable(word), r"([\\%_])", r"\\\1", "g", type_=String)
