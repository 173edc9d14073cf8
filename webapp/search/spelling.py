"""Misspelt words: which they are, and what was probably meant."""

import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from rapidfuzz.distance import OSA
from sqlalchemy import Row, func, select, text
from sqlalchemy.orm import Session

from webapp.facilities.texts import contains_word, searchable
from webapp.search.models import FacilityWord

SHORTEST = 4
"""Letters that a word needs to be corrected: of fewer too many words are alike."""

LETTERS_PER_SLIP = 4
"""One slip is forgiven for so many letters."""

SLIPS_AT_MOST = 3
CHECKED_AT_MOST = 8
CANDIDATES = 40
LEAST_ALIKE = 0.2
"""Trigrams in common: two swapped letters leave a word of five letters no more."""

TOKEN = re.compile(r"\S+")
SPELT = re.compile(rf"[^\W\d_]{{{SHORTEST},}}")


class Part(NamedTuple):
    """Letters of a text that may be misspelt, and where they stand."""

    start: int
    end: int
    letters: str


def correct(session: Session, text: str) -> str:
    """Return a text with its misspelt words replaced, or as it is where no facility has anything like them.

    A word is misspelt where it is in no facility's text; it becomes the word that the fewest slips lead to:
    a letter wrong, missing, too many, or swapped with the next. What holds digits is left alone.
    """
    for part in reversed(_unknown(session, _parts(text))):
        meant = _meant(session, part.letters)
        if meant is not None:
            text = text[: part.start] + meant + text[part.end :]
    return text


def _parts(text: str) -> list[Part]:
    found = []
    for token in TOKEN.finditer(text):
        if not any(map(str.isdigit, token[0])):
            found += [
                Part(token.start() + spelt.start(), token.start() + spelt.end(), spelt[0])
                for spelt in SPELT.finditer(token[0])
            ]
    return found[:CHECKED_AT_MOST]


def _unknown(session: Session, parts: Sequence[Part]) -> list[Part]:
    """Return the parts that are in no word of any facility."""
    if not parts:
        return []
    counts = [select(func.count()).where(contains_word(FacilityWord.word, part.letters)) for part in parts]
    numbers = session.execute(select(*(count.scalar_subquery() for count in counts))).one()
    return [part for part, number in zip(parts, numbers, strict=True) if not number]


def _meant(session: Session, letters: str) -> str | None:
    session.execute(text(f"SET LOCAL pg_trgm.similarity_threshold = {LEAST_ALIKE}"))
    typed = session.scalars(select(searchable(letters))).one()
    alike = func.similarity(FacilityWord.word, typed)
    query = (
        select(FacilityWord.word, func.sum(FacilityWord.facilities))
        .where(FacilityWord.word.op("%")(typed))
        .group_by(FacilityWord.word)
        .order_by(alike.desc())
        .limit(CANDIDATES)
    )
    return _nearest(typed, session.execute(query))


def _nearest(typed: str, candidates: Iterable[Row[str, int]]) -> str | None:
    """Return the word that the fewest slips lead to, among equals the one that more facilities have."""
    allowed = min(SLIPS_AT_MOST, max(1, len(typed) // LETTERS_PER_SLIP))
    ranked = sorted((*_slips(typed, word), -facilities, word) for word, facilities in candidates)
    return next((word for slips, _whole, _facilities, word in ranked if slips <= allowed), None)


def _slips(typed: str, word: str) -> tuple[int, int]:
    """Count the slips to the nearest head of a word, which may be half typed only, and to the whole word."""
    heads = (word[: len(typed) + more] for more in (-1, 0, 1))
    return min(OSA.distance(typed, head) for head in heads), OSA.distance(typed, word)
