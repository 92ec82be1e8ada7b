r"""Look at classes derived from `Request`.

A class of the project that is derived from `flask.Request` is derived from Quart's. Its methods
become async where they need to, and so do its properties: `request.payload` is awaited as
`request.form` is. A member that needs an await and stays synchronous gets a finding.

A class that takes the WSGI environ, or overrides how Flask parses the body, stays Flask's and is
that of the companion's requests; what reads the body by it stays Flask code.

## Why

In Quart the body of a request is awaited: `self.get_json()` gives a coroutine to a member that does
not await. What `cached_property` keeps can be awaited once, so such a property does not become
async. See <https://quart.palletsprojects.com/en/latest/how_to_guides/request_body.html>.

## Examples

### A property that reads the body

```python before
from flask import Flask, Request, request


class ShopRequest(Request):
    @property
    def payload(self):
        return self.get_json(silent=True) or self.form

    def wants(self, name):
        return name in self.payload


class Shop(Flask):
    request_class = ShopRequest


app = Shop(__name__)


@app.post("/buy")
def buy():
    return {"count": request.payload.get("count", 1), "gift": request.wants("gift")}
```

```python after
from quart import Quart, Request, request


class ShopRequest(Request):
    @property
    async def payload(self):
        return await self.get_json(silent=True) or await self.form

    async def wants(self, name):
        return name in await self.payload


class Shop(Quart):
    request_class = ShopRequest


app = Shop(__name__)


@app.post("/buy")
async def buy():
    return {"count": (await request.payload).get("count", 1), "gift": await request.wants("gift")}
```

### A property that is kept, which gets a finding

```python before
from flask import Request
from werkzeug.utils import cached_property


class ShopRequest(Request):
    @cached_property
    def payload(self):
        return self.get_json(silent=True)
```

```python after
from quart import Request
from werkzeug.utils import cached_property


class ShopRequest(Request):
    @cached_property
    def payload(self):
        return self.get_json(silent=True)
```

### A class that only WSGI can make, which stays Flask's, with a finding

```python before
from flask import Flask, Request, request


class Upload(Request):
    def __init__(self, environ, populate_request=True, shallow=False):
        super().__init__(environ, populate_request, shallow)
        self.names = []

    def _get_file_stream(self, total_content_length, content_type, filename=None, **rest):
        self.names.append(filename)
        return super()._get_file_stream(total_content_length, content_type, filename, **rest)


app = Flask(__name__)
app.request_class = Upload


@app.post("/upload")
def upload():
    return {"count": len(request.files), "names": request.names}
```

```python after
from compat_shims import flask_app
from flask import Request, request
from quart import Quart


class Upload(Request):
    def __init__(self, environ, populate_request=True, shallow=False):
        super().__init__(environ, populate_request, shallow)
        self.names = []

    def _get_file_stream(self, total_content_length, content_type, filename=None, **rest):
        self.names.append(filename)
        return super()._get_file_stream(total_content_length, content_type, filename, **rest)


app = Quart(__name__)
flask_app(app)
app.request_class = Upload


@app.post("/upload")
def upload():
    return {"count": len(request.files), "names": request.names}
```

## Left alone

### A class of the project's own

```python unchanged
class Request:
    @property
    def payload(self):
        return self.get_json()
```
"""

import ast
from collections.abc import Iterator

from migrator.coloring.colors import Colors, State
from migrator.coloring.demand import Demand, Flavor
from migrator.facts.catalog.overridable import REQUEST_CLASSES
from migrator.facts.kinds import Kind, Member
from migrator.facts.model import Facts
from migrator.findings import Finding
from migrator.index.symbols import FunctionId
from migrator.rules._demands import needs_flask
from migrator.rules._places import finding_at, location_of
from migrator.rules._requests import READ_BY_FORM, of_wsgi
from migrator.rules._rule import rule_name

NAME = rule_name(__name__)


def demands(facts: Facts) -> Iterator[Demand]:
    """Demand Flask for the classes that only WSGI can make, and for what is read by them."""
    kept = of_wsgi(facts)
    for name, function in facts.program.functions.items() if kept else ():
        if function.owner in kept:
            place = location_of(facts, function.node)
            text = "a request of Quart does not call it"
            yield Demand(function.node, name, Flavor.NEEDS_FLASK, text, NAME, place)
    own = {it for cls in kept for it in _members(facts.program.classes[cls].node)}
    for member in sorted(own | set(READ_BY_FORM)) if kept else ():
        for use in facts.members.get(Member(Kind.REQUEST, member), ()):
            yield needs_flask(NAME, use, "the project's own class of Flask's requests has it")


def _members(cls: ast.ClassDef) -> Iterator[str]:
    for statement in cls.body:
        if isinstance(statement, ast.FunctionDef) and not statement.name.startswith("__"):
            yield statement.name


def findings(facts: Facts, colors: Colors) -> Iterator[Finding]:
    """Report what stays Flask's, and each member that would await, and stays synchronous."""
    kept = of_wsgi(facts)
    for cls in sorted(kept):
        yield finding_at(
            facts,
            facts.program.classes[cls].node,
            NAME,
            message=f"`{cls.name}` stays a class of Flask's requests",
            why="It overrides what Quart's request has not, or has in another form. It is that of "
            "the companion: code that reads the body by it stays Flask code.",
            next_step="Do the same by `form_data_parser_class` of `quart.Request`.",
        )
    for name, verdict in sorted(colors.verdicts.items()):
        owner = facts.program.functions[name].owner
        if verdict.state is State.BRIDGED and owner not in kept and _is_of_request(facts, name):
            yield finding_at(
                facts,
                facts.program.functions[name].node,
                NAME,
                message=f"`{name.name}` stays synchronous in a class of Quart's requests",
                why=f"It gets coroutines there: {verdict.reason[-1].text}.",
                next_step="Make it a method that is awaited, or let its callers read the body.",
            )


def _is_of_request(facts: Facts, name: FunctionId) -> bool:
    owner = facts.program.functions[name].owner
    return owner is not None and not REQUEST_CLASSES.isdisjoint(facts.bases.get(owner, ()))
