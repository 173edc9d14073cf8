"""The web servers that are compared: each on a port of its own, each gone at the end."""

import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from benchmarks.load import OK, Question, ask_once
from webapp.processes import Account, spawn
from webapp.settings import Settings

ROOT = Path(__file__).resolve().parents[1]
PRODUCT = "wsgi:app"
FLOOR = "benchmarks.floor:app"
WORKERS = 2
ENDS_WITH_CLIENT = "-c client_connection_check_interval=200"
"""PostgreSQL would otherwise go on computing for a server that has ended, while the next one is measured."""

PATIENCE_S = 180.0
POLL_S = 0.1


class PeerError(Exception):
    """A server could not be started; the message says why."""


@dataclass(frozen=True)
class Server:
    """A running server: its port, and its address of a box's features (box, limit) and of a tile (z/x/y)."""

    title: str
    port: int
    features: Callable[[str, int], str]
    tile: Callable[[str], str]


def free_port() -> int:
    """Return a port of the loopback that nobody uses at this moment."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return int(taken.getsockname()[1])


@contextmanager
def gunicorn(title: str, application: str, settings: Settings) -> Iterator[Server]:
    """Run an application as the product is run, two workers."""
    port = free_port()
    environ = {
        **os.environ,
        "PYTHONPATH": str(ROOT),
        "DATABASE_URL": settings.database_url,
        "SECRET_KEY": settings.secret_key,
        "ANSWER_CACHE_MB": str(settings.answer_cache_mb),
        "PORT": str(port),
        "WEB_CONCURRENCY": str(WORKERS),
    }
    command = [sys.executable, "-m", "gunicorn", "--config", "python:webapp.hosting.gunicorn_settings"]
    command += ["--log-level", "warning", "--access-logfile", os.devnull, application]
    with running(command, environ=environ, port=port, ready="/readyz"):
        yield Server(title, port, _features, _tile)


def _features(box: str, limit: int) -> str:
    return f"/facilities.geojson?bbox={box}&limit={limit}"


def _tile(tile: str) -> str:
    return f"/tiles/{tile}.mvt"


@contextmanager
def running(
    command: Sequence[str | Path], *, environ: Mapping[str, str], port: int, ready: str
) -> Iterator[None]:
    """Run a server until the end of the block; begin when it answers `ready` with 200."""
    with tempfile.TemporaryFile() as words:
        process = spawn(
            command, last_signal=signal.SIGTERM, account=Account.current(), environ=environ, output=words
        )
        try:
            if not _answers(process, port, ready):
                words.seek(0)
                raise PeerError(f"{Path(command[0]).name} did not answer: {words.read()[-800:].decode()}")
            yield
        finally:
            end(process)


def end(process: subprocess.Popen[bytes]) -> None:
    """End a server and whatever it started, politely at first."""
    for step in (signal.SIGTERM, signal.SIGKILL):
        with suppress(ProcessLookupError):
            os.killpg(process.pid, step)
        with suppress(subprocess.TimeoutExpired):
            process.wait(20)
            return


def _answers(process: subprocess.Popen[bytes], port: int, ready: str) -> bool:
    deadline = time.monotonic() + PATIENCE_S
    while process.poll() is None and time.monotonic() < deadline:
        with suppress(OSError):
            if ask_once(port, Question(ready)).status == OK:
                return True
        time.sleep(POLL_S)
    return False
