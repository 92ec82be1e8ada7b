"""Which things of libraries make apps of Flask, by what a program does with them."""

import pytest
from inferring import facts_of

from migrator.facts.library_apps import blueprint_takers, library_apps

BLUEPRINT = """
from flask import Blueprint, Flask
from lib import Base, maker, server

pages = Blueprint("pages", __name__)
"""


@pytest.mark.parametrize(
    ("code", "made"),
    [
        ("Base(__name__).register_blueprint(pages)", {"lib.Base"}),
        ("maker().register_blueprint(blueprint=pages)", {"lib.maker"}),
        ("Base(__name__).wsgi_app", {"lib.Base"}),
        ("Base().wsgi_app", set()),
        ("maker(__name__).wsgi_app", set()),
        ("Base(__name__).register_blueprint(Base())", set()),
        ("Base(Flask(__name__)).register_blueprint(pages)", set()),
        ("it = Base()\nit.init_app(Flask(__name__))\nit.register_blueprint(pages)", set()),
        ("Flask(__name__).register_blueprint(pages)", set()),
    ],
)
def test_what_makes_an_app(code, made):
    assert library_apps(facts_of(BLUEPRINT + code)) == made


def test_an_app_that_the_library_holds_is_not_made():
    facts = facts_of(f"{BLUEPRINT}server.app.register_blueprint(pages)")
    assert blueprint_takers(facts) == {"lib.server.app"}
    assert library_apps(facts) == set()
