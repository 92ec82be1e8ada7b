from planted import CALLS, quick
from quart import Quart


def create_app():
    app = Quart(__name__)
    for name, (function, _) in CALLS.items():
        app.add_url_rule(f"/{name}", name, view(function))
    app.add_url_rule("/quick", "quick", view(quick))
    return app


def view(function):
    async def answer():
        function()
        return "done"

    return answer
