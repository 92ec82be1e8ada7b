r"""Keep Flask code where Quart has no counterpart.

A function that uses what Quart does not have (`request.environ`, `request.stream`,
`response.call_on_close`, `get_template_attribute`, `stream_with_context` over a generator that does
not become async, `copy_current_request_context`, `app.open_resource`, `app.ensure_sync` …) stays
Flask code. It runs in a thread, inside a genuine Flask context beside Quart's. Where a function is
async for another reason and one expression is all that needs Flask, that expression alone runs
there.

## Why

These are WSGI's, or work in sync code only. As Flask code they work as they always did; what to put
in their place is a decision for later, and the report lists them.
See <https://quart.palletsprojects.com/en/latest/how_to_guides/flask_migration.html>.

## Examples

### A member of the request that only WSGI has

```python before
from flask import Flask, request

app = Flask(__name__)


@app.route("/secure")
def secure():
    return {"secure": request.environ["wsgi.url_scheme"] == "https"}
```

```python after
from compat_shims import flask_app
from flask import request
from quart import Quart

app = Quart(__name__)
flask_app(app)


@app.route("/secure")
def secure():
    return {"secure": request.environ["wsgi.url_scheme"] == "https"}
```

### One expression in an async view

```python before
from flask import Flask, render_template, request

app = Flask(__name__)


@app.route("/")
def index():
    server = request.environ.get("SERVER_SOFTWARE")
    return render_template("index.html", server=server)
```

```python after
from compat_shims import flask_app, offload
from flask import request
from quart import Quart, render_template

app = Quart(__name__)
flask_app(app)


@app.route("/")
async def index():
    server = await offload(request.environ.get, "SERVER_SOFTWARE")
    return await render_template("index.html", server=server)
```

### Streams that keep their request and await nothing

```python before
from flask import Flask, Response, request, stream_with_context

app = Flask(__name__)


@app.route("/called")
def called():
    def generate():
        yield request.args["name"]

    return Response(stream_with_context(generate()))


@app.route("/decorated")
def decorated():
    @stream_with_context
    def generate():
        yield request.args["name"]

    return Response(generate())
```

```python after
from compat_shims import flask_app
from flask import Response, stream_with_context
from quart import Quart, request

app = Quart(__name__)
flask_app(app)


@app.route("/called")
def called():
    def generate():
        yield request.args["name"]

    return Response(stream_with_context(generate()))


@app.route("/decorated")
def decorated():
    @stream_with_context
    def generate():
        yield request.args["name"]

    return Response(generate())
```

### A member whose name is not known

```python before
from flask import Flask, request

app = Flask(__name__)


@app.route("/<source>", methods=["POST"])
def names(source):
    return list(getattr(request, source))
```

```python after
from compat_shims import flask_app
from flask import request
from quart import Quart

app = Quart(__name__)
flask_app(app)


@app.route("/<source>", methods=["POST"])
def names(source):
    return list(getattr(request, source))
```

### A resource of the app

```python before db.py
from flask import current_app


def schema():
    with current_app.open_resource("schema.sql") as f:
        return f.read().decode("utf8")
```

```python before app.py
from flask import Flask
from db import schema

app = Flask(__name__)


@app.route("/schema")
def show():
    return schema()
```

```python after db.py
from flask import current_app


def schema():
    with current_app.open_resource("schema.sql") as f:
        return f.read().decode("utf8")
```

```python after app.py
from quart import Quart
from db import schema
from compat_shims import flask_app

app = Quart(__name__)
flask_app(app)


@app.route("/schema")
def show():
    return schema()
```

## Left alone

### Another object's environ

```python unchanged
import os


def scheme(request):
    return request.environ["wsgi.url_scheme"], os.environ["HOME"]
```
"""

import ast
from collections.abc import Iterator

from migrator.coloring.demand import Demand
from migrator.facts.kinds import Kind
from migrator.facts.model import Facts, Role, Use
from migrator.rules._demands import (
    RESPONSE_HOOKS,
    flask_members,
    flask_names,
    flask_or_lane,
    needs_flask,
)
from migrator.rules._rule import rule_name
from migrator.rules._streams import contexts

NAME = rule_name(__name__)

