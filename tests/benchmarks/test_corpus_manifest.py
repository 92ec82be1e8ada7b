import json

import pytest

from benchmarks.apps import manifest
from benchmarks.errors import UsageError


def test_the_manifest_of_the_project_loads():
    projects = {project.name: project for project in manifest.load()}
    assert projects["flaskr"].source == "flask==3.1.3"
    assert projects["flaskr"].passed_on_flask == 24
    assert {project.role for project in projects.values()} == {"app", "extension", "framework"}


def test_every_project_is_pinned_whole():
    for project in manifest.load():
        assert all("==" in pin for pin in (project.source, *project.install))


def test_a_role_is_selected_whole_or_by_name():
    projects = manifest.load()
    apps = manifest.select(projects, only=(), roles=("app",))
    assert {project.role for project in apps} == {"app"}
    (one,) = manifest.select(projects, only=("httpbin",), roles=("app",))
    assert one.name == "httpbin"


def test_a_name_with_a_typo_gets_a_suggestion():
    with pytest.raises(UsageError, match=r"htpbin: no such project .* did you mean httpbin"):
        manifest.select(manifest.load(), only=("htpbin",), roles=("app",))


def test_a_name_of_another_role_is_refused():
    with pytest.raises(UsageError, match="flask-login: no such project"):
        manifest.select(manifest.load(), only=("flask-login",), roles=("app",))


def test_a_file_that_is_no_json_is_refused(tmp_path):
    (tmp_path / "m.json").write_text("nonsense")
    with pytest.raises(UsageError, match=r"m\.json: no manifest can be read there"):
        manifest.load(tmp_path / "m.json")


def test_an_entry_with_an_unknown_field_is_refused(tmp_path):
    entries = json.loads(manifest.MANIFEST.read_text())
    (tmp_path / "m.json").write_text(json.dumps([entries[0] | {"colour": "red"}]))
    with pytest.raises(UsageError, match="flask-own-tests: missing or unknown: colour"):
        manifest.load(tmp_path / "m.json")
