r"""Leave out `direct_passthrough`.

`Response(…, direct_passthrough=True)` loses the argument in Quart code.

## Why

Quart's `Response` does not take it, and passes a body on unchanged anyway.
See <https://quart.palletsprojects.com/en/latest/reference/source/quart.wrappers.html>.

## Examples

### A stream

```python before
from flask import Flask, Response

app = Flask(__name__)


@app.route("/")
def index():
    return Response(iter(["a", "b"]), mimetype="text/plain", direct_passthrough=True)
```

```python after
from quart import Quart, Response

app = Quart(__name__)


@app.route("/")
def index():
    return Response(iter(["a", "b"]), mimetype="text/plain")
```

## Left alone

### A response of Werkzeug

```python unchanged
from werkzeug.wrappers import Response


def index():
    return Response(iter(["a", "b"]), direct_passthrough=True)
```
"""

from collections.abc import Iterator

from migrator.coloring.colors import Colors
from migrator.edits.edit import Edit, RemoveKeyword
from migrator.facts.model import Facts
from migrator.rules._flask_side import bridged
from migrator.rules._places import edit_at, module_of
from migrator.rules._rule import rule_name

NAME = rule_name(__name__)


def edits(facts: Facts, colors: Colors) -> Iterator[Edit]:
    """Remove the argument from each response that Quart makes."""
    for use in facts.names.get("flask.Response", ()):
        if use.call is None or module_of(facts, use.node).is_test:
            continue
        has_it = any(word.arg == "direct_passthrough" for word in use.call.keywords)
        if has_it and not bridged(facts, colors, use.function):
            yield edit_at(facts, use.call, RemoveKeyword("direct_passthrough"), NAME)
