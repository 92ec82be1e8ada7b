r"""Move blocking calls off the event loop.

Blocking code in an async function runs in the request's thread: one call through
`await offload(function, …)`, neighbouring statements as one nested function. What a `with` holds
open around an `await` is entered and left there, by `offload_context`. A run of writes up to its
commit is always one, so that nothing can come between.

## Why

A blocking call in an async function holds every other request of the process: 24 calls of 0.1 s
took 2.5 s instead of 0.3 s. Two offloads where one transaction was are wrong, too: a client that
disconnects between them leaves the work half done.
See <https://quart.palletsprojects.com/en/latest/how_to_guides/sync_code.html>.

## Examples

### A wait

```python before
import time

from flask import Flask, request

app = Flask(__name__)


@app.post("/wait")
def wait():
    time.sleep(float(request.form["seconds"]))
    return "done"
```

```python after
import time

from compat_shims import flask_app, offload
from quart import Quart, request

app = Quart(__name__)
flask_app(app)


@app.post("/wait")
async def wait():
    await offload(time.sleep, float((await request.form)["seconds"]))
    return "done"
```

### A write

```python before
import sqlite3

from flask import Flask, g, render_template, request

app = Flask(__name__)


def get_db():
    if "db" not in g:
        g.db = sqlite3.connect("notes.sqlite")
    return g.db


@app.route("/", methods=["GET", "POST"])
def index():
    if request.method == "POST":
        text = request.form["text"]
        db = get_db()
        # One note a request.
        db.execute("INSERT INTO note (text) VALUES (?)", (text,))
        db.commit()
    return render_template("index.html")
```

```python after
import sqlite3

from compat_shims import flask_app, offload
from quart import Quart, g, render_template, request

app = Quart(__name__)
flask_app(app)


def get_db():
    if "db" not in g:
        g.db = sqlite3.connect("notes.sqlite")
    return g.db


@app.route("/", methods=["GET", "POST"])
async def index():
    if request.method == "POST":
        text = (await request.form)["text"]

        def save():
            db = get_db()
            # One note a request.
            db.execute("INSERT INTO note (text) VALUES (?)", (text,))
            db.commit()

        await offload(save)
    return await render_template("index.html")
```

### A write of what a form holds

The body of the request is awaited before the write, which stays in one piece.

```python before
import sqlite3

from flask import Flask, redirect, request

app = Flask(__name__)


@app.post("/notes")
def add():
    db = sqlite3.connect("notes.sqlite")
    db.execute(
        "INSERT INTO note (title, text) VALUES (?, ?)",
        (request.form["title"], request.form["text"]),
    )
    if "tag" in request.args:
        db.execute("INSERT INTO tag VALUES (?)", (request.get_json(silent=True)["tag"],))
    db.commit()
    return redirect("/")
```

```python after
import sqlite3

from compat_shims import flask_app, offload
from quart import Quart, redirect, request

app = Quart(__name__)
flask_app(app)


@app.post("/notes")
async def add():
    form = await request.form
    data = await request.get_json(silent=True)

    def save():
        db = sqlite3.connect("notes.sqlite")
        db.execute(
            "INSERT INTO note (title, text) VALUES (?, ?)",
            (form["title"], form["text"]),
        )
        if "tag" in request.args:
            db.execute("INSERT INTO tag VALUES (?)", (data["tag"],))
        db.commit()

    await offload(save)
    return redirect("/")
```

### A property that hashes what it is set to

```python before
from flask import Flask, request
from werkzeug.security import generate_password_hash

app = Flask(__name__)


class User:
    @property
    def password(self):
        raise AttributeError("it is not kept")

    @password.setter
    def password(self, password):
        self.hash = generate_password_hash(password)


@app.post("/users")
def add():
    user = User()
    user.password = request.form["password"]
    return {"hash": user.hash}
```

```python after
from compat_shims import flask_app, offload
from quart import Quart, request
from werkzeug.security import generate_password_hash

app = Quart(__name__)
flask_app(app)


class User:
    @property
    def password(self):
        raise AttributeError("it is not kept")

    @password.setter
    def password(self, password):
        self.hash = generate_password_hash(password)


@app.post("/users")
async def add():
    user = User()
    form = await request.form

    def work():
        user.password = form["password"]

    await offload(work)
    return {"hash": user.hash}
```

### A write through a proxy

```python before
import sqlite3
from flask import Flask, current_app, g, request
from werkzeug.local import LocalProxy

app = Flask(__name__)


def connection():
    if "connection" not in g:
        g.connection = sqlite3.connect(current_app.config["DATABASE"])
    return g.connection


db = LocalProxy(connection)


@app.post("/books")
def add():
    title = request.form["title"]
    with db:
        added = db.execute("INSERT INTO book (title) VALUES (?)", (title,))
    return {"id": added.lastrowid}
```

```python after
import sqlite3
from compat_shims import flask_app, offload
from quart import Quart, current_app, g, request
from werkzeug.local import LocalProxy

app = Quart(__name__)
flask_app(app)


def connection():
    if "connection" not in g:
        g.connection = sqlite3.connect(current_app.config["DATABASE"])
    return g.connection


db = LocalProxy(connection)


@app.post("/books")
async def add():
    title = (await request.form)["title"]

    def save():
        with db:
            added = db.execute("INSERT INTO book (title) VALUES (?)", (title,))
        return added

    added = await offload(save)
    return {"id": added.lastrowid}
```

### A write in a session that belongs to its thread

A plain `scoped_session` finds the session of the thread that asks: on the event loop, `add` would
be another session's.

```python before
from flask import Flask, request
from sqlalchemy import Column, String, create_engine
from sqlalchemy.orm import declarative_base, scoped_session, sessionmaker

app = Flask(__name__)
session = scoped_session(sessionmaker(create_engine("sqlite:///notes.sqlite")))
Base = declarative_base()
Base.query = session.query_property()


class Note(Base):
    __tablename__ = "note"
    text = Column(String, primary_key=True)


@app.post("/notes")
def add():
    note = Note(text=request.form["text"])
    session.add(note)
    session.commit()
    return {"notes": Note.query.count()}
```

```python after
from compat_shims import flask_app, offload
from quart import Quart, request
from sqlalchemy import Column, String, create_engine
from sqlalchemy.orm import declarative_base, scoped_session, sessionmaker

app = Quart(__name__)
flask_app(app)
session = scoped_session(sessionmaker(create_engine("sqlite:///notes.sqlite")))
Base = declarative_base()
Base.query = session.query_property()


class Note(Base):
    __tablename__ = "note"
    text = Column(String, primary_key=True)


@app.post("/notes")
async def add():
    note = Note(text=(await request.form)["text"])

    def save():
        session.add(note)
        session.commit()
        return {"notes": Note.query.count()}

    return await offload(save)
```

### A write that a method of the base class takes part in

```python before
import sqlite3

from flask import Flask, request
from flask.views import MethodView

app = Flask(__name__)
db = sqlite3.connect("notes.sqlite")


class Notes(MethodView):
    def save(self, text):
        db.execute("INSERT INTO note (text) VALUES (?)", (text,))


class Tags(Notes):
    def save(self, text):
        super().save(text.strip("#"))

    def post(self):
        text = request.form["text"]
        super().save(text)
        db.execute("INSERT INTO tag (text) VALUES (?)", (text,))
        db.commit()
        return "saved"


app.add_url_rule("/tags", view_func=Tags.as_view("tags"))
```

```python after
import sqlite3

from compat_shims import flask_app, offload
from quart import Quart, request
from quart.views import MethodView

app = Quart(__name__)
flask_app(app)
db = sqlite3.connect("notes.sqlite")


class Notes(MethodView):
    def save(self, text):
        db.execute("INSERT INTO note (text) VALUES (?)", (text,))


class Tags(Notes):
    def save(self, text):
        super().save(text.strip("#"))

    async def post(self):
        text = (await request.form)["text"]

        def save():
            super(Tags, self).save(text)
            db.execute("INSERT INTO tag (text) VALUES (?)", (text,))
            db.commit()

        await offload(save)
        return "saved"


app.add_url_rule("/tags", view_func=Tags.as_view("tags"))
```

### A form that is read by the name of the module

```python before
import sqlite3

import flask

app = flask.Flask(__name__)
db = sqlite3.connect("notes.sqlite")


@app.post("/notes")
def add():
    db.execute("INSERT INTO note (text) VALUES (?)", (flask.request.form["text"],))
    db.commit()
    return flask.redirect("/")
```

```python after
import sqlite3

import quart
from compat_shims import flask_app, offload

app = quart.Quart(__name__)
flask_app(app)
db = sqlite3.connect("notes.sqlite")


@app.post("/notes")
async def add():
    form = await quart.request.form

    def save():
        db.execute("INSERT INTO note (text) VALUES (?)", (form["text"],))
        db.commit()

    await offload(save)
    return quart.redirect("/")
```

### A write that ends in a page

It returns the coroutine of the page, and `offload` awaits it when the write is done.

```python before
import sqlite3

from flask import Flask, render_template, request

app = Flask(__name__)
db = sqlite3.connect("notes.sqlite")


def page(name, **values):
    return render_template(f"{name}.html", **values)


@app.route("/", methods=["GET", "POST"])
def index():
    if request.method == "POST":
        db.execute("INSERT INTO note (text) VALUES (?)", (request.form["text"],))
        if not request.form["text"]:
            return page("empty")
        db.commit()
    return page("index")
```

```python after
import sqlite3

from compat_shims import flask_app, offload
from quart import Quart, render_template, request

app = Quart(__name__)
flask_app(app)
db = sqlite3.connect("notes.sqlite")


async def page(name, **values):
    return await render_template(f"{name}.html", **values)


@app.route("/", methods=["GET", "POST"])
async def index():
    form = await request.form

    def save():
        if request.method == "POST":
            db.execute("INSERT INTO note (text) VALUES (?)", (form["text"],))
            if not form["text"]:
                return page("empty")
            db.commit()
        return page("index")

    return await offload(save)
```

### A file that is open while a template is rendered

```python before
from flask import Flask, render_template

app = Flask(__name__)


@app.route("/")
def index():
    with open("notes.txt") as notes:
        first = notes.readline()
        if not first:
            return "no notes"
        return render_template("index.html", first=first)
```

```python after
from compat_shims import flask_app, offload, offload_context
from quart import Quart, render_template

app = Quart(__name__)
flask_app(app)


@app.route("/")
async def index():
    async with offload_context(open, "notes.txt") as notes:
        first = await offload(notes.readline)
        if not first:
            return "no notes"
        return await render_template("index.html", first=first)
```

### A generator expression

Whoever reads it waits, so it is read in the thread: at once, or with the call or loop that does.

```python before
import time

from flask import Flask, render_template

app = Flask(__name__)


def price(name):
    time.sleep(0.1)
    return len(name)


@app.route("/")
def index():
    tea, milk = (price(name) for name in ("tea", "milk"))
    if 3 in (price(name) for name in ("egg", "rice")):
        tea = sum(price(name) for name in ("tea", "egg"))
    return render_template("a.html", a=(price(x) for x in "ab"))
```

```python after
import time

from compat_shims import flask_app, offload
from quart import Quart, render_template

app = Quart(__name__)
flask_app(app)


def price(name):
    time.sleep(0.1)
    return len(name)


@app.route("/")
async def index():
    tea, milk = await offload(lambda: [price(name) for name in ("tea", "milk")])
    if await offload(lambda: 3 in (price(name) for name in ("egg", "rice"))):
        tea = await offload(lambda: sum(price(name) for name in ("tea", "egg")))
    return await render_template("a.html", a=await offload(lambda: iter([price(x) for x in "ab"])))
```

## Left alone

### A view that was written for Quart

```python unchanged
import time

from flask import flash
from quart import Blueprint

pages = Blueprint("pages", __name__)


@pages.route("/")
async def index():
    time.sleep(0.001)
    return "awake"


@pages.route("/flashed")
def flashed():
    flash("Flask code on purpose")
    return "flashed"
```

### A view that only blocks

Quart runs a sync view in a thread already.

```python before
import time

from flask import Flask

app = Flask(__name__)


@app.route("/wait")
def wait():
    time.sleep(1)
    return "done"
```

```python after
import time

from quart import Quart

app = Quart(__name__)


@app.route("/wait")
def wait():
    time.sleep(1)
    return "done"
```

### A program without Flask

```python unchanged
import time

time.sleep(1)
```
"""

