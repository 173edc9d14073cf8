"""The brake on guessing passwords: one counter in the database for all workers.

An attempt is counted before its password is looked at, and a success gives it back. So however many
tries arrive at once, no more than the allowed ones ever reach a password.
"""

import hashlib
import ipaddress
import math
from datetime import timedelta

from sqlalchemy import ColumnElement, case, delete, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from webapp.accounts.models import SignInFailures
from webapp.accounts.queries import folded
from webapp.database.transactions import Door, run_in_transaction
from webapp.errors import TooManyAttemptsError

FAILURES_ALLOWED = 5
WINDOW = timedelta(minutes=15)
# The part of an IPv6 address that one customer gets; the rest is theirs to rotate.
IPV6_PREFIX_LENGTH = 64
PURGED_AT_ONCE = 100


def admit_attempt(username: str, address: str | None) -> None:
    """Count an attempt, committed before anything else happens, or raise TooManyAttemptsError."""
    wait_s = run_in_transaction(
        lambda session: count_attempt(session, username=username, address=address), door=Door.FORM
    )
    if wait_s:
        raise TooManyAttemptsError(wait_s)


def count_attempt(session: Session, *, username: str, address: str | None) -> int:
    """Count an attempt and return 0, or the seconds to wait when its address or account had too many.

    The address comes first: one that is stopped itself cannot go on to lock other people's accounts.
    """
    subjects = (address_subject(address), account_subject(username))
    # all() stops at the first refusal
    if all(_count(session, subject) for subject in subjects):
        _purge(session)
        return 0
    return _seconds_left(session, subjects)


def forgive(session: Session, *, username: str, address: str | None) -> None:
    """After a success: clear the account's counter, and give back the one attempt of the address.

    The address keeps its failures with other accounts: one's own password is no licence to guess.
    """
    session.execute(
        update(SignInFailures)
        .where(SignInFailures.subject == address_subject(address))
        .values(count=func.greatest(SignInFailures.count - 1, 0))
    )
    forget_account(session, username)


def forget_account(session: Session, username: str) -> None:
    """Clear the counter of an account."""
    session.execute(delete(SignInFailures).where(SignInFailures.subject == account_subject(username)))


def address_subject(address: str | None) -> str:
    """Return the counter's key of an IP address; IPv6 counts by /64, IPv4 inside IPv6 as IPv4."""
    try:
        parsed = ipaddress.ip_address(address or "")
    except ValueError:
        return "address:unknown"
    if isinstance(parsed, ipaddress.IPv6Address):
        return _ipv6_subject(parsed)
    return f"address:{parsed}"


def _ipv6_subject(address: ipaddress.IPv6Address) -> str:
    if address.ipv4_mapped:
        return f"address:{address.ipv4_mapped}"
    return f"address:{ipaddress.IPv6Network((int(address), IPV6_PREFIX_LENGTH), strict=False)}"


def account_subject(username: str) -> str:
    """Return the counter's key of a typed name: a digest, since people type passwords there too."""
    return f"account:{hashlib.sha256(folded(username).encode('utf-8', 'surrogatepass')).hexdigest()}"


def _count(session: Session, subject: str) -> bool:
    """Add one in a single statement, unless the limit is reached; tell whether it was added."""
    expired = _expired()
    statement = (
        insert(SignInFailures)
        .values(subject=subject, count=1)
        .on_conflict_do_update(
            index_elements=[SignInFailures.subject],
            set_={
                "count": case((expired, 1), else_=SignInFailures.count + 1),
                "window_began_at": case((expired, func.now()), else_=SignInFailures.window_began_at),
            },
            where=expired | (SignInFailures.count < FAILURES_ALLOWED),
        )
        .returning(SignInFailures.count)
    )
    return session.scalar(statement) is not None


def _seconds_left(session: Session, subjects: tuple[str, ...]) -> int:
    """Return how long the full counters stay closed, at least a second."""
    left = func.extract("epoch", SignInFailures.window_began_at + WINDOW - func.now())
    seconds = session.scalar(
        select(func.max(left)).where(
            SignInFailures.subject.in_(subjects), SignInFailures.count >= FAILURES_ALLOWED
        )
    )
    return max(1, math.ceil(seconds or 0))


def _purge(session: Session) -> None:
    """Delete some expired counters. Last in its transaction and waiting for no lock, it cannot deadlock."""
    some_expired = (
        select(SignInFailures.subject)
        .where(_expired())
        .limit(PURGED_AT_ONCE)
        .with_for_update(skip_locked=True)
    )
    session.execute(delete(SignInFailures).where(SignInFailures.subject.in_(some_expired)))


def _expired() -> ColumnElement[bool]:
    return SignInFailures.window_began_at <= func.now() - WINDOW
