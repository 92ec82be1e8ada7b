r"""Let test cases of unittest have async tests.

With `--tests migrate`, a `unittest.TestCase` with tests that became async derives from
`unittest.IsolatedAsyncioTestCase`, and `setUp` and `tearDown` that became async are called
`asyncSetUp` and `asyncTearDown`.

## Why

An `async def` test of a plain `TestCase` passes without being run.
See <https://docs.python.org/3/library/unittest.html#unittest.IsolatedAsyncioTestCase>.

## Examples

### A case with a login

```python before app.py
from flask import Flask

app = Flask(__name__)
```

```python before test_app.py
import unittest

from app import app


class LoginTest(unittest.TestCase):
    def setUp(self):
        self.client = app.test_client()
        self.client.post("/login")

    def test_page(self):
        self.assertEqual(self.client.get("/").status_code, 200)

    def test_name(self):
        self.assertEqual(app.name, "app")
```

```python after app.py
from quart import Quart

app = Quart(__name__)
```

```python after test_app.py
import unittest

from app import app


class LoginTest(unittest.IsolatedAsyncioTestCase):
    async def asyncSetUp(self):
        self.client = app.test_client()
        await self.client.post("/login")

    async def test_page(self):
        self.assertEqual((await self.client.get("/")).status_code, 200)

    def test_name(self):
        self.assertEqual(app.name, "app")
```

## Left alone

### A case without requests

```python unchanged test_sums.py
import unittest


class SumTest(unittest.TestCase):
    def test_sum(self):
        self.assertEqual(1 + 1, 2)
```
"""

import ast
from collections.abc import Iterator

from migrator.coloring.colors import Colors, State
from migrator.coloring.tests_barriers import (
    ASYNC_NAMES,
    TEST_CASES,
    case_classes,
    is_in_test_case,
)
from migrator.edits.edit import AddImport, Edit, RenameFunction, ReplaceExpression
from migrator.facts.model import Facts
from migrator.index.symbols import ClassId
from migrator.rules._edits import state_of
from migrator.rules._places import edit_at, edit_of_file
from migrator.rules._rule import rule_name

NAME = rule_name(__name__)
TESTS = True
BASE = "unittest.IsolatedAsyncioTestCase"


def edits(facts: Facts, colors: Colors) -> Iterator[Edit]:
    """Change the base of each class with async tests, and the names of what runs around them."""
    for name, function in facts.program.functions.items():
        if function.module not in colors.migrated_tests or function.owner is None:
            continue
        if is_in_test_case(facts, function) and state_of(colors, name) is State.ASYNC:
            for cls in case_classes(facts, function.owner):
                yield from _edits_of_class(facts, cls)
            if function.name in ASYNC_NAMES and isinstance(function.node, ast.FunctionDef):
                rename = RenameFunction(ASYNC_NAMES[function.name])
                yield edit_at(facts, function.node, rename, NAME)


def _edits_of_class(facts: Facts, cls: ClassId) -> Iterator[Edit]:
    for base in facts.program.classes[cls].node.bases:
        names = facts.names_at.get(base, frozenset())
        if names & TEST_CASES and BASE not in names:
            code = BASE if isinstance(base, ast.Attribute) else BASE.rpartition(".")[2]
            yield edit_at(facts, base, ReplaceExpression(code), NAME)
            if not isinstance(base, ast.Attribute):
                yield edit_of_file(facts, base, AddImport(*BASE.split(".")), NAME)
