"""Writing is all or nothing: modes and links are kept, and failures leave no trace."""

import errno
import os
import signal
import stat
from pathlib import Path

import pytest

from migrator.errors import WriteFailed, WriteRefused
from migrator.output.report import FilePlan
from migrator.output.write import write


def plan(path, before, after):
    return FilePlan(path, before, after, ("a-rule",))


@pytest.fixture
def tree(tmp_path):
    root = tmp_path / "project"
    (root / "pkg").mkdir(parents=True)
    for name in ("a.py", "b.py", "pkg/c.py"):
        (root / name).write_bytes(b"old " + name.encode())
    return root


def content(root):
    return {
        path.relative_to(root).as_posix(): path.read_bytes()
        for path in sorted(root.rglob("*"))
        if path.is_file()
    }


PLANS = [
    plan("a.py", b"old a.py", b"new a"),
    plan("b.py", b"old b.py", b"old b.py"),
    plan("new/d.py", None, b"new d"),
    plan("pkg/c.py", b"old pkg/c.py", b"new c"),
]
AFTER = {"a.py": b"new a", "b.py": b"old b.py", "new/d.py": b"new d", "pkg/c.py": b"new c"}


def written(path):
    """Return what changes where a file is written: not the time of access, for tests read it."""
    status = path.stat()
    return status.st_ino, status.st_mtime_ns, status.st_ctime_ns


def test_changed_and_new_files_are_written_and_nothing_else_is_left(tree):
    before = written(tree / "b.py")
    write(tree, PLANS)
    assert content(tree) == AFTER
    assert written(tree / "b.py") == before


def test_mode_bits_are_kept(tree):
    (tree / "a.py").chmod(0o751)
    write(tree, PLANS)
    assert stat.S_IMODE((tree / "a.py").stat().st_mode) == 0o751


def test_a_link_is_written_through(tree):
    (tree / "link.py").symlink_to("a.py")
    write(tree, [*PLANS, plan("link.py", b"old a.py", b"new a")])
    assert (tree / "link.py").is_symlink()
    assert content(tree) == AFTER | {"link.py": b"new a"}


def test_a_link_out_of_the_project_is_refused(tree, tmp_path):
    outside = tmp_path / "outside.py"
    outside.write_bytes(b"old")
    (tree / "link.py").symlink_to(outside)
    before = content(tree)
    with pytest.raises(WriteRefused, match="leads out of the project"):
        write(tree, [*PLANS, plan("link.py", b"old", b"new")])
    assert content(tree) == before
    assert outside.read_bytes() == b"old"


def test_two_names_of_one_file_must_agree(tree):
    (tree / "link.py").symlink_to("a.py")
    with pytest.raises(WriteRefused, match="one file by a symbolic link"):
        write(tree, [*PLANS, plan("link.py", b"old a.py", b"other")])


def test_a_read_only_file_is_refused_before_anything_is_written(tree):
    (tree / "pkg/c.py").chmod(0o444)
    before = content(tree)
    with pytest.raises(WriteRefused, match=r"pkg/c\.py: the file is read-only"):
        write(tree, PLANS)
    assert content(tree) == before


def test_a_file_that_changed_meanwhile_is_refused(tree):
    (tree / "pkg/c.py").write_bytes(b"edited")
    with pytest.raises(WriteRefused, match="changed while the migrator ran"):
        write(tree, PLANS)
    assert (tree / "a.py").read_bytes() == b"old a.py"


def test_a_file_that_is_gone_is_refused(tree):
    (tree / "a.py").unlink()
    with pytest.raises(WriteRefused, match="the file is gone"):
        write(tree, PLANS)


@pytest.mark.parametrize("error", [OSError(errno.EIO, "Input/output error"), KeyboardInterrupt()])
def test_a_failure_while_files_take_their_places_puts_all_back(tree, monkeypatch, error):
    before, replace = content(tree), Path.replace

    def failing(self, target):
        if Path(target).name == "c.py" and self.suffix == ".migrator-new":
            raise error
        return replace(self, target)

    monkeypatch.setattr(Path, "replace", failing)
    with pytest.raises((WriteFailed, KeyboardInterrupt)):
        write(tree, PLANS)
    assert content(tree) == before


def test_a_full_disk_leaves_everything_as_it_was(tree, monkeypatch):
    before, write_bytes = content(tree), Path.write_bytes

    def failing(self, data):
        if self.name.startswith("c.py"):
            write_bytes(self, data[:2])
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(self))
        return write_bytes(self, data)

    monkeypatch.setattr(Path, "write_bytes", failing)
    with pytest.raises(WriteFailed, match="No space left on device; nothing was changed"):
        write(tree, PLANS)
    assert content(tree) == before


def test_the_old_files_are_copied_where_links_are_impossible(tree, monkeypatch):
    def impossible(*_):
        raise OSError(errno.EPERM, "no hard links here")

    monkeypatch.setattr(os, "link", impossible)
    write(tree, PLANS)
    assert content(tree) == AFTER


def test_ctrl_c_at_the_wrong_moment_puts_all_back(tree, monkeypatch):
    before, replace = content(tree), Path.replace

    def interrupted(self, target):
        os.kill(os.getpid(), signal.SIGINT)
        return replace(self, target)

    monkeypatch.setattr(Path, "replace", interrupted)
    with pytest.raises(KeyboardInterrupt):
        write(tree, PLANS)
    assert content(tree) == before
