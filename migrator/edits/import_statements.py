"""One import statement: parsed by LibCST from its own text, and changed.

LibCST hangs the comments between two names on the comma that parts them; here a comment belongs to
the name that it is written for, so that it goes where the name goes.
"""

import ast
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import libcst as cst
from libcst.helpers import get_full_name_for_node

from migrator.edits.blocks import end_with_comment
from migrator.edits.locate import Place
from migrator.edits.misfit import Misfit
from migrator.edits.text import Text


@dataclass(frozen=True, slots=True)
class Name:
    """One imported name; ``above`` are comments over it, ``beside`` the one behind it."""

    node: cst.ImportAlias | cst.ImportStar
    above: tuple[str, ...] = ()
    beside: str = ""

    @property
    def name(self) -> str:
        """The name in the module that it is imported from."""
        return "*" if isinstance(self.node, cst.ImportStar) else self.node.evaluated_name

    @property
    def bound(self) -> str:
        """The name under which the importing module knows it."""
        if isinstance(self.node, cst.ImportStar):
            return "*"
        return self.node.evaluated_alias or self.node.evaluated_name

    def renamed(self, name: str) -> "Name":
        """Import ``name`` instead, under the same alias; ``Quart as Flask`` gives it one."""
        if name == self.name:
            return self
        name, _, alias = name.partition(" as ")
        node = self.node.with_changes(name=cst.parse_expression(name))
        if alias:
            node = node.with_changes(asname=cst.AsName(cst.Name(alias)))
        return replace(self, node=node)


@dataclass(frozen=True, slots=True)
class ImportStatement:
    """``from module import names``, or ``import names``; ``comment`` follows the statement.

    ``node`` is the statement as it was written; its own names are those that it had then.
    """

    node: cst.Import | cst.ImportFrom
    names: tuple[Name, ...]
    comment: str = ""

    @property
    def module(self) -> str | None:
        """The module after ``from``, with the dots of a relative import; else ``None``."""
        if isinstance(self.node, cst.Import):
            return None
        name = get_full_name_for_node(self.node.module) if self.node.module else None
        return "." * len(self.node.relative) + (name or "")

    @property
    def sort_name(self) -> str:
        """The module by which sorted imports are ordered."""
        module = self.module
        return self.names[0].name if module is None else module

    def binds(self, bound: str) -> bool:
        """Whether the statement binds the name."""
        return any(name.bound == bound for name in self.names)

    def from_module(self, module: str) -> "ImportStatement":
        """Import from another module, named in full."""
        if module == self.module:
            return self
        blank = cst.SimpleWhitespace(" ")
        node = self.node.with_changes(
            relative=(),
            module=cst.parse_expression(module),
            whitespace_after_from=blank,
            whitespace_before_import=blank,
        )
        return replace(self, node=node)


def read(text: Text, place: Place) -> ImportStatement:
    """Read the import statement at *place*."""
    if not isinstance(place.node, ast.Import | ast.ImportFrom):
        raise Misfit("there is no import statement")
    return parse_import(text.text[place.start : end_with_comment(text, place)])


def parse_import(code: str) -> ImportStatement:
    """Read the import statement that *code* is."""
    line = cst.ensure_type(cst.parse_statement(code), cst.SimpleStatementLine)
    comment = line.trailing_whitespace.comment
    node = line.body[0]
    if not isinstance(node, cst.Import | cst.ImportFrom):
        raise Misfit("there is no import statement")
    return ImportStatement(node, _names(node), comment.value if comment else "")


def _names(node: cst.Import | cst.ImportFrom) -> tuple[Name, ...]:
    if isinstance(node.names, cst.ImportStar):
        return (Name(node.names),)
    opening, closing = parentheses(node)
    above = comments_in(*_own_lines(opening))
    names: list[Name] = []
    for alias in node.names:
        below = comments_in(*_own_lines(blanks_behind(alias)))
        comments = comments_in(alias)
        beside = " ".join(comments[: len(comments) - len(below)])
        names.append(Name(_without_blanks(alias), tuple(above), beside))
        above = below
    rest = [names[-1].beside, *above, *comments_in(closing)]
    return (*names[:-1], replace(names[-1], beside=" ".join(filter(None, rest))))


def parentheses(
    node: cst.Import | cst.ImportFrom,
) -> tuple[cst.BaseParenthesizableWhitespace, cst.BaseParenthesizableWhitespace]:
    """Return what stands after the opening parenthesis and before the closing one, but names."""
    if isinstance(node, cst.Import) or node.lpar is None or node.rpar is None:
        return cst.SimpleWhitespace(""), cst.SimpleWhitespace("")
    return node.lpar.whitespace_after, node.rpar.whitespace_before


def blanks_behind(alias: cst.ImportAlias) -> cst.BaseParenthesizableWhitespace:
    """Return the blanks, line ends and comments between the comma and the next name."""
    if isinstance(alias.comma, cst.Comma):
        return alias.comma.whitespace_after
    return cst.SimpleWhitespace("")


def _own_lines(blanks: cst.BaseParenthesizableWhitespace) -> Sequence[cst.EmptyLine]:
    return blanks.empty_lines if isinstance(blanks, cst.ParenthesizedWhitespace) else ()


def comments_in(*nodes: cst.CSTNode) -> list[str]:
    """Return the comments in the nodes, in the order of the text."""
    found: list[str] = []
    for node in nodes:
        found += [node.value] if isinstance(node, cst.Comment) else comments_in(*node.children)
    return found


def _without_blanks(alias: cst.ImportAlias) -> cst.ImportAlias:
    asname = cst.AsName(alias.asname.name) if alias.asname else None
    return alias.with_changes(asname=asname, comma=cst.MaybeSentinel.DEFAULT)


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
