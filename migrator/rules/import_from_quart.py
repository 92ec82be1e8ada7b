r"""Import from Quart.

Names imported from `flask` are imported from `quart` where the code around them becomes Quart
code; `Flask` is called `Quart` there. Code that stays Flask code keeps Flask's names.

## Why

Quart has nearly every name of Flask under the same name. Quart installs Flask too, so an import
that is left over does not fail when the module is loaded: `flask.request` in a Quart view fails
only when it is used.
See <https://quart.palletsprojects.com/en/latest/how_to_guides/flask_migration.html>.

## Examples

### Each form of import

```python before
import flask
from flask import Flask as Application
from flask import (
    g,  # one a request
    request,
)
from flask.views import MethodView

app = Application(__name__)
other: "flask.Flask" = flask.Flask("other")


class Item(MethodView):
    def get(self):
        from flask import jsonify

        g.asked = request.args
        return jsonify(flask.session.get("items", []))
```

```python after
import quart
from quart import (
    g,  # one a request
    request,
)
from quart import Quart as Application
from quart.views import MethodView

app = Application(__name__)
other: "quart.Quart" = quart.Quart("other")


class Item(MethodView):
    def get(self):
        from quart import jsonify

        g.asked = request.args
        return jsonify(quart.session.get("items", []))
```

### A module that Quart does not load by itself

```python before
import flask

app = flask.Flask(__name__)


@app.route("/")
def index():
    return flask.jsonify(isinstance(app.json, flask.json.provider.DefaultJSONProvider))
```

```python after
import quart
import quart.json.provider

app = quart.Quart(__name__)


@app.route("/")
def index():
    return quart.jsonify(isinstance(app.json, quart.json.provider.DefaultJSONProvider))
```

### For type checkers

```python before
from typing import TYPE_CHECKING, Optional

if TYPE_CHECKING:
    from flask import Flask, Response


def named(app: "Flask", response: Optional["Response"] = None) -> str:
    return f"{app.name} {response}"
```

```python after
from typing import TYPE_CHECKING, Optional

if TYPE_CHECKING:
    from quart import Quart, Response


def named(app: "Quart", response: Optional["Response"] = None) -> str:
    return f"{app.name} {response}"
```

### A module of which one function stays Flask code

```python before
from flask import Flask, render_template, request

app = Flask(__name__)


@app.route("/")
def index():
    return render_template("index.html", path=request.path)


@app.route("/server")
def server():
    return request.environ["SERVER_SOFTWARE"]
```

```python after
import flask
from compat_shims import flask_app
from quart import Quart, render_template, request

app = Quart(__name__)
flask_app(app)


@app.route("/")
async def index():
    return await render_template("index.html", path=request.path)


@app.route("/server")
def server():
    return flask.request.environ["SERVER_SOFTWARE"]
```

### A name that modules share

What one module imports from another, it has from the same framework.

```python before common.py
from flask import Flask, request
```

```python before main.py
from common import Flask, request

app = Flask(__name__)


@app.route("/", methods=["POST"])
def index():
    return request.form["name"]


@app.route("/server")
def server():
    return request.environ["SERVER_SOFTWARE"]
```

```python after common.py
from quart import Quart as Flask, request
```

```python after main.py
import flask
from common import Flask, request
from compat_shims import flask_app

app = Flask(__name__)
flask_app(app)


@app.route("/", methods=["POST"])
async def index():
    return (await request.form)["name"]


@app.route("/server")
def server():
    return flask.request.environ["SERVER_SOFTWARE"]
```

### A name that a star import binds again

```python before main.py
from flask import Flask, request

app = Flask(__name__)


@app.route("/server")
def server():
    return request.environ["SERVER_SOFTWARE"]


from views import *
```

```python before views.py
from flask import request
from main import app


@app.route("/", methods=["POST"])
def index():
    return request.form["name"]
```

```python after main.py
import flask
from compat_shims import flask_app
from quart import Quart, request

app = Quart(__name__)
flask_app(app)


@app.route("/server")
def server():
    return flask.request.environ["SERVER_SOFTWARE"]


from views import *
```

```python after views.py
from main import app
from quart import request


@app.route("/", methods=["POST"])
async def index():
    return (await request.form)["name"]
```

### Annotations of code that stays Flask code

```python before
from flask import Flask, Request, request

app = Flask(__name__)


def server_of(req: Request) -> str:
    return req.environ["SERVER_SOFTWARE"]


def path_of(req: Request) -> str:
    return req.path


@app.route("/")
def index():
    return server_of(request) + path_of(request)
```

```python after
import flask
from compat_shims import flask_app
from quart import Quart, Request, request

app = Quart(__name__)
flask_app(app)


def server_of(req: flask.Request) -> str:
    return req.environ["SERVER_SOFTWARE"]


def path_of(req: Request) -> str:
    return req.path


@app.route("/")
def index():
    return server_of(flask.request) + path_of(request)
```

### Every name at once

The names that the module uses, and those that other modules have from it, are imported one by one.

```python before app.py
from flask import *
from shapes import area

app = Flask(__name__)


@app.route("/")
def index():
    return render_template("index.html", area=area(request.args["side"]))
```

```python before shapes.py
from flask import *


def area(side):
    return int(side) ** 2 if side else abort(400)
```

```python before more.py
from app import *


@app.route("/form", methods=["POST"])
def form():
    return jsonify(request.form)
```

```python after app.py
from quart import Quart, jsonify, render_template, request
from shapes import area

app = Quart(__name__)


@app.route("/")
async def index():
    return await render_template("index.html", area=area(request.args["side"]))
```

```python after shapes.py
from quart import abort


def area(side):
    return int(side) ** 2 if side else abort(400)
```

```python after more.py
from app import *


@app.route("/form", methods=["POST"])
async def form():
    return jsonify(await request.form)
```

### A variable that holds the request

```python before
from flask import Flask, request

app = Flask(__name__)
current_request = request


@app.route("/server")
def server():
    return current_request.environ["SERVER_SOFTWARE"]


@app.route("/path")
def path():
    return current_request.path
```

```python after
import flask
from compat_shims import flask_app
from quart import Quart, request

app = Quart(__name__)
flask_app(app)
current_request = request


@app.route("/server")
def server():
    return flask.request.environ["SERVER_SOFTWARE"]


@app.route("/path")
def path():
    return current_request.path
```

## Left alone

### Every name of a submodule at once

Nothing says which names the module uses, so this is left, with a finding.

```python left
from flask.views import *


class Page(View):
    pass
```

### A module called flask that is the project's own

```python unchanged flask.py
request = {"path": "/"}
```

```python unchanged main.py
from flask import request

print(request["path"])
```

### A parameter that shares its name with an import

```python before
from flask import Flask, request

app = Flask(__name__)


def url_of(request):
    return request["url"]


@app.route("/")
def index():
    return url_of({"url": request.url})
```

```python after
from quart import Quart, request

app = Quart(__name__)


def url_of(request):
    return request["url"]


@app.route("/")
def index():
    return url_of({"url": request.url})
```
"""

