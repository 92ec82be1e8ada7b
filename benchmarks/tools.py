"""The outside tools that the benchmarks call."""

from functools import cache
from shutil import which

from benchmarks.errors import StepError


@cache
def uv() -> str:
    """Return the path of ``uv``, which the extra ``bench`` installs.

    Raises:
        StepError: It is not installed.

    """
    try:
        from uv import find_uv_bin  # noqa: PLC0415  only the extra `bench` has it
    except ImportError:
        found = which("uv")
    else:
        found = find_uv_bin()
    if found is None:
        raise StepError("uv is not installed: pip install 'flask-to-quart[bench]'.")
    return str(found)
