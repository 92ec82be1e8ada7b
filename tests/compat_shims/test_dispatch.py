"""Requests through synchronous and asynchronous views, hooks and handlers."""

import asyncio
import threading

import flask
import pytest
import quart
from werkzeug.exceptions import HTTPException, NotFound

from compat_shims import flask_app, hop, offload
from compat_shims.lane import in_lane

pytestmark = pytest.mark.asyncio


def count_hops(app, monkeypatch):
    """Count the jobs that a lane gets."""
    from compat_shims.lane import Lane

    jobs = []
    run = Lane.run

    async def counting(self, call):
        jobs.append(call)
        return await run(self, call)

    monkeypatch.setattr(Lane, "run", counting)
    return jobs


async def test_a_sync_view_runs_in_the_lane_as_flask_code(app, client):
    @app.route("/", methods=["POST"])
    def view():
        assert in_lane()
        assert flask.current_app == app
        assert quart.current_app == app
        return {"form": flask.request.form["a"], "path": quart.request.path}

    response = await client.post("/", form={"a": "b"})
    assert await response.get_json() == {"form": "b", "path": "/"}


async def test_hooks_and_a_sync_view_are_one_hop(app, client, monkeypatch):
    order = []
    for hook in ("before_request", "after_request"):
        for n in (1, 2):

            def call(*args, hook=hook, n=n):
                order.append((f"{hook}{n}", threading.get_ident()))
                return args[0] if args else None

            getattr(app, hook)(call)

    @app.url_value_preprocessor
    def preprocess(endpoint, values):
        order.append(("preprocess", threading.get_ident()))

    @app.route("/")
    def view():
        order.append(("view", threading.get_ident()))
        return "x"

    jobs = count_hops(app, monkeypatch)
    assert (await client.get("/")).status_code == 200
    assert [name for name, _ in order] == [
        "preprocess",
        "before_request1",
        "before_request2",
        "view",
        "after_request2",
        "after_request1",
    ]
    assert len({thread for _, thread in order}) == 1
    assert threading.get_ident() not in {thread for _, thread in order}
    assert len(jobs) == 1


async def test_sync_hooks_around_an_async_view_are_one_hop_each_side(app, client, monkeypatch):
    threads = set()

    @app.before_request
    def first():
        threads.add(threading.get_ident())

    @app.before_request
    def second():
        threads.add(threading.get_ident())

    @app.after_request
    def after(response):
        threads.add(threading.get_ident())
        response.headers["X-After"] = flask.request.method
        return response

    @app.route("/")
    async def view():
        assert not in_lane()
        return "x"

    jobs = count_hops(app, monkeypatch)
    response = await client.get("/")
    assert response.headers["X-After"] == "GET"
    assert len(threads) == 1
    assert len(jobs) == 2


async def test_an_async_app_needs_no_lane(app, client, monkeypatch):
    @app.before_request
    async def before():
        quart.session["n"] = 1

    @app.teardown_request
    async def teardown(error):
        pass

    @app.route("/")
    async def view():
        return {"n": flask.session["n"]}

    jobs = count_hops(app, monkeypatch)
    assert await (await client.get("/")).get_json() == {"n": 1}
    assert jobs == []


async def test_async_hooks_around_a_sync_view_run_on_the_loop(app, client):
    where = []

    @app.before_request
    async def before():
        where.append(in_lane())

    @app.after_request
    async def after(response):
        where.append(in_lane())
        return response

    @app.route("/")
    def view():
        where.append(in_lane())
        return "x"

    assert (await client.get("/")).status_code == 200
    assert where == [False, True, False]