import ast
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

from migrator.coloring.colors import Colors
from migrator.edits.edit import AddImport, Edit, ExpandStar, MoveImport, ReplaceExpression
from migrator.facts.migrated import migrated_modules
from migrator.facts.model import Facts
from migrator.findings import Finding
from migrator.index.symbols import ImportStatement, Module
from migrator.rules._annotations import quoted_annotations
from migrator.rules._bindings import (
    Binding,
    NameUse,
    flask_bindings,
    is_star,
)
from migrator.rules._flask_side import SAME, FlaskSide, flask_side
from migrator.rules._places import edit_at, edit_of_file, finding_at
from migrator.rules._quart_names import NOT_LOADED, quart_name
from migrator.rules._rule import rule_name
from migrator.rules._shared_names import SharedNames, aliases_of, shared_names, without_idle
from migrator.rules._tests import has_companion

NAME = rule_name(__name__)
PROXIES = ("flask.current_app", "flask.request")
"""What a variable of the program may hold, and is another object in each framework."""


def edits(facts: Facts, colors: Colors) -> Iterator[Edit]:
    """Move the imports of each module, and rename or qualify what they bound."""
    side = flask_side(facts, colors)
    migrated = migrated_modules(facts)
    are_plain = bool(colors.migrated_tests) and not has_companion(facts, colors)
    found = flask_bindings(facts, colors.migrated_tests if are_plain else ())
    shared = shared_names(facts, found)
    found = without_idle(facts, found, shared)
    for name, bindings in found.items():
        if name not in migrated:
            yield from _edits_of_module(facts, side, facts.program.modules[name], bindings, shared)
    for dotted in PROXIES if found else ():
        for use in aliases_of(facts, dotted, shared):
            if side.keeps(use) and facts.program.module_of[use.node] not in migrated:
                yield from _qualified(facts, use, dotted)


