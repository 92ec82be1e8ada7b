"""Commands: ``flask --app bookshop seed``."""

import json
from pathlib import Path

import click
from flask.cli import with_appcontext

from .extensions import db
from .models import Book, User, find_user

BOOKS = Path(__file__).with_name("books.json")


def init_app(app):
    app.cli.add_command(seed)


@click.command("seed")
@click.option("--books", "limit", default=None, type=int, help="How many books, all by default.")
@click.option("--admin", default="admin", show_default=True, help="The name of the admin.")
@click.option("--password", default="admin", show_default=True, help="The admin's password.")
@with_appcontext
def seed(limit, admin, password):
    """Make the tables and fill them with books and an admin."""
    db.create_all()
    added = add_books(json.loads(BOOKS.read_text(encoding="utf-8"))[:limit])
    click.echo(f"Added {added} books.")
    if find_user(admin) is None:
        add_admin(admin, password)
        click.echo(f"Added the admin {admin}.")


def add_books(records):
    known = set(db.session.scalars(db.select(Book.isbn)))
    new = [Book(**record) for record in records if record["isbn"] not in known]
    db.session.add_all(new)
    db.session.commit()
    return len(new)


def add_admin(name, password):
    user = User(name=name, email=f"{name}@example.org", is_admin=True)
    user.set_password(password)
    db.session.add(user)
    db.session.commit()
