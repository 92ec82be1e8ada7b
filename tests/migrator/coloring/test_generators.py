"""Generators: read where they wait, or made async with all that reads them."""

import pytest
from hand_made import barriers, inferred, offloads, states

HEAD = """\
import time
from flask import Flask, render_template
app = Flask(__name__)
def rows():
    for row in range(3):
        time.sleep(1)
        yield row
"""


def view(body):
    lines = "".join(f"    {line}\n" for line in body.strip().splitlines())
    return inferred(f"{HEAD}@app.route('/')\ndef index():\n{lines}")


@pytest.mark.parametrize(
    ("reading", "offload"),
    [
        ("list(rows())", "call: list(rows())"),
        ("[row for row in rows()]", "lambda: [row for row in rows()]"),
        ("''.join(rows()).strip()", "call: ''.join(rows())"),
    ],
)
def test_what_reads_a_generator_that_waits_moves_with_it(reading, offload):
    """Made in the lane and read on the loop, it would wait there."""
    colors = view(f"found = {reading}\nreturn render_template('x', found=found)")
    assert states(colors)["index"] == "async"
    assert offloads(colors) == [offload]


def test_an_await_in_a_loop_over_a_generator_that_waits():
    colors = view("for row in rows():\n    render_template('x', row=row)")
    assert states(colors)["index"] == "bridged"
    assert barriers(colors)["index"] == "loop-of-waits"