def _edits_of_module(
    facts: Facts,
    side: FlaskSide,
    module: Module,
    bindings: Iterable[Binding],
    shared: SharedNames,
) -> Iterator[Edit]:
    yield from _edits_of_stars(facts, bindings)
    modules: defaultdict[tuple[str, str], list[Binding]] = defaultdict(list)
    renamed: dict[str, str] = {}
    for binding in bindings:
        if binding.is_module:
            modules[binding.local, str(binding.scope)].append(binding)
        elif _moves(side, binding, shared.uses_of(module.name, binding)):
            if shared.is_shared(module.name, binding):
                yield from _edits_of_shared(facts, side, module, binding, shared)
            else:
                yield from _edits_of_name(facts, side, binding)
                renamed |= _new_local_name(binding)
    for group in modules.values():
        yield from _edits_of_modules(facts, side, group)
        if _all_move(side, group) and group[0].alias.asname is None:
            renamed["flask"] = "quart"
    yield from _edits_of_quoted(facts, module, renamed)


# from flask import …


def _edits_of_stars(facts: Facts, bindings: Iterable[Binding]) -> Iterator[Edit]:
    """Say which names each star stands for, so that each can go where it belongs."""
    names: defaultdict[ImportStatement, list[str]] = defaultdict(list)
    for binding in bindings:
        if binding.is_of_star:
            names[binding.statement].append(binding.local)
    for statement, found in names.items():
        yield edit_at(facts, statement, ExpandStar(tuple(sorted(found))), NAME)


def _moves(side: FlaskSide, binding: Binding, uses: Sequence[NameUse]) -> bool:
    kept = [use for use in uses if side.keeps(use)]
    movable = quart_name(binding.imported) is not None
    return movable and (not kept or len(kept) < len(uses))


def _edits_of_name(facts: Facts, side: FlaskSide, binding: Binding) -> Iterator[Edit]:
    target = _target_of_name(side, binding)
    module, _, name = target.rpartition(".")
    source = binding.imported.rpartition(".")[0]
    move = MoveImport(source, module, ((binding.alias.name, name),))
    yield edit_at(facts, binding.statement, move, NAME)
    for use in binding.uses:
        if side.keeps(use) and binding.imported not in SAME:
            yield from _qualified(facts, use, binding.imported)
        elif use.root in side.shimmed and not target.startswith("compat_shims"):
            yield from _qualified(facts, use, side.target(use) or "")
        elif _new_local_name(binding):
            yield edit_at(facts, use.node, ReplaceExpression(name), NAME)


def _edits_of_shared(
    facts: Facts, side: FlaskSide, module: Module, binding: Binding, shared: SharedNames
) -> Iterator[Edit]:
    """Move a name that other modules have from this one, or bind again: it is called as before."""
    target, _, name = (quart_name(binding.imported) or "").rpartition(".")
    local = f"{name} as {binding.local}" if _new_local_name(binding) else name
    move = MoveImport(binding.imported.rpartition(".")[0], target, ((binding.alias.name, local),))
    yield edit_at(facts, binding.statement, move, NAME)
    if binding.imported not in SAME:
        for use in shared.uses_of(module.name, binding):
            if side.keeps(use):
                yield from _qualified(facts, use, binding.imported)
            elif use.root in side.shimmed:
                yield from _qualified(facts, use, side.target(use) or "")


def _target_of_name(side: FlaskSide, binding: Binding) -> str:
    """Return what is imported instead: from ``compat_shims`` where all uses that move want that."""
    moving = {side.target(use) for use in binding.uses if not side.keeps(use)}
    only = moving.pop() if len(moving) == 1 else None
    return only or quart_name(binding.imported) or ""


