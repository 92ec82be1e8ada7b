"""Who may see a view."""

import functools

from flask import abort
from flask_login import current_user

from .extensions import login_manager


def admin_required(view):
    """Let admins in, send guests to the login page, refuse everybody else."""

    @functools.wraps(view)
    def wrapped_view(*args, **kwargs):
        if not current_user.is_authenticated:
            return login_manager.unauthorized()
        if not current_user.is_admin:
            abort(403)
        return view(*args, **kwargs)

    return wrapped_view
