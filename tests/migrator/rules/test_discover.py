import pytest

from migrator.errors import UsageError
from migrator.options import Options
from migrator.rules._discover import all_rules, chosen_rules
from migrator.rules._rule import rule_name


def names(rules):
    return [rule.name for rule in rules]


def test_the_name_of_a_rule_is_its_file_name_with_hyphens():
    assert rule_name("migrator.rules.await_request_body") == "await-request-body"


def test_all_rules_are_chosen_by_default():
    assert chosen_rules(Options()) == all_rules()


def test_only_and_skip_choose_by_name():
    assert names(chosen_rules(Options(only=frozenset({"make-async"})))) == ["make-async"]
    left = names(chosen_rules(Options(skip=frozenset({"make-async"}))))
    assert "make-async" not in left
    assert len(left) == len(all_rules()) - 1


@pytest.mark.parametrize("option", ["only", "skip"])
def test_an_unknown_name_is_refused(option):
    with pytest.raises(UsageError, match="no rule 'make-asink'"):
        chosen_rules(Options(**{option: frozenset({"make-asink"})}))
