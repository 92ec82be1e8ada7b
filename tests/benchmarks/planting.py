"""Plant blocking calls of known length in a copy of an app, each in a view of its own."""

import json
import os
import threading
import time
from collections import defaultdict
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from statistics import median

SECONDS = 0.1

# By name: what comes before the call, and the call, which stands on a line of its own.
CALLS = {
    "sleep": ("", f"time.sleep({SECONDS})"),
    "sqlite": (
        """connection = sqlite3.connect(":memory:")
    connection.create_function("pause", 1, time.sleep)""",
        f"connection.execute('SELECT pause({SECONDS})').fetchall()",
    ),
    "requests": ("", "requests.get(os.environ['PLANTED_URL'], timeout=60)"),
    "file": ("", "Path(os.environ['PLANTED_PIPE']).read_bytes()"),
    "subprocess": ("", f"subprocess.run(['sleep', '{SECONDS}'], check=True)"),
    "lock": (
        f"""slow = threading.Lock()
    slow.acquire()
    threading.Timer({SECONDS}, slow.release).start()""",
        "slow.acquire()",
    ),
    "cpu": ("", "sum(number % 7 for number in range(2_000_000))"),
}

# Each call tells its true length, whatever the machine makes of it.
_IMPORTS = """

import os, sqlite3, subprocess, threading, time
from pathlib import Path
import requests

def note(name, started):
    seconds = time.perf_counter() - started
    with open(os.environ["PLANTED_LOG"], "a") as log:
        log.write(f"{name} {seconds}\\n")
    return "done"
"""

_VIEW = """
@bp.route("/planted/{name}")
{define} planted_{name}():
    {before}
    started = time.perf_counter()
    {call}  # planted: {name}
    return note("{name}", started)
"""


def plant(module, define):
    """Append the views to a module that has a blueprint `bp`; return the line of each call."""
    views = [
        _VIEW.format(name=name, define=define, before=before or "pass", call=call)
        for name, (before, call) in CALLS.items()
    ]
    module.write_text("".join((module.read_text(), _IMPORTS, *views)))
    lines = enumerate(module.read_text().splitlines(), start=1)
    return {text.rpartition(" ")[2]: number for number, text in lines if "  # planted: " in text}


def lengths(log):
    """Return the median length of each call in ms, without the first, which warms up."""
    seconds = defaultdict(list)
    for name, value in map(str.split, log.read_text().splitlines()):
        seconds[name].append(float(value))
    return {name: median(values[1:]) * 1000 for name, values in seconds.items()}


def requests_file(folder, *others):
    """Write the list of requests: each planted view, and `others`, which block nothing."""
    paths = [*(f"/planted/{name}" for name in CALLS), *others]
    file = folder / "requests.json"
    file.write_text(json.dumps([{"path": path} for path in paths]))
    return file


@contextmanager
def slow_surroundings(folder):
    """Serve what is slow: a web page and a pipe; yield the environment that leads there."""
    pipe = folder / "pipe"
    os.mkfifo(pipe)
    over = threading.Event()
    writer = threading.Thread(target=_write, args=(pipe, over))
    writer.start()
    with ThreadingHTTPServer(("127.0.0.1", 0), _Slow) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield {
            "PLANTED_URL": f"http://127.0.0.1:{server.server_address[1]}/",
            "PLANTED_PIPE": str(pipe),
            "PLANTED_LOG": str(folder / "planted.log"),
        }
        server.shutdown()
        thread.join()
    over.set()
    pipe.read_bytes()
    writer.join()


def _write(pipe, over):
    while not over.is_set():
        with pipe.open("wb") as file:
            if not over.is_set():
                time.sleep(SECONDS)
            file.write(b"slowly")
        # A reader that has not left yet would take the next answer for the rest of this one.
        time.sleep(SECONDS / 10)


class _Slow(BaseHTTPRequestHandler):
    def do_GET(self):
        time.sleep(SECONDS)
        self.send_response(200)
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"ok")

    def log_message(self, *_):
        pass
