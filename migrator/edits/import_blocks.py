"""Blocks of neighbouring imports: reading, order, merging, writing."""

import ast
import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import PurePosixPath

from migrator.edits.blocks import end_with_comment, indentation_unit
from migrator.edits.import_layout import write
from migrator.edits.import_statements import ImportStatement, read, with_names
from migrator.edits.locate import Tree, statement_start
from migrator.edits.patches import Copy, Patch, Piece
from migrator.edits.text import Text

FUTURE, STANDARD, THIRD_PARTY, LOCAL = range(4)
"""The sections of imports, in isort's order."""

_RANK = 1
_RANK_AROUND = 4


@dataclass(frozen=True, slots=True)
class Entry:
    """One import of a block.

    ``node`` is its statement in the file (``None``: it is new), ``copy`` its text while it is
    unchanged, ``origin`` the module that it imported from at first.
    """

    statement: ImportStatement
    node: ast.stmt | None = None
    copy: Copy | None = None
    origin: str | None = None


@dataclass(frozen=True, slots=True)
class Block:
    """Imports on neighbouring lines, from offset ``start`` to ``end``."""

    start: int
    end: int
    entries: tuple[Entry, ...]
    is_leading: bool


def read_blocks(tree: Tree) -> list[Block]:
    """Return the blocks of imports at the top level of the file."""
    blocks: list[Block] = []
    run: list[Entry] = []
    is_leading = True
    for node in tree.module.body:
        entry = _entry(tree, node)
        if run and (entry is None or not _follows(tree.text, run[-1], entry)):
            blocks.append(_block(run, is_leading=is_leading))
            run = []
        if entry is not None:
            run.append(entry)
        is_leading = is_leading and (entry is not None or _is_preamble(node))
    return [*blocks, _block(run, is_leading=is_leading)] if run else blocks


def _block(run: Sequence[Entry], *, is_leading: bool) -> Block:
    copies = [entry.copy for entry in run if entry.copy is not None]
    return Block(copies[0].start, copies[-1].end, tuple(run), is_leading)


def _entry(tree: Tree, node: ast.stmt) -> Entry | None:
    if not isinstance(node, ast.Import | ast.ImportFrom):
        return None
    text = tree.text
    place = tree.top_level(node)
    if not (text.starts_line(place.start) and text.ends_line(place.end)):
        return None
    statement = read(text, place)
    copy = Copy(place.start, end_with_comment(text, place))
    return Entry(statement, node, copy, statement.module)


def _follows(text: Text, before: Entry, entry: Entry) -> bool:
    if before.copy is None or entry.copy is None:
        return False
    return text.next_line(before.copy.end) == entry.copy.start


def _is_preamble(node: ast.stmt) -> bool:
    """Whether imports may still follow: a docstring, ``if``, ``try``."""
    is_text = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    return is_text or isinstance(node, ast.Import | ast.ImportFrom | ast.If | ast.Try)


def section(text: Text, statement: ImportStatement) -> int:
    """Return the section of imports that the statement belongs to."""
    top = statement.sort_name.partition(".")[0]
    if top == "__future__":
        return FUTURE
    if top in sys.stdlib_module_names:
        return STANDARD
    return LOCAL if not top or top in PurePosixPath(text.file.path).parts else THIRD_PARTY


SortKey = tuple[int, bool, str, str]


def straight_first(text: Text, entry: Entry) -> SortKey:
    """Order as isort does by default: in a section, ``import x`` before ``from x import``."""
    statement = entry.statement
    is_from = statement.module is not None
    return section(text, statement), is_from, statement.sort_name.lower(), _first_name(statement)


def by_module(text: Text, entry: Entry) -> SortKey:
    """Order as isort does with ``force_sort_within_sections``."""
    statement = entry.statement
    return section(text, statement), False, statement.sort_name.lower(), _first_name(statement)


def _first_name(statement: ImportStatement) -> str:
    return statement.names[0].name.lower()


def in_order_of(text: Text, model: Sequence[Entry], entries: Sequence[Entry]) -> list[Entry]:
    """Sort *entries* by what *model* is sorted by, if it is."""
    for key in (straight_first, by_module):
        # The names decide among imports of one module only where they did so before.
        for length in (4, 3):
            keys = [key(text, entry)[:length] for entry in model]
            if keys == sorted(keys):
                return sorted(entries, key=lambda entry: key(text, entry)[:length])
    return list(entries)


