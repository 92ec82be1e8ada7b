import pytest

import migrator
from migrator import Options, migrate, plan
from migrator.errors import UnreadableSource

APP = "from flask import Flask\n\napp = Flask(__name__)\n"


@pytest.fixture
def project(tmp_path):
    tmp_path.joinpath("app.py").write_text(APP)
    return tmp_path


def test_the_public_names_are_these():
    assert sorted(migrator.__all__) == ["Finding", "Options", "Report", "migrate", "plan"]


def test_a_plan_writes_nothing(project):
    report = plan(project)
    assert [file.path for file in report.changed] == ["app.py"]
    assert project.joinpath("app.py").read_text() == APP


def test_a_migration_writes_what_was_planned(project):
    report = migrate(project, Options())
    assert project.joinpath("app.py").read_text() == APP.replace("Flask", "Quart").replace(
        "flask", "quart"
    )
    assert report.exit_status == 0
    assert not migrate(project).changed


def test_one_file_can_be_migrated(project):
    migrate(project / "app.py")
    assert "Quart(__name__)" in project.joinpath("app.py").read_text()


def test_what_is_no_python_is_refused_though_it_has_nothing_to_do_with_flask(project):
    project.joinpath("broken.py").write_text("def f(:\n")
    with pytest.raises(UnreadableSource, match=r"broken.py:1:7"):
        migrate(project)
    assert project.joinpath("app.py").read_text() == APP