async def test_g_session_flashes_and_after_this_request_are_shared(app, client):
    @app.before_request
    def before():
        flask.g.a = 1
        flask.session["s"] = 1
        flask.flash("from flask")

        @flask.after_this_request
        def later(response):
            response.headers["X-Flask"] = "1"
            return response

    @app.route("/")
    async def view():
        assert quart.g.a == 1
        assert quart.session["s"] == 1
        await quart.flash("from quart")
        quart.g.b = 2

        @quart.after_this_request
        async def later(response):
            response.headers["X-Quart"] = "1"
            return response

        first = quart.get_flashed_messages()
        return {"first": first, "again": await offload(flask.get_flashed_messages)}

    @app.after_request
    def after(response):
        assert flask.g.b == 2
        return response

    response = await client.get("/")
    messages = ["from flask", "from quart"]
    assert await response.get_json() == {"first": messages, "again": messages}
    assert response.headers["X-Flask"] == response.headers["X-Quart"] == "1"


async def test_a_sync_hook_that_answers_ends_the_request(app, client):
    @app.before_request
    def before():
        return flask.jsonify(stop=True), 403

    @app.route("/")
    async def view():
        raise AssertionError("not reached")

    response = await client.get("/")
    assert response.status_code == 403
    assert await response.get_json() == {"stop": True}


async def test_a_coroutine_passed_through_a_sync_decorator_is_awaited(app, client):
    def transparent(view):
        def wrapper(*args, **kwargs):
            assert in_lane()
            return view(*args, **kwargs)

        return wrapper

    @app.route("/")
    @transparent
    async def view():
        assert not in_lane()
        return "awaited"

    @app.before_request
    @transparent
    async def before():
        quart.g.before = True

    @app.after_request
    @transparent
    async def after(response):
        response.headers["X-After"] = "1"
        return response

    response = await client.get("/")
    assert await response.get_data() == b"awaited"
    assert response.headers["X-After"] == "1"


async def test_proxies_of_flask_can_be_read_in_an_async_view(app, client):
    @app.route("/<n>")
    async def view(n):
        flask.g.x = 1
        return {
            "endpoint": flask.request.endpoint,
            "args": flask.request.view_args,
            "url": flask.url_for("view", n=2),
            "config": flask.current_app.config["TESTING"],
            "g": quart.g.x,
        }

    assert await (await client.get("/1")).get_json() == {
        "endpoint": "view",
        "args": {"n": "1"},
        "url": "/2",
        "config": True,
        "g": 1,
    }


RESULTS = {
    "flask response": lambda: flask.Response("x", status=201),
    "tuple of it": lambda: (flask.Response("x"), 201),
    "status text": lambda: ("x", "201 CREATED"),
    "headers as pairs": lambda: ("x", 201, [("X-A", "1")]),
    "iterator": lambda: (iter(["x"]), 201),
    "map": lambda: (map(str, "x"), 201),
    "bytearray": lambda: (bytearray(b"x"), 201),
    "WSGI app": lambda: _wsgi_app,
    "quart response": lambda: (quart.Response("x"), 201),
    "quart response alone": lambda: quart.Response("x", status=201),
}


def _wsgi_app(environ, start_response):
    start_response("201 CREATED", [("Content-Type", "text/plain")])
    return [b"x"]


@pytest.mark.parametrize("result", RESULTS)
@pytest.mark.parametrize("kind", ["sync", "async"])
async def test_return_values_of_flask(app, client, kind, result):
    make = RESULTS[result]
    if kind == "sync":
        app.add_url_rule("/", "view", make)
    else:

        @app.route("/")
        async def view():
            return make()

    response = await client.get("/")
    assert response.status_code == 201
    assert await response.get_data() == b"x"


@pytest.mark.parametrize("kind", ["sync", "async"])
async def test_an_http_exception_as_return_value(app, client, kind):
    async def asynchronous():
        return NotFound("gone")

    app.add_url_rule("/", "view", asynchronous if kind == "async" else lambda: NotFound("gone"))
    response = await client.get("/")
    assert response.status_code == 404
    assert b"gone" in await response.get_data()


async def test_attributes_that_a_hook_sets_on_a_response_stay(app, client):
    @app.after_request
    def first(response):
        return response if response.marked else None

    @app.after_request
    def second(response):
        response.marked = True
        return response

    @app.route("/")
    async def view():
        return "x"

    assert (await client.get("/")).status_code == 200


