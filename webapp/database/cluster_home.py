"""Where a private cluster lives, which account owns it, and what an earlier start may have left there."""

import hashlib
import os
from pathlib import Path

from webapp.errors import DatabaseSetupError
from webapp.processes import Account

SERVER_ACCOUNT = "postgres"
SHARED_HOME = Path("/var/lib/facility-atlas")
PORT = 5432
# The kernel takes 107 bytes on Linux and 103 on macOS, the socket's own name included.
LONGEST_SOCKET_DIRECTORY = 103 - len(f"/.s.PGSQL.{PORT}")


def server_account() -> Account:
    """Return the account that the server runs under: this one, but for root, whom PostgreSQL refuses."""
    if os.geteuid() != 0:
        return Account.current()
    try:
        return Account.named(SERVER_ACCOUNT)
    except KeyError as error:
        raise DatabaseSetupError(
            f"PostgreSQL does not run as root, and this machine has no account {SERVER_ACCOUNT}: "
            "start as an ordinary user, or add the account."
        ) from error


def home_of(instance: Path) -> tuple[Path, Account]:
    """Return where the instance's data lies or shall lie, and the account that owns it."""
    digest = hashlib.sha256(os.fsencode(instance)).hexdigest()[:12]
    inside, outside = instance / "database", SHARED_HOME / digest / "database"
    for existing in (inside, outside):
        if existing.exists():
            return existing, _owner_of(existing)
    account = server_account()
    instance.mkdir(parents=True, exist_ok=True)
    return (inside if account.can_enter(instance) else outside), account


def _owner_of(data: Path) -> Account:
    owner = Account.of(data.stat().st_uid)
    if owner.is_current or os.geteuid() == 0:
        return owner
    raise DatabaseSetupError(
        f"The private database in {data} belongs to the account {owner.name}: start as root or as that "
        "account, or move the folder away to begin anew."
    )


def release_of(data: Path) -> int | None:
    """Return the PostgreSQL release that made the data, None where there is none yet."""
    version = data / "PG_VERSION"
    return int(version.read_text(encoding="ascii")) if version.exists() else None


def sockets_of(data: Path, account: Account) -> Path:
    """Return the data directory itself, which only its owner enters, or a short one if its path is long."""
    if len(os.fsencode(data)) <= LONGEST_SOCKET_DIRECTORY:
        return data
    digest = hashlib.sha256(os.fsencode(data)).hexdigest()[:12]
    return Path("/tmp") / f"facility-atlas-{account.user_id}-{digest}"  # noqa: S108  # owner is checked


def own_directory(directory: Path, account: Account) -> None:
    """Make a directory that only the account enters; one that somebody else made is refused."""
    try:
        directory.mkdir(mode=0o700)
        hand_over(directory, account)
    except FileExistsError:
        found = directory.lstat()  # a link, too, is refused: others may write it
        if found.st_uid != account.user_id or found.st_mode & 0o077:
            raise DatabaseSetupError(
                f"{directory} was made by somebody else: remove it, it is needed for the database's socket."
            ) from None


def hand_over(directory: Path, account: Account) -> None:
    """Make the account the owner of a directory."""
    if not account.is_current:
        os.chown(directory, account.user_id, account.group_id)


def require_entry(directory: Path, account: Account) -> None:
    """Raise DatabaseSetupError where the account cannot enter a directory."""
    if not account.can_enter(directory):
        raise DatabaseSetupError(
            f"The account {account.name}, which runs the private database, cannot enter {directory}."
        )


def serves(process_id: int, data: Path) -> bool:
    """Tell whether that process is a living PostgreSQL server of that data.

    Its arguments say so, which root reads even in a container that may not look into other processes.
    """
    try:
        arguments = Path(f"/proc/{process_id}/cmdline").read_bytes().split(b"\0")
    except OSError:
        return False
    return os.fsencode(data) in arguments
