"""Finding the syntax nodes that edits name by their span.

Only nodes on lines with edits are visited, so a large file with few edits costs little more than
its ``ast.parse``.
"""

import ast
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

from migrator.edits.text import Text
from migrator.errors import EditConflict
from migrator.source.span import Span

Statements = list[ast.stmt]


@dataclass(frozen=True, slots=True)
class Place:
    """A node, where it stands in the text (offsets), and what it is to its parent."""

    node: ast.AST
    parent: ast.AST
    field: str
    start: int
    end: int


class Tree:
    """The places of a file's nodes on the lines that matter."""

    def __init__(self, text: Text, module: ast.Module, lines: Iterable[int]) -> None:
        """Visit the nodes of *module* that reach over one of *lines*."""
        self.text = text
        self.module = module
        self._lines = sorted(set(lines))
        self._places: dict[ast.AST, Place] = {}
        self._by_range: dict[tuple[int, int], list[Place]] = {}
        self._visit(module)

    def _visit(self, top: ast.AST) -> None:
        pending = [top]
        while pending:
            parent = pending.pop()
            for field, child in _children(parent):
                if not self._matters(child):
                    continue
                if isinstance(child, ast.expr | ast.stmt | ast.keyword | ast.alias):
                    self._record(child, parent, field)
                elif isinstance(child, ast.comprehension | ast.withitem):
                    self._places[child] = Place(child, parent, field, 0, 0)
                pending.append(child)

    def _matters(self, node: ast.AST) -> bool:
        first = first_line(node)
        if first is None:
            return True
        index = bisect_left(self._lines, first)
        last = getattr(node, "end_lineno", None) or first
        return index < len(self._lines) and self._lines[index] <= last

    def _record(
        self, node: ast.expr | ast.stmt | ast.keyword | ast.alias, parent: ast.AST, field: str
    ) -> None:
        place = Place(node, parent, field, *self.text.range(node))
        self._places[node] = place
        self._by_range.setdefault((place.start, place.end), []).append(place)

    @property
    def whole(self) -> Place:
        """The whole file."""
        return Place(self.module, self.module, "", 0, len(self.text.text))

    def place(self, node: ast.AST) -> Place:
        """Return the place of a node on one of the lines that matter, or beside one."""
        found = self._places.get(node)
        if found is None:
            raise LookupError(node)
        return found

    def has_statement(self, span: Span) -> bool:
        """Whether a statement, not counting its decorators, stands exactly at *span*."""
        places = self._by_range.get(self.text.span(span), ())
        return any(isinstance(place.node, ast.stmt) for place in places)

    def expression(self, span: Span, rule: str) -> Place:
        """Return the outermost expression at *span*.

        Raises :exc:`migrator.errors.EditConflict` if there is none; so do the other finders.
        """
        return self._find(span, rule, ast.expr, "expression")

    def call(self, span: Span, rule: str) -> Place:
        """Return the call at *span*."""
        return self._find(span, rule, ast.Call, "call")

    def statement(self, span: Span, rule: str) -> Place:
        """Return the statement at *span*, which may start at the first decorator."""
        start, end = self.text.span(span)
        for place in self._decorated.get(start, ()):
            if place.end == end:
                return place
        return self._find(span, rule, ast.stmt, "statement")

    def statements(self, span: Span, rule: str) -> list[Place]:
        """Return the neighbouring statements that *span* reaches over."""
        start, end = self.text.span(span)
        for first in self._starting_at(start):
            block = self.siblings(first)
            run = [it for it in block if first.start <= it.start and it.end <= end]
            if run and run[-1].end == end:
                return run
        raise self._missing(span, rule, "run of statements")

    def quotes_around(self, place: Place) -> str:
        """Return the quotes of the f-string that *place* stands in; none: an empty string."""
        around: Place | None = place
        while around is not None and isinstance(around.node, ast.expr | ast.comprehension):
            around = self._places.get(around.parent)
            if around is not None and isinstance(around.node, ast.JoinedStr):
                return _quotes(self.text.text, around.start, place.start)
        return ""

    def first_of_block(self, statement: Place) -> Place:
        """Return the first statement of the block that *statement* stands in."""
        block: Statements = getattr(statement.parent, statement.field)
        return self._in_block(statement, block[0])

    def _in_block(self, statement: Place, node: ast.stmt) -> Place:
        found = self._places.get(node)
        return found or Place(node, statement.parent, statement.field, *self.text.range(node))

    def siblings(self, statement: Place) -> list[Place]:
        """Return all statements of the block that *statement* stands in."""
        block: Statements = getattr(statement.parent, statement.field)
        return [self._in_block(statement, node) for node in block]

    def top_level(self, node: ast.stmt) -> Place:
        """Return the place of a statement at the top level of the file."""
        return Place(node, self.module, "body", *self.text.range(node))

    def _starting_at(self, start: int) -> Iterator[Place]:
        yield from self._decorated.get(start, ())
        for place in self._places.values():
            if place.start == start and isinstance(place.node, ast.stmt):
                yield place

    @cached_property
    def _decorated(self) -> dict[int, list[Place]]:
        found: dict[int, list[Place]] = {}
        for place in self._places.values():
            start = statement_start(self.text, place)
            if start != place.start:
                found.setdefault(start, []).append(place)
        return found

    def _find(self, span: Span, rule: str, kind: type[ast.AST], name: str) -> Place:
        for place in self._by_range.get(self.text.span(span), ()):
            if isinstance(place.node, kind) and not _is_f_string_part(place):
                return place
        raise self._missing(span, rule, name)

    def _missing(self, span: Span, rule: str, name: str) -> EditConflict:
        where = f"{self.text.file.path}:{span.line}"
        start, end = self.text.span(span)
        seen = " ".join(self.text.text[start:end].split())
        return EditConflict(where, (rule,), f"there is no {name} to edit at {seen[:60]!r}")


def first_line(node: ast.AST) -> int | None:
    """Return the line at which *node* starts, its decorators included; ``None`` if unknown."""
    line: int | None = getattr(node, "lineno", None)
    decorators: list[ast.expr] = getattr(node, "decorator_list", [])
    return decorators[0].lineno if decorators else line


def statement_start(text: Text, place: Place) -> int:
    """Return the offset at which a statement starts, at its first ``@`` if it is decorated."""
    decorators: list[ast.expr] = getattr(place.node, "decorator_list", [])
    if not decorators:
        return place.start
    start, _ = text.range(decorators[0])
    return text.text.rindex("@", 0, start)


def _quotes(text: str, start: int, end: int) -> str:
    """Return the quotes of the last string that opens in a run of implicitly joined strings."""
    quotes, position = "", start
    while position < end:
        for candidate in (quotes,) if quotes else ("'''", '"""', "'", '"'):
            if text.startswith(candidate, position):
                quotes = "" if quotes else candidate
                position += len(candidate) - 1
                break
        position += 2 if text[position] == "\\" else 1
    return quotes


def _children(node: ast.AST) -> Iterator[tuple[str, ast.AST]]:
    for field, value in ast.iter_fields(node):
        if isinstance(value, ast.AST):
            yield field, value
        elif isinstance(value, list):
            yield from ((field, it) for it in value if isinstance(it, ast.AST))


def _is_f_string_part(place: Place) -> bool:
    """Before Python 3.12 parts of an f-string that are no expressions have its position."""
    return isinstance(place.node, ast.FormattedValue) or (
        isinstance(place.node, ast.Constant) and isinstance(place.parent, ast.JoinedStr)
    )
