r"""Send Redis commands by redis.asyncio, where `--native redis=redis.asyncio` asks for it.

`client.get("key")` becomes `await redis_asyncio.of(client).get("key")`, of `compat_shims`: each
event loop gets connections of its own to the server that the client is for. The client stays, for
code that cannot await. Pipelines, locks, subscriptions and scans stay as they are.

## Why

A command takes well under a millisecond, unless the server or the network is slow, or the command
waits (`blpop`): then each one holds a thread.
See <https://redis.readthedocs.io/en/stable/examples/asyncio_examples.html>.

## Examples

### A counter

```python before
import redis
from flask import Flask, render_template

app = Flask(__name__)
store = redis.Redis(decode_responses=True)


@app.route("/")
def index():
    count = store.incr("visits")
    name = store.get("name")
    return render_template("index.html", count=count, name=name)
```

```python after
import redis
from compat_shims import redis_asyncio
from quart import Quart, render_template

app = Quart(__name__)
store = redis.Redis(decode_responses=True)


@app.route("/")
async def index():
    count = await redis_asyncio.of(store).incr("visits")
    name = await redis_asyncio.of(store).get("name")
    return await render_template("index.html", count=count, name=name)
```

## Left alone

### A pipeline

```python before
from flask import Flask
from redis import Redis

app = Flask(__name__)
store = Redis()


@app.route("/")
def index():
    pipe = store.pipeline()
    pipe.incr("visits")
    pipe.get("last")
    return {"found": pipe.execute()[0]}
```

```python after
from quart import Quart
from redis import Redis

app = Quart(__name__)
store = Redis()


@app.route("/")
def index():
    pipe = store.pipeline()
    pipe.incr("visits")
    pipe.get("last")
    return {"found": pipe.execute()[0]}
```

### A program without Flask

```python unchanged
import redis

print(redis.Redis().get("key"))
```
"""

import ast
from collections.abc import Iterator

from migrator.coloring.colors import Colors
from migrator.coloring.demand import Demand
from migrator.edits.edit import AddImport, Edit, ReplaceExpression
from migrator.facts.model import Facts
from migrator.findings import Finding
from migrator.rules._edits import await_met
from migrator.rules._natives import calls, is_taken, left, refusals, wish
from migrator.rules._places import edit_at, edit_of_file, span_of
from migrator.rules._rule import rule_name
from migrator.rules._sending import met_calls

NAME = rule_name(__name__)
NATIVE = "redis=redis.asyncio"
MODULE = "redis_asyncio"


def demands(facts: Facts) -> Iterator[Demand]:
    """Wish that each command is awaited."""
    for call, use in calls(facts, NATIVE).items():
        if use.certain and not is_taken(facts, call, MODULE):
            yield wish(facts, call, use, NAME, "a command of redis.asyncio is awaited")


def edits(facts: Facts, colors: Colors) -> Iterator[Edit]:
    """Let the commands that can be awaited go by redis.asyncio."""
    for call in met_calls(colors, NAME):
        if isinstance(call.func, ast.Attribute):
            client = call.func.value
            code = ReplaceExpression(f"{MODULE}.of({{0}})", (span_of(facts, client),))
            yield edit_at(facts, client, code, NAME)
            yield edit_of_file(facts, call, AddImport("compat_shims", MODULE), NAME)
    yield from await_met(colors, NAME)


def findings(facts: Facts, colors: Colors) -> Iterator[Finding]:
    """Report the commands that stay, where they may hold something up."""
    for refusal in refusals(facts, colors, NAME):
        yield left(refusal, "this command")
