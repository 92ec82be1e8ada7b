"""Which calls of a session only read: a ``select()`` of columns and of functions that do no more.

What a function of the database does is not told by its name: ``nextval``, ``set_config`` and
``pg_advisory_lock`` are selected, too. So those that are known to read are listed here.
"""

from collections.abc import Mapping
from typing import Any, NamedTuple

from sqlalchemy.sql import visitors
from sqlalchemy.sql.dml import UpdateBase
from sqlalchemy.sql.elements import ColumnClause, TextClause
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.sql.selectable import CompoundSelect, ForUpdateArg, Select

from compat_shims._sqlalchemy import Stays

__all__ = ["Step", "must_read"]

_BY_STATEMENT = frozenset({"execute", "first_or_404", "one_or_404", "scalar", "scalars"})
_BY_KEY = frozenset({"get", "get_one", "get_or_404"})
_OPTIONS = frozenset({"description", "execution_options", "options", "params", "populate_existing"})
_ARGUMENTS = 2
"""So many arguments go by place: a statement and its parameters, a model and its key."""

_FUNCTIONS = frozenset(
    {
        "abs", "age", "any_value", "array_agg", "avg", "bool_and", "bool_or", "ceil", "ceiling",
        "char_length", "character_length", "coalesce", "concat", "concat_ws", "count", "cube",
        "cume_dist", "current_date", "current_time", "current_timestamp", "date", "date_part",
        "date_trunc", "datetime", "dense_rank", "every", "exp", "extract", "first_value", "floor",
        "greatest", "group_concat", "grouping_sets", "ifnull", "instr", "julianday", "lag",
        "last_value", "lead", "least", "left", "length", "ln", "localtime", "localtimestamp",
        "lower", "lpad", "ltrim", "max", "min", "mod", "now", "ntile", "nullif", "octet_length",
        "percent_rank", "percentile_cont", "percentile_disc", "plainto_tsquery", "position",
        "power", "rank", "regexp_replace", "replace", "right", "rollup", "round", "row_number",
        "rpad", "rtrim", "sign", "split_part", "sqrt", "stddev", "strftime", "string_agg", "strpos",
        "substr", "substring", "sum", "time", "to_char", "to_date", "to_number", "to_timestamp",
        "to_tsquery", "to_tsvector", "total", "trim", "trunc", "ts_headline", "ts_rank", "upper",
        "var_pop", "var_samp", "variance", "websearch_to_tsquery",
    }
)  # fmt: skip


class Step(NamedTuple):
    """One call in a chain: ``scalars(statement)``, then ``all()``."""

    name: str
    args: tuple[Any, ...]
    kwargs: Mapping[str, Any]


def must_read(step: Step) -> None:
    """Raise `Stays` unless the call on a session, or on Flask-SQLAlchemy's object, only reads."""
    if len(step.args) > _ARGUMENTS or not _OPTIONS.issuperset(step.kwargs):
        raise Stays("it is called with options that are the session's own")
    if step.name in _BY_STATEMENT and step.args:
        _must_select(step.args[0])
    elif step.name not in _BY_KEY:
        raise Stays(f"`{step.name}` may do more than read")


def _must_select(statement: Any) -> None:
    if not isinstance(statement, Select | CompoundSelect):
        raise Stays("the statement is no select()")
    for element in visitors.iterate(statement):
        if isinstance(element, TextClause | UpdateBase | ForUpdateArg) or _may_call(element):
            raise Stays("a part of the statement is text, writes or takes locks")
        if isinstance(element, FunctionElement) and _name(element) not in _FUNCTIONS:
            raise Stays(f"the function `{_name(element)}` may do more than read")


def _may_call(element: Any) -> bool:
    """Whether a column is text that may call a function; the ``*`` of a count is text, too."""
    return isinstance(element, ColumnClause) and element.is_literal and "(" in element.name


def _name(function: Any) -> str:
    return str(getattr(function, "name", type(function).__name__)).lower()
