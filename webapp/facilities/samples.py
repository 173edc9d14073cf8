"""Fair samples: one facility in 64 or in 1,024, each from a small index of its own, whatever is asked for."""

import math

from sqlalchemy import ColumnElement, any_, func, select, text

from webapp.facilities.areas import in_box
from webapp.facilities.indexes import SAMPLED_SHARES, in_sample
from webapp.facilities.models import Facility
from webapp.geo.bounding_box import BoundingBox

FEWEST_TO_SAMPLE = 20_000
"""Among fewer facilities than this, looking at all of them is quick."""

LARGEST_SAMPLE = 10_000
CERTAINTY = 6
"""Standard deviations: what a sample calls certain is wrong once in a billion times."""


def share_for(number: int) -> int | None:
    """Return the share 1/n to look at among so many facilities, None where all of them are soon looked at."""
    if number < FEWEST_TO_SAMPLE:
        return None
    return next((share for share in SAMPLED_SHARES if number / share <= LARGEST_SAMPLE), SAMPLED_SHARES[-1])


def is_in_sample(share: int, box: BoundingBox) -> ColumnElement[bool]:
    """Hold to one facility in so many of a box: what the index idx_facilities_one_in_<share> finds.

    By their ids, so that the planner looks at no other index: that of a common word alone takes far longer.
    """
    ids = select(Facility.id).where(text(in_sample(share)), *in_box(box)).correlate(None)
    return Facility.id == any_(func.array(ids.scalar_subquery()))


def surely_more(found: int, share: int, most: int) -> bool:
    """Tell whether so many in a sample mean more than `most` in all, as good as certainly.

    The number in a sample is about Poisson distributed: its standard deviation is its square root.
    """
    return (found - CERTAINTY * math.sqrt(found)) * share > most
