"""How an import statement is laid out: on one line, or with one name a line in parentheses."""

from collections.abc import Iterable
from itertools import pairwise

import libcst as cst

from migrator.edits.import_statements import (
    ImportStatement,
    blanks_behind,
    comments_in,
    parentheses,
)

LINE_LIMIT = 88
"""Where a line of imported names is broken, as Black and isort's Black profile do."""


def write(statement: ImportStatement, indentation: str, unit: str, newline: str) -> str:
    """Return the code of the statement; *indentation* is that of its first line."""
    printer = cst.Module((), default_newline=newline)
    code = printer.code_for_node(_in_line(statement))
    if _needs_column(statement, len(indentation) + len(code)):
        code = printer.code_for_node(_in_column(statement, indentation, indentation + unit))
    return f"{code}  {statement.comment}" if statement.comment else code


def _needs_column(statement: ImportStatement, length: int) -> bool:
    node = statement.node
    if isinstance(node, cst.Import) or statement.names[0].name == "*":
        return False
    if _opening_comment(node) or any(name.above or name.beside for name in statement.names):
        return True
    return length > LINE_LIMIT or (_is_column(node) and len(statement.names) > 1)


def _is_column(node: cst.ImportFrom) -> bool:
    """Whether the names stand one a line in parentheses."""
    if isinstance(node.names, cst.ImportStar):
        return False
    blanks = [parentheses(node)[0], *(blanks_behind(alias) for alias in node.names[:-1])]
    return all(isinstance(it, cst.ParenthesizedWhitespace) for it in blanks)


def _opening_comment(node: cst.ImportFrom) -> str:
    """Return the comment behind the opening parenthesis: ``# noqa`` has to stay on that line."""
    opening, _ = parentheses(node)
    if isinstance(opening, cst.ParenthesizedWhitespace):
        return "".join(comments_in(opening.first_line))
    return ""


def _in_line(statement: ImportStatement) -> cst.Import | cst.ImportFrom:
    node, names = statement.node, [name.node for name in statement.names]
    if isinstance(node, cst.Import):
        return node.with_changes(names=names)
    return node.with_changes(
        whitespace_after_import=cst.SimpleWhitespace(" "),
        lpar=None,
        names=names[0] if isinstance(names[0], cst.ImportStar) else names,
        rpar=None,
    )


def _in_column(statement: ImportStatement, outer: str, inner: str) -> cst.ImportFrom:
    node, names = cst.ensure_type(statement.node, cst.ImportFrom), statement.names
    behind = [_blanks(one.beside, other.above, inner) for one, other in pairwise(names)]
    behind.append(_blanks(names[-1].beside, (), outer))
    return node.with_changes(
        whitespace_after_import=cst.SimpleWhitespace(" "),
        lpar=cst.LeftParen(_blanks(_opening_comment(node), names[0].above, inner)),
        names=[
            name.node.with_changes(comma=cst.Comma(whitespace_after=blanks))
            for name, blanks in zip(names, behind, strict=True)
        ],
        rpar=cst.RightParen(),
    )


def _blanks(beside: str, above: Iterable[str], indentation: str) -> cst.ParenthesizedWhitespace:
    """Break the line after the comment *beside*, and go on below those *above* what follows."""
    indented = cst.SimpleWhitespace(indentation)
    return cst.ParenthesizedWhitespace(
        cst.TrailingWhitespace(
            cst.SimpleWhitespace("  " if beside else ""), cst.Comment(beside) if beside else None
        ),
        [cst.EmptyLine(indent=False, whitespace=indented, comment=cst.Comment(it)) for it in above],
        last_line=indented,
    )
