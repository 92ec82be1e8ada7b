"""Commands run in a genuine Flask app context, from either command line."""

import asyncio
import subprocess
import sys
import textwrap

import click
import flask
import flask.cli
import flask.testing
import pytest
import quart
import quart.cli
from click.testing import CliRunner

from compat_shims import flask_app
from compat_shims.cli import with_appcontext


def names():
    click.echo(f"{flask.current_app.name} {quart.current_app.name} {flask.g is not None}")


@pytest.fixture
def group(app):  # noqa: C901  eight commands of a line each
    @app.cli.command("early")
    def early():
        names()

    @app.cli.command("async")
    async def asynchronous():
        await asyncio.sleep(0)
        names()

    @app.cli.command("loop")
    def loop():
        asyncio.run(asyncio.sleep(0))
        names()

    @click.command("plain")
    def plain():
        names()

    @click.command("async-plain")
    async def async_plain():
        names()

    @click.command("decorated")
    @with_appcontext
    def decorated():
        names()

    @click.command("of-flask")
    @flask.cli.with_appcontext
    def of_flask():
        names()

    @app.cli.group("nested")
    def nested():
        pass

    @nested.command("inner")
    async def inner():
        names()

    for command in (plain, async_plain, decorated, of_flask):
        app.cli.add_command(command)
    return app.cli


COMMANDS = [
    "early",
    "async",
    "loop",
    "plain",
    "async-plain",
    "decorated",
    "of-flask",
    "nested inner",
]


@pytest.mark.parametrize("command", COMMANDS)
def test_flasks_runner(app, companion, group, command):
    result = flask.testing.FlaskCliRunner(companion).invoke(args=command.split())
    assert (result.output, result.exit_code) == ("shop shop True\n", 0)


@pytest.mark.parametrize("command", COMMANDS)
def test_quarts_runner(app, group, command):
    info = quart.cli.ScriptInfo(create_app=lambda: app)
    result = CliRunner().invoke(quart.cli.QuartGroup(), command.split(), obj=info)
    assert (result.output, result.exit_code) == ("shop shop True\n", 0)


@pytest.mark.parametrize("script_info", [flask.cli.ScriptInfo, quart.cli.ScriptInfo])
@pytest.mark.parametrize("command", ["early", "decorated"])
def test_a_command_that_is_invoked_itself(app, companion, group, command, script_info):
    info = script_info(create_app=lambda: companion if "flask" in script_info.__module__ else app)
    result = CliRunner().invoke(group.commands[command], obj=info)
    assert (result.output, result.exit_code) == ("shop shop True\n", 0)


def test_what_was_registered_before_the_companion():
    app = quart.Quart("early")

    @app.cli.command("hello")
    def hello():
        names()

    companion = flask_app(app)
    result = flask.testing.FlaskCliRunner(companion).invoke(args=["hello"])
    assert result.output == "early early True\n"
    info = flask.cli.ScriptInfo(create_app=lambda: companion)
    assert CliRunner().invoke(hello, obj=info).output == "early early True\n"


def test_an_error_of_a_command_reaches_the_teardown_functions(app, companion):
    torn_down = []
    app.teardown_appcontext(torn_down.append)

    @app.cli.command("fails")
    def fails():
        raise KeyError("x")

    result = flask.testing.FlaskCliRunner(companion).invoke(args=["fails"])
    assert isinstance(result.exception, KeyError)
    assert len(torn_down) == 1


def test_on_the_command_line(tmp_path):
    (tmp_path / "shop.py").write_text(
        textwrap.dedent("""
            import click, flask, quart
            from compat_shims import flask_app
            app = quart.Quart("shop")
            flask_app(app)

            @app.cli.command("init-db")
            @click.argument("name")
            def init_db(name):
                click.echo(f"{name} {flask.current_app.name}")
        """)
    )
    command = [sys.executable, "-m", "quart", "--app", "shop", "init-db", "x"]
    done = subprocess.run(
        command, cwd=tmp_path, capture_output=True, text=True, check=False, timeout=60
    )
    assert (done.stdout, done.returncode) == ("x shop\n", 0), done.stderr
