"""``--tests migrate``: migrated tests of whole projects, run by plain pytest and unittest."""

import os
import re
import subprocess
import sys
import textwrap

import pytest

from migrator import Options, migrate
from migrator.options import TestMode

OPTIONS = Options(tests=TestMode.MIGRATE)
SETTINGS = (
    '[project]\ndependencies = ["flask"]\n\n[project.optional-dependencies]\ntest = ["pytest"]\n'
)

PLAIN = """
    from flask import Flask, jsonify, render_template_string, request, session

    app = Flask(__name__)
    app.config.update(SECRET_KEY="test", TESTING=True)


    @app.route("/", methods=["GET", "POST"])
    def index():
        return render_template_string("Hello, {{ name }}", name=request.form.get("name", "you"))


    @app.post("/login")
    def login():
        session["name"] = request.form["name"]
        return jsonify(name=session["name"])


    @app.get("/me")
    def me():
        return jsonify(name=session.get("name"))


    @app.get("/broken")
    def broken():
        raise LookupError("this one")
"""
COMPANION = """
    import io

    from flask import Flask, g, redirect, render_template_string, request, session
    from flask_login import LoginManager, UserMixin, current_user, login_user

    app = Flask(__name__)
    app.config.update(SECRET_KEY="test", TESTING=True)
    login = LoginManager(app)


    class User(UserMixin):
        id = "ann"


    @login.user_loader
    def load(name):
        return User()


    @app.before_request
    def start():
        g.path = request.path


    @app.post("/login")
    def log_in():
        login_user(User())
        session["name"] = request.form["name"]
        return redirect("/")


    @app.get("/")
    def index():
        return render_template_string("Hello, {{ current_user.id }}")


    @app.post("/upload")
    def upload():
        return {"name": request.files["file"].filename, "size": len(request.files["file"].read())}
"""
CONFTEST = """
    import pytest

    from app import app


    @pytest.fixture
    def client():
        return app.test_client()


    class Actions:
        def __init__(self, client):
            self._client = client

        def login(self, name="ann", **kwargs):
            return self._client.post("/login", data={"name": name}, **kwargs)


    @pytest.fixture
    def actions(client):
        return Actions(client)
"""


@pytest.fixture
def project(tmp_path):
    def write(**files):
        (tmp_path / "pyproject.toml").write_text(SETTINGS)
        for name, text in files.items():
            (tmp_path / f"{name}.py").write_text(textwrap.dedent(text).lstrip())
        return tmp_path

    return write


