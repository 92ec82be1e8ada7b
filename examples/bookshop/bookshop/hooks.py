"""What happens around each request."""

import time

from flask import current_app, g, request

from .pricing import close_price_list


def init_app(app):
    app.extensions["visits"] = {}
    app.before_request(start_clock)
    app.before_request(count_visit)
    app.after_request(add_headers)
    app.teardown_request(log_failure)
    app.teardown_appcontext(close_price_list)


def start_clock():
    g.started = time.perf_counter()


def count_visit():
    visits = current_app.extensions["visits"]
    visits[request.endpoint] = visits.get(request.endpoint, 0) + 1
    g.visits = sum(visits.values())


def add_headers(response):
    elapsed = time.perf_counter() - g.started
    response.headers["Server-Timing"] = f"view;dur={elapsed * 1000:.1f}"
    response.headers["X-Visits"] = str(g.visits)
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


def log_failure(exc):
    if exc is not None:
        current_app.logger.error("%s %s failed: %s", request.method, request.path, exc)
