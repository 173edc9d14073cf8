"""Questions to the history."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp.errors import NotFoundError
from webapp.history.models import FacilityRevision


def list_revisions(session: Session, code: str, *, limit: int = 100) -> Sequence[FacilityRevision]:
    """Return the revisions of a code, newest first."""
    query = select(FacilityRevision).where(FacilityRevision.code == code)
    return session.scalars(query.order_by(FacilityRevision.version.desc()).limit(limit)).all()


def get_last_revision(session: Session, code: str) -> FacilityRevision:
    """Return the newest revision of a code; raises NotFoundError for a code that never was."""
    newest = list_revisions(session, code, limit=1)
    if not newest:
        raise NotFoundError(code)
    return newest[0]
