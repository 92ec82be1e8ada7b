"""``--annotate``: notes in the code on what stays Flask code and what is left."""

import textwrap

import pytest
from command_line import snapshot

APP = textwrap.dedent("""
    from flask import Flask, render_template, request

    app = Flask(__name__)


    class Names:
        @property
        def first(self):  # their form
            return request.form["name"]


    @app.route("/")
    def index():
        return render_template("index.html", name=Names().first)


    @app.route("/big")
    def big():
        return render_template("big.html")  # migrator: keep[await-templat]
""").lstrip()


@pytest.fixture
def project(project):
    (project / "app.py").write_text(APP)
    return project


def notes(project):
    lines = (project / "app.py").read_text().splitlines()
    return [line for line in lines if line.lstrip().startswith(("# migrator:", "#   "))]


def test_what_is_bridged_or_left_gets_a_note_and_the_rest_is_as_without(run, project, tmp_path):
    plain = tmp_path / "plain"
    run(project, "--output", plain)
    assert run(project, "--annotate").status == 1
    code = (project / "app.py").read_text()
    assert (
        "    # migrator: bridged: `request.form` is awaited in Quart; property: it cannot be\n"
        "    #   awaited there\n"
        "    @property\n"
        "    def first(self):  # their form\n"
    ) in code
    assert "    # migrator: left[keep]: `keep[await-templat]` names no rule. Write the name" in code
    kept = [line for line in code.splitlines() if line not in notes(project)]
    assert kept == (plain / "app.py").read_text().splitlines()


def test_running_again_changes_nothing(run, project):
    run(project, "--annotate")
    before = snapshot(project)
    assert notes(project)
    again = run(project, "--annotate")
    assert (again.status, snapshot(project)) == (1, before)
    assert "Nothing to change" in again.out
    run(project)
    assert snapshot(project) == before
    assert run(project, "--annotate", "--diff").out == ""


def test_notes_that_are_gone_come_back_where_their_reason_still_holds(run, project):
    run(project)
    assert not notes(project)
    assert run(project, "--annotate").status == 1
    assert len([line for line in notes(project) if "migrator:" in line]) == 2


def test_what_an_async_function_offloads_gets_no_note(run, project):
    (project / "app.py").write_text(
        "import sqlite3\n\nfrom flask import Flask, flash, render_template\n\n"
        'app = Flask(__name__)\n\n\n@app.route("/")\ndef index():\n'
        '    db = sqlite3.connect("a.db")\n'
        '    db.execute("INSERT INTO t VALUES (1)")\n    flash("saved")\n    db.commit()\n'
        '    return render_template("a.html")\n'
    )
    assert run(project, "--annotate").status == 0
    assert "    def save():\n" in (project / "app.py").read_text()
    assert "from flask import flash" in (project / "app.py").read_text()
    assert not notes(project)


def test_an_app_with_nothing_bridged_and_nothing_left_gets_no_note(run, project):
    (project / "app.py").write_text("from flask import Flask\n\napp = Flask(__name__)\n")
    assert run(project, "--annotate").status == 0
    assert not notes(project)


def test_wrong_usage_with_annotate_is_2_and_writes_nothing(run, project):
    (project / "broken.py").write_text("import flask\nx = (\n")
    before = snapshot(project)
    assert run(project, "--annotate").status == 2
    assert snapshot(project) == before


@pytest.mark.parametrize("line_end", ["\r\n", "\n"])
def test_notes_have_the_line_ends_of_their_file(run, project, line_end):
    (project / "app.py").write_bytes(APP.replace("\n", line_end).encode())
    run(project, "--annotate")
    text = (project / "app.py").read_bytes().decode()
    assert "# migrator: bridged" in text
    assert text.count("\n") == text.count(line_end)
