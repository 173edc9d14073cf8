"""Ask the application in this very process: server time from the address to the last byte, no network."""

import statistics
import time
from collections.abc import Sequence
from dataclasses import dataclass

from flask import Flask
from werkzeug.test import EnvironBuilder, run_wsgi_app


@dataclass(frozen=True)
class Case:
    """Addresses of one kind, what their answers must be, and how long 95 of 100 may take."""

    title: str
    paths: tuple[str, ...]
    limit_ms: float | None = None
    status: int = 200


@dataclass(frozen=True)
class Times:
    """What the addresses of a case cost; the path is that of the slowest."""

    best_ms: float
    median_ms: float
    p95_ms: float
    worst_ms: float
    worst_path: str
    size_bytes: int

    @classmethod
    def of(cls, measured: Sequence[tuple[float, str, int]]) -> "Times":
        """Sum up (seconds, path, bytes) of each answer."""
        milliseconds = sorted(1000 * seconds for seconds, _path, _size in measured)
        return cls(
            best_ms=milliseconds[0],
            median_ms=statistics.median(milliseconds),
            p95_ms=percentile_95(milliseconds),
            worst_ms=milliseconds[-1],
            worst_path=max(measured)[1],
            size_bytes=round(statistics.median(size for _seconds, _path, size in measured)),
        )


def percentile_95(ordered: Sequence[float]) -> float:
    """Return the value that 95 of 100 do not exceed."""
    return ordered[max(0, round(0.95 * len(ordered)) - 1)]


def ask(app: Flask, path: str, *, status: int = 200) -> tuple[float, int]:
    """Return the seconds and the bytes of one answer; end the run where it has another status."""
    environ = EnvironBuilder(path=path, base_url="http://127.0.0.1/").get_environ()
    began = time.perf_counter()
    body, answered, _headers = run_wsgi_app(app, environ)
    content = b"".join(body)
    seconds = time.perf_counter() - began
    if not answered.startswith(str(status)):
        raise SystemExit(f"{path[:500]} answered {answered}, not {status}: {content[:300]!r}")
    return seconds, len(content)


def time_case(app: Flask, case: Case) -> Times:
    """Ask once for each address: whatever the application remembers of an answer does not help it."""
    measured = []
    for path in case.paths:
        seconds, size = ask(app, path, status=case.status)
        measured.append((seconds, path, size))
    return Times.of(measured)
