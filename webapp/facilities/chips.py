"""Every active filter in words, each with the address that is left when it is taken away."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from flask_babel import gettext as _
from flask_babel import ngettext

from webapp.facilities.filters import FacilityFilter
from webapp.facilities.models import Category
from webapp.facilities.parameters import write_time
from webapp.facilities.vocabulary import Precision, Status
from webapp.geo.bounding_box import WORLD
from webapp.geo.coordinates import format_decimal
from webapp.languages import country_name, day, distance, language_code

Parameters = dict[str, str | tuple[str, ...]]


@dataclass(frozen=True)
class Chip:
    """One active filter: its parameter, its words, and the parameters of the same list without it."""

    parameter: str
    label: str
    without: Parameters


def permalink(chosen: FacilityFilter) -> Parameters:
    """Return the query parameters that give this filter, the box too."""
    box = {} if chosen.box == WORLD else {"bbox": chosen.box.as_text()}
    return {**chosen.parameters(), **box}


def chips_of(chosen: FacilityFilter, categories: Sequence[Category]) -> list[Chip]:
    """Return the chips of a filter, in the order of the form."""
    everything = permalink(chosen)
    labels = {category.slug: category.label_in(language_code()) for category in categories}
    return [
        Chip(name, label, _without(everything, name, value))
        for name, value, label in (*_values(chosen, labels), *_areas(chosen))
    ]


def _values(chosen: FacilityFilter, labels: dict[str, str]) -> Iterator[tuple[str, str, str]]:
    if chosen.text:
        text = chosen.asked_text or chosen.text
        yield "q", text, _("“%(text)s”", text=text)
    listed: tuple[tuple[str, Sequence[str], Callable[[str], str]], ...] = (
        ("category", chosen.categories, lambda slug: labels.get(slug, slug)),
        ("status", chosen.statuses, lambda value: Status(value).label),
        ("country", chosen.countries, country_name),
        (
            "precision",
            chosen.precisions,
            lambda value: _("Position: %(precision)s", precision=Precision(value).label),
        ),
    )
    for name, values, label in listed:
        yield from ((name, value, label(value)) for value in values)
    if chosen.updated_since is not None:
        text = write_time(chosen.updated_since)
        yield "updated_since", text, _("Changed since %(day)s", day=day(chosen.updated_since))


def _areas(chosen: FacilityFilter) -> Iterator[tuple[str, str, str]]:
    if chosen.near is not None:
        words = {"distance": distance(chosen.near.radius_m), "place": format_decimal(chosen.near.centre, 4)}
        yield "near", chosen.near.as_text(), _("Within %(distance)s of %(place)s", **words)
    if chosen.nearest is not None:
        place = format_decimal(chosen.nearest.place, 4)
        yield (
            "nearest",
            chosen.nearest.as_text(),
            ngettext(
                "The %(num)s nearest to %(place)s",
                "The %(num)s nearest to %(place)s",
                chosen.nearest.number,
                place=place,
            ),
        )
    if chosen.ring is not None:
        yield "within", chosen.ring.as_text(), _("Inside the drawn outline")
    if chosen.box != WORLD:
        yield "bbox", chosen.box.as_text(), _("In a part of the map")


def _without(everything: Parameters, name: str, value: str) -> Parameters:
    values = everything[name]
    rest = tuple(other for other in values if other != value) if isinstance(values, tuple) else ()
    return {key: rest if key == name else kept for key, kept in everything.items() if key != name or rest}
