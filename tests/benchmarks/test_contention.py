import time

from benchmarks import contention
from benchmarks.contention import Instant


def test_what_we_use_ourselves_is_not_taken_by_others():
    begun = contention.now()
    if begun.busy is None:
        return
    time.sleep(0.2)
    found = contention.others(begun, own=0.0)
    assert 0.0 <= found <= 1.0
    assert contention.others(begun, own=1e9) == 0.0


def test_where_the_system_does_not_tell_nothing_is_known(monkeypatch, tmp_path):
    monkeypatch.setattr(contention, "_STAT", tmp_path / "none")
    assert contention.now().busy is None
    assert contention.others(Instant(None, 0.0), own=0.0) is None


def test_the_counters_of_linux_are_added_up_without_idle_time(monkeypatch, tmp_path):
    stat = tmp_path / "stat"
    stat.write_text("cpu  100 0 100 5000 700 0 0 100 9 9\ncpu0 1 2\n")
    monkeypatch.setattr(contention, "_STAT", stat)
    monkeypatch.setattr(contention.os, "sysconf", lambda name: 100)
    assert contention.now().busy == 3.0
