"""A pytest plugin: write the requests that a run sends to a Flask app as a JSON list.

``pytest -p benchmarks.plugins.record_requests --record-requests FILE`` writes what ``python -m
benchmarks run --requests FILE`` reads.
"""

import base64
import io
import json
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

_SEEN: list[dict[str, object]] = []


def recorded(environ: dict[str, Any]) -> dict[str, object]:
    """Return the request of a WSGI environ, whose body is read and put back."""
    length = int(environ.get("CONTENT_LENGTH") or 0)
    body = environ["wsgi.input"].read(length) if length else b""
    environ["wsgi.input"] = io.BytesIO(body)
    query = environ.get("QUERY_STRING", "")
    headers = {
        key[5:].replace("_", "-").title(): value
        for key, value in environ.items()
        if key.startswith("HTTP_") and isinstance(value, str)
    }
    if environ.get("CONTENT_TYPE"):
        headers["Content-Type"] = environ["CONTENT_TYPE"]
    return {
        "method": environ["REQUEST_METHOD"],
        "path": environ.get("SCRIPT_NAME", "") + environ["PATH_INFO"] + (query and f"?{query}"),
        "headers": headers,
        "body_base64": base64.b64encode(body).decode(),
    }


def pytest_addoption(parser: pytest.Parser) -> None:
    """Declare the option."""
    parser.addoption("--record-requests", type=Path, metavar="FILE", help="Write requests there.")


def pytest_configure() -> None:
    """Record every request from now on."""
    answer = Flask.wsgi_app

    def wsgi_app(self: Flask, environ: Any, start_response: Any) -> Any:
        _SEEN.append(recorded(environ))
        return answer(self, environ, start_response)

    # Patched for the run of this one pytest process, in which nothing else happens.
    Flask.wsgi_app = wsgi_app  # type: ignore[method-assign]


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Write the list."""
    file = session.config.getoption("record_requests")
    if file is not None:
        file.write_text(json.dumps(_SEEN, indent=1), encoding="utf-8")
