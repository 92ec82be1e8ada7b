r"""Annotate async generators as such.

A generator that became async returns `AsyncIterator[…]` by its annotation, where it was `Iterator`,
`Iterable` or `Generator`.

## Why

A type checker refuses `async for` over an `Iterator`.
See <https://docs.python.org/3/library/collections.abc.html#collections.abc.AsyncIterator>.

## Examples

### An iterator, and a generator

```python before
from collections.abc import Generator, Iterator

from flask import Flask, Response, render_template, stream_with_context

app = Flask(__name__)


def parts(last: int) -> Iterator[str]:
    for number in range(last):
        yield render_template("part.html", number=number)


def page() -> Generator[str, None, None]:
    yield "start"
    yield from parts(3)


@app.route("/")
def index():
    return Response(stream_with_context(page()))
```

```python after
from collections.abc import AsyncIterator

from quart import Quart, Response, render_template, stream_with_context

app = Quart(__name__)
app.config["RESPONSE_TIMEOUT"] = None


async def parts(last: int) -> AsyncIterator[str]:
    for number in range(last):
        yield await render_template("part.html", number=number)


async def page() -> AsyncIterator[str]:
    yield "start"
    async for item in parts(3):
        yield item


@app.route("/")
def index():
    return Response(stream_with_context(page)())
```

## Left alone

### A generator that stays synchronous

```python before
from collections.abc import Iterator

from flask import Flask, Response

app = Flask(__name__)


def numbers() -> Iterator[str]:
    yield "1"


@app.route("/")
def index():
    return Response(numbers())
```

```python after
from collections.abc import Iterator

from quart import Quart, Response

app = Quart(__name__)
app.config["RESPONSE_TIMEOUT"] = None


def numbers() -> Iterator[str]:
    yield "1"


@app.route("/")
def index():
    return Response(numbers())
```

### A program without Flask

```python unchanged
from collections.abc import Iterator


def numbers() -> Iterator[int]:
    yield 1
```
"""

import ast
from collections.abc import Iterator

from migrator.coloring.colors import Colors, State
from migrator.edits.edit import AddImport, Edit, ReplaceExpression
from migrator.facts.model import Facts
from migrator.rules._places import edit_at, edit_of_file, span_of
from migrator.rules._rule import rule_name
from migrator.rules._unused_imports import unused_imports

NAME = rule_name(__name__)
_SYNC = frozenset({"Generator", "Iterable", "Iterator"})


def edits(facts: Facts, colors: Colors) -> Iterator[Edit]:
    """Change what generators that became async are annotated to return."""
    gone: list[ast.expr] = []
    for name, verdict in colors.verdicts.items():
        function = facts.program.functions[name]
        if verdict.state is State.ASYNC and function.is_generator and not function.is_async:
            match getattr(function.node, "returns", None):
                case ast.Subscript(value=kind, slice=item) as annotation if _is_sync(kind):
                    given = item.elts[0] if isinstance(item, ast.Tuple) else item
                    code = ReplaceExpression("AsyncIterator[{0}]", (span_of(facts, given),))
                    yield edit_at(facts, annotation, code, NAME)
                    yield edit_of_file(
                        facts, annotation, AddImport("collections.abc", "AsyncIterator"), NAME
                    )
                    gone.append(kind)
                case _:
                    pass
    yield from unused_imports(facts, gone, NAME)


def _is_sync(kind: ast.expr) -> bool:
    name = kind.attr if isinstance(kind, ast.Attribute) else getattr(kind, "id", "")
    return name in _SYNC
