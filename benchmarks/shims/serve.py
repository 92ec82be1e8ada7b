"""The server process of one way of answering: ``python -m benchmarks.shims.serve WAY PORT``."""

import sys

from benchmarks.blocking.serve import uvicorn
from benchmarks.shims.variants import PATCH_WAYS, REQUEST_WAYS

if __name__ == "__main__":
    way, port = sys.argv[1], int(sys.argv[2])
    if way in PATCH_WAYS:
        import quart_flask_patch  # noqa: F401  importing it is the patch
    uvicorn({**REQUEST_WAYS, **PATCH_WAYS}[way](), port)
