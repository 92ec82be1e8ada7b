"""Bodies, read from both sides, in parts, too large, without a length."""

import asyncio
import io

import flask
import pytest
import quart
from quart.datastructures import FileStorage

from compat_shims import buffer_body, errors, offload

pytestmark = pytest.mark.asyncio


@pytest.fixture
def form_views(app):
    @app.route("/async", methods=["POST"])
    async def asynchronous():
        form, files = await quart.request.form, await quart.request.files
        in_lane = await offload(flask.request.files["f"].read)
        return {
            "quart": [form["a"], files["f"].read().decode()],
            "flask": [flask.request.form["a"], in_lane.decode()],
        }

    @app.route("/sync", methods=["POST"])
    def synchronous():
        upload = flask.request.files["f"]
        return {"flask": [flask.request.form["a"], upload.read().decode()]}


async def test_a_multipart_form_is_read_on_both_sides(app, client, form_views):
    files = {"f": FileStorage(io.BytesIO(b"file"), filename="f.txt")}
    response = await client.post("/async", form={"a": "b"}, files=files)
    assert await response.get_json() == {"quart": ["b", "file"], "flask": ["b", "file"]}


async def test_a_large_upload_reaches_a_sync_view(app, client, form_views):
    text = "0123456789" * 100_000
    files = {"f": FileStorage(io.BytesIO(text.encode()), filename="f.txt")}
    response = await client.post("/sync", form={"a": "b"}, files=files)
    assert await response.get_json() == {"flask": ["b", text]}


async def test_a_body_that_comes_in_parts(app, exchange):
    @app.route("/", methods=["POST"])
    def view():
        return flask.request.get_data()

    answer = await exchange("/", "POST", body=[b"ab", b"cd", b"", b"e"]).run()
    assert answer.text == "abcde"


async def test_a_sync_view_reads_a_stream_as_it_comes(app, exchange):
    app.parts = []

    @app.route("/", methods=["POST"])
    def view():
        while part := flask.request.stream.read(2):
            app.parts.append(part)
        return "x"

    headers = [("Transfer-Encoding", "chunked")]
    await exchange("/", "POST", body=[b"ab", b"cde"], headers=headers).run()
    assert b"".join(app.parts) == b"abcde"


async def test_an_async_view_iterates_the_body(app, exchange):
    @app.route("/", methods=["POST"])
    async def view():
        return {"parts": [part.decode() async for part in quart.request.body]}

    answer = await exchange("/", "POST", body=[b"ab", b"cd"]).run()
    assert answer.text.replace(" ", "").replace('","', "") == '{"parts":["abcd"]}\n'


async def test_data_is_read_twice(app, client):
    @app.route("/", methods=["POST"])
    async def view():
        first = await quart.request.get_data()
        second = await offload(flask.request.get_data)
        third = await quart.request.get_data()
        return first + second + third

    response = await client.post("/", data="x")
    assert await response.get_data() == b"xxx"


async def test_json_of_both_sides(app, client):
    @app.route("/", methods=["POST"])
    async def view():
        return [await quart.request.get_json(), flask.request.get_json()]

    response = await client.post("/", json={"a": 1})
    assert await response.get_json() == [{"a": 1}, {"a": 1}]


@pytest.mark.parametrize("kind", ["sync", "async"])
async def test_json_of_another_content_type_is_415(app, client, kind):
    async def asynchronous():
        return [await quart.request.get_json()]

    def synchronous():
        return [flask.request.get_json()]

    view = asynchronous if kind == "async" else synchronous
    app.add_url_rule("/", "view", view, methods=["POST"])
    assert (await client.post("/", data="x")).status_code == 415
    headers = {"Content-Type": "application/json"}
    assert (await client.post("/", data="{", headers=headers)).status_code == 400


async def test_what_is_called_for_broken_json_may_be_async(app, client):
    async def answer(error):
        return f"{type(error).__name__} at {quart.request.path}"

    @app.route("/", methods=["POST"])
    async def view():
        quart.request.on_json_loading_failed = answer
        return [await quart.request.get_json(force=True) for _ in "ab"]

    sent = await client.post("/", data="{")
    assert await sent.get_json() == ["JSONDecodeError at /"] * 2


