import json
import xml.etree.ElementTree as ET

import cattrs
import pytest
from corpus_samples import app, suite

from benchmarks.calibration import alike, calibrate
from benchmarks.cli import main
from benchmarks.codemod.ratio import CodemodResult, Round
from benchmarks.errors import UsageError
from benchmarks.reports import limits
from benchmarks.reports.figures import Figure, figures
from benchmarks.reports.formats import gate_markdown, github_action, junit, pytest_benchmark
from benchmarks.reports.judgement import differences, judge
from benchmarks.reports.limits import Limit
from benchmarks.reports.results import read


def ratio(*samples, name="codemod/httpbin/plan over parse", better="smaller"):
    return Figure(name, sorted(samples)[len(samples) // 2], "x", better, samples)


def count(value, name="apps/flaskr/lost on Quart", better="smaller"):
    return Figure(name, value, "tests", better)


def write(tmp_path, kind, *results, name="results.json", calibration=1.0):
    content = {
        "kind": kind,
        "environment": {"calibration_ms": calibration},
        "results": cattrs.unstructure(list(results)),
    }
    (tmp_path / name).write_text(json.dumps(content))
    return tmp_path / name


def codemod(*plans, limit=12.0):
    return CodemodResult(
        "httpbin", 8, 3000, limit, tuple(Round(1.0, plan, 1.0, 9) for plan in plans), ()
    )


@pytest.mark.parametrize(
    ("figure", "limit", "verdict"),
    [
        (count(0), Limit("*", at_most=0), "holds"),
        (count(1), Limit("*", at_most=0), "fails"),
        (count(0.8), Limit("*", at_least=0.75), "holds"),
        (count(0.7), Limit("*", at_least=0.75), "fails"),
        (ratio(9, 10, 11, 10, 10), Limit("*", at_most=12), "holds"),
        (ratio(19, 20, 21, 20, 20), Limit("*", at_most=12), "fails"),
        (ratio(9, 10, 13, 14, 12), Limit("*", at_most=12), "inconclusive"),
        (ratio(13, 13, 13), Limit("*", at_most=12), "fails"),
    ],
)
def test_a_figure_fails_only_if_its_whole_interval_lies_beyond(figure, limit, verdict):
    assert judge(figure, limit).verdict == verdict


@pytest.mark.parametrize(
    ("before", "after", "change"),
    [
        (ratio(10, 10.1, 9.9), ratio(10, 9.9, 10.1), "same"),
        (ratio(10, 10.1, 9.9), ratio(12, 12.1, 11.9), "worse"),
        (ratio(10, 10.1, 9.9), ratio(8, 8.1, 7.9), "better"),
        (ratio(10, 14, 6, 9), ratio(10, 13, 5, 17), "inconclusive"),
        (count(0), count(1), "worse"),
        (count(3), count(1), "better"),
        (count(3, better="bigger"), count(1, better="bigger"), "worse"),
        (count(3), count(3), "same"),
    ],
)
def test_a_change_is_told_from_chance(before, after, change):
    (found,) = differences([before], [after], same_speed=True)
    assert found.change == change


def test_times_of_machines_that_were_not_equally_fast_say_nothing():
    before, after = Figure("a", 1.0, "ms", "smaller"), Figure("a", 2.0, "ms", "smaller")
    assert differences([before], [after], same_speed=True)[0].change == "worse"
    assert differences([before], [after], same_speed=False)[0].change == "inconclusive"


def test_a_difference_where_others_took_the_machine_says_nothing():
    calm, disturbed = Figure("a", 0, "", "smaller"), Figure("a", 9, "", "smaller", others=0.8)
    assert differences([calm], [disturbed], same_speed=True)[0].change == "inconclusive"
    assert differences([disturbed], [calm], same_speed=True)[0].change == "inconclusive"
    assert differences([disturbed], [disturbed], same_speed=True)[0].change == "same"


def test_calibrations_of_one_machine_are_of_one_size():
    assert calibrate() > 0
    assert alike(10.0, 10.9)
    assert not alike(10.0, 12.0)


def test_the_first_limit_that_matches_counts():
    first, second = Limit("apps/*", at_most=0), Limit("*", at_most=9)
    found = limits.applied([first, second], [count(1), count(1, name="other")])
    assert [limit for _, limit in found] == [first, second]


def test_limits_are_read_from_toml(tmp_path):
    (tmp_path / "limits.toml").write_text("[[limit]]\npattern = 'a/*'\nat_least = 3\n")
    assert limits.read(tmp_path / "limits.toml") == (Limit("a/*", at_least=3),)


@pytest.mark.parametrize(
    "text", ["nonsense", "[[limit]]\npattern='a'", "[[limit]]\npattern='a'\nat_mots=1"]
)
def test_limits_of_another_form_are_wrong_usage(tmp_path, text):
    (tmp_path / "limits.toml").write_text(text)
    with pytest.raises(UsageError, match=r"limits\.toml"):
        limits.read(tmp_path / "limits.toml")


def test_an_app_gives_its_counts(tmp_path):
    path = write(tmp_path, "apps", app(suite(a="passed"), suite(a="failed"), by_flask=2))
    found = {figure.name: figure.value for figure in figures([read(path)])}
    assert found["apps/flaskr/lost on Quart"] == 1
    assert found["apps/flaskr/served by Flask alone"] == 2
    assert found["apps/flaskr/async share"] == 0.9


def test_a_planted_regression_fails_the_gate(tmp_path, capsys):
    good = write(tmp_path, "apps", app(suite(a="passed"), suite(a="passed")), name="good.json")
    bad = write(tmp_path, "apps", app(suite(a="passed"), suite(a="failed")), name="bad.json")
    slow = write(tmp_path, "codemod", codemod(20.0, 21.0, 19.0), name="slow.json")
    assert main(["gate", str(good)]) == 0
    assert main(["gate", str(good), str(bad)]) == 1
    assert main(["gate", str(good), str(slow)]) == 1
    assert "codemod/httpbin/plan over parse" in capsys.readouterr().out


def test_the_gate_writes_a_junit_case_for_each_limit(tmp_path):
    path = write(tmp_path, "apps", app(suite(a="passed"), suite(a="failed")))
    main(["gate", str(path), "--junit", str(tmp_path / "gate.xml")])
    cases = {
        case.get("name"): [child.tag for child in case]
        for case in ET.parse(tmp_path / "gate.xml").getroot()
    }
    assert cases["flaskr/lost on Quart"] == ["failure"]
    assert cases["flaskr/edited tests"] == []


def test_what_is_inconclusive_is_a_skipped_case():
    judged = judge(ratio(9, 10, 13, 14, 12), Limit("*", at_most=12))
    (case,) = ET.fromstring(junit([judged]))
    assert [child.tag for child in case] == ["skipped"]
    assert "1 inconclusive" in gate_markdown([judged])


def test_compare_finds_what_became_worse(tmp_path, capsys):
    before = write(tmp_path, "codemod", codemod(10.0, 10.1, 9.9), name="a.json")
    after = write(tmp_path, "codemod", codemod(12.0, 12.1, 11.9), name="b.json", calibration=3.0)
    assert main(["compare", str(before), str(after)]) == 1
    out = capsys.readouterr().out
    assert "worse" in out
    assert "The calibrations differ" in out
    assert main(["compare", str(before), str(before)]) == 0


def test_a_file_that_holds_no_results_is_wrong_usage(tmp_path, capsys):
    (tmp_path / "x.json").write_text('{"kind": "other"}')
    assert main(["gate", str(tmp_path / "x.json")]) == 2
    assert "x.json: no results of this version" in capsys.readouterr().err


def test_figures_go_to_other_tools():
    figure = ratio(9, 10, 11)
    (benchmark,) = json.loads(pytest_benchmark([figure, count(1)], {}))["benchmarks"]
    assert benchmark["stats"]["median"] == 10
    assert benchmark["stats"]["rounds"] == 3
    smaller = json.loads(github_action([figure, count(1, better="bigger")], "smaller"))
    assert smaller == [{"name": figure.name, "unit": "x", "value": 10}]
