r"""Read by SQLAlchemy's asyncio engine, where `--native sqlalchemy=asyncio` asks for it.

`db.session.scalars(select(Book)).all()` becomes
`await sqlalchemy_asyncio.of(db.session).scalars(select(Book)).all()`, of `compat_shims`. While the
app runs, an asyncio engine of the same database serves such a read, if the request holds no thread
yet and its session has changed nothing. What was read belongs to `db.session` afterwards, so lazy
loading works as before. Everything else is done by the session itself, in the thread.

Only a `select()` is read so, and a row by its key. A function that writes stays whole, and so does
what it calls: two sessions are two transactions, and a request should write through one of them.
Legacy queries (`Book.query`), text, and reads under `login_required` and its like stay, too.

## Why

A request that waits for its database holds a thread, and there are 40 of them. An asyncio engine
holds none. See <https://docs.sqlalchemy.org/en/20/orm/extensions/asyncio.html>.

## Examples

### A list and one of its rows

```python before
from flask import Flask, render_template
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import select

app = Flask(__name__)
app.config["SQLALCHEMY_DATABASE_URI"] = "sqlite:///shop.sqlite"
db = SQLAlchemy(app)


class Book(db.Model):
    id = db.Column(db.Integer, primary_key=True)
    title = db.Column(db.String(40))


@app.route("/")
def index():
    books = db.session.scalars(select(Book).order_by(Book.title)).all()
    return render_template("index.html", books=books)


@app.route("/titles")
def titles():
    rows = db.session.execute(db.select(Book.title))
    return {"titles": [row.title for row in rows.all()]}


@app.route("/books/<int:number>")
def book(number):
    return {"title": db.get_or_404(Book, number).title}
```

```python after
from compat_shims import flask_app, sqlalchemy_asyncio
from flask_sqlalchemy import SQLAlchemy
from quart import Quart, render_template
from sqlalchemy import select

app = Quart(__name__)
flask_app(app)
app.config["SQLALCHEMY_DATABASE_URI"] = "sqlite:///shop.sqlite"
db = SQLAlchemy(flask_app(app))


class Book(db.Model):
    id = db.Column(db.Integer, primary_key=True)
    title = db.Column(db.String(40))


@app.route("/")
async def index():
    books = await sqlalchemy_asyncio.of(db.session).scalars(select(Book).order_by(Book.title)).all()
    return await render_template("index.html", books=books)


@app.route("/titles")
async def titles():
    rows = await sqlalchemy_asyncio.of(db.session).execute(db.select(Book.title))
    return {"titles": [row.title for row in rows.all()]}


@app.route("/books/<int:number>")
async def book(number):
    return {"title": (await sqlalchemy_asyncio.of(db).get_or_404(Book, number)).title}
```

## Left alone

### A view that writes, and what it calls

```python before
from flask import Flask
from sqlalchemy import create_engine, select
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, scoped_session, sessionmaker

app = Flask(__name__)
session = scoped_session(sessionmaker(create_engine("sqlite:///shop.sqlite")))


class Base(DeclarativeBase):
    pass


class Book(Base):
    __tablename__ = "book"
    title: Mapped[str] = mapped_column(primary_key=True)


def find(title):
    return session.scalars(select(Book).where(Book.title == title)).first()


@app.post("/books/<title>")
def add(title):
    if find(title) is None:
        session.add(Book(title=title))
        session.commit()
    return {"title": title}
```

```python after
from quart import Quart
from sqlalchemy import create_engine, select
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, scoped_session, sessionmaker

app = Quart(__name__)
session = scoped_session(sessionmaker(create_engine("sqlite:///shop.sqlite")))


class Base(DeclarativeBase):
    pass


class Book(Base):
    __tablename__ = "book"
    title: Mapped[str] = mapped_column(primary_key=True)


def find(title):
    return session.scalars(select(Book).where(Book.title == title)).first()


@app.post("/books/<title>")
def add(title):
    if find(title) is None:
        session.add(Book(title=title))
        session.commit()
    return {"title": title}
```

### A program without Flask

```python unchanged
from sqlalchemy import create_engine, select, text
from sqlalchemy.orm import Session

with Session(create_engine("sqlite:///shop.sqlite")) as session:
    print(session.scalars(select(text("1"))).all())
```
"""

import ast
from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import groupby

from migrator.coloring.colors import Colors
from migrator.coloring.demand import Demand, Flavor
from migrator.edits.edit import AddImport, Edit, ReplaceExpression
from migrator.facts.model import Facts
from migrator.findings import Finding
from migrator.rules import _sqlalchemy_reads
from migrator.rules._edits import await_met
from migrator.rules._natives import is_taken, left, refusals, wish
from migrator.rules._places import edit_at, edit_of_file, location_of, span_of
from migrator.rules._rule import rule_name
from migrator.rules._sqlalchemy_reads import MODULE, Read, Stays, legacy_queries, reads
from migrator.source.span import Location, Span

NAME = rule_name(__name__)
NATIVE = _sqlalchemy_reads.NATIVE


def demands(facts: Facts) -> Iterator[Demand]:
    """Wish that each read is awaited, with all the calls of its chain."""
    for read in reads(facts):
        if isinstance(read, Read) and not is_taken(facts, read.call, MODULE):
            text = "a read of SQLAlchemy's asyncio engine is awaited"
            demand = wish(facts, read.whole, read.use, NAME, text)
            yield demand
            for expression in read.beside:
                yield replace(demand, node=expression, flavor=Flavor.REPLACED)


def edits(facts: Facts, colors: Colors) -> Iterator[Edit]:
    """Let the reads that can be awaited go by the asyncio engine."""
    met = {demand.node for demand in colors.met if demand.rule == NAME}
    awaited = [it for it in reads(facts) if isinstance(it, Read) and it.whole in met]
    for read in awaited:
        if isinstance(read.call.func, ast.Attribute):
            session = read.call.func.value
            code = ReplaceExpression(f"{MODULE}.of({{0}})", (span_of(facts, session),))
            yield edit_at(facts, session, code, NAME)
            yield edit_of_file(facts, session, AddImport("compat_shims", MODULE), NAME)
    yield from await_met(colors, NAME)


def findings(facts: Facts, colors: Colors) -> Iterator[Finding]:
    """Report the reads that stay, those for one reason together in each file."""
    for refusal in refusals(facts, colors, NAME):
        yield left(refusal, "this read")
    staying = [read for read in reads(facts) if isinstance(read, Stays)]
    yield from _together(facts, (*staying, *legacy_queries(facts)))


def _together(facts: Facts, staying: Iterable[Stays]) -> Iterator[Finding]:
    placed = [(location_of(facts, it.node), it.why) for it in staying]
    placed.sort(key=_order)
    for (_, why), group in groupby(placed, key=lambda it: _order(it)[:2]):
        first, *others = [location for location, _ in group]
        lines = ", ".join(dict.fromkeys(str(other.span.line) for other in others))
        more = f" So do those in line {lines} of this file." if others else ""
        yield Finding(
            NAME,
            first,
            f"this read keeps its blocking form: {why}",
            f"It runs off the event loop, as without --native.{more}",
            "Nothing needs to be done.",
        )


def _order(placed: tuple[Location, str]) -> tuple[str, str, Span]:
    location, why = placed
    return location.path, why, location.span
