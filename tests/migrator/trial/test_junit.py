import pytest

from migrator.trial import junit

REPORT = """<testsuites><testsuite>
<testcase classname="tests.test_a" name="test_ok"/>
<testcase classname="tests.test_a.TestB" name="test_bad">
  <failure message="assert 1 == 2&#10; + where 1">...</failure>
</testcase>
<testcase classname="tests.test_a" name="test_skip"><skipped message="no"/></testcase>
<testcase classname="tests.test_a" name="test_teardown"/>
<testcase classname="tests.test_a" name="test_teardown">
  <error message="failed on teardown with &quot;X&quot;">def f():
>       raise OSError
E       OSError: gone

f.py:1: OSError</error>
</testcase>
<testcase classname="" name="tests.test_c"><error message="collection failure">E   ImportError: no
E   more</error></testcase>
</testsuite></testsuites>"""


def read(tmp_path, text=REPORT):
    path = tmp_path / "junit.xml"
    path.write_text(text)
    return junit.read(path)


def test_each_test_has_one_result(tmp_path):
    results = {name: test.result for name, test in read(tmp_path).items()}
    assert results == {
        "tests.test_a::test_ok": "passed",
        "tests.test_a.TestB::test_bad": "failed",
        "tests.test_a::test_skip": "skipped",
        "tests.test_a::test_teardown": "failed",
        "::tests.test_c": "failed",
    }


def test_the_error_is_the_first_line_of_the_message(tmp_path):
    assert read(tmp_path)["tests.test_a.TestB::test_bad"].error == "assert 1 == 2"


def test_a_message_that_says_only_where_gives_way_to_the_exception(tmp_path):
    tests = read(tmp_path)
    assert tests["tests.test_a::test_teardown"].error == "OSError: gone"
    assert tests["::tests.test_c"].error == "ImportError: no"


def test_a_failure_without_words_says_so(tmp_path):
    text = "<testsuite><testcase classname='a' name='b'><failure/></testcase></testsuite>"
    assert read(tmp_path, text)["a::b"].error == "failed without a message"


@pytest.mark.parametrize("text", ["", "<testsuite><testcase"])
def test_a_torn_report_has_no_tests(tmp_path, text):
    assert read(tmp_path, text) is None


def test_a_missing_report_has_no_tests(tmp_path):
    assert junit.read(tmp_path / "junit.xml") is None
