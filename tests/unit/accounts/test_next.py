import pytest

from webapp.accounts.sessions import next_is_safe

ELSEWHERE = (
    "",
    "//evil.example",
    "///evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "/facilities\\..\\evil",
    "/\t/evil.example",
    "/\n/evil.example",
    "\t//evil.example",
    " //evil.example",
    "/\x00/evil.example",
    "/\x7f/evil.example",
    "/\u2028/evil.example",
    "https:evil.example",
    "https://evil.example",
    "https:/evil.example",
    "HTTPS:///evil.example",
    "javascript:alert(1)",
    "evil.example",
    "//[evil",
    "/" + "a" * 2000,
)
HERE = (
    "/",
    "/facilities",
    "/facilities/new?location=-1.3,+36.8",
    "/facilities?q=%2F%2Fevil.example",
    "/facilities?next=https://evil.example",
    "/facilities#near//by",
    "/施設",
)


@pytest.mark.parametrize("target", ELSEWHERE)
def test_an_address_that_a_browser_could_read_as_another_site_is_refused(target: str) -> None:
    assert not next_is_safe(target)


@pytest.mark.parametrize("target", HERE)
def test_a_path_of_this_site_is_followed(target: str) -> None:
    assert next_is_safe(target)
