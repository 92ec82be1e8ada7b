import os
import tempfile
import unittest

from flask import session, url_for

from bookshop import create_app
from bookshop.extensions import db
from bookshop.models import User, find_user


class AccountTestCase(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        database = os.path.join(self.folder.name, "test.sqlite")
        self.app = create_app(
            {
                "TESTING": True,
                "SECRET_KEY": "test",
                "SERVER_NAME": "shop.test",
                "PASSWORD_METHOD": "pbkdf2:sha256:1",
                "WTF_CSRF_ENABLED": False,
                "SQLALCHEMY_DATABASE_URI": f"sqlite:///{database}",
                "COVERS_FOLDER": os.path.join(self.folder.name, "covers"),
            }
        )
        self.app_context = self.app.app_context()
        self.app_context.push()
        db.create_all()
        self.user = User(name="ann", email="ann@example.org")
        self.user.set_password("first-secret")
        db.session.add(self.user)
        db.session.commit()
        self.client = self.app.test_client()

    def tearDown(self):
        db.session.remove()
        db.drop_all()
        db.engine.dispose()
        self.app_context.pop()
        self.folder.cleanup()

    def login(self, password="first-secret"):
        data = {"name": "ann", "password": password}
        return self.client.post(url_for("accounts.login"), data=data, follow_redirects=True)

    def test_passwords_are_hashed(self):
        self.assertNotIn("first-secret", self.user.password_hash)
        self.assertTrue(self.user.check_password("first-secret"))
        self.assertFalse(self.user.check_password("second-secret"))

    def test_names_are_unique(self):
        self.assertEqual(find_user("ann"), self.user)
        self.assertIsNone(find_user("eve"))

    def test_urls_have_the_server_name(self):
        self.assertEqual(url_for("accounts.profile"), "http://shop.test/account/profile")

    def test_register_and_login(self):
        data = {"name": "eve", "email": "e@x.org", "password": "12345678", "repeat": "12345678"}
        response = self.client.post("/account/register", data=data, follow_redirects=True)
        self.assertIn("Welcome, eve.", response.get_data(as_text=True))
        self.assertIsNotNone(find_user("eve"))

    def test_login_keeps_the_session(self):
        with self.client:
            self.login()
            self.assertEqual(session["greeted"], "ann")
            self.assertEqual(session["_user_id"], str(self.user.id))

    def test_login_page_sends_people_who_are_in_away(self):
        self.login()
        response = self.client.get("/account/login")
        self.assertEqual(response.status_code, 302)
        self.assertTrue(response.location.endswith("/account/profile"))

    def test_change_the_email(self):
        self.login()
        data = {"email": "ann@new.example"}
        response = self.client.post("/account/profile", data=data, follow_redirects=True)
        self.assertIn("Your profile is saved.", response.text)
        db.session.refresh(self.user)
        self.assertEqual(self.user.email, "ann@new.example")

    def test_change_the_password(self):
        self.login()
        data = {"email": "a@x.org", "old_password": "first-secret", "new_password": "other-secret"}
        self.client.post("/account/profile", data=data)
        self.client.post("/account/logout")
        self.assertIn("Wrong name or password.", self.login().text)
        self.assertIn("Log out", self.login("other-secret").text)

    def test_old_password_must_be_right(self):
        self.login()
        data = {"email": "a@x.org", "old_password": "guess", "new_password": "other-secret"}
        response = self.client.post("/account/profile", data=data)
        self.assertIn("This is not your password.", response.text)


if __name__ == "__main__":
    unittest.main()
