from flask import session

from bookshop.extensions import db
from bookshop.models import Book


def stock(app, book_id):
    with app.app_context():
        return db.session.get(Book, book_id).stock


def test_empty_basket(client):
    assert "It is empty." in client.get("/basket").text


def test_add_to_basket(client):
    response = client.post("/basket/1", data={"quantity": 3}, follow_redirects=True)
    assert response.request.path == "/basket"
    assert "Pride and Prejudice is in your basket." in response.text
    assert "Basket (3)" in response.text
    assert "€ 28.50" in response.text


def test_basket_is_kept_in_the_session(client):
    with client:
        client.post("/basket/1")
        client.post("/basket/1")
        client.post("/basket/3", data={"quantity": "2"})
        assert session["basket"] == {"1": 2, "3": 2}


def test_remove_from_basket(client):
    with client.session_transaction() as stored:
        stored["basket"] = {"1": 1, "2": 2}
    page = client.post("/basket/2/remove", follow_redirects=True).text
    assert "Basket (1)" in page
    assert "Emma" not in page


def test_quantity_has_limits(client):
    response = client.post("/basket/1", data={"quantity": "11"})
    assert response.status_code == 400
    assert "Buy between 1 and 10 copies." in response.text


def test_no_more_than_there_are(client):
    response = client.post("/basket/2", data={"quantity": 3})
    assert response.status_code == 409
    assert "Only 2 copies of Emma are left." in response.text
    assert "<h1>Not enough copies</h1>" in response.text


def test_checkout_needs_a_login(client):
    client.post("/basket/1")
    response = client.post("/basket/checkout")
    assert response.status_code == 302
    assert response.location.startswith("/account/login")


def test_checkout(app, client, auth):
    auth.login()
    client.post("/basket/1", data={"quantity": 2})
    with client:
        response = client.post("/basket/checkout", follow_redirects=True)
        assert "Thank you, ann. You pay € 19.00." in response.text
        assert "basket" not in session
    assert stock(app, 1) == 2


def test_checkout_takes_nothing_when_a_book_is_sold_out(app, client, auth):
    auth.login()
    with client.session_transaction() as stored:
        stored["basket"] = {"1": 1, "7": 1}
    response = client.post("/basket/checkout")
    assert response.status_code == 409
    assert "Only 0 copies of Dracula are left." in response.text
    assert stock(app, 1) == 4


def test_checkout_of_nothing(client, auth):
    auth.login()
    page = client.post("/basket/checkout", follow_redirects=True).text
    assert "Your basket is empty." in page
