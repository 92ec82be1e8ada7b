"""The progress bar: on a terminal, when it takes long, and never else."""

import io
import sys
import time

import pytest

from migrator.cli import terminal


class Terminal(io.StringIO):
    def isatty(self):
        return True


def use(monkeypatch, stream):
    """Put a stream in the place of stderr; pytest would take it back after a fixture."""
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setattr(sys, "stderr", stream)
    return stream


def work(progress, until):
    """Pass items through until *until* says that there has been enough."""
    deadline = time.monotonic() + 10
    for _ in progress(range(100_000), "Reading"):
        time.sleep(0.001)
        if until() or time.monotonic() > deadline:
            return


def test_a_long_run_shows_how_far_it_is(monkeypatch):
    screen = use(monkeypatch, Terminal())
    monkeypatch.setattr(terminal, "PATIENCE", 0.0)
    with terminal.progress_bar(wanted=True) as progress:
        work(progress, until=lambda: "Reading" in screen.getvalue())
        assert list(progress([1, 2], "Editing")) == [1, 2]
    assert "Reading" in screen.getvalue()


def test_a_short_run_shows_nothing(monkeypatch):
    screen = use(monkeypatch, Terminal())
    with terminal.progress_bar(wanted=True) as progress:
        assert list(progress([1, 2, 3], "Reading")) == [1, 2, 3]
    assert "Reading" not in screen.getvalue()


@pytest.mark.parametrize(("wanted", "stream"), [(False, Terminal()), (True, io.StringIO())])
def test_nothing_is_shown_if_not_wanted_or_nobody_looks(monkeypatch, wanted, stream):
    monkeypatch.setattr(terminal, "PATIENCE", 0.0)
    use(monkeypatch, stream)
    with terminal.progress_bar(wanted=wanted) as progress:
        assert list(progress([1], "Reading")) == [1]
    assert stream.getvalue() == ""
