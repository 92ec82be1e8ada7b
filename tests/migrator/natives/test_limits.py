"""Streams and uploads of a plain Quart app that Quart's own limits would cut short."""

import pytest
from serving import messages, migrated

STREAM = """
    from flask import Flask, Response

    app = Flask(__name__)


    @app.route("/events")
    def events():
        def ticks():
            for number in range(3):
                yield f"data: {number}\\n\\n"

        return Response(ticks(), mimetype="text/event-stream")
"""
UPLOAD = """
    from flask import Flask, request

    app = Flask(__name__)


    @app.post("/size")
    def size():
        return {"size": len(request.files["file"].read())}
"""


@pytest.mark.asyncio
async def test_a_stream_has_no_limit(tmp_path):
    module, report = migrated(tmp_path, STREAM)
    assert messages(report) == []
    assert module.app.config["RESPONSE_TIMEOUT"] is None
    assert module.app.config["BODY_TIMEOUT"] == 60
    answer = await module.app.test_client().get("/events")
    assert await answer.get_data() == b"data: 0\n\ndata: 1\n\ndata: 2\n\n"


@pytest.mark.parametrize(
    "body",
    [
        "ticks()",
        "(str(number) for number in range(3))",
        "app.response_class(ticks())",
        "ticks(), 200",
        "send_file('x')",
    ],
)
def test_what_may_take_long_has_no_limit(tmp_path, body):
    source = f"""
        from flask import Flask, send_file

        app = Flask(__name__)


        def ticks():
            yield "x"


        @app.route("/")
        def index():
            return {body}
    """
    module, _ = migrated(tmp_path, source)
    assert module.app.config["RESPONSE_TIMEOUT"] is None


@pytest.mark.asyncio
async def test_a_large_upload_is_taken(tmp_path):
    module, _ = migrated(tmp_path, UPLOAD)
    content = b"x" * (17 * 2**20)
    head = b'--b\r\nContent-Disposition: form-data; name="file"; filename="f"\r\n\r\n'
    answer = await module.app.test_client().post(
        "/size",
        data=head + content + b"\r\n--b--\r\n",
        headers={"Content-Type": "multipart/form-data; boundary=b"},
    )
    assert await answer.get_json() == {"size": len(content)}


def test_what_the_program_sets_stays(tmp_path):
    limit = "app = Flask(__name__)\n    app.config.update(MAX_CONTENT_LENGTH=5)"
    module, _ = migrated(tmp_path, UPLOAD.replace("app = Flask(__name__)", limit))
    assert module.app.config["MAX_CONTENT_LENGTH"] == 5
    assert module.app.config["BODY_TIMEOUT"] is None
