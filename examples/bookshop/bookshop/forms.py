"""The forms that people fill in."""

from flask_login import current_user
from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    EmailField,
    IntegerRangeField,
    PasswordField,
    StringField,
    TextAreaField,
    ValidationError,
)
from wtforms.validators import DataRequired, EqualTo, Length, NumberRange, Optional, Regexp

from .models import find_user

email_like = Regexp(r"[^@\s]+@[^@\s]+\.[^@\s]+$", message="This is no e-mail address.")


class RegisterForm(FlaskForm):
    name = StringField("Name", [DataRequired(), Length(max=40)])
    email = EmailField("E-mail", [DataRequired(), email_like])
    password = PasswordField("Password", [DataRequired(), Length(min=8)])
    repeat = PasswordField("Repeat", [EqualTo("password", message="The passwords differ.")])

    def validate_name(self, field):
        if find_user(field.data) is not None:
            raise ValidationError(f"{field.data} is taken already.")


class LoginForm(FlaskForm):
    name = StringField("Name", [DataRequired()])
    password = PasswordField("Password", [DataRequired()])
    remember = BooleanField("Stay logged in")


class ProfileForm(FlaskForm):
    email = EmailField("E-mail", [DataRequired(), email_like])
    old_password = PasswordField("Old password", [Optional()])
    new_password = PasswordField("New password", [Optional(), Length(min=8)])

    def validate_old_password(self, field):
        if not current_user.check_password(field.data):
            raise ValidationError("This is not your password.")


class ReviewForm(FlaskForm):
    stars = IntegerRangeField("Stars", [NumberRange(min=1, max=5)], default=5)
    body = TextAreaField("What do you think?", [Length(max=500)])
