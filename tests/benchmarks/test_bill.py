import json
import sys
from pathlib import Path

import pytest
from flask import Flask
from quart import Quart

from benchmarks.bill import requests_file
from benchmarks.bill.bill import add_up, delays, overlapped
from benchmarks.bill.requests_file import Recorded
from benchmarks.bill.runner import Billed, BillResult
from benchmarks.bill.samples import Sampler, Stall, is_own
from benchmarks.bill.tables import render
from benchmarks.bill.target import Target, framework, load, parse
from benchmarks.bill.verdicts import Verdicts
from benchmarks.cli import main
from benchmarks.errors import UsageError
from benchmarks.load import Answer

HERE = Path(__file__).parent
PLANTED = HERE / "planted"


@pytest.mark.parametrize(
    ("text", "target"),
    [
        ("app:app", Target("app", "app", None)),
        ("pkg.app:make()", Target("pkg.app", "make", ((), {}))),
        ("app:make('x', debug=True)", Target("app", "make", (("x",), {"debug": True}))),
    ],
)
def test_a_target_is_a_name_or_a_factory_with_literals(text, target):
    assert parse(text) == target


@pytest.mark.parametrize("text", ["app", ":app", "app:", "app:a.b", "app:1 +", "app:make(x)"])
def test_another_form_of_target_is_wrong_usage(text):
    with pytest.raises(UsageError):
        parse(text)


def test_frameworks_are_told_apart_by_class_subclasses_included():
    assert framework(Flask("a")) == "flask"
    assert framework(type("Mine", (Quart,), {})("a")) == "quart"
    assert framework(object()) is None


def test_what_is_no_app_is_wrong_usage(tmp_path, monkeypatch):
    monkeypatch.setattr(sys, "path", [*sys.path])
    with pytest.raises(UsageError, match="neither Flask nor Quart, but a dict"):
        load(Target("sys", "modules", None), tmp_path)
    with pytest.raises(UsageError, match="nothing_here:app: cannot be imported"):
        load(Target("nothing_here", "app", None), tmp_path)


def test_a_list_of_requests_is_read(tmp_path):
    file = tmp_path / "requests.json"
    file.write_text(
        json.dumps(
            [
                {"path": "/a"},
                {"method": "POST", "path": "/b", "headers": {"Host": "x", "A": "1"}, "body": "é"},
                {"path": "/c", "body_base64": "AAE="},
            ]
        )
    )
    assert requests_file.read(file) == (
        Recorded("GET", "/a"),
        Recorded("POST", "/b", (("A", "1"),), "é".encode()),
        Recorded("GET", "/c", (), b"\x00\x01"),
    )


def test_a_har_file_is_read(tmp_path):
    file = tmp_path / "session.har"
    request = {
        "method": "POST",
        "url": "https://example.org/a?b=1",
        "headers": [{"name": ":method", "value": "POST"}, {"name": "Cookie", "value": "s=1"}],
        "postData": {"text": "x=1"},
    }
    file.write_text(json.dumps({"log": {"entries": [{"request": request}]}}))
    assert requests_file.read(file) == (Recorded("POST", "/a?b=1", (("Cookie", "s=1"),), b"x=1"),)


@pytest.mark.parametrize("text", ["", "[]", "3", '[{"method": "GET"}]', '{"log": 1}'])
def test_a_file_without_requests_is_wrong_usage(tmp_path, text):
    file = tmp_path / "requests.json"
    file.write_text(text)
    with pytest.raises(UsageError, match=r"requests\.json"):
        requests_file.read(file)


def test_the_routes_that_need_nothing_are_asked_for():
    app = Flask("a")
    app.add_url_rule("/plain", "plain", str)
    app.add_url_rule("/with/<name>", "named", str)
    app.add_url_rule("/posted", "posted", str, methods=["POST"])
    assert [one.path for one in requests_file.of_routes(app.url_map.iter_rules())] == ["/plain"]


def frame_here():
    return sys._getframe()


def sampled(*times, least=0.005, watched=("GET /",), frames=None):
    """Sample a thread that stays in this file, or is elsewhere, at each of `times`."""
    paths = dict(enumerate(watched))
    sampler = Sampler(HERE, lambda: paths, least)
    frame = frame_here()
    for index, now in enumerate(times):
        there = frames is None or frames[index]
        sampler.sample(dict.fromkeys(paths, frame) if there else {}, now)
    return sampler.take()


def test_a_stay_on_a_line_is_a_stall_of_that_length():
    (stall,) = sampled(1.000, 1.001, 1.011, 1.021, 1.022, frames=[0, 1, 1, 1, 0])
    assert stall.function == "frame_here"
    assert stall.path == "GET /"
    assert Path(stall.file) == Path(__file__)
    assert stall.seconds == pytest.approx(0.021, abs=1e-6)


def test_a_short_stay_is_no_stall():
    assert sampled(1.000, 1.001, 1.002, 1.003, frames=[0, 1, 1, 0]) == ()


def test_a_thread_that_serves_nothing_is_not_watched():
    assert sampled(1.0, 1.1, 1.2, watched=()) == ()


def test_code_below_a_boundary_is_not_the_users():
    frame = frame_here()
    sampler = Sampler(HERE, lambda: {0: ""}, 0.0, below={frame.f_code})
    sampler.sample({0: frame}, 1.0)
    sampler.sample({}, 2.0)
    assert sampler.take() == ()


