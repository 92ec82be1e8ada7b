"""Objects that are Flask's or Quart's, whichever way a test uses them."""

import asyncio
import inspect

import pytest

from compat_shims.testing.either import EitherClient, EitherContext, EitherResponse
from compat_shims.testing.either_method import EitherMethod
from compat_shims.testing.never_awaited import never_awaited
from compat_shims.testing.patches import Patches


class FlaskClientFake:
    def __init__(self):
        self.cookies = []

    def __enter__(self):
        return self

    def __exit__(self, *error):
        self.cookies.append("left")

    def get(self, path):
        return ResponseFake(path)

    def set_cookie(self, *args, **kwargs):
        self.cookies.append(args)

    def session_transaction(self):
        return SyncContext()


class ResponseFake:
    def __init__(self, path):
        self.text = f"Flask {path}"
        self.closed = False

    def close(self):
        self.closed = True


class SyncContext:
    def __enter__(self):
        return "Flask"

    def __exit__(self, *error):
        return None


class AsyncContext:
    pushed = "Quart"

    async def __aenter__(self):
        return "Quart"

    async def __aexit__(self, *error):
        return None


class QuartClientFake(FlaskClientFake, AsyncContext):
    async def get(self, path):
        await asyncio.sleep(0)
        return f"Quart {path}"

    def session_transaction(self):
        return AsyncContext()

    def websocket(self):
        return "websocket"


@pytest.fixture
def client():
    return EitherClient(FlaskClientFake, QuartClientFake)


def test_a_response_that_is_awaited_is_quarts(client):
    async def test():
        return await client.get("/a")

    assert asyncio.run(test()) == "Quart /a"


def test_a_response_may_be_a_task(client):
    async def test():
        return await asyncio.create_task(client.get("/a"))

    assert asyncio.run(test()) == "Quart /a"


def test_a_response_that_is_looked_at_is_flasks(client):
    response = client.get("/a")
    assert response.text == "Flask /a"
    response.close()
    assert response.closed


def test_a_request_that_is_never_sent_is_reported(client):
    client.get("/a")
    (sentence,) = never_awaited.take()
    assert "never sent" in sentence


def test_an_awaited_response_that_is_given_up_is_closed(client):
    response = client.get("/a")
    response.send(None)
    response.close()
    with pytest.raises(RuntimeError, match="cannot reuse"):
        response.send(None)


def test_an_error_can_be_thrown_into_a_request(client):
    response = client.get("/a")
    response.send(None)
    with pytest.raises(LookupError):
        response.throw(LookupError())
    assert isinstance(response, EitherResponse)


def test_with_gives_flasks_client_and_async_with_quarts(client):
    with client as inside:
        assert type(inside) is FlaskClientFake
    assert inside.cookies == ["left"]

    async def test():
        async with client as inside:
            return inside

    assert asyncio.run(test()) == "Quart"


def test_a_session_transaction_is_either(client):
    with client.session_transaction() as session:
        assert session == "Flask"

    async def test():
        async with client.session_transaction() as session:
            return session

    assert asyncio.run(test()) == "Quart"


def test_cookies_are_set_where_their_arguments_say(client):
    client.set_cookie("key", "value")
    client.set_cookie("localhost", "key", "value")
    assert client._flask.cookies == [("key", "value")]
    assert client._quart.cookies == [("localhost", "key", "value")]


def test_what_only_one_client_has_comes_from_it(client):
    assert client.websocket() == "websocket"


def test_a_context_that_was_not_entered_is_quarts():
    context = EitherContext(SyncContext, AsyncContext)
    assert context.pushed == "Quart"
    with context:
        assert not hasattr(context, "pushed")


class Example:
    async def method(self, value):
        """Return it later."""
        return value


def test_an_either_method_still_is_a_coroutine_function():
    patches = Patches()
    patches.wrap(
        Example, "method", lambda original: EitherMethod(original, lambda self, value: value)
    )
    assert Example().method(3) == 3
    assert Example.method(Example(), value=3) == 3
    assert inspect.iscoroutinefunction(Example().method)
    assert Example().method.__name__ == "method"
    patches.undo()
    assert asyncio.run(Example().method(3)) == 3


def test_patches_put_back_what_was_there_and_what_was_not():
    class Owner:
        present = 1

    patches = Patches()
    patches.set(Owner, "present", 2)
    patches.set(Owner, "absent", 3)
    assert patches
    assert (Owner.present, Owner.absent) == (2, 3)
    patches.undo()
    assert not patches
    assert Owner.present == 1
    assert not hasattr(Owner, "absent")
