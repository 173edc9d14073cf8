"""One way to run a transaction: all or nothing, signed by its actor, tried once more after a deadlock."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from enum import StrEnum
from typing import Literal, TypeVar

from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from webapp.extensions import db

DEADLOCK = "40P01"
SERIALIZATION_FAILURE = "40001"
RETRYABLE = frozenset({DEADLOCK, SERIALIZATION_FAILURE})
ATTEMPTS = 2

Result = TypeVar("Result")
IsolationLevel = Literal["READ COMMITTED", "REPEATABLE READ", "SERIALIZABLE"]


class Door(StrEnum):
    """The way by which a change came in; the database itself says `sql` when nobody told it."""

    FORM = "form"
    IMPORT = "import"
    COMMAND_LINE = "command line"
    SCRIPT = "script"


def run_in_transaction(
    work: Callable[[Session], Result],
    *,
    actor: str | None = None,
    door: Door = Door.SCRIPT,
    isolation_level: IsolationLevel | None = None,
) -> Result:
    """Run `work(session)` and commit; on a deadlock or serialization failure run the whole of it once more.

    `actor` and `door` are what the history will say. Any error rolls everything back and is raised again.
    """
    session = db.session()
    session.commit()  # ends a reading transaction that may be open, without expiring what was read
    for attempt in range(1, ATTEMPTS + 1):
        try:
            _begin(session, actor=actor, door=door, isolation_level=isolation_level)
            result = work(session)
            session.commit()
        except DBAPIError as error:
            session.rollback()
            if attempt == ATTEMPTS or sqlstate(error) not in RETRYABLE:
                raise
        except BaseException:
            session.rollback()
            raise
        else:
            return result
    raise AssertionError("unreachable: the last attempt returns or raises")


def see_one_moment(session: Session) -> None:
    """Let all that this session reads until its next commit be of one moment, in however many statements.

    Ends a reading transaction that may be open. A session on a connection whose transaction has begun
    already sees what that sees.
    """
    session.commit()
    bind = session.get_bind()
    if isinstance(bind, Engine):
        session.connection(
            execution_options={"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
        )


@contextmanager
def snapshot(engine: Engine) -> Iterator[Connection]:
    """Open a transaction that sees one moment of the whole registry, without the time limit of a page."""
    alone = engine.execution_options(isolation_level="REPEATABLE READ")
    with alone.begin() as connection:
        connection.exec_driver_sql("SET LOCAL statement_timeout = 0")
        connection.exec_driver_sql("SET LOCAL work_mem = '256MB'")
        yield connection


def sqlstate(error: DBAPIError) -> str | None:
    """Return the five characters by which PostgreSQL names an error, or None when it never answered."""
    return getattr(error.orig, "pgcode", None)


def _begin(
    session: Session, *, actor: str | None, door: Door, isolation_level: IsolationLevel | None
) -> None:
    if isolation_level is not None:
        session.connection(execution_options={"isolation_level": isolation_level})
    session.execute(
        text(
            "SELECT set_config('facility_atlas.actor', :actor, true),"
            " set_config('facility_atlas.door', :door, true)"
        ),
        {"actor": actor or "", "door": door.value},
    )
