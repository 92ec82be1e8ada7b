"""A small Flask project, and what a run of the command line leaves."""

import textwrap
from dataclasses import dataclass
from pathlib import Path

APP = textwrap.dedent("""
    from flask import Flask, render_template, request

    app = Flask(__name__)


    @app.route("/")
    def index():
        return render_template("index.html", name=request.form["name"])


    @app.route("/plain")
    def plain():
        return "plain"
""").lstrip()


@dataclass(frozen=True)
class Result:
    status: int
    out: str
    err: str


def snapshot(root: Path) -> dict[str, bytes]:
    return {
        path.relative_to(root).as_posix(): path.read_bytes()
        for path in sorted(root.rglob("*"))
        if path.is_file() and ".git" not in path.parts
    }
