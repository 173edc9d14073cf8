"""The list, the record and the editor of facilities."""

from collections.abc import Sequence

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from webapp.accounts.rules import public, signed_in_only, signed_in_or_keep_typed
from webapp.accounts.sessions import current_account, signed_in
from webapp.clusters.queries import list_countries
from webapp.database.transactions import Door, run_in_transaction, see_one_moment
from webapp.errors import GoneError, InvalidValueError, StaleVersionError
from webapp.extensions import csrf, db
from webapp.facilities.chips import chips_of, permalink
from webapp.facilities.codes import normalise_code
from webapp.facilities.commands import add_facility_once, change_facility, remove_facility, restore_facility
from webapp.facilities.conflicts import Conflict, list_conflicts
from webapp.facilities.features import facility_feature
from webapp.facilities.filters import FacilityFilter
from webapp.facilities.forms import FacilityForm, RemovalForm, values_of, version_of
from webapp.facilities.models import Facility
from webapp.facilities.pages import PageRequest, list_page
from webapp.facilities.queries import count_facilities, get_facility, list_categories, list_nearest, prepared
from webapp.facilities.vocabulary import Precision
from webapp.geo.coordinates import format_decimal, format_dms
from webapp.history.differences import describe_changes
from webapp.history.queries import get_last_revision, list_revisions
from webapp.languages import language_code
from webapp.map.settings import countries_present, map_settings, status_choices

blueprint = Blueprint("facilities", __name__)


@blueprint.get("/facilities")
@public
def index() -> str:
    """Show the list: everything that the map shows, as a table."""
    asked = FacilityFilter.from_parameters(request.args)
    wanted = PageRequest(
        sort=request.args.get("sort") or "name",
        after=request.args.get("after") or None,
        before=request.args.get("before") or None,
    )
    session = db.session()
    see_one_moment(session)
    chosen = prepared(session, asked)
    counted = count_facilities(session, chosen)
    categories = list_categories(session)
    return render_template(
        "facilities/index.html",
        page=list_page(session, chosen, wanted, counted),
        counted=counted,
        filters=chosen,
        chips=chips_of(chosen, categories),
        link=permalink(chosen),
        sort=wanted.sort,
        categories=[(category.slug, category.label_in(language_code())) for category in categories],
        statuses=status_choices(),
        precisions=[(precision.value, precision.label) for precision in Precision],
        countries=countries_present(list_countries(session)),
    )


@blueprint.get("/facilities/<code>")
@public
def show(code: str) -> str | tuple[str, int] | BaseResponse:
    """Show one record, or the tombstone of a removed one."""
    if code != normalise_code(code):
        return redirect(url_for(".show", code=normalise_code(code)), 301)
    session = db.session()
    try:
        facility = get_facility(session, code)
    except GoneError:
        return _tombstone(code), 410
    return render_template(
        "facilities/show.html",
        facility=facility,
        feature=facility_feature(facility),
        nearest=list_nearest(session, facility),
        changes=describe_changes(list_revisions(session, code)),
        precision=Precision(facility.location_precision).label,
        map_settings=map_settings([facility.kind]),
        decimal=format_decimal(facility.position),
        dms=format_dms(facility.position),
    )


@blueprint.route("/facilities/new", methods=["GET", "POST"])
@signed_in_or_keep_typed
def create() -> str | tuple[str, int] | BaseResponse:
    """Add a facility."""
    form = FacilityForm(data={"location": request.args.get("location", "")})
    form.offer(list_categories(db.session()))
    if (problem := _why_not(form)) is not None:
        return _editor(form, problem)
    try:
        facility = run_in_transaction(
            lambda session: add_facility_once(session, form.facts(), submission=str(form.submission.data)),
            actor=current_account().username,
            door=Door.FORM,
        )
    except InvalidValueError as error:
        form.blame(error)
        return _editor(form, 422)
    flash(_("%(name)s was added.", name=facility.name), "success")
    return redirect(url_for(".show", code=facility.code, saved=1), 303)


