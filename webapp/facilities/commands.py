"""What can be done to facilities. Commands flush; create_facility and its siblings commit as well."""

from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import IntegrityError, SQLAlchemyError
from sqlalchemy.orm import Session

from webapp.database.transactions import Door, run_in_transaction
from webapp.errors import AtlasError, FacilityNotSavedError, InvalidValueError, StaleVersionError
from webapp.facilities.facts import FacilityFacts
from webapp.facilities.models import Facility, Submission
from webapp.facilities.queries import get_facility
from webapp.geo.messages import translatable as _
from webapp.geo.position import Position
from webapp.history.models import Operation
from webapp.history.queries import get_last_revision

TIMES = frozenset({"created_at", "updated_at"})

# What a broken constraint means to the person who filled in the field.
CONSTRAINT_FIELDS = {
    "fk_facilities_category": ("category", _("Choose a category of this registry.")),
    "ck_facilities_footprint_srid": ("footprint", _("The outline must be in WGS 84 (SRID 4326).")),
    "ck_facilities_footprint_valid": ("footprint", _("The outline is not a valid geometry.")),
    "ck_facilities_location_on_earth": ("location", _("The location is not on Earth.")),
    "ck_facilities_website_scheme": ("website", _("Give an address that begins with https:// or http://.")),
}


def add_facility(session: Session, facts: FacilityFacts, *, code: str | None = None) -> Facility:
    """Insert a facility; the database derives its code, version, times, search text and first revision."""
    facility = Facility(**facts.columns())
    if code is not None:
        facility.code = code
    session.add(facility)
    _flush(session)
    return facility


def add_facility_once(session: Session, facts: FacilityFacts, *, submission: str) -> Facility:
    """Insert a facility for this key, or return the one that an earlier or simultaneous send has made."""
    claim = (
        insert(Submission)
        .values(key=submission, code=func.new_facility_code())
        .on_conflict_do_nothing()
        .returning(Submission.code)
    )
    code = session.scalar(claim)
    if code is not None:
        return add_facility(session, facts, code=code)
    return get_facility(session, session.scalars(select(Submission.code).filter_by(key=submission)).one())


def change_facility(session: Session, code: str, facts: FacilityFacts, *, expected_version: int) -> Facility:
    """Store new facts over the version that their author had read; a newer one raises StaleVersionError."""
    facility = _locked(session, code, expected_version)
    for column, value in facts.columns().items():
        setattr(facility, column, value)
    _flush(session)
    return facility


def remove_facility(session: Session, code: str, *, expected_version: int) -> Facility:
    """Delete a facility; its history stays, and its code is never given out again."""
    facility = _locked(session, code, expected_version)
    session.delete(facility)
    _flush(session)
    return facility


def restore_facility(session: Session, code: str) -> Facility:
    """Put a removed facility back as it stood last, under its own code and the next version."""
    last = get_last_revision(session, code)
    if last.operation != Operation.REMOVED:
        return get_facility(session, code)
    facility = Facility(
        id=last.facility_id,
        code=code,
        version=last.version + 1,
        location=last.location,
        footprint=last.footprint,
        **{name: value for name, value in last.facts.items() if name not in TIMES},
        created_at=datetime.fromisoformat(last.facts["created_at"]),
    )
    session.add(facility)
    _flush(session)
    return facility


def create_facility(name: str, category: str, lat: float, lon: float, **facts: Any) -> Facility:
    """Add a facility in a transaction of its own: geometry, derived columns and revision, all or nothing.

    `lat` and `lon` are degrees (SRID 4326). Raises FacilityNotSavedError, its `field` naming what is wrong.
    """

    def work(session: Session) -> Facility:
        position = Position(lon, lat)
        return add_facility(session, FacilityFacts(name=name, category=category, position=position, **facts))

    return _saved(work)


def update_facility(code: str, facts: FacilityFacts, *, expected_version: int) -> Facility:
    """Change a facility in a transaction of its own; raises FacilityNotSavedError."""
    return _saved(lambda session: change_facility(session, code, facts, expected_version=expected_version))


def delete_facility(code: str, *, expected_version: int) -> Facility:
    """Remove a facility in a transaction of its own; raises FacilityNotSavedError."""
    return _saved(lambda session: remove_facility(session, code, expected_version=expected_version))


def _saved(work: Any) -> Facility:
    try:
        facility: Facility = run_in_transaction(work, door=Door.SCRIPT)
    except InvalidValueError as error:
        raise FacilityNotSavedError(str(error), field=error.field) from error
    except AtlasError as error:
        raise FacilityNotSavedError(str(error)) from error
    except SQLAlchemyError as error:
        raise FacilityNotSavedError("the database refused or could not be reached") from error
    return facility


def _locked(session: Session, code: str, expected_version: int) -> Facility:
    facility = get_facility(session, code, for_update=True)
    if facility.version != expected_version:
        raise StaleVersionError(code, expected=expected_version, current=facility.version)
    return facility


def _flush(session: Session) -> None:
    """Send the statements; a broken constraint is said in the words of its field."""
    try:
        session.flush()
    except IntegrityError as error:
        constraint = getattr(getattr(error.orig, "diag", None), "constraint_name", None)
        if constraint not in CONSTRAINT_FIELDS:
            raise
        raise InvalidValueError(*CONSTRAINT_FIELDS[constraint]) from error
