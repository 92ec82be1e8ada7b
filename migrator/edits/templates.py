"""Replacement code with ``{0}`` placeholders, and where these stand in it."""

import ast
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from migrator.edits.misfit import Misfit
from migrator.edits.patches import Piece

_PLACEHOLDER = re.compile(r"\{(\d+)\}")


@dataclass(frozen=True, slots=True)
class Template:
    """Parsed replacement code.

    ``contexts`` maps a placeholder's number to its parent in the code and the field of it;
    ``shape`` is the expression that the code is (``None`` for statements); ``is_enclosed`` says
    that one pair of parentheses holds all of it.
    """

    code: str
    contexts: Mapping[int, tuple[ast.AST, str]]
    shape: ast.expr | None = None
    is_enclosed: bool = False

    @property
    def is_bare_placeholder(self) -> bool:
        """Whether the code is one placeholder and nothing else."""
        return self.code.strip() == "{0}" and 0 in self.contexts

    def fill(self, parts: Sequence[Sequence[Piece]]) -> tuple[Piece, ...]:
        """Put the pieces of each part where its placeholders stand."""
        return tuple(_filled(self.code, parts))


def expression(code: str, parts: int) -> Template:
    """Parse replacement code for an expression.

    Raises :exc:`Misfit` if it is none.
    """
    named = _with_names(code, parts)
    try:
        # In parentheses, line breaks in the code are as harmless as they are at its place.
        tree = ast.parse(f"({named}\n)", mode="eval")
    except SyntaxError as error:
        raise Misfit(f"the replacement is no expression: {code}") from error
    return Template(code, _contexts(tree, parts), tree.body, is_enclosed(named))


def statements(code: str, parts: int) -> Template:
    """Parse replacement code for statements.

    Raises :exc:`Misfit` if it is none.
    """
    try:
        tree = ast.parse(_with_names(code, parts))
    except SyntaxError as error:
        raise Misfit(f"the replacement is no statement: {code}") from error
    return Template(code, _contexts(tree, parts))


def _filled(code: str, parts: Sequence[Sequence[Piece]]) -> Iterator[Piece]:
    position = 0
    for found in _PLACEHOLDER.finditer(code):
        if int(found[1]) < len(parts):
            yield code[position : found.start()]
            yield from parts[int(found[1])]
            position = found.end()
    yield code[position:]


def _contexts(tree: ast.AST, parts: int) -> dict[int, tuple[ast.AST, str]]:
    numbers = {_name(number): number for number in range(parts)}
    found: dict[int, tuple[ast.AST, str]] = {}
    for parent in ast.walk(tree):
        for field, value in ast.iter_fields(parent):
            for child in value if isinstance(value, list) else [value]:
                if isinstance(child, ast.Name) and child.id in numbers:
                    found[numbers[child.id]] = (parent, field)
    return found


def is_enclosed(code: str) -> bool:
    """Whether one pair of parentheses holds all of the expression *code*."""
    code = code.strip()
    if not code.startswith("("):
        return False
    # "_(a), b" is a tuple and "_(a, b)" a call: the parser tells which parentheses match.
    call = ast.parse(f"(_{code}\n)", mode="eval").body
    return isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id == "_"


def _with_names(code: str, parts: int) -> str:
    def name(found: re.Match[str]) -> str:
        return _name(int(found[1])) if int(found[1]) < parts else found[0]

    return _PLACEHOLDER.sub(name, code)


def _name(number: int) -> str:
    return f"part_{number}_of_edit"
