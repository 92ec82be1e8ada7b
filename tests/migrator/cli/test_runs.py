"""What each way to run the migrator writes, prints and returns."""

import json
import subprocess

import pytest
from command_line import APP, snapshot

from migrator.output.backup import folder_of


def git(root, *arguments):
    identity = ("-c", "user.name=a", "-c", "user.email=a@b")
    subprocess.run(["git", *identity, *arguments], cwd=root, check=True, capture_output=True)


@pytest.fixture
def repository(project):
    git(project, "init", "-q")
    git(project, "add", ".")
    git(project, "commit", "-q", "-m", "start")
    return project


def test_in_place_without_git_keeps_the_originals_and_undo_puts_them_back(run, project):
    result = run(project)
    assert result.status == 0
    assert "async def index():" in (project / "app.py").read_text()
    assert "app.py" in result.out
    assert "Nothing is left to do by hand." in result.out
    undo = result.err.strip().splitlines()[-1]
    assert undo.endswith(f"-m migrator --undo {project}")
    assert run("--undo", project).status == 0
    assert (project / "app.py").read_text() == APP
    assert not folder_of(project).exists()


def test_the_migrators_own_output_is_left_alone(run, project):
    run(project)
    before = snapshot(project)
    result = run(project)
    assert result.status == 0
    assert "Nothing to change" in result.out
    assert "undo" not in result.err
    assert snapshot(project) == before


def test_under_git_the_undo_command_is_gits(run, repository):
    result = run(repository)
    undo = result.err.strip().splitlines()[-1].removeprefix("To undo this migration: ")
    assert undo == f"git -C {repository} restore ."
    subprocess.run(undo, shell=True, check=True)
    assert (repository / "app.py").read_text() == APP


def test_a_file_that_git_does_not_know_is_kept_beside_the_project(run, repository):
    (repository / "other.py").write_text(APP)
    assert "--undo" in run(repository).err
    run("--undo", repository)
    assert (repository / "other.py").read_text() == APP


def test_a_dirty_tree_is_refused(run, repository):
    (repository / "app.py").write_text(APP + "# mine\n")
    before = snapshot(repository)
    result = run(repository)
    assert result.status == 2
    assert "1 file differs from the last commit (app.py)" in result.err
    assert snapshot(repository) == before


def test_a_dirty_tree_is_migrated_if_asked_for_and_can_be_undone(run, repository):
    (repository / "app.py").write_text(APP + "# mine\n")
    result = run(repository, "--allow-dirty")
    assert result.status == 0
    assert "--undo" in result.err
    run("--undo", repository)
    assert (repository / "app.py").read_text() == APP + "# mine\n"


def test_a_dirty_tree_may_be_looked_at(run, repository):
    (repository / "app.py").write_text(APP + "# mine\n")
    assert run(repository, "--check").status == 1


def test_output_writes_a_copy(run, project, tmp_path):
    before = snapshot(project)
    result = run(project, "--output", tmp_path / "quart")
    assert result.status == 0
    assert "async def" in (tmp_path / "quart/app.py").read_text()
    assert snapshot(project) == before
    assert run(project, "--output", tmp_path / "quart").status == 0


def test_output_refuses_a_folder_with_something_else(run, project, tmp_path):
    (tmp_path / "full").mkdir()
    (tmp_path / "full/thesis.txt").write_text("mine")
    result = run(project, "--output", tmp_path / "full")
    assert result.status == 2
    assert "not empty" in result.err


def test_diff_prints_a_diff_and_writes_nothing(run, project):
    before = snapshot(project)
    result = run(project, "--diff")
    assert result.status == 1
    assert "-from flask import Flask" in result.out
    assert "+async def index():" in result.out
    assert "1 file changes" in result.err
    assert snapshot(project) == before


def test_check_lists_files_and_writes_nothing(run, project):
    before = snapshot(project)
    result = run(project, "--check")
    assert (result.status, result.out) == (1, "app.py\n")
    assert snapshot(project) == before


def test_check_and_diff_of_a_migrated_project_return_0(run, project):
    run(project)
    assert (run(project, "--check").status, run(project, "--diff").status) == (0, 0)


def test_one_file_can_be_migrated(run, project):
    assert run(project / "app.py").status == 0
    assert "async def" in (project / "app.py").read_text()


def test_explain_gives_the_chain_of_reasons(run, project):
    result = run(project, "--explain", "app.py:8")
    assert result.status == 0
    assert "app.py:7 index is async" in result.out
    assert "called by: view" in result.out
    assert "app.py:8  " in result.out


