import pytest

from migrator.errors import UsageError
from migrator.facts.catalog.natives import natives
from migrator.options import Options
from migrator.rules._discover import all_rules, chosen_rules, packages_of
from migrator.rules._rule import rule_name


def names(rules):
    return [rule.name for rule in rules]


def test_the_name_of_a_rule_is_its_file_name_with_hyphens():
    assert rule_name("migrator.rules.await_request_body") == "await-request-body"


def test_all_rules_are_chosen_by_default_but_those_about_native_libraries_or_tests():
    chosen = chosen_rules(Options())
    assert chosen == tuple(rule for rule in all_rules() if rule.native is None and not rule.tests)
    assert "native-time" not in names(chosen)


def test_each_native_library_of_the_catalog_has_one_rule():
    asked = [rule.native for rule in all_rules() if rule.native is not None]
    assert sorted(asked) == sorted(natives())


def test_a_rule_about_a_native_library_is_chosen_where_it_is_asked_for():
    chosen = names(chosen_rules(Options(native=frozenset({"time=asyncio"}))))
    assert "native-time" in chosen
    assert "native-requests" not in chosen


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("time=trio", "did you mean 'time=asyncio'"),
        ("time", "did you mean 'time=asyncio'"),
        ("request=aiohttp", "did you mean 'requests=aiohttp'"),
        ("requests=httpx", "write requests=aiohttp"),
        ("sqlalchemy", "did you mean 'sqlalchemy=asyncio'"),
        ("flask-sqlalchemy=asyncio", "write sqlalchemy=asyncio"),
        ("flask-sock=quart", "by default"),
        ("boto3=aioboto3", "--list-native lists them"),
    ],
)
def test_an_unknown_replacement_is_refused_with_a_hint(name, hint):
    with pytest.raises(UsageError, match=f"no replacement '{name}'") as refused:
        chosen_rules(Options(native=frozenset({name})))
    assert hint in str(refused.value)


def test_a_native_library_brings_its_requirements_where_its_rule_did_something():
    assert packages_of(frozenset({"make-async", "native-requests"})) == (("aiohttp", ">=3.10"),)
    assert packages_of(frozenset({"make-async"})) == ()


def test_only_and_skip_choose_by_name():
    assert names(chosen_rules(Options(only=frozenset({"make-async"})))) == ["make-async"]
    left = names(chosen_rules(Options(skip=frozenset({"make-async"}))))
    assert "make-async" not in left
    assert len(left) == len(chosen_rules(Options())) - 1


@pytest.mark.parametrize("option", ["only", "skip"])
def test_an_unknown_name_is_refused(option):
    with pytest.raises(UsageError, match="no rule 'make-asink'"):
        chosen_rules(Options(**{option: frozenset({"make-asink"})}))
