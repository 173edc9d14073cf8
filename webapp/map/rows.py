"""The facilities of a view as plain rows: a view may hold a thousand of them, too many for models."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from sqlalchemy import ColumnElement, Row, func, select
from sqlalchemy.orm import Session

from webapp.clusters.queries import (
    FACET_PARAMETERS,
    STRETCH_PARAMETERS,
    TEXTS,
    Facets,
    Nearest,
    find_occupied,
    read_query,
    stretch_parameters,
)
from webapp.database.geometry import SRID
from webapp.facilities.filters import FacilityFilter
from webapp.facilities.models import Facility
from webapp.geo.grid import CellRange, Stretch, cell_centre, stretches

AnyRow = Row[*tuple[Any, ...]]

MEMBERS = read_query(
    Path(__file__).resolve().parent / "sql" / "members.sql",
    FACET_PARAMETERS | STRETCH_PARAMETERS | {"only": TEXTS},
)
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


def list_nearest_rows(session: Session, chosen: FacilityFilter, wanted: Nearest) -> Sequence[AnyRow]:
    """Return the rows nearest to a place by degrees: quick where the filter lets much through."""
    lon, lat = cell_centre(wanted.x, wanted.y)
    there = func.ST_SetSRID(func.ST_MakePoint(lon, lat), SRID)
    order = Facility.location.op("<->")(there)
    query = select(*COLUMNS).where(*chosen.conditions()).order_by(order).limit(wanted.number)
    return session.execute(query).all()


def list_members(
    session: Session, blocks: Sequence[CellRange], facets: Facets, *, each: int = EVERYTHING
) -> Sequence[AnyRow]:
    """Return the rows in blocks of cells, up to a number from each stretch of each block, by name."""
    parts = [part for block in blocks for part in stretches(block)]
    return _list_in(session, parts, facets, only=[None] * len(parts), each=each)


def list_members_of_countries(
    session: Session, cells: Sequence[CellRange], facets: Facets
) -> Sequence[AnyRow]:
    """Return the rows in cells by name, where countries are chosen, of which a coarse cell may hold many."""
    narrow = find_occupied(session, cells, facets)
    return list_members(session, narrow, facets) if narrow else []


def list_lone_members(
    session: Session, cells: Sequence[tuple[CellRange, str]], facets: Facets
) -> Sequence[AnyRow]:
    """Return one row from each cell, whose category is known."""
    parts = [part for cell, _category in cells for part in stretches(cell)]
    return _list_in(session, parts, facets, only=[category for _cell, category in cells], each=1)


def _list_in(
    session: Session, parts: Sequence[Stretch], facets: Facets, *, only: Sequence[str | None], each: int
) -> Sequence[AnyRow]:
    where = stretch_parameters(parts)
    return session.execute(MEMBERS, {**facets.spelt_out(), **where, "only": only, "most": each}).all()
