"""Which places hold their thread, by kind and through the project's own functions."""

import pytest
from analysed import analysed

MODELS = """\
from flask import Flask, g, url_for
from flask_login import current_user
from flask_sqlalchemy import SQLAlchemy
db = SQLAlchemy()
class User(db.Model):
    id = db.Column(db.Integer, primary_key=True)
    name = db.Column(db.String)
    posts = db.relationship("Post", backref="author")
    notes = db.relationship("Note", lazy="selectin")
    bio = db.deferred(db.Column(db.String))
    def title(self):
        return len(self.posts)
    @property
    def rank(self):
        return len(self.posts)
class Post(db.Model):
    id = db.Column(db.Integer, primary_key=True)
class Note(db.Model):
    id = db.Column(db.Integer, primary_key=True)
"""


def waits(source, function="f", **more):
    """What waits in a function, each as its text with marks for what it does."""
    facts = analysed(source, **more)
    for name, places in facts.blocking.items():
        if name.name == function:
            return [_shown(place) for place in places]
    return []


def _shown(place):
    marks = [mark for mark in ("writes", "commits", "sends", "rows") if getattr(place, mark)]
    return " ".join([place.what, *marks, *([] if place.known else ["unknown"])])


def test_catalog_call():
    assert waits("import time\ndef f():\n    time.sleep(1)\n") == ["time.sleep()"]


def test_what_is_not_called_does_not_wait():
    assert waits("import time\ndef f():\n    return time.sleep\n") == []


def test_known_pure_libraries_do_not_wait():
    source = "import json, re, yaml, click\nfrom markupsafe import escape\ndef f(x):\n"
    assert waits(source + "    return re.sub('a', escape(x), json.dumps(yaml.dump(x)))\n") == []


def test_unknown_library_waits_and_is_told():
    assert waits("import weird\ndef f():\n    weird.thing()\n") == ["weird.thing() unknown"]


def test_unknown_receiver_waits_by_a_telling_method_only():
    assert waits("def f(x):\n    x.strip()\n    x.commit()\n") == [".commit() commits unknown"]


def test_function_that_calls_one_that_waits_waits():
    source = "import time\ndef a():\n    time.sleep(1)\ndef b():\n    a()\ndef f():\n    b()\n"
    assert waits(source) == ["b()"]


def test_making_a_generator_does_not_wait_but_reading_it_does():
    source = "import time\ndef rows():\n    time.sleep(1)\n    yield 1\n"
    assert waits(source + "def f():\n    return rows()\n") == []
    assert waits(source + "def f():\n    for row in rows():\n        pass\n") == ["rows() rows"]


@pytest.mark.parametrize("code", ["[*rows()]", "1 in rows()", "a, b = rows()"])
def test_what_takes_a_generator_apart_reads_it(code):
    source = "import time\ndef rows():\n    time.sleep(1)\n    yield 1\n"
    assert waits(f"{source}def f():\n    {code}\n") == ["rows() rows"]


def test_taking_a_row_apart_does_not_wait():
    source = f"{PEEWEE}def f():\n    for row in query:\n        a, b = row\n        1 in row\n"
    assert waits(source) == ["iterating over peewee.Model.select().where().limit() rows"]


def test_property_and_constructor_wait():
    source = (
        "import time\nclass A:\n    def __init__(self):\n        time.sleep(1)\n"
        "    @property\n    def x(self):\n        return open('y')\n"
        "def f():\n    a = A()\n    return a.x\n"
    )
    assert waits(source) == ["A.__init__()", "A.x"]


def test_a_builtin_waits_that_calls_a_function_that_waits():
    source = "import time\ndef late(x):\n    time.sleep(1)\ndef f(xs):\n"
    assert waits(source + "    xs.sort(key=late)\n") == ["late()"]
    assert waits(source + "    return list(map(late, xs))\n") == ["late() rows"]


def test_reading_by_a_key_waits_where_the_library_fetches():
    source = "import shelve\ndef f():\n    shelf = shelve.open('x')\n    return shelf['a']\n"
    assert waits(source) == ["shelve.open()", "`shelf[…]`"]
    assert waits("import tempfile\ndef f():\n    return tempfile.mkstemp()[1]\n") == [
        "tempfile.mkstemp()"
    ]


def test_tests_are_left_out():
    facts = analysed("", tests__test_app="import time\ndef test_x():\n    time.sleep(1)\n")
    assert not facts.blocking


