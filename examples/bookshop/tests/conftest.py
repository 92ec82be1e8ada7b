import pytest

from bookshop import create_app
from bookshop.extensions import db
from bookshop.models import Book, User

BOOKS = [
    ("9780000000101", "Pride and Prejudice", "Jane Austen", 1813, 4),
    ("9780000000102", "Emma", "Jane Austen", 1815, 2),
    ("9780000000103", "Frankenstein", "Mary Shelley", 1818, 5),
    ("9780000000104", "Wuthering Heights", "Emily Brontë", 1847, 3),
    ("9780000000105", "Jane Eyre", "Charlotte Brontë", 1847, 1),
    ("9780000000106", "Middlemarch", "George Eliot", 1871, 6),
    ("9780000000199", "Dracula", "Bram Stoker", 1897, 0),
]


def add_sample_data():
    for isbn, title, author, year, stock in BOOKS:
        db.session.add(Book(isbn=isbn, title=title, author=author, year=year, stock=stock))
    for name, is_admin in [("ann", False), ("bob", False), ("root", True)]:
        user = User(name=name, email=f"{name}@example.org", is_admin=is_admin)
        user.set_password(f"{name}-secret")
        db.session.add(user)
    db.session.commit()


@pytest.fixture
def config(tmp_path):
    return {
        "TESTING": True,
        "SECRET_KEY": "test",
        "PASSWORD_METHOD": "pbkdf2:sha256:1",
        "MAX_CONTENT_LENGTH": 64 * 1024,
        "WTF_CSRF_ENABLED": False,
        "SQLALCHEMY_DATABASE_URI": f"sqlite:///{tmp_path / 'test.sqlite'}",
        "COVERS_FOLDER": str(tmp_path / "covers"),
    }


@pytest.fixture
def app(config):
    app = create_app(config)
    with app.app_context():
        db.create_all()
        add_sample_data()
    yield app
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def client(app):
    return app.test_client()


@pytest.fixture
def runner(app):
    return app.test_cli_runner()


class AuthActions:
    def __init__(self, client):
        self._client = client

    def login(self, name="ann", password=None, **kwargs):
        data = {"name": name, "password": password or f"{name}-secret"}
        return self._client.post("/account/login", data=data, **kwargs)

    def logout(self, **kwargs):
        return self._client.post("/account/logout", **kwargs)


@pytest.fixture
def auth(client):
    return AuthActions(client)
