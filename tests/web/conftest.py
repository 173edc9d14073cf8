"""People at their browsers."""

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from tests.pages import PageClient
from tests.web.accounts.steps import PASSWORD, sign_in
from webapp.accounts.commands import add_account


@pytest.fixture
def clerk_page(session: Session, client: FlaskClient, page: PageClient) -> PageClient:
    """The pages as a signed-in clerk sees them; the same client, so its cookies too."""
    add_account(session, "clerk", password=PASSWORD)
    session.commit()
    assert sign_in(client).status_code == 303
    return page
