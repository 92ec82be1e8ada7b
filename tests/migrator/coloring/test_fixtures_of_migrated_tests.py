"""Which fixtures a migrated test takes: the nearest of their name, as in pytest."""

from migrator.options import Options, TestMode
from migrator.pipeline import plan_files
from migrator.source.files import decode

APP = "from flask import Flask\n\napp = Flask(__name__)\n"
CLIENT = """\
import pytest

from app import app


@pytest.fixture{of_run}
def client():
    return app.test_client(){sent}
"""
TEST = "def test_page(client):\n    assert client.get('/').status_code == 404\n"
OF_THE_RUN = CLIENT.format(of_run="(scope='session')", sent=".get('/') and app.test_client()")
OF_A_TEST = CLIENT.format(of_run="", sent="")
DEEP = {"tests/deep/conftest.py", "tests/deep/test_a.py"}


def changed(files):
    sources = [decode(path, text.encode()) for path, text in {"app.py": APP, **files}.items()]
    report = plan_files("", sources, Options(tests=TestMode.MIGRATE))
    return {plan.path for plan in report.changed} - {"app.py"}


def test_a_test_under_a_fixture_that_stays_stays_too():
    assert changed({"tests/conftest.py": OF_THE_RUN, "tests/deep/test_a.py": TEST}) == set()


def test_a_nearer_fixture_of_the_name_lets_the_test_be_migrated():
    files = {
        "tests/conftest.py": OF_THE_RUN,
        "tests/deep/conftest.py": OF_A_TEST,
        "tests/deep/test_a.py": TEST,
    }
    assert changed(files) == DEEP


def test_a_nearer_automatic_fixture_replaces_the_outer_one_of_its_name():
    automatic = "(autouse=True, scope='session')"
    outer = CLIENT.format(of_run=automatic, sent=".get('/') and app.test_client()")
    files = {
        "tests/conftest.py": outer,
        "tests/deep/conftest.py": CLIENT.format(of_run="(autouse=True)", sent=""),
        "tests/deep/test_a.py": TEST,
    }
    assert changed(files) == DEEP
