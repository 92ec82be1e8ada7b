"""The before and after of the README is what the migrator makes of it."""

import re
from pathlib import Path

from migrator.options import Options
from migrator.pipeline import plan_files
from migrator.source.files import read

README = Path(__file__).parents[2] / "README.md"
FENCE = r"<!-- {name}: flaskr/blog.py create -->\n```python\n(.*?)```"

DB = """\
import sqlite3

from flask import current_app, g


def get_db():
    if "db" not in g:
        g.db = sqlite3.connect(current_app.config["DATABASE"])
    return g.db
"""
AUTH = """\
import functools

from flask import g, redirect, url_for


def login_required(view):
    @functools.wraps(view)
    def wrapped_view(**kwargs):
        if g.user is None:
            return redirect(url_for("auth.login"))
        return view(**kwargs)

    return wrapped_view
"""


def fence(name):
    return re.search(FENCE.format(name=name), README.read_text(encoding="utf-8"), re.DOTALL)[1]


def test_the_readme_shows_what_the_migrator_writes(tmp_path):
    sources = {"__init__.py": "", "auth.py": AUTH, "db.py": DB, "blog.py": fence("before")}
    (tmp_path / "flaskr").mkdir()
    for name, text in sources.items():
        (tmp_path / "flaskr" / name).write_text(text, encoding="utf-8")
    files = [read(tmp_path, f"flaskr/{name}") for name in sources]
    planned = {plan.path: plan for plan in plan_files(str(tmp_path), files, Options()).files}
    assert planned["flaskr/blog.py"].after.decode() == fence("after")
