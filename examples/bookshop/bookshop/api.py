"""The reviews as JSON: ``/api/books/<id>/reviews`` and ``/api/reviews/<id>``."""

from flask import abort, jsonify, url_for
from flask.views import MethodView
from flask_login import current_user, login_required

from .extensions import db
from .models import Book, Review
from .params import review_from_json


def init_app(app):
    app.add_url_rule("/api/books/<int:book_id>/reviews", view_func=BookReviews.as_view("reviews"))
    app.add_url_rule("/api/reviews/<int:review_id>", view_func=OneReview.as_view("review"))


class BookReviews(MethodView):
    def get(self, book_id):
        book = db.get_or_404(Book, book_id)
        return jsonify(book=book.title, reviews=[review.to_dict() for review in book.reviews])

    @login_required
    def post(self, book_id):
        book = db.get_or_404(Book, book_id)
        stars, body = review_from_json()
        if any(review.author_id == current_user.id for review in book.reviews):
            abort(400, description="You have reviewed this book already.")
        review = Review(book=book, author=current_user, stars=stars, body=body)
        db.session.add(review)
        db.session.commit()
        location = url_for("review", review_id=review.id)
        return jsonify(review.to_dict()), 201, {"Location": location}


class OneReview(MethodView):
    init_every_request = False

    def get(self, review_id):
        return db.get_or_404(Review, review_id).to_dict()

    @login_required
    def patch(self, review_id):
        review = self.own_review(review_id)
        review.stars, review.body = review_from_json()
        db.session.commit()
        return review.to_dict()

    @login_required
    def delete(self, review_id):
        db.session.delete(self.own_review(review_id))
        db.session.commit()
        return "", 204

    def own_review(self, review_id):
        review = db.get_or_404(Review, review_id)
        if review.author_id != current_user.id and not current_user.is_admin:
            abort(403)
        return review
