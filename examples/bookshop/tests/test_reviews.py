import pytest

from bookshop.extensions import db
from bookshop.models import Book, Review


@pytest.fixture
def review(app):
    with app.app_context():
        review = Review(book_id=1, author_id=1, stars=4, body="Witty.")
        db.session.add(review)
        db.session.commit()
        return review.id


def test_reviews_of_a_book(client, review):
    assert client.get("/api/books/1/reviews").json == {
        "book": "Pride and Prejudice",
        "reviews": [{"id": review, "book": 1, "author": "ann", "stars": 4, "body": "Witty."}],
    }


def test_post_a_review(client, auth):
    auth.login("bob")
    response = client.post("/api/books/3/reviews", json={"stars": 5, "body": "Alive!"})
    assert response.status_code == 201
    assert response.json["author"] == "bob"
    assert client.get(response.headers["Location"]).json["body"] == "Alive!"
    assert client.get("/api/books/3").json["rating"] == 5.0


@pytest.mark.parametrize(
    ("body", "status", "message"),
    [
        ({"stars": 6}, 400, "stars must be a number from 1 to 5."),
        ({}, 400, "stars must be a number from 1 to 5."),
        ([1], 400, "A review is a JSON object."),
    ],
)
def test_bad_reviews(client, auth, body, status, message):
    auth.login("bob")
    response = client.post("/api/books/3/reviews", json=body)
    assert (response.status_code, response.json) == (status, {"error": message})


def test_a_review_must_be_json(client, auth):
    auth.login("bob")
    assert client.post("/api/books/3/reviews", data="stars=3").status_code == 415
    malformed = client.post(
        "/api/books/3/reviews", data=b"{", headers={"Content-Type": "application/json"}
    )
    assert malformed.status_code == 400


def test_one_review_each(client, auth, review):
    auth.login("ann")
    response = client.post("/api/books/1/reviews", json={"stars": 1})
    assert response.json["error"] == "You have reviewed this book already."


def test_change_and_delete(client, auth, review):
    auth.login("ann")
    changed = client.patch(f"/api/reviews/{review}", json={"stars": 2, "body": "Hm."})
    assert changed.json["stars"] == 2
    deleted = client.delete(f"/api/reviews/{review}")
    assert (deleted.status_code, deleted.data) == (204, b"")
    assert client.get(f"/api/reviews/{review}").status_code == 404


@pytest.mark.parametrize(("name", "status"), [(None, 302), ("bob", 403), ("root", 204)])
def test_who_may_delete(client, auth, review, name, status):
    if name is not None:
        auth.login(name)
    assert client.delete(f"/api/reviews/{review}").status_code == status


def test_methods_that_are_not_there(client, review):
    assert client.put(f"/api/reviews/{review}").status_code == 405
    options = client.options("/api/books/1/reviews")
    assert options.allow == {"GET", "HEAD", "OPTIONS", "POST"}
    assert client.head("/api/books/1/reviews").data == b""


def test_review_by_form(app, client, auth):
    auth.login("ann")
    for stars, body in [(2, "At first."), (5, "At last.")]:
        response = client.post(
            "/books/2", data={"stars": stars, "body": body}, follow_redirects=True
        )
    assert "Thank you for your review." in response.text
    assert "At last." in response.text
    assert "At first." not in response.text
    with app.app_context():
        assert db.session.get(Book, 2).rating == 5
    assert "Emma" in client.get("/account/profile").text


def test_review_by_form_needs_a_login(client):
    response = client.post("/books/2", data={"stars": 3}, follow_redirects=True)
    assert "Log in to write a review." in response.text
    assert response.request.query_string == b"next=/books/2"


def test_review_by_form_has_limits(client, auth):
    auth.login()
    response = client.post("/books/2", data={"stars": 9, "body": "x" * 501})
    assert response.status_code == 200
    assert "Number must be between 1 and 5." in response.text
    assert "Field cannot be longer than 500 characters." in response.text
