r"""Send by aiohttp what requests would send, where `--native requests=aiohttp` asks for it.

`requests.get(…)` and its kin become `await aiohttp_requests.get(…)`, of `compat_shims`: requests
prepares the request and makes the response, aiohttp sends it. So the same response and the same
errors come back, while no thread waits. What is left is reported: sessions, `stream=True`, hooks,
and calls that the tests replace by others.

## Why

In 40 threads, calls that take half a second each are 80 a second at most, and meanwhile nothing
else that needs a thread runs. Awaited, they hold none. That costs no more of the processor: 0.9 ms
a call, against 1.1 ms in threads.
See <https://docs.aiohttp.org/en/stable/client_quickstart.html>.

## Examples

### A call and its error

```python before
import requests
from flask import Flask

app = Flask(__name__)


@app.route("/weather/<city>")
def weather(city):
    try:
        response = requests.get("https://api.example", params={"q": city}, timeout=5)
        response.raise_for_status()
    except requests.RequestException:
        return {"error": "no answer"}, 502
    return response.json()
```

```python after
import requests
from compat_shims import aiohttp_requests
from quart import Quart

app = Quart(__name__)


@app.route("/weather/<city>")
async def weather(city):
    try:
        response = await aiohttp_requests.get("https://api.example", params={"q": city}, timeout=5)
        response.raise_for_status()
    except requests.RequestException:
        return {"error": "no answer"}, 502
    return response.json()
```

### Through a helper

```python before
from flask import Flask, request
from requests import post

app = Flask(__name__)


def notify(text):
    return post("https://api.example", json={"text": text}).ok


@app.post("/")
def index():
    return {"sent": notify(request.form["text"])}
```

```python after
from compat_shims import aiohttp_requests
from quart import Quart, request

app = Quart(__name__)


async def notify(text):
    return (await aiohttp_requests.post("https://api.example", json={"text": text})).ok


@app.post("/")
async def index():
    return {"sent": await notify((await request.form)["text"])}
```

## Left alone

### A body that is read piece by piece

```python before
import requests
from flask import Flask, request

app = Flask(__name__)


@app.post("/fetch")
def fetch():
    answer = requests.get(request.args["url"], stream=True)
    return {"status": answer.status_code, "for": request.form["name"]}
```

```python after
import requests
from compat_shims import flask_app, offload
from quart import Quart, request

app = Quart(__name__)
flask_app(app)


@app.post("/fetch")
async def fetch():
    answer = await offload(requests.get, request.args["url"], stream=True)
    return {"status": answer.status_code, "for": (await request.form)["name"]}
```

### A program without Flask

```python unchanged
import requests

print(requests.get("https://api.example").text)
```
"""

import ast
from collections.abc import Iterator

from migrator.coloring.colors import Colors
from migrator.coloring.demand import Demand
from migrator.edits.edit import AddImport, Edit, ReplaceExpression
from migrator.facts.catalog.natives import natives
from migrator.facts.model import Facts, Use
from migrator.findings import Finding
from migrator.rules._edits import await_met
from migrator.rules._natives import (
    calls,
    is_taken,
    left,
    off_the_loop,
    refusals,
    replaced_by_tests,
    wish,
)
from migrator.rules._places import edit_at, edit_of_file, finding_at, module_of
from migrator.rules._rule import rule_name
from migrator.rules._sending import met_calls
from migrator.rules._unused_imports import unused_imports

NAME = rule_name(__name__)
NATIVE = "requests=aiohttp"
MODULE = "aiohttp_requests"
_TOOLS = frozenset({"betamax", "httpretty", "pook", "requests_mock", "responses", "vcr"})
"""Test tools that answer in the place of the network, for requests alone."""
_SESSIONS = ("requests.Session().", "requests.session().", "requests.sessions.Session().")
_METHODS = frozenset({"delete", "get", "head", "options", "patch", "post", "put", "request"})
_BY_REQUESTS = frozenset({"hooks", "stream"})


def demands(facts: Facts) -> Iterator[Demand]:
    """Wish that each call goes by aiohttp; not where the tests answer for requests."""
    if _is_answered_by_tests(facts):
        return
    for call, use in calls(facts, NATIVE).items():
        if _obstacle(facts, call) is None:
            function = _function(facts, call)
            yield wish(facts, call, use, NAME, f"`{MODULE}.{function}()` is awaited")


def edits(facts: Facts, colors: Colors) -> Iterator[Edit]:
    """Replace the calls that can be awaited."""
    replaced = list(met_calls(colors, NAME))
    for call in replaced:
        code = f"{MODULE}.{_function(facts, call)}"
        yield edit_at(facts, call.func, ReplaceExpression(code), NAME)
        yield edit_of_file(facts, call, AddImport("compat_shims", MODULE), NAME)
    yield from await_met(colors, NAME)
    yield from unused_imports(facts, (call.func for call in replaced), NAME)


def findings(facts: Facts, colors: Colors) -> Iterator[Finding]:
    """Report the calls that requests still sends, where they may hold something up."""
    for refusal in refusals(facts, colors, NAME):
        yield left(refusal, "this request")
    for call, why in _left(facts):
        yield finding_at(
            facts,
            call,
            NAME,
            message=f"this request keeps its blocking form: {why}",
            why="requests sends it off the event loop, in a thread that waits for the answer.",
            next_step="Nothing needs to be done. To hold no thread, use aiohttp itself here.",
        )


def _left(facts: Facts) -> Iterator[tuple[ast.Call, str]]:
    answered = _is_answered_by_tests(facts)
    for call, use in calls(facts, NATIVE).items():
        why = "the tests answer in the place of requests" if answered else _obstacle(facts, call)
        if why is not None and not off_the_loop(facts, use):
            yield call, why
    for name, uses in facts.names.items():
        if name.startswith(_SESSIONS) and name.rpartition(".")[2] in _METHODS:
            for use in uses:
                if use.call is not None and _is_of_app(facts, use):
                    yield use.call, "it belongs to a session"


def _is_of_app(facts: Facts, use: Use) -> bool:
    return not module_of(facts, use.node).is_test and not off_the_loop(facts, use)


def _function(facts: Facts, call: ast.Call) -> str:
    replacements = natives()[NATIVE].calls
    names = facts.names_at.get(call.func, frozenset())
    return next(replacements[name] for name in sorted(names) if name in replacements)


def _obstacle(facts: Facts, call: ast.Call) -> str | None:
    """Return why requests has to send it itself, if it has to."""
    given = {word.arg or "" for word in call.keywords}
    if "" in given or any(isinstance(argument, ast.Starred) for argument in call.args):
        return "its arguments are not written out"
    if not _BY_REQUESTS.isdisjoint(given):
        return f"it has `{min(given & _BY_REQUESTS)}`"
    if is_taken(facts, call, MODULE):
        return f"the module has another `{MODULE}`"
    return None


def _is_answered_by_tests(facts: Facts) -> bool:
    tests = (module for module in facts.program.modules.values() if module.is_test)
    tools = (
        alias.name if isinstance(statement, ast.Import) else statement.module or ""
        for module in tests
        for statement in module.imports
        for alias in statement.names
    )
    if any(tool.partition(".")[0] in _TOOLS for tool in tools):
        return True
    return replaced_by_tests(facts, natives()[NATIVE].calls)
