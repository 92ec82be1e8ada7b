"""How a WSGI environ reads as an ASGI request."""

import io

import pytest
from werkzeug.test import EnvironBuilder

from compat_shims.testing.environ import asgi_scope, read_body


def environ_of(*args, **kwargs):
    return EnvironBuilder(*args, **kwargs).get_environ()


@pytest.mark.parametrize(
    ("script_name", "path_info", "root_path", "path"),
    [
        ("", "/a", "", "/a"),
        ("/", "/a", "", "/a"),
        ("/app", "/a", "/app", "/app/a"),
        ("/app/", "/a", "/app", "/app/a"),
        ("/app", "", "/app", "/app/"),
        ("", "", "", "/"),
        ("", "a", "", "/a"),
    ],
)
def test_script_name_becomes_root_path(script_name, path_info, root_path, path):
    environ = environ_of() | {"SCRIPT_NAME": script_name, "PATH_INFO": path_info}
    scope = asgi_scope(environ)
    assert (scope["root_path"], scope["path"]) == (root_path, path)


def test_path_is_decoded_and_raw_path_is_not():
    scope = asgi_scope(environ_of("/caf%C3%A9/a%2Fb?x=%20y"))
    assert scope["path"] == "/café/a/b"
    assert scope["raw_path"].startswith(b"/caf%C3%A9/")
    assert scope["query_string"] == b"x=%20y"


def test_raw_path_is_quoted_where_the_server_does_not_give_it():
    environ = environ_of("/caf%C3%A9")
    del environ["RAW_URI"], environ["REQUEST_URI"]
    assert asgi_scope(environ)["raw_path"] == b"/caf%C3%A9"


@pytest.mark.parametrize(
    ("written", "raw"),
    [
        ("/café", b"/caf%C3%A9"),
        ("/a b/<c>", b"/a%20b/%3Cc%3E"),
        ("/a%2Fb;v=1,2/~c@(d)", b"/a%2Fb;v=1,2/~c@(d)"),
    ],
)
def test_raw_path_is_quoted_as_a_client_sends_it(written, raw):
    assert asgi_scope(environ_of(written))["raw_path"] == raw


def test_headers_are_lower_case_and_content_headers_come_once():
    environ = environ_of(
        "/", method="POST", data=b"abc", headers=[("X-One", "1"), ("X-Two", "a"), ("X-Two", "b")]
    )
    environ |= {"CONTENT_TYPE": "text/plain", "HTTP_CONTENT_TYPE": "text/other"}
    headers = asgi_scope(environ)["headers"]
    assert (b"x-one", b"1") in headers
    assert (b"x-two", b"a, b") in headers
    assert [value for name, value in headers if name == b"content-type"] == [b"text/plain"]
    assert (b"content-length", b"3") in headers


def test_empty_content_headers_are_left_out():
    scope = asgi_scope(environ_of() | {"CONTENT_TYPE": "", "CONTENT_LENGTH": ""})
    assert not {name for name, _ in scope["headers"]} & {b"content-type", b"content-length"}


def test_header_text_outside_latin_1_is_sent_as_utf_8():
    scope = asgi_scope(environ_of() | {"HTTP_X_NAME": "€"})
    assert (b"x-name", "€".encode()) in scope["headers"]


def test_addresses_and_version():
    scope = asgi_scope(
        environ_of(base_url="https://example.org:8443/")
        | {"REMOTE_ADDR": "10.0.0.7", "REMOTE_PORT": "5000", "SERVER_PROTOCOL": "HTTP/1.0"}
    )
    assert scope["client"] == ("10.0.0.7", 5000)
    assert scope["server"] == ("example.org", 8443)
    assert scope["scheme"] == "https"
    assert scope["http_version"] == "1.0"


def test_no_remote_address_is_no_client():
    assert asgi_scope(environ_of())["client"] is None


def test_body_is_read_up_to_its_length():
    environ = environ_of() | {"wsgi.input": io.BytesIO(b"abcdef"), "CONTENT_LENGTH": "3"}
    assert read_body(environ) == b"abc"


def test_body_shorter_than_its_length_ends_where_it_ends():
    environ = environ_of() | {"wsgi.input": io.BytesIO(b"ab"), "CONTENT_LENGTH": "3"}
    assert read_body(environ) == b"ab"


@pytest.mark.parametrize(
    "how", [{"wsgi.input_terminated": True}, {"HTTP_TRANSFER_ENCODING": "chunked"}]
)
def test_body_without_length_is_read_to_its_end_where_it_has_one(how):
    environ = environ_of() | {"wsgi.input": io.BytesIO(b"abc")} | how
    environ.pop("CONTENT_LENGTH", None)
    assert read_body(environ) == b"abc"


@pytest.mark.parametrize("length", [None, "", "-1", "x"])
def test_body_without_any_length_is_empty(length):
    environ = environ_of() | {"wsgi.input": io.BytesIO(b"abc"), "CONTENT_LENGTH": length}
    assert read_body(environ) == b""


def test_no_input_is_an_empty_body():
    environ = environ_of()
    del environ["wsgi.input"]
    assert read_body(environ) == b""
