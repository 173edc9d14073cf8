"""What people do, step by step; no redirect is followed, so that each answer can be looked at."""

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.markup import Document

PASSWORD = "correct horse battery"
NEW_PASSWORD = "staple of another kind"
HERE = "192.0.2.7"


def send_form(client: FlaskClient, path: str, address: str = HERE, **values: str) -> TestResponse:
    """Get a page and send its form with these values."""
    got = client.get(path)
    assert got.status_code == 200, got.status
    token = Document(got.get_data(as_text=True)).form().values()["csrf_token"]
    return client.post(path, data={"csrf_token": token, **values}, environ_overrides={"REMOTE_ADDR": address})


def sign_in(
    client: FlaskClient,
    username: str = "clerk",
    password: str = PASSWORD,
    *,
    path: str = "/sign-in",
    address: str = HERE,
) -> TestResponse:
    """Send the sign-in form."""
    return send_form(client, path, address, username=username, password=password)


def sign_out(client: FlaskClient) -> TestResponse:
    """Press the button in the header."""
    page = Document(client.get("/account/password").get_data(as_text=True))
    [form] = [form for form in page.forms() if form.action == "/sign-out"]
    return client.post("/sign-out", data=form.values())


def is_signed_in(client: FlaskClient) -> bool:
    """Tell whether a page for accounts opens."""
    response = client.get("/account/password")
    assert response.status_code in {200, 303}, response.status
    return response.status_code == 200


def change_password(
    client: FlaskClient,
    current: str,
    new: str,
    *,
    path: str = "/account/password",
    address: str = HERE,
) -> TestResponse:
    """Send the form of the new password."""
    values = {"current_password": current, "new_password": new, "repeated_password": new}
    return send_form(client, path, address, **values)
