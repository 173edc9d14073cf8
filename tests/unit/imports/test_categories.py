"""The first categories of a registry can be told apart and read on a map."""

from pathlib import Path

import pytest

from webapp.imports.categories import DEMO_CATEGORIES, STARTER_CATEGORIES

ICONS = Path(__file__).resolve().parents[3] / "static" / "vendor"
SMALLEST_CONTRAST = 3.0

categories = pytest.mark.parametrize(
    "categories", [DEMO_CATEGORIES, STARTER_CATEGORIES], ids=["demo", "starter"]
)


def contrast_with_white(colour: str) -> float:
    """WCAG 2.2: the contrast ratio of a colour and white."""
    red, green, blue = (_linear(int(colour[place : place + 2], 16) / 255) for place in (1, 3, 5))
    return 1.05 / (0.2126 * red + 0.7152 * green + 0.0722 * blue + 0.05)


def _linear(channel: float) -> float:
    return channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4


@categories
def test_a_white_icon_can_be_seen_on_every_colour(categories: tuple[tuple[str, ...], ...]) -> None:
    for _slug, _label, _french, colour, _icon in categories:
        assert contrast_with_white(colour) >= SMALLEST_CONTRAST, colour


@categories
def test_every_category_has_an_icon_and_a_colour_of_its_own(categories: tuple[tuple[str, ...], ...]) -> None:
    for position in (0, 1, 2, 3, 4):
        assert len({category[position] for category in categories}) == len(categories)


@categories
def test_every_icon_is_vendored(categories: tuple[tuple[str, ...], ...]) -> None:
    for *_words, icon in categories:
        collection, name = icon.split("/")
        assert len(list(ICONS.glob(f"{collection}-*/icons/{name}.svg"))) == 1, icon
