"""A small bookshop: browse, search, review, and buy."""

import os

from flask import Flask

from . import accounts, api, catalogue, cli, errors, hooks, templating
from .extensions import csrf, db, login_manager


def create_app(test_config=None):
    """Make the shop. ``test_config`` replaces the instance's own configuration."""
    app = Flask(__name__, instance_relative_config=True)
    app.config.from_mapping(
        SECRET_KEY="dev",
        SQLALCHEMY_DATABASE_URI="sqlite:///bookshop.sqlite",
        COVERS_FOLDER=os.path.join(app.instance_path, "covers"),
        MAX_CONTENT_LENGTH=512 * 1024,
        PASSWORD_METHOD="scrypt",
        BOOKS_PER_PAGE=5,
        SHOP_NAME="The Corner Bookshop",
    )
    if test_config is None:
        app.config.from_pyfile("config.py", silent=True)
    else:
        app.config.from_mapping(test_config)

    os.makedirs(app.config["COVERS_FOLDER"], exist_ok=True)

    # First, so that the clock also runs when CSRF protection refuses the request.
    hooks.init_app(app)

    db.init_app(app)
    login_manager.init_app(app)
    csrf.init_app(app)

    errors.init_app(app)
    templating.init_app(app)
    cli.init_app(app)
    api.init_app(app)
    app.register_blueprint(catalogue.bp)
    app.register_blueprint(accounts.bp)

    return app
