import csv
import io

import pytest
from flask import session

from bookshop.extensions import db
from bookshop.models import Book

PNG = b"\x89PNG\r\n\x1a\n" + bytes(64)


def test_browse(client):
    response = client.get("/")
    assert response.status_code == 200
    assert response.mimetype == "text/html"
    assert "Dracula" in response.text
    assert "Wuthering Heights" not in response.text
    assert b"Page 1 of 2" in response.data


def test_browse_remembers_how_to_sort(client):
    response = client.get("/?sort=year")
    assert "sort=year" in response.headers["Set-Cookie"]
    assert client.get_cookie("sort").value == "year"
    page = client.get("/", query_string={"page": 2}).text
    assert page.index("Middlemarch") < page.index("Dracula")


def test_no_page_beyond_the_last(client):
    assert client.get("/?page=9").status_code == 404


def test_search(client):
    page = client.get("/search", query_string={"q": "brontë"}).text
    assert "2 books" in page
    assert "Jane Eyre" in page
    assert "Emma" not in page


def test_search_for_nothing(client):
    assert "Say what you are looking for." in client.get("/search").text


def test_search_that_finds_one_book_goes_there(client):
    response = client.get("/search?q=jane+eyre", follow_redirects=True)
    assert response.request.path == "/books/5"
    assert [step.status_code for step in response.history] == [302]
    assert "<h1>Jane Eyre</h1>" in response.text


def test_detail(client):
    page = client.get("/books/1").text
    assert "<title>Pride and Prejudice · The Corner Bookshop</title>" in page
    assert "€ 9.50" in page
    assert "Nobody has reviewed this book yet." in page


def test_detail_remembers_what_was_seen(client):
    with client:
        for book_id in (1, 2, 3, 4, 2):
            client.get(f"/books/{book_id}")
        assert session["seen"] == [2, 4, 3]
    assert "You also looked at" in client.get("/books/1").text


@pytest.mark.parametrize("path", ["/books/99", "/nowhere", "/covers/none.png"])
def test_not_found(client, path):
    response = client.get(path)
    assert response.status_code == 404
    assert f"There is nothing at {path}." in response.text


def test_book_as_json(client):
    response = client.get("/api/books/2")
    assert response.is_json
    assert response.get_json() == {
        "id": 2,
        "isbn": "9780000000102",
        "title": "Emma",
        "author": "Jane Austen",
        "year": 1815,
        "in_stock": True,
        "rating": None,
        "price": "14.90",
        "url": "/books/2",
    }


def test_missing_book_as_json(client):
    response = client.get("/api/books/99")
    assert (response.status_code, response.json["error"]) == (
        404,
        "There is nothing at /api/books/99.",
    )


def test_download(client):
    response = client.get("/books.csv", base_url="https://shop.example")
    assert response.mimetype == "text/csv"
    assert response.headers["Content-Disposition"] == "attachment; filename=books.csv"
    rows = list(csv.DictReader(io.StringIO(response.text)))
    assert [row["title"] for row in rows][:2] == ["Pride and Prejudice", "Emma"]
    assert rows[-1]["url"] == "https://shop.example/books/7"


def test_label(client):
    response = client.get("/books/4/label")
    assert response.mimetype == "image/svg+xml"
    assert response.headers["Content-Disposition"] == "attachment; filename=9780000000104.svg"
    assert "Emily Brontë" in response.data.decode()


def test_static_file(client):
    with client.get("/static/style.css") as response:
        assert response.mimetype == "text/css"
        assert b".flash" in response.data


def test_upload_a_cover(app, client, auth):
    auth.login("root")
    response = client.post(
        "/books/1/cover",
        data={"cover": (io.BytesIO(PNG), "My Cover.PNG")},
        content_type="multipart/form-data",
        follow_redirects=True,
    )
    assert "Pride and Prejudice has a new cover." in response.text
    assert '<img class="cover" src="/covers/9780000000101.png"' in response.text
    with app.app_context():
        assert db.session.get(Book, 1).cover == "9780000000101.png"
    with client.get("/covers/9780000000101.png") as picture:
        assert picture.data == PNG
        assert picture.mimetype == "image/png"
        assert "max-age=3600" in picture.headers["Cache-Control"]


@pytest.mark.parametrize(
    ("file", "status", "message"),
    [
        ("virus.exe", 400, "A cover is a GIF, a JPEG or a PNG."),
        ("no-extension", 400, "A cover is a GIF, a JPEG or a PNG."),
    ],
)
def test_refused_covers(client, auth, file, status, message):
    auth.login("root")
    data = {"cover": (io.BytesIO(PNG), file)}
    response = client.post("/books/1/cover", data=data, follow_redirects=True)
    assert response.status_code == status
    assert message in response.text


def test_no_cover(client, auth):
    auth.login("root")
    page = client.post("/books/1/cover", follow_redirects=True).text
    assert "Choose a picture first." in page


def test_a_cover_may_be_too_large(client, auth):
    auth.login("root")
    data = {"cover": (io.BytesIO(bytes(100 * 1024)), "big.png")}
    response = client.post("/books/1/cover", data=data)
    assert response.status_code == 413
    assert "This file is too large." in response.text


@pytest.mark.parametrize(("name", "status"), [(None, 302), ("ann", 403), ("root", 302)])
def test_only_admins_upload(client, auth, name, status):
    if name is not None:
        auth.login(name)
    response = client.post("/books/1/cover")
    assert response.status_code == status
    if name is None:
        assert response.location == "/account/login?next=%2Fbooks%2F1%2Fcover"
