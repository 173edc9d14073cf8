"""Who may call what: every route of the application, by every kind of visitor."""

from operator import itemgetter

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from tests.factories import store_facility
from tests.pages import PageClient
from webapp.accounts.rules import Rule, rule_of

Route = tuple[str, str, str, Rule]

# Every route there is: a new one fails here until somebody says who may call it.
ROUTES = {
    ("accounts.password", "/account/password", "GET POST", Rule.SIGNED_IN),
    ("accounts.sign_in", "/sign-in", "GET POST", Rule.PUBLIC),
    ("accounts.sign_out", "/sign-out", "POST", Rule.PUBLIC),
    ("facilities.create", "/facilities/new", "GET POST", Rule.SIGNED_IN_OR_KEEP_TYPED),
    ("facilities.delete", "/facilities/<code>/delete", "GET POST", Rule.SIGNED_IN),
    ("facilities.edit", "/facilities/<code>/edit", "GET POST", Rule.SIGNED_IN_OR_KEEP_TYPED),
    ("facilities.index", "/facilities", "GET", Rule.PUBLIC),
    ("facilities.restore", "/facilities/<code>/restore", "POST", Rule.SIGNED_IN),
    ("facilities.show", "/facilities/<code>", "GET", Rule.PUBLIC),
    ("health.live", "/healthz", "GET", Rule.PUBLIC),
    ("health.ready", "/readyz", "GET", Rule.PUBLIC),
    ("map.cluster", "/map/clusters/<level>/<x>/<y>.geojson", "GET", Rule.PUBLIC),
    ("map.features", "/map.geojson", "GET", Rule.PUBLIC),
    ("map.show", "/", "GET", Rule.PUBLIC),
    ("open_data.collection", "/facilities.geojson", "GET", Rule.PUBLIC),
    ("open_data.feature", "/facilities/<code>.geojson", "GET", Rule.PUBLIC),
    ("search.suggestions", "/search.json", "GET", Rule.PUBLIC),
    ("tiles.description", "/tiles.json", "GET", Rule.PUBLIC),
    ("tiles.tile", "/tiles/<z>/<x>/<y>.mvt", "GET", Rule.PUBLIC),
}


def test_the_routes_are_these_and_each_says_who_may_call_it(app: Flask) -> None:
    found = {
        (
            rule.endpoint,
            rule.rule,
            " ".join(sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})),
            rule_of(app, rule.endpoint),
        )
        for rule in app.url_map.iter_rules()
        if rule.endpoint != "static"
    }
    assert found == ROUTES


@pytest.mark.parametrize("route", sorted(ROUTES), ids=itemgetter(0))
def test_a_guest_gets_in_only_where_it_says_so(session: Session, client: FlaskClient, route: Route) -> None:
    _endpoint, path, methods, rule = route
    path = path.replace("<code>", store_facility(session).code)
    if "GET" in methods:
        response = client.get(path)
        let_in = response.status_code not in {303, 401}
        assert let_in == (rule is Rule.PUBLIC), response.status
    if "POST" in methods and rule is not Rule.PUBLIC:
        assert client.post(path).status_code in {400, 401}


@pytest.mark.parametrize("route", sorted(ROUTES), ids=itemgetter(0))
def test_nothing_is_changed_without_a_token(session: Session, clerk_page: PageClient, route: Route) -> None:
    _endpoint, path, methods, _rule = route
    if "POST" not in methods:
        return
    code = store_facility(session).code
    response = clerk_page.client.post(path.replace("<code>", code), data={"name": "Forged", "version": "1"})
    assert response.status_code == 400
    shown = clerk_page.get(f"/facilities/{code}")
    assert "Forged" not in shown.text()
    assert "version 1" in shown.text()


@pytest.mark.parametrize("route", sorted(ROUTES), ids=itemgetter(0))
def test_other_methods_are_refused(client: FlaskClient, session: Session, route: Route) -> None:
    _endpoint, path, _methods, _rule = route
    code = store_facility(session).code
    assert client.put(path.replace("<code>", code)).status_code in {400, 405}
