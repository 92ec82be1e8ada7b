r"""Look at classes derived from `Request`.

A class of the project that is derived from `flask.Request` is derived from Quart's. Its methods
become async where they need to, and so do its properties: `request.payload` is awaited as
`request.form` is. A member that needs an await and stays synchronous gets a finding.

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

## Left alone

### A class of the project's own

```python unchanged
class Request:
    @property
    def payload(self):
        return self.get_json()
```
"""

from collections.abc import Iterator

from migrator.coloring.colors import Colors, State
from migrator.facts.model import Facts
from migrator.findings import Finding
from migrator.index.symbols import FunctionId
from migrator.rules._places import finding_at
from migrator.rules._rule import rule_name

NAME = rule_name(__name__)
_REQUESTS = frozenset({"flask.Request", "flask.wrappers.Request"})


def findings(facts: Facts, colors: Colors) -> Iterator[Finding]:
    """Report each member that would await, and stays synchronous."""
    for name, verdict in sorted(colors.verdicts.items()):
        if verdict.state is State.BRIDGED and _is_of_request(facts, name):
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
    return owner is not None and not _REQUESTS.isdisjoint(facts.bases.get(owner, ()))
