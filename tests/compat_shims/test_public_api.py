"""What the package offers, exactly."""

import dataclasses
import re
import subprocess
import sys
from pathlib import Path

import flask
import pytest
import quart

import compat_shims
from compat_shims import errors, flask_app, stats


def test_the_names_are_exactly_these():
    assert compat_shims.__all__ == [
        "Options",
        "as_sync",
        "buffer_body",
        "errors",
        "flask_app",
        "flask_blueprint",
        "flask_response",
        "hop",
        "mount",
        "offload",
        "offload_context",
        "offload_iter",
        "quart_app",
        "send_file",
        "send_from_directory",
        "stats",
        "uncut",
    ]
    assert dir(compat_shims) == compat_shims.__all__
    for name in compat_shims.__all__:
        assert getattr(compat_shims, name) is not None


def test_every_name_and_every_option_is_in_the_reference():
    page = (Path(__file__).parents[2] / "docs" / "reference" / "compat-shims.md").read_text("utf-8")
    options = [field.name for field in dataclasses.fields(compat_shims.Options)]
    for name in (*compat_shims.__all__, *options):
        assert re.search(rf"^\| `[^`]*\b{name}\b", page, re.MULTILINE), name


def test_an_unknown_name_is_an_attribute_error():
    with pytest.raises(AttributeError, match="has no attribute 'flask_apps'"):
        compat_shims.flask_apps  # noqa: B018  reading it is the test


def test_importing_the_package_imports_neither_framework():
    code = (
        "import sys, compat_shims; "
        "sys.exit(any(n in sys.modules for n in ('quart', 'flask', 'greenlet')))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_stats_of_an_app_without_a_companion():
    with pytest.raises(errors.NotBridgedError, match=r"call compat_shims\.flask_app\(app\) first"):
        stats(quart.Quart("x"))


@pytest.mark.parametrize("other", [flask.Flask("x"), object()])
def test_only_a_quart_app_gets_a_companion(other):
    with pytest.raises(TypeError, match=r"flask_app\(\) takes a quart.Quart"):
        flask_app(other)


def test_the_tree_of_errors_is_the_one_in_its_docstring():
    classes = [value for value in vars(errors).values() if isinstance(value, type)]
    ours = [cls for cls in classes if cls.__module__ == errors.__name__]
    assert all(issubclass(cls, errors.CompatError) for cls in ours)
    assert all(cls.__name__ in errors.__doc__ for cls in ours)


def test_an_unknown_quart_is_refused(monkeypatch):
    from compat_shims import _quart

    monkeypatch.setattr(_quart, "version", lambda _: "0.24.1")
    with pytest.raises(errors.UnsupportedVersionError, match=r"not 0\.24\.1: install quart>="):
        flask_app(quart.Quart("x"))
