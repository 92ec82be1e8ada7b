"""Where an expression needs parentheses.

The levels follow Python's grammar: https://docs.python.org/3/reference/grammar.html
"""

import ast
from enum import IntEnum


class Level(IntEnum):
    """How tightly an expression binds; a place accepts its own level and tighter ones."""

    NAMED = 0
    TUPLE = 1
    YIELD = 2
    TEST = 3
    OR = 4
    AND = 5
    NOT = 6
    COMPARE = 7
    BIT_OR = 8
    BIT_XOR = 9
    BIT_AND = 10
    SHIFT = 11
    SUM = 12
    TERM = 13
    FACTOR = 14
    POWER = 15
    AWAIT = 16
    ATOM = 17


_OPERATORS: dict[type[ast.operator], Level] = {
    ast.BitOr: Level.BIT_OR,
    ast.BitXor: Level.BIT_XOR,
    ast.BitAnd: Level.BIT_AND,
    ast.LShift: Level.SHIFT,
    ast.RShift: Level.SHIFT,
    ast.Add: Level.SUM,
    ast.Sub: Level.SUM,
    ast.Mult: Level.TERM,
    ast.Div: Level.TERM,
    ast.FloorDiv: Level.TERM,
    ast.Mod: Level.TERM,
    ast.MatMult: Level.TERM,
    ast.Pow: Level.POWER,
}

_CLASSES: dict[type[ast.expr], Level] = {
    ast.NamedExpr: Level.NAMED,
    ast.Tuple: Level.TUPLE,
    ast.Starred: Level.TUPLE,
    ast.Slice: Level.TUPLE,
    ast.Yield: Level.YIELD,
    ast.YieldFrom: Level.YIELD,
    ast.Lambda: Level.TEST,
    ast.IfExp: Level.TEST,
    ast.Compare: Level.COMPARE,
    ast.Await: Level.AWAIT,
}

_PLACES: dict[tuple[type[ast.AST], str], Level] = {
    (ast.Attribute, "value"): Level.ATOM,
    (ast.Subscript, "value"): Level.ATOM,
    (ast.Call, "func"): Level.ATOM,
    (ast.Await, "value"): Level.ATOM,
    (ast.Starred, "value"): Level.BIT_OR,
    (ast.Compare, "left"): Level.BIT_OR,
    (ast.Compare, "comparators"): Level.BIT_OR,
    (ast.IfExp, "test"): Level.OR,
    (ast.IfExp, "body"): Level.OR,
    (ast.comprehension, "iter"): Level.OR,
    (ast.comprehension, "ifs"): Level.OR,
    (ast.Assign, "value"): Level.TUPLE,
    (ast.AugAssign, "value"): Level.TUPLE,
    (ast.AnnAssign, "value"): Level.TUPLE,
    (ast.Return, "value"): Level.TUPLE,
    (ast.Expr, "value"): Level.TUPLE,
    (ast.Expression, "body"): Level.NAMED,
    (ast.Yield, "value"): Level.TUPLE,
    (ast.For, "iter"): Level.TUPLE,
    (ast.AsyncFor, "iter"): Level.TUPLE,
    (ast.Subscript, "slice"): Level.TUPLE,
    (ast.If, "test"): Level.NAMED,
    (ast.While, "test"): Level.NAMED,
}


def level(expression: ast.expr) -> Level:
    """Return how tightly *expression*, written without parentheses of its own, binds."""
    match expression:
        case ast.BinOp(op=operator):
            return _OPERATORS[type(operator)]
        case ast.UnaryOp(op=ast.Not()):
            return Level.NOT
        case ast.UnaryOp():
            return Level.FACTOR
        case ast.BoolOp(op=ast.Or()):
            return Level.OR
        case ast.BoolOp():
            return Level.AND
    return _CLASSES.get(type(expression), Level.ATOM)


def place(parent: ast.AST, field: str) -> Level:
    """Return how tightly an expression in *field* of *parent* must bind at least."""
    match parent:
        case ast.BinOp(op=operator):
            return _operand(operator, is_left=field == "left")
        case ast.UnaryOp(op=operator):
            return Level.NOT if isinstance(operator, ast.Not) else Level.FACTOR
        case ast.BoolOp(op=operator):
            return Level.AND if isinstance(operator, ast.Or) else Level.NOT
        case ast.Dict(keys=keys) if field == "values" and None in keys:
            return Level.BIT_OR
    return _PLACES.get((type(parent), field), Level.TEST)


def _operand(operator: ast.operator, *, is_left: bool) -> Level:
    if isinstance(operator, ast.Pow):
        # Python reads "await x ** 2" as "(await x) ** 2"; people do not know.
        return Level.ATOM if is_left else Level.FACTOR
    own = _OPERATORS[type(operator)]
    return own if is_left else Level(own + 1)


def fits_f_string(expression: ast.expr) -> bool:
    """Whether *expression* may follow ``{`` in an f-string without parentheses."""
    braces = (ast.Dict, ast.Set, ast.DictComp, ast.SetComp)
    return level(expression) > Level.TEST and not isinstance(expression, braces)
