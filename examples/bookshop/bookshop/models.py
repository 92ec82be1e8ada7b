"""What the shop remembers: users, books and reviews."""

from datetime import UTC, datetime

from flask import current_app, url_for
from flask_login import UserMixin
from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship
from werkzeug.security import check_password_hash, generate_password_hash

from .extensions import db, login_manager


def now():
    return datetime.now(UTC).replace(tzinfo=None)


class User(UserMixin, db.Model):
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(40), unique=True)
    email: Mapped[str] = mapped_column(String(120))
    password_hash: Mapped[str] = mapped_column(String(256))
    is_admin: Mapped[bool] = mapped_column(default=False)

    reviews: Mapped[list["Review"]] = relationship(
        back_populates="author", order_by="Review.created.desc()"
    )

    def set_password(self, password):
        method = current_app.config["PASSWORD_METHOD"]
        self.password_hash = generate_password_hash(password, method=method)

    def check_password(self, password):
        return check_password_hash(self.password_hash, password)


class Book(db.Model):
    id: Mapped[int] = mapped_column(primary_key=True)
    isbn: Mapped[str] = mapped_column(String(13), unique=True)
    title: Mapped[str] = mapped_column(String(120), index=True)
    author: Mapped[str] = mapped_column(String(80), index=True)
    year: Mapped[int]
    summary: Mapped[str] = mapped_column(default="")
    stock: Mapped[int] = mapped_column(default=0)
    cover: Mapped[str | None] = mapped_column(String(120))

    reviews: Mapped[list["Review"]] = relationship(
        back_populates="book", cascade="all, delete-orphan", order_by="Review.id"
    )

    @property
    def rating(self):
        """The mean of the stars, or None without reviews."""
        if not self.reviews:
            return None
        return sum(review.stars for review in self.reviews) / len(self.reviews)

    def to_dict(self):
        return {
            "id": self.id,
            "isbn": self.isbn,
            "title": self.title,
            "author": self.author,
            "year": self.year,
            "in_stock": self.stock > 0,
            "rating": self.rating,
            "url": url_for("catalogue.detail", book_id=self.id),
        }


class Review(db.Model):
    __table_args__ = (UniqueConstraint("book_id", "author_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    stars: Mapped[int]
    body: Mapped[str] = mapped_column(default="")
    created: Mapped[datetime] = mapped_column(default=now)
    book_id: Mapped[int] = mapped_column(ForeignKey("book.id"))
    author_id: Mapped[int] = mapped_column(ForeignKey("user.id"))

    book: Mapped[Book] = relationship(back_populates="reviews")
    author: Mapped[User] = relationship(back_populates="reviews")

    def to_dict(self):
        return {
            "id": self.id,
            "book": self.book_id,
            "author": self.author.name,
            "stars": self.stars,
            "body": self.body,
        }


@login_manager.user_loader
def load_user(user_id):
    return db.session.get(User, int(user_id))


def find_user(name):
    return db.session.scalar(db.select(User).filter_by(name=name))