@pytest.mark.parametrize("place", ["app.py:6", "{root}/app.py:7"])
def test_explain_takes_decorators_and_paths_of_any_kind(run, project, place):
    result = run(project, "--explain", place.format(root=project))
    assert "app.py:7 index is async" in result.out


def test_explain_of_a_place_outside_functions(run, project):
    assert "is in no function" in run(project, "--explain", "app.py:1").out


@pytest.mark.parametrize(
    ("place", "reason"), [("app.py", "write PATH:LINE"), ("b.py:1", "no Python file")]
)
def test_explain_of_no_place_is_wrong_usage(run, project, place, reason):
    result = run(project, "--explain", place)
    assert result.status == 2
    assert reason in result.err


def test_json_holds_files_functions_findings_and_summary(run, project):
    result = run(project, "--check", "--format", "json")
    report = json.loads(result.out)
    assert {"version", "strategy", "files", "functions", "findings", "summary"} <= set(report)
    assert report["files"][0]["path"] == "app.py"
    assert report["files"][0]["changed"] is True
    index = report["functions"][0]
    assert (index["path"], index["line"], index["name"]) == ("app.py", 7, "index")
    assert (index["state"], index["entry_point"]) == ("async", "view")
    assert index["reason"][0].keys() == {"path", "line", "text"}
    assert report["summary"]["async_functions"] == 1


def test_the_report_goes_to_a_file_whose_name_says_the_format(run, project, tmp_path):
    result = run(project, "--check", "--report", tmp_path / "out/report.json")
    assert result.out == "app.py\n"
    assert json.loads((tmp_path / "out/report.json").read_text())["strategy"] == "auto"
    run(project, "--report", tmp_path / "report.txt", "--color", "always")
    assert "\x1b" not in (tmp_path / "report.txt").read_text()


def test_strategy_comes_from_the_command_line_or_the_settings(run, project):
    (project / "pyproject.toml").write_text('[tool.migrator]\nstrategy = "bridge"\n')
    report = json.loads(run(project, "--check", "--format", "json").out)
    assert report["strategy"] == "bridge"
    report = json.loads(run(project, "--check", "--format", "json", "--strategy", "auto").out)
    assert report["strategy"] == "auto"


def test_what_becomes_of_tests_comes_from_the_command_line_or_the_settings(run, project):
    test = "from app import app\n\n\ndef test_it():\n    app.test_client().get('/')\n"
    (project / "test_app.py").write_text(test)
    migrated = "+    await app.test_client().get('/')"
    assert migrated not in run(project, "--diff").out
    (project / "pyproject.toml").write_text('[tool.migrator]\ntests = "migrate"\n')
    assert migrated in run(project, "--diff").out
    assert migrated not in run(project, "--diff", "--tests", "keep").out


def test_excluded_files_stay(run, project):
    (project / "pyproject.toml").write_text('[tool.migrator]\nexclude = ["old"]\n')
    for folder in ("old", "older"):
        (project / folder).mkdir()
        (project / folder / "app.py").write_text(APP)
    assert run(project, "--check", "--exclude", "older/*").out == "app.py\n"


def test_rules_can_be_listed_shown_and_chosen(run, project):
    listed = run("--list-rules")
    assert listed.status == 0
    names = [line.split()[0] for line in listed.out.splitlines()]
    assert "import-from-quart" in names
    shown = run("--show-rule", "import-from-quart")
    assert shown.status == 0
    assert "## Why" in shown.out
    assert run(project, "--check", "--only", "status-text").out == ""


def test_native_libraries_are_listed_and_chosen_by_option_or_setting(run, project):
    listed = run("--list-native")
    assert listed.status == 0
    assert "time=asyncio" in [line.split()[0] for line in listed.out.splitlines()]
    waiting = "import time\n\nfrom flask import Flask\n\napp = Flask(__name__)\n\n\n"
    (project / "app.py").write_text(f'{waiting}@app.route("/")\ndef index():\n    time.sleep(1)\n')
    assert "time.sleep(1)" not in run(project, "--diff").out
    assert "+    await asyncio.sleep(1)" in run(project, "--diff", "--native", "time=asyncio").out
    (project / "pyproject.toml").write_text('[tool.migrator]\nnative = ["time=asyncio"]\n')
    assert "+    await asyncio.sleep(1)" in run(project, "--diff").out


