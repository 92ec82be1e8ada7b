"""An app and its companion are two faces of one thing."""

from typing import ClassVar

import flask
import pytest
import quart
from quart import Quart

from compat_shims import flask_app


def test_the_companion_is_a_genuine_flask_app(app, companion):
    assert isinstance(companion, flask.Flask)
    assert companion.quart is app
    assert isinstance(app, Quart)


def test_there_is_one_companion(app, companion):
    assert flask_app(app) is companion
    assert flask_app(companion) is companion


def test_what_stands_for_the_app_has_its_companion(app, companion):
    with companion.app_context():
        assert flask_app(flask.current_app) is companion
        assert flask_app(quart.current_app) is companion
    assert flask_app(companion) is companion


def test_a_subclass_of_quart_gets_one():
    class Shop(Quart):
        pass

    app = Shop("x")
    companion = flask_app(app)
    assert isinstance(app, Shop)
    assert type(app).__name__ == "Shop"
    assert companion.name == "x"


class Shop(Quart):
    jinja_options: ClassVar = {"trim_blocks": True}
    currency = "EUR"

    @property
    def owner(self):
        return self.config["OWNER"]

    def prices(self):
        return f"in {self.currency}"

    def select_jinja_autoescape(self, filename):
        return False

    def create_jinja_environment(self):
        environment = super().create_jinja_environment()
        environment.filters["price"] = "{:.2f}".format
        environment.globals["shop"] = self.name
        return environment


def test_what_a_subclass_of_quart_defines_is_on_its_companion():
    app = Shop("x")
    app.config["OWNER"] = "ann"
    companion = flask_app(app)
    assert companion.prices() == "in EUR"
    assert companion.owner == "ann"
    app.currency = "CHF"
    assert companion.currency == "CHF"
    assert companion.prices() == "in CHF"


def test_a_subclass_of_quart_decides_about_its_templates():
    app = Shop("x")
    companion = flask_app(app)
    assert app.jinja_env is companion.jinja_env
    template = app.jinja_env.from_string(
        "{{ 1|price }} {{ shop }} {{ '<' }}{% if 1 %}\n{% endif %}"
    )
    with companion.app_context():
        assert template.render() == "1.00 x <"


@pytest.mark.parametrize(
    "name",
    [
        "after_request_funcs",
        "before_request_funcs",
        "blueprints",
        "cli",
        "config",
        "error_handler_spec",
        "extensions",
        "jinja_env",
        "jinja_options",
        "logger",
        "shell_context_processors",
        "teardown_appcontext_funcs",
        "teardown_request_funcs",
        "template_context_processors",
        "url_build_error_handlers",
        "url_default_functions",
        "url_map",
        "url_value_preprocessors",
        "view_functions",
    ],
)
def test_they_share_by_reference(app, companion, name):
    assert getattr(companion, name) is getattr(app, name)


def test_attributes_set_on_one_are_seen_on_the_other(app, companion):
    companion.login_manager = object()
    app.scheduler = object()
    assert app.login_manager is companion.login_manager
    assert companion.scheduler is app.scheduler
    companion.secret_key = "other"
    assert app.config["SECRET_KEY"] == "other"


def test_classes_of_requests_and_responses_are_not_shared(app, companion):
    companion.request_class = type("FlaskRequest", (flask.Request,), {})
    companion.response_class = type("FlaskResponse", (flask.Response,), {})
    assert issubclass(app.request_class, quart.Request)
    assert issubclass(app.response_class, quart.Response)
    app.request_class = type("QuartRequest", (quart.Request,), {})
    assert companion.request_class.__name__ == "FlaskRequest"
    assert app.request_class.__name__ == "QuartRequest"


def test_they_are_one_key_of_a_dictionary(app, companion):
    assert app == companion
    assert companion == app
    assert {app: 1}[companion] == 1
    assert companion != flask.Flask("other")


def test_what_only_flask_has_is_answered_by_the_companion(app, companion):
    assert app.ensure_sync.__self__ is companion
    with pytest.raises(AttributeError, match="has no attribute 'nonsense'"):
        app.nonsense  # noqa: B018  reading it is the test


def test_the_json_provider_makes_responses_of_each_framework(app, companion):
    app.json.sort_keys = False
    assert companion.json.sort_keys is False
    companion.json.compact = True
    assert app.json.compact is True
    with companion.app_context():
        assert isinstance(flask.jsonify(b=1, a=2), flask.Response)
        assert flask.jsonify(b=1, a=2).get_data() == b'{"b":1,"a":2}\n'


def test_another_json_provider_of_the_app_is_used(app, companion):
    class Provider(flask.json.provider.DefaultJSONProvider):
        def dumps(self, obj, **kwargs):
            return "custom"

    app.json = Provider(app)
    with companion.app_context():
        assert flask.jsonify(1).get_data() == b"custom\n"
    assert isinstance(companion.json, Provider)


def test_reading_hook_tables_creates_no_keys(app):
    """Extensions walk these defaultdicts, and trip over empty entries."""
    app.bridge.side_of(None)
    with app.app_context():
        pass
    assert list(app.before_request_funcs) == []
    assert list(app.after_request_funcs) == []


def test_what_was_registered_before_the_companion_stays():
    app = Quart("x")
    app.jinja_env.trim_blocks = True

    @app.template_filter("shout")
    def shout(text):
        return text.upper()

    companion = flask_app(app)
    assert companion.jinja_env.filters["shout"] is shout
    assert companion.jinja_env.trim_blocks is True
    with companion.app_context():
        assert flask.render_template_string("{{ 'a'|shout }}") == "A"


def test_a_blueprint_of_flask_is_registered_on_the_companion(app, companion):
    blueprint = flask.Blueprint("old", __name__, url_prefix="/old")
    blueprint.add_url_rule("/", "index", lambda: "x")
    companion.register_blueprint(blueprint)
    assert app.blueprints["old"] is blueprint
    assert "old.index" in app.view_functions
