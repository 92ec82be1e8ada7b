"""One WSGI call answered by a Quart app."""

import asyncio
import contextvars
import threading

import pytest
from quart import Quart, Response, make_response, request
from werkzeug.test import Client

from compat_shims.harness import harness_of
from compat_shims.testing import serve_wsgi
from compat_shims.testing.caller import CallingThread


@pytest.fixture
def app():
    return Quart(__name__)


@pytest.fixture
def client(app):
    return Client(lambda environ, start_response: serve_wsgi(app, environ, start_response))


@pytest.fixture(autouse=True)
def _no_thread_stays():
    before = set(threading.enumerate())
    yield
    # A thread of an earlier test may end meanwhile.
    assert set(threading.enumerate()) <= before


def test_a_request_and_its_response(app, client):
    @app.post("/<name>")
    async def view(name):
        body = await request.get_data(as_text=True)
        return f"{name} {request.args['q']} {body}", 201, {"X-One": "é"}

    response = client.post("/a?q=b", data="c")
    assert response.status == "201 CREATED"
    assert response.text == "a b c"
    assert response.headers["X-One"] == "é"


def test_repeated_headers_stay_apart(app, client):
    @app.get("/")
    async def view():
        response = await make_response("")
        response.set_cookie("a", "1")
        response.set_cookie("b", "2")
        return response

    assert len(client.get("/").headers.getlist("Set-Cookie")) == 2


def test_head_has_no_body(app, client):
    @app.get("/")
    async def view():
        return "text"

    response = client.head("/")
    assert response.data == b""
    assert response.content_length == 4


def test_an_unknown_status_is_passed_on(app, client):
    @app.get("/")
    async def view():
        return "", 299

    assert client.get("/").status == "299 UNKNOWN"


def test_a_stream_advances_only_as_it_is_read(app, client):
    sent = []

    @app.get("/")
    async def view():
        async def numbers():
            for number in range(1000):
                sent.append(number)
                yield str(number)

        return numbers()

    chunks = iter(client.get("/").response)
    assert [next(chunks), next(chunks)] == [b"0", b"1"]
    assert sent == [0, 1]


def test_a_stream_of_known_length_advances_only_as_it_is_read(app, client):
    closed = []

    @app.get("/")
    async def view():
        async def letters():
            try:
                for letter in "abc":
                    yield letter
            finally:
                closed.append(True)

        return letters(), {"Content-Length": "3"}

    response = client.get("/")
    assert not closed
    assert response.text == "abc"
    assert closed


def test_a_response_of_known_length_in_one_piece_is_complete_at_once(app, client):
    done = []

    @app.teardown_request
    async def end(_error):
        done.append("torn down")

    @app.get("/")
    async def view():
        return "text"

    client.get("/")
    assert done == ["torn down"]


def test_a_stream_is_read_to_its_end(app, client):
    @app.get("/")
    async def view():
        async def letters():
            for letter in "abc":
                yield letter

        return letters()

    assert client.get("/").text == "abc"


def test_closing_a_stream_closes_its_generator(app, client):
    closed = []

    @app.get("/")
    async def view():
        async def endless():
            try:
                while True:
                    yield "x"
            finally:
                closed.append(True)

        return endless()

    client.get("/").close()
    assert closed


def test_a_stream_that_is_dropped_ends(app, client):
    @app.get("/")
    async def view():
        async def endless():
            while True:
                yield "x"

        return endless()

    client.get("/")


def test_an_error_in_a_stream_reaches_who_reads_it(app, client):
    @app.get("/")
    async def view():
        async def broken():
            yield "x"
            raise LookupError("in the stream")

        return broken()

    chunks = iter(client.get("/").response)
    assert next(chunks) == b"x"
    with pytest.raises(LookupError, match="in the stream"):
        next(chunks)


async def fails(*_):
    raise LookupError("in the app")


async def fails_in_a_group(*_):
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(fails())


