r"""Report what Flask itself has removed.

`before_first_request` and `before_app_first_request`, gone since Flask 2.3, get a finding.

## Why

Neither Flask 3 nor Quart has them; Quart's `before_serving` runs once before the first request.
See <https://flask.palletsprojects.com/en/stable/changes/#version-2-3-0>.

## Examples

### A start hook

```python before
from flask import Blueprint

bp = Blueprint("start", __name__)
```

```python left hooks.py
from app import bp


@bp.before_app_first_request
def start():
    print("start")
```

```python after
from quart import Blueprint

bp = Blueprint("start", __name__)
```

## Left alone

### A hook of the project's own class

```python unchanged
class App:
    def before_first_request(self, function):
        return function


app = App()


@app.before_first_request
def start():
    print("start")
```
"""

from collections.abc import Iterator

from migrator.coloring.colors import Colors
from migrator.facts.kinds import Kind, Member
from migrator.facts.model import Facts
from migrator.findings import Finding
from migrator.rules._places import finding_at
from migrator.rules._rule import rule_name

NAME = rule_name(__name__)
MEMBERS = (
    Member(Kind.APP, "before_first_request"),
    Member(Kind.BLUEPRINT, "before_app_first_request"),
)


def findings(facts: Facts, _colors: Colors) -> Iterator[Finding]:
    """Report each use of a removed hook."""
    for member in MEMBERS:
        for use in facts.members.get(member, ()):
            yield finding_at(
                facts,
                use.node,
                NAME,
                message=f"`{member.name}` exists neither in Flask 3 nor in Quart",
                why="Flask removed it in version 2.3.",
                next_step="Call the function in the app factory, or use `@app.before_serving`.",
            )
