"""The Locust file, with a stand-in for Locust, which is not among what the tests need."""

import argparse
import runpy
import sys
import types
from pathlib import Path

import pytest

from benchmarks.blocking.scenarios import ENDPOINTS, TRIVIAL_RATE

FILE = Path(__file__).parents[2] / "benchmarks" / "blocking" / "locustfile.py"


@pytest.fixture
def loaded(monkeypatch):
    listeners = []
    hook = types.SimpleNamespace(add_listener=lambda f: listeners.append(f) or f)
    stand_in = types.ModuleType("locust")
    stand_in.HttpUser = type("HttpUser", (), {})
    stand_in.constant_throughput = lambda rate: ("a second", rate)
    stand_in.events = types.SimpleNamespace(init_command_line_parser=hook)
    stand_in.task = lambda function: function
    monkeypatch.setitem(sys.modules, "locust", stand_in)
    return runpy.run_path(str(FILE)) | {"listeners": listeners}


def test_the_users_have_the_rates_of_the_mixed_load(loaded):
    trivial, blocking = loaded["Trivial"], loaded["Blocking"]
    assert (trivial.weight, blocking.weight) == (TRIVIAL_RATE, ENDPOINTS[0].rate)
    assert trivial.wait_time == blocking.wait_time == ("a second", 1)


def test_each_asks_for_its_endpoint(loaded):
    asked = []
    client = types.SimpleNamespace(get=asked.append)
    options = argparse.Namespace(endpoint="sqlite")
    user = types.SimpleNamespace(
        client=client, environment=types.SimpleNamespace(parsed_options=options)
    )
    loaded["Trivial"].trivial(user)
    loaded["Blocking"].blocking(user)
    assert asked == ["/trivial", "/sqlite"]


def test_every_endpoint_can_be_chosen(loaded):
    (add_options,) = loaded["listeners"]
    parser = argparse.ArgumentParser()
    add_options(parser)
    for endpoint in ENDPOINTS:
        assert parser.parse_args(["--endpoint", endpoint.name]).endpoint == endpoint.name
    assert parser.parse_args([]).endpoint == "sleep"
