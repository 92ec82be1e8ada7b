"""Pages of books, the basket, covers and downloads."""

import csv
import os
from io import BytesIO, StringIO

from flask import (
    Blueprint,
    Response,
    abort,
    current_app,
    flash,
    g,
    jsonify,
    make_response,
    redirect,
    render_template,
    request,
    send_file,
    send_from_directory,
    session,
    stream_with_context,
    url_for,
)
from flask_login import current_user, login_required
from werkzeug.utils import secure_filename

from . import basket
from .decorators import admin_required
from .extensions import db
from .forms import ReviewForm
from .models import Book, Review
from .params import page_number, quantity, search_words, sort_key
from .pricing import price_of

bp = Blueprint("catalogue", __name__)

COVER_TYPES = {".gif", ".jpeg", ".jpg", ".png"}
SEEN_AT_MOST = 3


@bp.before_request
def remember_way():
    g.seen = session.get("seen", [])


@bp.get("/")
def browse():
    sort = sort_key()
    query = db.select(Book).order_by(getattr(Book, sort), Book.id)
    books = db.paginate(
        query, page=page_number(), per_page=current_app.config["BOOKS_PER_PAGE"], error_out=True
    )
    response = make_response(render_template("catalogue/browse.html", books=books))
    response.set_cookie("sort", sort, max_age=86400, samesite="Lax")
    return response


@bp.get("/search")
def search():
    words = search_words()
    query = db.select(Book).order_by(Book.title)
    for word in words:
        query = query.where(Book.title.icontains(word) | Book.author.icontains(word))
    books = db.session.scalars(query).all() if words else []
    if len(books) == 1:
        return redirect(url_for(".detail", book_id=books[0].id))
    return render_template("catalogue/search.html", books=books, words=words)


@bp.route("/books/<int:book_id>", methods=["GET", "POST"])
def detail(book_id):
    book = db.get_or_404(Book, book_id, description="No such book.")
    form = ReviewForm()
    if form.validate_on_submit():
        return add_review(book, form)
    price = price_of(book.isbn)
    recent = [db.session.get(Book, seen) for seen in g.seen if seen != book_id]
    session["seen"] = [book_id, *(seen for seen in g.seen if seen != book_id)][:SEEN_AT_MOST]
    return render_template(
        "catalogue/detail.html", book=book, price=price, form=form, recent=recent
    )


def add_review(book, form):
    if not current_user.is_authenticated:
        flash("Log in to write a review.", "warning")
        return redirect(url_for("accounts.login", next=request.path))
    review = db.session.scalar(db.select(Review).filter_by(book=book, author=current_user))
    if review is None:
        review = Review(book=book, author=current_user)
        db.session.add(review)
    form.populate_obj(review)
    db.session.commit()
    flash("Thank you for your review.", "success")
    return redirect(url_for(".detail", book_id=book.id))


@bp.get("/api/books/<int:book_id>")
def book_json(book_id):
    book = db.get_or_404(Book, book_id)
    return jsonify(book.to_dict() | {"price": str(price_of(book.isbn))})


@bp.get("/books.csv")
def books_csv():
    """The whole catalogue, sent line by line."""

    def lines():
        yield csv_line("isbn", "title", "author", "url")
        for book in db.session.scalars(db.select(Book).order_by(Book.isbn)):
            link = url_for(".detail", book_id=book.id, _external=True)
            yield csv_line(book.isbn, book.title, book.author, link)

    headers = {"Content-Disposition": "attachment; filename=books.csv"}
    return Response(stream_with_context(lines()), mimetype="text/csv", headers=headers)


def csv_line(*cells):
    buffer = StringIO()
    csv.writer(buffer, lineterminator="\n").writerow(cells)
    return buffer.getvalue()


@bp.get("/books/<int:book_id>/label")
def label(book_id):
    """A label for the shelf, to print."""
    book = db.get_or_404(Book, book_id)
    svg = render_template("catalogue/label.svg", book=book, price=price_of(book.isbn))
    return send_file(
        BytesIO(svg.encode()),
        mimetype="image/svg+xml",
        as_attachment=True,
        download_name=f"{book.isbn}.svg",
    )


@bp.post("/books/<int:book_id>/cover")
@admin_required
def upload_cover(book_id):
    book = db.get_or_404(Book, book_id)
    file = request.files.get("cover")
    if file is None or file.filename == "":
        flash("Choose a picture first.", "error")
        return redirect(url_for(".detail", book_id=book_id))
    extension = os.path.splitext(secure_filename(file.filename))[1].lower()
    if extension not in COVER_TYPES:
        abort(400, description="A cover is a GIF, a JPEG or a PNG.")
    book.cover = f"{book.isbn}{extension}"
    file.save(os.path.join(current_app.config["COVERS_FOLDER"], book.cover))
    db.session.commit()
    flash(f"{book.title} has a new cover.", "success")
    return redirect(url_for(".detail", book_id=book_id))


@bp.get("/covers/<path:name>")
def cover(name):
    return send_from_directory(current_app.config["COVERS_FOLDER"], name, max_age=3600)


@bp.get("/basket")
def show_basket():
    lines = basket.lines()
    total = sum(price for _, _, price in lines)
    return render_template("catalogue/basket.html", lines=lines, total=total)


@bp.post("/basket/<int:book_id>")
def add_to_basket(book_id):
    book = db.get_or_404(Book, book_id)
    basket.add(book, quantity())
    flash(f"{book.title} is in your basket.", "success")
    return redirect(url_for(".show_basket"))


@bp.post("/basket/<int:book_id>/remove")
def remove_from_basket(book_id):
    basket.remove(book_id)
    return redirect(url_for(".show_basket"))


@bp.post("/basket/checkout")
@login_required
def checkout():
    if basket.count() == 0:
        flash("Your basket is empty.", "warning")
        return redirect(url_for(".browse"))
    total = basket.check_out()
    flash(f"Thank you, {current_user.name}. You pay € {total:.2f}.", "success")
    return redirect(url_for(".browse"))
