"""Finding the function around a line by indentation, and keeping functions by comment."""

import pytest

from migrator.source.files import decode
from migrator.source.keeping import keep
from migrator.source.outline import function_at

TEXT = """\
import os

class Shop:
    name = "shop"

    @property
    async def price(self):
        def rounded():
            return (

1)
        return rounded()

@app.route("/")
def index(
    a,
):
    return a
"""


@pytest.mark.parametrize(
    ("line", "name"),
    [(1, ""), (4, ""), (6, "Shop.price"), (7, "Shop.price"), (9, "Shop.price"), (10, "Shop.price"),
     (12, "Shop.price"), (14, "index"), (15, "index"), (18, "index"), (99, "index")],
)  # fmt: skip
def test_the_outermost_function_around_a_line(line, name):
    assert function_at(TEXT, line) == name


def kept(text, *names):
    return keep(decode("app.py", text.encode()), names).text


def test_a_kept_function_gets_the_comment_and_keeps_its_line_end():
    text = "def f():  # noqa\r\n    pass\r\n\r\ndef g(\r\n  a\r\n): pass\r\n"
    assert kept(text, "f", "g") == (
        "def f():  # noqa  # migrator: keep[make-async]\r\n    pass\r\n\r\n"
        "def g(  # migrator: keep[make-async]\r\n  a\r\n): pass\r\n"
    )


def test_a_kept_function_stays_as_it_is():
    text = "def f():  # migrator: keep\n    pass\n"
    assert kept(text, "f") == text


def test_where_no_comment_can_stand_the_file_stays_as_it_is():
    text = "def f(\\\n    ): pass\n"
    assert kept(text, "f") == text
