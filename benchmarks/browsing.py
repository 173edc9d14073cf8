"""Browse the map of a running server as a reader does, and print what it costs the browser.

Usage: python benchmarks/browsing.py http://127.0.0.1:8000 [--pans 200] [--start "zoom=6&lat=48&lon=8"]

Prints one line per figure: what the first map transfers and when it is there on a slow network, long tasks of
the main thread, how long a pan takes to settle after its answer; memory, listeners and nodes over many pans.
"""

import argparse
import statistics
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from playwright.sync_api import Browser, CDPSession, Page, ViewportSize, sync_playwright

CHROMIUM = "/usr/bin/chromium"
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking"]
PHONE = ViewportSize(width=390, height=844)
LAPTOP = ViewportSize(width=1280, height=800)
LARGE_SCREEN = ViewportSize(width=2560, height=1440)
SLOW_NETWORK = {  # a usual mobile connection: bytes per second
    "offline": False,
    "downloadThroughput": 1_600_000 / 8,
    "uploadThroughput": 750_000 / 8,
    "latency": 150,
}
READY = "[data-map][data-map-state=ready]"
# Notes the moments when the map is drawn, when answers were there, and every task above 50 ms.
RECORD = """
window.record = { ready: [], tasks: [] };
new PerformanceObserver((list) => {
  for (const { startTime, duration } of list.getEntries()) window.record.tasks.push([startTime, duration]);
}).observe({ type: "longtask", buffered: true });
addEventListener("DOMContentLoaded", () => {
  new MutationObserver((changes) => {
    if (changes.some(({ target }) => target.dataset.mapState === "ready"))
      requestAnimationFrame(() => window.record.ready.push(performance.now()));
  }).observe(document.querySelector("[data-map]"), { attributeFilter: ["data-map-state"] });
  performance.setResourceTimingBufferSize(5000);
});
"""
SETTLING = """() => performance.getEntriesByType("resource")
  .filter(({ name }) => name.includes("map.geojson"))
  .map(({ responseEnd }) => window.record.ready.find((moment) => moment >= responseEnd) - responseEnd)
  .filter((wait) => Number.isFinite(wait))"""
# Each pan goes on in its direction for a while, so that most of them need a new view.
DIRECTIONS = ((-420, 0), (0, -260), (420, 0), (0, 260))
PANS_EACH_WAY = 3
SAMPLES = 4


def main() -> None:
    """Measure and print."""
    arguments = _arguments()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        for name, screen in (("phone", PHONE), ("laptop", LAPTOP)):
            _first_map(browser, arguments.server, name, screen)
        _browse(browser, arguments, "laptop", LAPTOP)
        _browse(browser, arguments, "large screen", LARGE_SCREEN)
        browser.close()


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("server")
    parser.add_argument("--pans", type=int, default=200)
    parser.add_argument("--start", default="zoom=6&lat=48&lon=8")
    return parser.parse_args()


@contextmanager
def _page(browser: Browser, server: str, screen: ViewportSize) -> Iterator[tuple[Page, CDPSession]]:
    context = browser.new_context(base_url=server, viewport=screen, locale="en-GB")
    page = context.new_page()
    page.add_init_script(RECORD)
    session = context.new_cdp_session(page)
    yield page, session
    context.close()