def merged(entries: Sequence[Entry]) -> list[Entry]:
    """Merge changed imports with others of the same module that they were not beside before."""
    found: list[Entry] = []
    for entry in entries:
        for index, other in enumerate(found):
            if _can_merge(other, entry):
                found[index] = _with_statement(
                    other, with_names(other.statement, entry.statement.names)
                )
                break
        else:
            found.append(entry)
    return found


def _with_statement(entry: Entry, statement: ImportStatement) -> Entry:
    if statement == entry.statement:
        return entry
    return replace(entry, statement=statement, copy=None)


def _can_merge(one: Entry, other: Entry) -> bool:
    same = one.statement.module is not None and one.statement.module == other.statement.module
    has_star = any(name.name == "*" for it in (one, other) for name in it.statement.names)
    is_changed = one.copy is None or other.copy is None
    return same and is_changed and not has_star and one.origin != other.origin


def imports_one_name_a_line(blocks: Sequence[Block]) -> bool:
    """Whether the file imports one name a statement, as isort's ``force_single_line`` has it."""
    counts: dict[str, int] = {}
    for block in blocks:
        for entry in block.entries:
            if entry.statement.module is not None:
                if len(entry.statement.names) > 1:
                    return False
                counts[entry.statement.module] = counts.get(entry.statement.module, 0) + 1
    return any(count > 1 for count in counts.values())


def block_patch(
    tree: Tree, block: Block, entries: Sequence[Entry], rules: tuple[str, ...]
) -> Patch:
    """Return the patch that makes *block* consist of *entries*."""
    if not entries:
        end = tree.text.next_line(block.end)
        return Patch(block.start, end, (), rules, _RANK)
    return Patch(block.start, block.end, tuple(_lines(tree, entries)), rules, _RANK)


def new_block_patch(
    tree: Tree, blocks: Sequence[Block], entries: Sequence[Entry], rules: tuple[str, ...]
) -> Patch:
    """Return the patch that puts a new block between those of the sections before and after."""
    text = tree.text
    gap = text.newline * 2
    lines = _lines(tree, entries)
    earlier = _earlier_block(text, blocks, section(text, entries[0].statement))
    anchor = (earlier.start, earlier.end) if earlier else _docstring(tree)
    if anchor is not None:
        return Patch(*anchor, (Copy(*anchor), gap, *lines), rules, _RANK_AROUND)
    first = _first_range(tree, blocks)
    if first is not None:
        return Patch(*first, (*lines, gap, Copy(*first)), rules, _RANK_AROUND)
    end = len(text.text)
    opening = "" if text.line_start(end) == end else text.newline
    return Patch(end, end, (opening, *lines, text.newline), rules, _RANK_AROUND)


def _earlier_block(text: Text, blocks: Sequence[Block], wanted: int) -> Block | None:
    """Return the last block at the top whose imports all belong to sections before *wanted*."""
    earlier = None
    for block in blocks:
        sections = [section(text, entry.statement) for entry in block.entries]
        if block.is_leading and max(sections) < wanted:
            earlier = block
    return earlier


def _docstring(tree: Tree) -> tuple[int, int] | None:
    if ast.get_docstring(tree.module, clean=False) is None:
        return None
    place = tree.top_level(tree.module.body[0])
    return place.start, end_with_comment(tree.text, place)


def _first_range(tree: Tree, blocks: Sequence[Block]) -> tuple[int, int] | None:
    """Return the range of the first statement, or of the block of imports that it belongs to."""
    if not tree.module.body:
        return None
    place = tree.top_level(tree.module.body[0])
    start = statement_start(tree.text, place)
    if blocks and blocks[0].start == start:
        return blocks[0].start, blocks[0].end
    return start, end_with_comment(tree.text, place)


def _lines(tree: Tree, entries: Sequence[Entry]) -> list[Piece]:
    unit, newline = indentation_unit(tree), tree.text.newline
    pieces: list[Piece] = []
    for number, entry in enumerate(entries):
        pieces.append(newline if number else "")
        pieces.append(entry.copy or write(entry.statement, "", unit, newline))
    return pieces
