"""The result of the facts layer: what rules and coloring ask about a program."""

import ast
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from migrator.facts.kinds import Kind, Member
from migrator.index.symbols import ClassId, FunctionId, Program
from migrator.source.span import Location


@dataclass(frozen=True, slots=True)
class Use:
    """One place in the program that reads a name or a member.

    ``node`` is the name or attribute expression; ``call`` the call whose callee it is, if it is
    called; ``function`` the function whose body it stands in (``None``: module level);
    ``certain`` is false where the expression may also be something else.
    """

    node: ast.expr
    call: ast.Call | None
    function: FunctionId | None
    location: Location
    certain: bool


@dataclass(frozen=True, slots=True)
class CallSite:
    """A call, or a read of a property, that runs functions of the program.

    ``caller`` is ``None`` at module or class level. ``targets`` are all functions that it may
    run; ``external`` says that it may also run code outside the program. ``form`` tells how the
    functions run: ``call``, ``property`` (attribute read), ``with`` (context manager), ``iterate``
    (a generator's reader, or what a builtin calls while its result is read), ``callback`` (a
    builtin gets the functions and calls them).
    """

    node: ast.expr
    caller: FunctionId | None
    targets: tuple[FunctionId, ...]
    external: bool
    form: str
    location: Location


@dataclass(frozen=True, slots=True)
class Handover:
    """A place that makes a response of a generator.

    ``node`` is the generator there, ``maker`` the function that hands it over; ``context`` is the
    ``stream_with_context`` that keeps the request for it, ``None`` without.
    """

    node: ast.expr
    maker: FunctionId
    context: ast.expr | None


class Role(StrEnum):
    """Who calls a function from outside the program."""

    VIEW = "view"
    BEFORE_REQUEST = "before-request hook"
    AFTER_REQUEST = "after-request hook"
    TEARDOWN = "teardown hook"
    ERROR_HANDLER = "error handler"
    CONTEXT_PROCESSOR = "context processor"
    VIEW_METHOD = "method of a class-based view"
    SERVING_HOOK = "serving hook"
    AFTER_THIS_REQUEST = "after-this-request callback"
    URL_PROCESSOR = "URL processor"
    TEMPLATE_FUNCTION = "template filter, test or global"
    SHELL_CONTEXT = "shell context processor"
    CLI_COMMAND = "command line command"
    SIGNAL_RECEIVER = "signal receiver"
    EXTENSION_CALLBACK = "callback of an extension"
    THREAD_TARGET = "thread target"
    TASK = "task of a queue or scheduler"
    TEST = "test or fixture"
    CALLED_BY_TESTS = "called by tests"
    PATCHED_BY_TESTS = "replaced by tests"
    ESCAPES = "passed to code outside the program"
    OVERRIDES_EXTERNAL = "overrides a method of a class outside the program"
    OVERRIDES_COROUTINE = "overrides a method of the app that Quart awaits"
    APP_FACTORY = "app factory"
    CONSTRUCTOR = "constructor"
    PROPERTY = "property"
    SPECIAL_METHOD = "special method"
    GENERATOR = "generator"
    CONTEXT_MANAGER = "context manager"
    LAMBDA = "lambda"
    STARTS_LOOP = "starts an event loop"


@dataclass(frozen=True, slots=True)
class EntryPoint:
    """One outside caller of a function: its role, where it is arranged, and by what.

    ``via`` is a dotted external name or a member, for example ``app.route`` or
    ``flask_login.LoginManager().user_loader``.
    """

    role: Role
    location: Location
    via: str


@dataclass(frozen=True, slots=True)
class Decoration:
    """One decorator on one function, outermost first in :attr:`Facts.decorations`.

    ``target`` is the decorator's function in the program, or ``None``; ``external`` its dotted
    external names or framework member otherwise (``flask_login.login_required``, ``app.route``).
    ``wrapper`` is the function of the program that stands for the decorated one from here on; of
    ``@roles("admin")`` the target is the inner function that gets the decorated one.
    """

    node: ast.expr
    target: FunctionId | None
    external: tuple[str, ...]
    wrapper: FunctionId | None = None


@dataclass(frozen=True, slots=True)
class BlockingPlace:
    """A place that holds its thread: a catalog call, or a call of a function that blocks.

    ``what`` is in the user's words (``sqlite3.Connection.commit``); ``writes`` says that it starts
    or continues a write, ``commits`` that it ends one; ``known`` is false for a call into a
    library that the catalog does not know; ``through`` is the project function that it runs, if
    it blocks only through one; ``sends`` that it has an effect that a rollback does not undo (a
    mail, a request to a service, a written file); ``rows`` that iterating over its value waits
    too.
    """

    node: ast.expr
    function: FunctionId | None
    location: Location
    what: str
    writes: bool = False
    commits: bool = False
    known: bool = True
    through: FunctionId | None = None
    sends: bool = False
    rows: bool = False


@dataclass(frozen=True, slots=True)
class Overflow:
    """A place that the inference could not follow: a finding, never silence."""

    location: Location
    message: str


@dataclass(frozen=True, slots=True)
class Facts:
    """Everything that coloring and rules know of a program.

    ``members`` and ``names`` are the inverted indexes: which places read a framework member, and
    which read a dotted external name (``flask.render_template``, ``time.sleep``; results of
    external calls end in ``()``, as ``sqlite3.connect().execute``). ``kinds_at`` and
    ``names_at`` answer the same for one expression node; ``instances_at`` says of which classes of
    the program an expression may be an instance (models are recognised by it). ``stores`` are the
    places that assign to a framework member (``app.wsgi_app = …``); ``members`` has reads only.
    Longer names of Flask's are given by their public one (``flask.globals.request`` is
    ``flask.request``), builtins as ``builtins.open``. ``names_at`` also answers for the ``alias``
    of an import, and for an annotation in quotes: the names in it. ``generators`` are the generator
    functions of which every use is known, with the places that make responses of them, ``sources``
    what the loops of those run over where that may wait for each item. ``library_apps`` are the
    classes and functions of libraries that make apps of Flask.
    """

    program: Program
    members: Mapping[Member, tuple[Use, ...]]
    names: Mapping[str, tuple[Use, ...]]
    kinds_at: Mapping[ast.AST, frozenset[Kind]]
    names_at: Mapping[ast.AST, frozenset[str]]
    calls: tuple[CallSite, ...]
    callers: Mapping[FunctionId, tuple[CallSite, ...]]
    entry_points: Mapping[FunctionId, tuple[EntryPoint, ...]]
    decorations: Mapping[FunctionId, tuple[Decoration, ...]]
    overrides: Mapping[FunctionId, frozenset[FunctionId]]
    bases: Mapping[ClassId, frozenset[str]]
    blocking: Mapping[FunctionId, tuple[BlockingPlace, ...]]
    overflows: tuple[Overflow, ...]
    instances_at: Mapping[ast.AST, frozenset[ClassId]] = field(default_factory=dict)
    stores: Mapping[Member, tuple[Use, ...]] = field(default_factory=dict)
    generators: Mapping[FunctionId, tuple[Handover, ...]] = field(default_factory=dict)
    sources: Mapping[FunctionId, tuple[ast.expr, ...]] = field(default_factory=dict)
    library_apps: frozenset[str] = frozenset()
