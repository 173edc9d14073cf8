"""The indexes of facilities: which questions the registry answers without reading all of them."""

from collections.abc import Iterator

from sqlalchemy import Index, text

from webapp.facilities.vocabulary import Precision, Status

MUCH_FILTERED_CATEGORY = "large_airport"
RARE_PRECISIONS = (Precision.APPROXIMATE, Precision.AREA_CENTROID)
RARE_STATUSES = (Status.PLANNED, Status.TEMPORARILY_CLOSED, Status.CLOSED)
"""What is seldom among facilities is found in an index of its own; the usual is found anywhere soon."""


def facility_indexes() -> Iterator[Index]:
    """Build all of them."""
    yield _places("idx_facilities_location")
    yield _places(
        f"idx_facilities_location_{MUCH_FILTERED_CATEGORY}", f"category = '{MUCH_FILTERED_CATEGORY}'"
    )
    for precision in RARE_PRECISIONS:
        yield _places(f"idx_facilities_location_{precision}", f"location_precision = '{precision}'")
    for status in RARE_STATUSES:
        yield _places(f"idx_facilities_location_{status}", f"status = '{status}'")
    # a rare category inside a huge box
    yield Index("idx_facilities_category_location", "category", "location", postgresql_using="gist")
    yield from _words()
    # the orders of the list: of everything, and of one category or country
    yield Index("idx_facilities_sort_name", "sort_name", "id")
    yield Index("idx_facilities_category_sort_name", "category", "sort_name", "id")
    yield Index("idx_facilities_country_sort_name", "country", "sort_name", "id")
    yield Index("idx_facilities_updated_at", "updated_at", "id")
    # all that the map asks for, so that it finds a rare kind in a wide view, and counts a crowded place
    # without reading the table; behind it what else filters ask for, a text excepted
    yield Index(
        "idx_facilities_grid",
        "category",
        "status",
        text("grid_key(grid_x, grid_y)"),
        "country",
        "grid_x",
        "grid_y",
        postgresql_include=["id", "location", "location_precision", "updated_at"],
    )
    # the order of places in which the features of a box are paged through; with both numbers of the cell, so
    # that what a stretch of keys holds beside the box is passed without reading the table
    yield Index("idx_facilities_place", text("grid_key(grid_x, grid_y)"), "grid_x", "grid_y", "id")


def sample_indexes() -> tuple[Index, ...]:
    """Build those of the copies in the sample."""
    return (
        _places("idx_facility_samples_location"),
        _places("idx_facility_samples_sparse_location", "share = 1024"),
    )


def _places(name: str, condition: str | None = None) -> Index:
    where = None if condition is None else text(condition)
    return Index(name, "location", postgresql_using="gist", postgresql_where=where)


def _words() -> Iterator[Index]:
    # a word that millions share is found together with what else is asked for, in one go
    yield Index(
        "idx_facilities_search_text",
        "search_text",
        text("facility_marks(category, status, country, grid_x, grid_y)"),
        postgresql_using="gin",
        postgresql_ops={"search_text": "gin_trgm_ops"},
    )
    yield Index("idx_facilities_identifiers", "identifiers", postgresql_using="gin")