@pytest.mark.parametrize("asgi_app", [fails, fails_in_a_group])
def test_an_error_of_the_app_is_raised_as_it_is(app, client, asgi_app):
    app.asgi_app = asgi_app
    with pytest.raises(LookupError, match="in the app") as caught:
        client.get("/")
    assert caught.traceback[-1].name == "fails"


def test_an_error_that_the_core_set_aside_is_raised_instead_of_the_response(app, client):
    @app.get("/")
    async def view():
        harness_of(request.scope).errors.append(LookupError("set aside"))
        return "a page that tells of the error", 500

    with pytest.raises(LookupError, match="set aside"):
        client.get("/")


def test_an_app_that_never_answers_is_an_error(app, client):
    async def silent(scope, receive, send):
        await receive()

    app.asgi_app = silent
    with pytest.raises(RuntimeError, match="without a response"):
        client.get("/")


def test_the_client_disconnects_when_the_response_is_complete(app, client):
    heard = []

    async def waits_for_disconnect(scope, receive, send):
        await receive()
        await send({"type": "http.response.start", "status": 204})
        await send({"type": "http.response.body"})
        heard.append((await receive())["type"])

    app.asgi_app = waits_for_disconnect
    assert client.get("/").status_code == 204
    assert heard == ["http.disconnect"]


def test_synchronous_steps_run_in_the_thread_of_the_test(app, client):
    @app.get("/")
    async def view():
        answer = asyncio.get_running_loop().create_future()
        loop = asyncio.get_running_loop()

        def step():
            name = threading.current_thread().name
            loop.call_soon_threadsafe(answer.set_result, name)

        harness_of(request.scope).worker.submit(step)
        return await answer

    assert client.get("/").text == threading.current_thread().name


def test_the_request_sees_the_context_variables_of_the_test(app, client):
    variable = contextvars.ContextVar("variable")

    @app.get("/")
    async def view():
        return variable.get()

    variable.set("set by the test")
    assert client.get("/").text == "set by the test"


def test_background_tasks_are_awaited(app, client):
    done = []

    @app.get("/")
    async def view():
        async def later():
            await asyncio.sleep(0.01)
            done.append(True)

        app.add_background_task(later)
        return ""

    client.get("/")
    assert done


def test_a_view_may_use_the_client(app, client):
    @app.get("/outer")
    async def outer():
        return f"outer {client.get('/inner').text}"

    @app.get("/inner")
    async def inner():
        return "inner"

    assert client.get("/outer").text == "outer inner"


def test_an_async_test_may_use_the_client(app, client):
    @app.get("/")
    async def view():
        return "text"

    async def test():
        assert client.get("/").text == "text"
        return asyncio.get_running_loop()

    asyncio.run(test())


def test_a_step_may_run_a_loop_of_its_own_in_an_async_test():
    async def test():
        caller = CallingThread()
        results = []
        caller.submit(lambda: results.append(asyncio.run(asyncio.sleep(0, "result"))))
        caller.run_until(lambda: bool(results))
        assert asyncio.get_running_loop().is_running()
        return results

    assert asyncio.run(test()) == ["result"]


def test_an_interrupt_in_the_test_ends_the_request(app, client):
    @app.get("/")
    async def view():
        def interrupt():
            raise KeyboardInterrupt

        harness_of(request.scope).worker.submit(interrupt)
        await asyncio.Event().wait()

    with pytest.raises(KeyboardInterrupt):
        client.get("/")


def test_a_body_without_length_arrives(app, client):
    @app.post("/")
    async def view():
        return await request.get_data()

    response = client.post("/", data="abc", headers={"Transfer-Encoding": "chunked"})
    assert response.text == "abc"


def test_root_path_is_no_part_of_the_route(app, client):
    @app.get("/here")
    async def view():
        return Response(f"{request.root_path} {request.path}")

    assert client.get("/here", base_url="http://localhost/app").text == "/app /here"
