"""How many requests a run sent, and who answered them."""

import threading

from compat_shims.testing.counting import RequestCounter, Served, Tally


def test_requests_are_counted_from_every_thread():
    counter = RequestCounter()

    def send():
        for _ in range(200):
            counter.quart_served()
            counter.flask_served()

    threads = [threading.Thread(target=send) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert counter.take() == Served(800, 800)
    assert counter.take() == Served()


def test_the_line_that_a_program_parses():
    tally = (
        Tally()
        .with_test("a", Served(2, 0))
        .with_test("b", Served())
        .with_test("c", Served(0, 1))
        .with_requests(Served(1, 0))
    )
    assert tally.line() == (
        "flask-to-quart: 3 requests served by Quart, 1 by Flask alone, "
        "in 3 tests of which 2 sent a request"
    )
    assert tally.requesting == ("a", "c")
