"""Keep a server busy over four connections with wrk, and count what it answers."""

import http.client
import json
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

CONNECTIONS = 4
WARM_UP_S = 1
ROUNDS = 4
SCRIPT = Path(__file__).with_name("rotate.lua")
OK, NOT_MODIFIED = 200, 304
MVT_LAYER = b"\x1a"
"""What a vector tile begins with: its field 3, a layer."""

EMPTY_LAYER_BYTES = 100


@dataclass(frozen=True)
class Question:
    """An address to ask for, with the two headers that change what the answer costs."""

    path: str
    etag: str = ""
    encodings: str = ""

    @property
    def line(self) -> str:
        """Return it as wrk's script reads it."""
        return f"{self.path}\t{self.etag}\t{self.encodings}\n"


@dataclass(frozen=True)
class Answer:
    """What a server answered once."""

    status: int
    etag: str
    body: bytes


@dataclass(frozen=True)
class Rate:
    """What a server did under load."""

    requests_per_second: float
    median_ms: float
    p95_ms: float
    kilobytes: float


def has_load_generator() -> bool:
    """Tell whether wrk is installed."""
    return shutil.which("wrk") is not None


def ask_once(port: int, question: Question) -> Answer:
    """Ask a server on this machine."""
    given = {"If-None-Match": question.etag, "Accept-Encoding": question.encodings}
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
    try:
        connection.request("GET", question.path, headers={name: text for name, text in given.items() if text})
        response = connection.getresponse()
        return Answer(response.status, response.headers.get("ETag", ""), response.read())
    finally:
        connection.close()


def holds_features(answer: Answer, number: int) -> bool:
    """Tell whether an answer is a FeatureCollection of so many features with places."""
    try:
        places = [feature["geometry"]["coordinates"] for feature in json.loads(answer.body)["features"]]
    except (ValueError, LookupError, TypeError):
        return False
    return answer.status == OK and len(places) == number


def holds_tile(answer: Answer) -> bool:
    """Tell whether an answer is a vector tile that holds something; an empty one has hardly any bytes."""
    return answer.status == OK and answer.body[:1] == MVT_LAYER and len(answer.body) > EMPTY_LAYER_BYTES


def repeated(port: int, questions: Sequence[Question]) -> list[Question]:
    """Return the questions of somebody who has the answers already; the server must say so."""
    known = [replace(question, etag=ask_once(port, question).etag) for question in questions]
    for question in known:
        if (status := ask_once(port, question).status) != NOT_MODIFIED:
            raise SystemExit(f"{question.path} answered {status} to its own ETag {question.etag!r}")
    return known


def measure_rate(port: int, questions: Sequence[Question], *, seconds: int) -> Rate:
    """Ask the questions in turn, again and again; any failed answer ends the run.

    The best of some rounds with new connections counts: all may fall to one of a server's workers.
    """
    with tempfile.NamedTemporaryFile("w", suffix=".questions", encoding="utf-8") as file:
        file.writelines(question.line for question in questions)
        file.flush()
        _run(port, file.name, WARM_UP_S)
        rounds = [_run(port, file.name, max(1, seconds // ROUNDS)) for _round in range(ROUNDS)]
    for failed in (counted for counted in rounds if counted["failed"]):
        raise SystemExit(f"{failed['failed']} of {failed['requests']} answers failed: {questions[0].path}")
    counted = max(rounds, key=lambda counted: counted["requests"] / counted["seconds"])
    return Rate(
        requests_per_second=counted["requests"] / counted["seconds"],
        median_ms=counted["median_ms"],
        p95_ms=counted["p95_ms"],
        kilobytes=counted["bytes"] / max(1, counted["requests"]) / 1024,
    )


def _run(port: int, questions: str, seconds: int) -> dict[str, float]:
    command = ["wrk", "--threads", "1", "--connections", str(CONNECTIONS), "--duration", f"{seconds}s"]
    command += ["--timeout", "60s", "--script", str(SCRIPT), f"http://127.0.0.1:{port}", "--", questions]
    run = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603  # wrk itself
    if run.returncode != 0:
        raise SystemExit(f"wrk ended with {run.returncode}: {run.stderr or run.stdout}")
    counted: dict[str, float] = json.loads(run.stdout.strip().splitlines()[-1])
    return counted
