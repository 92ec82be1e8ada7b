"""Reading Python files: what comes in comes out again, and what Python refuses is refused."""

import ast

import pytest

from migrator.errors import UnreadableSource
from migrator.source.files import decode, discover, read
from migrator.source.parse import parse
from migrator.source.span import Span


@pytest.mark.parametrize(
    ("data", "encoding", "text"),
    [
        (b"x = 1\n", "utf-8", "x = 1\n"),
        ("é = 1\n".encode(), "utf-8", "é = 1\n"),
        (b"# coding: latin-1\nx = '\xe9'\n", "iso-8859-1", "# coding: latin-1\nx = 'é'\n"),
        (b"#!/bin/python\n# -*- coding: cp1252 -*-\nx = '\x80'\n", "cp1252",
         "#!/bin/python\n# -*- coding: cp1252 -*-\nx = '€'\n"),
        (b"x = 1\r\ny = 2\r\n", "utf-8", "x = 1\r\ny = 2\r\n"),
        (b"x = 1\ry = 2\r", "utf-8", "x = 1\ry = 2\r"),
        (b"if x:\n\ty = 1  \n", "utf-8", "if x:\n\ty = 1  \n"),
        (b"", "utf-8", ""),
        (b"x = 1", "utf-8", "x = 1"),
        (b"\x0cx = 1\n", "utf-8", "\x0cx = 1\n"),
    ],
)  # fmt: skip
def test_text_and_encoding(data, encoding, text):
    file = decode("a.py", data)
    assert file.text == text
    assert file.encoding == encoding
    assert file.encode(file.text) == data


def test_a_byte_order_mark_is_no_text_and_comes_back():
    file = decode("a.py", b"\xef\xbb\xbfx = 1\n")
    assert file.text == "x = 1\n"
    assert file.encode("y = 2\n") == b"\xef\xbb\xbfy = 2\n"


@pytest.mark.parametrize(
    ("data", "place", "words"),
    [
        ("x = 1\n".encode("utf-16"), (1, 0), "UTF-16"),
        ("x = 1\n".encode("utf-32"), (1, 0), "UTF-16"),
        (b"x = 1\ny = '\xe9'\n", (2, 5), "0xe9"),
        (b"x = 1\n\n\ny = '\xe9'\n", (4, 5), "0xe9"),
        (b"# coding: no-such\n", (1, 0), "no-such"),
        (b"# coding: rot13\n", (1, 0), "rot13"),
        (b"x = 1\0\n", (1, 5), "null"),
        (b"\xef\xbb\xbf# coding: latin-1\n", (1, 0), "encoding problem"),
    ],
)
def test_what_cannot_be_decoded_says_where(data, place, words):
    with pytest.raises(UnreadableSource, match=words) as caught:
        decode("a.py", data)
    assert (caught.value.line, caught.value.column) == place
    assert caught.value.path == "a.py"


@pytest.mark.parametrize(
    ("code", "line", "column"),
    [("def f(:\n", 1, 6), ("x = 1\n  y = 2\n", 2, 0), ("é = (\n", 1, 4), ("(" * 300, 1, 0)],
)
def test_a_syntax_error_says_where(code, line, column):
    with pytest.raises(UnreadableSource) as caught:
        parse(decode("a.py", code.encode()))
    assert caught.value.line == line
    if column:
        assert caught.value.column == column


def test_warnings_about_the_users_code_are_not_ours():
    parse(decode("a.py", b"x = '\\d'\nassert (1, 2)\n1 is 1\n"))


@pytest.mark.parametrize(
    ("code", "snippet"),
    [
        ("xé = '€'; y = 1\n", "y"),
        ("# é\ny = 1\n", "y"),
        ("'𝄞'; y = 1\n", "y"),
        ("x = 1\r\né = y\r\n", "y"),
        ("x = 1\ré = y\r", "y"),
        ("'\x0c'; y\n", "y"),
        ("'\u2028'; y\n", "y"),
        ("z = (é,\n  y)\n", "y"),
    ],
)
def test_spans_count_characters(code, snippet):
    file = decode("a.py", code.encode())
    (node,) = [
        node for node in ast.walk(parse(file)) if isinstance(node, ast.Name) and node.id == snippet
    ]
    before = code[: code.index(snippet)].replace("\r\n", "\n").replace("\r", "\n")
    line, column = before.count("\n") + 1, len(before) - (before.rfind("\n") + 1)
    assert file.span(node) == Span(line, column, line, column + len(snippet))


def test_the_files_of_a_tree(tmp_path):
    for path in (
        "app.py", "pkg/__init__.py", "pkg/sub/a.py", "readme.md", ".hidden/a.py",
        "node_modules/a.py", "build/a.py", "venv/pyvenv.cfg", "venv/lib/a.py",
        "pkg/__pycache__/a.py", "odd name/é.py",
    ):  # fmt: skip
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text("")
    assert discover(tmp_path) == ("app.py", "odd name/é.py", "pkg/__init__.py", "pkg/sub/a.py")


def test_left_out_by_glob(tmp_path):
    for path in ("app.py", "migrations/a.py", "pkg/generated_pb2.py", "pkg/a.py"):
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text("")
    assert discover(tmp_path, ["migrations", "*_pb2.py"]) == ("app.py", "pkg/a.py")
    assert discover(tmp_path, ["pkg/*"]) == ("app.py", "migrations/a.py")


def test_one_file_as_root(tmp_path):
    script = tmp_path / "script.py"
    script.write_text("x = 1\n")
    assert discover(script) == ("script.py",)
    assert read(script, "script.py").text == "x = 1\n"


def test_links_to_folders_are_not_followed(tmp_path):
    (tmp_path / "pkg").mkdir()
    (tmp_path / "pkg/a.py").write_text("")
    (tmp_path / "pkg/loop").symlink_to(tmp_path)
    (tmp_path / "dangling.py").symlink_to(tmp_path / "missing.py")
    assert discover(tmp_path) == ("pkg/a.py",)


def test_a_folder_named_like_a_module(tmp_path):
    (tmp_path / "a.py").mkdir()
    assert discover(tmp_path) == ()


def test_a_file_that_is_gone(tmp_path):
    with pytest.raises(UnreadableSource, match="No such file"):
        read(tmp_path, "a.py")


def test_an_empty_folder(tmp_path):
    assert discover(tmp_path) == ()
