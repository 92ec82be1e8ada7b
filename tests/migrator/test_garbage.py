import gc

import pytest

from migrator.garbage import no_collections


@pytest.fixture
def collecting():
    was_enabled = gc.isenabled()
    gc.enable()
    yield
    gc.unfreeze()
    if not was_enabled:
        gc.disable()


@pytest.mark.usefixtures("collecting")
def test_nothing_is_collected_meanwhile_and_what_was_made_counts_as_old():
    with no_collections():
        assert not gc.isenabled()
        made = [[] for _ in range(10_000)]
    assert gc.isenabled()
    assert gc.get_freeze_count() == 0
    assert any(it is made for it in gc.get_objects(generation=2))


@pytest.mark.usefixtures("collecting")
def test_what_others_have_frozen_stays_frozen():
    gc.freeze()
    frozen = gc.get_freeze_count()
    with no_collections():
        pass
    assert gc.get_freeze_count() >= frozen > 0


@pytest.mark.usefixtures("collecting")
def test_who_has_no_collector_gets_none():
    gc.disable()
    with no_collections():
        pass
    assert not gc.isenabled()
