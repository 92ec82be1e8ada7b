r"""Report the tests that stay as they are.

With `--tests migrate`, a test module with something that cannot be migrated stays as it is, and so
do the modules that share helpers or fixtures with it. They run on the shims' client, which is
Flask's, as all tests do under `--tests keep`.

## Why

A test that is half migrated is broken, or passes without testing anything.
See <https://docs.pytest.org/en/stable/how-to/asyncio.html>.

## Examples

### A test that sends a request through a WSGI server

```python before app.py
from flask import Flask

app = Flask(__name__)
```

```python before test_app.py
from app import app


def test_page():
    assert app.test_client().get("/").status_code == 404
```

```python after app.py
from quart import Quart

app = Quart(__name__)
```

```python after test_app.py
from app import app


async def test_page():
    assert (await app.test_client().get("/")).status_code == 404
```

## Left alone

### What Flask's app has and Quart's has not

```python before app.py
from flask import Flask

app = Flask(__name__)
```

```python left test_app.py
from app import app


def test_middleware():
    app.wsgi_app({}, print)
    assert app.test_client().get("/").status_code == 404
```

```python after app.py
from quart import Quart

app = Quart(__name__)
```

### A suite that does not send requests

```python unchanged test_sums.py
def test_sum():
    assert 1 + 1 == 2
```
"""

import ast
from collections.abc import Iterator

from migrator.coloring.colors import Colors
from migrator.coloring.demand import Demand, Flavor
from migrator.coloring.tests_fixtures import fixtures_of
from migrator.facts.kinds import Kind, Member
from migrator.facts.model import Facts, Role
from migrator.findings import Finding
from migrator.index.symbols import FunctionId
from migrator.rules._demands import needs_flask
from migrator.rules._places import location_of
from migrator.rules._rule import rule_name
from migrator.rules._tests import SENDING, has_companion, in_test, test_uses

NAME = rule_name(__name__)
TESTS = True

OF_FLASKS_APP = (
    "__call__", "dispatch_request", "do_teardown_appcontext", "do_teardown_request",
    "finalize_request", "full_dispatch_request", "handle_exception", "handle_http_exception",
    "handle_user_exception", "make_default_options_response", "make_response",
    "open_instance_resource", "open_resource", "preprocess_request", "process_response",
    "request_context", "run", "send_static_file", "test_client_class", "update_template_context",
    "wsgi_app",
)  # fmt: skip
"""Members of a Flask app that tests get from the shims only where they are served as Flask's."""

REGISTERING = (
    "add_url_rule", "after_request", "before_request", "delete", "errorhandler", "get", "patch",
    "post", "put", "register_blueprint", "route",
)  # fmt: skip


def test_demands(facts: Facts, colors: Colors) -> Iterator[Demand]:
    """Demand Flask for what only the shims give tests."""
    companion = has_companion(facts, colors)
    missing = OF_FLASKS_APP if companion else (*OF_FLASKS_APP, *REGISTERING)
    for name, use in test_uses(facts, Kind.APP):
        if name in missing:
            yield needs_flask(NAME, use, f"`app.{name}` is Flask's way")
        if name == "test_client" and use.call is not None and _has_more(use.call):
            yield needs_flask(NAME, use, "Quart's `test_client()` takes no such arguments")
        if name == "test_request_context" and not companion and _has_other_arguments(use.call):
            yield needs_flask(NAME, use, "Quart's `test_request_context()` has other arguments")
    for member in (Member(Kind.APP, name) for name in OF_FLASKS_APP):
        for use in facts.stores.get(member, ()):
            if in_test(facts, use.node):
                yield needs_flask(NAME, use, f"`app.{member.name}` is Flask's way")
    yield from _making_flasks(facts)
    yield from _sending_by_unknown(facts)
    yield from _taking_foreign_clients(facts)
    yield from _in_memory(facts)
    yield from _in_other_ways(facts)


def _has_more(call: ast.Call) -> bool:
    return bool(call.args) or any(word.arg != "use_cookies" for word in call.keywords)


def _has_other_arguments(call: ast.Call | None) -> bool:
    """Whether it is given anything but a path."""
    return call is not None and (len(call.args) != 1 or bool(call.keywords))


