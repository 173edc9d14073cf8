"""Numbers in the addresses of views and tiles."""

import math
from collections.abc import Sequence

from webapp.errors import InvalidParameterError
from webapp.geo.grid import CellRange
from webapp.geo.messages import translatable as _

LONGEST_NUMBER = 10


def read_whole_number(name: str, text: str, least: int, most: int) -> int:
    """Read a number within bounds, ends included; raises InvalidParameterError."""
    if not (text.isascii() and text.isdecimal()) or not least <= int(text[: LONGEST_NUMBER + 1]) <= most:
        raise InvalidParameterError(
            name, _("Give a whole number from %(least)s to %(most)s.", least=least, most=most)
        )
    return int(text)


def read_number(name: str, text: str) -> float:
    """Read a finite number; raises InvalidParameterError."""
    try:
        value = float(text)
    except ValueError as error:
        raise InvalidParameterError(name, _("Give a number.")) from error
    if not math.isfinite(value):
        raise InvalidParameterError(name, _("Give a number."))
    return value


def read_cell(names: Sequence[str], texts: Sequence[str], *, finest: int) -> CellRange:
    """Read a level, a column and a row as one cell of the grid; raises InvalidParameterError."""
    level = read_whole_number(names[0], texts[0], 0, finest)
    last = (1 << level) - 1
    column, row = (
        read_whole_number(name, text, 0, last) for name, text in zip(names[1:], texts[1:], strict=True)
    )
    return CellRange(level, column, column, row, row)
