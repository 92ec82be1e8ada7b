"""The basket: book ids and quantities, kept in the session."""

from flask import session

from .errors import OutOfStock
from .extensions import db
from .models import Book
from .pricing import price_of


def contents():
    return session.get("basket", {})


def add(book, count):
    basket = dict(contents())
    basket[str(book.id)] = basket.get(str(book.id), 0) + count
    if basket[str(book.id)] > book.stock:
        raise OutOfStock(book)
    session["basket"] = basket


def remove(book_id):
    basket = dict(contents())
    basket.pop(str(book_id), None)
    session["basket"] = basket


def count():
    return sum(contents().values())


def lines():
    """The books of the basket with their quantity and price together."""
    found = []
    for book_id, quantity in contents().items():
        book = db.session.get(Book, int(book_id))
        if book is not None:
            found.append((book, quantity, price_of(book.isbn) * quantity))
    return found


def check_out():
    """Take the books from stock, empty the basket, return the sum."""
    bought = lines()
    for book, quantity, _ in bought:
        if book.stock < quantity:
            raise OutOfStock(book)
        book.stock -= quantity
    db.session.commit()
    session.pop("basket", None)
    return sum(price for _, _, price in bought)
