r"""Read async generators asynchronously.

What reads a generator that became async reads it by `async for`: loops and comprehensions,
`list(…)` and its like by an async comprehension, `next(…)` by `await anext(…)`, and `yield from` by
a loop.

## Why

An async generator is no iterable: `list(…)` fails with a `TypeError`, and `yield from` cannot stand
in one.
See <https://docs.python.org/3/reference/expressions.html#asynchronous-generator-functions>.

## Examples

### All its readers

```python before
from flask import Flask, render_template

app = Flask(__name__)


def parts(last):
    for number in range(last):
        yield render_template("part.html", number=number)


def more():
    yield from ["start"]
    yield from parts(2)


@app.route("/")
def index():
    first = next(parts(1))
    texts = list(parts(3))
    for text in more():
        texts.append(text)
    return first + "".join(part.strip() for part in parts(9)) + "".join(texts)
```

```python after
from quart import Quart, render_template

app = Quart(__name__)


async def parts(last):
    for number in range(last):
        yield await render_template("part.html", number=number)


async def more():
    for item in ["start"]:
        yield item
    async for item in parts(2):
        yield item


@app.route("/")
async def index():
    first = await anext(parts(1))
    texts = [item async for item in parts(3)]
    async for text in more():
        texts.append(text)
    return first + "".join([part.strip() async for part in parts(9)]) + "".join(texts)
```

## Left alone

### A generator with a reader that cannot await

It stays Flask code, and the loop runs in the request's lane.

```python before
from flask import Flask, render_template

app = Flask(__name__)


def parts():
    for number in range(3):
        yield render_template("part.html", number=number)


class Page:
    def __str__(self):
        return "".join(parts())


@app.route("/")
def index():
    return str(Page())
```

```python after
from compat_shims import flask_app
from flask import render_template
from quart import Quart

app = Quart(__name__)
flask_app(app)


def parts():
    for number in range(3):
        yield render_template("part.html", number=number)


class Page:
    def __str__(self):
        return "".join(parts())


@app.route("/")
def index():
    return str(Page())
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

from migrator.coloring.colors import AwaitSite, Colors, OffloadForm, State
from migrator.coloring.demand import Flavor
from migrator.edits.edit import Await, Edit, ReplaceExpression, ReplaceStatement
from migrator.facts.model import Facts
from migrator.index.symbols import Function
from migrator.rules._edits import awaiting
from migrator.rules._places import edit_at, span_of
from migrator.rules._rule import rule_name

NAME = rule_name(__name__)


def edits(facts: Facts, colors: Colors) -> Iterator[Edit]:
    """Read by ``async for`` what became async, and take ``yield from`` out of what did."""
    reads = [it for it in colors.awaits if it.flavor is Flavor.ASYNC_FOR]
    for site in reads:
        yield from _reading(facts, site)
    read = {site.node for site in reads}
    read |= {it.nodes[0] for it in colors.offloads if it.form is OffloadForm.ITERATE}
    for name, verdict in colors.verdicts.items():
        function = facts.program.functions[name]
        if verdict.state is State.ASYNC and function.is_generator and not function.is_async:
            yield from _loops(facts, function, read)


def _reading(facts: Facts, site: AwaitSite) -> Iterator[Edit]:
    match facts.program.parent[site.node]:
        case ast.For() | ast.comprehension():
            yield awaiting(site, NAME)
        case ast.Call() as call if "builtins.next" in facts.names_at.get(call.func, ()):
            yield edit_at(facts, call.func, ReplaceExpression("anext"), NAME)
            yield edit_at(facts, call, Await(), NAME)
        case ast.Call(args=[node]) as call if isinstance(node, ast.expr):
            is_list = "builtins.list" in facts.names_at.get(call.func, ())
            listed = ReplaceExpression(_comprehension(facts, site.node), (span_of(facts, node),))
            yield edit_at(facts, call if is_list else node, listed, NAME)
        case _:
            pass


def _comprehension(facts: Facts, node: ast.AST) -> str:
    item = _free(facts, node)
    return f"[{item} async for {item} in {{0}}]"


def _loops(facts: Facts, function: Function, read: set[ast.AST]) -> Iterator[Edit]:
    for node in ast.walk(function.node):
        match node:
            case ast.Expr(value=ast.YieldFrom(value=source)) if _owns(facts, function, node):
                item = _free(facts, node)
                loop = "async for" if source in read else "for"
                code = f"{loop} {item} in {{0}}:\n    yield {item}"
                parts = (span_of(facts, source),)
                yield edit_at(facts, node, ReplaceStatement(code, parts), NAME)
            case _:
                pass


def _owns(facts: Facts, function: Function, node: ast.AST) -> bool:
    return facts.program.owner.get(node) == function.id


def _free(facts: Facts, node: ast.AST) -> str:
    """Return a name for one item that the function around *node* does not use."""
    owner = facts.program.owner[node]
    scope = facts.program.scopes[facts.program.functions[owner].node] if owner else None
    taken = scope.bound | scope.inner if scope else frozenset()
    return next(it for it in ("item", "each", "one_item", "one_of_them") if it not in taken)