async def test_silent_json(app, client):
    @app.route("/", methods=["POST"])
    async def view():
        return [await quart.request.get_json(silent=True)]

    assert await (await client.post("/", data="x")).get_json() == [None]


@pytest.mark.parametrize("kind", ["sync", "async"])
@pytest.mark.parametrize("length", [True, False])
async def test_a_body_over_the_limit_is_413(app, exchange, kind, length):
    app.config["MAX_CONTENT_LENGTH"] = 10

    async def asynchronous():
        return await quart.request.get_data()

    def synchronous():
        return flask.request.get_data()

    view = asynchronous if kind == "async" else synchronous
    app.add_url_rule("/", "view", view, methods=["POST"])
    headers = [("Content-Length", "20")] if length else [("Transfer-Encoding", "chunked")]
    answer = await exchange("/", "POST", body=[b"x" * 12, b"x" * 8], headers=headers).run()
    if kind == "sync" and not length:  # Flask, or rather Werkzeug, cuts it.
        assert (answer.status, answer.text) == (200, "x" * 10)
    else:
        assert answer.status == 413


@pytest.mark.since_flask_3_1
@pytest.mark.parametrize("kind", ["sync", "async"])
async def test_a_limit_raised_for_one_request(app, exchange, kind):
    app.config["MAX_CONTENT_LENGTH"] = 10

    async def asynchronous():
        quart.request.max_content_length = 100
        return await quart.request.get_data()

    def synchronous():
        flask.request.max_content_length = 100
        return flask.request.get_data()

    view = asynchronous if kind == "async" else synchronous
    app.add_url_rule("/", "view", view, methods=["POST"])
    headers = [("Content-Length", "20")]
    answer = await exchange("/", "POST", body=[b"x" * 12, b"x" * 8], headers=headers).run()
    assert (answer.status, answer.text) == (200, "x" * 20)


async def test_flask_code_on_the_loop_reads_a_form_at_once(app, client):
    @app.route("/", methods=["POST"])
    async def view():
        return flask.request.form["a"]

    assert await (await client.post("/", form={"a": "b"})).get_data() == b"b"


async def test_flask_code_on_the_loop_is_told_to_buffer_other_bodies(app, exchange):
    @app.route("/", methods=["POST"])
    async def view():
        with pytest.raises(errors.BodyNotReadError, match=r"await compat_shims\.buffer_body\(\)"):
            flask.request.get_data()
        await buffer_body()
        return flask.request.get_data()

    request = exchange("/", "POST", body=[b"ab", b"cd"], headers=[("Content-Length", "4")])
    receive = request.receive

    async def slowly():
        await asyncio.sleep(0.01)
        return await receive()

    request.receive = slowly
    assert (await request.run()).text == "abcd"


async def test_the_environ_of_the_request(app, exchange):
    @app.route("/é")
    async def view():
        environ = quart.request.environ
        assert environ is flask.request.environ
        keys = (
            "REMOTE_ADDR",
            "PATH_INFO",
            "SCRIPT_NAME",
            "QUERY_STRING",
            "HTTP_X_A",
            "REQUEST_URI",
        )
        return [environ[key] for key in keys] + [flask.request.path, flask.request.root_path]

    headers = [("X-A", "1"), ("X-A", "2")]
    request = exchange("/app/é?a=%20b", headers=headers, root_path="/app")
    answer = await request.run()
    expected = ["127.0.0.1", "/Ã©", "/app", "a=%20b", "1,2", "/app/Ã©?a=%20b", "/é", "/app"]
    assert flask.json.loads(answer.text) == expected


async def test_a_root_path_of_one_slash_is_none(app, exchange):
    @app.route("/x")
    async def view():
        return flask.url_for("view") + flask.request.root_path

    answer = await exchange("/x", root_path="").run()
    assert answer.text == "/x"


async def test_an_own_request_class_keeps_what_it_overrides(app, client):
    class Mine(quart.Request):
        def on_json_loading_failed(self, error):
            return {"mine": True}

    app.request_class = Mine

    @app.route("/", methods=["POST"])
    async def view():
        assert isinstance(quart.request._get_current_object(), Mine)
        return await quart.request.get_json()

    headers = {"Content-Type": "application/json"}
    response = await client.post("/", data="{", headers=headers)
    assert await response.get_json() == {"mine": True}
