import json
import subprocess
import sys

import pytest

from benchmarks.cli import main
from benchmarks.codemod.enlarge import enlarge, packages
from benchmarks.codemod.floors import Floor, floors
from benchmarks.codemod.ratio import CodemodResult, Round
from benchmarks.codemod.tables import render
from benchmarks.stats import spread

FLOORS = (Floor("pyupgrade", 0.6, ""), Floor("fixit", None, "not installed"))


def result(limit=12.0):
    rounds = (Round(0.1, 1.0, 0.5, 1), Round(0.1, 1.2, 0.6, 2), Round(0.2, 1.6, 1.4, 1))
    return CodemodResult("httpbin", 7, 2800, limit, rounds, FLOORS)


def test_the_ratio_is_the_median_of_the_rounds():
    assert result().plan.median == pytest.approx(10.0)
    assert result().libcst.median == pytest.approx(6.0)


def test_the_result_holds_up_to_its_limit():
    assert result(limit=10.1).holds
    assert not result(limit=9.9).holds


def test_the_table_shows_the_spread():
    assert "10 (9 to 11)" in render([result()])


def test_other_tools_stand_beside_it_or_are_named_as_missing():
    text = render([result()])
    assert result().over_parse("pyupgrade") == pytest.approx(6.0)
    assert result().over_parse("fixit") is None
    assert "fixit: not installed." in text


def test_what_another_tool_takes_is_measured_on_copies(tmp_path, monkeypatch):
    tools = tmp_path / "bin"
    tools.mkdir()
    tool = tools / "pyupgrade"
    # It empties the files that it gets; its options are none.
    tool.write_text('#!/bin/sh\nfor it; do case "$it" in -*) ;; *) : > "$it" ;; esac; done\n')
    tool.chmod(0o755)
    (tmp_path / "app.py").write_text("x = 1\n")
    monkeypatch.setenv("PATH", f"{tools}:/bin:/usr/bin")
    monkeypatch.setattr("sys.executable", str(tmp_path / "python"))
    first, *others = floors(tmp_path, ["app.py"], lines=1)
    assert first.name == "pyupgrade"
    assert first.seconds >= 0.0
    assert [one.trouble for one in others] == ["not installed"] * 2
    assert (tmp_path / "app.py").read_text() == "x = 1\n"
    assert floors(tmp_path, ["app.py"], lines=10**6)[0].seconds is None


def test_a_large_program_is_made_of_copies_under_different_names(tmp_path):
    project = tmp_path / "shop"
    (project / "src" / "shop").mkdir(parents=True)
    (project / "tests").mkdir()
    (project / "src" / "shop" / "app.py").write_text("import shop\nshops = shop.x\n")
    (project / "tests" / "test_app.py").write_text("from shop import app\n")
    assert enlarge([project], 5, tmp_path / "large") == 6
    files = {
        path.relative_to(tmp_path / "large").as_posix(): path.read_text()
        for path in sorted((tmp_path / "large").rglob("*.py"))
    }
    assert files == {
        "shop_1/src/shop_1/app.py": "import shop_1\nshops = shop_1.x\n",
        "shop_1/tests/test_app.py": "from shop_1 import app\n",
        "shop_2/src/shop_2/app.py": "import shop_2\nshops = shop_2.x\n",
        "shop_2/tests/test_app.py": "from shop_2 import app\n",
    }


def test_packages_are_named_without_what_every_project_has():
    paths = ["src/shop/app.py", "src/run.py", "tests/test_a.py", "setup.py", "tool/x.py"]
    assert packages(paths) == {"shop", "run", "tool"}


def test_a_single_figure_is_its_own_spread():
    assert str(spread([2.0])) == "2 (2 to 2)"


def test_a_folder_that_is_not_there_is_wrong_usage(tmp_path, capsys):
    assert main(["codemod", "--path", str(tmp_path / "none")]) == 2
    assert "none: no such folder" in capsys.readouterr().err


def test_a_folder_without_python_is_told(tmp_path, capsys):
    assert main(["codemod", "--path", str(tmp_path)]) == 2
    assert "holds no Python files" in capsys.readouterr().err


def test_a_process_of_one_round_prints_json(tmp_path):
    (tmp_path / "app.py").write_text("from flask import Flask\napp = Flask(__name__)\n")
    finished = subprocess.run(
        [sys.executable, "-m", "benchmarks.codemod.round", str(tmp_path)],
        capture_output=True,
        text=True,
        check=True,
    )
    assert set(json.loads(finished.stdout)) == {"parse", "plan", "libcst", "peak"}
