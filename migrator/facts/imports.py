"""Import statements: what each name is bound to."""

import ast
import re

from migrator.facts.attributes import module_attribute
from migrator.facts.frame import Frame
from migrator.facts.loaders import with_user
from migrator.facts.machine import Machine
from migrator.facts.values import NOTHING, Values, join
from migrator.index.resolve import place_of

_MAIN_GUARD = re.compile(r"""^if __name__ == ["']__main__["']""", re.MULTILINE)


def run_import(frame: Frame, statement: ast.Import) -> bool:
    """Run ``import a.b as c``."""
    machine, importer = frame.machine, frame.unit.module
    for alias in statement.names:
        top = alias.name.partition(".")[0]
        name = alias.name if alias.asname else top
        place = machine.finder.absolute(top, importer)
        if place is None:
            values: Values = frozenset({machine.external(name)})
        else:
            whole = machine.finder.absolute(name, importer)
            values = frozenset({machine.module_ref(whole or place)})
        frame.record[alias] = values
        frame.bind(alias.asname or top, values)
    return True


def run_import_from(frame: Frame, statement: ast.ImportFrom) -> bool:
    """Run ``from a import b as c``."""
    machine = frame.machine
    place = machine.finder.imported_from(statement, frame.unit.module)
    for alias in statement.names:
        if alias.name == "*":
            _import_star(frame, place, statement.module)
            continue
        values = imported(machine, place, statement.module, alias.name)
        if values:
            frame.record[alias] = values
        frame.bind(alias.asname or alias.name, values)
    return True


def imported(machine: Machine, place: str | None, module: str | None, name: str) -> Values:
    """Return what ``from module import name`` gives; *place* says where it is in the program."""
    if place is not None:
        return module_attribute(machine, place, name)
    if module == "__main__":
        return _from_script(machine, name)
    return with_user(machine, machine.external(f"{module}.{name}")) if module else NOTHING


def _from_script(machine: Machine, name: str) -> Values:
    """Return *name* of whichever script may be running: those that ask for ``__main__``."""
    found = NOTHING
    for unit in machine.modules.values():
        if name in unit.scope.bound and _MAIN_GUARD.search(unit.module.file.text):
            found = join(found, machine.read(unit.slot(name)))
    return found


def _import_star(frame: Frame, place: str | None, module: str | None) -> None:
    machine = frame.machine
    own = place_of(frame.unit.module.file.path)
    source: Values = NOTHING
    if place is not None:
        source = frozenset({machine.module_ref(place)})
    elif module is not None:
        source = frozenset({machine.external(module)})
    machine.write(machine.named_slot("star imports", own), source)
