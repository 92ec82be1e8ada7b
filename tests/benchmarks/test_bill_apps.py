"""The bill of real apps, with blocking calls planted in a copy."""

import json
import os
import shutil
import sys
from pathlib import Path

import pytest
from planting import CALLS, lengths, plant, requests_file, slow_surroundings

from benchmarks.apps.places import Places, default_root
from benchmarks.cli import main
from migrator import migrate

BOOKSHOP = Path(__file__).parents[2] / "examples" / "bookshop"
FLASKR = Places(default_root()).pristine("flaskr")

needs_flaskr = pytest.mark.skipif(
    not FLASKR.is_dir(),
    reason="flaskr was not brought yet: python -m benchmarks apps --only flaskr",
)

# What blocks as long as this is planted; what the apps themselves wait for is shorter.
LEAST = 40

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no named pipes")


def copied(source, folder, *, migrated):
    tree = folder / source.name
    shutil.copytree(source, tree, ignore=shutil.ignore_patterns("instance", "__pycache__"))
    if migrated:
        migrate(tree)
    return tree


def billed(tree, folder, monkeypatch):
    """Run the command on a tree; return its exit status, and stalls in ms by file and line."""
    report = folder / "bill.json"
    file = requests_file(folder, "/hello")
    with slow_surroundings(folder) as variables:
        for name, value in variables.items():
            monkeypatch.setenv(name, value)
        target = f"{tree.name}:create_app()"
        options = ("--folder", tree, "--requests", file, "--at-least", LEAST, "--rate", 2)
        status = main(["run", target, *map(str, options), "--quick", "--json", str(report)])
    (result,) = json.loads(report.read_text())["results"]
    often = [one["item"] for one in result["items"] if one["item"]["share"] >= 0.5]
    return status, {(one["file"], one["line"]): one["stall"] for one in often}, result


@pytest.mark.parametrize(
    ("source", "views", "migrated"),
    [
        pytest.param(BOOKSHOP, "bookshop/catalogue.py", False, id="bookshop"),
        pytest.param(BOOKSHOP, "bookshop/catalogue.py", True, id="bookshop-migrated"),
        pytest.param(FLASKR, "flaskr/blog.py", True, id="flaskr-migrated", marks=needs_flaskr),
    ],
)
def test_every_planted_call_is_billed_at_its_line_and_nothing_else(
    source, views, migrated, tmp_path, monkeypatch
):
    tree = copied(source, tmp_path, migrated=migrated)
    file = tree / views
    lines = plant(file, "async def" if migrated else "def")
    status, stalls, result = billed(tree, tmp_path, monkeypatch)
    assert result["framework"] == ("quart" if migrated else "flask")
    assert status == migrated
    assert set(stalls) == {(os.fspath(file), lines[name]) for name in CALLS}
    for name, length in lengths(tmp_path / "planted.log").items():
        assert stalls[os.fspath(file), lines[name]] == pytest.approx(length, rel=0.2), name


def test_a_migration_leaves_nothing_of_it_on_the_loop(tmp_path, monkeypatch):
    tree = copied(BOOKSHOP, tmp_path, migrated=False)
    plant(tree / "bookshop" / "catalogue.py", "def")
    migrate(tree)
    status, stalls, result = billed(tree, tmp_path, monkeypatch)
    assert (status, stalls, result["framework"]) == (0, {}, "quart")
    assert result["statuses"]["200"] >= len(CALLS)
