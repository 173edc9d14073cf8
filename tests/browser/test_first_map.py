"""What the first map costs somebody on a phone who was never here before."""

from collections import Counter
from typing import Any

from playwright.sync_api import Page

from tests.browser.steps import wait_for_map

MOST_BYTES = 250_000
"""As transferred: packed, with the headers of each answer."""


def test_the_first_map_is_light(phone_page: Page, live_server: str) -> None:
    kinds: dict[str, str] = {}
    transferred: Counter[str] = Counter()

    def note(event: dict[str, Any]) -> None:
        if event["response"]["url"].startswith(live_server):
            kinds[event["requestId"]] = event["response"]["mimeType"]

    def add(event: dict[str, Any]) -> None:
        if event["requestId"] in kinds:
            transferred[kinds[event["requestId"]]] += int(event["encodedDataLength"])

    network = phone_page.context.new_cdp_session(phone_page)
    network.on("Network.responseReceived", note)
    network.on("Network.loadingFinished", add)
    network.send("Network.enable")
    phone_page.goto("/")
    wait_for_map(phone_page)
    phone_page.wait_for_load_state("networkidle")
    assert set(transferred) >= {
        "text/html",
        "text/css",
        "text/javascript",
        "application/json",
        "image/svg+xml",
    }
    assert transferred.total() < MOST_BYTES, transferred
