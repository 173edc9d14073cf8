"""The facilities of a view as plain rows: a view may hold a thousand of them, too many for models."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from sqlalchemy import ColumnElement, Row, select
from sqlalchemy.orm import Session

from webapp.clusters.queries import (
    FACET_PARAMETERS,
    STRETCH_PARAMETERS,
    TEXTS,
    Facets,
    Spot,
    read_query,
    set_countries_apart,
    stretch_parameters,
)
from webapp.facilities.models import Facility
from webapp.geo.grid import CellRange, Stretch, stretches

AnyRow = Row[*tuple[Any, ...]]

SQL = Path(__file__).resolve().parent / "sql"
PARAMETERS = FACET_PARAMETERS | STRETCH_PARAMETERS | {"only": TEXTS}
MEMBERS = read_query(SQL / "members.sql", PARAMETERS)
MEMBERS_OF_ANY_COUNTRY = read_query(SQL / "members.sql", PARAMETERS, without="wanted_country")
EVERYTHING = 2**31 - 1

COLUMNS = (
    Facility.code,
    Facility.name,
    Facility.category,
    Facility.status,
    Facility.locality,
    Facility.country,
    Facility.location_precision,
    Facility.longitude.label("lon"),
    Facility.latitude.label("lat"),
    Facility.grid_x,
    Facility.grid_y,
)


def list_rows(session: Session, *conditions: ColumnElement[bool]) -> Sequence[AnyRow]:
    """Return all rows that meet the conditions, by name."""
    query = select(*COLUMNS).where(*conditions).order_by(Facility.sort_name, Facility.id)
    return session.execute(query).all()


def list_members(session: Session, blocks: Sequence[CellRange], facets: Facets) -> Sequence[AnyRow]:
    """Return the rows in blocks of cells, by name."""
    parts = [part for block in blocks for part in stretches(block)]
    return _list_in(session, parts, facets, only=[None] * len(parts), each=EVERYTHING)


def list_members_of_spots(
    session: Session, spots: Sequence[Spot], level: int, facets: Facets, *, each: int = EVERYTHING
) -> Sequence[AnyRow]:
    """Return the rows in cells of a level, up to a number from each stretch of each, by name."""
    if facets.countries:
        spots, level = set_countries_apart(session, spots, level, facets)
    parts, only = [], []
    for spot in spots:
        found = stretches(spot.where(level))
        parts += found
        only += [spot.category if spot.members == 1 else None] * len(found)
    return _list_in(session, parts, facets, only=only, each=each)


def _list_in(
    session: Session, parts: Sequence[Stretch], facets: Facets, *, only: Sequence[str | None], each: int
) -> Sequence[AnyRow]:
    where = stretch_parameters(parts)
    known = {**facets.spelt_out(), **where, "only": only, "most": each}
    return session.execute(MEMBERS if facets.countries else MEMBERS_OF_ANY_COUNTRY, known).all()
