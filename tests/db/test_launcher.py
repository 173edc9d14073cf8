import os
import select
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from webapp.hosting.probe import ask

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = """
import pathlib, signal, sys
from webapp.hosting import launcher
launcher.INSTANCE = pathlib.Path(sys.argv[1])
sys.exit(launcher.main(sys.argv[2:]))
"""
STOP_DEADLINE_S = 60


class Start:
    """One run of the launcher, in a session of its own as a shell's background work has."""

    def __init__(self, instance: Path, port: int, *arguments: str, **environ: str) -> None:
        self.instance = instance
        self.port = port
        self.address = f"http://127.0.0.1:{port}"
        inherited = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
        self.process = subprocess.Popen(  # noqa: S603  # this Python
            [sys.executable, "-c", PROGRAM, str(instance), *arguments],
            cwd=ROOT,
            env={**inherited, "PORT": str(port), "DEMO": "0", "WEB_CONCURRENCY": "1", **environ},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
            # What a shell without a terminal does to the interrupt signal of its background work.
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_IGN),  # noqa: PLW1509
        )
        self.text = ""

    def read_until(self, words: str) -> str:
        """Return what was printed up to the line with these words."""
        assert self.process.stdout
        for line in self.process.stdout:
            self.text += line
            if words in line:
                return self.text
        raise AssertionError(f"{words!r} never came:\n{self.text}")

    def wait_ready(self) -> "Start":
        self.read_until(f"{self.address}/")
        return self

    def signal(self, number: signal.Signals) -> None:
        os.killpg(self.process.pid, number)

    def end(self) -> tuple[int, str]:
        """Return the exit status and everything that was printed."""
        assert self.process.stdout
        with self.process.stdout as output:
            self.text += output.read()
        return self.process.wait(STOP_DEADLINE_S), self.text

    def children(self) -> list[int]:
        """Return the process numbers of all that it started, their children included."""
        return descendants(self.process.pid)


def descendants(process_id: int) -> list[int]:
    try:
        listed = Path(f"/proc/{process_id}/task/{process_id}/children").read_text().split()
    except (FileNotFoundError, ProcessLookupError):
        return []  # it ended since its parent was asked: a backend lives as long as its connection
    return [number for child in map(int, listed) for number in (child, *descendants(child))]


def open_handles(process_ids: list[int]) -> list[int]:
    handles = []
    for process_id in process_ids:
        with suppress(ProcessLookupError):  # likewise: what has ended needs no watching
            handles.append(os.pidfd_open(process_id))
    return handles


def assert_all_end(handles: list[int]) -> None:
    for handle in handles:
        assert select.select([handle], [], [], STOP_DEADLINE_S)[0], "a process was left behind"
        os.close(handle)


@pytest.fixture(scope="module")
def instance() -> Iterator[Path]:
    """One folder for most cases, as one installation lives through many starts."""
    yield from fresh_folder()


@pytest.fixture
def empty_instance() -> Iterator[Path]:
    """A folder that nobody has started from."""
    yield from fresh_folder()


def fresh_folder() -> Iterator[Path]:
    """Make a folder that the database's account may enter, also when root runs the tests."""
    folder = Path(tempfile.mkdtemp(prefix="atlas-"))
    folder.chmod(0o755)
    yield folder / "instance"
    shutil.rmtree(folder)


@pytest.fixture
def port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


Launch = Callable[..., Start]


@pytest.fixture
def launch(instance: Path, port: int) -> Iterator[Launch]:
    started: list[Start] = []

    def launch(*arguments: str, **environ: str) -> Start:
        started.append(Start(instance, port, *arguments, **environ))
        return started[-1]

    yield launch
    for start in started:
        if start.process.poll() is None:
            handles = open_handles(start.children())
            start.process.kill()
            start.process.wait()
            assert_all_end(handles)
        if start.process.stdout:
            start.process.stdout.close()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_serves_and_leaves_nothing_behind(launch: Launch, number: signal.Signals) -> None:
    start = launch().wait_ready()
    assert ask("127.0.0.1", start.port, "/readyz")[0] == 200
    handles = open_handles(start.children())
    assert len(handles) > 3

    start.signal(number)
    start.signal(number)

    assert start.end()[0] == 0
    assert_all_end(handles)


def test_the_first_start_of_all_prints_the_one_time_password_last(empty_instance: Path, port: int) -> None:
    texts = []
    for _ in range(2):
        start = Start(empty_instance, port).wait_ready()
        start.signal(signal.SIGINT)
        texts.append(start.end()[1])

    assert texts[0].index("TILES_URL=osm") < texts[0].index("http://") < texts[0].index("one-time password")
    assert "one-time password" not in texts[1]
    assert (empty_instance / "secret_key").stat().st_mode & 0o777 == 0o600


def test_a_killed_start_takes_all_with_it_and_the_next_one_recovers(launch: Launch) -> None:
    killed = launch().wait_ready()
    handles = open_handles(killed.children())

    killed.process.kill()
    start = launch().wait_ready()

    assert_all_end(handles)
    start.signal(signal.SIGINT)
    assert start.end()[0] == 0


def test_a_second_start_says_that_the_first_one_runs(launch: Launch) -> None:
    first = launch().wait_ready()

    status, text = launch().end()

    assert status == 1
    assert f"running already from this folder (process {first.process.pid})" in text
    assert first.process.poll() is None


def test_a_taken_port_is_named_before_any_work(empty_instance: Path, port: int) -> None:
    with socket.create_server(("127.0.0.1", port)):
        status, text = Start(empty_instance, port).end()

    assert status == 1
    assert f"Port {port} on 127.0.0.1 is in use" in text
    assert f"PORT={port + 1} script/server" in text
    assert not (empty_instance / "database").exists()


def test_a_dead_database_ends_the_web_server_too(launch: Launch, instance: Path) -> None:
    start = launch().wait_ready()
    handles = open_handles(start.children())

    os.kill(int((instance / "database" / "postmaster.pid").read_text().split()[0]), signal.SIGKILL)

    status, text = start.end()
    assert status == 1
    assert "The private database ended by itself" in text
    assert_all_end(handles)


def test_a_missing_or_unreadable_setting_is_named_without_a_stack_trace(launch: Launch) -> None:
    status, text = launch(POOL_SIZE="many").end()

    assert (status, text) == (1, "facility-atlas: POOL_SIZE must be a whole number, not 'many'\n")


def test_an_unreachable_database_is_named_without_a_stack_trace(launch: Launch) -> None:
    status, text = launch(DATABASE_URL="postgresql://nobody@127.0.0.1:1/nothing").end()

    assert status == 1
    assert "Connection refused" in text
    assert "Traceback" not in text


def test_a_command_finds_the_database_whether_it_runs_or_not(launch: Launch) -> None:
    assert launch("flask", "users", "add", "grace").end()[0] == 0
    start = launch().wait_ready()
    status, text = launch("flask", "users", "list").end()

    assert status == 0
    assert "grace" in text
    assert start.process.poll() is None