MEMBERS = {
    Kind.REQUEST: (
        "application", "environ", "input_stream", "is_multiprocess", "is_multithread",
        "is_run_once", "remote_user", "shallow", "stream", "want_form_data_parsed",
    ),
    Kind.RESPONSE: (
        "calculate_content_length", "call_on_close", "close", "direct_passthrough", "force_type",
        "from_app", "get_app_iter", "get_wsgi_headers", "get_wsgi_response", "is_sequence",
        "is_streamed", "iter_encoded", "response", "stream",
    ),
    Kind.APP: (
        "async_to_sync", "ensure_sync", "open_instance_resource", "open_resource",
    ),
    Kind.JINJA_ENVIRONMENT: ("from_string", "get_template", "select_template"),
    Kind.BLUEPRINT: ("open_resource",),
}  # fmt: skip
"""Members that Quart lacks, or has in a form that sync code cannot use."""

VALUES = frozenset({"environ", "is_multiprocess", "is_multithread", "is_run_once", "remote_user"})
"""Those of them whose value is data: code on the event loop may have it."""

NAMES = (
    "flask.copy_current_request_context",
    "flask.globals.app_ctx",
    "flask.globals.request_ctx",
)
IN_FLASK = "works in Flask code only"
CONTEXT = "flask.stream_with_context"

_AWAITED_KINDS = frozenset({Kind.REQUEST, Kind.RESPONSE})
"""Kinds of which any member may be awaited in Quart."""

RESPONSE_MAKERS = ("flask.Response", "flask.jsonify", "flask.redirect")


def demands(facts: Facts) -> Iterator[Demand]:
    """Demand Flask for each use of what Quart lacks."""
    for kind, names in MEMBERS.items():
        yield from flask_members(facts, NAME, kind, names, VALUES)
    yield from flask_names(facts, NAME, NAMES, IN_FLASK)
    yield from _stream_contexts(facts)
    for use in facts.names.get("flask.get_template_attribute", ()):
        text = "a macro is called in Flask code only"
        yield flask_or_lane(facts, NAME, use, text, called=True)
    for use in facts.names.get("builtins.getattr", ()):
        if _reads_any_member(facts, use.call):
            yield needs_flask(NAME, use, "which member is read is not known: Quart may lack it")
    yield from _responses(facts)


def _responses(facts: Facts) -> Iterator[Demand]:
    """Demand Flask for the responses that only Flask, Werkzeug or a Flask hook can use."""
    for use in facts.names.get("flask.redirect", ()):
        if _has_keyword(use, "Response"):
            yield needs_flask(NAME, use, "Quart's `redirect()` takes no `Response`")
    for name in RESPONSE_MAKERS:
        for use in facts.names.get(name, ()):
            if _is_asked_by_werkzeug(facts, use):
                yield needs_flask(NAME, use, "Werkzeug calls this function for a response")
    for use in facts.names.get("flask.Response", ()):
        if _is_looked_for_in_hook(facts, use):
            yield needs_flask(NAME, use, "a sync hook of an app with a companion gets Flask's")


def _stream_contexts(facts: Facts) -> Iterator[Demand]:
    """Demand Flask for what keeps the context of a stream that stays as it is."""
    of_async = contexts(facts)
    for demand in flask_names(facts, NAME, (CONTEXT,), IN_FLASK):
        if demand.node not in of_async:
            yield demand


def _reads_any_member(facts: Facts, call: ast.Call | None) -> bool:
    """Whether *call* is ``getattr(request, name)``: some members are awaited in Quart."""
    match call:
        case ast.Call(args=[_, ast.Constant(), *_]):
            return False
        case ast.Call(args=[receiver, *_]):
            return not _AWAITED_KINDS.isdisjoint(facts.kinds_at.get(receiver, ()))
        case _:
            return False


def _has_keyword(use: Use, name: str) -> bool:
    call = use.call
    return isinstance(call, ast.Call) and any(word.arg == name for word in call.keywords)


def _is_asked_by_werkzeug(facts: Facts, use: Use) -> bool:
    """Whether the use stands in an override such as ``HTTPException.get_response``."""
    points = facts.entry_points.get(use.function, ()) if use.function else ()
    return any(
        point.role is Role.OVERRIDES_EXTERNAL and point.via.startswith("werkzeug.")
        for point in points
    )


def _is_looked_for_in_hook(facts: Facts, use: Use) -> bool:
    """Whether the use is ``isinstance(response, Response)`` in a hook that gets the response."""
    points = facts.entry_points.get(use.function, ()) if use.function else ()
    call = facts.program.parent.get(use.node)
    return (
        any(point.role in RESPONSE_HOOKS for point in points)
        and isinstance(call, ast.Call)
        and isinstance(call.func, ast.Name)
        and call.func.id == "isinstance"
    )
