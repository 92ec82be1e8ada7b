"""What holds for every migration, shown on the examples of all rules."""

import os
import subprocess
import sys

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from migrator import pipeline
from migrator.facts.catalog.natives import natives
from migrator.options import Options
from migrator.pipeline import plan_files
from migrator.rules._discover import all_rules, chosen_rules
from migrator.rules._page import examples
from migrator.source.files import decode

EXAMPLES = [
    pytest.param(example.before, id=f"{rule.name}: {example.title}")
    for rule in all_rules()
    for example in examples(rule.page)
]
EVERYTHING = Options(native=frozenset(natives()))
PROJECTS = [parameter.values[0] for parameter in EXAMPLES]


def sources(files):
    return [decode(path, text.encode()) for path, text in files.items()]


def migrated(files):
    return {file.path: file.after.decode() for file in plan_files("", files, EVERYTHING).files}


@pytest.mark.parametrize("files", EXAMPLES)
def test_the_order_of_files_does_not_matter(files):
    given_order = sources(files)
    assert migrated(given_order) == migrated(given_order[::-1])


@pytest.mark.parametrize("files", EXAMPLES)
def test_the_order_of_rules_does_not_matter(files, monkeypatch):
    expected = migrated(sources(files))
    monkeypatch.setattr(pipeline, "chosen_rules", lambda options: chosen_rules(options)[::-1])
    assert migrated(sources(files)) == expected


MANY_NAMES = """
from flask import Flask
import arctic, dataset, tinydb, records, shelved, pickledb

app = Flask(__name__)
STORES = [arctic.A(), dataset.B(), tinydb.C(), records.D(), shelved.E(), pickledb.F()]


@app.route("/")
def first():
    for store in STORES:
        return store.get("x")
"""


def test_the_report_is_the_same_in_every_process(tmp_path):
    (tmp_path / "app.py").write_text(MANY_NAMES)
    command = [sys.executable, "-m", "migrator", str(tmp_path), "--check", "--format", "json"]
    reports = {
        subprocess.run(
            command,
            env=os.environ | {"PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        ).stdout
        for seed in ("1", "2", "3", "4")
    }
    assert len(reports) == 1
    assert ".get()` waits" in reports.pop()


@pytest.mark.parametrize("files", EXAMPLES)
def test_line_ends_tabs_and_encodings_are_kept(files):
    dressed = {
        path: decode(path, b"\xef\xbb\xbf" + text.replace("\n", "\r\n").encode())
        for path, text in files.items()
    }
    plain = migrated(sources(files))
    for file in plan_files("", list(dressed.values()), EVERYTHING).files:
        expected = plain[file.path].replace("\n", "\r\n")
        assert file.after == b"\xef\xbb\xbf" + expected.encode()


comments = st.lists(
    st.text(st.characters(codec="utf-8", exclude_categories=("C", "Z")), max_size=20), min_size=1
)


@given(files=st.sampled_from(PROJECTS), texts=comments)
@settings(suppress_health_check=[HealthCheck.too_slow])
def test_text_between_the_edits_comes_back_byte_for_byte(files, texts):
    noise = [f"#{number} {text}  \t" for number, text in enumerate(texts)]
    noisy = {path: _with_noise(text, noise) for path, text in files.items()}
    for path, text in migrated(sources(noisy)).items():
        found = [line for line in text.split("\n") if line in noise]
        assert found == [line for line in noisy[path].split("\n") if line in noise]


def _with_noise(text, noise):
    """Put the lines of *noise*, in turn, between the paragraphs of *text*."""
    paragraphs = text.split("\n\n\n")
    lines = (noise[number % len(noise)] for number in range(len(paragraphs)))
    return "\n\n\n".join(f"{part}\n{line}\n" for part, line in zip(paragraphs, lines, strict=True))
