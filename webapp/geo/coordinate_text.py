"""Typed coordinates brought to one plain alphabet before they are read: ASCII digits and symbols, N S E W."""

import re
import unicodedata

from webapp.errors import InvalidGeometryError
from webapp.geo.messages import Message
from webapp.geo.messages import translatable as _

FIELD = "location"
MAX_LENGTH = 200

_ECHO_LENGTH = 60
_SYMBOLS = str.maketrans(
    dict.fromkeys("º˚∘⁰ᵒ", "°")
    | dict.fromkeys("′’‘ʹʼ´`＇", "'")
    | dict.fromkeys("″”“ʺˮ〃＂", '"')
    | dict.fromkeys("\u2010\u2011\u2012\u2013\u2212\ufe63\uff0d", "-")
    | dict.fromkeys("，،、", ",")
    | dict.fromkeys("；؛", ";")
    | {"．": ".", "٫": ".", "＋": "+", "：": ":", "／": "/"}
)
_WORDS = (
    dict.fromkeys(("n", "north", "nord"), "N")
    | dict.fromkeys(("s", "south", "sud"), "S")
    | dict.fromkeys(("e", "east", "est"), "E")
    | dict.fromkeys(("w", "west", "o", "ouest"), "W")  # o is French for west; never a degree sign
    | dict.fromkeys(("d", "deg", "degree", "degrees", "degré", "degrés", "degre", "degres"), "°")
    | dict.fromkeys(("min", "mins", "minute", "minutes"), "'")
    | dict.fromkeys(("sec", "secs", "second", "seconds", "seconde", "secondes"), '"')
)
_WORD = re.compile(r"[^\W\d_]+")


def clean(text: str) -> str:
    """Make one line of plain digits and symbols; refuse what is empty, long or holds control characters."""
    if len(text) > MAX_LENGTH:
        raise InvalidGeometryError(FIELD, _("Coordinates have at most %(most)s characters.", most=MAX_LENGTH))
    composed = unicodedata.normalize("NFC", text).translate(_SYMBOLS)
    plain = " ".join("".join(map(_plain_character, composed)).split()).replace("''", '"')
    if not plain:
        raise InvalidGeometryError(
            FIELD,
            _("Enter a latitude and a longitude, such as -1.2921, 36.8219 or 1°17′31.6″S 36°49′18.8″E."),
        )
    return plain


def spell_out(text: str) -> str:
    """Replace English and French words by hemisphere letters and unit marks; any other word is refused."""
    return _WORD.sub(_symbol_of, text)


def unreadable(text: str) -> InvalidGeometryError:
    """Say that a text is no position, and how one is written."""
    return refusal(
        _(
            "Cannot read “%(text)s” as a position. Write latitude and longitude, such as -1.2921, 36.8219 "
            "or 1°17′31.6″S 36°49′18.8″E.",
            text=echo(text),
        )
    )


def refusal(message: Message) -> InvalidGeometryError:
    """Attach a message to the location."""
    return InvalidGeometryError(FIELD, message)


def echo(text: str) -> str:
    """Shorten what was typed to what a message can repeat."""
    printable = "".join(
        character if character.isprintable() else "\N{REPLACEMENT CHARACTER}" for character in text
    )
    return printable if len(printable) <= _ECHO_LENGTH else printable[: _ECHO_LENGTH - 1] + "…"


def _plain_character(character: str) -> str:
    if character.isspace() and character not in "\x1c\x1d\x1e\x1f\x85":
        return " "
    category = unicodedata.category(character)
    if category == "Cf":  # direction marks and zero-width spaces come along with a paste
        return ""
    if category in {"Cc", "Cs"}:
        raise refusal(_("The coordinates hold a control character; type them anew."))
    digit = unicodedata.decimal(character, None)
    return character if digit is None else str(digit)


def _symbol_of(match: re.Match[str]) -> str:
    symbol = _WORDS.get(match[0].casefold())
    if symbol is None:
        raise refusal(
            _(
                "Do not understand “%(word)s” in the coordinates. Write latitude and longitude, such as "
                "-1.2921, 36.8219 or 1°17′31.6″S 36°49′18.8″E.",
                word=echo(match[0]),
            )
        )
    return symbol
