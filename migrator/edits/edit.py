"""The edits that rules return: plain data, addressed by span, applied by ``edits.apply``."""

from dataclasses import dataclass, field

from migrator.source.span import Span


@dataclass(frozen=True, slots=True)
class Await:
    """``x`` becomes ``await x``, in parentheses where precedence asks for them."""


@dataclass(frozen=True, slots=True)
class MakeAsync:
    """``def``, ``with``, ``for`` or a comprehension's ``for`` becomes its async form.

    The span is that of the statement, or that of the expression that is iterated or entered: the
    way to name one ``for`` of a comprehension, or one item of a ``with`` (a ``with`` of which only
    some items become async is split into nested ones).
    """


@dataclass(frozen=True, slots=True)
class MakeListComprehension:
    """A generator expression becomes a list comprehension: ``await`` inside it asks for that.

    A generator with ``await`` inside is asynchronous, so ``"".join(await f(x) for x in xs)``
    fails. https://docs.python.org/3/reference/expressions.html#generator-expressions
    """


@dataclass(frozen=True, slots=True)
class CallThrough:
    """The call ``f(a, b)`` becomes ``function(f, a, b)``; arguments keep their formatting."""

    function: str


@dataclass(frozen=True, slots=True)
class ReplaceExpression:
    """The expression becomes ``code``; ``{0}``, ``{1}`` … stand for the parts' (edited) text.

    ``parts`` are spans of expressions inside the replaced one, or its own span. Parts get the
    parentheses that their new place asks for; other braces in ``code`` stand for themselves.
    """

    code: str
    parts: tuple[Span, ...] = ()


@dataclass(frozen=True, slots=True)
class Wrap:
    """The expression becomes ``code``; ``{0}`` stands for it, with all else that is planned for it.

    So a rule can put a call around an expression that another rule awaits or offloads.
    """

    code: str


@dataclass(frozen=True, slots=True)
class RenameKeyword:
    """In the call, keyword ``old`` becomes ``new``."""

    old: str
    new: str


@dataclass(frozen=True, slots=True)
class AddKeyword:
    """The call gets ``name=code`` at its end unless it has the keyword already."""

    name: str
    code: str


@dataclass(frozen=True, slots=True)
class RemoveKeyword:
    """The call loses the keyword."""

    name: str


@dataclass(frozen=True, slots=True)
class AddDecorator:
    """The function gets ``code`` as its innermost (last) decorator."""

    code: str


@dataclass(frozen=True, slots=True)
class AddParameters:
    """The function gets the parameters ``code`` before its own."""

    code: str


@dataclass(frozen=True, slots=True)
class RemoveParameter:
    """The function loses its first parameter, which stands on the line of ``def``."""


@dataclass(frozen=True, slots=True)
class RenameFunction:
    """The function is called ``name`` where it is defined; whoever calls it is edited by itself."""

    name: str


@dataclass(frozen=True, slots=True)
class InsertAfter:
    """``code``, one or more statements, follows the statement at the same indentation."""

    code: str


@dataclass(frozen=True, slots=True)
class InsertBefore:
    """``code``, one or more statements, precedes the statement at the same indentation."""

    code: str


@dataclass(frozen=True, slots=True)
class ReplaceStatement:
    """The statement becomes ``code``; placeholders as in :class:`ReplaceExpression`.

    Empty ``code`` removes the statement (``pass`` stays where its block would be empty).
    """

    code: str
    parts: tuple[Span, ...] = ()


@dataclass(frozen=True, slots=True)
class NestStatements:
    """Neighbouring statements become a nested ``def`` and one awaited call of it.

    The edit's span reaches from the first to the last statement. ``call`` is the awaited
    expression with ``{name}`` for the function (``await offload({name})``); ``results`` are bound
    from its return value; ``returns`` passes its return value on; ``nonlocals`` are names of the
    function around that the block rebinds. ``before`` are statements that stand before the nested
    function. Comments travel along.
    """

    name: str
    call: str
    results: tuple[str, ...] = ()
    returns: bool = False
    nonlocals: tuple[str, ...] = ()
    before: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class MoveImport:
    """Names imported from ``source`` are imported from ``target`` instead, in the same statement.

    The span is that of the import statement. ``names`` maps an imported name to its new name
    (the local alias stays, ``Quart as Flask`` makes one); ``keep`` are names that stay imported
    from ``source`` too. For ``import flask`` the name is the module itself:
    ``(("flask", "quart"),)``.
    """

    source: str
    target: str
    names: tuple[tuple[str, str], ...]
    keep: frozenset[str] = field(default_factory=frozenset)


@dataclass(frozen=True, slots=True)
class RemoveImport:
    """The names are no longer imported by the import statement at the span.

    A statement that imports nothing else goes.
    """

    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ExpandStar:
    """``from module import *`` becomes an import of the names, which other edits may move."""

    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class AddImport:
    """The module gets ``from module import name`` (``name`` empty: ``import module``), once.

    It is merged with an import of the same module, else put where isort would. Its span is
    the whole file's and not looked at.
    """

    module: str
    name: str = ""


ImportOperation = ExpandStar | MoveImport | RemoveImport

Operation = (
    Await
    | MakeAsync
    | MakeListComprehension
    | CallThrough
    | ReplaceExpression
    | Wrap
    | RenameKeyword
    | AddKeyword
    | RemoveKeyword
    | AddDecorator
    | AddParameters
    | RemoveParameter
    | RenameFunction
    | InsertAfter
    | InsertBefore
    | ReplaceStatement
    | NestStatements
    | ExpandStar
    | MoveImport
    | RemoveImport
    | AddImport
)


@dataclass(frozen=True, slots=True)
class Edit:
    """One planned change of one file, with the rule that plans it."""

    path: str
    span: Span
    operation: Operation
    rule: str
