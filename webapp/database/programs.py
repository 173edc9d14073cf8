"""Where this machine keeps PostgreSQL's programs: the newest release that has PostGIS beside it."""

import re
import shutil
import subprocess
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from webapp.errors import DatabaseSetupError

OLDEST_RELEASE = 14
PATTERNS = (
    "/usr/lib/postgresql/*/bin",  # Debian, Ubuntu
    "/usr/pgsql-*/bin",  # Fedora, RHEL
    "/opt/homebrew/opt/postgresql@*/bin",
    "/usr/local/opt/postgresql@*/bin",
    "/home/linuxbrew/.linuxbrew/opt/postgresql@*/bin",
)
REMEDY = (
    "Debian or Ubuntu: apt-get install postgresql-postgis. macOS: brew install postgresql@17 postgis. "
    "Anywhere else: start the containers of compose.yaml, "
    "or set DATABASE_URL to a PostgreSQL server that has PostGIS."
)


@dataclass(frozen=True)
class Programs:
    """The programs of one PostgreSQL release."""

    directory: Path
    release: int

    def path(self, name: str) -> Path:
        """Return the full path of one program."""
        return self.directory / name


def find_programs(*, release: int | None = None, directories: Iterable[Path] | None = None) -> Programs:
    """Return the newest release with PostGIS, or the one that is asked for; DatabaseSetupError if none."""
    found = list(_installed(_usual_directories() if directories is None else directories))
    fitting = [item for item in found if release in {None, item.release}]
    with_postgis = [item for item in fitting if _has_postgis(item)]
    if with_postgis:
        return max(with_postgis, key=lambda item: item.release)
    raise DatabaseSetupError(f"{_missing(release, found, fitting)} {REMEDY}")


def _missing(release: int | None, found: list[Programs], fitting: list[Programs]) -> str:
    if fitting:
        return f"PostgreSQL {fitting[0].release} is installed, but PostGIS for it is not."
    if release is not None:
        return f"The private database was made by PostgreSQL {release}, which is not installed any more."
    if found:
        return "PostgreSQL is installed, but PostGIS is not."
    return f"PostgreSQL {OLDEST_RELEASE} or newer with PostGIS was not found."


def _usual_directories() -> Iterator[Path]:
    for pattern in PATTERNS:
        yield from Path("/").glob(pattern.removeprefix("/"))
    if on_path := shutil.which("initdb"):
        yield Path(on_path).resolve().parent


def _installed(directories: Iterable[Path]) -> Iterator[Programs]:
    for directory in dict.fromkeys(directories):
        if (directory / "initdb").exists() and (directory / "postgres").exists():
            release = _release(directory / "postgres")
            if release >= OLDEST_RELEASE:
                yield Programs(directory, release)


def _release(program: Path) -> int:
    number = re.search(r"\b(\d+)", _answer(program, "--version"))
    return int(number[1]) if number else 0


def _has_postgis(programs: Programs) -> bool:
    return any((share / "extension" / "postgis.control").exists() for share in _share_directories(programs))


def _share_directories(programs: Programs) -> Iterator[Path]:
    pg_config = programs.path("pg_config")
    if pg_config.exists():
        yield Path(_answer(pg_config, "--sharedir"))
    else:
        yield Path("/usr/share/postgresql") / str(programs.release)


def _answer(program: Path, option: str) -> str:
    command = [str(program), option]
    run = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603  # found above
    return run.stdout.strip()
