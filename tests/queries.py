"""How many statements a piece of code sends to the database."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, Engine, event

# A test's own transaction turns commits into these; production sends none of them.
SAVEPOINT_WORDS = ("SAVEPOINT", "RELEASE SAVEPOINT", "ROLLBACK TO SAVEPOINT")


@dataclass
class QueryLog:
    """The statements that were sent, in their order."""

    statements: list[str] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self.statements)

    def __str__(self) -> str:
        return f"{len(self)} statements:\n" + "\n---\n".join(self.statements)


@contextmanager
def recorded_queries(bind: Engine | Connection) -> Iterator[QueryLog]:
    """Record what is sent through an engine or a connection; savepoints do not count."""
    log = QueryLog()

    def record(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if not statement.startswith(SAVEPOINT_WORDS):
            log.statements.append(statement)

    event.listen(bind, "before_cursor_execute", record)
    try:
        yield log
    finally:
        event.remove(bind, "before_cursor_execute", record)


@contextmanager
def at_most_queries(most: int, bind: Engine | Connection) -> Iterator[QueryLog]:
    """Fail when a block sends more statements than that, and show them."""
    with recorded_queries(bind) as log:
        yield log
    assert len(log) <= most, f"at most {most} expected, but {log}"