def test_a_native_library_is_added_to_the_requirements(run, project):
    calling = "import requests\nfrom flask import Flask\n\napp = Flask(__name__)\n\n\n"
    view = '@app.route("/")\ndef index():\n    return requests.get("https://api.example").text\n'
    (project / "app.py").write_text(calling + view)
    (project / "requirements.txt").write_text("flask\nrequests\n")
    assert run(project, "--native", "requests=aiohttp").status == 0
    wanted = "flask\nquart>=0.20\nflask-to-quart\naiohttp>=3.10\nrequests\n"
    assert (project / "requirements.txt").read_text() == wanted
    assert "(await aiohttp_requests.get(" in (project / "app.py").read_text()


def test_quiet_and_verbose(run, project):
    assert run(project, "--check", "--quiet").err == ""
    assert "Every function, and why" in run(project, "--verbose").out


@pytest.mark.parametrize(
    ("color", "variables", "is_colored"),
    [
        ("auto", {}, False),
        ("always", {}, True),
        ("always", {"NO_COLOR": "1"}, True),
        ("auto", {"FORCE_COLOR": "1"}, True),
        ("auto", {"FORCE_COLOR": "1", "NO_COLOR": "1"}, False),
        ("never", {"FORCE_COLOR": "1"}, False),
    ],
)
def test_colors(run, project, monkeypatch, *, color, variables, is_colored):
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert ("\x1b[" in run(project, "--diff", "--color", color).out) is is_colored


def test_an_empty_folder_is_nothing_to_do(run, tmp_path):
    (tmp_path / "empty").mkdir()
    result = run(tmp_path / "empty")
    assert result.status == 0
    assert "Nothing to change" in result.out


def test_installed_packages_get_no_settings(run, project):
    packages = project.rename(project.with_name("site-packages"))
    (packages / "test_app.py").write_text("from app import app\n")
    assert run(packages, "--check").out == "app.py\n"


def test_a_project_with_tests_has_them_served_by_quart(run, project):
    (project / "test_app.py").write_text(
        "from app import app\n\n\ndef test_it():\n    assert app\n"
    )
    (project / "requirements.txt").write_text("flask\n")
    assert run(project).status == 0
    assert (project / "pytest.ini").read_text() == "[pytest]\nquart_served = true\n"
    assert "quart>=0.20" in (project / "requirements.txt").read_text()
    run("--undo", project)
    assert not (project / "pytest.ini").exists()


def test_something_left_to_do_is_written_all_the_same_and_returns_1(run, project):
    (project / "requirements.txt").write_text("flask==2.0.1\n")
    result = run(project)
    assert result.status == 1
    assert "requirements.txt:1 Flask is held below version 3" in result.out
    assert "next: Raise the requirement" in result.out
    assert "async def" in (project / "app.py").read_text()


def test_tests_are_kept_as_they_are(run, project):
    tests = "from app import app\n\ndef test_page():\n    app.test_client().get('/')\n"
    (project / "test_app.py").write_text(tests)
    assert run(project, "--tests", "keep").status == 0
    assert (project / "test_app.py").read_text() == tests
    assert "quart_served" in (project / "pytest.ini").read_text()


TESTS = """
import pytest

from app import app


@pytest.fixture
def client():
    return app.test_client()


def test_page(client):
    assert client.get("/plain").text == "plain"
"""


def test_tests_are_migrated_where_that_is_asked_for(run, project):
    (project / "test_app.py").write_text(TESTS)
    (project / "requirements.txt").write_text("flask\npytest>=8\n")
    result = run(project, "--tests", "migrate")
    assert result.status == 0, result
    code = (project / "test_app.py").read_text()
    assert "async def test_page(client):" in code
    assert 'await (await client.get("/plain")).get_data(as_text=True)' in code
    settings = "asyncio_mode = auto\nasyncio_default_fixture_loop_scope = function\n"
    assert (project / "pytest.ini").read_text() == f"[pytest]\n{settings}"
    assert "pytest>=8\npytest-asyncio>=0.25\n" in (project / "requirements.txt").read_text()
    assert run(project, "--tests", "migrate", "--check").status == 0
    assert run(project, "--check").status == 0
    run("--undo", project)
    assert (project / "test_app.py").read_text() == TESTS


def test_tests_that_cannot_be_migrated_are_left_and_return_1(run, project):
    tests = TESTS + "\n\ndef test_wsgi():\n    assert app.wsgi_app\n"
    (project / "test_app.py").write_text(tests)
    result = run(project, "--tests", "migrate")
    assert result.status == 1
    assert "`test_app.py` stays as it is [tests-that-stay]" in result.out
    assert (project / "test_app.py").read_text() == tests
    assert "quart_served = true" in (project / "pytest.ini").read_text()


def test_an_unknown_way_for_tests_is_wrong_usage(run, project):
    result = run(project, "--tests", "drop")
    assert result.status == 2
    assert "'keep', 'migrate'" in result.err
