"""The load client against small servers of our own, on the loopback interface."""

import socketserver
import threading
import time
from contextlib import contextmanager, suppress

import pytest

from benchmarks.blocking.servers import free_port
from benchmarks.load import Flow, build, closed_loop, get, open_loop, schedule

OK = b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok"


@contextmanager
def answering(respond):
    """Serve with `respond(stream)` in a thread for each connection."""

    class Handler(socketserver.StreamRequestHandler):
        def handle(self):
            with suppress(OSError):
                respond(self)

    class Server(socketserver.ThreadingTCPServer):
        request_queue_size = 128
        daemon_threads = True

    with Server(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield server.server_address[1]
        server.shutdown()
        thread.join()


def received(stream):
    """Whether another request came, read to its end."""
    return any(line == b"\r\n" for line in iter(stream.rfile.readline, b""))


def keep_alive(answer=OK, pause=0.0):
    def respond(stream):
        while received(stream):
            time.sleep(pause)
            stream.wfile.write(answer)

    return respond


def close_after_one(stream):
    received(stream)
    stream.wfile.write(b"HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: 2\r\n\r\nok")


def hang_up(stream):
    received(stream)


def flow(rate=100.0):
    return (Flow(get("all", "/"), rate),)


def test_a_request_is_written_as_http_wants_it():
    assert build("s", "POST", "/a?b=1", [("x", "y")], b"body").wire == (
        b"POST /a?b=1 HTTP/1.1\r\nhost: 127.0.0.1\r\nx: y\r\ncontent-length: 4\r\n\r\nbody"
    )
    assert get("s", "/").wire == b"GET / HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n"


def test_requests_are_due_at_their_rate_and_in_order():
    due = schedule([Flow(get("a", "/"), 10.0), Flow(get("b", "/"), 20.0)], 1.0)
    assert [offset for offset, _ in due] == sorted(offset for offset, _ in due)
    assert [request.stream for _, request in due].count("a") == 10
    assert [request.stream for _, request in due].count("b") == 20


@pytest.mark.parametrize("respond", [keep_alive(), close_after_one])
def test_every_request_of_the_open_loop_is_answered(respond):
    with answering(respond) as port:
        seen = open_loop(port, flow(), seconds=0.3, drain=2.0)["all"]
    assert (seen.sent, seen.answered, seen.failed, seen.unanswered) == (30, 30, 0, 0)
    assert 0 < seen.p50 <= seen.p99 <= seen.worst


def test_a_slow_answer_holds_up_no_other_request():
    with answering(keep_alive(pause=0.2)) as port:
        seen = open_loop(port, flow(), seconds=0.3, drain=2.0)["all"]
    assert seen.answered == 30
    assert seen.p50 >= 200


def test_what_has_no_answer_in_the_end_is_counted():
    with answering(keep_alive(pause=2.0)) as port:
        seen = open_loop(port, flow(), seconds=0.2, drain=0.1)["all"]
    assert (seen.sent, seen.answered, seen.unanswered) == (20, 0, 20)


@pytest.mark.parametrize(
    "respond", [keep_alive(b"HTTP/1.1 500 No\r\ncontent-length: 0\r\n\r\n"), hang_up]
)
def test_errors_and_connections_that_close_are_failures(respond):
    with answering(respond) as port:
        seen = open_loop(port, flow(), seconds=0.2, drain=2.0)["all"]
    assert (seen.sent, seen.failed) == (20, 20)


def test_a_port_on_which_nothing_listens_is_a_failure():
    seen = open_loop(free_port(), flow(), seconds=0.1, drain=1.0)["all"]
    assert (seen.sent, seen.failed) == (10, 10)


def test_capacity_is_what_the_connections_get_answered():
    with answering(keep_alive(pause=0.05)) as port:
        found = closed_loop(port, get("all", "/"), connections=4, seconds=0.5)
    # Four at a time, 50 ms each, make at most 80 a second.
    assert 12 <= found.answered <= 80 * found.seconds + 4
    assert found.failed == 0


def test_capacity_opens_a_connection_again_where_the_server_closes_it():
    with answering(close_after_one) as port:
        found = closed_loop(port, get("all", "/"), connections=2, seconds=0.2)
    assert found.answered > 2
    assert found.failed == 0
