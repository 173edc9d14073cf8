"""The version of the data: a short text that changes whenever anything was committed, and reads no table.

It is a digest of PostgreSQL's current snapshot. A commit takes its transaction out of the snapshot, so two
equal snapshots see the same rows. Whoever reads the version before the data may hold newer data than the
version says, never older; the next reader then has another version and asks again.
"""

import hashlib
import time
from collections.abc import Callable
from threading import Lock

from flask import Flask, current_app
from sqlalchemy import Connection, Engine, event, text
from sqlalchemy.orm import Session

from webapp.extensions import db

READ_AGAIN_AFTER_S = 0.05
"""How long a worker believes its version: other workers' writes are seen this much later."""

SNAPSHOT = text(
    # a standby replays commits that its snapshots do not name: there every look is a version of its own
    "SELECT concat(pg_current_snapshot(), pg_postmaster_start_time(),"
    " CASE WHEN pg_is_in_recovery() THEN clock_timestamp() END)"
)


class DataVersion:
    """The version as this process knows it; safe to share between threads."""

    def __init__(self, engine: Callable[[], Engine], clock: Callable[[], float] = time.monotonic) -> None:
        self._engine = engine
        self._clock = clock
        self._lock = Lock()
        self._version = ""
        self._read_at = float("-inf")

    def current(self) -> str:
        """Return the version, at most 50 ms old; raises what the database raises when it is out of reach."""
        if self._clock() - self._read_at < READ_AGAIN_AFTER_S:
            return self._version
        with self._lock:
            now = self._clock()
            if now - self._read_at >= READ_AGAIN_AFTER_S:
                self._version = self._read()
                self._read_at = now
            return self._version

    def forget(self) -> None:
        """Read the version anew next time: this process has just written."""
        with self._lock:  # whoever reads at this moment may not have seen it
            self._read_at = float("-inf")

    def _read(self) -> str:
        with self._engine().connect() as connection:
            return version_seen_by(connection)


def version_seen_by(connection: Connection | Session) -> str:
    """Return the version of what a transaction sees; exact where it sees one moment (REPEATABLE READ)."""
    snapshot = connection.execute(SNAPSHOT).scalar_one()
    return hashlib.blake2b(snapshot.encode(), digest_size=9).hexdigest()


def init_data_version(app: Flask) -> None:
    """Give the application its data version, and let a writer see what it wrote at once."""
    with app.app_context():
        engine = db.engine
    version = DataVersion(lambda: engine)
    app.extensions["data_version"] = version
    event.listen(db.session, "after_commit", lambda _session: forget_data_version())


def forget_data_version() -> None:
    """Let this process read the version of the data anew."""
    version: DataVersion = current_app.extensions["data_version"]
    version.forget()
