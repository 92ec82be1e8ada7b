"""Builds the index of a program: every module parsed and walked once."""

import ast
from collections.abc import Iterable

from migrator.index.lineage import ModuleMap, OwnerMap
from migrator.index.survey import Survey
from migrator.index.symbols import Module, Program
from migrator.source.files import SourceFile
from migrator.source.parse import parse

_TEST_FOLDERS = frozenset({"test", "tests"})
_TEST_FILES = frozenset({"conftest.py", "test.py", "tests.py"})
_TEST_SUFFIXES = ("_test.py", "_tests.py")


def index(files: Iterable[SourceFile]) -> Program:
    """Parse and walk *files*.

    Raises :exc:`migrator.errors.UnreadableSource` where one is not valid Python.
    """
    modules: dict[str, Module] = {}
    survey = Survey()
    for file in files:
        tree = parse(file)
        name = _unique(module_name(file.path), file.path, modules)
        is_package = file.path.rpartition("/")[2] == "__init__.py"
        imports = survey.add_module(name, file, tree)
        modules[name] = Module(name, file, tree, is_package, is_test_file(file.path, tree), imports)
    return Program(
        modules=modules,
        functions=dict(sorted(survey.functions.items())),
        classes=dict(sorted(survey.classes.items())),
        owner=OwnerMap(survey.parent, survey.function_ids),
        parent=survey.parent,
        module_of=ModuleMap(survey.parent, {m.tree: m.name for m in modules.values()}),
        scopes=survey.scopes,
        function_ids=survey.function_ids,
        class_ids=survey.class_ids,
    )


def module_name(path: str) -> str:
    """Return the dotted name of the module in file *path*; ``src/`` is no part of it."""
    place = path.removesuffix(".py").removesuffix("/__init__").removeprefix("src/")
    return place.replace("/", ".")


def is_test_file(path: str, tree: ast.Module) -> bool:
    """Whether the file belongs to the project's tests, by its path or its test classes."""
    *folders, name = path.split("/")
    return (
        name in _TEST_FILES
        or name.startswith("test_")
        or name.endswith(_TEST_SUFFIXES)
        or not _TEST_FOLDERS.isdisjoint(folders)
        or any(_is_test_case(statement) for statement in tree.body)
    )


def _is_test_case(statement: ast.stmt) -> bool:
    return isinstance(statement, ast.ClassDef) and any(
        ast.unparse(base).rpartition(".")[2] in {"TestCase", "LiveServerTestCase"}
        for base in statement.bases
        if isinstance(base, ast.Name | ast.Attribute)
    )


def _unique(name: str, path: str, taken: dict[str, Module]) -> str:
    return f"{name} ({path})" if name in taken else name