def _making_flasks(facts: Facts) -> Iterator[Demand]:
    for name, uses in facts.names.items():
        if name == "flask.Flask" or name.startswith("flask.testing."):
            for use in (it for it in uses if it.call is not None and in_test(facts, it.node)):
                yield needs_flask(NAME, use, f"`{name}` makes something of Flask's")


def _sending_by_unknown(facts: Facts) -> Iterator[Demand]:
    """Find what looks like a request by a client that was not recognised."""
    for node in facts.program.parent:
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.args:
            receiver = node.func.value
            is_request = node.func.attr in SENDING and _is_path(node.args[0])
            if is_request and in_test(facts, node) and not _is_awaited(facts, node):
                yield from _of_receiver(facts, node, receiver)


def _of_receiver(facts: Facts, call: ast.Call, receiver: ast.expr) -> Iterator[Demand]:
    names = facts.names_at.get(receiver, frozenset())
    shown = ast.unparse(receiver)
    if any(name.startswith("quart.") for name in names):
        text = f"`{shown}` is Quart's already: tests are migrated together with their app"
        yield _demand(facts, call, text)
    elif not names and not facts.kinds_at.get(receiver):
        yield _demand(facts, call, f"`{shown}` may be a test client: that is not known")


def _is_awaited(facts: Facts, node: ast.Call) -> bool:
    return isinstance(facts.program.parent.get(node), ast.Await)


def _is_path(node: ast.expr) -> bool:
    first = node.values[0] if isinstance(node, ast.JoinedStr) and node.values else node
    return isinstance(first, ast.Constant) and str(first.value).startswith("/")


def _taking_foreign_clients(facts: Facts) -> Iterator[Demand]:
    """Find tests whose ``client`` is a fixture of a plugin: it is made in sync code."""
    has_own = any(it.name == "client" for it in fixtures_of(facts).values())
    for name, function in facts.program.functions.items():
        if not has_own and "client" in function.parameters and _is_test(facts, name):
            text = "the fixture `client` is not the project's own"
            place = location_of(facts, function.node)
            yield Demand(function.node, name, Flavor.NEEDS_FLASK, text, NAME, place)


def _is_test(facts: Facts, name: FunctionId) -> bool:
    entries = facts.entry_points.get(name, ())
    return any(entry.role is Role.TEST for entry in entries)


def _in_other_ways(facts: Facts) -> Iterator[Demand]:
    """Find calls of the app as WSGI, and programs in strings that use a test client."""
    for node in facts.program.parent:
        if isinstance(node, ast.expr) and in_test(facts, node):
            if _calls_wsgi(facts, node):
                yield _demand(facts, node, "the app is called as WSGI")
            if isinstance(node, ast.Constant) and "test_client(" in str(node.value):
                yield _demand(facts, node, "a program in a string uses a test client")


def _calls_wsgi(facts: Facts, node: ast.expr) -> bool:
    if not isinstance(node, ast.Call) or len(node.args) != _WSGI_ARGS:
        return False
    return Kind.APP in facts.kinds_at.get(node.func, ())


_WSGI_ARGS = 2


def _in_memory(facts: Facts) -> Iterator[Demand]:
    """Find databases that one thread alone sees: the app's sync code runs in another one."""
    if any("flask_sqlalchemy" in it.file.text for it in facts.program.modules.values()):
        return
    for node in facts.program.parent:
        is_in_memory = isinstance(node, ast.Constant) and node.value in (":memory:", "sqlite://")
        if isinstance(node, ast.expr) and is_in_memory and in_test(facts, node):
            yield _demand(facts, node, "a database in memory belongs to the thread of the test")


def _demand(facts: Facts, node: ast.expr, text: str) -> Demand:
    function, place = facts.program.owner.get(node), location_of(facts, node)
    return Demand(node, function, Flavor.NEEDS_FLASK, text, NAME, place)


def findings(facts: Facts, colors: Colors) -> Iterator[Finding]:
    """Report each module that stays."""
    for module, link in colors.kept_tests.items():
        path = facts.program.modules[module].file.path
        yield Finding(
            NAME,
            link.location,
            f"`{path}` stays as it is",
            f"It cannot be migrated: {link.text}.",
            "It runs on Flask's client through `compat_shims`. Change what is in the way, and run "
            "--tests migrate again.",
        )
