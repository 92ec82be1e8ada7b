"""Signals of both frameworks reach each receiver once."""

import flask
import flask.signals
import pytest
import quart
import quart.signals

from compat_shims.lane import in_lane
from compat_shims.signals import SHARED

pytestmark = pytest.mark.asyncio

NAMES = [name for name in SHARED if name != "got_request_exception"]


@pytest.fixture
def views(app):
    @app.route("/sync")
    def synchronous():
        flask.flash("m")
        return flask.render_template_string("x")

    @app.route("/async")
    async def asynchronous():
        await quart.flash("m")
        return await quart.render_template_string("x")

    @app.route("/error")
    async def error():
        raise KeyError("x")

    @app.route("/sync-error")
    def synchronous_error():
        raise KeyError("x")


@pytest.mark.parametrize("path", ["/sync", "/async"])
@pytest.mark.parametrize("framework", [flask.signals, quart.signals])
@pytest.mark.parametrize("sender", ["any", "app", "companion"])
@pytest.mark.usefixtures("views")
async def test_each_receiver_is_called_once(app, client, path, framework, sender):
    senders = {"app": app, "companion": app.bridge.companion}
    received = []
    receivers = []
    for name in NAMES:

        def receiver(sent_by, name=name, **values):
            received.append(name)

        receivers.append(receiver)
        signal = getattr(framework, name)
        signal.connect(receiver, **({} if sender == "any" else {"sender": senders[sender]}))
    assert (await client.get(path)).status_code == 200
    assert sorted(received) == sorted(NAMES)


@pytest.mark.parametrize("path", ["/sync", "/async"])
async def test_async_receivers_run_on_the_loop_and_sync_ones_in_the_lane(app, client, views, path):
    where = {}

    async def asynchronous(sender, **values):
        where["async"] = in_lane()

    def synchronous(sender, **values):
        where["sync"] = in_lane()

    quart.signals.request_finished.connect(asynchronous, app)
    flask.signals.request_finished.connect(synchronous, app)
    await client.get(path)
    assert where == {"async": False, "sync": True}


@pytest.mark.parametrize("path", ["/error", "/sync-error"])
@pytest.mark.parametrize("framework", [flask.signals, quart.signals])
async def test_an_unhandled_exception_is_told_once(app, client, views, path, framework):
    app.config.update(TESTING=False)
    received = []

    def receiver(sender, exception, **values):
        received.append(type(exception))

    framework.got_request_exception.connect(receiver)
    assert (await client.get(path)).status_code == 500
    framework.got_request_exception.disconnect(receiver)
    assert received == [KeyError]


@pytest.mark.parametrize("path", ["/sync", "/async"])
@pytest.mark.parametrize("framework", [flask, quart])
async def test_recording_the_templates_of_the_app(app, client, path, framework, tmp_path):
    """As the documentation of Flask has it, with the app as the sender."""
    (tmp_path / "templates").mkdir()
    (tmp_path / "templates" / "page.html").write_text("{{ a }}")
    app.context_processor(lambda: {"b": 2})

    @app.route("/sync")
    def synchronous():
        return flask.render_template("page.html", a=1)

    @app.route("/async")
    async def asynchronous():
        return await quart.render_template("page.html", a=1)

    recorded = []

    def record(sender, template, context, **extra):
        recorded.append((sender == app, template.name, context["a"], context["b"]))

    with framework.template_rendered.connected_to(record, app):
        assert (await client.get(path)).status_code == 200
    assert recorded == [(True, "page.html", 1, 2)]


async def test_a_response_in_a_signal_is_flasks_for_receivers_of_flask(app, client, views):
    received = []

    def receiver(sender, response, **values):
        received.append((isinstance(response, flask.Response), response.get_data()))

    flask.signals.request_finished.connect(receiver, app)
    await client.get("/async")
    await client.get("/sync")
    assert received == [(True, b"x"), (True, b"x")]


async def test_a_muted_signal_is_not_sent(app, client, views):
    received = []

    def receiver(sender, **values):
        received.append(sender)

    flask.signals.request_started.connect(receiver, app)
    with flask.signals.request_started.muted():
        await client.get("/async")
        await client.get("/sync")
    assert received == []
