"""The migrator finishes on any Python, and what it writes is Python."""

import sysconfig
from pathlib import Path

import hypothesmith
import pytest
from hypothesis import HealthCheck, example, given, settings

from migrator import plan
from migrator.options import Options
from migrator.pipeline import plan_files
from migrator.source.files import decode, discover

SITE_PACKAGES = Path(sysconfig.get_path("purelib"))
APP = "from flask import Flask, render_template, request\n\napp = Flask(__name__)\n"


@given(code=hypothesmith.from_node())
@example(code="lambda: (yield)\n")
@settings(suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much])
def test_any_code_beside_an_app_stays_as_it_is(code):
    app, other = decode("pkg/app.py", APP.encode()), decode("pkg/other.py", code.encode())
    report = plan_files("", [app, other], Options())
    changed = {file.path: file.after for file in report.changed}
    assert "pkg/app.py" in changed
    assert "pkg/other.py" not in changed
    compile(changed["pkg/app.py"], "app.py", "exec")


@pytest.mark.parametrize("package", ["flask_login", "flask_sqlalchemy", "flask_wtf", "flask"])
def test_flask_packages_come_out_as_python(package):
    root = SITE_PACKAGES / package
    report = plan(root)
    python = [file for file in report.files if file.path.endswith(".py")]
    assert len(python) == len(discover(root))
    for file in python:
        compile(file.after, file.path, "exec")


@pytest.mark.parametrize("package", ["click", "jinja2", "rich", "sqlalchemy"])
def test_packages_without_flask_are_not_touched(package):
    report = plan(SITE_PACKAGES / package)
    assert report.files
    assert not report.changed
    assert not report.findings
