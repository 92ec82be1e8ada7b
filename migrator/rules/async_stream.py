r"""Make the generator of a stream async.

A generator that feeds a response and waits between what it sends (server-sent events, a countdown)
becomes an async generator, and so does one that needs an await; what waits in it is offloaded, or
awaited where a native library is asked for, and a loop over what a library yields bit by bit steps
in the lane (`offload_iter`). Its other readers are taken along (see `read-async-generator`).
`stream_with_context` of Quart gets the function, not the generator.

## Why

Quart iterates over a synchronous generator in a thread, one for each client that listens. An async
one runs on the event loop, and waits without a thread where `--native time=asyncio` and the like
say so. It is closed when the client goes away, as before, and may take any time: `RESPONSE_TIMEOUT`
is off (`flask-limits`, or the companion). Quart's `stream_with_context` takes the function.
See <https://quart.palletsprojects.com/en/latest/how_to_guides/streaming_response.html>.

## Examples

### Server-sent events

```python before
import time

from flask import Flask, Response

app = Flask(__name__)


@app.route("/events")
def events():
    def ticks():
        while True:
            yield f"data: {time.time()}\n\n"
            time.sleep(1)

    return Response(ticks(), mimetype="text/event-stream")
```

```python after
import time

from compat_shims import flask_app, offload
from quart import Quart, Response

app = Quart(__name__)
flask_app(app)


@app.route("/events")
def events():
    async def ticks():
        while True:
            yield f"data: {time.time()}\n\n"
            await offload(time.sleep, 1)

    return Response(ticks(), mimetype="text/event-stream")
```

### A page, part by part

```python before
from flask import Flask, render_template, stream_with_context

app = Flask(__name__)


@app.route("/pages")
def pages():
    def generate(last):
        for number in range(last):
            yield render_template("part.html", number=number)

    return app.response_class(stream_with_context(generate(3)))
```

```python after
from quart import Quart, render_template, stream_with_context

app = Quart(__name__)
app.config["RESPONSE_TIMEOUT"] = None


@app.route("/pages")
def pages():
    async def generate(last):
        for number in range(last):
            yield await render_template("part.html", number=number)

    return app.response_class(stream_with_context(generate)(3))
```

### Somebody else's stream

```python before
import requests
from flask import Flask, Response

app = Flask(__name__)


@app.route("/mirror")
def mirror():
    def parts():
        with requests.get("https://example.org/film", stream=True) as answer:
            for part in answer.iter_content(8192):
                yield part

    return Response(parts(), mimetype="video/mp4")
```

```python after
import requests
from compat_shims import flask_app, offload_context, offload_iter
from quart import Quart, Response

app = Quart(__name__)
flask_app(app)


@app.route("/mirror")
def mirror():
    async def parts():
        async with offload_context(requests.get, "https://example.org/film", stream=True) as answer:
            async for part in offload_iter(answer.iter_content, 8192):
                yield part

    return Response(parts(), mimetype="video/mp4")
```

## Left alone

### A generator that only computes

```python before
from flask import Flask, Response

app = Flask(__name__)


@app.route("/numbers")
def numbers():
    return Response(str(number) for number in range(3))
```

```python after
from quart import Quart, Response

app = Quart(__name__)
app.config["RESPONSE_TIMEOUT"] = None


@app.route("/numbers")
def numbers():
    return Response(str(number) for number in range(3))
```

### One that others may read, without await

```python before
import time

from flask import Flask, Response
from somewhere import publish

app = Flask(__name__)


def ticks():
    while True:
        time.sleep(1)
        yield "tick"


publish(ticks)


@app.route("/events")
def events():
    return Response(ticks(), mimetype="text/event-stream")
```

```python after
import time

from quart import Quart, Response
from somewhere import publish

app = Quart(__name__)
app.config["RESPONSE_TIMEOUT"] = None


def ticks():
    while True:
        time.sleep(1)
        yield "tick"


publish(ticks)


@app.route("/events")
def events():
    return Response(ticks(), mimetype="text/event-stream")
```

### A program without Flask

```python unchanged
import time


def ticks():
    while True:
        time.sleep(1)
        yield "tick"


for tick in ticks():
    print(tick)
```
"""

import ast
from collections.abc import Iterator

from migrator.coloring.colors import Colors, State
from migrator.coloring.demand import Demand, Flavor
from migrator.edits.edit import Edit, ReplaceExpression
from migrator.facts.model import Facts, Handover
from migrator.index.symbols import FunctionId
from migrator.rules._edits import state_of
from migrator.rules._places import edit_at, location_of, span_of
from migrator.rules._rule import rule_name
from migrator.rules._streams import streams, waiting_streams

NAME = rule_name(__name__)


def demands(facts: Facts) -> Iterator[Demand]:
    """Wish that each stream is async; where it is not, its ``stream_with_context`` is Flask's."""
    waiting = waiting_streams(facts)
    for name, handovers in streams(facts).items():
        node = facts.program.functions[name].node
        place = facts.program.modules[facts.program.functions[name].module].file.location(node)
        wish = f"{NAME} {place.path}:{place.span.line}:{place.span.column}"
        text = "it feeds a response, and waits in between"
        yield Demand(
            node, name, Flavor.STREAM, text, NAME, place, weak=name not in waiting, wish=wish
        )
        for handover in handovers:
            if handover.context is not None:
                yield _in_flask(facts, handover.context, handover.maker, wish)


def _in_flask(facts: Facts, context: ast.expr, maker: FunctionId, wish: str) -> Demand:
    text = f"`{ast.unparse(context)}` over a synchronous generator works in Flask code only"
    place = location_of(facts, context)
    return Demand(context, maker, Flavor.NEEDS_FLASK, text, NAME, place, unless=wish)


def edits(facts: Facts, colors: Colors) -> Iterator[Edit]:
    """Give Quart's ``stream_with_context`` the function, not the generator."""
    for name, handovers in facts.generators.items():
        if state_of(colors, name) is State.ASYNC:
            for handover in handovers:
                yield from _of_function(facts, handover)


def _of_function(facts: Facts, handover: Handover) -> Iterator[Edit]:
    match handover.node:
        case ast.Call(func=context, args=[ast.Call() as made]) if context is handover.context:
            parts = [context, made.func]
            arguments = []
            for star, name, value in _arguments(made):
                arguments.append(f"{star}{name}{{{len(parts)}}}")
                parts.append(value)
            code = f"{{0}}({{1}})({', '.join(arguments)})"
            spans = tuple(span_of(facts, part) for part in parts)
            yield edit_at(facts, handover.node, ReplaceExpression(code, spans), NAME)
        case _:
            pass


def _arguments(call: ast.Call) -> Iterator[tuple[str, str, ast.expr]]:
    """Yield the arguments of *call*: stars, keyword, value."""
    for value in call.args:
        yield ("*", "", value.value) if isinstance(value, ast.Starred) else ("", "", value)
    for word in call.keywords:
        yield ("**", "", word.value) if word.arg is None else ("", f"{word.arg}=", word.value)
