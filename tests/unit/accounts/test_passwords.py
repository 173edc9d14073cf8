import pytest

from webapp.accounts import passwords
from webapp.accounts.passwords import (
    HASHER,
    UNKNOWN_USER_HASH,
    check_new_password,
    hash_password,
    new_one_time_password,
    password_matches,
)
from webapp.errors import InvalidValueError

GOOD = "correct horse battery"


def test_only_the_password_itself_matches_its_hash() -> None:
    stored = hash_password(GOOD)
    assert GOOD not in stored
    assert password_matches(stored, GOOD)
    assert not password_matches(stored, GOOD + " ")


def test_without_a_hash_nothing_matches_not_even_the_password_of_nobody(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(passwords, "UNKNOWN_USER_HASH", hash_password(GOOD))
    assert not password_matches(None, GOOD)


def test_comparing_with_nobody_costs_what_comparing_with_somebody_costs() -> None:
    assert not HASHER.check_needs_rehash(UNKNOWN_USER_HASH)


def test_one_time_passwords_are_long_legible_and_never_the_same() -> None:
    passwords = {new_one_time_password() for _turn in range(50)}
    assert len(passwords) == 50
    for password in passwords:
        check_new_password("password", password, username="admin")
        assert [len(group) for group in password.split("-")] == [5, 5, 5, 5]
        assert not set(password) & set("ilo01")


@pytest.mark.parametrize("password", ["a" * 12, "é" * 128, " leading and trailing "])
def test_a_password_of_12_to_128_characters_is_taken(password: str) -> None:
    check_new_password("new_password", password, username="clerk", current_password=GOOD)


@pytest.mark.parametrize(
    ("password", "reason"),
    [
        ("a" * 11, "at least 12"),
        ("a" * 129, "at most 128"),
        ("Data.Clerk@Example.org", "than the username"),
        (GOOD, "than the current password"),
    ],
)
def test_a_password_that_is_easy_to_guess_or_not_new_is_refused(password: str, reason: str) -> None:
    with pytest.raises(InvalidValueError, match=reason) as refused:
        check_new_password("new_password", password, username="data.clerk@example.org", current_password=GOOD)
    assert refused.value.field == "new_password"
