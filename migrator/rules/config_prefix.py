r"""Keep the prefix of environment variables.

`config.from_prefixed_env()` without a prefix gets `prefix="FLASK"`.

## Why

Quart's default prefix is `QUART`: the variables that are set today would silently not be read.
See <https://quart.palletsprojects.com/en/latest/how_to_guides/configuration.html>.

## Examples

### The default prefix

```python before
from flask import Flask

app = Flask(__name__)
app.config.from_prefixed_env()
```

```python after
from quart import Quart

app = Quart(__name__)
app.config.from_prefixed_env(prefix="FLASK")
```

## Left alone

### A prefix of the project's own

```python before
from flask import Flask

app = Flask(__name__)
app.config.from_prefixed_env("SHOP")
```

```python after
from quart import Quart

app = Quart(__name__)
app.config.from_prefixed_env("SHOP")
```

### Another configuration

```python unchanged
from dynaconf import config

config.from_prefixed_env()
```
"""

from collections.abc import Iterator

from migrator.coloring.colors import Colors
from migrator.edits.edit import AddKeyword, Edit
from migrator.facts.kinds import Kind, Member
from migrator.facts.model import Facts
from migrator.rules._places import edit_at, module_of
from migrator.rules._rule import rule_name

NAME = rule_name(__name__)


def edits(facts: Facts, _colors: Colors) -> Iterator[Edit]:
    """Write the prefix out where the default is meant."""
    for use in facts.members.get(Member(Kind.CONFIG, "from_prefixed_env"), ()):
        call = use.call
        if call is not None and not call.args and not module_of(facts, use.node).is_test:
            yield edit_at(facts, call, AddKeyword("prefix", '"FLASK"'), NAME)