@blueprint.route("/facilities/<code>/edit", methods=["GET", "POST"])
@signed_in_or_keep_typed
def edit(code: str) -> str | tuple[str, int] | BaseResponse:
    """Correct a facility."""
    facility = get_facility(db.session(), code)
    form = FacilityForm(data=values_of(facility)).offer(list_categories(db.session()))
    if (problem := _why_not(form)) is not None:
        return _editor(form, problem, facility)
    try:
        saved = run_in_transaction(
            lambda session: change_facility(session, code, form.facts(), expected_version=version_of(form)),
            actor=current_account().username,
            door=Door.FORM,
        )
    except InvalidValueError as error:
        form.blame(error)
        return _editor(form, 422, facility)
    except StaleVersionError as error:
        return _conflict(form, code, error)
    flash(_("%(name)s was saved.", name=saved.name), "success")
    return redirect(url_for(".show", code=saved.code, saved=1), 303)


@blueprint.route("/facilities/<code>/delete", methods=["GET", "POST"])
@signed_in_only
def delete(code: str) -> str | tuple[str, int] | BaseResponse:
    """Ask, then remove a facility."""
    facility = get_facility(db.session(), code)
    form = RemovalForm(version=str(facility.version))
    if not form.validate_on_submit():
        return render_template("facilities/delete.html", facility=facility, form=form)
    try:
        run_in_transaction(
            lambda session: remove_facility(session, code, expected_version=version_of(form)),
            actor=current_account().username,
            door=Door.FORM,
        )
    except StaleVersionError:
        form.version.data = str(get_facility(db.session(), code, fresh=True).version)
        return render_template("facilities/delete.html", facility=facility, form=form, stale=True), 409
    flash(_("%(name)s was removed. You can put it back below.", name=facility.name), "success")
    return redirect(url_for(".show", code=code), 303)


@blueprint.post("/facilities/<code>/restore")
@signed_in_only
def restore(code: str) -> BaseResponse:
    """Put a removed facility back as it stood last."""
    facility = run_in_transaction(
        lambda session: restore_facility(session, code), actor=current_account().username, door=Door.FORM
    )
    flash(_("%(name)s was put back.", name=facility.name), "success")
    return redirect(url_for(".show", code=facility.code), 303)


# The editor's form checks its token itself, and brings back what was typed when that has expired.
csrf.exempt(create)
csrf.exempt(edit)


def _why_not(form: FacilityForm) -> int | None:
    """Return the status with which the editor is shown again, or None when the form may be saved."""
    if request.method == "GET":
        return 200
    valid = form.validate()
    if not signed_in():
        return 401
    if form.csrf_token.errors:
        return 400
    return None if valid else 422


def _editor(form: FacilityForm, status: int, facility: Facility | None = None) -> tuple[str, int]:
    return _editor_page(form, facility, status=status), status


def _conflict(form: FacilityForm, code: str, error: StaleVersionError) -> tuple[str, int]:
    """Show what is stored now beside what was typed; saving again is a decision."""
    facility = get_facility(db.session(), code, fresh=True)
    conflicts = list_conflicts(form, values_of(facility))
    form.version.data = str(error.current)
    return _editor_page(form, facility, status=409, conflicts=conflicts), 409


def _editor_page(
    form: FacilityForm, facility: Facility | None, *, status: int, conflicts: Sequence[Conflict] = ()
) -> str:
    return render_template(
        "facilities/edit.html",
        form=form,
        facility=facility,
        status=status,
        conflicts=conflicts,
        map_settings=map_settings(list_categories(db.session())),
    )


def _tombstone(code: str) -> str:
    session = db.session()
    return render_template(
        "facilities/gone.html",
        last=get_last_revision(session, code),
        changes=describe_changes(list_revisions(session, code)),
        form=RemovalForm(),
    )
