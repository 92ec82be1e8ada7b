r"""The mixed load of ``python -m benchmarks blocking`` for Locust, for more than one machine.

Start one of the servers, then Locust (which the extra ``bench`` does not bring) against it:

    python -m benchmarks.blocking.serve quart-shims uvicorn 8000
    locust --locustfile benchmarks/blocking/locustfile.py --host http://127.0.0.1:8000 \
        --headless --users 160 --run-time 30s

Of 160 users 100 send a trivial request each second and 60 a blocking one; so twice as many users
are twice the rates. ``--endpoint`` chooses another operation; ``http`` and ``file`` want
``BENCHMARK_SLOW_URL`` and ``BENCHMARK_FILE`` in the server's environment. For several machines add
``--master`` on one and ``--worker --master-host …`` on the others
(https://docs.locust.io/en/stable/running-distributed.html).

A user waits for its answer before it sends again, so what a server that stalls would have got
meanwhile is not sent: compare rates and failures, and take latencies from the command.
"""

from argparse import ArgumentParser

from locust import (  # pyright: ignore[reportMissingImports] # only who wants it installs it
    HttpUser,
    constant_throughput,
    events,
    task,
)

from benchmarks.blocking.scenarios import ENDPOINTS, TRIVIAL_RATE

# As in the mixed load of the sleep: users of each kind, each with a request a second.
_BLOCKING = int(ENDPOINTS[0].rate)


@events.init_command_line_parser.add_listener  # type: ignore[untyped-decorator] # see below
def add_options(parser: ArgumentParser) -> None:
    """Add the choice of the operation."""
    names = [endpoint.name for endpoint in ENDPOINTS]
    parser.add_argument("--endpoint", choices=names, default="sleep", help="what blocks")


class Trivial(HttpUser):  # type: ignore[misc] # no types without Locust
    """Asks for what is answered at once, once a second."""

    weight = int(TRIVIAL_RATE)
    wait_time = constant_throughput(1)

    @task  # type: ignore[untyped-decorator] # see above
    def trivial(self) -> None:
        """Send the request."""
        self.client.get("/trivial")


class Blocking(HttpUser):  # type: ignore[misc] # no types without Locust
    """Asks for what blocks, once a second."""

    weight = _BLOCKING
    wait_time = constant_throughput(1)

    @task  # type: ignore[untyped-decorator] # see above
    def blocking(self) -> None:
        """Send the request."""
        options = self.environment.parsed_options
        self.client.get(f"/{options.endpoint}")
