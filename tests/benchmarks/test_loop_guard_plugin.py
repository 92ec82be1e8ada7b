import json
import os
import subprocess
import sys

from benchmarks.apps.loop_guard import PLUGIN, LoopCall, calls_of

APP = """\
import logging
import sqlite3
import time
from quart import Quart, send_file
app = Quart(__name__)

@app.get("/")
async def index():
    time.sleep(0.001)
    logging.getLogger("app").warning("seen")
    sqlite3.connect(":memory:").execute("SELECT 1").close()
    return "ok"

@app.get("/file")
async def file():
    return await send_file(__file__)

@app.get("/sync")
def sync():
    time.sleep(0.001)
    return "ok"
"""

TESTS = """\
from app import app

def test_index():
    assert app.test_client().get("/").text == "ok"
    assert app.test_client().get("/").text == "ok"

def test_file():
    assert app.test_client().get("/file").status_code == 200

def test_sync():
    assert app.test_client().get("/sync").text == "ok"
"""


def test_calls_on_the_loop_are_counted_by_line_and_those_in_threads_are_not(tmp_path):
    (tmp_path / "app.py").write_text(APP)
    (tmp_path / "test_app.py").write_text(TESTS)
    report = tmp_path / "report.json"
    words = ("-q", "-p", PLUGIN, "-p", "no:asyncio", "-p", "no:cacheprovider", "--quart-served")
    subprocess.run(
        [sys.executable, "-m", "pytest", *words],
        cwd=tmp_path,
        env=os.environ | {"LOOP_GUARD_REPORT": str(report)},
        check=True,
        capture_output=True,
    )
    found = calls_of(json.loads(report.read_text()), tmp_path)
    assert LoopCall("time.sleep", "app.py", 9, "", 2) in found
    assert {call.line for call in found if not call.through} == {9, 11}
    assert {call.line for call in found if call.through == "logging"} <= {10}
    assert {call.line for call in found if call.through == "quart"} == {16}