@pytest.mark.parametrize(
    ("statement", "mark"),
    [
        ("'SELECT 1'", ""),
        ("'  insert into t'", " writes"),
        ("f'DELETE FROM {x}'", " writes"),
        ("x", ""),
        ("'PRAGMA x'", ""),
    ],
)
def test_text_of_a_statement_tells_whether_it_writes(statement, mark):
    source = "import sqlite3\ndb = sqlite3.connect('x')\ndef f(x):\n    db.execute("
    assert waits(f"{source}{statement})\n") == [f"sqlite3.connect().execute(){mark}"]


def test_unknown_statement_writes_where_its_function_commits():
    source = (
        "import sqlite3\ndb = sqlite3.connect('x')\ndef f(x):\n    db.execute(x)\n    db.commit()"
    )
    assert waits(source) == [
        "sqlite3.connect().execute() writes",
        "sqlite3.connect().commit() commits",
    ]


def test_connection_kept_in_g_is_followed():
    source = """
import sqlite3
from flask import g
def get_db():
    if "db" not in g:
        g.db = sqlite3.connect("x")
    return g.db
def f():
    return get_db().execute("SELECT 1").fetchone()
"""
    assert waits(source) == [
        "get_db()",
        "sqlite3.connect().execute()",
        "sqlite3.connect().execute().fetchone()",
    ]


def test_loop_over_a_cursor_fetches():
    source = "import sqlite3\ndb = sqlite3.connect('x')\ndef f():\n"
    source += "    for row in db.execute('SELECT 1'):\n        pass\n"
    assert waits(source) == ["sqlite3.connect().execute() rows"]


def test_loop_over_a_list_does_not_fetch():
    source = (
        "import sqlite3\ndb = sqlite3.connect('x')\n"
        "def f():\n    for row in db.execute('SELECT 1').fetchall():\n        pass\n"
    )
    assert all("rows" not in wait for wait in waits(source))


PEEWEE = """\
import peewee
class Named:
    @classmethod
    def named(cls, name):
        return cls.get(name=name)
    @classmethod
    def get(cls, **words):
        return super().get(**words)
class User(Named, peewee.Model):
    name = peewee.CharField()
query = User.select().where(User.name == "a").limit(3)
"""


@pytest.mark.parametrize(
    ("code", "what"),
    [
        ("list(query)", ["iterating over peewee.Model.select().where().limit() rows"]),
        ("sorted(query)", ["iterating over peewee.Model.select().where().limit() rows"]),
        ("query[:2]", ["iterating over peewee.Model.select().where().limit() rows"]),
        ("len(query)", ["iterating over peewee.Model.select().where().limit() rows"]),
        ("query.order_by(User.name)", []),
        ("[*query]", ["iterating over peewee.Model.select().where().limit() rows"]),
        ("1 in query", ["iterating over peewee.Model.select().where().limit() rows"]),
        ("query in [1]", []),
        ("'a' in query.first().name", ["peewee.Model.select().where().limit().first()"]),
        ("len([query])", []),
        ("User[1]", ["`User[…]`"]),
        ("User.named('a')", ["Named.named()"]),
    ],
)
def test_what_runs_a_query(code, what):
    assert waits(f"{PEEWEE}def f():\n    return {code}\n") == what


def test_a_mixin_calls_what_follows_it():
    assert waits(PEEWEE, "Named.get") == ["peewee.Model().get()"]


def test_an_item_of_a_foreign_container_is_known():
    source = "from playhouse.dataset import DataSet\nclass Data(DataSet):\n    pass\n"
    source += "def f():\n    return Data('x')['users'].all().count()\n"
    assert "playhouse.dataset.DataSet()[].all().count()" in waits(source)


def test_with_on_a_lock_waits():
    assert waits(
        "import threading\nlock = threading.Lock()\ndef f():\n    with lock:\n        pass\n"
    ) == ["`with` on threading.Lock()"]


def test_mail_and_posted_request_cannot_be_undone():
    assert waits("import requests\ndef f():\n    requests.post('x')\n    requests.get('x')\n") == [
        "requests.post() sends",
        "requests.get()",
    ]


def test_relationship_and_deferred_column_load_when_read_eager_and_plain_ones_do_not():
    source = (
        MODELS + "def f(i):\n    u = db.session.get(User, i)\n    u.posts, u.bio, u.notes, u.name\n"
    )
    assert waits(source)[1:] == ["the lazily loaded `posts`", "the lazily loaded `bio`"]


