r"""Await the saving of an uploaded file.

`FileStorage.save()` is a coroutine in Quart. An upload that is saved to an open file stays Flask
code, because Quart saves to a path only.

## Why

An un-awaited `save()` writes nothing, and only a warning says so.
See <https://quart.palletsprojects.com/en/latest/reference/source/quart.datastructures.html>.

## Examples

### An upload

```python before
from flask import Flask, request

app = Flask(__name__)


@app.post("/cover")
def cover():
    file = request.files["cover"]
    file.save("/srv/covers/new.png")
    return {"name": file.filename}
```

```python after
from quart import Quart, request

app = Quart(__name__)
app.config["BODY_TIMEOUT"] = None
app.config["MAX_CONTENT_LENGTH"] = None


@app.post("/cover")
async def cover():
    file = (await request.files)["cover"]
    await file.save("/srv/covers/new.png")
    return {"name": file.filename}
```

## Left alone

### Another object that is saved

```python unchanged
from PIL import Image


def thumbnail(path):
    image = Image.open(path)
    image.save(path + ".small")
```
"""

import ast
from collections.abc import Iterator

from migrator.coloring.colors import Colors
from migrator.coloring.demand import Demand
from migrator.edits.edit import Edit
from migrator.facts.kinds import Kind, Member
from migrator.facts.model import Facts
from migrator.rules._demands import await_members, needs_flask
from migrator.rules._edits import await_met
from migrator.rules._files import is_file_object
from migrator.rules._rule import rule_name

NAME = rule_name(__name__)


def demands(facts: Facts) -> Iterator[Demand]:
    """Demand an await of each save, and Flask for one to an open file."""
    yield from await_members(facts, NAME, Kind.FILE_STORAGE, methods=("save",))
    for use in facts.members.get(Member(Kind.FILE_STORAGE, "save"), ()):
        if use.call is not None and _saves_to_file(facts, use.call):
            yield needs_flask(NAME, use, "Quart saves an upload to a path only")


def edits(_facts: Facts, colors: Colors) -> Iterator[Edit]:
    """Await what became awaitable."""
    yield from await_met(colors, NAME)


def _saves_to_file(facts: Facts, call: ast.Call) -> bool:
    return bool(call.args) and is_file_object(facts, call.args[0])
