"""The watched server process: ``python -m benchmarks.bill.serve TARGET FOLDER LEAST PORT``.

It answers on standard input and output: ``about`` by its framework and its routes, anything else by
the stalls since it was last asked; one line of JSON each. What the app prints goes elsewhere.
"""

import asyncio
import json
import logging
import os
import sys
import threading
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import IO, Any

from benchmarks.bill.requests_file import of_routes
from benchmarks.bill.samples import Sampler, Watched
from benchmarks.bill.serving import Loops, Threads
from benchmarks.bill.target import framework, load, parse
from benchmarks.blocking.serve import HOST, KEEP_ALIVE
from benchmarks.errors import UsageError

# Begins to watch threads.
Watch = Callable[[Watched], None]


def serve_flask(app: Any, port: int, watch: Watch) -> None:
    """Serve a Flask app by a thread for each connection."""
    from werkzeug.serving import run_simple  # noqa: PLC0415  a Quart server does without

    threads = Threads()
    app.wsgi_app = threads.around(app.wsgi_app)
    watch(threads.watched)
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    run_simple(HOST, port, app, threaded=True)


def serve_quart(app: Any, port: int, watch: Watch) -> None:
    """Serve a Quart app by uvicorn."""
    import uvicorn  # noqa: PLC0415  a Flask server does without

    loops = Loops()
    app.handle_request = loops.around(app.handle_request)
    watch(loops.watched)
    config = uvicorn.Config(
        app, host=HOST, port=port, log_level="error", timeout_keep_alive=KEEP_ALIVE
    )

    asyncio.run(uvicorn.Server(config).serve())


def answer(app: Any, sampler: Sampler, answers: IO[str]) -> None:
    """Answer each line on standard input, until there are no more."""
    for line in sys.stdin:
        content = about(app) if line.strip() == "about" else list(map(asdict, sampler.take()))
        answers.write(json.dumps(content) + "\n")
        answers.flush()
    os._exit(0)


def about(app: Any) -> dict[str, object]:
    """Return what the app is, and the paths that can be asked for without knowing more."""
    paths = [request.path for request in of_routes(app.url_map.iter_rules())]
    return {"framework": framework(app), "paths": paths}


def main(target: str, folder: Path, least: float, port: int) -> None:
    """Serve the app of `target` and watch the threads that matter."""
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "w")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    app = load(parse(target), folder)

    def watch(watched: Watched) -> None:
        sampler = Sampler(folder, watched, least)
        sampler.start()
        threading.Thread(target=answer, args=(app, sampler, answers), daemon=True).start()

    serve = serve_quart if framework(app) == "quart" else serve_flask
    serve(app, port, watch)


if __name__ == "__main__":
    try:
        main(sys.argv[1], Path(sys.argv[2]), float(sys.argv[3]), int(sys.argv[4]))
    except UsageError as error:
        sys.exit(str(error))
