"""Instances of models: queries, relationships, the user of Flask-Login."""

import pytest
from inferring import instances, targets

MODELS = """
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import select
from sqlalchemy.orm import Mapped, mapped_column, relationship
db = SQLAlchemy()

class User(db.Model):
    books = db.relationship("Book", backref="owner")
    notes: Mapped[list["Note"]] = relationship(back_populates="user")

class Book(db.Model):
    def title(self): ...

class Note(db.Model):
    user: Mapped["User"] = relationship(back_populates="notes")
"""


@pytest.mark.parametrize(
    "code",
    [
        "x = db.session.get(User, 1)\nx",
        "x = db.get_or_404(User, 1)\nx",
        "x = User.query.get(1)\nx",
        "x = User.query.filter_by(name=1).first()\nx",
        "x = User.query.filter(1).order_by(2).first_or_404()\nx",
        "for x in User.query.all():\n    x",
        "for x in User.query:\n    x",
        "x = User.query.all()[0]\nx",
        "for x in User.query.paginate().items:\n    x",
        "x = db.session.query(User).filter(1).one()\nx",
        "x = db.session.execute(db.select(User)).scalar_one()\nx",
        "for x in db.session.scalars(select(User).where(1)):\n    x",
        "x = db.session.scalar(select(User))\nx",
        "for x in db.session.execute(select(User)).scalars().all():\n    x",
        "for x in db.paginate(db.select(User)):\n    x",
        "x = User()\nx",
        "x = Book().owner\nx",
        "x = Note().user\nx",
        "def f(x: User):\n    x",
    ],
)
def test_a_user(code):
    assert instances(MODELS + code, "x") == {"User"}


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("for x in User().books:\n    x", {"Book"}),
        ("for x in User().notes:\n    x", {"Note"}),
        ("x = User.query.count()\nx", set()),
        ("x = print(User)\nx", set()),
        ("x = User.name\nx", set()),
    ],
)
def test_other_values(code, expected):
    assert instances(MODELS + code, "x") == expected


def test_a_method_of_what_a_query_gives():
    assert targets(
        MODELS + "db.session.get(Book, 1).title()", "db.session.get(Book, 1).title()"
    ) == {"Book.title"}


def test_a_class_of_the_program_without_a_mapper_is_not_loaded():
    code = "import lib\nclass User: ...\nx = lib.get(User)\nx"
    assert instances(code, "x") == set()


def test_the_user_of_flask_login():
    code = MODELS + (
        "from flask_login import LoginManager, current_user\nlogin = LoginManager()\n"
        "@login.user_loader\ndef load(i):\n    return db.session.get(User, i)\n"
        "def view():\n    x = current_user\n    x\n"
    )
    assert instances(code, "x") == {"User"}


def test_a_declarative_base():
    code = """
        from sqlalchemy.orm import DeclarativeBase, Session
        class Base(DeclarativeBase): ...
        class User(Base): ...
        def f(session: Session):
            x = session.get(User, 1)
            x
        """
    assert instances(code, "x") == {"User"}


def test_peewee():
    code = """
        import peewee
        class User(peewee.Model): ...
        x = User.get_or_none(User.id == 1)
        x
        """
    assert instances(code, "x") == {"User"}


def test_peewee_by_key():
    code = """
        import peewee
        class User(peewee.Model): ...
        x = User[1]
        x
        """
    assert instances(code, "x") == {"User"}