@pytest.mark.parametrize(
    ("file", "own"),
    [
        ("app/views.py", True),
        ("app/templates/page.html", False),
        (".venv/lib/x.py", False),
        ("../elsewhere.py", False),
    ],
)
def test_only_python_below_the_project_is_the_users(tmp_path, file, own):
    assert is_own((tmp_path / file).resolve(), tmp_path) is own


def stall(start=1.0, end=1.5, line=7, path="GET /a"):
    return Stall(__file__, line, "view", path, start, end, end - start)


def test_requests_that_wait_meanwhile_are_delayed():
    answers = [
        Answer("GET /a", 0.9, 1.5, 200),
        Answer("GET /b", 1.2, 1.6, 200),
        Answer("GET /b", 0.1, 0.2, 200),
        Answer("GET /b", 1.6, 1.7, 200),
    ]
    assert overlapped(stall(), answers) == 1
    assert list(delays([stall()], answers).values()) == [1]


def test_the_bill_is_sorted_by_cost_and_knows_how_often_a_line_stalls():
    stalls = [stall(line=1), stall(line=2, end=3.0), stall(line=2, end=3.0)]
    dear, cheap = add_up(stalls, {"GET /a": 2}, {})
    assert (dear.line, dear.count, dear.share, dear.often) == (2, 2, 1.0, True)
    assert (dear.stall, dear.total, dear.delayed) == (2000.0, 4000.0, None)
    assert (cheap.line, cheap.often) == (1, True)


def test_a_line_that_seldom_stalls_is_listed_apart():
    items = add_up([stall()], {"GET /a": 10}, {})
    billed = tuple(Billed(item, "") for item in items)
    result = BillResult("app:app", "quart", 1, {"200": 10}, 20.0, billed)
    assert result.holds
    assert "1 lines stalled now and then" in render(result, HERE)


def test_a_quart_app_whose_loop_is_held_does_not_hold():
    items = add_up([stall()], {"GET /a": 1}, {})
    billed = tuple(Billed(item, "stays def") for item in items)
    assert not BillResult("app:app", "quart", 1, {"200": 1}, 20.0, billed).holds
    flask = BillResult("app:app", "flask", 1, {"200": 1}, 20.0, billed)
    assert flask.holds
    assert "stays def" in render(flask, HERE)


def test_the_verdict_on_a_line_is_that_of_the_function_around_it():
    verdicts = Verdicts({Path("a.py"): [(3, "first"), (10, "second")]})
    assert verdicts.of(Path("a.py"), 9) == "first"
    assert verdicts.of(Path("a.py"), 10) == "second"
    assert verdicts.of(Path("a.py"), 1) == verdicts.of(Path("b.py"), 1) == ""


CALLS = ["sleep", "helper", "sqlite", "lock", "process", "cpu", "file"]


@pytest.mark.parametrize("kind", ["flask", "quart"])
def test_every_planted_call_is_found_at_its_line_and_nothing_else(kind, tmp_path, capsys):
    target = f"{kind}_planted:create_app()"
    report = tmp_path / "bill.json"
    status = main(["run", target, "--folder", str(PLANTED), "--quick", "--json", str(report)])
    assert status == (kind == "quart")
    (result,) = json.loads(report.read_text())["results"]
    items = [billed["item"] for billed in result["items"]]
    found = {item["function"] for item in items if item["share"] >= 0.5}
    assert found == set(CALLS)
    assert "planted.py:23 in sleep" in capsys.readouterr().out


def test_a_run_without_an_app_is_wrong_usage(capsys):
    assert main(["run"]) == 2
    assert "name the app" in capsys.readouterr().err


def test_an_app_that_cannot_be_imported_is_told_in_a_sentence(capsys, tmp_path):
    assert main(["run", "nothing:app", "--folder", str(tmp_path)]) == 2
    assert "nothing:app: cannot be imported" in capsys.readouterr().err


def test_an_app_is_watched_while_its_own_tests_run(tmp_path, capsys):
    (tmp_path / "app.py").write_text(
        "import time\nfrom flask import Flask\napp = Flask(__name__)\n"
        "@app.get('/')\ndef index():\n    time.sleep(0.2)\n    return 'ok'\n"
    )
    (tmp_path / "test_app.py").write_text(
        "import time\nfrom app import app\n"
        "def test_index():\n    time.sleep(0.02)\n"
        "    assert app.test_client().get('/').text == 'ok'\n"
    )
    command = f"{sys.executable} -m pytest -q -p no:cacheprovider -p no:asyncio {tmp_path}"
    assert main(["run", "--tests", command, "--folder", str(tmp_path)]) == 0
    out = capsys.readouterr().out
    assert "app.py:6 in index" in out
    assert "test_app.py" not in out.partition("\n")[2]


def test_a_pytest_run_is_recorded(tmp_path):
    from werkzeug.test import create_environ

    from benchmarks.plugins.record_requests import recorded

    environ = create_environ("/a?b=1", method="POST", data={"x": "é"}, headers={"X-Y": "z"})
    found = recorded(environ)
    file = tmp_path / "requests.json"
    file.write_text(json.dumps([found]))
    (request,) = requests_file.read(file)
    assert (request.method, request.path, request.body) == ("POST", "/a?b=1", b"x=%C3%A9")
    assert ("X-Y", "z") in request.headers
    assert environ["wsgi.input"].read() == b"x=%C3%A9"
