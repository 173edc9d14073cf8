"""S8 and S14: all or nothing, one retry after a deadlock or serialization failure, limits to waiting."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from threading import Barrier, Lock

import pytest
from flask import Flask
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.orm import Session

from tests.databases import Databases
from tests.factories import make_category, make_facility, store_facility
from webapp import create_app
from webapp.database.transactions import run_in_transaction, sqlstate
from webapp.extensions import db
from webapp.facilities.models import Category, Facility
from webapp.history.models import FacilityRevision

PATIENCE_S = 20


def _stored(model: type[Category | Facility | FacilityRevision]) -> int:
    """Count rows over another connection, which sees only what was committed."""
    with db.engine.connect() as stranger:
        return stranger.execute(select(func.count()).select_from(model)).scalar_one()


def _add_two(session: Session) -> Facility:
    session.add(make_category())
    session.flush()
    facility = make_facility()
    session.add(facility)
    session.flush()
    return facility


def _raise(sqlstate: str) -> str:
    return f"DO $$ BEGIN RAISE EXCEPTION 'on purpose' USING ERRCODE = '{sqlstate}'; END $$"


class Failing:
    """Work that stores something and then fails with that state in its first attempts."""

    def __init__(self, state: str, *, times: int) -> None:
        self.state = state
        self.times = times
        self.attempts = 0

    def __call__(self, session: Session) -> str:
        self.attempts += 1
        _add_two(session)
        if self.attempts <= self.times:
            session.execute(text(_raise(self.state)))
        return "done"


@pytest.mark.usefixtures("committed")
class TestAllOrNothing:
    def test_a_success_is_committed_and_returns_its_result(self) -> None:
        facility = run_in_transaction(_add_two)
        assert facility.name == "Wilson Rooftop Heliport"
        assert (_stored(Category), _stored(Facility), _stored(FacilityRevision)) == (1, 1, 1)

    def test_nothing_is_committed_before_the_end(self) -> None:
        def look(session: Session) -> int:
            _add_two(session)
            return _stored(Facility)

        assert run_in_transaction(look) == 0
        assert _stored(Facility) == 1

    @pytest.mark.parametrize("error", [ValueError("no"), KeyboardInterrupt()], ids=repr)
    def test_any_error_undoes_everything_and_is_raised_again(
        self, committed: Session, error: BaseException
    ) -> None:
        def fail(session: Session) -> None:
            _add_two(session)
            raise error

        with pytest.raises(type(error)) as caught:
            run_in_transaction(fail)
        assert caught.value is error
        assert (_stored(Category), _stored(Facility), _stored(FacilityRevision)) == (0, 0, 0)
        assert committed.scalar(text("SELECT 1")) == 1, "the session works on"

    def test_a_broken_constraint_undoes_what_went_before_it(self) -> None:
        def fail(session: Session) -> None:
            _add_two(session)
            session.add(make_facility(category="spaceport"))
            session.flush()

        with pytest.raises(IntegrityError, match="fk_facilities_category"):
            run_in_transaction(fail)
        assert (_stored(Category), _stored(Facility), _stored(FacilityRevision)) == (0, 0, 0)

    def test_a_history_that_cannot_be_written_undoes_the_change(self, committed: Session) -> None:
        """The record of a change and the change stand or fall together."""
        facility = store_facility(committed)
        committed.execute(
            text("ALTER TABLE facility_revisions ADD CONSTRAINT no_more CHECK (version < 2) NOT VALID")
        )
        committed.commit()

        def rename(session: Session) -> None:
            session.get_one(Facility, facility.id).name = "Renamed"

        with pytest.raises(IntegrityError, match="no_more"):
            run_in_transaction(rename)
        with db.engine.connect() as stranger:
            assert stranger.scalar(select(Facility.name)) == "Wilson Rooftop Heliport"


@pytest.mark.usefixtures("committed")
class TestOneRetry:
    @pytest.mark.parametrize("state", ["40P01", "40001"])
    def test_the_whole_work_is_done_once_more(self, state: str) -> None:
        work = Failing(state, times=1)
        assert run_in_transaction(work) == "done"
        assert work.attempts == 2
        assert (_stored(Facility), _stored(FacilityRevision)) == (1, 1)

    @pytest.mark.parametrize("state", ["40P01", "40001"])
    def test_and_only_once(self, state: str) -> None:
        work = Failing(state, times=2)
        with pytest.raises(DBAPIError) as caught:
            run_in_transaction(work)
        assert sqlstate(caught.value) == state
        assert work.attempts == 2
        assert _stored(Facility) == 0

    @pytest.mark.parametrize("state", ["55P03", "57014", "23505", "53100", "P0001"])
    def test_other_errors_are_not_tried_again(self, state: str) -> None:
        work = Failing(state, times=1)
        with pytest.raises(DBAPIError) as caught:
            run_in_transaction(work)
        assert sqlstate(caught.value) == state
        assert work.attempts == 1

    def test_the_second_attempt_is_signed_too(self) -> None:
        run_in_transaction(Failing("40001", times=1), actor="amina")
        with db.engine.connect() as stranger:
            assert stranger.scalars(select(FacilityRevision.actor)).all() == ["amina"]


def test_two_sessions_in_opposite_order_both_succeed(committing_app: Flask) -> None:
    with committing_app.app_context():
        session = db.session()
        first, second = (store_facility(session, name=name).id for name in ("First", "Second"))
    meeting, counting = Barrier(2), Lock()
    attempts: list[str] = []

    def change(actor: str, order: tuple[int, int]) -> None:
        def work(session: Session) -> None:
            with counting:
                attempts.append(actor)
                is_first_attempt = attempts.count(actor) == 1
            for key in order:
                facility = session.get_one(Facility, key, with_for_update=True)
                facility.description = f"{facility.description or ''}{actor}"
                session.flush()
                if key == order[0] and is_first_attempt:
                    meeting.wait(PATIENCE_S)  # now each holds what the other wants

        with committing_app.app_context():
            run_in_transaction(work, actor=actor)

    with ThreadPoolExecutor(2) as pool:
        one = pool.submit(change, "a", (first, second))
        other = pool.submit(change, "b", (second, first))
        one.result(PATIENCE_S)
        other.result(PATIENCE_S)
    assert sorted(attempts) in (["a", "a", "b"], ["a", "b", "b"])
    with committing_app.app_context():
        texts = db.session.scalars(select(Facility.description)).all()
        assert texts[0] == texts[1]
        assert sorted(texts[0] or "") == ["a", "b"], "neither overwrote the other"


class TestIsolation:
    def test_a_real_serialization_failure_is_tried_again(self, committed: Session) -> None:
        store_facility(committed, name="Before")
        seen: list[str | None] = []

        def work(session: Session) -> None:
            seen.append(session.scalar(text("SELECT name FROM facilities")))
            if len(seen) == 1:
                with db.engine.begin() as colleague:
                    colleague.execute(text("UPDATE facilities SET name = 'Overtaken'"))
            session.execute(text("UPDATE facilities SET phone = '7'"))

        run_in_transaction(work, isolation_level="REPEATABLE READ")
        assert seen == ["Before", "Overtaken"]

    def test_write_skew_is_prevented_where_asked(self, committed: Session) -> None:
        """Two who each check that the other is still open, and then close: the second must look again."""
        for name in ("North", "South"):
            store_facility(committed, name=name)
        seen: list[int | None] = []
        count = text("SELECT count(*) FROM facilities WHERE status = 'operational'")

        def close(session: Session, name: str) -> None:
            if (session.scalar(count) or 0) > 1:
                session.execute(
                    text("UPDATE facilities SET status = 'closed' WHERE name = :name"), {"name": name}
                )

        def work(session: Session) -> None:
            seen.append(session.scalar(count))
            if len(seen) == 1:
                engine = db.engine.execution_options(isolation_level="SERIALIZABLE")
                with Session(engine) as colleague:
                    close(colleague, "South")
                    colleague.commit()
            close(session, "North")

        run_in_transaction(work, isolation_level="SERIALIZABLE")
        assert seen == [2, 1]
        assert committed.scalar(count) == 1

    @pytest.mark.parametrize("level", ["READ COMMITTED", "REPEATABLE READ", "SERIALIZABLE"])
    def test_a_level_holds_for_one_transaction(self, committed: Session, level: str) -> None:
        show = text("SHOW transaction_isolation")
        inside = run_in_transaction(lambda session: session.scalar(show), isolation_level=level)  # type: ignore[arg-type]
        assert inside == level.lower()
        assert committed.scalar(show) == "read committed"


class TestLimitsToWaiting:
    def test_a_lock_that_is_not_given_ends_the_transaction(self, databases: Databases) -> None:
        with _app_with_limits(databases, lock_timeout_ms=30) as app, app.app_context():
            store_facility(db.session())
            with db.engine.begin() as holder:
                holder.execute(text("SELECT 1 FROM facilities FOR UPDATE"))
                attempts: list[int] = []

                def work(session: Session) -> None:
                    attempts.append(1)
                    session.execute(text("UPDATE facilities SET name = 'Waiting'"))

                with pytest.raises(DBAPIError) as caught:
                    run_in_transaction(work)
            assert (sqlstate(caught.value), len(attempts)) == ("55P03", 1)

    def test_a_statement_that_takes_too_long_is_ended(self, databases: Databases) -> None:
        with _app_with_limits(databases, statement_timeout_ms=30) as app, app.app_context():
            with pytest.raises(DBAPIError) as caught:
                run_in_transaction(lambda session: session.execute(text("SELECT pg_sleep(60)")))
            assert sqlstate(caught.value) == "57014"


@contextmanager
def _app_with_limits(databases: Databases, **limits: int) -> Iterator[Flask]:
    name = databases.copy()
    app = create_app(databases.settings(name, **limits))
    yield app
    with app.app_context():
        db.engine.dispose()
    databases.drop(name)
