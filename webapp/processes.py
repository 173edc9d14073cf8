"""Child processes that never outlive their parent, and the account that a server may have to run under."""

import ctypes
import os
import pwd
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

PR_SET_PDEATHSIG = 1
# Loaded here: nothing may be loaded between fork and exec.
LIBC = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None


@dataclass(frozen=True)
class Account:
    """An account of this machine that child processes run under."""

    name: str
    user_id: int
    group_id: int
    home: str

    @classmethod
    def current(cls) -> "Account":
        """Return the account that runs this process."""
        return cls.of(os.geteuid())

    @classmethod
    def of(cls, user_id: int) -> "Account":
        """Return the account with this number; a container may run a number without a name."""
        try:
            entry = pwd.getpwuid(user_id)
        except KeyError:
            return cls(str(user_id), user_id, os.getegid(), "/")
        return cls(entry.pw_name, entry.pw_uid, entry.pw_gid, entry.pw_dir)

    @classmethod
    def named(cls, name: str) -> "Account":
        """Return the account of that name; raises KeyError when the machine has none."""
        return cls.of(pwd.getpwnam(name).pw_uid)

    @property
    def is_current(self) -> bool:
        """Tell whether this process runs under the account already."""
        return self.user_id == os.geteuid()

    def popen_options(self) -> dict[str, Any]:
        """Return what subprocess needs to start a child under this account."""
        if self.is_current:
            return {}
        return {"user": self.user_id, "group": self.group_id, "extra_groups": [], "cwd": "/"}

    def can_enter(self, directory: Path) -> bool:
        """Ask the system itself whether the account may enter that directory (modes, ACLs, mounts)."""
        command = ["test", "-d", str(directory), "-a", "-x", str(directory)]
        answer = subprocess.run(command, check=False, **self.popen_options())  # noqa: S603  # a fixed program
        return answer.returncode == 0


def spawn(
    command: Sequence[str | Path],
    *,
    last_signal: signal.Signals,
    account: Account,
    environ: Mapping[str, str],
    output: IO[bytes] | None = None,
) -> subprocess.Popen[bytes]:
    """Start a server in a session of its own, so that only its parent stops it, also by dying.

    On Linux the child gets `last_signal` when this thread's process ends in whatever way.
    """
    return subprocess.Popen(  # noqa: S603  # callers name programs that they found or ship
        [str(part) for part in command],
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=output,
        env=dict(environ),
        start_new_session=True,
        preexec_fn=_tie_to_parent(last_signal),  # noqa: PLW1509  # one system call, nothing is loaded
        **account.popen_options(),
    )


def _tie_to_parent(last_signal: signal.Signals) -> Callable[[], None] | None:
    if LIBC is None:
        return None
    parent, libc = os.getpid(), LIBC

    def tie() -> None:
        libc.prctl(PR_SET_PDEATHSIG, int(last_signal), 0, 0, 0)
        if os.getppid() != parent:
            os._exit(1)

    return tie


def is_alive(process_id: int) -> bool:
    """Tell whether a process of that number exists; a zombie does not count where that can be seen."""
    try:
        os.kill(process_id, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return not _is_zombie(process_id)


def _is_zombie(process_id: int) -> bool:
    try:
        state = Path(f"/proc/{process_id}/stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return False
    return state.rpartition(")")[2].split()[:1] == ["Z"]