import ast
from collections.abc import Iterator

from migrator.coloring.bindings import own_nodes
from migrator.coloring.blocks import is_super, names_of_super
from migrator.coloring.colors import Colors, Offload, OffloadForm
from migrator.coloring.generators import is_read_at_once
from migrator.edits.edit import (
    AddImport,
    Await,
    CallThrough,
    Edit,
    MakeAsync,
    MakeListComprehension,
    NestStatements,
    Operation,
    ReplaceExpression,
    Wrap,
)
from migrator.facts.model import Facts
from migrator.findings import Finding
from migrator.rules._places import edit_at, edit_of_file, location_of
from migrator.rules._rule import rule_name
from migrator.rules._shims import import_shim, shim
from migrator.source.span import Span

NAME = rule_name(__name__)


_FUNCTIONS = {OffloadForm.ENTER: "offload_context", OffloadForm.ITERATE: "offload_iter"}


def edits(facts: Facts, colors: Colors) -> Iterator[Edit]:
    """Write down each offload that coloring decided on."""
    for offload in colors.offloads:
        span = _span(facts, offload)
        function = _FUNCTIONS.get(offload.form, "offload")
        name = shim(facts, offload.nodes[0], function)
        parent = facts.program.parent.get(offload.nodes[0])
        for operation in _operations(offload, parent, span, name):
            yield Edit(offload.location.path, span, operation, NAME)
        if any(hoist.code.startswith("quart.") for hoist in offload.hoisted):
            yield edit_of_file(facts, offload.nodes[0], AddImport("quart"), NAME)
        for hoist in offload.hoisted:
            for node in hoist.nodes:
                yield edit_at(facts, node, ReplaceExpression(hoist.name), NAME)
        if offload.form is OffloadForm.BLOCK:
            yield from _named_supers(facts, offload)
        yield import_shim(facts, offload.nodes[0], function, NAME)