def test_backref_loads_when_read():
    source = MODELS + "def f(i):\n    return db.session.get(Post, i).author\n"
    assert waits(source)[-1] == "the lazily loaded `author`"


def test_attribute_of_something_else_with_the_name_of_a_relationship_does_not_load():
    source = MODELS + "class Other:\n    posts = 1\ndef f():\n    return Other().posts\n"
    assert waits(source) == []


def test_method_and_property_of_what_a_query_returned_wait():
    source = MODELS + "def f(i):\n    u = db.session.get(User, i)\n    return u.title() + u.rank\n"
    assert waits(source)[1:] == ["User.title()", "User.rank"]


def test_mapped_attribute_loads_again_after_a_commit():
    source = MODELS + (
        "def f(i):\n    u = db.session.get(User, i)\n    u.name\n"
        "    db.session.commit()\n    u.name\n"
    )
    assert waits(source)[1:] == [
        "flask_sqlalchemy.SQLAlchemy().session.commit() commits",
        "`name` of a model after a commit",
    ]


def test_commit_inside_a_called_function_expires_too():
    source = MODELS + (
        "def save():\n    db.session.commit()\n"
        "def f(i):\n    u = db.session.get(User, i)\n    save()\n    return u.name\n"
    )
    assert waits(source)[-1] == "`name` of a model after a commit"


def test_commit_in_a_branch_that_leaves_expires_nothing_behind_it():
    source = MODELS + (
        "def f(i):\n    u = db.session.get(User, i)\n    if i:\n        db.session.commit()\n"
        "        return ''\n    return u.name\n"
    )
    assert len(waits(source)) == 2


def test_function_that_is_given_a_model_after_a_commit_loads_it():
    source = MODELS + (
        "def greet(u):\n    return u.name\n"
        "def tell(u):\n    return greet(u)\n"
        "def f(i):\n    u = db.session.get(User, i)\n    db.session.commit()\n    return tell(u)\n"
    )
    assert waits(source, "greet") == ["`name` of a model after a commit"]
    before = source.replace("    db.session.commit()\n    return tell(u)", "    return tell(u)")
    assert waits(before, "greet") == []


def test_url_for_waits_after_a_commit_where_a_hook_reads_a_model():
    hook = (
        "app = Flask(__name__)\n@app.url_defaults\ndef add(endpoint, values):\n"
        "    values['n'] = db.session.get(User, 1).name\n"
    )
    view = "def f():\n    db.session.commit()\n    return url_for('x')\n"
    assert len(waits(MODELS + view)) == 1
    assert len(waits(MODELS + hook + view)) == 2


def test_proxy_loads_when_read_handed_on_or_compared():
    source = (
        MODELS + "def f(x):\n    current_user.name\n    print(current_user)\n"
        "    return x == current_user\n"
    )
    assert waits(source) == [
        "flask_login.current_user.name",
        "`flask_login.current_user` loads",
        "`flask_login.current_user` loads",
    ]


def test_form_of_flask_wtf_reads_the_request_when_made_and_waits_when_validated():
    source = (
        "from flask_wtf import FlaskForm\nclass Form(FlaskForm):\n    pass\n"
        "def f():\n    form = Form()\n    return form.validate_on_submit()\n"
    )
    assert waits(source) == [
        "a form of Flask-WTF",
        "flask_wtf.FlaskForm().validate_on_submit()",
    ]


def test_attribute_that_a_library_adds_to_a_model_loads():
    source = MODELS + "def f(i):\n    return db.session.get(User, i).versions[0]\n"
    assert waits(source)[-1] == "the lazily loaded `versions`"


def test_row_of_a_query_loads_its_relationships():
    source = MODELS + "def f():\n    for u in db.session.execute(db.text('')).all():\n"
    source += "        u.posts\n"
    assert waits(source)[-1] == "the lazily loaded `posts`"


def test_attribute_of_an_unknown_owner_loads_if_a_library_gave_it_its_name():
    known = MODELS + "def g(i):\n    return db.session.get(User, i).versions[0]\n"
    assert waits(known + "def f(u):\n    return u.versions\n") == ["the lazily loaded `versions`"]
    assert waits(known + "def f(u):\n    return u.posts\n") == []
    assert waits(known + "def f(u):\n    return db.select(User).join(User.versions)\n") == []