async def test_a_hook_reads_and_replaces_the_body_of_an_async_view(app, client):
    @app.after_request
    def after(response):
        response.set_data(response.get_data().upper())
        return response

    @app.route("/")
    async def view():
        return "abc"

    @app.route("/stream")
    async def stream():
        async def chunks():
            yield "a"
            yield b"b"

        return chunks()

    assert await (await client.get("/")).get_data() == b"ABC"
    assert await (await client.get("/stream")).get_data() == b"AB"


async def test_a_new_response_of_a_hook_takes_the_place(app, client):
    @app.after_request
    def after(response):
        return flask.make_response(response.get_json() | {"b": 2}, 202)

    @app.route("/")
    async def view():
        return {"a": 1}

    response = await client.get("/")
    assert response.status_code == 202
    assert await response.get_json() == {"a": 1, "b": 2}


@pytest.mark.parametrize("method", ["HEAD", "GET"])
@pytest.mark.parametrize("kind", ["sync", "async"])
@pytest.mark.parametrize("status", [200, 204, 304])
async def test_what_is_sent_without_a_body(app, exchange, kind, status, method):
    async def asynchronous():
        return "body", status, {"Content-Type": "text/plain"}

    def synchronous():
        return "body", status, {"Content-Type": "text/plain"}

    app.add_url_rule("/", "view", asynchronous if kind == "async" else synchronous)
    answer = await exchange("/", method).run()
    assert answer.status == status
    assert answer.text == ("body" if status == 200 and method == "GET" else "")
    assert answer.headers.get("Content-Length") == ("4" if status == 200 else None)


@pytest.mark.parametrize("kind", ["sync", "async"])
@pytest.mark.parametrize(
    ("location", "sent"),
    [("/a b/ä?q=1 2", "/a%20b/%C3%A4?q=1%202"), ("/a%20b?q=1+2#x", "/a%20b?q=1+2#x")],
)
async def test_a_location_is_sent_as_a_uri(app, client, kind, location, sent):
    async def asynchronous():
        return quart.redirect(location)

    def synchronous():
        return flask.redirect(location)

    app.add_url_rule("/", "view", asynchronous if kind == "async" else synchronous)
    assert (await client.get("/")).headers["Location"] == sent


async def test_automatic_options(app, client):
    @app.route("/", methods=["GET", "POST"])
    def view():
        return "x"

    response = await client.options("/")
    assert set(response.headers["Allow"].split(", ")) == {"GET", "HEAD", "OPTIONS", "POST"}


async def test_sync_error_handlers(app, client):
    seen = []

    @app.errorhandler(KeyError)
    def key_error(error):
        seen.append(in_lane())
        return flask.jsonify(error="key"), 418

    @app.errorhandler(404)
    def not_found(error):
        return flask.render_template_string("no {{ request.path }}"), 404

    @app.route("/async")
    async def asynchronous():
        raise KeyError("x")

    @app.route("/sync")
    def synchronous():
        raise KeyError("x")

    for path in ("/async", "/sync"):
        response = await client.get(path)
        assert response.status_code == 418
    assert seen == [True, True]
    assert await (await client.get("/nowhere")).get_data() == b"no /nowhere"


async def test_async_error_handlers_of_sync_views(app, client):
    @app.errorhandler(HTTPException)
    async def handler(error):
        await asyncio.sleep(0)
        return {"code": error.code}, error.code

    @app.route("/")
    def view():
        flask.abort(409)

    response = await client.get("/")
    assert response.status_code == 409
    assert await response.get_json() == {"code": 409}