def _first_map(browser: Browser, server: str, name: str, screen: ViewportSize) -> None:
    """Print what the first map transfers, tiles left out, and when it is drawn on a slow network."""
    with _page(browser, server, screen) as (page, session):
        sizes: dict[str, int] = {}
        headers: dict[str, int] = {}
        addresses: dict[str, str] = {}
        session.on("Network.responseReceived", lambda event: _note(addresses, headers, event))
        session.on("Network.loadingFinished", lambda event: _add(sizes, addresses, event))
        session.send("Network.enable")
        session.send("Network.emulateNetworkConditions", SLOW_NETWORK)
        page.goto("/")
        page.wait_for_selector(READY)
        drawn_ms = page.evaluate("window.record.ready[0]")
        page.wait_for_load_state("networkidle")
        ours = {url: size for url, size in sizes.items() if url.startswith(server) and size}
        total, heads = sum(ours.values()), sum(headers[url] for url in ours)
        print(
            f"{name}: first map transfers {total / 1000:.0f} kB in {len(ours)} files, "
            f"{heads / 1000:.0f} kB of it headers"
        )
        print(f"{name}: first map drawn after {drawn_ms / 1000:.1f} s at 1.6 Mbit/s and 150 ms")
        for url, size in sorted(ours.items(), key=lambda item: -item[1])[:8]:
            print(f"  {size / 1000:6.1f} kB {url.removeprefix(server)[:80]}")


def _note(addresses: dict[str, str], headers: dict[str, int], event: dict[str, Any]) -> None:
    response = event["response"]
    addresses[event["requestId"]] = response["url"]
    headers[response["url"]] = headers.get(response["url"], 0) + int(response["encodedDataLength"])


def _add(sizes: dict[str, int], addresses: dict[str, str], event: dict[str, Any]) -> None:
    url = addresses.get(event["requestId"], "")
    sizes[url] = sizes.get(url, 0) + int(event["encodedDataLength"])


def _browse(browser: Browser, arguments: argparse.Namespace, name: str, screen: ViewportSize) -> None:
    with _page(browser, arguments.server, screen) as (page, session):
        session.send("Performance.enable")
        page.goto(f"/?{arguments.start}")
        page.wait_for_selector(READY)
        begun = page.evaluate("performance.now()")
        states = [_memory(session)]
        for pan in range(arguments.pans):
            _pan(page, screen, DIRECTIONS[pan // PANS_EACH_WAY % len(DIRECTIONS)])
            if (pan + 1) % max(1, arguments.pans // SAMPLES) == 0:
                states.append(_memory(session))
        _print_tasks(page, name, begun)
        for key in states[0]:
            course = " -> ".join(str(state[key]) for state in states)
            print(f"{name}: {key} over {arguments.pans} pans: {course}")


def _print_tasks(page: Page, name: str, begun: float) -> None:
    tasks: list[list[float]] = page.evaluate("window.record.tasks")
    loading = [duration for start, duration in tasks if start < begun]
    panning = [duration for start, duration in tasks if start >= begun]
    print(
        f"{name}: longest task while loading {max(loading, default=0):.0f} ms, "
        f"while panning {max(panning, default=0):.0f} ms ({len(panning)} above 50 ms)"
    )
    waits: list[float] = page.evaluate(SETTLING)
    if waits:
        print(
            f"{name}: {len(waits)} answers, settled after {statistics.median(waits):.0f} ms (median), "
            f"{max(waits):.0f} ms (worst); markers' kind: "
            f"{page.locator(READY).get_attribute('data-map-kind')}"
        )


def _pan(page: Page, screen: ViewportSize, way: tuple[int, int]) -> None:
    across, down = screen["width"] * 0.6, screen["height"] * 0.5
    page.mouse.move(across - way[0] / 2, down - way[1] / 2)
    page.mouse.down()
    page.mouse.move(across + way[0] / 2, down + way[1] / 2, steps=6)
    page.mouse.up()
    page.wait_for_timeout(200)  # a reader's pause, longer than the map's own
    page.wait_for_selector(READY)


def _memory(session: CDPSession) -> dict[str, int | str]:
    session.send("HeapProfiler.collectGarbage")
    metrics = {it["name"]: it["value"] for it in session.send("Performance.getMetrics")["metrics"]}
    return {
        "heap (MB)": f"{metrics['JSHeapUsedSize'] / 1e6:.1f}",
        "listeners": int(metrics["JSEventListeners"]),
        "nodes": int(metrics["Nodes"]),
    }


if __name__ == "__main__":
    main()