def _new_local_name(binding: Binding) -> dict[str, str]:
    name = (quart_name(binding.imported) or "").rpartition(".")[2]
    if binding.alias.asname is None and name != binding.alias.name:
        return {binding.alias.name: name}
    return {}


def _qualified(facts: Facts, use: NameUse, dotted: str) -> Iterator[Edit]:
    """Make *use* say ``flask.request``: its module imports the bare name from Quart."""
    yield edit_at(facts, use.node, ReplaceExpression(dotted), NAME)
    yield edit_of_file(facts, use.node, AddImport(dotted.rpartition(".")[0]), NAME)


# import flask


def _all_move(side: FlaskSide, group: list[Binding]) -> bool:
    return not any(side.keeps(use) or not quart_name(use.dotted) for use in group[0].uses)


def _edits_of_modules(facts: Facts, side: FlaskSide, group: list[Binding]) -> Iterator[Edit]:
    """Edit the imports of ``flask`` and its submodules that bind one local name."""
    everything = _all_move(side, group)
    if everything:
        for binding in group:
            name = binding.alias.name
            move = MoveImport(name, "quart", ((name, name.replace("flask", "quart", 1)),))
            yield edit_at(facts, binding.statement, move, NAME)
    loaded = {quart_name(binding.alias.name) for binding in group}
    for use in group[0].uses:
        target = side.target(use)
        if target is not None and not side.keeps(use) and use.root not in side.gone:
            imported = everything and use.root not in side.shimmed
            module = target.rpartition(".")[0]
            if module in NOT_LOADED - loaded:
                yield edit_of_file(facts, use.node, AddImport(module), NAME)
            yield from _edits_of_attribute(facts, use, target, group[0], imported=imported)


def _edits_of_attribute(
    facts: Facts, use: NameUse, target: str, binding: Binding, *, imported: bool
) -> Iterator[Edit]:
    if imported and binding.alias.asname is not None:
        rest = target.removeprefix(binding.imported.replace("flask", "quart", 1))
        target = f"{binding.local}{rest}"
    elif not imported:
        module = target.rpartition(".")[0] or target
        yield edit_of_file(facts, use.node, AddImport(module), NAME)
    if target != _source_of(use, binding):
        yield edit_at(facts, use.node, ReplaceExpression(target), NAME)


def _source_of(use: NameUse, binding: Binding) -> str:
    return f"{binding.local}{use.dotted.removeprefix(binding.imported)}"


# annotations


_QUOTED = re.compile(r"""(?::|->)[^\n]*["'][^"'\n]*\b[Ff]lask\b""")
"""A quick look for the name in a string that may be an annotation."""


def _edits_of_quoted(facts: Facts, module: Module, renamed: dict[str, str]) -> Iterator[Edit]:
    if not renamed or _QUOTED.search(module.file.text) is None:
        return
    for constant in quoted_annotations(module.tree):
        text = _renamed_text(str(constant.value), renamed)
        if text != constant.value:
            yield edit_at(facts, constant, ReplaceExpression(f'"{text}"'), NAME)


def _renamed_text(text: str, renamed: dict[str, str]) -> str:
    if "flask" in renamed:
        text = re.sub(r"\bflask\.Flask\b", "quart.Quart", text)
    for old, new in renamed.items():
        text = re.sub(rf"(?<![\w.]){re.escape(old)}\b", new, text)
    return text


# what is left


def findings(facts: Facts, _colors: Colors) -> Iterator[Finding]:
    """Report each ``from flask.views import *``: nothing says which of its names are used where."""
    for module in facts.program.modules.values():
        if not module.is_test and "flask" in module.file.text:
            for statement in module.imports:
                if isinstance(statement, ast.ImportFrom) and _is_star_of_submodule(statement):
                    yield finding_at(
                        facts,
                        statement,
                        NAME,
                        message=f"`{ast.unparse(statement)}` is left as it is",
                        why="Its names are Flask's, and fail in Quart code when they are used.",
                        next_step="Import the names that the module uses, and migrate again.",
                    )


def _is_star_of_submodule(statement: ast.ImportFrom) -> bool:
    is_submodule = (statement.module or "").startswith("flask.") and not statement.level
    return is_submodule and is_star(statement)
