"""Short ways to ask the inference about small programs."""

import ast
import textwrap

from migrator.facts.infer import infer
from migrator.facts.model import Facts
from migrator.index.build import index
from migrator.index.symbols import FunctionId
from migrator.source.files import decode


def facts_of(code: str | dict[str, str]) -> Facts:
    """The facts of one module, or of several by path."""
    files = {"app.py": code} if isinstance(code, str) else code
    return infer(
        index(decode(path, textwrap.dedent(text).encode()) for path, text in files.items())
    )


def nodes(facts: Facts, expression: str) -> list[ast.expr]:
    """Every expression with this text, in the order of the source."""
    found = [
        node
        for module in facts.program.modules.values()
        for node in ast.walk(module.tree)
        if isinstance(node, ast.expr) and ast.unparse(node) == expression
    ]
    assert found, f"no {expression!r} in the program"
    return sorted(found, key=lambda node: (node.lineno, node.col_offset))


def kinds(code: str | dict[str, str], expression: str) -> set[str]:
    """The kinds of the last expression with this text."""
    facts = facts_of(code)
    return {str(kind) for kind in facts.kinds_at.get(nodes(facts, expression)[-1], ())}


def names(code: str | dict[str, str], expression: str) -> set[str]:
    """The dotted external names of the last expression with this text."""
    facts = facts_of(code)
    return set(facts.names_at.get(nodes(facts, expression)[-1], ()))


def instances(code: str | dict[str, str], expression: str) -> set[str]:
    """The classes of the program that the last expression with this text is an instance of."""
    facts = facts_of(code)
    node = nodes(facts, expression)[-1]
    return {cls.name for cls in facts.instances_at.get(node, ())}


def members(code: str | dict[str, str]) -> set[str]:
    """Every framework member that the program reads."""
    return {str(member) for member in facts_of(code).members}


def targets(code: str | dict[str, str], expression: str, form: str = "call") -> set[str]:
    """The functions that the last expression with this text runs."""
    facts = facts_of(code)
    node = nodes(facts, expression)[-1]
    return {
        target.name
        for site in facts.calls
        if site.node is node and site.form == form
        for target in site.targets
    }


def roles(code: str | dict[str, str], function: str) -> set[tuple[str, str]]:
    """Who calls the function from outside: role and ``via``."""
    facts = facts_of(code)
    entries = facts.entry_points.get(function_id(facts, function), ())
    return {(str(entry.role), entry.via) for entry in entries}


def function_id(facts: Facts, name: str) -> FunctionId:
    """The function of this qualified name."""
    (found,) = [each for each in facts.program.functions if each.name == name]
    return found
