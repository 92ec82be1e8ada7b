import json
import subprocess
import sys

import pytest

from benchmarks.cli import main
from benchmarks.codemod.ratio import CodemodResult, Round
from benchmarks.codemod.tables import render
from benchmarks.stats import spread


def result(limit=12.0):
    rounds = (Round(0.1, 1.0, 0.5), Round(0.1, 1.2, 0.6), Round(0.2, 1.6, 1.4))
    return CodemodResult("httpbin", 7, 2800, limit, rounds)


def test_the_ratio_is_the_median_of_the_rounds():
    assert result().plan.median == pytest.approx(10.0)
    assert result().libcst.median == pytest.approx(6.0)


def test_the_result_holds_up_to_its_limit():
    assert result(limit=10.1).holds
    assert not result(limit=9.9).holds


def test_the_table_shows_the_spread():
    assert "10 (9 to 11)" in render([result()])


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
    assert set(json.loads(finished.stdout)) == {"parse", "plan", "libcst"}
