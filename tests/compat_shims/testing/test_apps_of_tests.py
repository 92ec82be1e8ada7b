"""Apps that a migrated project's tests make with `flask.Flask` are served by Quart."""

import flask
import quart

from compat_shims.testing.counting import Served, requests


def test_an_app_of_a_test_takes_the_blueprints_of_the_project(installed):
    blueprint = quart.Blueprint("shop", __name__)

    @blueprint.get("/")
    async def index():
        await quart.flash("hello")
        return {"message": flask.get_flashed_messages()}

    app = flask.Flask(__name__)
    app.secret_key = "key"
    app.register_blueprint(blueprint, url_prefix="/shop")
    assert app.test_client().get("/shop/").json == {"message": ["hello"]}
    assert requests.take() == Served(by_quart=1)


def test_what_a_test_makes_is_of_both_frameworks_to_the_project(installed):
    app = flask.Flask(__name__)
    assert isinstance(app, quart.Quart)
    assert isinstance(app, flask.Flask)
    blueprint = flask.Blueprint("shop", __name__)
    assert isinstance(blueprint, quart.Blueprint)
    assert isinstance(blueprint, flask.Blueprint)
    blueprint.add_url_rule("/", view_func=lambda: "open")
    app.register_blueprint(blueprint)
    assert app.test_client().get("/").text == "open"
    assert requests.take() == Served(by_quart=1)


def test_a_subclass_in_a_test_may_do_more(installed):
    class Shop(flask.Flask):
        def __init__(self, name):
            super().__init__(name)
            self.open = True

    shop = Shop("test_shop")
    assert isinstance(shop, Shop)
    assert shop.open
    assert shop.test_client().get("/").status_code == 404
    assert requests.take() == Served(by_quart=1)


def test_an_app_of_the_project_is_not_touched(installed):
    module = {"__name__": "shop", "flask": flask}
    exec("app, blueprint = flask.Flask('shop'), flask.Blueprint('shop', 'shop')", module)
    assert type(module["app"]) is flask.Flask
    assert type(module["blueprint"]) is flask.Blueprint
