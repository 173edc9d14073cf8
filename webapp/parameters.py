"""Parameters of addresses, read strictly; each refusal names its parameter and says what would be right."""

import math
from collections.abc import Sequence

from werkzeug.datastructures import MultiDict

from webapp.errors import InvalidParameterError
from webapp.geo.grid import CellRange
from webapp.geo.messages import translatable as _
from webapp.geo.numbers import read_numbers

LONGEST_NUMBER = 10
ECHO_LENGTH = 50


def refuse_unclear(
    given: MultiDict[str, str], known: frozenset[str], *, repeatable: frozenset[str] = frozenset()
) -> None:
    """Refuse parameters that would silently do nothing: unknown ones, and a second value of a single one."""
    for name, values in given.lists():
        if name not in known:
            raise InvalidParameterError(
                name[:ECHO_LENGTH], _("Known parameters are: %(known)s.", known=", ".join(sorted(known)))
            )
        if len(values) > 1 and name not in repeatable:
            raise InvalidParameterError(name, _("Give this parameter only once."))


def read_whole_number(name: str, text: str, least: int, most: int) -> int:
    """Read a number within bounds, ends included; raises InvalidParameterError."""
    plain = text.isascii() and text.isdecimal() and len(text) <= LONGEST_NUMBER
    number = int(text) if plain else least - 1
    if not least <= number <= most:
        raise InvalidParameterError(
            name, _("Give a whole number from %(least)s to %(most)s.", least=least, most=most)
        )
    return number


def read_number(name: str, text: str) -> float:
    """Read a finite decimal number; raises InvalidParameterError."""
    numbers = read_numbers(text)
    if numbers is None or len(numbers) != 1 or not math.isfinite(numbers[0]):
        raise InvalidParameterError(name, _("Give a number."))
    return numbers[0]


def read_cell(names: Sequence[str], texts: Sequence[str], *, finest: int) -> CellRange:
    """Read a level, a column and a row as one cell of the grid; raises InvalidParameterError."""
    level = read_whole_number(names[0], texts[0], 0, finest)
    last = (1 << level) - 1
    column, row = (
        read_whole_number(name, text, 0, last) for name, text in zip(names[1:], texts[1:], strict=True)
    )
    return CellRange(level, column, column, row, row)
