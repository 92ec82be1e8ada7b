"""The server process: ``python -m benchmarks.users.serve SERVER THREADS FOLDER PORT``.

On standard input it answers ``census`` by what it holds, anything else by its meter.
"""

import sys
from dataclasses import asdict
from pathlib import Path

from benchmarks.blocking.meter import METER
from benchmarks.blocking.serve import hypercorn, uvicorn
from benchmarks.users.application import make_app
from benchmarks.users.counting import taker

SERVERS = {"uvicorn": uvicorn, "hypercorn": hypercorn}

# As both have it by default, in seconds. Hypercorn keeps what a connection took for as long, even
# if the client closed it meanwhile.
KEEP_ALIVE = 5

if __name__ == "__main__":
    server, threads, folder, port = sys.argv[1:]
    app = make_app(Path(folder), int(threads))
    take = taker(app)
    METER.answers["census"] = lambda: asdict(take())
    SERVERS[server](app, int(port), KEEP_ALIVE)
