"""Bulk import: stage, check, add, all inside the caller's transaction."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any, Literal, cast

from sqlalchemy import CursorResult, text
from sqlalchemy.orm import Session

from webapp.clusters.commands import fold_changes, put_off_folding
from webapp.imports import categories, ourairports
from webapp.imports.checks import find_faults
from webapp.imports.errors import ImportRefusedError
from webapp.imports.records import Fault, ImportRecord
from webapp.imports.staging import create_staging, ordinal_ranges, read_sql, stage

OnProgress = Callable[[int], None]
OnFault = Literal["refuse", "skip"]

create_starter_categories = categories.create_starter_categories


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What an import did: how many facilities were added, and the faults of the rows that were not."""

    added: int
    faults: list[Fault] = field(default_factory=list)


def import_facilities(
    session: Session,
    records: Iterable[ImportRecord],
    *,
    on_progress: OnProgress | None = None,
    on_fault: OnFault = "refuse",
) -> ImportReport:
    """Add the records as facilities, in the caller's transaction; `on_progress(n)`: n more rows are done.

    A row with a fault stops everything (ImportRefusedError, nothing stored) or, with `skip`, is left out.
    """
    create_staging(session)
    staged = stage(session, records)
    faults = find_faults(session, staged)
    if faults and on_fault == "refuse":
        raise ImportRefusedError(faults)
    return ImportReport(_add(session, staged, on_progress or _ignore), faults)


def load_demo(session: Session, on_progress: OnProgress) -> int:
    """Import the airports of the world with their categories; return how many facilities were added."""
    categories.create_demo_categories(session)
    report = import_facilities(session, ourairports.airports(), on_progress=on_progress)
    session.execute(text("ANALYZE facilities"))
    return report.added


def _add(session: Session, staged: int, on_progress: OnProgress) -> int:
    """Insert in batches: each statement stays below the statement timeout, and progress can be shown."""
    insert = text(read_sql("add_facilities.sql"))
    added = 0
    session.execute(text(read_sql("defer_search_indexes.sql")))
    put_off_folding(session)
    for first, last in ordinal_ranges(staged):
        result = cast("CursorResult[Any]", session.execute(insert, {"first": first, "last": last}))
        added += result.rowcount
        on_progress(last - first + 1)
    session.execute(text(read_sql("catch_up_search_indexes.sql")))
    fold_changes(session)
    return added


def _ignore(_rows: int) -> None:
    """Show nothing."""
