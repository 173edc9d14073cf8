"""Numbers as they stand in addresses: plain decimals, never NaN, Infinity or digits of other scripts."""

import re

_NUMBER = re.compile(r"[+-]?(?:[0-9]++(?:\.[0-9]*+)?+|\.[0-9]++)(?:[eE][+-]?[0-9]{1,3})?")


def read_numbers(text: str) -> list[float] | None:
    """Return the numbers between commas, None where one of them is no plain number; 1e999 is infinite."""
    parts = [part.strip() for part in text.split(",")]
    return [float(part) for part in parts] if all(map(_NUMBER.fullmatch, parts)) else None


def write_number(number: float) -> str:
    """Return the shortest text that reads back as the very same number."""
    return repr(number + 0.0).removesuffix(".0")
