"""Which module of the program an import means.

A module is addressed by its *place*: its path without ``.py`` or ``/__init__.py``. Python looks an
absolute name up in the folders of ``sys.path``, never by its last component, so a module named
``flask`` inside a package is not what ``import flask`` means.
"""

import ast
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache

from migrator.index.symbols import Module

FOREIGN = frozenset({"flask", "jinja2", "quart", "werkzeug"})
"""Names that mean the library, unless a module of this name stands beside the importing script."""


class ModuleFinder:
    """Finds modules of one program by place and by import."""

    def __init__(self, modules: Iterable[Module]) -> None:
        """Take the modules of the program."""
        self._modules = {place_of(module.file.path): module for module in modules}
        self._folders = {folder for place in self._modules for folder in _folders_above(place)}
        self._packages = {place for place, module in self._modules.items() if module.is_package}
        self.roots_of = lru_cache(maxsize=None)(self._roots_of)
        self._own_name = self._name_of_root() if "" in self._packages else None
        self._outermost = self._folders_of_packages()

    def module_at(self, place: str) -> Module | None:
        """Return the module at *place*, ``None`` for a folder without ``__init__.py``."""
        return self._modules.get(place)

    def exists(self, place: str) -> bool:
        """Whether *place* is a module, a package or a folder of modules."""
        return place in self._modules or place in self._folders

    def absolute(self, name: str, importer: Module) -> str | None:
        """Return the place that ``import name`` in *importer* means, ``None`` if outside."""
        path = name.replace(".", "/")
        top, _, below = path.partition("/")
        if top == self._own_name:
            return below
        # A script named as a library does not import itself; a package may import from itself.
        is_script = not importer.is_package or top in FOREIGN
        own = place_of(importer.file.path) if is_script else None
        for root in self.roots_of(_folder(importer.file.path)):
            if _join(root, top) != own and self.exists(_join(root, top)):
                return _join(root, path)
            if top in FOREIGN:
                return None
        elsewhere = self._outermost.get(top, ())
        return _join(elsewhere[0], path) if len(elsewhere) == 1 else None

    def relative(self, name: str | None, level: int, importer: Module) -> str | None:
        """Return the place that ``from ..name import`` means, ``None`` if above the project."""
        folder = _folder(importer.file.path)
        for _ in range(level - 1):
            if not folder:
                return None
            folder = _folder(folder)
        return _join(folder, name.replace(".", "/")) if name else folder

    def imported_from(self, node: ast.ImportFrom, importer: Module) -> str | None:
        """Return the place of the module that *node* imports from, ``None`` if outside."""
        if node.level:
            return self.relative(node.module, node.level, importer)
        return self.absolute(node.module or "", importer)

    def _folders_of_packages(self) -> Mapping[str, list[str]]:
        """Return in which folders outermost packages stand, by name: each may be on the path.

        A project says so in places of its own (``pythonpath`` of pytest, ``package_dir``).
        """
        found: defaultdict[str, list[str]] = defaultdict(list)
        for place in sorted(self._packages - {""}):
            folder, _, name = place.rpartition("/")
            if folder not in self._packages and name not in FOREIGN | sys.stdlib_module_names:
                found[name].append(folder)
        return found

    def _name_of_root(self) -> str | None:
        """Guess the name of the package that the root folder itself is, by what is imported."""
        names = Counter(
            top
            for module in self._modules.values()
            for name in _imported_names(module.tree)
            for top, _, below in [name.replace(".", "/").partition("/")]
            if below and below in self._modules and top not in FOREIGN
        )
        return names.most_common(1)[0][0] if names else None

    def _roots_of(self, folder: str) -> tuple[str, ...]:
        """List the folders where files of *folder* find absolute imports, nearest first."""
        while folder and folder in self._packages:
            folder = _folder(folder)
        roots = [folder, *_folders_above(folder)] if folder else [""]
        return tuple(
            candidate
            for root in roots
            for candidate in (root, _join(root, "src"), _join(root, "lib"))
            if candidate in self._folders or not candidate
        )


def _imported_names(tree: ast.Module) -> Iterator[str]:
    for statement in tree.body:
        if isinstance(statement, ast.ImportFrom) and not statement.level and statement.module:
            yield statement.module
            yield from (f"{statement.module}.{alias.name}" for alias in statement.names)
        elif isinstance(statement, ast.Import):
            yield from (alias.name for alias in statement.names)


def place_of(path: str) -> str:
    """Return the place of the module in file *path*."""
    place = path.removesuffix(".py")
    return place.removesuffix("/__init__") if place != "__init__" else ""


def _folder(path: str) -> str:
    return path.rpartition("/")[0]


def _join(folder: str, name: str) -> str:
    return f"{folder}/{name}" if folder else name


def _folders_above(place: str) -> Iterator[str]:
    while place:
        place = _folder(place)
        yield place
