"""Tests get their clients by fixtures, classes and plugins."""

import pytest
from inferring import facts_of, kinds, members

APP = "from flask import Flask\ndef create_app():\n    return Flask(__name__)\n"
CONFTEST = """
    import pytest
    from app import create_app

    @pytest.fixture
    def app():
        yield create_app()

    @pytest.fixture
    def client(app):
        return app.test_client()
    """


def project(**tests):
    files = {"app.py": APP, "tests/conftest.py": CONFTEST}
    return files | {f"tests/{name}.py": code for name, code in tests.items()}


def test_a_fixture_from_conftest():
    assert kinds(project(test_x="def test_it(client):\n    client"), "client") == {"test client"}


def test_a_fixture_in_the_module_hides_that_of_conftest():
    code = """
        import pytest
        @pytest.fixture
        def client():
            return 1
        def test_it(client):
            client
        """
    assert kinds(project(test_x=code), "client") == set()


def test_the_nearest_conftest_wins():
    files = project() | {
        "tests/deep/conftest.py": "import pytest\n@pytest.fixture\ndef client():\n    return 1",
        "tests/deep/test_x.py": "def test_it(client):\n    client",
    }
    assert kinds(files, "client") == set()


def test_a_conftest_elsewhere_does_not_count_where_one_is_near():
    files = project(test_x="def test_it(client):\n    client.get('/')") | {
        "other/conftest.py": "import pytest\n@pytest.fixture\ndef client():\n    return 1",
    }
    assert "test client.get" in members(files)


@pytest.mark.parametrize(
    "fixture",
    [
        "@pytest.fixture\ndef c(client):\n    return client",
        "@pytest.fixture()\ndef c(client):\n    return client",
        "@pytest.fixture(scope='module')\ndef c(client):\n    yield client",
        "@pytest.fixture(name='c')\ndef other(client):\n    return client",
        "from pytest import fixture\n@fixture\ndef c(client):\n    return client",
        "@pytest.fixture\ndef c(client):\n    with client as x:\n        yield x",
        "@pytest.fixture\ndef c(request):\n    return request.getfixturevalue('client')",
        (
            "class Box:\n    def __init__(self, c):\n        self.c = c\n"
            "@pytest.fixture\ndef c(client):\n    return Box(client).c"
        ),
        (
            "@pytest.fixture\ndef c(app):\n    with app.test_request_context():\n"
            "        yield app.test_client()"
        ),
        (
            "@pytest.fixture\ndef make(app):\n    def inner():\n        return app.test_client()\n"
            "    return inner\n@pytest.fixture\ndef c(make):\n    return make()"
        ),
    ],
)
def test_fixtures_of_many_forms(fixture):
    code = f"import pytest\n{fixture}\ndef test_it(c):\n    c"
    assert kinds(project(test_x=code), "c") == {"test client"}


def test_a_parametrised_fixture():
    code = """
        import pytest
        from flask import Flask
        one = Flask("one")

        @pytest.fixture(params=[one])
        def an_app(request):
            return request.param

        def test_it(an_app):
            an_app
        """
    assert kinds({"tests/test_x.py": code}, "an_app") == {"app"}


def test_parameters_of_a_test():
    code = """
        import pytest
        from flask import Flask
        one = Flask("one")

        @pytest.mark.parametrize("number,app", [(1, one)])
        def test_it(number, app):
            app
        """
    assert kinds({"tests/test_x.py": code}, "app") == {"app"}


def test_a_method_of_a_test_class_gets_fixtures():
    code = "class TestIt:\n    def test_it(self, client):\n        client"
    assert kinds(project(test_x=code), "client") == {"test client"}


def test_a_fixture_sets_the_class_of_the_test():
    code = """
        import pytest

        @pytest.fixture
        def with_client(request, app):
            request.cls.client = app.test_client()

        @pytest.mark.usefixtures("with_client")
        class TestIt:
            def test_it(self):
                self.client
        """
    assert kinds(project(test_x=code), "self.client") == {"test client"}


