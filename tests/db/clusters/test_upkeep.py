"""`flask clusters`: what is wrong is found and put right, while others go on writing."""

from concurrent.futures import ThreadPoolExecutor
from threading import Event

import pytest
from flask import Flask
from shapely import Point
from sqlalchemy import Engine, func, insert, select, text, update
from sqlalchemy.orm import Session

from tests.factories import make_category, make_facility, store_demo, store_facility
from webapp.clusters.commands import find_differences, fold_changes, put_off_folding, rebuild_cells
from webapp.clusters.models import FINEST_LEVEL, LEVELS, FacilityCell, FacilityCellChange
from webapp.database.transactions import IsolationLevel
from webapp.extensions import db
from webapp.facilities.models import Facility

DIFFERENT_WHEN_LOOKED_UP = """
    WITH facility AS (
        SELECT grid_x >> 14 AS x, grid_y >> 14 AS y, category, status, coalesce(country, '') AS country
          FROM facilities
    ), looked_up AS (
        SELECT key.level, key.merged, key.y, key.x, category, key.status, key.country, count(*) AS members
          FROM facility CROSS JOIN LATERAL facility_cell_keys(x, y, status, country) AS key
         GROUP BY 1, 2, 3, 4, 5, 6, 7
    )
    SELECT count(*)
      FROM facility_cells AS cells FULL JOIN looked_up
     USING (level, merged, y, x, category, status, country)
     WHERE cells.members IS DISTINCT FROM looked_up.members
"""


def pending(session: Session) -> int:
    return session.scalars(select(func.count()).select_from(FacilityCellChange)).one()


def test_true_counts_are_called_true(committing_app: Flask, committed: Session) -> None:
    store_demo(committed, 70)
    answer = committing_app.test_cli_runner().invoke(args=["clusters", "verify"])
    assert (answer.exit_code, "true" in answer.output) == (0, True)


@pytest.mark.parametrize("level", [LEVELS[0], FINEST_LEVEL])
def test_a_wrong_cell_is_found_and_put_right(committing_app: Flask, committed: Session, level: int) -> None:
    store_facility(committed)
    fold_changes(committed)
    committed.execute(
        update(FacilityCell)
        .where(FacilityCell.level == level, FacilityCell.merged == 0)
        .values(members=FacilityCell.members + 1)
    )
    committed.commit()
    runner = committing_app.test_cli_runner()
    found = runner.invoke(args=["clusters", "verify"])
    assert found.exit_code == 1
    assert f"level {level}: 1 cells differ" in found.output
    assert "flask clusters rebuild" in found.output
    assert runner.invoke(args=["clusters", "rebuild"]).output == "1 cells written.\n"
    assert find_differences(db.engine) == {}


def test_a_cell_of_nothing_is_taken_away(committed: Session) -> None:
    store_facility(committed)
    committed.execute(
        insert(FacilityCell).values(
            level=3,
            merged=0,
            y=1,
            x=1,
            category="heliport",
            status="closed",
            country="",
            members=4,
            x_sum=1,
            y_sum=1,
        )
    )
    committed.commit()
    assert find_differences(db.engine) == {3: 1}
    rebuild_cells(db.engine)
    assert find_differences(db.engine) == {}


def test_a_rebuild_leaves_later_writes_pending_and_counted(committed: Session) -> None:
    """A writer that is under way while the rebuild counts finishes afterwards, and nothing is lost."""
    store_demo(committed, 70)
    rebuilt = Event()
    with db.engine.connect() as writer, ThreadPoolExecutor(1) as pool:
        writer.execute(text("SET facility_atlas.folding = 'later'"))
        writer.execute(update(Facility).values(status="planned"))
        rebuild = pool.submit(rebuild_cells, db.engine)
        rebuild.add_done_callback(lambda _done: rebuilt.set())
        assert rebuilt.wait(20), "the rebuild waits for the writer"
        rebuild.result()
        writer.commit()
    assert pending(committed) > 0
    assert find_differences(db.engine) == {}


def test_writers_wait_for_nobody_who_folds_and_an_import_folds_afterwards(committed: Session) -> None:
    committed.add(make_category())
    committed.commit()
    with db.engine.connect() as holder:
        holder.execute(text("SELECT pg_advisory_xact_lock(facility_cells_lock())"))
        committed.execute(insert(Facility), [_apart(number) for number in range(100)])
        committed.commit()
        assert pending(committed) > 0
        with ThreadPoolExecutor(1) as pool:
            folding = pool.submit(_fold, db.engine)
            assert not folding.done()
            holder.rollback()
            assert folding.result(20) > 0
    committed.rollback()
    assert pending(committed) == 0
    assert find_differences(db.engine) == {}


def _fold(engine: Engine) -> int:
    with Session(engine) as session:
        folded = fold_changes(session)
        session.commit()
        return folded


@pytest.mark.parametrize("isolation_level", ["REPEATABLE READ", "SERIALIZABLE"])
def test_a_writer_who_sees_an_older_moment_leaves_the_folding_to_others(
    committed: Session, isolation_level: IsolationLevel
) -> None:
    store_facility(committed)
    with db.engine.connect() as other:
        older = other.execution_options(isolation_level=isolation_level)
        older.execute(select(func.count()).select_from(Facility))
        fold_changes(committed)
        committed.execute(insert(Facility), [_apart(number) for number in range(100)])
        committed.commit()
        older.execute(insert(Facility), [_apart(number) for number in range(100)])
        older.commit()
    assert find_differences(db.engine) == {}


def test_what_statements_of_some_rows_leave_does_not_pile_up(committed: Session) -> None:
    committed.add(make_category())
    committed.execute(text("SELECT setseed(0.5)"))
    for _statement in range(300):
        committed.execute(insert(Facility), [_apart(number) for number in range(40)])
    assert pending(committed) < 6_000
    for number in range(300):
        committed.execute(insert(Facility), [_apart(number)])
    assert pending(committed) < 1_500


def _apart(number: int) -> dict[str, object]:
    return {**_plain(number), "location": Point(number % 180, number % 80)}


def test_a_bulk_load_folds_once_at_its_end(committed: Session) -> None:
    put_off_folding(committed)
    committed.add(make_category())
    committed.flush()
    for _statement in range(3):
        committed.execute(insert(Facility), [_plain(number) for number in range(100)])
    assert pending(committed) > 0
    fold_changes(committed)
    committed.commit()
    assert pending(committed) == 0
    assert find_differences(db.engine) == {}


def test_many_changes_fold_as_few_do(committed: Session) -> None:
    """Long lists are summed level by level, short ones by the keys of each: the cells must be the same."""
    put_off_folding(committed)
    store_demo(committed, 1500)
    fold_changes(committed)
    committed.commit()
    assert find_differences(db.engine) == {}
    assert committed.scalar(text(DIFFERENT_WHEN_LOOKED_UP)) == 0


def _plain(number: int) -> dict[str, object]:
    facility = make_facility(name=f"Place {number}")
    return {"name": facility.name, "category": facility.category, "location": facility.location}
