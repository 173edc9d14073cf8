"""What must be well in the tables: privileges, reference systems and triggers."""

from collections.abc import Iterator

from geoalchemy2 import Geometry
from sqlalchemy import Connection, text

from webapp.database.findings import Finding, judge
from webapp.database.geometry import SRID
from webapp.extensions import db
from webapp.settings import Settings

APPEND_ONLY = frozenset({"facility_revisions"})
TRIGGERS = (
    ("facilities", "facilities_count_added"),
    ("facilities", "facilities_count_changed"),
    ("facilities", "facilities_count_removed"),
    ("facilities", "facilities_keep_identity"),
    ("facilities", "facilities_learn_added"),
    ("facilities", "facilities_learn_changed"),
    ("facilities", "facilities_sample_added"),
    ("facilities", "facilities_sample_changed"),
    ("facilities", "facilities_sample_removed"),
    ("facilities", "facilities_record_added"),
    ("facilities", "facilities_record_changed"),
    ("facilities", "facilities_record_removed"),
    ("facilities", "facilities_refuse_truncate"),
    ("facility_revisions", "facility_revisions_append_only"),
)

MISSING_PRIVILEGES = """
SELECT privilege FROM unnest(CAST(:privileges AS text[])) AS privilege
 WHERE NOT has_table_privilege(CAST(:table_name AS regclass), privilege)
"""


def check_privileges(connection: Connection, _settings: Settings) -> Finding:
    """Check that the role may do what the application does; migrations may be another role's work."""
    remedies = [
        *_missing_on_tables(connection),
        *_missing_on_sequences(connection),
        *_missing_on_database(connection),
    ]
    role = connection.scalar(text("SELECT current_user"))
    may_migrate = connection.scalar(text("SELECT has_schema_privilege('public', 'CREATE')"))
    well = f"{role} may read and write" + ("" if may_migrate else "; migrations need another role")
    problems = [f"{role} lacks privileges"] if remedies else []
    return judge("privileges", problems, well=well, remedies=remedies)


def _missing_on_tables(connection: Connection) -> Iterator[str]:
    for table in sorted(db.metadata.tables):
        wanted = ["SELECT", "INSERT"] if table in APPEND_ONLY else ["SELECT", "INSERT", "UPDATE", "DELETE"]
        parameters = {"privileges": wanted, "table_name": table}
        if missing := connection.scalars(text(MISSING_PRIVILEGES), parameters).all():
            yield f'GRANT {", ".join(missing)} ON {table} TO "{_role(connection)}";'


def _missing_on_sequences(connection: Connection) -> Iterator[str]:
    closed = text(
        "SELECT sequence.oid::regclass::text FROM pg_class AS sequence"
        "  JOIN pg_class AS facilities USING (relnamespace)"
        " WHERE facilities.oid = 'facilities'::regclass"
        "   AND CASE sequence.relkind WHEN 'S' THEN NOT has_sequence_privilege(sequence.oid, 'USAGE') END"
        " ORDER BY 1"
    )
    for sequence in connection.scalars(closed):
        yield f'GRANT USAGE ON SEQUENCE {sequence} TO "{_role(connection)}";'


def _missing_on_database(connection: Connection) -> Iterator[str]:
    """Tell whether imports can stage their rows in temporary tables."""
    if not connection.scalar(text("SELECT has_database_privilege(current_database(), 'TEMPORARY')")):
        name = connection.scalar(text("SELECT current_database()"))
        yield f'GRANT TEMPORARY ON DATABASE "{name}" TO "{_role(connection)}";'


def _role(connection: Connection) -> str:
    return str(connection.scalar(text("SELECT current_user")))


def check_reference_systems(connection: Connection, _settings: Settings) -> Finding:
    """Check that every geometry column, and every stored geometry, is in SRID 4326."""
    problems, remedies, columns = [], [], 0
    for table, column in _geometry_columns():
        columns += 1
        if problem := _srid_problem(connection, table, column):
            problems.append(problem)
            remedies.append(
                f"ALTER TABLE {table} ALTER COLUMN {column} TYPE geometry(Geometry, {SRID})"
                f" USING ST_Transform({column}, {SRID}); -- ST_SetSRID where only the label is wrong"
            )
    return judge("reference systems", problems, well=f"{columns} columns in SRID {SRID}", remedies=remedies)


def _geometry_columns() -> Iterator[tuple[str, str]]:
    for name, table in sorted(db.metadata.tables.items()):
        for column in table.columns:
            if isinstance(column.type, Geometry):
                yield name, column.name


def _srid_problem(connection: Connection, table: str, column: str) -> str:
    """Return what is wrong; a declared SRID binds every row, so rows are read only where there is none."""
    declared = connection.scalar(
        text(
            "SELECT postgis_typmod_srid(atttypmod) FROM pg_attribute"
            " WHERE attrelid = CAST(:table_name AS regclass) AND attname = :column_name AND NOT attisdropped"
        ),
        {"table_name": table, "column_name": column},
    )
    if declared == SRID:
        return ""
    if declared:
        return f"{table}.{column} is declared with SRID {declared}"
    strangers = text(f"SELECT ST_SRID({column}) FROM {table} WHERE ST_SRID({column}) <> {SRID} LIMIT 1")  # noqa: S608
    found = connection.scalar(strangers)
    return "" if found is None else f"{table}.{column} holds geometries with SRID {found}"


def check_triggers(connection: Connection, _settings: Settings) -> Finding:
    """Check that the history and the counts are kept: their triggers are there and enabled."""
    states = {
        (table, trigger): state
        for table, trigger, state in connection.execute(
            text(
                "SELECT tgrelid::regclass::text, tgname, tgenabled::text"
                "  FROM pg_trigger WHERE NOT tgisinternal"
            )
        )
    }
    missing = [place for place in TRIGGERS if place not in states]
    disabled = [place for place in TRIGGERS if states.get(place, "O") not in {"O", "A"}]
    return judge(
        "triggers",
        [f"{trigger} is missing" for _table, trigger in missing]
        + [f"{trigger} is disabled, so changes go unrecorded and uncounted" for _table, trigger in disabled],
        well=f"{len(TRIGGERS)} present and enabled",
        remedies=[f"ALTER TABLE {table} ENABLE TRIGGER {trigger};" for table, trigger in disabled]
        + ["Restore them from webapp/migrations/sql, then run: flask clusters rebuild" for _place in missing],
    )
