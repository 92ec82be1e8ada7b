"""Blocking calls of a known length, one a view; the length stands beside each."""

import sqlite3
import subprocess
import sys
import threading
import time
from pathlib import Path

CALLS = {}


def plant(milliseconds):
    def register(function):
        CALLS[function.__name__] = function, milliseconds
        return function

    return register


@plant(30)
def sleep():
    time.sleep(0.03)


@plant(40)
def nested():
    helper()


def helper():
    time.sleep(0.04)


@plant(None)
def sqlite():
    connection = sqlite3.connect(":memory:")
    connection.execute(
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 200000) "
        "SELECT sum(i) FROM n"
    ).fetchone()
    connection.close()


@plant(25)
def lock():
    slow = threading.Lock()
    slow.acquire()
    threading.Timer(0.025, slow.release).start()
    with slow:
        pass


@plant(None)
def process():
    subprocess.run([sys.executable, "-S", "-c", "import time; time.sleep(0.03)"], check=True)


@plant(20)
def cpu():
    end = time.perf_counter() + 0.02
    while time.perf_counter() < end:
        pass


@plant(None)
def file():
    with Path("/dev/zero").open("rb") as zeros:
        zeros.read(60_000_000)


def quick():
    return sum(range(100))
