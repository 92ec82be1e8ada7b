"""Migrated copies (``--output``), kept originals and ``--undo``."""

import pytest

from migrator.errors import UsageError, WriteFailed, WriteRefused
from migrator.output import backup
from migrator.output.copy import MARKER, write_copy
from migrator.output.report import FilePlan


def plan(path, before, after):
    return FilePlan(path, before, after, ("a-rule",))


@pytest.fixture
def project(tmp_path):
    root = tmp_path / "project"
    (root / "templates").mkdir(parents=True)
    (root / "app.py").write_bytes(b"old")
    (root / "app.py").chmod(0o755)
    (root / "templates/index.html").write_text("page")
    for folder in (".git", "__pycache__", "env"):
        (root / folder).mkdir()
    (root / ".git/HEAD").write_text("ref")
    (root / "env/pyvenv.cfg").write_text("home")
    return root


PLANS = [plan("app.py", b"old", b"new"), plan("pytest.ini", None, b"[pytest]")]


def names(root):
    return {path.relative_to(root).as_posix() for path in root.rglob("*") if path.is_file()}


def test_a_copy_holds_the_project_without_environments_and_caches(project, tmp_path):
    write_copy(project, tmp_path / "deep/copy", PLANS)
    copied = tmp_path / "deep/copy"
    assert names(copied) == {"app.py", "templates/index.html", "pytest.ini", MARKER}
    assert (copied / "app.py").read_bytes() == b"new"
    assert (copied / "app.py").stat().st_mode & 0o777 == 0o755
    assert (project / "app.py").read_bytes() == b"old"
    assert {path.name for path in (tmp_path / "deep").iterdir()} == {"copy"}


def test_a_former_copy_is_replaced(project, tmp_path):
    write_copy(project, tmp_path / "copy", PLANS)
    (tmp_path / "copy/stray.py").write_text("left over")
    write_copy(project, tmp_path / "copy", PLANS)
    assert not (tmp_path / "copy/stray.py").exists()


def test_an_empty_folder_may_be_the_destination(project, tmp_path):
    (tmp_path / "copy").mkdir()
    write_copy(project, tmp_path / "copy", PLANS)
    assert (tmp_path / "copy/app.py").read_bytes() == b"new"


def test_a_copy_inside_the_project_does_not_hold_itself(project):
    write_copy(project, project / "build/quart", PLANS)
    write_copy(project, project / "build/quart", PLANS)
    assert names(project / "build/quart") == {
        "app.py",
        "templates/index.html",
        "pytest.ini",
        MARKER,
    }


def test_a_link_into_the_original_is_replaced_by_a_file(project, tmp_path):
    (project / "link.py").symlink_to(project / "app.py")
    write_copy(project, tmp_path / "copy", [*PLANS, plan("link.py", b"old", b"new")])
    assert (tmp_path / "copy/link.py").read_bytes() == b"new"
    assert (project / "app.py").read_bytes() == b"old"


def test_one_file_is_copied_alone(project, tmp_path):
    write_copy(project / "app.py", tmp_path / "copy", PLANS[:1])
    assert names(tmp_path / "copy") == {"app.py", MARKER}


@pytest.mark.parametrize(
    ("destination", "reason"),
    [
        ("project", "this is the project"),
        (".", "or holds it"),
        ("full", "not empty"),
        ("file", "a file"),
    ],
)
def test_a_destination_that_holds_something_else_is_refused(project, tmp_path, destination, reason):
    (tmp_path / "full").mkdir()
    (tmp_path / "full/thesis.txt").write_text("mine")
    (tmp_path / "file").write_text("mine")
    with pytest.raises(UsageError, match=reason):
        write_copy(project, tmp_path / destination, PLANS)
    assert (tmp_path / "full/thesis.txt").read_text() == "mine"


def test_a_copy_that_fails_leaves_the_former_one(project, tmp_path, monkeypatch):
    write_copy(project, tmp_path / "copy", PLANS)

    def failing(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("migrator.output.copy._write", failing)
    with pytest.raises(WriteFailed, match="No space left"):
        write_copy(project, tmp_path / "copy", PLANS)
    assert (tmp_path / "copy/app.py").read_bytes() == b"new"
    assert {path.name for path in tmp_path.iterdir()} == {"project", "copy"}


def migrate(root, plans):
    backup.keep(root, plans)
    for it in plans:
        (root / it.path).write_bytes(it.after)


def test_undo_puts_the_originals_back_and_removes_what_was_added(project):
    before = names(project)
    migrate(project, PLANS)
    assert set(backup.undo(project)) == {"app.py", "pytest.ini"}
    assert (project / "app.py").read_bytes() == b"old"
    assert names(project) == before
    assert not backup.folder_of(project).exists()


def test_undo_goes_back_over_two_migrations(project):
    migrate(project, PLANS)
    migrate(project, [plan("app.py", b"new", b"newer")])
    backup.undo(project)
    assert (project / "app.py").read_bytes() == b"old"


def test_undo_does_not_throw_work_away(project):
    migrate(project, PLANS)
    (project / "app.py").write_bytes(b"new and edited")
    with pytest.raises(WriteRefused, match=r"app\.py: the file was edited since the migration"):
        backup.undo(project)
    assert (project / "pytest.ini").exists()


def test_undo_misses_a_removed_file(project):
    migrate(project, PLANS)
    (project / "app.py").unlink()
    with pytest.raises(WriteRefused, match="the file is gone since"):
        backup.undo(project)


def test_undo_without_a_backup_is_wrong_usage(project):
    with pytest.raises(UsageError, match="there is no backup of this project"):
        backup.undo(project)


def test_a_backup_that_is_none_is_refused(project):
    backup.folder_of(project).mkdir()
    (backup.folder_of(project) / "migration.json").write_text("[]")
    with pytest.raises(WriteRefused, match="this is no backup made by the migrator"):
        backup.undo(project)