@pytest.mark.parametrize("kind", ["sync", "async"])
async def test_teardown_gets_the_error_that_became_a_500(app, client, kind):
    app.config.update(TESTING=False, PROPAGATE_EXCEPTIONS=False)
    errors = []
    app.teardown_request(errors.append)
    app.teardown_appcontext(errors.append)

    async def asynchronous():
        raise KeyError("x")

    def synchronous():
        raise KeyError("x")

    app.add_url_rule("/", "view", asynchronous if kind == "async" else synchronous)
    assert (await client.get("/")).status_code == 500
    assert [type(error) for error in errors] == [KeyError, KeyError]


@pytest.mark.parametrize("kind", ["sync", "async"])
async def test_a_replaced_handle_user_exception_may_raise_again(app, companion, client, kind):
    """Flask-RESTful and others replace it, and end in a bare `raise`."""
    original = companion.handle_user_exception

    def replaced(error):
        if isinstance(error, KeyError):
            return "handled", 418
        if isinstance(error, ValueError):
            raise  # noqa: PLE0704  as these extensions do
        return original(error)

    companion.handle_user_exception = replaced
    app.config.update(TESTING=False, PROPAGATE_EXCEPTIONS=False)

    def raising(error):
        async def asynchronous():
            raise error

        def synchronous():
            raise error

        return asynchronous if kind == "async" else synchronous

    app.add_url_rule("/key", "key", raising(KeyError("x")))
    app.add_url_rule("/value", "value", raising(ValueError("x")))
    assert (await client.get("/key")).status_code == 418
    assert (await client.get("/value")).status_code == 500
    assert (await client.get("/nowhere")).status_code == 404


@pytest.mark.parametrize("kind", ["sync", "async"])
async def test_a_replaced_handle_exception_answers(app, companion, client, kind):
    companion.handle_exception = lambda error: flask.make_response(f"replaced {error!r}", 500)
    app.config.update(TESTING=False)

    async def asynchronous():
        raise KeyError("x")

    def synchronous():
        raise KeyError("x")

    app.add_url_rule("/", "view", asynchronous if kind == "async" else synchronous)
    response = await client.get("/")
    assert response.status_code == 500
    assert await response.get_data() == b"replaced KeyError('x')"


async def test_an_override_of_quarts_dispatching_is_called():
    class Shop(quart.Quart):
        async def dispatch_request(self, *args):
            return f"by Shop: {await super().dispatch_request(*args)}"

    app = Shop("x")
    flask_app(app)

    @app.route("/")
    def view():
        assert in_lane()
        return flask.request.path

    response = await quart.testing.QuartClient(app).get("/")
    assert await response.get_data() == b"by Shop: /"
    app.bridge.pool.stop_idle_threads()


@pytest.mark.parametrize(
    ("result", "status", "body"),
    [
        (None, 204, b""),
        ({2, 1}, 200, b"[1,2]\n"),
        (("text", 201), 201, b"text"),
        (flask.Response("flask's", 202), 202, b"flask's"),
        (NotFound("gone"), 404, None),
    ],
)
@pytest.mark.parametrize("kind", ["async", "sync"])
async def test_an_app_that_makes_responses_of_more_values(kind, result, status, body):
    class Shop(quart.Quart):
        async def make_response(self, value):
            if value is None:
                value = ("", 204)
            if isinstance(value, set):
                value = quart.jsonify(sorted(value))
            return await super().make_response(value)

    app = Shop("x")
    flask_app(app)

    async def asynchronous():
        return result

    def synchronous():
        assert in_lane()
        return result

    def flask_code():
        return flask.current_app.make_response(result)

    app.add_url_rule("/", "view", asynchronous if kind == "async" else synchronous)
    app.add_url_rule("/flask", "flask_code", flask_code)
    for path in ("/", "/flask"):
        response = await quart.testing.QuartClient(app).get(path)
        assert response.status_code == status
        assert body is None or await response.get_data() == body
    app.bridge.pool.stop_idle_threads()


async def test_a_hop_of_a_sync_view_runs_in_the_requests_task(app, client):
    tasks = []

    @app.before_request
    async def before():
        tasks.append(asyncio.current_task())

    @app.route("/")
    def view():
        async def look():
            assert quart.request.path == "/"
            assert flask.request.path == "/"
            return asyncio.current_task()

        tasks.append(hop(look))
        return "x"

    assert (await client.get("/")).status_code == 200
    assert tasks[0] is tasks[1]


