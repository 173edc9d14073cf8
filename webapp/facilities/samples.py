"""Fair samples: one facility in 64 or in 1,024, copied into a small table, whatever is asked for.

To look at ten thousand facilities there is to read some hundred pages; in the registry each has a page.
"""

import math
from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Column, ColumnElement, FromClause, Select, select
from sqlalchemy.orm import InstrumentedAttribute
from sqlalchemy.sql.visitors import replacement_traverse

from webapp.facilities.models import SAMPLED_SHARES, Facility, FacilitySample

Condition = ColumnElement[bool]

FEWEST_TO_SAMPLE = 20_000
"""Among fewer facilities than this, looking at all of them is quick."""

LARGEST_SAMPLE = 10_000
CERTAINTY = 6
"""Standard deviations: what a sample calls certain is wrong once in a billion times."""


def shares_for(number: int) -> tuple[int, ...]:
    """Return the shares 1/n to look at among so many facilities, the quickest first; none of few."""
    if number < FEWEST_TO_SAMPLE:
        return ()
    dense, sparse = SAMPLED_SHARES
    return (dense,) if number / dense <= LARGEST_SAMPLE else (sparse, dense)


def select_sample(
    share: int, columns: Sequence[InstrumentedAttribute[Any]], conditions: Iterable[Condition]
) -> Select[*tuple[Any, ...]]:
    """Select columns of those facilities of a sample that meet the conditions, from their copies."""
    copies = FacilitySample.__table__
    query = select(*(copies.c[column.key] for column in columns)).where(*on(copies, conditions))
    return query.where(FacilitySample.share == share) if share == SAMPLED_SHARES[-1] else query


def on(source: FromClause, conditions: Iterable[Condition]) -> list[Condition]:
    """Return conditions on facilities as conditions on columns of the same names elsewhere."""

    def there(element: object, **_options: Any) -> Any:
        if isinstance(element, Column) and element.table.name == Facility.__tablename__:
            return source.c[element.name]
        return None

    return [replacement_traverse(condition, {}, there) for condition in conditions]


def surely_more(found: int, share: int, most: int) -> bool:
    """Tell whether so many in a sample mean more than `most` in all, as good as certainly.

    The number in a sample is about Poisson distributed: its standard deviation is its square root.
    """
    return (found - CERTAINTY * math.sqrt(found)) * share > most
