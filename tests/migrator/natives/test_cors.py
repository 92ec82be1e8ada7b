"""quart-cors in the place of Flask-CORS: what a browser is told stays."""

import pytest
from flask import Flask
from serving import imported, messages, migrated

pytest.importorskip("flask_cors")

APP = """
    from flask import Flask, jsonify
    from flask_cors import CORS

    app = Flask(__name__)
    CORS(app{options})


    @app.route("/", methods=["GET", "PUT"])
    def index():
        return jsonify(ok=True)


    @app.route("/broken")
    def broken():
        raise LookupError
"""
OPTIONS = [
    "",
    ", origins='*', max_age=60, expose_headers=['X-Count']",
    ", origins=['https://shop.example', 'http://localhost:8080'], supports_credentials=True",
    ", origins='https://shop.example', methods=['GET', 'PUT'], allow_headers=['X-Token']",
]
REQUESTS = [
    ("GET", "/", {}),
    ("PUT", "/", {}),
    ("GET", "/missing", {}),
    ("GET", "/broken", {}),
    ("OPTIONS", "/", {"Access-Control-Request-Method": "PUT"}),
    (
        "OPTIONS",
        "/",
        {
            "Access-Control-Request-Method": "PUT",
            "Access-Control-Request-Headers": "x-token, content-type",
        },
    ),
]


def allowed(origin, headers):
    """What the headers mean to a browser: https://fetch.spec.whatwg.org/#cors-protocol."""
    found = {name.lower(): value for name, value in headers if "control" in name.lower()}
    answer = found.pop("access-control-allow-origin", "")
    lists = {
        name: {it.strip().lower() for it in value.split(",")} - {"", '""'}  # Both mean none.
        for name, value in found.items()
    }
    return answer in ("*", origin), {name: value for name, value in lists.items() if value}


@pytest.mark.asyncio
@pytest.mark.parametrize("options", OPTIONS)
@pytest.mark.parametrize("origin", ["https://shop.example", "https://other.example"])
async def test_a_browser_is_told_the_same(tmp_path, options, origin):
    source = APP.replace("{options}", options)
    (tmp_path / "before").mkdir()
    migrated(tmp_path, source, "flask-cors=quart-cors")
    module = imported(tmp_path / "app.py")
    flask = flask_app(tmp_path / "before" / "app.py", source)
    for method, path, more in REQUESTS:
        headers = {**more, "Origin": origin}
        expected = flask.test_client().open(path, method=method, headers=headers)
        answer = await module.app.test_client().open(path, method=method, headers=headers)
        assert answer.status_code == expected.status_code
        told = allowed(origin, answer.headers.items())
        assert told == allowed(origin, expected.headers.items()), (method, path)


def flask_app(path, source):
    import textwrap

    path.write_text(textwrap.dedent(source))
    app = imported(path).app
    assert isinstance(app, Flask)
    return app


def test_the_app_is_plain_quart_then_and_the_package_is_required(tmp_path):
    requirements = "flask\nflask-cors\n"
    source = APP.replace("{options}", "")
    _, report = migrated(tmp_path, source, "flask-cors=quart-cors", requirements__txt=requirements)
    assert messages(report) == []
    assert "compat_shims" not in (tmp_path / "app.py").read_text()
    assert "quart-cors>=0.8\n" in (tmp_path / "requirements.txt").read_text()


@pytest.mark.parametrize(
    ("options", "more", "words"),
    [
        (", resources='/api/*'", "", "no `resources`"),
        (", **OPTIONS", "OPTIONS = {}", "no `**`"),
        (", supports_credentials=True", "", "all with credentials"),
        (", origins=r'https://.*\\.example'", "", "plain addresses"),
        (", origins=ORIGINS", "ORIGINS = []", "plain addresses"),
        (", allow_headers=['X-.*']", "", "plain words"),
        ("", "app.config['CORS_MAX_AGE'] = 5", "settings of Flask-CORS"),
        ("", "def cors():\n        pass", "another `cors`"),
        ("", "from flask_cors import cross_origin\n    cross_origin()", "`cross_origin` is used"),
    ],
)
def test_what_quart_cors_would_answer_otherwise_stays(tmp_path, options, more, words):
    source = APP.replace("{options}", options).replace("CORS(app", f"{more}\n    CORS(app")
    _, report = migrated(tmp_path, source, "flask-cors=quart-cors", imports=False)
    assert [words in message for message in messages(report)] == [True]
    assert "CORS(flask_app(app)" in (tmp_path / "app.py").read_text()


def test_tests_that_look_at_the_headers_keep_flask_cors(tmp_path):
    test = "import app\nassert 'Access-Control-Allow-Origin'\n"
    source = APP.replace("{options}", "")
    migrated(tmp_path, source, "flask-cors=quart-cors", test_app__py=test)
    assert "quart_cors" not in (tmp_path / "app.py").read_text()
