import pytest

from webapp.accounts.throttle import account_subject, address_subject

LONGEST_KEY = 128  # the width of sign_in_failures.subject


@pytest.mark.parametrize(
    ("address", "subject"),
    [
        ("192.0.2.7", "address:192.0.2.7"),
        ("::ffff:192.0.2.7", "address:192.0.2.7"),
        ("2001:db8:1:2:aaaa::1", "address:2001:db8:1:2::/64"),
        ("fe80::1%eth0", "address:fe80::/64"),
        ("not an address", "address:unknown"),
        (None, "address:unknown"),
    ],
)
def test_addresses_of_one_customer_share_a_counter(address: str | None, subject: str) -> None:
    assert address_subject(address) == subject


def test_addresses_of_two_customers_have_two_counters() -> None:
    assert address_subject("2001:db8:1:2::1") != address_subject("2001:db8:1:3::1")
    assert address_subject("192.0.2.7") != address_subject("192.0.2.8")


def test_one_name_in_any_case_has_one_counter() -> None:
    assert account_subject("Clerk") == account_subject(" clerk ")
    assert account_subject("clerk") != account_subject("clerk2")


@pytest.mark.parametrize("typed", ["x" * 100_000, "\x00", "\ud800", "my password by mistake"])
def test_a_key_fits_its_column_and_hides_what_was_typed(typed: str) -> None:
    key = account_subject(typed)
    assert len(key) <= LONGEST_KEY
    assert typed not in key
