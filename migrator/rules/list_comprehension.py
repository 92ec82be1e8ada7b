r"""Make a list of what a generator expression awaits.

A generator expression in which something is awaited becomes a list comprehension.

## Why

With an `await` inside, a generator expression is asynchronous: `"".join(…)`, `sum(…)` and the like
fail on it with a `TypeError`.
See <https://docs.python.org/3/reference/expressions.html#generator-expressions>.

## Examples

### Rows, each rendered

```python before
from flask import Flask, render_template

app = Flask(__name__)


@app.route("/")
def index():
    return "".join(render_template("row.html", row=row) for row in range(3))
```

```python after
from quart import Quart, render_template

app = Quart(__name__)


@app.route("/")
async def index():
    return "".join([await render_template("row.html", row=row) for row in range(3)])
```

## Left alone

### What is iterated may be awaited outside

```python before
from flask import Flask, request

app = Flask(__name__)


@app.post("/")
def index():
    return "".join(word.upper() for word in request.form.getlist("word"))
```

```python after
from quart import Quart, request

app = Quart(__name__)


@app.post("/")
async def index():
    return "".join(word.upper() for word in (await request.form).getlist("word"))
```

### A program without Flask

```python unchanged
print(sum(number * number for number in range(3)))
```
"""

import ast
from collections.abc import Iterator

from migrator.coloring.colors import Colors
from migrator.coloring.demand import Flavor
from migrator.edits.edit import Edit, MakeListComprehension
from migrator.facts.model import Facts
from migrator.rules._places import ancestors, edit_at
from migrator.rules._rule import rule_name

NAME = rule_name(__name__)


def edits(facts: Facts, colors: Colors) -> Iterator[Edit]:
    """Make a list of each generator expression that awaits."""
    awaited = (*(site.node for site in colors.awaits), *(d.node for d in colors.met))
    offloaded = (node for offload in colors.offloads for node in offload.nodes)
    found = {outer for node in (*awaited, *offloaded) for outer in _generators(facts, node)}
    found.update(_reading(facts, colors))
    for generator in sorted(found, key=lambda node: (node.lineno, node.col_offset)):
        yield edit_at(facts, generator, MakeListComprehension(), NAME)


def _reading(facts: Facts, colors: Colors) -> Iterator[ast.GeneratorExp]:
    """Yield the generator expressions that run over an async generator."""
    for site in colors.awaits:
        clause = facts.program.parent[site.node]
        if site.flavor is Flavor.ASYNC_FOR and isinstance(clause, ast.comprehension):
            outer = facts.program.parent[clause]
            if isinstance(outer, ast.GeneratorExp):
                yield outer


def _generators(facts: Facts, node: ast.AST) -> Iterator[ast.GeneratorExp]:
    """Yield the generator expressions around *node* that run it when they are iterated."""
    path = [node]
    for outer in ancestors(facts, node):
        if isinstance(outer, ast.stmt | ast.Lambda):
            return
        if isinstance(outer, ast.GeneratorExp) and outer.generators[0].iter not in path:
            yield outer
        path.append(outer)
