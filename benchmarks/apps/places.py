"""Where the sources, environments, trees and results of a run are kept."""

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from benchmarks.errors import UsageError

# pytest takes its settings from the nearest of these above the tests:
# https://docs.pytest.org/en/stable/reference/customize.html#finding-the-rootdir
PYTEST_SETTINGS = {
    "pytest.ini": "",
    ".pytest.ini": "",
    "pyproject.toml": "[tool.pytest",
    "tox.ini": "[pytest]",
    "setup.cfg": "[tool:pytest]",
}

Side = Literal["flask", "quart", "patch"]


def default_root() -> Path:
    """Return the folder of this user's caches that is ours."""
    caches = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(caches) / "flask-to-quart" / "corpus"


@dataclass(frozen=True, slots=True)
class Places:
    """The folders under `root`; each file of a project is found from the project's name."""

    root: Path

    def check(self) -> None:
        """See that the folder leaves the projects to their own settings.

        Raises:
            UsageError: It lies below a folder with settings of pytest.

        """
        for folder in self.root.parents:
            for name, mark in PYTEST_SETTINGS.items():
                if (file := folder / name).is_file() and mark in file.read_text(errors="replace"):
                    raise UsageError(
                        f"{self.root}: lies below {file}, whose pytest settings would rule the "
                        "projects' tests; choose a folder elsewhere with --keep."
                    )

    @property
    def sdists(self) -> Path:
        """Source distributions as the package index gave them."""
        return self.root / "sdists"

    @property
    def wheels(self) -> Path:
        """The wheel of the checkout that is measured."""
        return self.root / "wheels"

    def pristine(self, name: str) -> Path:
        """Return the unpacked source, which nothing ever runs in."""
        return self.root / "pristine" / name

    def tree(self, name: str, side: Side) -> Path:
        """Return the copy in which one side's tests run; the Quart side's is migrated."""
        return self.root / "trees" / side / name

    def environment(self, name: str, side: Side) -> Path:
        """Return the virtual environment of one side."""
        return self.root / "environments" / side / name

    def log(self, name: str, side: Side, what: str) -> Path:
        """Return where a step of one side leaves its output or its report."""
        return self.root / "logs" / name / f"{side}-{what}"

    def result(self, name: str, kind: str) -> Path:
        """Return where a finished measurement is stored, for a run that is resumed."""
        return self.root / "results" / kind / f"{name}.json"

    def lock(self, name: str) -> Path:
        """Return the file that keeps two runs off one project."""
        return self.root / "locks" / name