STORE = """\
import importlib
from flask import current_app, g
class Store:
    def load(self, name):
        return open(name)
    def get(self, name):
        return open(name)
"""


@pytest.mark.parametrize(
    "receiver",
    ["x", "current_app.store", "importlib.import_module(x).make()", "getattr(x, 'y')"],
)
def test_method_on_an_unknown_receiver_waits_if_one_of_that_name_does(receiver):
    assert waits(STORE + f"def f(x):\n    {receiver}.load(1)\n")[-1] == "Store.load()"


@pytest.mark.parametrize("call", ["current_app.store.get(1)", "1 in current_app.store"])
def test_everyday_name_tells_of_what_the_project_keeps_on_the_app(call):
    code = STORE + "    def __contains__(self, name):\n        return open(name)\n"
    assert waits(code + f"def f(x):\n    {call}\n")[-1].startswith("Store.")


@pytest.mark.parametrize("call", ["x.get(1)", "current_app.logger.load(1)", "1 in x", "g.x.get(1)"])
def test_everyday_name_and_known_receiver_tell_nothing(call):
    assert waits(STORE + f"def f(x):\n    {call}\n") == []


@pytest.mark.parametrize(
    "bases", ["db.Model, UserMixin", "UserMixin, db.Model", "Generic[int], UserMixin, db.Model"]
)
def test_model_with_a_mixin_of_another_library_is_a_model(bases):
    source = (
        "from typing import Generic\nfrom flask_login import UserMixin\n"
        "from flask_sqlalchemy import SQLAlchemy\n"
        f"db = SQLAlchemy()\nclass User({bases}):\n    pass\n"
        "def f(name):\n    return User.query.filter_by(name=name).first()\n"
    )
    (place,) = waits(source)
    assert place.startswith("flask_sqlalchemy.")
    assert place.endswith(".first()")


def test_method_of_a_proxy_loads_where_it_is_named_and_where_it_is_called():
    source = MODELS + "def f():\n    return current_user.can('write')\n"
    assert waits(source) == ["flask_login.current_user.can"] * 2


def test_what_was_read_from_a_proxy_loads_no_more_where_it_is_kept():
    source = MODELS + (
        "class Form:\n    pass\ndef f():\n    form = Form()\n    form.name = current_user.name\n"
        "    return form.name\n"
    )
    assert waits(source) == ["flask_login.current_user.name"]


@pytest.mark.parametrize(
    ("body", "marks"),
    [
        ("raise NotImplementedError('load')", ["Store.load()"]),
        ("raise NotImplementedError", ["Store.load()"]),
        ('"""Load."""\n        return None', []),
    ],
)
def test_the_call_of_an_abstract_method_waits_where_an_override_does(body, marks):
    source = f"""
import time

class Store:
    def load(self):
        {body}

class Files(Store):
    def load(self):
        time.sleep(1)

store = Store()

def f():
    return store.load()
"""
    found = waits(source)
    assert [it.replace("Files", "Store") for it in found] == marks


SCOPED = """\
from flask import Flask
from sqlalchemy.orm import declarative_base, scoped_session
session = scoped_session(make)
Base = declarative_base()
Base.query = session.query_property()
class Book(Base):
    pass
"""


def test_query_of_a_model_finds_the_session_of_the_running_thread():
    source = f"{SCOPED}def f():\n    query = Book.query\n    session.add(Book())\n"
    assert waits(source) == [
        "`query` of a session that belongs to its thread",
        "sqlalchemy.orm.scoped_session().add() writes",
    ]


def test_query_of_flask_sqlalchemy_goes_by_the_app_context():
    assert waits(f"{MODELS}def f():\n    query = User.query\n    db.session.add(User())\n") == []


def test_a_field_that_asks_the_database_does_so_when_its_data_is_read():
    source = (
        "from flask_wtf import FlaskForm\nfrom wtforms import StringField\n"
        "from wtforms_sqlalchemy.fields import QuerySelectField\n"
        "class Book(FlaskForm):\n    author = QuerySelectField(query_factory=list)\n"
        "    title = StringField()\n"
        "def given(field):\n    return field.data\n"
        "def f(form: Book):\n    return form.title.data, form.author.data, given(form.author)\n"
    )
    field = "wtforms_sqlalchemy.fields.QuerySelectField().data"
    assert waits(source) == [field, "given()"]
    assert waits(source, "given") == [field]
