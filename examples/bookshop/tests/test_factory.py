import time

import pytest
from flask import current_app, g, render_template_string, request, url_for

from bookshop import create_app, pricing
from bookshop.models import Book
from bookshop.params import page_number, search_words, sort_key


def test_config(config):
    assert not create_app({**config, "TESTING": False}).testing
    assert create_app(config).testing


def test_current_app_in_an_app_context(app):
    with app.app_context():
        assert current_app.config["SHOP_NAME"] == "The Corner Bookshop"
        assert current_app.name == "bookshop"


def test_urls(app):
    with app.test_request_context():
        assert url_for("catalogue.detail", book_id=3) == "/books/3"
        assert url_for("static", filename="logo.svg") == "/static/logo.svg"
        assert url_for("catalogue.books_csv", _external=True) == "http://localhost/books.csv"


@pytest.mark.parametrize(
    ("query", "expected"),
    [("", 1), ("page=3", 3), ("page=-2", 1), ("page=many", 1)],
)
def test_page_number(app, query, expected):
    with app.test_request_context(f"/?{query}"):
        assert page_number() == expected


def test_search_words(app):
    with app.test_request_context("/search", query_string={"q": " jane  eyre "}):
        assert search_words() == ["jane", "eyre"]
        assert request.endpoint == "catalogue.search"


def test_sort_key_is_asked_for_or_remembered(app):
    with app.test_request_context("/", headers={"Cookie": "sort=year"}):
        assert sort_key() == "year"
    with app.test_request_context("/?sort=author", headers={"Cookie": "sort=year"}):
        assert sort_key() == "author"
    with app.test_request_context("/?sort=weight"):
        assert sort_key() == "title"


def test_template_filters(app):
    with app.test_request_context():
        page = render_template_string("{{ 3|money }} {{ 3.6|stars }} {{ none|stars }}")
    assert page == '€ 3.00 <span class="stars" title="3.6">★★★★☆</span> not rated yet'


def test_new_books_are_marked(app):
    this_year = time.localtime().tm_year
    template = "{{ 'new' if book is new_book else 'old' }}"
    with app.test_request_context():
        assert render_template_string(template, book=Book(year=this_year)) == "new"
        assert render_template_string(template, book=Book(year=1900)) == "old"


def test_price_list_is_opened_once_and_closed(app):
    with app.app_context():
        assert str(pricing.price_of("9780000000101")) == "9.50"
        assert str(pricing.price_of("unknown")) == "12.00"
        price_list = pricing.get_price_list()
        assert price_list is g.price_list
        assert not price_list.closed
    assert price_list.closed


def test_headers_and_visits(app, client):
    first = client.get("/basket")
    second = client.get("/basket")
    assert first.headers["X-Content-Type-Options"] == "nosniff"
    assert first.headers["Server-Timing"].startswith("view;dur=")
    assert (first.headers["X-Visits"], second.headers["X-Visits"]) == ("1", "2")
    assert app.extensions["visits"] == {"catalogue.show_basket": 2}


def test_g_after_a_request(client):
    with client:
        client.get("/")
        assert g.started <= time.perf_counter()
        assert g.seen == []
        assert request.path == "/"
