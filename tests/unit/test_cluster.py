import os
import select
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psycopg2
import pytest
from psycopg2.extras import wait_select

from webapp.database.cluster import PrivateCluster
from webapp.errors import DatabaseSetupError
from webapp.processes import is_alive

ROOT = Path(__file__).resolve().parents[2]
STOP_DEADLINE_S = 30
KILLED_WITH_A_CLUSTER = """
import os, pathlib, signal, sys
from webapp import processes
from webapp.database.cluster import PrivateCluster
if sys.argv[2] == "untied":
    processes.LIBC = None
cluster = PrivateCluster.at(pathlib.Path(sys.argv[1]))
cluster.fast = True
cluster.start()
print(cluster.data, flush=True)
sys.stdin.read(1)
os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.fixture(scope="module")
def temporary() -> Iterator[PrivateCluster]:
    with PrivateCluster.temporary() as cluster:
        yield cluster


def ask(cluster: PrivateCluster, question: str, *, database: str = "postgres") -> object:
    connection = psycopg2.connect(host=str(cluster.sockets), user="postgres", dbname=database)
    try:
        with connection, connection.cursor() as cursor:
            cursor.execute(question)
            row = cursor.fetchone()
            return row[0] if row else None
    finally:
        connection.close()


def quick_cluster(instance: Path) -> PrivateCluster:
    """The instance's cluster, without waiting for the disk."""
    cluster = PrivateCluster.at(instance)
    cluster.fast = True
    return cluster


def server_process(cluster: PrivateCluster) -> int:
    return int((cluster.data / "postmaster.pid").read_text().split()[0])


def orphan_of_a_killed_parent(instance: Path, bond: str) -> int:
    """Return the server whose parent started it and was then killed at once."""
    command = [sys.executable, "-c", KILLED_WITH_A_CLUSTER, str(instance), bond]
    parent = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE)  # noqa: S603  # Python
    assert parent.stdout
    parent.stdout.readline()
    orphan = server_process(PrivateCluster.at(instance))
    parent.communicate(b"x")
    return orphan


def wait_for_the_end(process_id: int) -> None:
    """Return when that process has ended; fail if it lives on."""
    try:
        descriptor = os.pidfd_open(process_id)
    except ProcessLookupError:
        return
    try:
        assert select.select([descriptor], [], [], STOP_DEADLINE_S)[0], f"{process_id} lives on"
    finally:
        os.close(descriptor)


class TestTemporary:
    def test_it_listens_on_a_socket_that_only_its_owner_reaches(self, temporary: PrivateCluster) -> None:
        assert ask(temporary, "SHOW listen_addresses") == ""
        assert temporary.sockets.stat().st_mode & 0o077 == 0

    def test_texts_are_unicode_and_sort_in_the_order_of_people(self, temporary: PrivateCluster) -> None:
        assert ask(temporary, "SHOW server_encoding") == "UTF8"
        assert (
            ask(temporary, "SELECT string_agg(n, '' ORDER BY n) FROM unnest('{b,Z,é,a}'::text[]) n") == "abéZ"
        )

    def test_a_database_is_made_once_for_an_owner_without_special_rights(
        self, temporary: PrivateCluster
    ) -> None:
        for _ in range(2):
            temporary.create_database("atlas", owner="clerk")

        found = (
            "SELECT string_agg(extname, ' ' ORDER BY extname) FROM pg_extension WHERE extname <> 'plpgsql'"
        )
        assert ask(temporary, found, database="atlas") == "btree_gist pg_trgm postgis unaccent"
        owner = "SELECT pg_get_userbyid(datdba) FROM pg_database WHERE datname = 'atlas'"
        assert ask(temporary, owner) == "clerk"
        assert ask(temporary, "SELECT rolsuper FROM pg_roles WHERE rolname = 'clerk'") is False

    def test_its_address_names_the_socket_and_the_role(self, temporary: PrivateCluster) -> None:
        url = temporary.url("atlas", role="clerk")

        assert (url.drivername, url.username, url.database) == ("postgresql+psycopg2", "clerk", "atlas")
        assert url.query["host"] == str(temporary.sockets)

    def test_nothing_is_left_of_it(self) -> None:
        with PrivateCluster.temporary() as cluster:
            process = server_process(cluster)
            assert is_alive(process)

        assert not is_alive(process)
        assert not cluster.data.parent.exists()


class TestLasting:
    def test_a_stop_and_a_start_keep_the_data(self, instance: Path) -> None:
        first = quick_cluster(instance)
        first.start()
        first.create_database("atlas", owner="clerk")
        first.stop()
        assert not first.running

        second = quick_cluster(instance)
        second.start()
        try:
            assert ask(second, "SELECT count(*) FROM pg_database WHERE datname = 'atlas'") == 1
        finally:
            second.stop()

    def test_it_ends_with_a_killed_parent(self, instance: Path) -> None:
        wait_for_the_end(orphan_of_a_killed_parent(instance, "tied"))

    def test_a_server_that_a_killed_parent_left_gives_way(self, instance: Path) -> None:
        orphan = orphan_of_a_killed_parent(instance, "untied")
        cluster = quick_cluster(instance)
        assert cluster.running

        cluster.start()

        try:
            wait_for_the_end(orphan)
            assert ask(cluster, "SELECT 1") == 1
        finally:
            cluster.stop()

    def test_a_backend_that_survives_a_killed_server_is_waited_for(self, instance: Path) -> None:
        cluster = quick_cluster(instance)
        cluster.start()
        busy = psycopg2.connect(host=str(cluster.sockets), user="postgres", dbname="postgres", async_=True)
        wait_select(busy)
        busy.cursor().execute("SELECT count(*) FROM generate_series(1, 20000000)")
        os.kill(server_process(cluster), signal.SIGKILL)
        cluster.stop()

        cluster.start()

        try:
            assert ask(cluster, "SELECT 1") == 1
        finally:
            cluster.stop()
            busy.close()

    def test_a_stale_lock_with_the_number_of_a_living_process_does_not_matter(self, instance: Path) -> None:
        cluster = quick_cluster(instance)
        cluster.start()
        lock = (cluster.data / "postmaster.pid").read_text()
        cluster.stop()
        stranger = subprocess.Popen(["sleep", "600"], **cluster.account.popen_options())  # noqa: S607  # Debian's
        try:
            (cluster.data / "postmaster.pid").write_text(
                "\n".join([str(stranger.pid), *lock.splitlines()[1:]]) + "\n"
            )
            cluster.start()
            cluster.stop()
            assert is_alive(stranger.pid)
        finally:
            stranger.kill()
            stranger.wait()

    def test_an_interrupted_making_is_begun_again(self, instance: Path) -> None:
        unfinished = instance / "database.new"
        unfinished.mkdir()
        (unfinished / "PG_VERSION").write_text("9\n")
        cluster = quick_cluster(instance)

        cluster.start()
        cluster.stop()

        assert not unfinished.exists()

    def test_a_failed_start_says_why(self, instance: Path) -> None:
        cluster = quick_cluster(instance)
        cluster.start()
        cluster.stop()
        with (cluster.data / "postgresql.conf").open("a") as configuration:
            configuration.write("shared_buffers = nonsense\n")

        with pytest.raises(DatabaseSetupError, match="shared_buffers"):
            cluster.start()


def test_a_child_runs_in_a_session_of_its_own(temporary: PrivateCluster) -> None:
    """Ctrl-C in a terminal reaches the whole group: only the parent may decide when the server stops."""
    assert os.getsid(server_process(temporary)) != os.getsid(0)
