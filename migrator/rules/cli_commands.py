r"""Give commands their app context.

Commands of the app get `@with_appcontext` of `compat_shims.cli`; where they have Flask's already,
that import moves. `FlaskGroup` becomes `QuartGroup`.

## Why

Flask pushes an app context around each command of `app.cli`, Quart does not. Commands stay sync: an
async command would exit with status 0 and do nothing.
See <https://quart.palletsprojects.com/en/latest/how_to_guides/command_line.html>.

## Examples

### Commands of the app and of a blueprint

```python before
import click
from flask import Blueprint, Flask, current_app
from flask.cli import with_appcontext

app = Flask(__name__)
bp = Blueprint("tools", __name__)


@app.cli.command("show")
@click.argument("name")
def show(name):
    click.echo(current_app.config[name])


@bp.cli.command("plain", with_appcontext=False)
def plain():
    click.echo("plain")


@click.command("old")
@with_appcontext
def old():
    click.echo(current_app.name)


app.cli.add_command(old)
```

```python after
import click
from compat_shims.cli import with_appcontext
from quart import Blueprint, Quart, current_app

app = Quart(__name__)
bp = Blueprint("tools", __name__)


@app.cli.command("show")
@click.argument("name")
@with_appcontext
def show(name):
    click.echo(current_app.config[name])


@bp.cli.command("plain", with_appcontext=False)
def plain():
    click.echo("plain")


@click.command("old")
@with_appcontext
def old():
    click.echo(current_app.name)


app.cli.add_command(old)
```

## Left alone

### A command line of its own

```python unchanged
import click


@click.command()
def main():
    click.echo("Hello")
```
"""

import ast
from collections.abc import Iterator

from migrator.coloring.colors import Colors
from migrator.edits.edit import AddDecorator, AddImport, Edit
from migrator.facts.kinds import Kind
from migrator.facts.model import Decoration, EntryPoint, Facts, Role
from migrator.index.symbols import FunctionId
from migrator.rules._places import edit_of_file, module_of
from migrator.rules._rule import rule_name

NAME = rule_name(__name__)
CONTEXT = frozenset({"compat_shims.cli.with_appcontext", "flask.cli.with_appcontext"})


def edits(facts: Facts, _colors: Colors) -> Iterator[Edit]:
    """Push the app context around each command of an app."""
    for function, points in facts.entry_points.items():
        node = facts.program.functions[function].node
        if isinstance(node, ast.FunctionDef) and _needs_context(facts, function, points):
            decorator = AddDecorator("with_appcontext")
            module = AddImport("compat_shims.cli", "with_appcontext")
            yield Edit(function.path, facts.program.functions[function].span, decorator, NAME)
            yield edit_of_file(facts, node, module, NAME)


def _needs_context(facts: Facts, function: FunctionId, points: tuple[EntryPoint, ...]) -> bool:
    command = any(point.role is Role.CLI_COMMAND and _of_app(point) for point in points)
    decorations = facts.decorations.get(function, ())
    return (
        command
        and not module_of(facts, facts.program.functions[function].node).is_test
        and not any(_settles_context(decoration) for decoration in decorations)
    )


def _of_app(point: EntryPoint) -> bool:
    """Whether the command is an app's, not one of a command line of its own."""
    return point.via.startswith(f"{Kind.COMMAND_GROUP}.") and not point.via.endswith(".group")


def _settles_context(decoration: Decoration) -> bool:
    node = decoration.node
    words = node.keywords if isinstance(node, ast.Call) else []
    return not CONTEXT.isdisjoint(decoration.external) or any(
        word.arg == "with_appcontext" and isinstance(word.value, ast.Constant) for word in words
    )
