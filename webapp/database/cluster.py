"""A private PostgreSQL cluster: made on first use, reached through a unix socket, gone with its parent."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

import psycopg2
from psycopg2 import sql
from sqlalchemy import URL

from webapp.database.cluster_home import (
    PORT,
    hand_over,
    home_of,
    own_directory,
    release_of,
    require_entry,
    server_account,
    serves,
    sockets_of,
)
from webapp.database.engine import DRIVER
from webapp.database.programs import Programs, find_programs
from webapp.errors import DatabaseSetupError
from webapp.processes import Account, is_alive, spawn

SUPERUSER = "postgres"
EXTENSIONS = ("postgis", "pg_trgm", "unaccent", "btree_gist")
START_TIMEOUT_S = 120.0
STOP_TIMEOUT_S = 30.0
POLL_S = 0.02
# PostgreSQL's words while backends of a killed server have not ended yet
STILL_IN_USE = "is still in use"
TUNING = """
# facility-atlas: a modest machine; change what you like below this line
max_connections = 100
shared_buffers = 256MB
effective_cache_size = 1GB
random_page_cost = 1.1
max_wal_size = 2GB
log_checkpoints = off
jit = off
timezone = 'UTC'
log_timezone = 'UTC'
"""
UNSAFE_BUT_FAST = ("fsync=off", "full_page_writes=off", "synchronous_commit=off", "autovacuum=off")


@dataclass
class PrivateCluster:
    """A cluster of our own: whoever can enter its socket directory is its superuser; nobody else can."""

    data: Path
    sockets: Path
    programs: Programs
    account: Account
    fast: bool = False
    _server: subprocess.Popen[bytes] | None = field(default=None, init=False, repr=False)

    @classmethod
    def at(cls, instance: Path) -> Self:
        """Return the cluster that belongs to an instance folder, whether it exists already or not.

        Started by root, PostgreSQL runs as `postgres`; where that account cannot enter the folder,
        the data lies under /var/lib/facility-atlas.
        """
        data, account = home_of(instance.resolve())
        return cls(data, sockets_of(data, account), find_programs(release=release_of(data)), account)

    @classmethod
    @contextmanager
    def temporary(cls, *, fast: bool = True) -> Iterator[Self]:
        """Run a cluster that is deleted at the end; `fast` gives up safety against power cuts."""
        account = server_account()
        base = Path(tempfile.mkdtemp(prefix="facility-atlas-")).resolve()
        try:
            hand_over(base, account)
            require_entry(base, account)
            data = base / "data"
            cluster = cls(data, sockets_of(data, account), find_programs(), account, fast)
            try:
                cluster.start()
                yield cluster
            finally:
                cluster.stop()
        finally:
            shutil.rmtree(base, ignore_errors=True)

    @property
    def log(self) -> Path:
        """Return the file that the server writes its messages to."""
        return self.data.with_name(f"{self.data.name}.log")

    @property
    def running(self) -> bool:
        """Tell whether the server takes connections, whoever started it."""
        lines = self._lock_file_lines()
        return len(lines) > 7 and lines[7].strip() == "ready" and is_alive(int(lines[0]))  # noqa: PLR2004

    def url(self, database: str, *, role: str = SUPERUSER) -> URL:
        """Return the address of one database of this cluster."""
        where = {"host": str(self.sockets), "port": str(PORT)}
        return URL.create(DRIVER, username=role, database=database, query=where)

    def start(self) -> None:
        """Make the cluster if it is not there yet, end what a killed run left, and wait until it answers."""
        self.data.parent.mkdir(parents=True, exist_ok=True)
        require_entry(self.data.parent, self.account)
        if not self.data.exists() or not any(self.data.iterdir()):
            self._initialise()
        self._clear_away_leftovers()
        own_directory(self.sockets, self.account)
        deadline = time.monotonic() + STOP_TIMEOUT_S
        while not self._starts():
            if STILL_IN_USE not in self._last_words() or time.monotonic() > deadline:
                raise DatabaseSetupError(f"The private database did not start: {self._last_words()}")
            time.sleep(POLL_S)

    def stop(self) -> None:
        """Stop the server that this object started; does nothing when there is none."""
        server = self._server
        if server is None:
            return
        steps = (signal.SIGQUIT if self.fast else signal.SIGINT, signal.SIGQUIT, signal.SIGKILL)
        for step in steps:
            server.send_signal(step)
            try:
                server.wait(STOP_TIMEOUT_S)
            except subprocess.TimeoutExpired:
                continue
            break
        self._server = None

    def create_database(self, name: str, *, owner: str) -> None:
        """Make a database with its extensions for an owner without special rights, unless it exists."""
        admin = self._connect("postgres")
        try:
            with admin.cursor() as cursor:
                _create_role(cursor, owner)
                _create_database(cursor, name, owner)
        finally:
            admin.close()
        self._create_extensions(name)

    def _create_extensions(self, database: str) -> None:
        connection = self._connect(database)
        try:
            with connection.cursor() as cursor:
                cursor.execute("SELECT extname FROM pg_extension")
                present = {name for (name,) in cursor.fetchall()}
                for name in EXTENSIONS:
                    if name not in present:
                        cursor.execute(sql.SQL("CREATE EXTENSION {}").format(sql.Identifier(name)))
        finally:
            connection.close()

    def _connect(self, database: str) -> "psycopg2.extensions.connection":
        connection = psycopg2.connect(host=str(self.sockets), port=PORT, user=SUPERUSER, dbname=database)
        connection.autocommit = True
        return connection

    def _initialise(self) -> None:
        unfinished = self.data.with_name(f"{self.data.name}.new")
        shutil.rmtree(unfinished, ignore_errors=True)
        unfinished.mkdir(mode=0o700)
        hand_over(unfinished, self.account)
        self._run_initdb(unfinished)
        with (unfinished / "postgresql.conf").open("a", encoding="utf-8") as configuration:
            configuration.write(TUNING)
        unfinished.rename(self.data)

    def _run_initdb(self, directory: Path) -> None:
        locale = "C.UTF-8" if sys.platform == "linux" else "C"
        command: list[str | Path] = [self.programs.path("initdb"), "--pgdata", directory]
        command += [f"--username={SUPERUSER}"]
        command += ["--encoding=UTF8", f"--locale={locale}", "--auth-local=trust", "--auth-host=reject"]
        if self.programs.release >= 15:  # noqa: PLR2004  # names sort in every script's own order from 15 on
            command += ["--locale-provider=icu", "--icu-locale=und"]
        command += ["--no-sync" if self.fast else "--data-checksums"]
        with self.log.open("ab") as log:
            initdb = spawn(
                command,
                last_signal=signal.SIGKILL,
                account=self.account,
                environ=_environment(),
                output=log,
            )
        if initdb.wait() != 0:
            raise DatabaseSetupError(f"The private database could not be made: {self._last_words()}")

    def _command(self) -> list[str | Path]:
        quoted = str(self.sockets).replace('"', '""')
        settings = [
            "listen_addresses=",
            f'unix_socket_directories="{quoted}"',
            "unix_socket_permissions=0700",
        ]
        settings += [f"port={PORT}", *(UNSAFE_BUT_FAST if self.fast else ())]
        options = [part for setting in settings for part in ("-c", setting)]
        return [self.programs.path("postgres"), "-D", self.data, *options]

    def _starts(self) -> bool:
        """Start the server; return whether it answers, False if it ended instead."""
        with self.log.open("ab") as log:
            self._server = server = spawn(
                self._command(),
                last_signal=signal.SIGQUIT if self.fast else signal.SIGINT,
                account=self.account,
                environ=_environment(),
                output=log,
            )
        deadline = time.monotonic() + START_TIMEOUT_S
        while not (self.running and self._lock_file_lines()[:1] == [str(server.pid)]):
            if server.poll() is not None:
                return False
            if time.monotonic() > deadline:
                raise DatabaseSetupError(f"The private database is not ready yet: see {self.log}")
            time.sleep(POLL_S)
        return True

    def _clear_away_leftovers(self) -> None:
        """End a server whose parent was killed, then remove locks whose owner is gone.

        Without that, a process that happens to have the dead server's number would block the start.
        """
        if not Path("/proc/self/cmdline").exists():
            return  # PostgreSQL's own check has to do
        for line in self._lock_file_lines()[:1]:
            self._end_leftover(int(line))
        for lock in (self.data / "postmaster.pid", self.sockets / f".s.PGSQL.{PORT}.lock"):
            lock.unlink(missing_ok=True)

    def _end_leftover(self, process_id: int) -> None:
        deadline = time.monotonic() + STOP_TIMEOUT_S
        while serves(process_id, self.data):
            if time.monotonic() > deadline:
                raise DatabaseSetupError(
                    f"Process {process_id} of an earlier start still uses {self.data}: end it first."
                )
            with suppress(ProcessLookupError):
                os.kill(process_id, signal.SIGINT)
            time.sleep(POLL_S)

    def _lock_file_lines(self) -> list[str]:
        try:
            return (self.data / "postmaster.pid").read_text(encoding="utf-8").splitlines()
        except FileNotFoundError:
            return []

    def _last_words(self) -> str:
        lines = self.log.read_text(encoding="utf-8", errors="replace").splitlines()
        return " | ".join(lines[-4:]) or f"see {self.log}"


def _create_role(cursor: "psycopg2.extensions.cursor", name: str) -> None:
    cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", (name,))
    if cursor.fetchone() is None:
        cursor.execute(sql.SQL("CREATE ROLE {} LOGIN").format(sql.Identifier(name)))


def _create_database(cursor: "psycopg2.extensions.cursor", name: str, owner: str) -> None:
    cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", (name,))
    if cursor.fetchone() is None:
        statement = sql.SQL("CREATE DATABASE {} OWNER {}")
        cursor.execute(statement.format(sql.Identifier(name), sql.Identifier(owner)))


def _environment() -> dict[str, str]:
    return {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C"}
