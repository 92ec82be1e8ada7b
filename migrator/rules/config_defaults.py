r"""Report settings that Quart reads differently.

`PREFERRED_URL_SCHEME` and `TRUSTED_HOSTS` get a finding where the app sets them and has no
companion Flask app.

## Why

Quart ignores both without a word: links are made with `http`, and requests for other hosts are
served. An app with a companion keeps Flask's behaviour and defaults.
See <https://quart.palletsprojects.com/en/latest/reference/source/quart.app.html>.

## Examples

### A plain app with a scheme

```python before
from flask import Flask

app = Flask(__name__)
app.config["PREFERRED_URL_SCHEME"] = "https"
```

```python after
from quart import Quart

app = Quart(__name__)
app.config["PREFERRED_URL_SCHEME"] = "https"
```

### Settings given together

```python before
from flask import Flask

app = Flask(__name__)
```

```python left hosts.py
from app import app

app.config.update(TRUSTED_HOSTS=["example.org"])
```

```python after
from quart import Quart

app = Quart(__name__)
```

## Left alone

### Another configuration

```python unchanged
import settings

settings.config["PREFERRED_URL_SCHEME"] = "https"
```
"""

import ast
from collections.abc import Iterator

from migrator.coloring.colors import Colors
from migrator.facts.kinds import Kind
from migrator.facts.model import Facts
from migrator.findings import Finding
from migrator.rules._companion_uses import needs_companion
from migrator.rules._places import finding_at, module_of
from migrator.rules._rule import rule_name

NAME = rule_name(__name__)
SETTINGS = {
    "PREFERRED_URL_SCHEME": "Set `PREFER_SECURE_URLS = True` for links with https.",
    "TRUSTED_HOSTS": "Refuse other hosts in a `before_request` hook or in the proxy.",
}


def findings(facts: Facts, colors: Colors) -> Iterator[Finding]:
    """Report each such setting of a plain app."""
    if needs_companion(facts, colors):
        return
    for node, kinds in facts.kinds_at.items():
        if Kind.CONFIG in kinds and not module_of(facts, node).is_test:
            around = facts.program.parent.get(node)
            yield from _settings(facts, around)


def _settings(facts: Facts, node: ast.AST | None) -> Iterator[Finding]:
    match node:
        case ast.Subscript(slice=ast.Constant(value=str() as name), ctx=ast.Store()):
            if name in SETTINGS:
                yield _finding(facts, node, name)
        case ast.Attribute(attr="from_mapping" | "update"):
            yield from _given(facts, facts.program.parent.get(node))
        case _:
            pass


def _given(facts: Facts, call: ast.AST | None) -> Iterator[Finding]:
    """Report the settings in ``config.update({…}, …)``."""
    words = call.keywords if isinstance(call, ast.Call) else []
    tables = call.args if isinstance(call, ast.Call) else []
    for word in words:
        if word.arg in SETTINGS:
            yield _finding(facts, word.value, word.arg)
    for key in (it for table in tables if isinstance(table, ast.Dict) for it in table.keys):
        if isinstance(key, ast.Constant) and key.value in SETTINGS:
            yield _finding(facts, key, str(key.value))


def _finding(facts: Facts, node: ast.expr, name: str) -> Finding:
    return finding_at(
        facts,
        node,
        NAME,
        message=f"Quart ignores `{name}`",
        why="The setting exists in Flask only, and nothing says so when it is ignored.",
        next_step=SETTINGS[name],
    )
