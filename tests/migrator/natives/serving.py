"""Small apps that are migrated with native libraries, and then served by Quart."""

import importlib.util
import textwrap
from itertools import count

from migrator import Options, migrate

_NUMBERS = count()


def migrated(folder, source, *native, imports=True, **more):
    """Migrate an app and import it; the report comes with it.

    ``more`` are other files of the project, with dots in their names as two underscores.
    """
    files = {"app.py": source, **{name.replace("__", "."): text for name, text in more.items()}}
    for name, text in files.items():
        (folder / name).write_text(textwrap.dedent(text).lstrip())
    options = Options(native=frozenset(native))
    report = migrate(folder, options)
    assert not migrate(folder, options).changed
    return imported(folder / "app.py") if imports else None, report


def imported(path):
    name = f"migrated_{next(_NUMBERS)}"
    spec = importlib.util.spec_from_file_location(name, path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def messages(report):
    return [f"{finding.rule}: {finding.message}" for finding in report.findings]
