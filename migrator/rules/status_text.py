r"""Return the status as a number.

A status that a view returns as text (`return body, "404 Not Found"`) becomes its number.

## Why

Quart turns the status of a returned tuple into a number: text with a reason phrase raises
`ValueError`.
See <https://quart.palletsprojects.com/en/latest/how_to_guides/flask_migration.html>.

## Examples

### A tuple and `make_response`

```python before
from flask import Flask, make_response

app = Flask(__name__)


@app.route("/old")
def old():
    return "gone", "410 GONE", {"X-Kind": "old"}


@app.route("/new")
def new():
    return make_response("made", "201 CREATED")
```

```python after
from quart import Quart, make_response

app = Quart(__name__)


@app.route("/old")
def old():
    return "gone", 410, {"X-Kind": "old"}


@app.route("/new")
async def new():
    return await make_response("made", 201)
```

## Left alone

### Numbers, and text that is no status

```python before
from flask import Flask

app = Flask(__name__)


@app.route("/old")
def old():
    return "gone", 410


def pair():
    return "gone", "410 GONE"
```

```python after
from quart import Quart

app = Quart(__name__)


@app.route("/old")
def old():
    return "gone", 410


def pair():
    return "gone", "410 GONE"
```

### A program without Flask

```python unchanged
def view():
    return "gone", "410 GONE"
```
"""

import ast
import re
from collections.abc import Iterator

from migrator.coloring.colors import Colors
from migrator.edits.edit import Edit, ReplaceExpression
from migrator.facts.model import Facts, Role
from migrator.rules._flask_side import bridged
from migrator.rules._places import edit_at, module_of
from migrator.rules._returned import returned_values
from migrator.rules._rule import rule_name

NAME = rule_name(__name__)
ANSWERING = frozenset({Role.VIEW, Role.VIEW_METHOD, Role.ERROR_HANDLER, Role.BEFORE_REQUEST})
STATUS = re.compile(r"([1-5]\d\d)( |$)")


def edits(facts: Facts, colors: Colors) -> Iterator[Edit]:
    """Write each textual status as a number."""
    for status in _statuses(facts):
        if isinstance(status, ast.Constant) and isinstance(status.value, str):
            found = STATUS.match(status.value)
            in_flask_code = bridged(facts, colors, facts.program.owner.get(status))
            if found and not in_flask_code and not module_of(facts, status).is_test:
                yield edit_at(facts, status, ReplaceExpression(found[1]), NAME)


def _statuses(facts: Facts) -> Iterator[ast.expr]:
    for use in facts.names.get("flask.make_response", ()):
        if use.call is not None:
            yield from use.call.args[1:2]
    for function, points in facts.entry_points.items():
        if any(point.role in ANSWERING for point in points):
            node = facts.program.functions[function].node
            if not isinstance(node, ast.Lambda):
                for value in returned_values(node):
                    yield from value.elts[1:2] if isinstance(value, ast.Tuple) else ()