def test_a_request_with_an_annotation():
    code = """
        import pytest

        @pytest.fixture
        def with_client(request: pytest.FixtureRequest, app):
            request.cls.client = app.test_client()

        @pytest.mark.usefixtures("with_client")
        class Base: ...

        class TestIt(Base):
            def test_it(self):
                self.client
        """
    assert kinds(project(test_x=code), "self.client") == {"test client"}


def test_an_autouse_fixture_of_a_class_sets_self():
    code = """
        import pytest
        class TestIt:
            @pytest.fixture(autouse=True)
            def setup(self, app):
                self.client = app.test_client()
            def test_it(self):
                self.client
        """
    assert kinds(project(test_x=code), "self.client") == {"test client"}


def test_setup_method_sets_self():
    code = """
        from app import create_app
        class TestIt:
            def setup_method(self):
                self.client = create_app().test_client()
            def test_it(self):
                self.client
        """
    assert kinds(project(test_x=code), "self.client") == {"test client"}


def test_unittest():
    code = """
        import unittest
        from app import create_app

        class Base(unittest.TestCase):
            def setUp(self):
                self.app = create_app().test_client()

        class Tests(Base):
            def test_it(self):
                self.app
        """
    assert kinds(project(test_x=code), "self.app") == {"test client"}


def test_unittest_on_the_class():
    code = """
        import unittest
        from app import create_app

        class Tests(unittest.TestCase):
            @classmethod
            def setUpClass(cls):
                cls.client = create_app().test_client()
            def test_it(self):
                self.client
        """
    assert kinds(project(test_x=code), "self.client") == {"test client"}


def test_flask_testing():
    code = """
        from flask_testing import TestCase
        from app import create_app

        class Tests(TestCase):
            def create_app(self):
                return create_app()
            def test_it(self):
                self.client.get("/").data
                self.app.config
        """
    found = members(project(test_x=code))
    assert {"test client.get", "test response.data", "app.config"} <= found


def test_the_client_of_pytest_flask():
    files = {
        "app.py": APP,
        "conftest.py": "import pytest\nfrom app import create_app\n"
        "@pytest.fixture\ndef app():\n    return create_app()\n",
        "test_x.py": "def test_it(client):\n    client.get('/').json",
    }
    assert {"test client.get", "test response.json"} <= members(files)


def test_a_parameter_named_client_elsewhere_is_nothing():
    assert kinds({"app.py": "def view(client):\n    client"}, "client") == set()


def test_client_class_of_pytest_flask():
    files = {
        "app.py": APP,
        "conftest.py": "import pytest\nfrom app import create_app\n"
        "@pytest.fixture\ndef app():\n    return create_app()\n",
        "test_x.py": "import pytest\n@pytest.mark.usefixtures('client_class')\n"
        "class TestIt:\n    def test_it(self):\n        self.client.get('/')",
    }
    assert "test client.get" in members(files)


def test_helpers_get_the_client_of_their_callers():
    code = "def login(c):\n    return c.post('/')\ndef test_it(client):\n    login(client).data"
    assert {"test client.post", "test response.data"} <= members(project(test_x=code))


def test_the_client_by_a_method_name():
    code = (
        "def test_it(client):\n    for m in ('get', 'post'):\n        getattr(client, m)('/').data"
    )
    assert "test response.data" in members(project(test_x=code))


def test_history_of_a_response():
    code = "def test_it(client):\n    x = client.get('/').history[0]\n    x"
    assert kinds(project(test_x=code), "x") == {"test response"}


def test_a_session_transaction():
    code = "def test_it(client):\n    with client.session_transaction() as s:\n        s"
    assert kinds(project(test_x=code), "s") == {"session"}


def test_tests_and_fixtures_have_the_role_of_tests():
    facts = facts_of(project(test_x="def test_it(client): pass"))
    roles = {
        function.name: {str(entry.role) for entry in entries}
        for function, entries in facts.entry_points.items()
    }
    assert all("test or fixture" in roles[name] for name in ("app", "client", "test_it"))
