"""How deep a text nests, counted without recursion, before any parser that recurses gets to see it.

A hundred thousand nested brackets end a JSON parser in RecursionError and a WKT parser in a segmentation
fault.
"""

import re
from collections.abc import Iterable

_JSON_BRACKET_OR_STRING = re.compile(r'"(?:[^"\\]++|\\.)*+"?|[\[{]|[\]}]', re.DOTALL)
_WKT_BRACKET = re.compile(r"[()]")


def json_depth(text: str) -> int:
    """Find the deepest nesting of arrays and objects; brackets inside strings do not count."""
    return _deepest(match[0] for match in _JSON_BRACKET_OR_STRING.finditer(text))


def wkt_depth(text: str) -> int:
    """Find the deepest nesting of parentheses."""
    return _deepest(match[0] for match in _WKT_BRACKET.finditer(text))


def _deepest(brackets: Iterable[str]) -> int:
    depth = deepest = 0
    for bracket in brackets:
        if bracket in "[{(":
            depth += 1
            deepest = max(deepest, depth)
        elif bracket in "]})":
            depth -= 1
    return deepest
