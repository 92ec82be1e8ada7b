"""What people see when something goes wrong."""

from flask import flash, jsonify, render_template, request
from flask_wtf.csrf import CSRFError

from .params import wants_json


class OutOfStock(Exception):
    """Somebody wants more copies of a book than there are."""

    def __init__(self, book):
        super().__init__(f"Only {book.stock} copies of {book.title} are left.")
        self.book = book


def init_app(app):
    app.register_error_handler(400, bad_request)
    app.register_error_handler(403, forbidden)
    app.register_error_handler(404, not_found)
    app.register_error_handler(413, too_large)
    app.register_error_handler(CSRFError, expired_form)
    app.register_error_handler(OutOfStock, out_of_stock)


def bad_request(error):
    return error_page(error.description, 400)


def forbidden(error):
    return error_page("This is for admins only.", 403)


def not_found(error):
    return error_page(f"There is nothing at {request.path}.", 404)


def too_large(error):
    return error_page("This file is too large.", 413)


def expired_form(error):
    return error_page(f"The form has expired: {error.description}", 400)


def out_of_stock(error):
    if wants_json():
        return jsonify(error=str(error), left=error.book.stock), 409
    flash(str(error), "error")
    return render_template("errors/out_of_stock.html", book=error.book), 409


def error_page(message, status):
    if wants_json():
        return jsonify(error=message), status
    return render_template("errors/error.html", message=message, status=status), status
