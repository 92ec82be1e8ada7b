"""Flask-Migrate: its functions and its commands, on a migrated app."""

import asyncio
import os
import subprocess
import sys
from pathlib import Path

import pytest
from migrated import extension
from quart import Quart

from compat_shims import flask_app, offload

flask_sqlalchemy = extension("flask_sqlalchemy")
flask_migrate = extension("flask_migrate")
flask_migrate_cli = extension("flask_migrate.cli")
sqlalchemy = extension("sqlalchemy")
# The env.py that Flask-Migrate writes tries Flask-SQLAlchemy's old name first.
pytestmark = pytest.mark.filterwarnings("ignore:'get_engine' is deprecated:DeprecationWarning")


def make_app(folder):
    app = Quart("shop")
    app.config.update(TESTING=True, SQLALCHEMY_DATABASE_URI=f"sqlite:///{folder}/shop.sqlite")
    db = flask_sqlalchemy.SQLAlchemy(flask_app(app))
    flask_migrate.Migrate(flask_app(app), db, directory=os.fspath(folder / "migrations"))
    app.cli.add_command(flask_migrate_cli.db)

    class Book(db.Model):
        id = db.Column(db.Integer, primary_key=True)

    @app.teardown_appcontext
    def dispose(error):
        db.engine.dispose()

    return app


@pytest.fixture
def app(tmp_path):
    return make_app(tmp_path)


def tables(folder):
    engine = sqlalchemy.create_engine(f"sqlite:///{folder}/shop.sqlite")
    try:
        return set(sqlalchemy.inspect(engine).get_table_names())
    finally:
        engine.dispose()


def test_its_functions_in_an_app_context(app, tmp_path):
    with flask_app(app).app_context():
        flask_migrate.init()
        flask_migrate.migrate(message="books")
        flask_migrate.upgrade()
    assert tables(tmp_path) == {"alembic_version", "book"}


@pytest.fixture
def migrations(app):
    with flask_app(app).app_context():
        flask_migrate.init()
        flask_migrate.migrate(message="books")


@pytest.mark.asyncio
async def test_an_app_that_upgrades_its_database_before_it_serves(app, migrations, tmp_path):
    @app.before_serving
    async def upgrade():
        await offload(flask_migrate.upgrade)

    async with app.test_app():
        found = await asyncio.to_thread(tables, tmp_path)
    assert found == {"alembic_version", "book"}


def test_its_commands_through_the_apps_runner(app, tmp_path):
    for arguments in (["init"], ["migrate", "-m", "books"], ["upgrade"]):
        result = app.test_cli_runner().invoke(args=["db", *arguments])
        assert result.exit_code == 0, result.output
    assert tables(tmp_path) == {"alembic_version", "book"}
    app.test_cli_runner().invoke(args=["db", "downgrade"])
    assert tables(tmp_path) == {"alembic_version"}


def test_its_commands_on_the_command_line(migrations, tmp_path):
    shop = (
        "import sys, pathlib",
        f"sys.path.insert(0, {os.fspath(Path(__file__).parent)!r})",
        "from test_flask_migrate import make_app",
        "app = make_app(pathlib.Path(__file__).parent)",
    )
    (tmp_path / "shop.py").write_text("\n".join(shop), encoding="utf-8")
    command = [sys.executable, "-m", "quart", "--app", "shop:app", "db", "upgrade"]
    result = subprocess.run(
        command, cwd=tmp_path, capture_output=True, text=True, check=False, timeout=120
    )
    assert result.returncode == 0, result.stderr
    assert tables(tmp_path) == {"alembic_version", "book"}
