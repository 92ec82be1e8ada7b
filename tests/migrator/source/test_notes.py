"""Notes stand above the code that they are about, and nothing else changes."""

import sysconfig
from pathlib import Path

import pytest

from migrator.source.files import decode
from migrator.source.notes import with_notes
from migrator.source.suppressions import find_suppressions


def noted(code, notes):
    data = code if isinstance(code, bytes) else code.encode()
    file = with_notes(decode("app.py", data), notes).file
    return file.encode(file.text) if isinstance(code, bytes) else file.text


def test_a_note_stands_above_the_statement_around_its_line():
    code = "def f():\n    x = [\n        1,\n    ]\n"
    assert noted(code, {3: ["left[a]: b"]}) == (
        "def f():\n    # migrator: left[a]: b\n    x = [\n        1,\n    ]\n"
    )


def test_a_note_on_a_function_stands_above_its_decorators():
    code = "@a\n@b\ndef f():\n    pass\n"
    assert noted(code, {3: ["bridged: c"]}) == "# migrator: bridged: c\n" + code


def test_a_line_between_statements_belongs_to_the_next_one():
    assert noted("# a\n\nx = 1\n", {1: ["left[a]: b"]}) == "# a\n\n# migrator: left[a]: b\nx = 1\n"
    assert noted("# a\n", {1: ["left[a]: b"]}) == "# a\n"


def test_several_notes_on_one_statement_stand_below_each_other_each_once():
    code = noted("x = 1\n", {1: ["left[a]: b", "left[c]: d", "left[a]: b"]})
    assert code == "# migrator: left[a]: b\n# migrator: left[c]: d\nx = 1\n"


def test_where_a_note_stands_it_stays_as_it_is():
    code = "# migrator: left[a]: b\n#   and more\n# mine\nx = 1\n"
    assert noted(code, {4: ["left[a]: something else"]}) == code
    assert noted(code, {4: ["bridged: c"]}) == code


def test_long_notes_are_wrapped():
    code = noted(f"if x:\n    y = 1  # {'z' * 80}\n", {2: [f"left[a]: {'word ' * 40}"]})
    notes = code.splitlines()[1:-1]
    assert len(notes) > 2
    assert all(len(line) <= 88 for line in notes)
    assert all(line.startswith("    #   word") for line in notes[1:])


@pytest.mark.parametrize(
    ("code", "line"),
    [
        ("if x: y = 1; z = 2\n", 1),
        ("if x: \\\n    y = 1\n", 2),
        ("class A: \\\n  x = 1\n", 2),
    ],
)
def test_a_statement_that_shares_its_line_gets_the_note_above_what_holds_it(code, line):
    assert noted(code, {line: ["left[a]: b"]}) == "# migrator: left[a]: b\n" + code


@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_line_ends_and_byte_order_mark_stay(line_end, mark):
    code = f"{mark}x = 1\ny = 2\n".replace("\n", line_end).encode()
    wanted = f"{mark}x = 1\n# migrator: left[a]: b\ny = 2\n".replace("\n", line_end).encode()
    assert noted(code, {2: ["left[a]: b"]}) == wanted


def test_what_the_encoding_of_the_file_lacks_is_escaped():
    code = "# coding: latin-1\nx = 'é'\n".encode("latin-1")
    assert noted(code, {2: ["left[a]: é …"]}) == (
        "# coding: latin-1\n# migrator: left[a]: é \\u2026\nx = 'é'\n".encode("latin-1")
    )


def test_a_note_that_python_would_take_for_an_encoding_is_left_out():
    assert noted("x = 1\n", {1: ["left[a]: set coding: klingon"]}) == "x = 1\n"


def test_a_note_on_a_suppression_is_none():
    code = noted("x = 1\n", {1: ["left[keep]: `# migrator: keep[odd]` names no rule"]})
    assert "keep[odd]` names no rule" in code
    assert not find_suppressions(decode("app.py", code.encode())).lines


def test_line_numbers_of_the_file_as_it_was_are_those_of_the_file_with_notes():
    result = with_notes(decode("a.py", b"x = 1\ny = 2\nz = 3\n"), {2: ["left[a]: b", "left[c]: d"]})
    lines = result.file.text.splitlines()
    assert [lines[result.line(line) - 1] for line in (1, 2, 3)] == ["x = 1", "y = 2", "z = 3"]


def standard_library():
    folder = Path(sysconfig.get_paths()["stdlib"])
    names = ("ast", "argparse", "dataclasses", "difflib", "tokenize", "typing", "unittest/mock")
    return [folder / f"{name}.py" for name in names]


@pytest.mark.parametrize("path", standard_library(), ids=lambda path: path.stem)
def test_notes_on_every_line_of_real_code_are_all_that_changes(path):
    file = decode(path.name, path.read_bytes())
    lines = file.text.splitlines(keepends=True)
    result = with_notes(file, {number: ["left[a]: b"] for number in range(1, len(lines) + 1)})
    after = result.file.text.splitlines(keepends=True)
    assert len(after) > len(lines)
    assert [line for line in after if line.strip() != "# migrator: left[a]: b"] == lines
    assert [after[result.line(number) - 1] for number in range(1, len(lines) + 1)] == lines
    assert with_notes(result.file, {1: ["left[a]: b"]}).file.text == result.file.text
