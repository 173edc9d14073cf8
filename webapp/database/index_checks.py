"""What must be well with the indexes: valid, once each, and used by the planner.

The classic failure is a slow query although the column is indexed; its remedies are told here.
"""

import json
from collections.abc import Iterator
from typing import Any

from sqlalchemy import Connection, Index, text

from webapp.database.findings import Finding, judge
from webapp.extensions import db
from webapp.settings import Settings

TABLE, COLUMN = "facilities", "location"
BIG = 5_000
"""From so many rows on the planner must prefer the index by itself; below, reading all rows is no fault."""
HALF_BOX_DEG = 0.05
SOMEWHERE = (36.8, -1.3)

INVALID = """
SELECT i.indexrelid::regclass::text
  FROM pg_index AS i JOIN pg_class AS owner ON owner.oid = i.indrelid
 WHERE owner.relnamespace = (SELECT relnamespace FROM pg_class WHERE oid = CAST(:table_name AS regclass))
   AND NOT (i.indisvalid AND i.indisready)
 ORDER BY 1
"""
SPATIAL = """
SELECT index.relname, i.indpred IS NOT NULL
  FROM pg_index AS i
  JOIN pg_class AS index ON index.oid = i.indexrelid
  JOIN pg_am AS access ON access.oid = index.relam AND access.amname = 'gist'
  JOIN pg_attribute AS a ON a.attrelid = i.indrelid AND a.attnum = i.indkey[0]
 WHERE i.indrelid = CAST(:table_name AS regclass) AND a.attname = :column_name AND i.indnatts = 1
 ORDER BY index.relname
"""


def check_index_validity(connection: Connection, _settings: Settings) -> Finding:
    """Check that no failed CONCURRENTLY left an index: writing pays for it, reading ignores it."""
    invalid = connection.scalars(text(INVALID), {"table_name": TABLE}).all()
    return judge(
        "index validity",
        [f"{name} is INVALID" for name in invalid],
        well="all valid",
        remedies=[f"REINDEX INDEX CONCURRENTLY {name};" for name in invalid],
    )


def check_spatial_indexes(connection: Connection, _settings: Settings) -> Finding:
    """Check that the declared spatial indexes are there, and no second one of a kind."""
    declared = {str(index.name): index for index in _declared()}
    found = [
        str(name) for name in connection.scalars(text(SPATIAL), {"table_name": TABLE, "column_name": COLUMN})
    ]
    missing = [name for name in declared if name not in found]
    surplus = [name for name in found if name not in declared]
    return judge(
        "spatial indexes",
        [f"{name} is missing" for name in missing] + [f"{name} is one too many" for name in surplus],
        well=", ".join(found),
        remedies=[_how_to_create(declared[name]) for name in missing]
        + [f"DROP INDEX CONCURRENTLY {name};" for name in surplus],
    )


def check_index_use(connection: Connection, _settings: Settings) -> Finding:
    """Check with EXPLAIN (ANALYZE) that the planner takes each spatial index for a small box."""
    big = _is_big(connection)
    unused = [
        str(index.name)
        for index in _declared()
        if index.name not in _indexes_taken(connection, index, big=big)
    ]
    return judge(
        "index use",
        [f"a small box does not use {name}" for name in unused],
        well="used by the planner" if big else f"usable; fewer than {BIG} rows are read as fast without",
        remedies=(
            f"ANALYZE {TABLE}; -- the planner may know an old state\n"
            "On fast disks: ALTER SYSTEM SET random_page_cost = 1.1;"
        ),
    )


def check_statistics(connection: Connection, _settings: Settings) -> Finding:
    """Check that the planner knows roughly how much there is."""
    known = connection.scalar(
        text("SELECT reltuples FROM pg_class WHERE oid = CAST(:table_name AS regclass)"),
        {"table_name": TABLE},
    )
    stale = _is_big(connection) and float(known or 0) < BIG / 2
    problems = ["the planner believes that the registry is nearly empty"] if stale else []
    return judge("statistics", problems, well="current enough", remedies=f"ANALYZE {TABLE};")


def _declared() -> Iterator[Index]:
    for index in sorted(db.metadata.tables[TABLE].indexes, key=lambda index: str(index.name)):
        places_alone = [column.name for column in index.columns] == [COLUMN]
        if places_alone and index.dialect_options["postgresql"]["using"] == "gist":
            yield index


def _condition(index: Index) -> str:
    """Return the condition of a partial index as SQL, TRUE for a plain one."""
    where = index.dialect_options["postgresql"]["where"]
    return "TRUE" if where is None else str(where)


def _how_to_create(index: Index) -> str:
    condition = _condition(index)
    where = "" if condition == "TRUE" else f" WHERE {condition}"
    return f"CREATE INDEX CONCURRENTLY {index.name} ON {TABLE} USING gist ({COLUMN}){where};"


def _is_big(connection: Connection) -> bool:
    counted = text(f"SELECT count(*) FROM (SELECT FROM {TABLE} LIMIT {BIG}) AS counted")  # noqa: S608
    return bool(connection.scalar(counted) == BIG)


def _indexes_taken(connection: Connection, index: Index, *, big: bool) -> set[str]:
    """Return the indexes that a small box around a stored place reads.

    In a small table all else is forbidden to the planner: that shows only whether the index can be used.
    """
    condition = _condition(index)
    box = "ST_MakeEnvelope(:west, :south, :east, :north, 4326)"
    query = f"SELECT id FROM {TABLE} WHERE {COLUMN} && {box} AND {condition}"  # noqa: S608
    if not big:
        connection.execute(text("SET LOCAL enable_seqscan = off"))
        connection.execute(text("SET LOCAL enable_sort = off"))
        query += f" ORDER BY {COLUMN} <-> ST_SetSRID(ST_MakePoint(:west, :south), 4326)"
    plan = connection.scalar(
        text(f"EXPLAIN (ANALYZE, FORMAT JSON) {query}"), _small_box(connection, condition)
    )
    (root,) = plan if isinstance(plan, list) else json.loads(str(plan))
    return set(_index_names(root["Plan"]))


def _small_box(connection: Connection, condition: str) -> dict[str, float]:
    somewhere = text(f"SELECT ST_X({COLUMN}), ST_Y({COLUMN}) FROM {TABLE} WHERE {condition} LIMIT 1")  # noqa: S608
    lon, lat = connection.execute(somewhere).one_or_none() or SOMEWHERE
    return {
        "west": lon - HALF_BOX_DEG,
        "south": lat - HALF_BOX_DEG,
        "east": lon + HALF_BOX_DEG,
        "north": lat + HALF_BOX_DEG,
    }


def _index_names(node: dict[str, Any]) -> Iterator[str]:
    if "Index Name" in node:
        yield node["Index Name"]
    for child in node.get("Plans", ()):
        yield from _index_names(child)
