"""Register, log in, log out, and look at oneself."""

from urllib.parse import urlsplit

from flask import (
    Blueprint,
    current_app,
    flash,
    redirect,
    render_template,
    request,
    session,
    url_for,
)
from flask_login import current_user, login_required, login_user, logout_user

from .extensions import db
from .forms import LoginForm, ProfileForm, RegisterForm
from .models import User, find_user

bp = Blueprint("accounts", __name__, url_prefix="/account")


@bp.route("/register", methods=("GET", "POST"))
def register():
    form = RegisterForm()
    if form.validate_on_submit():
        user = User(name=form.name.data, email=form.email.data)
        user.set_password(form.password.data)
        db.session.add(user)
        db.session.commit()
        flash(f"Welcome, {user.name}. You can log in now.", "success")
        return redirect(url_for(".login"))
    return render_template("accounts/register.html", form=form)


@bp.route("/login", methods=("GET", "POST"))
def login():
    if current_user.is_authenticated:
        return redirect(url_for(".profile"))
    form = LoginForm()
    if form.validate_on_submit():
        user = find_user(form.name.data)
        if user is not None and user.check_password(form.password.data):
            login_user(user, remember=form.remember.data)
            session["greeted"] = user.name
            current_app.logger.info("%s logged in.", user.name)
            return redirect(next_page())
        flash("Wrong name or password.", "error")
    return render_template("accounts/login.html", form=form)


@bp.post("/logout")
@login_required
def logout():
    logout_user()
    session.pop("greeted", None)
    flash("Good-bye.", "success")
    return redirect(url_for("catalogue.browse"))


@bp.route("/profile", methods=["GET", "POST"])
@login_required
def profile():
    form = ProfileForm(obj=current_user)
    if form.validate_on_submit():
        current_user.email = form.email.data
        if form.new_password.data:
            current_user.set_password(form.new_password.data)
        db.session.commit()
        flash("Your profile is saved.", "success")
        return redirect(url_for(".profile"))
    return render_template("accounts/profile.html", form=form, reviews=current_user.reviews)


def next_page():
    """Where the login page was asked to go on to, if that is on this site."""
    target = request.args.get("next", "")
    if urlsplit(target).netloc or not target.startswith("/"):
        return url_for("catalogue.browse")
    return target
