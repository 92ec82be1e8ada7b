r"""Leave out options of `app.run` that Quart does not have.

`threaded`, `processes`, `use_debugger`, `use_evalex`, `extra_files`, `reloader_type`,
`load_dotenv` and the like go, with a finding where they did more than to choose Werkzeug's server;
`use_reloader` is written out where Flask's default differs. The two files of `ssl_context` become
`certfile` and `keyfile`; hypercorn, which serves then, offers HTTP/2 with them. A call that tests
look at stays as it is.

## Why

Quart only warns about an option that it does not know: with `ssl_context` the server would speak
plain HTTP. And `use_reloader` is on by default.
See <https://quart.palletsprojects.com/en/latest/reference/source/quart.app.html>.

## Examples

### Threads, which Quart has anyway

```python before
from flask import Flask

app = Flask(__name__)

if __name__ == "__main__":
    app.run(host="0.0.0.0", port=8000, threaded=True)
```

```python after
from quart import Quart

app = Quart(__name__)

if __name__ == "__main__":
    app.run(host="0.0.0.0", port=8000, use_reloader=False)
```

### Debug mode, decided when it starts

```python before
import sys

from flask import Flask

app = Flask(__name__)

if __name__ == "__main__":
    app.run("0.0.0.0", 8000, "--debug" in sys.argv)
```

```python after
import sys

from quart import Quart

app = Quart(__name__)

if __name__ == "__main__":
    app.run("0.0.0.0", 8000, "--debug" in sys.argv, use_reloader='--debug' in sys.argv)
```

### In debug mode both reload

```python before
from flask import Flask

app = Flask(__name__)

if __name__ == "__main__":
    app.run(debug=True)
```

```python after
from quart import Quart

app = Quart(__name__)

if __name__ == "__main__":
    app.run(debug=True)
```

### HTTPS

```python before
from flask import Flask

app = Flask(__name__)

if __name__ == "__main__":
    app.run(debug=True, ssl_context=("cert.pem", "key.pem"))
```

```python after
from quart import Quart

app = Quart(__name__)

if __name__ == "__main__":
    app.run(debug=True, certfile="cert.pem", keyfile="key.pem")
```

## Left alone

### A call that the tests look at

```python before
from flask import Flask

app = Flask(__name__)
```

```python after
from quart import Quart

app = Quart(__name__)
```

```python left serve.py
from app import app


def main():
    app.run(port=8000, threaded=True)
```

```python unchanged test_serve.py
from unittest import mock

import app
import serve


def test_main():
    with mock.patch.object(app.app, "run") as run:
        serve.main()
    run.assert_called_once_with(port=8000, threaded=True)
```

### Another object that runs

```python unchanged
from bottle import Bottle

app = Bottle()
app.run(threaded=True)
```
"""

import ast
from collections.abc import Iterator

from migrator.coloring.colors import Colors
from migrator.edits.edit import AddKeyword, Edit, RemoveKeyword
from migrator.facts.kinds import Kind, Member
from migrator.facts.model import Facts
from migrator.findings import Finding
from migrator.rules._patched import replaced_by_tests
from migrator.rules._places import edit_at, finding_at, module_of
from migrator.rules._rule import rule_name

NAME = rule_name(__name__)
KNOWN = frozenset(
    {"host", "port", "debug", "use_reloader", "loop", "ca_certs", "certfile", "keyfile"}
)
HARMLESS = frozenset({"load_dotenv", "reloader_type", "threaded", "use_debugger", "use_evalex"})
"""Options that nobody misses: what they choose is different in Quart anyway."""


def edits(facts: Facts, _colors: Colors) -> Iterator[Edit]:
    """Remove the options that Quart does not know, and write out a default that differs."""
    for call, is_seen in _calls(facts):
        if is_seen:
            continue
        words = {word.arg: word.value for word in call.keywords if word.arg}
        for name in sorted(words.keys() - KNOWN):
            yield edit_at(facts, call, RemoveKeyword(name), NAME)
        for name, file in _certificate(words.get("ssl_context")).items():
            code = ast.get_source_segment(module_of(facts, file).file.text, file)
            yield edit_at(facts, call, AddKeyword(name, code or ast.unparse(file)), NAME)
        debug = _debug(call)
        if "use_reloader" not in words and not _is_on(debug, call):
            reload = "False" if debug is None else ast.unparse(debug)
            yield edit_at(facts, call, AddKeyword("use_reloader", reload), NAME)


def findings(facts: Facts, _colors: Colors) -> Iterator[Finding]:
    """Report the removed options that mattered, and the calls that stay."""
    for call, is_seen in _calls(facts):
        if is_seen:
            yield finding_at(
                facts,
                call,
                NAME,
                message="`app.run()` stays as it is, since tests look at its options",
                why="Quart's development server reloads unless `use_reloader=False` is given, and "
                "only warns about options that it does not know.",
                next_step="Give Quart's options here, and look for them in the tests.",
            )
            continue
        yield from _removed(facts, call)


def _removed(facts: Facts, call: ast.Call) -> Iterator[Finding]:
    for word in call.keywords:
        if word.arg not in KNOWN | HARMLESS and not _certificate(word.value):
            yield finding_at(
                facts,
                call,
                NAME,
                message=f"`{word.arg or '**'}` of `app.run()` does nothing in Quart",
                why="Quart's development server has no such option, and only warns about it.",
                next_step=_NEXT.get(word.arg or "", _SERVER),
            )


_SERVER = "Set it on the server that you deploy with."
_NEXT = {"ssl_context": "Give `certfile` and `keyfile` to `app.run()`, or to the server."}


def _calls(facts: Facts) -> Iterator[tuple[ast.Call, bool]]:
    """Yield the calls that start the server, each with whether tests look at it."""
    for use in facts.members.get(Member(Kind.APP, "run"), ()):
        if use.call is not None and not module_of(facts, use.node).is_test:
            method = use.node
            yield use.call, isinstance(method, ast.Attribute) and replaced_by_tests(facts, method)


def _certificate(ssl_context: ast.expr | None) -> dict[str, ast.expr]:
    """Return what the two files of ``ssl_context`` are to Quart, if they are written down."""
    match ssl_context:
        case ast.Tuple(elts=[certificate, key]):
            return {"certfile": certificate, "keyfile": key}
        case _:
            return {}


def _is_on(debug: ast.expr | None, call: ast.Call) -> bool:
    """Whether the call says that it reloads, or leaves it to what cannot be read here."""
    if any(word.arg is None for word in call.keywords):
        return True
    return isinstance(debug, ast.Constant) and bool(debug.value)


def _debug(call: ast.Call) -> ast.expr | None:
    if len(call.args) >= _DEBUG:
        return call.args[_DEBUG - 1]
    found = (word.value for word in call.keywords if word.arg == "debug")
    return next(found, None)


_DEBUG = 3  # app.run(host, port, debug)
