r"""Await calls of functions that became async.

Each call of a function that became async is awaited; a context manager takes its async form.

## Why

A call without await makes a coroutine and runs nothing: the mail is not sent, the row not
written, and only a warning says so.
See <https://docs.python.org/3/library/asyncio-task.html#coroutines>.

## Examples

### Through two helpers

```python before
from flask import Flask, request

app = Flask(__name__)


class Search:
    def words(self):
        return request.form["q"].split()

    def run(self):
        return [word.upper() for word in self.words()]


@app.post("/search")
def search():
    found = Search().run()
    return {"found": found, "again": [Search().run() for _ in range(2)]}
```

```python after
from quart import Quart, request

app = Quart(__name__)


class Search:
    async def words(self):
        return (await request.form)["q"].split()

    async def run(self):
        return [word.upper() for word in await self.words()]


@app.post("/search")
async def search():
    found = await Search().run()
    return {"found": found, "again": [await Search().run() for _ in range(2)]}
```

## Left alone

### Calls of sync functions

```python before
from flask import Flask, request

app = Flask(__name__)


def clean(text):
    return text.strip()


@app.post("/")
def index():
    return clean(request.form["q"])
```

```python after
from quart import Quart, request

app = Quart(__name__)


def clean(text):
    return text.strip()


@app.post("/")
async def index():
    return clean((await request.form)["q"])
```

### A program without Flask

```python unchanged
def answer():
    return 42


print(answer())
```
"""

from collections.abc import Iterator

from migrator.coloring.colors import Colors
from migrator.coloring.demand import Flavor
from migrator.edits.edit import Edit
from migrator.facts.model import Facts
from migrator.rules._edits import awaiting
from migrator.rules._rule import rule_name

NAME = rule_name(__name__)


def edits(_facts: Facts, colors: Colors) -> Iterator[Edit]:
    """Await each call of a function that became async."""
    demanded = {id(demand.node) for demand in colors.met}
    for site in colors.awaits:
        if id(site.node) not in demanded and site.flavor is not Flavor.ASYNC_FOR:
            yield awaiting(site, NAME)
