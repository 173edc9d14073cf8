"""gunicorn as a child: its port, its start, its readiness and its end."""

import errno
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path

from webapp.errors import AtlasError
from webapp.hosting.probe import OK, ask
from webapp.processes import Account, spawn
from webapp.settings import Settings

ROOT = Path(__file__).resolve().parents[2]
EVERY_ADDRESS = {"0.0.0.0": "127.0.0.1", "::": "::1", "": "127.0.0.1"}  # noqa: S104  # read, not bound
PORT_PATIENCE_S = 3.0
START_TIMEOUT_S = 60.0
GRACEFUL_TIMEOUT_S = 20
POLL_S = 0.05


class WebServer:
    """gunicorn with the product in it."""

    def __init__(self, settings: Settings, *, access_log: Path) -> None:
        self._host = EVERY_ADDRESS.get(settings.host, settings.host)
        self._port = settings.port
        self._names = ",".join(settings.trusted_hosts)
        self._access_log = access_log
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def address(self) -> str:
        """Return where a browser on this machine finds it."""
        host = f"[{self._host}]" if ":" in self._host else self._host
        return f"http://{host}:{self._port}/"

    def start(self, environ: Mapping[str, str]) -> None:
        """Start gunicorn; it ends with this process, also when that is killed."""
        self._access_log.unlink(missing_ok=True)
        command = [sys.executable, "-m", "gunicorn", "--config", "python:webapp.hosting.gunicorn_settings"]
        command += ["--log-level", "warning", "--access-logfile", str(self._access_log), "wsgi:app"]
        self._process = spawn(
            command,
            last_signal=signal.SIGQUIT,
            account=Account.current(),
            environ={**environ, "PYTHONPATH": str(ROOT)},
        )

    def await_ready(self) -> None:
        """Wait until /readyz says that pages can be served; AtlasError with its words if it never does."""
        deadline = time.monotonic() + START_TIMEOUT_S
        status, text = 0, "no answer"
        while status != OK:
            if self.ended_within(POLL_S):
                raise AtlasError("The web server did not start: see its messages above.")
            if time.monotonic() > deadline:
                raise AtlasError(f"The web server is not ready: {text}")
            status, text = ask(self._host, self._port, "/readyz", trusted_hosts=self._names)

    def ended_within(self, seconds: float) -> bool:
        """Wait that long at most; tell whether gunicorn has ended."""
        if self._process is None:
            return True
        try:
            self._process.wait(seconds)
        except subprocess.TimeoutExpired:
            return False
        return True

    def stop(self) -> None:
        """Let running requests finish, then end every process of it."""
        if self._process is None:
            return
        self._process.send_signal(signal.SIGTERM)
        if not self.ended_within(GRACEFUL_TIMEOUT_S + 5):
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()


def check_port(host: str, port: int) -> None:
    """Raise AtlasError if the port is taken; a server that is just ending gets a moment to let go."""
    deadline = time.monotonic() + PORT_PATIENCE_S
    while (problem := _why_not(host, port)) == errno.EADDRINUSE and time.monotonic() < deadline:
        time.sleep(POLL_S)
    if problem == errno.EADDRINUSE:
        raise AtlasError(
            f"Port {port} on {host} is in use: stop what uses it, or choose another one, "
            f"for example PORT={port + 1} script/server"
        )
    if problem:
        raise AtlasError(f"HOST={host} PORT={port} cannot be used: {os.strerror(problem)}")


def _why_not(host: str, port: int) -> int:
    """Return the error number that binding meets, 0 if none."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            return error.errno or errno.EINVAL
    return 0
