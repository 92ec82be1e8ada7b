"""One import statement as data: read from source, changed, and written in its own style."""

import ast
import io
import tokenize
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from migrator.edits.locate import Place
from migrator.edits.misfit import Misfit
from migrator.edits.text import Text

LINE_LIMIT = 88
"""Where a line of imported names is broken, as Black and isort's Black profile do."""


@dataclass(frozen=True, slots=True)
class Name:
    """One imported name; ``above`` are comment lines over it, ``beside`` the one behind it."""

    name: str
    alias: str | None = None
    above: tuple[str, ...] = ()
    beside: str = ""

    @property
    def bound(self) -> str:
        """The name under which the module knows it."""
        return self.alias or self.name

    @property
    def code(self) -> str:
        """The name as written: ``a`` or ``a as b``."""
        return f"{self.name} as {self.alias}" if self.alias else self.name


@dataclass(frozen=True, slots=True)
class ImportStatement:
    """``from module import names``, or ``import names`` where ``module`` is ``None``.

    ``module`` has the dots of a relative import; ``is_column`` says that the names stand one a
    line in parentheses; ``comment`` follows the statement.
    """

    module: str | None
    names: tuple[Name, ...]
    is_column: bool = False
    comment: str = ""

    @property
    def sort_name(self) -> str:
        """The module by which sorted imports are ordered."""
        return self.module if self.module is not None else self.names[0].name

    def binds(self, bound: str) -> bool:
        """Whether the statement binds the name."""
        return any(name.bound == bound for name in self.names)


def read(text: Text, place: Place) -> ImportStatement:
    """Read the import statement at *place*."""
    node = place.node
    if not isinstance(node, ast.Import | ast.ImportFrom):
        raise Misfit("there is no import statement")
    module = "." * node.level + (node.module or "") if isinstance(node, ast.ImportFrom) else None
    after = text.text[place.end : text.line_end(place.end)] if text.ends_line(place.end) else ""
    lines = {alias.lineno for alias in node.names}
    is_column = len(lines) == len(node.names) and place.start + 1 < text.line_start(
        text.range(node.names[0])[0]
    )
    comments = _comments(text.text[place.start : place.end], node.lineno)
    return ImportStatement(module, _names(node.names, comments), is_column, after.strip())


def _names(aliases: Sequence[ast.alias], comments: dict[int, str]) -> tuple[Name, ...]:
    names: list[Name] = []
    above: list[str] = []
    pending = sorted(comments)
    for index, alias in enumerate(aliases):
        while pending and pending[0] < alias.lineno:
            above.append(comments[pending.pop(0)])
        beside = ""
        is_last_on_line = index + 1 == len(aliases) or aliases[index + 1].lineno > alias.lineno
        if pending and is_last_on_line and pending[0] == alias.lineno:
            beside = comments[pending.pop(0)]
        names.append(Name(alias.name, alias.asname, tuple(above), beside))
        above = []
    if pending:
        # Comments behind the last name, before the parenthesis.
        rest = " ".join(filter(None, [names[-1].beside, *(comments[line] for line in pending)]))
        names[-1] = replace(names[-1], beside=rest)
    return tuple(names)


def _comments(code: str, first_line: int) -> dict[int, str]:
    """Return the comments inside a statement by line."""
    if "#" not in code:
        return {}
    tokens = tokenize.generate_tokens(io.StringIO(code, newline=None).readline)
    return {
        token.start[0] + first_line - 1: token.string
        for token in tokens
        if token.type == tokenize.COMMENT
    }


def write(statement: ImportStatement, indentation: str, unit: str) -> list[str]:
    """Return the lines of the statement, without the indentation of the first."""
    head = "import " if statement.module is None else f"from {statement.module} import "
    tail = f"  {statement.comment}" if statement.comment else ""
    line = head + ", ".join(name.code for name in statement.names)
    if not _needs_column(statement, len(indentation) + len(line)):
        return [line + tail]
    inner = indentation + unit
    lines = [f"{head}("]
    for name in statement.names:
        lines += [inner + comment for comment in name.above]
        beside = f"  {name.beside}" if name.beside else ""
        lines.append(f"{inner}{name.code},{beside}")
    return [*lines, f"{indentation}){tail}"]


def _needs_column(statement: ImportStatement, length: int) -> bool:
    if statement.module is None or statement.names[0].name == "*":
        return False
    if any(name.above or name.beside for name in statement.names):
        return True
    return length > LINE_LIMIT or (statement.is_column and len(statement.names) > 1)


def with_names(statement: ImportStatement, new: Iterable[Name]) -> ImportStatement:
    """Add names that the statement does not bind yet, in order if its names are in order."""
    added = [name for name in new if not statement.binds(name.bound)]
    names = in_order_of(statement.names, [*statement.names, *added])
    return replace(statement, names=names)


def in_order_of(model: Sequence[Name], names: Sequence[Name]) -> tuple[Name, ...]:
    """Sort *names* as those of *model* are sorted, if they are."""
    for key in (_by_type, _by_letters):
        if list(model) == sorted(model, key=key):
            return tuple(sorted(names, key=key))
    return tuple(names)


def _by_type(name: Name) -> tuple[int, str]:
    """Order as isort does: CONSTANTS, Classes, then functions."""
    is_constant = name.name.isupper() and len(name.name) > 1
    kind = 0 if is_constant else 1 if name.name[:1].isupper() else 2
    return kind, name.name.lower()


def _by_letters(name: Name) -> tuple[int, str]:
    return 0, name.name.lower()
