"""Public codes: permanent, with a check character that Python and the database compute alike."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session
from stdnum.iso7064 import mod_11_2

from tests.factories import make_facility, store_facility
from webapp.facilities.codes import code_for, is_valid_code
from webapp.facilities.models import Category, Facility

many = settings(max_examples=150)


def test_check_characters_equal_those_of_stdnum_for_many_numbers(session: Session) -> None:
    rows = session.execute(
        text(
            "SELECT n::text, mod_11_2_check_character(n::text)"
            " FROM generate_series(10000000, 10005000) AS n"
            " UNION ALL SELECT n::text, mod_11_2_check_character(n::text)"
            " FROM generate_series(10000000, 999999999999, 123456789) AS n"
        )
    ).all()
    assert len(rows) > 13_000
    assert {check for _, check in rows} == set("0123456789X")
    assert [(number, check) for number, check in rows if mod_11_2.calc_check_digit(number) != check] == []


@many
@given(number=st.integers(10_000_000, 999_999_999_999))
def test_a_made_code_is_valid_to_both(session: Session, number: int) -> None:
    code = code_for(number)
    assert is_valid_code(code)
    assert _is_valid_in_sql(session, code)


CODES = st.from_regex(r"\A[Ff]?[0-9]{6,13}[0-9XxF]\Z") | st.text(max_size=16).filter(
    lambda text: "\0" not in text
)


@many
@given(code=CODES)
def test_validity_is_the_same_in_sql_and_in_python(session: Session, code: str) -> None:
    assert _is_valid_in_sql(session, code) is is_valid_code(code)


NEAR_MISSES = [
    "F100000001",
    "F10000000",
    "f100000010",
    "F10000000 0",
    "F100000000\n",
    " F100000000",
    "F١٠٠٠٠٠٠٠٠",
    "F",
    "",
]


@pytest.mark.parametrize(
    ("number", "valid"),
    [(9_999_999, False), (10_000_000, True), (999_999_999_999, True), (1_000_000_000_000, False)],
)
def test_a_fitting_check_character_needs_a_number_of_fitting_length(
    session: Session, number: int, valid: bool
) -> None:
    code = f"F{number}{mod_11_2.calc_check_digit(str(number))}"
    assert is_valid_code(code) is valid
    assert _is_valid_in_sql(session, code) is valid


@pytest.mark.parametrize("code", NEAR_MISSES, ids=repr)
def test_near_misses_are_judged_alike(session: Session, code: str) -> None:
    assert _is_valid_in_sql(session, code) is is_valid_code(code)


def _is_valid_in_sql(session: Session, code: str) -> bool:
    found: Any = session.execute(text("SELECT facility_code_is_valid(:code)"), {"code": code}).scalar_one()
    assert isinstance(found, bool)
    return found


def test_every_single_wrong_digit_and_every_swap_is_noticed() -> None:
    code = code_for(10_483_627)
    body = code[1:]
    for place, right in enumerate(body):
        for wrong in set("0123456789") - {right}:
            assert not is_valid_code(f"F{body[:place]}{wrong}{body[place + 1 :]}")
    for left in range(len(body)):
        for right_place in range(left + 1, len(body)):
            letters = list(body)
            letters[left], letters[right_place] = letters[right_place], letters[left]
            swapped = "".join(letters)
            assert swapped == body or not is_valid_code(f"F{swapped}")


def test_new_facilities_get_valid_codes_in_sequence(session: Session, category: Category) -> None:
    facilities = [make_facility(category=category.slug) for _ in range(20)]
    session.add_all(facilities)
    session.flush()
    codes = [facility.code for facility in facilities]
    assert all(map(is_valid_code, codes))
    numbers = [int(code[1:-1]) for code in codes]
    assert len(set(numbers)) == 20
    assert min(numbers) >= 10_000_000


def test_a_wrong_check_character_is_refused(session: Session, category: Category) -> None:
    code = code_for(10_000_123)
    wrong = code[:-1] + ("0" if code[-1] != "0" else "1")
    session.add(make_facility(category=category.slug, code=wrong))
    with pytest.raises(IntegrityError, match="ck_facilities_code_check_character"):
        session.flush()


def test_a_code_belongs_to_one_facility(session: Session) -> None:
    first = store_facility(session)
    session.add(make_facility(code=first.code))
    with pytest.raises(IntegrityError, match="uq_facilities_code"):
        session.flush()


@pytest.mark.parametrize("column", ["code", "id"])
def test_the_identity_is_permanent_for_the_mapper(session: Session, facility: Facility, column: str) -> None:
    setattr(facility, column, {"code": code_for(10_999_999), "id": 999_999}[column])
    with pytest.raises(IntegrityError, match=r"the code of facility F[0-9X]+ is permanent"):
        session.flush()


@pytest.mark.parametrize("assignment", ["code = new_facility_code()", "id = id + 1"])
def test_the_identity_is_permanent_for_sql(session: Session, facility: Facility, assignment: str) -> None:
    with pytest.raises(IntegrityError, match=f"the code of facility {facility.code} is permanent"):
        session.execute(text(f"UPDATE facilities SET {assignment}"))  # noqa: S608  # two cases above


def test_the_code_of_a_removed_facility_is_not_given_again(session: Session, facility: Facility) -> None:
    code = facility.code
    session.delete(facility)
    session.flush()
    session.add(make_facility(code=code))
    with pytest.raises(IntegrityError, match="uq_facility_revisions_code_version"):
        session.flush()