async def test_converters_of_the_app_run_in_the_lane(app, client):
    from werkzeug.routing import BaseConverter

    class Blocking(BaseConverter):
        def to_python(self, value):
            assert in_lane()
            return int(value) + flask.session.get("n", 1)

    app.url_map.converters["blocking"] = Blocking

    @app.route("/<blocking:n>")
    async def view(n):
        return {"n": n}

    assert await (await client.get("/1")).get_json() == {"n": 2}


@pytest.mark.since_flask_3_1
async def test_server_name_does_not_restrict_hosts(app, client):
    """Quart answers other hosts with 404; Flask does not since 3.1."""
    app.config["SERVER_NAME"] = "shop.test"

    @app.route("/")
    async def view():
        return flask.url_for("view", _external=True)

    response = await client.get("/", headers={"Host": "other.test"})
    assert await response.get_data() == b"http://shop.test/"


@pytest.mark.since_flask_3_1
async def test_trusted_hosts(app, client):
    app.config["TRUSTED_HOSTS"] = ["shop.test"]

    @app.route("/")
    async def view():
        return "x"

    assert (await client.get("/", headers={"Host": "evil.test"})).status_code == 400
    assert (await client.get("/", headers={"Host": "shop.test"})).status_code == 200


async def test_requests_do_not_see_each_other(app, client):
    @app.route("/<int:n>")
    def synchronous(n):
        flask.g.n = n
        hop(asyncio.sleep, 0.001 * (n % 3))
        assert flask.g.n == n
        return str(flask.g.n)

    @app.route("/a/<int:n>")
    async def asynchronous(n):
        quart.g.n = n
        await offload(lambda: flask.g.setdefault("m", n))
        await asyncio.sleep(0.001 * (n % 3))
        assert flask.g.n == quart.g.m == n
        return str(n)

    paths = [f"/{n}" for n in range(60)] + [f"/a/{n}" for n in range(60)]
    responses = await asyncio.gather(*(client.get(path) for path in paths))
    texts = [await response.get_data(as_text=True) for response in responses]
    assert texts == [path.rpartition("/")[2] for path in paths]


@pytest.mark.parametrize("kind", ["sync", "async"])
async def test_an_error_page_is_no_stream(app, exchange, kind):
    torn_down = []
    app.teardown_request(lambda error: torn_down.append(len(request.sent)))

    async def asynchronous():
        flask.abort(403)

    def synchronous():
        flask.abort(403)

    app.add_url_rule("/", "view", asynchronous if kind == "async" else synchronous)
    request = exchange("/")
    await request.run()
    assert request.status == 403
    assert "Content-Length" in request.headers
    assert torn_down == [0], "the contexts stay open while an error page is sent"


@pytest.mark.parametrize(
    ("path", "status", "body"),
    [
        ("/sync", 200, b"text, after"),
        ("/stream", 200, b"abc, after"),
        ("/error", 418, b"handled, after"),
        ("/nothing", 404, b"no page, after"),
    ],
)
async def test_an_async_hook_awaits_the_body_of_what_sync_code_answered(
    app, client, path, status, body
):
    @app.get("/sync")
    def sync():
        return "text"

    @app.get("/stream")
    def stream():
        return flask.Response(iter("abc"))

    @app.get("/error")
    def error():
        raise KeyError(path)

    @app.errorhandler(KeyError)
    def handle(_):
        return quart.Response("handled", 418)

    @app.errorhandler(404)
    def no_page(_):
        return "no page", 404

    @app.after_request
    async def after(response):
        response.set_data(await response.get_data() + b", after")
        response.headers["Seen"] = str(response.status_code)
        return response

    response = await client.get(path)
    assert (response.status_code, await response.get_data()) == (status, body)
    assert response.headers["Seen"] == str(status)