def run(folder, *command):
    """Run the tests by *command*, in a process without this run's plugins and settings."""
    known = ("PYTEST_", "COV_", "COMPAT_SHIMS")
    variables = {name: it for name, it in os.environ.items() if not name.startswith(known)}
    return subprocess.run(
        [sys.executable, "-W", "error::RuntimeWarning", "-m", *(command or ("pytest", "-q"))],
        cwd=folder,
        env=variables,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def passed(done):
    assert done.returncode == 0, done.stdout + done.stderr
    return int(re.search(r"(\d+) passed", done.stdout)[1])


def migrated(folder):
    report = migrate(folder, OPTIONS)
    assert not migrate(folder, OPTIONS).changed
    assert not migrate(folder).changed, "a later run that keeps tests must leave these alone"
    return report


def text(folder, name):
    return (folder / name).read_text()


TESTS_OF_PLAIN = """
    import pytest
    from flask import current_app, render_template_string, session

    from app import app


    def test_text(client):
        assert "Hello, you" in client.get("/").text
        assert client.post("/", data=dict(name="bob")).data == b"Hello, bob"


    def test_login(client, actions):
        assert actions.login("bob").get_json() == {"name": "bob"}
        assert client.get("/me").json["name"] == "bob"


    def test_session(client):
        with client.session_transaction() as stored:
            stored["name"] = "eve"
        with client:
            client.get("/me")
            assert session["name"] == "eve"


    def test_names_in_a_comprehension(client, actions):
        assert [client.get("/me").json["name"] for _ in range(2)] == [None, None]
        assert any(actions.login(name).json["name"] == "b" for name in ("a", "b"))


    @pytest.mark.parametrize("method", ["get", "post"])
    def test_a_method_by_its_name(client, method):
        send = getattr(client, method)
        assert send("/").text == "Hello, you"
        assert getattr(client, method)("/").status_code == 200


    def test_contexts():
        with app.app_context():
            assert current_app.name == "app"
        with app.test_request_context("/"):
            assert render_template_string("{{ 1 + 1 }}") == "2"


    @pytest.mark.parametrize("path", ["/", "/me"])
    def test_a_response_that_is_closed(client, path):
        with client.get(path) as response:
            assert response.status_code == 200
"""


def test_an_app_that_is_plain_quart_needs_no_shim_for_its_tests(project):
    folder = project(app=PLAIN, conftest=CONFTEST, test_app=TESTS_OF_PLAIN)
    before = passed(run(folder))
    report = migrated(folder)
    assert report.exit_status == 0
    assert passed(run(folder)) == before == 9
    for name in ("app.py", "conftest.py", "test_app.py", "pyproject.toml"):
        assert "compat_shims" not in text(folder, name)
        assert "flask-to-quart" not in text(folder, name)
    assert "from flask" not in text(folder, "test_app.py")
    assert 'test = ["pytest", "pytest-asyncio>=0.25"]' in text(folder, "pyproject.toml")
    assert 'asyncio_mode = "auto"' in text(folder, "pyproject.toml")
    assert "quart_served" not in text(folder, "pyproject.toml")


TESTS_OF_COMPANION = """
    import io

    from flask import g, session, url_for
    from flask_login import current_user

    from app import app


    def test_login(client, actions):
        response = actions.login(follow_redirects=True)
        assert response.request.path == "/"
        assert [it.status_code for it in response.history] == [302]
        assert response.text == "Hello, ann"


    def test_contexts_of_the_last_request(client, actions):
        with client:
            actions.login("eve")
            assert session["name"] == "eve"
            assert current_user.id == "ann"
            assert g.path == "/login"


    def test_upload(client):
        data = {"file": (io.BytesIO(b"12345"), "a.txt")}
        response = client.post("/upload", data=data, content_type="multipart/form-data")
        assert response.get_json() == {"name": "a.txt", "size": 5}


    def test_urls():
        with app.test_request_context("/?page=2", base_url="https://a.example"):
            assert url_for("index", _external=True) == "https://a.example/"
"""
CASES = """
    import unittest

    from flask import current_app

    from app import app


    class AppTest(unittest.TestCase):
        def setUp(self):
            self.context = app.app_context()
            self.context.push()
            self.client = app.test_client()

        def tearDown(self):
            self.context.pop()

        def login(self):
            return self.client.post("/login", data={"name": "ann"}, follow_redirects=True)

        def test_login(self):
            self.assertIn("Hello, ann", self.login().get_data(as_text=True))

        def test_context(self):
            self.assertEqual(current_app.name, "app")


    if __name__ == "__main__":
        unittest.main()
"""


def test_an_app_with_a_companion_keeps_the_arguments_and_names_of_its_tests(project):
    folder = project(app=COMPANION, conftest=CONFTEST, test_app=TESTS_OF_COMPANION, test_case=CASES)
    before = passed(run(folder))
    assert migrated(folder).exit_status == 0
    assert "quart_served" not in text(folder, "pyproject.toml")
    assert passed(run(folder)) == before == 6
    assert "unittest.IsolatedAsyncioTestCase" in text(folder, "test_case.py")
    done = run(folder, "unittest", "test_case")
    assert (done.returncode, "Ran 2 tests" in done.stderr) == (0, True), done.stderr


BASE = """
    import unittest

    from app import app


    class Base(unittest.TestCase):
        def setUp(self):
            self.client = app.test_client()
"""
DERIVED = """
    from base_test import Base


    class Middle(Base):
        pass


    class PageTest(Middle):
        def test_page(self):
            self.assertEqual(self.client.get("/").status_code, 200)
"""


@pytest.mark.parametrize("app", [PLAIN, COMPANION])
def test_the_base_of_test_cases_in_another_module_is_changed_with_them(project, app):
    folder = project(app=app, base_test=BASE, test_pages=DERIVED)
    assert migrated(folder).exit_status == 0
    assert "class Base(unittest.IsolatedAsyncioTestCase):" in text(folder, "base_test.py")
    assert passed(run(folder)) == 1


def test_test_cases_stay_with_their_base(project):
    base = BASE + "\n    def setUpClass(cls):\n        app.test_client().get('/')\n"
    folder = project(app=COMPANION, base_test=base, test_pages=DERIVED)
    stay = {finding.message.split("`")[1] for finding in migrated(folder).findings}
    assert stay == {"base_test.py", "test_pages.py"}
    assert text(folder, "test_pages.py") == textwrap.dedent(DERIVED).lstrip()


KEPT = """
    from app import app


    def test_wsgi(client):
        assert app.wsgi_app is not None
        assert client.get("/").status_code == 200
"""


def test_tests_that_stay_and_tests_that_are_migrated_run_together(project):
    folder = project(app=COMPANION, conftest=CONFTEST, test_app=TESTS_OF_COMPANION, test_wsgi=KEPT)
    before = passed(run(folder))
    report = migrated(folder)
    assert report.exit_status == 1
    (finding,) = report.findings
    assert (finding.rule, finding.location.path) == ("tests-that-stay", "test_wsgi.py")
    assert text(folder, "test_wsgi.py") == textwrap.dedent(KEPT).lstrip()
    assert "quart_served = true" in text(folder, "pyproject.toml")
    assert "async def client():" in text(folder, "conftest.py")
    assert passed(run(folder)) == before == 5


HELPERS = """
    def page(client):
        return client.get("/").text
"""
SHARING = """
    from app import app
    from helpers_test import page


    def test_{name}(client):
        {more}
        assert "Hello" in page(client)
"""


def test_what_shares_a_helper_stays_together(project):
    folder = project(
        app=COMPANION,
        conftest=CONFTEST,
        helpers_test=HELPERS,
        test_one=SHARING.format(name="one", more="assert app.wsgi_app"),
        test_two=SHARING.format(name="two", more="assert app.name"),
        test_app=TESTS_OF_COMPANION,
    )
    report = migrated(folder)
    stay = {finding.message.split("`")[1] for finding in report.findings}
    assert stay == {"helpers_test.py", "test_one.py", "test_two.py"}
    assert passed(run(folder)) == 6


@pytest.mark.parametrize(
    ("test", "reason"),
    [
        ("x = list(map(client.get, ['/']))", "`get()` of a test client is passed on"),
        ("x = (lambda: client.get('/'))()", "lambda"),
        ("client.get('https://a.example/')", "takes a path, and no URL"),
        ("client.get('/', base_url='https://a.example')", "no argument `base_url`"),
        ("client.post('/', data=unknown())", "whether `data` is a form or a body"),
        ("client.post('/', data={'a': ['b', 'c']})", "whether `data` is a form or a body"),
        ("client.get('/', query_string='a=1')", "`query_string` as a dict only"),
        ("client.set_cookie('a', 'b')", "another `set_cookie`"),
        ("assert client.get('/').history == ()", "has no `history`"),
        ("assert client.get('/').get_json(silent=True)", "reads `silent` the wrong way round"),
        ("from app import app; app.preprocess_request()", "`app.preprocess_request` is Flask's"),
        ("other().get('/')", "may be a test client: that is not known"),
        ("with pytest.raises(LookupError): client.get('/broken')", "does not reach the test"),
        ("from app import app; app({}, print)", "the app is called as WSGI"),
        ("code = 'app.test_client().get(1)'", "a program in a string"),
    ],
)
def test_what_quarts_client_cannot_do_keeps_the_module(project, test, reason):
    folder = project(
        app=PLAIN,
        conftest=CONFTEST,
        test_app=f"import pytest\n\n\ndef test_it(client):\n    {test}\n",
    )
    report = migrated(folder)
    (finding,) = (it for it in report.findings if "test_app.py" in it.message)
    assert reason in finding.why
    assert f"def test_it(client):\n    {test}\n" in text(folder, "test_app.py")


@pytest.mark.parametrize(
    ("fixture", "reason"),
    [
        ("@pytest.fixture(scope='module')", "for more than one test"),
        ("@contextlib.contextmanager", "context manager"),
    ],
)
def test_what_pytest_cannot_run_async_keeps_the_module(project, fixture, reason):
    tests = f"""
        import contextlib
        import pytest
        from app import app


        {fixture}
        def page():
            yield app.test_client().get("/")


        def test_page():
            assert page
    """
    folder = project(app=PLAIN, test_app=tests)
    report = migrated(folder)
    (finding,) = report.findings
    assert reason in finding.why
    assert text(folder, "test_app.py") == textwrap.dedent(tests).lstrip()


def test_a_database_in_memory_keeps_the_tests_with_their_thread(project):
    tests = """
        from app import app


        def test_page():
            app.config["DATABASE"] = ":memory:"
            assert app.test_client().get("/").status_code == 200
    """
    folder = project(app=PLAIN, test_app=tests)
    (finding,) = migrated(folder).findings
    assert "belongs to the thread of the test" in finding.why


def test_a_comment_keeps_a_test_module(project):
    tests = """
        from app import app


        def test_page():
            client = app.test_client()
            assert client.get("/").status_code == 200  # migrator: keep[await-test-client]
    """
    folder = project(app=PLAIN, test_app=tests)
    assert migrated(folder).findings
    assert text(folder, "test_app.py") == textwrap.dedent(tests).lstrip()
    assert passed(run(folder)) == 1
