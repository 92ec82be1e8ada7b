from flask import Flask
from planted import CALLS, quick


def create_app():
    app = Flask(__name__)
    for name, (function, _) in CALLS.items():
        app.add_url_rule(f"/{name}", name, view(function))
    app.add_url_rule("/quick", "quick", view(quick))
    return app


def view(function):
    def answer():
        function()
        return "done"

    return answer
