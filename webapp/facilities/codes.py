"""Permanent public codes: `F`, a number, and a check character by ISO 7064 Mod 11,2 (as in ORCID).

Mod 11,2 recognises every single wrong digit and every swap of two digits. Digits alone are read out
over a telephone and typed on any keyboard alike; the letter keeps spreadsheets from taking it for a number.
"""

import re

from stdnum.iso7064 import mod_11_2

PREFIX = "F"
PATTERN = re.compile(r"F[0-9]{8,12}[0-9X]")
SEPARATORS = re.compile(r"[\s\-.]+")


def code_for(number: int) -> str:
    """Return the public code of a serial number."""
    body = str(number)
    return f"{PREFIX}{body}{mod_11_2.calc_check_digit(body)}"


def normalise_code(text: str) -> str:
    """Return a code as it is stored: capitals, without the spaces and hyphens people put in."""
    return SEPARATORS.sub("", text).upper()


def is_valid_code(code: str) -> bool:
    """Tell whether the code is well formed and its check character fits."""
    return PATTERN.fullmatch(code) is not None and bool(mod_11_2.is_valid(code.removeprefix(PREFIX)))
