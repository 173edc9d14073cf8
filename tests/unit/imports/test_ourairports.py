"""The demo registry in the registry's terms."""

from collections import Counter

import pytest

from webapp.imports import ourairports
from webapp.imports.categories import DEMO_CATEGORIES
from webapp.imports.ourairports import description_of, identifiers_of, website_of


def test_no_airport_is_left_out() -> None:
    kinds = Counter(record.category for record in ourairports.airports())
    assert kinds.total() == ourairports.AIRPORTS == 73_623
    assert kinds == {
        "small_airport": 39_097,
        "heliport": 18_632,
        "closed": 9_508,
        "medium_airport": 4_770,
        "seaplane_base": 1_120,
        "large_airport": 450,
        "balloonport": 46,
    }
    assert set(kinds) == {slug for slug, *_rest in DEMO_CATEGORIES}


@pytest.mark.parametrize(
    ("link", "website"),
    [
        ("", None),
        ("http://example.org/a", "http://example.org/a"),
        ("HTTPS://example.org", "https://example.org"),
        ("http://http://czbb.com/", "http://czbb.com/"),
        ("http://shinhanair.com/  [Korean]", "http://shinhanair.com/"),
        ("www.example.org/path", "https://www.example.org/path"),
        ("javascript:alert(1)", None),
        ("see the notice board", None),
    ],
)
def test_a_website_is_a_web_address_or_nothing(link: str, website: str | None) -> None:
    assert website_of(link) == website


@pytest.mark.parametrize(
    ("keywords", "description"),
    [
        ("", None),
        (" , ", None),
        ("KTI, VDKT", "Also known as: KTI, VDKT"),
        ("Taiyoun Airbase, 太陽空軍基地; RGCM", "Also known as: Taiyoun Airbase, 太陽空軍基地, RGCM"),
        ("https://example.org/33WV", "See: https://example.org/33WV"),
        ("70ND, http://example.org/70ND", "Also known as: 70ND\nSee: http://example.org/70ND"),
    ],
)
def test_keywords_become_sentences(keywords: str, description: str | None) -> None:
    assert description_of(keywords) == description


def test_only_four_letters_are_an_icao_code() -> None:
    codes = {"ident": "HKJK", "iata_code": "NBO", "local_code": "", "wikipedia_link": ""}
    assert identifiers_of({**codes, "gps_code": "HKJK"}) == {"ident": "HKJK", "icao": "HKJK", "iata": "NBO"}
    assert identifiers_of({**codes, "gps_code": "00A"}) == {"ident": "HKJK", "gps": "00A", "iata": "NBO"}
