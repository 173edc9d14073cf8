"""The tables of accounts and of failed sign-ins."""

import secrets
from datetime import datetime

from flask_login import UserMixin
from sqlalchemy import CheckConstraint, Index, String, false, func, text, true
from sqlalchemy.dialects.postgresql import TIMESTAMP
from sqlalchemy.orm import Mapped, mapped_column

from webapp.extensions import Model


def new_session_stamp() -> str:
    """Return a fresh stamp; every session that carries an older one is over."""
    return secrets.token_hex(16)


class Account(UserMixin, Model):
    """A person who may sign in."""

    __tablename__ = "accounts"
    __table_args__ = (
        Index("uq_accounts_username_folded", func.lower(text("username")), unique=True),
        CheckConstraint("username ~ '^[A-Za-z0-9][A-Za-z0-9._@+-]{1,79}$'", name="username_form"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    username: Mapped[str] = mapped_column(String(80))
    password_hash: Mapped[str] = mapped_column(String(200))
    password_is_one_time: Mapped[bool] = mapped_column(server_default=false(), default=False)
    enabled: Mapped[bool] = mapped_column(server_default=true(), default=True)
    session_stamp: Mapped[str] = mapped_column(String(32), default=new_session_stamp)
    created_at: Mapped[datetime] = mapped_column(TIMESTAMP(timezone=True), server_default=func.now())
    signed_in_at: Mapped[datetime | None] = mapped_column(TIMESTAMP(timezone=True))

    @property
    def is_active(self) -> bool:
        """Tell Flask-Login whether the account may be used."""
        return self.enabled

    def get_id(self) -> str:
        """Return what the session cookie carries: the key and the stamp that can be revoked."""
        return f"{self.id}:{self.session_stamp}"


class SignInFailures(Model):
    """How often sign-in failed lately for one address or one account, shared by all workers."""

    __tablename__ = "sign_in_failures"

    subject: Mapped[str] = mapped_column(String(128), primary_key=True)
    count: Mapped[int]
    window_began_at: Mapped[datetime] = mapped_column(
        TIMESTAMP(timezone=True), server_default=func.now(), index=True
    )
