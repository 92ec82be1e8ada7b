"""Flask-Admin: its pages over models, a page of one's own, and who may see them."""

import re

import flask
import pytest
from migrated import extension, text
from quart import Quart, redirect, request, session, url_for

from compat_shims import as_sync, flask_app, offload

flask_sqlalchemy = extension("flask_sqlalchemy")
flask_admin = extension("flask_admin")
flask_babel = extension("flask_babel")
flask_admin_sqla = extension("flask_admin.contrib.sqla")
pytestmark = pytest.mark.asyncio


class OwnersOnly(flask_admin_sqla.ModelView):
    column_searchable_list = ("title",)

    def is_accessible(self):
        return flask.session.get("owner", False)

    def inaccessible_callback(self, name, **kwargs):
        return flask.redirect(flask.url_for("login", next=flask.request.path))


class Report(flask_admin.BaseView):
    @flask_admin.expose("/")
    def index(self):
        return flask.render_template("report.html", index=self.get_url("admin.index"))

    @flask_admin.expose("/for", methods=["POST"])
    @as_sync
    async def for_reader(self):
        name = (await request.form)["name"]
        if name == "nobody":
            return redirect(url_for("report.index"))
        return await offload(self.render, "report.html", index=name)


@pytest.fixture
def app(tmp_path):
    app = Quart(__name__)
    app.config.update(
        TESTING=True,
        SECRET_KEY="secret",
        SQLALCHEMY_DATABASE_URI=f"sqlite:///{tmp_path}/shop.sqlite",
    )
    db = flask_sqlalchemy.SQLAlchemy(flask_app(app))

    class Book(db.Model):
        id = db.Column(db.Integer, primary_key=True)
        title = db.Column(db.String(40), nullable=False)

    flask_babel.Babel(flask_app(app))
    admin = flask_admin.Admin(flask_app(app), name="Shop")
    admin.add_view(OwnersOnly(Book, db))
    admin.add_view(Report(name="Report", endpoint="report"))
    add_views(app, db)
    return app


def add_views(app, db):
    @app.before_serving
    def create():
        db.create_all()

    @app.after_serving
    def dispose():
        db.engine.dispose()

    @app.get("/login")
    async def login():
        session["owner"] = True
        return "welcome"


async def test_its_index(client):
    page = await text(await client.get("/admin/"))
    assert "<title>Home - Shop</title>" in page
    assert 'href="/admin/report/"' in page


async def test_a_page_of_ones_own(client):
    page = await text(await client.get("/admin/report/"))
    assert page == "report of /admin/"


async def test_an_async_page_of_ones_own(client):
    page = await text(await client.post("/admin/report/for", form={"name": "Ada"}))
    assert page == "report of Ada"
    response = await client.post("/admin/report/for", form={"name": "nobody"})
    assert (response.status_code, response.location) == (302, "/admin/report/")


async def test_strangers_are_sent_to_an_async_view(client):
    response = await client.get("/admin/book/")
    assert (response.status_code, response.location) == (302, "/login?next=/admin/book/")


async def test_rows_are_made_listed_found_changed_and_deleted(client):
    await client.get("/login")
    for title in ("one", "two"):
        response = await client.post("/admin/book/new/", form={"title": title})
        assert response.status_code == 302
    assert listed(await text(await client.get("/admin/book/"))) == {"one", "two"}
    assert listed(await text(await client.get("/admin/book/?search=two"))) == {"two"}
    await client.post("/admin/book/edit/?id=2", form={"title": "three"})
    await client.post("/admin/book/delete/", form={"id": "1"})
    assert listed(await text(await client.get("/admin/book/"))) == {"three"}


async def test_what_was_done_is_flashed(client):
    await client.get("/login")
    response = await client.post("/admin/book/new/", form={"title": "one"}, follow_redirects=True)
    assert "Record was successfully created." in await text(response)


async def test_its_static_files(client):
    response = await client.get("/admin/static/admin/css/bootstrap4/admin.css")
    assert response.status_code == 200
    assert response.mimetype == "text/css"


def listed(page):
    return set(re.findall(r'class="col-title"[^>]*>\s*(\w+)\s*<', page))
