r"""Await `send_file` and give it the parameters of Quart.

`send_file` is a coroutine function in Quart and its parameters have other names:
`path_or_file` is `filename_or_io`, `download_name` is `attachment_filename`, `etag` is `add_etags`,
`max_age` is `cache_timeout`. `conditional=True`, Flask's default, is written out. A path that may
be relative is joined to the app's folder. A call with an open file, or with something that cannot
be known to be a path, becomes one of `compat_shims.send_file`, which takes what Flask's takes.

## Why

Flask resolves a relative path from the app's folder, Quart from the folder that the process was
started in: the file is silently another one, or missing.
See <https://quart.palletsprojects.com/en/latest/reference/source/quart.helpers.html>.

## Examples

### A buffer, an absolute and a relative path

```python before
from io import BytesIO
from pathlib import Path

from flask import Flask, send_file

app = Flask(__name__)


@app.route("/label")
def label():
    return send_file(
        BytesIO(b"label"),
        mimetype="text/plain",
        as_attachment=True,
        download_name="label.txt",
    )


@app.route("/report")
def report():
    return send_file("/srv/report.pdf", max_age=60, etag=False, conditional=False)


@app.route("/logo")
def logo():
    return send_file("static/logo.png")


@app.route("/photo/<name>")
def photo(name):
    return send_file(Path("photos", name).resolve())
```

```python after
import os
from io import BytesIO
from pathlib import Path

from compat_shims import flask_app, offload
from quart import Quart, current_app, send_file

app = Quart(__name__)
flask_app(app)


@app.route("/label")
async def label():
    return await send_file(
        BytesIO(b"label"),
        mimetype="text/plain",
        as_attachment=True,
        attachment_filename="label.txt",
        conditional=True,
    )


@app.route("/report")
async def report():
    return await send_file("/srv/report.pdf", cache_timeout=60, add_etags=False, conditional=False)


@app.route("/logo")
async def logo():
    return await send_file(os.path.join(current_app.root_path, "static/logo.png"), conditional=True)


@app.route("/photo/<name>")
async def photo(name):
    return await send_file(await offload(Path("photos", name).resolve), conditional=True)
```

### A parameter that is annotated as a path

```python before
from flask import Flask, send_file

app = Flask(__name__)


def inline(path: str):
    response = send_file(path)
    response.headers["Content-Disposition"] = "inline"
    return response


@app.route("/logo")
def logo():
    return inline("{}/logo.png".format(app.static_folder))
```

```python after
import os

from quart import Quart, current_app, send_file

app = Quart(__name__)
app.config["RESPONSE_TIMEOUT"] = None


async def inline(path: str):
    response = await send_file(os.path.join(current_app.root_path, path), conditional=True)
    response.headers["Content-Disposition"] = "inline"
    return response


@app.route("/logo")
async def logo():
    return await inline("{}/logo.png".format(app.static_folder))
```

### An open file

```python before
from flask import Flask, send_file

app = Flask(__name__)


@app.route("/report")
def report():
    return send_file(open("/srv/report.pdf", "rb"), mimetype="application/pdf")
```

```python after
from compat_shims import flask_app, offload, send_file
from quart import Quart

app = Quart(__name__)
flask_app(app)


@app.route("/report")
async def report():
    return await send_file(await offload(open, "/srv/report.pdf", "rb"), mimetype="application/pdf")
```

## Left alone

### Another function of this name

```python unchanged
from ftp import send_file


def upload(path):
    send_file(path, download_name="a.txt")
```
"""

import ast
from collections.abc import Iterator
from dataclasses import replace

from migrator.coloring.colors import Colors
from migrator.coloring.demand import Demand
from migrator.edits.edit import AddKeyword, Edit
from migrator.facts.model import Facts
from migrator.rules._demands import answers, await_names
from migrator.rules._edits import await_met
from migrator.rules._files import is_bytes_io, is_path
from migrator.rules._places import edit_at
from migrator.rules._rule import rule_name
from migrator.rules._sending import join_to_root, met_calls, rename_keywords

NAME = rule_name(__name__)


def demands(facts: Facts) -> Iterator[Demand]:
    """Demand an await of each file that is sent; what Quart could not send, the shim does."""
    for demand in answers(facts, await_names(facts, NAME, ("flask.send_file",))):
        fits = not isinstance(demand.node, ast.Call) or _fits_quart(facts, demand.node)
        yield demand if fits else replace(demand, companion=True)


def edits(facts: Facts, colors: Colors) -> Iterator[Edit]:
    """Await each call, and translate its arguments for Quart."""
    yield from await_met(colors, NAME)
    for call in met_calls(colors, NAME):
        if _fits_quart(facts, call):
            yield from rename_keywords(facts, call, NAME)
            yield edit_at(facts, call, AddKeyword("conditional", "True"), NAME)
            if (source := _source(call)) is not None and not is_bytes_io(facts, source):
                yield from join_to_root(facts, source, NAME)


def _fits_quart(facts: Facts, call: ast.Call) -> bool:
    source = _source(call)
    if source is None or len(call.args) > 1 or any(word.arg is None for word in call.keywords):
        return False
    return is_path(facts, source) or (is_bytes_io(facts, source) and _names_type(call))


def _names_type(call: ast.Call) -> bool:
    """Whether Quart can tell the type of a buffer: it does not guess it as Flask does."""
    return not {"mimetype", "download_name"}.isdisjoint(word.arg for word in call.keywords)


def _source(call: ast.Call) -> ast.expr | None:
    if call.args:
        return call.args[0]
    found = (word.value for word in call.keywords if word.arg == "path_or_file")
    return next(found, None)
