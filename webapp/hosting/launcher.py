"""What script/server runs: the database, the web server, and the end of both.

`python -m webapp.hosting.launcher` serves until Ctrl-C; with `flask ...` behind it, it runs one command of
the product with the same database and secret key.
"""

import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path

from sqlalchemy.exc import OperationalError

from webapp.database.cluster import PrivateCluster
from webapp.errors import AtlasError
from webapp.hosting.instance_folder import DATABASE, ROLE, AlreadyRunningError, InstanceFolder
from webapp.hosting.preparation import fill, migrate, provide_first_account
from webapp.hosting.stop_signals import StopSignals
from webapp.hosting.web_server import WebServer, check_port
from webapp.settings import Settings

ROOT = Path(__file__).resolve().parents[2]
INSTANCE = ROOT / "instance"
SUPERVISION_S = 1.0


def main(arguments: list[str]) -> int:
    """Serve, or run one flask command; return the exit status."""
    signals = StopSignals()
    signals.install()
    try:
        if arguments[:1] == ["flask"]:
            return run_flask(arguments[1:])
        serve(signals)
    except KeyboardInterrupt:
        print("\nFacility Atlas has stopped.")
        return 0
    except OperationalError as error:
        return _complain(f"The database: {str(error.orig).strip()} (script/flask doctor says more)")
    except (AtlasError, OSError) as error:
        return _complain(str(error))
    return 0


def serve(signals: StopSignals) -> None:
    """Start everything in its order, tell how to use it, and watch over it until a signal comes."""
    folder = InstanceFolder(INSTANCE)
    with folder.locked(), ExitStack() as stack:
        cluster = folder.private_cluster(os.environ)
        environ = folder.environment(os.environ, cluster=cluster)
        settings = Settings.from_env(environ)
        check_port(settings.host, settings.port)
        if cluster is not None:
            stack.enter_context(running_cluster(cluster))
        migrate(settings)
        fill(settings)
        server = WebServer(settings, access_log=INSTANCE / "access.log")
        stack.callback(server.stop)
        server.start(environ)
        server.await_ready()
        with signals.held():  # a password that exists is also printed
            announce(settings, server.address, password=provide_first_account(settings))
        watch(server, cluster)


@contextmanager
def running_cluster(cluster: PrivateCluster) -> Iterator[None]:
    """Run the private cluster, with the product's database in it."""
    if not cluster.data.is_relative_to(INSTANCE):
        print(f"The account {cluster.account.name} cannot enter {INSTANCE}: the data is in {cluster.data}.")
    try:
        cluster.start()
        cluster.create_database(DATABASE, owner=ROLE)
        yield
    finally:
        cluster.stop()


def announce(settings: Settings, address: str, *, password: str | None) -> None:
    """Print how to stop, what is off, the address, and on the first start the one-time password."""
    print("\nCtrl-C stops it.")
    if not settings.tiles_url:
        print("Street map tiles are off; TILES_URL=osm script/server turns them on.")
    print(f"{settings.registry_name}: {address}")
    if password is not None:
        print(f"Sign in as admin with the one-time password {password} (it is shown only now).")
    sys.stdout.flush()


def watch(server: WebServer, cluster: PrivateCluster | None) -> None:
    """Wait until the web server or the database ends by itself, and say so."""
    while not server.ended_within(SUPERVISION_S):
        if cluster is not None and not cluster.running:
            raise AtlasError(f"The private database ended by itself: see {cluster.log}")
    raise AtlasError("The web server ended by itself: see its messages above.")


def run_flask(arguments: list[str]) -> int:
    """Run one flask command with the database of script/server, which is started for it unless it runs."""
    folder = InstanceFolder(INSTANCE)
    cluster = folder.private_cluster(os.environ)
    environ = folder.environment(os.environ, cluster=cluster)
    with ExitStack() as stack:
        if cluster is not None and _entered(stack, folder, cluster):
            migrate(Settings.from_env(environ))
        return _flask(arguments, environ)


def _entered(stack: ExitStack, folder: InstanceFolder, cluster: PrivateCluster) -> bool:
    """Start the private cluster for this command; return False where script/server runs it already."""
    try:
        stack.enter_context(folder.locked())
    except AlreadyRunningError:
        return False
    stack.enter_context(running_cluster(cluster))
    return True


def _flask(arguments: list[str], environ: Mapping[str, str]) -> int:
    command = [sys.executable, "-m", "flask", "--app", "wsgi", *arguments]
    return subprocess.run(command, env=environ, check=False).returncode  # noqa: S603  # flask itself


def _complain(message: str) -> int:
    print(f"facility-atlas: {message}", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
