"""The forms of signing in and of choosing a password."""

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import Field, PasswordField, StringField
from wtforms.validators import DataRequired, EqualTo, InputRequired, Length, ValidationError

from webapp.accounts.passwords import LONGEST, SHORTEST, check_new_password
from webapp.accounts.sessions import current_account
from webapp.errors import InvalidValueError
from webapp.languages import translate

USERNAME_LENGTH = 80


def _trimmed(value: str | None) -> str:
    return (value or "").strip()


class SignInForm(FlaskForm):
    """A name and a password."""

    username = StringField(
        _l("Username"),
        filters=[_trimmed],
        validators=[
            DataRequired(_l("Enter your username.")),
            Length(max=USERNAME_LENGTH, message=_l("A username has at most %(max)d characters.")),
        ],
        render_kw={
            "autocomplete": "username",
            "autocapitalize": "none",
            "spellcheck": "false",
            "maxlength": USERNAME_LENGTH,
        },
    )
    password = PasswordField(
        _l("Password"),
        validators=[
            InputRequired(_l("Enter your password.")),
            Length(max=LONGEST, message=_l("A password has at most %(max)d characters.")),
        ],
        render_kw={"autocomplete": "current-password"},
    )


class PasswordForm(FlaskForm):
    """The current password, and twice the new one."""

    current_password = PasswordField(
        _l("Current password"),
        validators=[
            InputRequired(_l("Enter your current password.")),
            Length(max=LONGEST, message=_l("A password has at most %(max)d characters.")),
        ],
        render_kw={"autocomplete": "current-password"},
    )
    new_password = PasswordField(
        _l("New password"),
        description=_l("12 to 128 characters. A few random words are easy to remember and hard to guess."),
        validators=[InputRequired(_l("Enter a new password."))],
        render_kw={"autocomplete": "new-password", "minlength": SHORTEST, "maxlength": LONGEST},
    )
    repeated_password = PasswordField(
        _l("New password again"),
        validators=[
            InputRequired(_l("Enter the new password again.")),
            EqualTo("new_password", _l("This differs from the new password.")),
        ],
        render_kw={"autocomplete": "new-password"},
    )

    def validate_new_password(self, field: Field) -> None:
        """Apply the rules of passwords before the current one is compared, which counts as an attempt."""
        try:
            check_new_password(
                "new_password",
                field.data,
                username=current_account().username,
                current_password=self.current_password.data,
            )
        except InvalidValueError as error:
            raise ValidationError(translate(error.message)) from error
