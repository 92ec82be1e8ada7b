"""Which files are analysed: those that may have to do with Flask, whatever imports what."""

import pytest

from migrator.source.files import decode
from migrator.source.relevance import related

APP = "from flask import Flask\nimport models\n"


def paths(**texts):
    files = [decode(name.replace("__", "/") + ".py", text.encode()) for name, text in texts.items()]
    return [file.path for file in related(files, "flask")]


def test_nothing_of_a_tree_without_the_library():
    assert paths(app="import os\n", models="import app\n") == []


@pytest.mark.parametrize(
    "imports",
    [
        "import models",
        "import os, models as m",
        "from models import db",
        "def f():\n    from models.books import Book",
        "if True:\n\timport models  # later",
    ],
)
def test_what_an_app_imports_belongs_to_it(imports):
    found = paths(app=f"from flask import Flask\n{imports}\n", models="", other="")
    assert found == ["app.py", "models.py"]


def test_imports_are_followed():
    assert paths(app=APP, models="import base\n", base="import deep\n", deep="", other="") == [
        "app.py",
        "models.py",
        "base.py",
        "deep.py",
    ]


def test_whole_packages_and_their_tests_belong_together():
    found = paths(
        shop__app="from flask import Flask\n",
        shop__plain="",
        tests__test_shop="import shop\n",
        tests__helper="",
        tools__build="",
    )
    assert found == ["shop/app.py", "shop/plain.py", "tests/test_shop.py", "tests/helper.py"]


def test_a_name_of_another_package_is_not_followed():
    assert paths(app="from flask import Flask\nimport modelsmith\n", models="") == ["app.py"]


def test_importers_are_followed():
    assert paths(
        common="from flask import Flask\n",
        views="from common import Flask\n",
        app="import views\n",
        test_app="from app import create_app\n",
        other="",
    ) == ["common.py", "views.py", "app.py", "test_app.py"]


def test_packages_in_a_folder_that_is_on_the_path_are_imported_by_their_own_names():
    texts = {
        "services/shop/__init__.py": "from flask import Flask\nimport money\n",
        "services/shop/views.py": "",
        "libs/money.py": "",
        "tests/test_shop.py": "from shop import app\n",
        "tools/views.py": "import views\n",
    }
    files = [decode(path, text.encode()) for path, text in texts.items()]
    assert [it.path for it in related(files, "flask")] == list(texts)[:-1]
