r"""Let streams and uploads be as long as they are under Flask.

Right after it is made, an app without a companion gets `app.config["RESPONSE_TIMEOUT"] = None` if
it streams a response or sends a file, `BODY_TIMEOUT` and `MAX_CONTENT_LENGTH` likewise if it takes
uploads. What the program sets itself stays. An app with a companion has Flask's defaults already.

## Why

After 60 seconds Quart ends a response that is still being sent, and the client sees an answer that
looks complete; it refuses an upload that takes 60 seconds or has 16 MiB. Flask leaves such limits
to the server.
See <https://quart.palletsprojects.com/en/latest/how_to_guides/configuration.html>.

## Examples

### A stream

```python before
from flask import Flask, Response

app = Flask(__name__)


@app.route("/numbers")
def numbers():
    def rows():
        for number in range(1_000_000):
            yield f"{number}\n"

    return Response(rows(), mimetype="text/csv")
```

```python after
from quart import Quart, Response

app = Quart(__name__)
app.config["RESPONSE_TIMEOUT"] = None


@app.route("/numbers")
def numbers():
    def rows():
        for number in range(1_000_000):
            yield f"{number}\n"

    return Response(rows(), mimetype="text/csv")
```

### Uploads

```python before
from flask import Flask, request

app = Flask(__name__)


@app.post("/size")
def size():
    return {"size": len(request.files["photo"].read())}
```

```python after
from quart import Quart, request

app = Quart(__name__)
app.config["BODY_TIMEOUT"] = None
app.config["MAX_CONTENT_LENGTH"] = None


@app.post("/size")
async def size():
    return {"size": len((await request.files)["photo"].read())}
```

## Left alone

### An app that streams nothing

```python before
from flask import Flask

app = Flask(__name__)


def numbers():
    yield from range(3)


@app.route("/")
def index():
    return {"numbers": list(numbers())}
```

```python after
from quart import Quart

app = Quart(__name__)


def numbers():
    yield from range(3)


@app.route("/")
def index():
    return {"numbers": list(numbers())}
```

### A program without Flask

```python unchanged
def numbers():
    yield from range(3)


print(list(numbers()))
```
"""

import ast
from collections.abc import Iterator

from migrator.coloring.colors import Colors
from migrator.edits.edit import Edit, InsertAfter
from migrator.facts.kinds import Kind, Member
from migrator.facts.model import Facts, Role
from migrator.index.symbols import FunctionId
from migrator.rules._apps import app_calls
from migrator.rules._companion_uses import needs_companion
from migrator.rules._places import edit_at, module_of, statement_of
from migrator.rules._rule import rule_name

NAME = rule_name(__name__)
OF_UPLOADS = ("BODY_TIMEOUT", "MAX_CONTENT_LENGTH")
FILES = ("flask.send_file", "flask.send_from_directory")
TEMPLATES = ("flask.stream_template", "flask.stream_template_string")
_VIEWS = frozenset({Role.VIEW, Role.VIEW_METHOD})


def edits(facts: Facts, colors: Colors) -> Iterator[Edit]:
    """Lift the limits of each app of a program that streams, or takes uploads."""
    settings = [] if needs_companion(facts, colors) else list(_settings(facts))
    for call in app_calls(facts) if settings else ():
        statement = statement_of(facts, call)
        match statement:
            case ast.Assign(targets=[*_, ast.Name() | ast.Attribute() as target], value=value):
                if value is call and not module_of(facts, call).is_test:
                    lines = (f'{ast.unparse(target)}.config["{it}"] = None' for it in settings)
                    yield edit_at(facts, statement, InsertAfter("\n".join(lines)), NAME)
            case _:
                pass


def _settings(facts: Facts) -> Iterator[str]:
    """Yield the limits that may be felt, and that the program does not set."""
    wanted = (
        *(OF_UPLOADS if facts.members.get(Member(Kind.REQUEST, "files")) else ()),
        *(("RESPONSE_TIMEOUT",) if _sends_for_long(facts) else ()),
    )
    texts = [module.file.text for module in facts.program.modules.values()]
    yield from (it for it in wanted if not any(it in text for text in texts))


def _sends_for_long(facts: Facts) -> bool:
    if any(facts.names.get(name) for name in (*FILES, *TEMPLATES)):
        return True
    if any(facts.generators.values()):
        return True
    generators = {it.name.rpartition(".")[2] for it in _generators(facts)}
    return any(_is_stream(node, generators) for node in _bodies(facts))


def _generators(facts: Facts) -> Iterator[FunctionId]:
    for name, function in facts.program.functions.items():
        if function.is_generator and not facts.program.modules[function.module].is_test:
            yield name


def _bodies(facts: Facts) -> Iterator[ast.expr]:
    """Yield what views return, and what responses are made of."""
    responses = (
        *facts.names.get("flask.Response", ()),
        *facts.members.get(Member(Kind.APP, "response_class"), ()),
    )
    for use in responses:
        if use.call is not None:
            yield from use.call.args[:1]
    for name, entries in facts.entry_points.items():
        if any(entry.role in _VIEWS for entry in entries):
            for node in ast.walk(facts.program.functions[name].node):
                if isinstance(node, ast.Return) and node.value is not None:
                    yield node.value


def _is_stream(node: ast.expr, generators: set[str]) -> bool:
    match node:
        case ast.GeneratorExp():
            return True
        case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name)):
            return name in generators
        case ast.Tuple(elts=[body, *_]):
            return _is_stream(body, generators)
        case _:
            return False
