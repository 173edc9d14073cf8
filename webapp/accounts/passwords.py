"""Passwords: how they are made, kept and compared, and which ones are accepted."""

import secrets

from argon2 import PasswordHasher
from argon2.exceptions import VerifyMismatchError

from webapp.errors import InvalidValueError
from webapp.geo.messages import translatable as _

SHORTEST = 12
LONGEST = 128
# No letters or digits that look alike: people copy these from a terminal by hand.
ONE_TIME_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"
ONE_TIME_GROUPS = 4
ONE_TIME_GROUP_LENGTH = 5

# OWASP's argon2id parameters of least memory (19 MiB): a burst of sign-ins on all threads must not
# exhaust a small server. Raising them is enough: each hash is renewed when its owner next signs in.
HASHER = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
# What an unknown user's password is compared with, so that both answers cost the same work.
# Its password was random and is forgotten.
UNKNOWN_USER_HASH = (
    "$argon2id$v=19$m=19456,t=2,p=1$sdnXqe7dK6zJdBXjLgc4YQ$Kgj2smz1GQByxOvwaxByepWLv5B9s/RAiTUAst734Ks"
)


def hash_password(password: str) -> str:
    """Return what is stored in place of a password."""
    return HASHER.hash(password)


def password_matches(password_hash: str | None, password: str) -> bool:
    """Tell whether this is the password; without a hash do the same work and say no."""
    try:
        HASHER.verify(password_hash or UNKNOWN_USER_HASH, password)
    except VerifyMismatchError:
        return False
    return password_hash is not None


def hash_is_outdated(password_hash: str) -> bool:
    """Tell whether a hash was made with other parameters than today's."""
    return HASHER.check_needs_rehash(password_hash)


def new_one_time_password() -> str:
    """Return a random password of 99 bits in groups, to be replaced at the first sign-in."""
    return "-".join(
        "".join(secrets.choice(ONE_TIME_ALPHABET) for _place in range(ONE_TIME_GROUP_LENGTH))
        for _group in range(ONE_TIME_GROUPS)
    )


def check_new_password(
    field: str, password: str, *, username: str, current_password: str | None = None
) -> None:
    """Raise InvalidValueError naming `field` unless this may become the password of `username`."""
    if len(password) < SHORTEST:
        raise InvalidValueError(field, _("Use at least %(shortest)s characters.", shortest=SHORTEST))
    if len(password) > LONGEST:
        raise InvalidValueError(field, _("Use at most %(longest)s characters.", longest=LONGEST))
    if password.strip().casefold() == username.casefold():
        raise InvalidValueError(field, _("Choose something other than the username."))
    if password == current_password:
        raise InvalidValueError(field, _("Choose something other than the current password."))
