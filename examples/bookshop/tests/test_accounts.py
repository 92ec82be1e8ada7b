import re

import pytest
from flask import get_flashed_messages, g, session
from flask_login import current_user

from bookshop.models import find_user


def test_register(app, client):
    data = {"name": "eve", "email": "eve@example.org", "password": "12345678", "repeat": "12345678"}
    response = client.post("/account/register", data=data)
    assert response.location == "/account/login"
    with app.app_context():
        user = find_user("eve")
        assert user.check_password("12345678")
        assert not user.is_admin


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("name", "ann", "ann is taken already."),
        ("email", "nowhere", "This is no e-mail address."),
        ("repeat", "other", "The passwords differ."),
    ],
)
def test_register_says_what_is_wrong(client, field, value, message):
    data = {"name": "eve", "email": "e@example.org", "password": "12345678", "repeat": "12345678"}
    response = client.post("/account/register", data={**data, field: value})
    assert response.status_code == 200
    assert message in response.text


def test_login(client, auth):
    assert "Log in" in client.get("/account/login").text
    response = auth.login("ann")
    assert response.headers["Location"] == "/"
    with client:
        client.get("/")
        assert session["greeted"] == "ann"
        assert current_user.name == "ann"
        assert g._login_user == current_user


def test_login_goes_on_to_the_next_page(client):
    data = {"name": "ann", "password": "ann-secret"}
    assert client.post("/account/login?next=/basket", data=data).location == "/basket"
    client.post("/account/logout")
    evil = client.post("/account/login?next=https://evil.example/", data=data)
    assert evil.location == "/"


def test_login_is_refused(client, auth):
    with client:
        response = auth.login("ann", "wrong")
        assert "Wrong name or password." in response.text
        assert not current_user.is_authenticated


def test_logout(client, auth):
    auth.login()
    with client:
        response = auth.logout(follow_redirects=True)
        assert "Good-bye." in response.text
        assert current_user.is_anonymous
        assert "greeted" not in session


def test_profile_needs_a_login(client):
    response = client.get("/account/profile", follow_redirects=True)
    assert response.request.path == "/account/login"
    assert response.request.args["next"] == "/account/profile"
    assert "Please log in first." in response.text


def test_flashes_are_shown_once(client):
    with client:
        client.get("/account/profile")
        assert get_flashed_messages(with_categories=True) == [("warning", "Please log in first.")]
    assert "Please log in first." in client.get("/").text
    assert "Please log in first." not in client.get("/").text


def test_two_clients_are_two_people(app):
    ann, bob = app.test_client(), app.test_client()
    ann.post("/account/login", data={"name": "ann", "password": "ann-secret"})
    bob.post("/account/login", data={"name": "bob", "password": "bob-secret"})
    assert "ann@example.org" in ann.get("/account/profile").text
    assert "bob@example.org" in bob.get("/account/profile").text


class TestCsrf:
    @pytest.fixture
    def config(self, config):
        return {**config, "WTF_CSRF_ENABLED": True}

    def token(self, client):
        page = client.get("/account/login").text
        return re.search(r'name="csrf-token" content="([^"]+)"', page)[1]

    def test_form_without_token(self, client, auth):
        response = auth.login()
        assert response.status_code == 400
        assert "The form has expired: The CSRF token is missing." in response.text
        assert "Server-Timing" in response.headers

    def test_form_with_token(self, client):
        data = {"name": "ann", "password": "ann-secret", "csrf_token": self.token(client)}
        assert client.post("/account/login", data=data).status_code == 302

    def test_header_with_token(self, client):
        headers = {"X-CSRFToken": self.token(client), "Referer": "http://localhost/"}
        assert client.post("/basket/1", headers=headers).status_code == 302
        assert client.post("/basket/1", headers={"X-CSRFToken": "wrong"}).status_code == 400
