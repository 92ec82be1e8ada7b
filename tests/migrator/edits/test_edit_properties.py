"""What holds for every set of edits, tried on modules of the standard library."""

import ast
import json.decoder
import json.encoder
import string
import textwrap
from pathlib import Path

import pytest
from editing import file_of
from hypothesis import given
from hypothesis import strategies as st

from migrator.edits.apply import apply
from migrator.edits.edit import (
    AddKeyword,
    Await,
    Edit,
    InsertAfter,
    MakeAsync,
    NestStatements,
    ReplaceExpression,
)
from migrator.source.files import SourceFile

MODULES = [json.decoder, json.encoder, string, textwrap]
SAMPLES = {
    "walrus and friends": "if (y := f(x)) and [*a, *b] and not (yield):\n"
    "    x = lambda q=1: -q ** 2\n",
    "é and tabs": "def é(ü):\n\treturn f'{ü!r} {ü:>{ü}}', 'ü' 'é', ü.ö\n",
    "with": "with (a(b)) as c, e[1:2, ::3]:\n    {**a, 'b': c}; {*d, e}\n",
}
SOURCES = SAMPLES | {it.__name__: Path(it.__file__).read_text("utf-8") for it in MODULES}

each_source = pytest.mark.parametrize("source", SOURCES.values(), ids=SOURCES.keys())
_NOT_AWAITABLE = (ast.Starred, ast.Slice, ast.FormattedValue)


def awaitable_expressions(tree: ast.Module) -> list[ast.expr]:
    """Every expression before which ``await`` may stand as far as the grammar is concerned."""
    left_out: set[ast.AST] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            left_out.update(it for it in node.values if isinstance(it, ast.Constant))
        if isinstance(node, ast.FormattedValue) and node.format_spec:
            left_out.add(node.format_spec)
            left_out.update(node.format_spec.values)
        if isinstance(node, ast.pattern):
            left_out.update(ast.walk(node))
        if isinstance(node, ast.Tuple) and any(isinstance(it, ast.Slice) for it in node.elts):
            left_out.add(node)
    return [
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.expr)
        and not isinstance(node, _NOT_AWAITABLE)
        and isinstance(getattr(node, "ctx", ast.Load()), ast.Load)
        and node not in left_out
    ]


def edit(file: SourceFile, node: ast.AST, operation) -> Edit:
    return Edit(file.path, file.span(node), operation, type(operation).__name__)


class Awaiting(ast.NodeTransformer):
    def __init__(self, nodes: set[ast.AST]) -> None:
        self.nodes = nodes

    def visit(self, node: ast.AST) -> ast.AST:
        is_chosen = node in self.nodes
        node = self.generic_visit(node)
        return ast.Await(value=node) if is_chosen else node


@each_source
@given(data=st.data())
def test_awaited_text_means_what_the_awaited_tree_means(source, data):
    file, tree = file_of(source), ast.parse(source)
    nodes = awaitable_expressions(tree)
    chosen = data.draw(st.lists(st.sampled_from(range(len(nodes))), max_size=30, unique=True))
    result = apply(file, [edit(file, nodes[index], Await()) for index in chosen])
    expected = Awaiting({nodes[index] for index in chosen}).visit(tree)
    assert ast.dump(ast.parse(result)) == ast.dump(expected)


@each_source
def test_every_expression_can_be_awaited_at_once(source):
    file, tree = file_of(source), ast.parse(source)
    nodes = awaitable_expressions(tree)
    result = apply(file, [edit(file, node, Await()) for node in nodes])
    assert ast.dump(ast.parse(result)) == ast.dump(Awaiting(set(nodes)).visit(tree))


def mixed_edits(file: SourceFile, tree: ast.Module) -> list[Edit]:
    """Edits of every kind, at most one run of nested statements in each block."""
    edits: list[Edit] = []
    for number, node in enumerate(ast.walk(tree)):
        if isinstance(node, ast.FunctionDef):
            edits.append(edit(file, node, MakeAsync()))
        if isinstance(node, ast.Call) and not any(it.arg is None for it in node.keywords):
            edits.append(edit(file, node, AddKeyword("added", str(number))))
        if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Load):
            part = file.span(node.value)
            edits.append(edit(file, node, ReplaceExpression("getattr({0}, 'x')", (part,))))
        if isinstance(node, ast.Return | ast.Assign):
            edits.append(edit(file, node, InsertAfter(f"inserted({number})")))
        if isinstance(node, ast.If) and len(node.body) > 1:
            span = file.span(node.body[0])._replace(
                end_line=file.span(node.body[-1]).end_line,
                end_column=file.span(node.body[-1]).end_column,
            )
            edits.append(Edit(file.path, span, NestStatements("n", "offload({name})"), "nest"))
        if isinstance(node, ast.Call | ast.Attribute) and isinstance(
            getattr(node, "ctx", ast.Load()), ast.Load
        ):
            edits.append(edit(file, node, Await()))
    return edits


@each_source
@given(data=st.data())
def test_the_order_of_the_edits_does_not_matter(source, data):
    file = file_of(source)
    available = mixed_edits(file, ast.parse(source))
    chosen = (
        data.draw(st.lists(st.sampled_from(available), max_size=12, unique=True))
        if available
        else []
    )
    result = apply(file, chosen)
    assert apply(file, data.draw(st.permutations(chosen))) == result
    ast.parse(result)


@each_source
@given(data=st.data())
def test_lines_that_no_edit_touches_stay(source, data):
    file = file_of(source)
    available = mixed_edits(file, ast.parse(source))
    chosen = (
        data.draw(st.lists(st.sampled_from(available), max_size=8, unique=True))
        if available
        else []
    )
    touched = {line for it in chosen for line in range(it.span.line, it.span.end_line + 1)}
    # Lines of comments may move to the right with the statement below them.
    kept = [
        line.strip() for number, line in enumerate(source.split("\n"), 1) if number not in touched
    ]
    remaining = iter([line.strip() for line in apply(file, chosen).split("\n")])
    # "in" consumes the iterator, so this holds the order too.
    assert [line for line in kept if line not in remaining] == []
