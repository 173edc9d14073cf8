"""Angles in decimal degrees or degrees, minutes and seconds, alone and in pairs.

A pair is cut in two wherever both halves read as an angle, and counts only if there is exactly one such cut.
The patterns use possessive numbers and single optional blanks, so that no input of 200 characters takes long.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from webapp.errors import InvalidGeometryError
from webapp.geo.coordinate_text import echo, refusal, spell_out, unreadable
from webapp.geo.messages import translatable as _
from webapp.geo.position import Position

_SIXTY = 60
_NUMBER = r"[0-9]++(?:\.[0-9]++)?+"
_ANGLE = re.compile(
    rf"(?P<before>[NSEW])? ?(?P<sign>[+-])?(?P<degrees>{_NUMBER}) ?(?:[°:] ?)?"
    rf"(?:(?P<minutes>{_NUMBER}) ?(?:[':] ?)?(?:(?P<seconds>{_NUMBER}) ?\"? ?)?)?(?P<after>[NSEW])?"
)
_SEPARATOR = re.compile(r"[,;/|]")
_DECIMAL_COMMA = re.compile(r"(?<=[0-9]),(?=[0-9])")
_DECIMAL_POINT = re.compile(r"(?<=[0-9])\.(?=[0-9])")
_DETACHED_SIGN = re.compile(r"((?:^|[,;/|]) ?[+-]) (?=[0-9])")
_ENCLOSURE = " ,;/|()[]{}"


@dataclass(frozen=True, slots=True)
class Angle:
    """Degrees, the hemisphere letter if one was written, and of how many numbers it was made."""

    degrees: float
    letter: str
    parts: int


def parse_angle(text: str) -> Angle:
    """Read one cleaned angle; minutes and seconds are below 60. Raises InvalidGeometryError("location")."""
    for reading in _readings(spell_out(text.strip(_ENCLOSURE))):
        match = _match(reading)
        if match:
            return _angle(match)
    raise unreadable(text)


def parse_pair(text: str) -> tuple[Angle, Angle]:
    """Read two cleaned angles in written order. Raises InvalidGeometryError("location")."""
    spelled = _DETACHED_SIGN.sub(r"\1", spell_out(text).strip(_ENCLOSURE))
    pairs = {
        (left[0], right[0]): (left, right) for reading in _readings(spelled) for left, right in _cuts(reading)
    }
    if len(pairs) != 1:
        raise _explanation(text, spelled)
    (left, right), *_rest = pairs.values()
    return _angle(left), _angle(right)


def position_of(first: Angle, second: Angle) -> Position:
    """Tell latitude from longitude by the hemisphere letters; without them latitude comes first."""
    if first.letter and (first.letter in "NS") == (second.letter in "NS"):
        raise refusal(
            _(
                "Read %(first)s and %(second)s, twice the same axis: one value must carry N or S and the "
                "other E or W (O in French).",
                first=first.letter,
                second=second.letter,
            )
        )
    if first.letter and first.letter in "EW":
        return Position(first.degrees, second.degrees)
    return Position(second.degrees, first.degrees)


def _readings(text: str) -> Iterator[str]:
    """Take a comma between digits as separator or, where no decimal point is written, as decimal sign."""
    yield text
    if _DECIMAL_COMMA.search(text) and not _DECIMAL_POINT.search(text):
        yield _DECIMAL_COMMA.sub(".", text)


def _cuts(text: str) -> Iterator[tuple[re.Match[str], re.Match[str]]]:
    for left_text, right_text in _halves(text):
        left, right = _match(left_text.strip()), _match(right_text.strip())
        if left and right and _go_together(left, right):
            yield left, right


def _halves(text: str) -> Iterator[tuple[str, str]]:
    separators = [match.start() for match in _SEPARATOR.finditer(text)]
    if len(separators) == 1:
        yield text[: separators[0]], text[separators[0] + 1 :]
    if separators:
        return
    for index in range(1, len(text)):
        if not (text[index - 1] in "0123456789." and text[index] in "0123456789."):
            yield text[:index], text[index:]


def _match(text: str) -> re.Match[str] | None:
    match = _ANGLE.fullmatch(text)
    return None if match and match["before"] and match["after"] else match


def _go_together(left: re.Match[str], right: re.Match[str]) -> bool:
    """Letters on both sides, or on none and the same precision: the only hint where one angle ends."""
    if _letter(left) or _letter(right):
        return bool(_letter(left) and _letter(right))
    return len(_parts(left)) == len(_parts(right))


def _letter(match: re.Match[str]) -> str:
    return match["before"] or match["after"] or ""


def _parts(match: re.Match[str]) -> list[str]:
    return [match[name] for name in ("degrees", "minutes", "seconds") if match[name] is not None]


def _angle(match: re.Match[str]) -> Angle:
    parts, letter = _parts(match), _letter(match)
    if letter and match["sign"]:
        raise refusal(
            _(
                "Read both the sign %(sign)s and the letter %(letter)s; keep one of them.",
                sign=match["sign"],
                letter=letter,
            )
        )
    _check_parts(match[0], parts)
    degrees = sum(float(part) / divisor for part, divisor in zip(parts, (1, 60, 3600), strict=False))
    negative = match["sign"] == "-" or letter in {"S", "W"}
    return Angle(0.0 - degrees if negative else degrees, letter, len(parts))


def _check_parts(text: str, parts: list[str]) -> None:
    if any("." in part for part in parts[:-1]):
        raise refusal(
            _(
                "Read “%(text)s”: only the last of degrees, minutes and seconds may have decimals.",
                text=echo(text),
            )
        )
    for part in parts[1:]:
        if float(part) >= _SIXTY:
            raise refusal(
                _(
                    "Read “%(text)s”: minutes and seconds run from 0 to below 60, not %(part)s.",
                    text=echo(text),
                    part=echo(part),
                )
            )


def _explanation(text: str, spelled: str) -> InvalidGeometryError:
    """Choose the refusal that fits best what was understood."""
    numbers, letters = re.findall(_NUMBER, spelled), re.findall(r"[NSEW]", spelled)
    if len(letters) not in {0, 2} and re.search(r"[oO]", text):
        return refusal(
            _("The letter o is read as Ouest (west). Type ° for degrees or leave it out, and 0 for zero.")
        )
    if len(numbers) == 1:
        return refusal(
            _(
                "Read only one number, %(number)s; a position has a latitude and a longitude.",
                number=echo(numbers[0]),
            )
        )
    if len(letters) == 1:
        return refusal(
            _("Only one value carries a letter, %(letter)s; give both or none.", letter=letters[0])
        )
    return unreadable(text)
