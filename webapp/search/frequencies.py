"""About how many facilities have a text: what decides by which way they are looked for."""

import re
from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from webapp.facilities.texts import contains_word
from webapp.search.models import FacilityWord

PARTS = re.compile(r"[^\W_]+")
HEAD_OF_CODE = re.compile(r"f[0-9]{1,12}x?", re.IGNORECASE)
FREQUENT_BESIDE_RARE = 50
PLACES_IN_CODE = 8
"""Where in a code of nine digits or so a short number may stand."""


class Telling(NamedTuple):
    """Words that an index is asked for, and about how many facilities have all of a text at the most."""

    words: tuple[str, ...]
    facilities: float


def estimate(session: Session, text: str, registry: int) -> float:
    """Return about how many of a registry's facilities have all words of a text, at the most."""
    words = [word for word in text.split() if PARTS.search(word)]
    return min(_frequencies(session, words, registry), default=float(registry))


def tell(session: Session, words: Sequence[str], registry: int) -> Telling:
    """Return which words are worth asking the index for.

    Beside a rare word, to look through the long lists of a frequent one takes longer than to read what the
    rare one leaves.
    """
    numbers = _frequencies(session, words, registry)
    fewest = min(numbers, default=float(registry))
    most = FREQUENT_BESIDE_RARE * max(1.0, fewest)
    return Telling(tuple(word for word, number in zip(words, numbers, strict=True) if number <= most), fewest)


def _frequencies(session: Session, words: Sequence[str], registry: int) -> list[float]:
    if not words:
        return []
    counts = [
        select(func.coalesce(func.sum(FacilityWord.facilities), 0)).where(_has(word)).scalar_subquery()
        for word in words
    ]
    found = session.execute(select(*counts)).one()
    return [int(number) + _in_codes(word, registry) for word, number in zip(words, found, strict=True)]


def _has(word: str) -> ColumnElement[bool]:
    """Hold to known words that have the longest part of the typed one: signs stand in no word."""
    return contains_word(FacilityWord.word, max(PARTS.findall(word), key=len))


def _in_codes(word: str, registry: int) -> float:
    """Return how many codes have a short number, which no table of words knows."""
    if word.isdecimal():
        return float(registry * PLACES_IN_CODE / 10 ** len(word))
    return float(registry / 10 ** (len(word) - 1)) if HEAD_OF_CODE.fullmatch(word) else 0.0
