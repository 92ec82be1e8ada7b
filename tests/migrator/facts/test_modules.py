"""Values between modules: packages, re-exports, cycles, layouts, facades."""

import pytest
from inferring import facts_of, kinds, members, names

APP = "from flask import Flask\napp = Flask(__name__)\n"


@pytest.mark.parametrize(
    ("files", "last"),
    [
        ({"pkg/__init__.py": "", "pkg/core.py": APP, "use.py": "from pkg.core import app\napp"}, 0),
        ({"pkg/__init__.py": APP, "use.py": "import pkg\napp = pkg.app\napp"}, 0),
        ({"pkg/__init__.py": "from .core import app", "pkg/core.py": APP,
          "use.py": "from pkg import app\napp"}, 0),
        ({"pkg/__init__.py": "from .core import *", "pkg/core.py": APP,
          "use.py": "from pkg import app\napp"}, 0),
        ({"pkg/__init__.py": "from .core import *", "pkg/core.py": APP,
          "use.py": "import pkg\napp = pkg.app\napp"}, 0),
        ({"pkg/__init__.py": "from .core import *", "pkg/core.py": APP,
          "use.py": "from pkg import *\napp"}, 0),
        ({"pkg/__init__.py": "", "pkg/core.py": APP, "pkg/use.py": "from . import core\n"
          "app = core.app\napp"}, 0),
        ({"pkg/__init__.py": "", "pkg/core.py": APP, "pkg/use.py": "from .core import app as a\n"
          "app = a\napp"}, 0),
        ({"pkg/__init__.py": "", "pkg/a/__init__.py": "", "pkg/core.py": APP,
          "pkg/a/use.py": "from ..core import app\napp"}, 0),
        ({"src/pkg/__init__.py": "", "src/pkg/core.py": APP,
          "tests/test_it.py": "from pkg.core import app\napp"}, 0),
        ({"ns/core.py": APP, "ns/use.py": "from ns.core import app\napp"}, 0),
        ({"scripts/core.py": APP, "scripts/use.py": "from core import app\napp"}, 0),
        ({"backend/pkg/__init__.py": APP, "backend/tests/test_it.py": "from pkg import app\napp"},
         0),
        ({"core.py": APP, "use.py": "import core as c\napp = c.app\napp"}, 0),
        ({"core.py": APP, "use.py": "import importlib\nm = importlib.import_module('core')\n"
          "app = m.app\napp"}, 0),
        ({"a/core.py": APP, "use.py": "import importlib\nm = importlib.import_module('a.' + x)\n"
          "app = m.app\napp"}, 0),
        ({"core.py": "from flask import Flask\nimport use\napp = Flask(__name__)",
          "use.py": "import core\ndef f():\n    app = core.app\n    app"}, 0),
        ({"__init__.py": "", "core.py": APP, "use.py": "from mine.core import app\napp"}, 0),
        ({"core.py": "", "set.py": "import core\n" + APP + "core.app = app",
          "use.py": "import core\napp = core.app\napp"}, 0),
    ],
)  # fmt: skip
def test_an_app_from_another_module(files, last):
    facts = facts_of(files)
    import ast

    module = next(
        m for m in facts.program.modules.values() if m.file.path.endswith(("use.py", "test_it.py"))
    )
    uses = [n for n in ast.walk(module.tree) if isinstance(n, ast.Name) and n.id == "app"]
    assert {str(kind) for kind in facts.kinds_at.get(uses[-1], ())} == {"app"}


def test_a_facade_named_flask_inside_a_package_is_not_flask():
    files = {
        "pkg/__init__.py": "",
        "pkg/flask.py": "from flask import request, Flask\nname = 1",
        "pkg/use.py": "import flask\nflask.request",
    }
    assert names(files, "flask.request") == {"flask.request"}


def test_names_through_a_facade_named_flask():
    files = {
        "pkg/__init__.py": "",
        "pkg/flask.py": "from flask import request",
        "pkg/use.py": "from pkg.flask import request\nrequest.form",
    }
    assert members(files) == {"request.form"}


def test_a_star_import_does_not_hide_builtins():
    files = {"core.py": APP, "use.py": "from core import *\nopen('f')"}
    assert names(files, "open") == {"builtins.open"}


def test_star_imports_in_a_circle_end():
    files = {"a.py": "from b import *\nx", "b.py": "from a import *\ny"}
    assert names(files, "x") == set()


def test_two_apps_of_the_same_name():
    files = {
        "one/app.py": "from flask import Flask\napp = Flask(__name__)\n",
        "two/app.py": "app = dict()\n",
        "two/use.py": "from app import app\napp",
    }
    assert kinds(files, "app") == set()


def test_injected_globals():
    files = {
        "load.py": """
            from importlib.util import module_from_spec, spec_from_file_location
            from flask import Blueprint
            spec = spec_from_file_location("x", "pages/x.py")
            module = module_from_spec(spec)
            module.manager = Blueprint("x", __name__)
            """,
        "pages/x.py": """
            @manager.route("/")
            def page():
                return ""
            """,
    }
    assert "blueprint.route" in members(files)


def test_the_app_of_the_running_script():
    files = {
        "run.py": APP + "if __name__ == '__main__':\n    app.run()\n",
        "other.py": "app = 1\n",
        "views.py": "from __main__ import app\n@app.route('/')\ndef view(): ...\n",
    }
    assert "app.route" in members(files)


def test_a_script_without_a_main_guard_is_not_asked():
    files = {"run.py": APP, "views.py": "from __main__ import app\napp.config"}
    assert members(files) == set()


def test_an_unknown_name_is_nothing():
    assert names("manager.route", "manager") == set()
