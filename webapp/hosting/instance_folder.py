"""The folder of one running product: its lock, its secret key, its private database."""

import fcntl
import os
import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from webapp.database.cluster import PrivateCluster
from webapp.errors import AtlasError

DATABASE = "facility_atlas"
ROLE = "facility_atlas"


class AlreadyRunningError(AtlasError):
    """Another start holds the folder."""


@dataclass(frozen=True)
class InstanceFolder:
    """What a start without any setting keeps on disk."""

    path: Path

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Hold the folder alone; AlreadyRunningError if a living process has it. A killed one never does."""
        self.path.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(self.path / "lock", os.O_RDWR | os.O_CREAT, 0o644)
        try:
            _take(descriptor)
            yield
        finally:
            os.close(descriptor)

    def private_cluster(self, environ: Mapping[str, str]) -> PrivateCluster | None:
        """Return the database that we bring along, None where the operator named one."""
        return None if _is_given(environ, "DATABASE_URL") else PrivateCluster.at(self.path)

    def environment(self, environ: Mapping[str, str], *, cluster: PrivateCluster | None) -> dict[str, str]:
        """Return the environment with a database address and a secret key where it names none."""
        complete = dict(environ)
        if cluster is not None:
            address = cluster.url(DATABASE, role=ROLE)
            complete["DATABASE_URL"] = address.render_as_string(hide_password=False)
        if not _is_given(environ, "SECRET_KEY"):
            complete["SECRET_KEY_FILE"] = str(self._secret_key_file())
        return complete

    def _secret_key_file(self) -> Path:
        file = self.path / "secret_key"
        if not file.exists():
            self.path.mkdir(parents=True, exist_ok=True)
            _write_privately(file, secrets.token_urlsafe(48))
        return file


def _is_given(environ: Mapping[str, str], name: str) -> bool:
    return bool(environ.get(name) or environ.get(f"{name}_FILE"))


def _take(descriptor: int) -> None:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        holder = os.pread(descriptor, 20, 0).decode("ascii", "replace").strip()
        raise AlreadyRunningError(
            f"Facility Atlas is running already from this folder (process {holder}). "
            "Stop that one first: Ctrl-C where it runs."
        ) from error
    os.ftruncate(descriptor, 0)
    os.pwrite(descriptor, f"{os.getpid()}\n".encode(), 0)


def _write_privately(file: Path, text: str) -> None:
    """Write a file that appears whole and that only its owner reads."""
    unfinished = file.with_name(f"{file.name}.new")
    unfinished.unlink(missing_ok=True)
    descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as stream:
        stream.write(f"{text}\n")
    unfinished.rename(file)
