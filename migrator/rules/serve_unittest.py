r"""Let unittest run the tests that stay Flask's.

Tests that stay as they are run on Quart by a plugin of pytest. `python -m unittest` has no plugins:
it learns of Quart when `compat_shims` is imported. Where the tests are unittest cases and nothing
else of the app imports it, the app says `install_for_unittest()`.

## Why

Without it `app.test_client()` of a Quart app is Quart's client, whose answers are awaited.
`install_for_unittest` does something only where the main program is a test run: a server is not
touched. See <https://docs.python.org/3/library/unittest.html#command-line-interface>.

## Examples

### An app and its test case

```python before shop.py
from flask import Flask

app = Flask(__name__)


@app.route("/")
def index():
    return "Hello"
```

```python before test_shop.py
import unittest

from shop import app


class TestShop(unittest.TestCase):
    def test_index(self):
        self.assertEqual(app.test_client().get("/").data, b"Hello")
```

```python after shop.py
from compat_shims.testing import install_for_unittest
from quart import Quart

install_for_unittest()
app = Quart(__name__)


@app.route("/")
def index():
    return "Hello"
```

```python after test_shop.py
import unittest

from shop import app


class TestShop(unittest.TestCase):
    def test_index(self):
        self.assertEqual(app.test_client().get("/").data, b"Hello")
```

## Left alone

### A test that only pytest runs

```python before shop.py
from flask import Flask


def create_app():
    return Flask(__name__)
```

```python before test_shop.py
from shop import create_app


def test_index():
    assert create_app().test_client().get("/").status_code == 404
```

```python after shop.py
from quart import Quart


def create_app():
    return Quart(__name__)
```

```python after test_shop.py
from shop import create_app


def test_index():
    assert create_app().test_client().get("/").status_code == 404
```

### A program without Flask

```python unchanged
import unittest


class TestNothing(unittest.TestCase):
    def test_nothing(self):
        self.assertTrue(True)
```
"""

from collections.abc import Iterator

from migrator.coloring.colors import Colors
from migrator.coloring.tests_barriers import is_in_test_case
from migrator.edits.edit import AddImport, Edit, InsertBefore
from migrator.facts.model import Facts
from migrator.rules._apps import app_calls
from migrator.rules._places import edit_at, edit_of_file, module_of, statement_of
from migrator.rules._rule import rule_name
from migrator.rules._tests import has_companion, tests_that_stay

NAME = rule_name(__name__)


def edits(facts: Facts, colors: Colors) -> Iterator[Edit]:
    """Have each module that makes an app tell unittest of Quart, if only unittest needs it."""
    if has_companion(facts, colors) or not _are_for_unittest(facts, colors):
        return
    for call in app_calls(facts):
        if not module_of(facts, call).is_test:
            begin = InsertBefore("install_for_unittest()")
            yield edit_at(facts, statement_of(facts, call), begin, NAME)
            yield edit_of_file(
                facts, call, AddImport("compat_shims.testing", "install_for_unittest"), NAME
            )


def _are_for_unittest(facts: Facts, colors: Colors) -> bool:
    """Whether the tests that stay are cases of unittest, and none needs pytest."""
    paths = frozenset(tests_that_stay(facts, colors))
    staying = [it for it in facts.program.modules.values() if it.file.path in paths]
    names = {module.name for module in staying}
    return not any(module.imports_from("pytest") for module in staying) and any(
        function.module in names and is_in_test_case(facts, function)
        for function in facts.program.functions.values()
    )
