"""Compiling the edits of a file's imports.

What a block of imports was sorted by, it is sorted by afterwards; a block that was not sorted
keeps its order.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from migrator.edits.blocks import end_with_comment, indentation, indentation_unit, own_lines
from migrator.edits.edit import AddImport, ImportOperation
from migrator.edits.import_blocks import (
    Block,
    Entry,
    block_patch,
    imports_one_name_a_line,
    in_order_of,
    merged,
    new_block_patch,
    read_blocks,
    section,
)
from migrator.edits.import_layout import write
from migrator.edits.import_moves import moved
from migrator.edits.import_statements import ImportStatement, parse_import, read, with_names
from migrator.edits.locate import Place, Tree
from migrator.edits.patches import Patch

_RANK = 1


@dataclass(frozen=True, slots=True)
class Moves:
    """All operations on one import statement, and the rules that planned them."""

    place: Place
    operations: tuple[ImportOperation, ...]
    rules: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Draft:
    """What a block (``None``: a new one) will hold, and the rules that changed it."""

    block: Block | None
    entries: tuple[Entry, ...]
    rules: tuple[str, ...] = ()

    @property
    def is_leading(self) -> bool:
        return self.block is None or self.block.is_leading

    @property
    def holding(self) -> tuple[Entry, ...]:
        """The entries; those that there were where the block would be empty."""
        return self.entries or (self.block.entries if self.block else ())


def compile_imports(
    tree: Tree, moves: Sequence[Moves], additions: Sequence[tuple[AddImport, str]]
) -> Iterator[Patch]:
    """Yield the patches for all edits of imports.

    Raises :exc:`Misfit` where operations on one statement contradict each other.
    """
    blocks = read_blocks(tree)
    in_blocks = {entry.node for block in blocks for entry in block.entries}
    for move in moves:
        if move.place.node not in in_blocks:
            yield from _on_its_own(tree, move)
    one_name = imports_one_name_a_line(blocks)
    drafts = [_moved_block(block, moves, one_name=one_name) for block in blocks]
    for addition, rule in sorted(additions, key=lambda it: (it[0].module, it[0].name, it[1])):
        drafts = _with_addition(tree, drafts, addition, rule, one_name=one_name)
    lasting = [draft.block for draft in drafts if draft.block is not None and draft.entries]
    for draft in drafts:
        if draft.rules:
            yield _patch(tree, draft, lasting)


def _patch(tree: Tree, draft: _Draft, blocks: Sequence[Block]) -> Patch:
    if draft.block is None:
        entries = in_order_of(tree.text, (), draft.entries)
        return new_block_patch(tree, blocks, entries, draft.rules)
    entries = in_order_of(tree.text, draft.block.entries, draft.entries)
    return block_patch(tree, draft.block, entries, draft.rules)


def _on_its_own(tree: Tree, move: Moves) -> Iterator[Patch]:
    """Edit an import inside a function, a condition, or on a line with other statements."""
    place, text = move.place, tree.text
    outer = indentation(tree, place)
    unit, newline = indentation_unit(tree), text.newline
    statements = moved(read(text, place), move.operations)
    written = [write(it, outer, unit, newline) for it in statements]
    code = (newline + outer).join(written) or "pass"
    yield Patch(place.start, end_with_comment(text, place), (code,), move.rules, _RANK)
    if len(statements) > 1:
        yield from own_lines(tree, place, place, move.rules)


def _moved_block(block: Block, moves: Sequence[Moves], *, one_name: bool) -> _Draft:
    by_node = {move.place.node: move for move in moves}
    entries: list[Entry] = []
    rules: list[str] = []
    for entry in block.entries:
        move = by_node.get(entry.node) if entry.node is not None else None
        if move is None:
            entries.append(entry)
            continue
        rules += move.rules
        for statement in moved(entry.statement, move.operations):
            copy = entry.copy if statement == entry.statement else None
            entries.append(Entry(statement, entry.node, copy, entry.origin))
    if rules and not one_name:
        entries = merged(entries)
    return _Draft(block, tuple(entries), tuple(rules))


def _with_addition(
    tree: Tree, drafts: Sequence[_Draft], addition: AddImport, rule: str, *, one_name: bool
) -> list[_Draft]:
    leading = [draft for draft in drafts if draft.is_leading]
    if any(_imports(entry.statement, addition) for it in leading for entry in it.entries):
        return list(drafts)
    new = _statement(addition)
    chosen = _draft_for(tree, leading, new)
    if chosen is None:
        return [*drafts, _Draft(None, (Entry(new),), (rule,))]
    changed = replace(
        chosen,
        entries=_entries_with(tree, chosen.entries, new, one_name=one_name),
        rules=(*chosen.rules, rule),
    )
    return [changed if draft is chosen else draft for draft in drafts]


def _statement(addition: AddImport) -> ImportStatement:
    if not addition.name:
        return parse_import(f"import {addition.module}")
    return parse_import(f"from {addition.module} import {addition.name}")


def _imports(statement: ImportStatement, addition: AddImport) -> bool:
    if addition.name:
        wanted = statement.module == addition.module
        return wanted and any(it.name == it.bound == addition.name for it in statement.names)
    prefix = addition.module + "."
    return statement.module is None and any(
        it.name == it.bound and (it.name == addition.module or it.name.startswith(prefix))
        for it in statement.names
    )


def _draft_for(tree: Tree, drafts: Sequence[_Draft], new: ImportStatement) -> _Draft | None:
    """Return the block for a new import: with the same module, else with the same section."""
    wanted = section(tree.text, new)
    for draft in drafts:
        if new.module is not None and any(_is_from(it, new.module) for it in draft.entries):
            return draft
    for draft in drafts:
        sections = {section(tree.text, it.statement) for it in draft.holding}
        if wanted in sections or (sections and min(sections) < wanted < max(sections)):
            return draft
    return None


def _is_from(entry: Entry, module: str) -> bool:
    return entry.statement.module == module and entry.statement.names[0].name != "*"


def _entries_with(
    tree: Tree, entries: Sequence[Entry], new: ImportStatement, *, one_name: bool
) -> tuple[Entry, ...]:
    found = list(entries)
    for index, entry in enumerate(found):
        if not one_name and new.module is not None and _is_from(entry, new.module):
            statement = with_names(entry.statement, new.names)
            found[index] = replace(entry, statement=statement, copy=None)
            return tuple(found)
    # A block that is sorted is sorted again; in others the import follows those of its section.
    sections = [section(tree.text, entry.statement) for entry in found]
    before = [index for index, it in enumerate(sections) if it <= section(tree.text, new)]
    found.insert(before[-1] + 1 if before else 0, Entry(new))
    return tuple(found)