def _named_supers(facts: Facts, offload: Offload) -> Iterator[Edit]:
    """Say by name what ``super()`` means: a nested function has no ``self`` of its own."""
    names = names_of_super(facts.program.functions[offload.function])
    for node in own_nodes(offload.nodes):
        if names is not None and isinstance(node, ast.Call) and is_super(node):
            yield edit_at(facts, node, ReplaceExpression(f"super({', '.join(names)})"), NAME)


def findings(_facts: Facts, colors: Colors) -> Iterator[Finding]:
    """Report what still blocks the loop (strategy ``async``)."""
    for place in colors.left_blocking:
        yield Finding(
            NAME,
            place.location,
            f"{place.what} blocks the event loop",
            "The function is async by the strategy, and this place cannot be offloaded safely.",
            "Offload it by hand, or migrate with the strategy auto.",
        )


def _span(facts: Facts, offload: Offload) -> Span:
    """Return the span from the first to the last node of *offload*."""
    first, last = (
        location_of(facts, node).span
        for node in (offload.nodes[0], offload.nodes[-1])
        if isinstance(node, ast.expr | ast.stmt)
    )
    return Span(first.line, first.column, last.end_line, last.end_column)


def _operations(
    offload: Offload, parent: ast.AST | None, span: Span, name: str
) -> Iterator[Operation]:
    if offload.form is OffloadForm.BLOCK:
        yield NestStatements(
            offload.name,
            f"{name}({{name}})",
            offload.results,
            offload.returns,
            offload.nonlocals,
            tuple(f"{it.name} = await {it.code}" for it in offload.hoisted),
        )
    elif offload.form in _FUNCTIONS:
        yield _opened(offload.nodes[0], span, name)
        if not isinstance(parent, ast.YieldFrom):
            yield MakeAsync()
    elif offload.form is OffloadForm.CALL and isinstance(offload.nodes[0], ast.Call):
        yield CallThrough(name)
        yield Await()
    elif offload.form is OffloadForm.LIST:
        yield MakeListComprehension()
        yield Wrap(_read(offload.nodes[0], parent, name))
    else:
        yield ReplaceExpression(f"{name}(lambda: {{0}})", (span,))
        yield Await()


def _read(generator: ast.AST, parent: ast.AST | None, name: str) -> str:
    """Return the code around a generator that is made a list: what is kept is an iterator, too."""
    items = "{0}" if is_read_at_once(generator, parent) else "iter({0})"
    return f"await {name}(lambda: {items})"


def _opened(manager: ast.AST, span: Span, name: str) -> Operation:
    match manager:
        case ast.Call():
            return CallThrough(name)
        case ast.Name():
            return ReplaceExpression(f"{name}({{0}})", (span,))
        case _:
            return ReplaceExpression(f"{name}(lambda: {{0}})", (span,))
