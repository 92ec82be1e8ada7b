"""A function handed to code outside the program, as a record."""

import ast
from dataclasses import dataclass

from migrator.facts.model import Role
from migrator.facts.units import FunctionUnit, Unit
from migrator.facts.values import External


@dataclass(frozen=True, slots=True)
class Registration:
    """*taker* got *function* at *node*, while *unit* ran."""

    function: FunctionUnit
    taker: External
    role: Role
    node: ast.AST
    unit: Unit
