"""How what waits in an async function is written down."""

import ast

import pytest
from hand_made import Role, awaited, barriers, chain, colors_of, inferred, offloads, states

from migrator.options import Options, Strategy

HEAD = """\
import sqlite3, time, requests, smtplib, threading
from flask import abort, flash, redirect, render_template, request, url_for
db = sqlite3.connect('x')
mail = smtplib.SMTP()
def slow(x):
    time.sleep(x)
    return x
"""


def view(body, options=None):
    lines = "".join(f"    {line}\n" for line in body.strip().splitlines())
    return colors_of(f"{HEAD}def index(id=None):\n{lines}", options)


def planned(body):
    colors = view(body)
    assert states(colors)["index"] == "async", colors.verdicts
    return offloads(colors)


def test_call_of_something_that_waits():
    assert planned("a = slow(1)\nreturn render_template('x', a=a)") == ["call: slow(1)"]


def test_chain_becomes_a_lambda():
    assert planned("a = db.execute('SELECT 1').fetchone()\nreturn render_template('x', a=a)") == [
        "lambda: db.execute('SELECT 1').fetchone()"
    ]


def test_call_keeps_awaits_in_its_arguments():
    colors = view("a = slow(request.form['a'])\nreturn render_template('x', a=a)")
    assert offloads(colors) == ["call: slow(request.form['a'])"]
    assert "request.form" in awaited(colors)


def test_nested_calls_move_together():
    assert planned("a = slow(slow(1))\nreturn render_template('x', a=a)") == [
        "lambda: slow(slow(1))"
    ]


def test_nested_calls_with_an_await_inside_move_one_by_one():
    assert planned("a = slow(slow(request.form['a']))\nreturn render_template('x', a=a)") == [
        "call: slow(slow(request.form['a']))",
        "call: slow(request.form['a'])",
    ]


def test_chain_with_an_await_inside_moves_link_by_link():
    found = planned(
        "a = db.execute('SELECT ?', request.form['a']).fetchone()\nreturn render_template('x', a=a)"
    )
    assert found == [
        "call: db.execute('SELECT ?', request.form['a']).fetchone()",
        "call: db.execute('SELECT ?', request.form['a'])",
    ]


def test_comprehension_moves_as_a_whole():
    assert planned("a = [slow(i) for i in range(3)]\nreturn render_template('x', a=a)") == [
        "lambda: [slow(i) for i in range(3)]"
    ]


def test_generator_moves_with_what_consumes_it():
    assert planned("a = sum(slow(i) for i in range(3))\nreturn render_template('x', a=a)") == [
        "lambda: sum((slow(i) for i in range(3)))"
    ]


def test_formatted_string_moves_as_a_whole():
    assert planned("a = f'{slow(1)}'\nreturn render_template('x', a=a)") == ["lambda: f'{slow(1)}'"]


def test_condition_stays_where_it_stands():
    assert planned("if id and slow(id):\n    id = 1\nreturn render_template('x')") == [
        "call: slow(id)"
    ]


def test_three_neighbours_become_one_function_with_what_is_read_later():
    body = "a = slow(1)\nb = slow(a)\nc = slow(b)\nreturn render_template('x', a=a, c=c)"
    assert planned(body) == ["load -> a, c: a = slow(1); b = slow(a); c = slow(b)"]


def test_three_neighbours_without_results_are_work():
    assert planned("slow(1)\nslow(2)\nslow(3)\nreturn render_template('x')") == [
        "work: slow(1); slow(2); slow(3)"
    ]


def test_more_than_three_results_stay_apart():
    body = """
a = slow(1)
b = slow(2)
c = slow(3)
d = slow(4)
return render_template('x', a=a, b=b, c=c, d=d)"""
    assert planned(body) == [
        "load -> a, b, c: a = slow(1); b = slow(2); c = slow(3)",
        "call: slow(4)",
    ]


def test_more_than_twelve_lines_stay_apart():
    body = "slow(1)\nslow(\n" + "\n" * 12 + "2)\nslow(3)\nreturn render_template('x')"
    assert planned(body) == ["call: slow(1)", "call: slow(2)", "call: slow(3)"]


def test_names_are_unique_in_the_function():
    body = (
        "save = 1\ndb.execute('DELETE FROM t')\ndb.commit()\nreturn render_template('x', save=save)"
    )
    assert planned(body)[0].startswith("save_2: ")


def test_write_run_is_one_function():
    body = "db.execute('DELETE FROM t')\ndb.commit()\nreturn render_template('x')"
    assert planned(body) == ["save: db.execute('DELETE FROM t'); db.commit()"]


def test_write_run_takes_what_stands_between_along():
    body = "db.execute('DELETE FROM t')\nid = 2\ndb.commit()\nreturn render_template('x', id=id)"
    assert planned(body) == ["save -> id: db.execute('DELETE FROM t'); id = 2; db.commit()"]


def test_write_run_reaches_to_the_mail_after_the_commit():
    body = """
db.execute('DELETE FROM t')
db.commit()
flash('Done.')
mail.sendmail('a', 'b', 'c')
return render_template('x')"""
    colors = view(body)
    (block,) = offloads(colors)
    assert block.startswith("save: db.execute('DELETE FROM t'); db.commit(); flash('Done.')")
    assert block.endswith("; mail.sendmail('a', 'b', 'c')")
    assert "flash('Done.')" not in awaited(colors)
    assert [demand.text for demand in colors.met] == ["`flask.render_template`"]


def test_write_run_may_end_in_return():
    body = """
if id:
    db.execute('DELETE FROM t')
    db.commit()
    return str(slow(1))
return render_template('x')"""
    assert planned(body) == [
        "save returns: db.execute('DELETE FROM t'); db.commit(); return str(slow(1))"
    ]


def test_writes_of_branches_that_leave_are_apart():
    body = """
if id:
    db.execute('DELETE FROM t')
    db.commit()
    return ''
db.execute('INSERT INTO t')
db.commit()
return render_template('x')"""
    assert planned(body) == [
        "save: db.execute('DELETE FROM t'); db.commit()",
        "save_2: db.execute('INSERT INTO t'); db.commit()",
    ]


def test_name_that_is_bound_on_one_path_only_is_nonlocal():
    body = """
error = None
try:
    db.execute('DELETE FROM t')
    db.commit()
except ValueError:
    db.execute('INSERT INTO t')
    error = 'no'
    db.commit()
return render_template('x', error=error)"""
    (block,) = planned(body)
    assert block.startswith("save nonlocal error: try:")


def test_statement_with_unknown_text_counts_as_a_write_before_a_commit():
    body = "sql = id\ndb.execute(sql)\ndb.commit()\nreturn render_template('x')"
    assert planned(body) == ["save: db.execute(sql); db.commit()"]


def test_loop_over_rows_moves_as_a_whole():
    body = """
names = []
for row in db.execute('SELECT 1'):
    names.append(row)
return render_template('x', names=names)"""
    assert planned(body) == ["work: for row in db.execute('SELECT 1'):     names.append(row)"]


def test_loop_with_waits_inside_moves_as_a_whole():
    body = """
total = 0
for i in range(3):
    total += slow(i)
return render_template('x', total=total)"""
    assert planned(body) == ["work nonlocal total: for i in range(3):     total += slow(i)"]


def test_loop_over_a_list_that_was_waited_for_stays():
    body = """
names = []
for row in slow([]):
    names.append(row)
return render_template('x', names=names)"""
    assert planned(body) == ["call: slow([])"]


def test_with_moves_as_a_whole():
    body = "with open('x') as file:\n    text = file.read()\nreturn render_template('x', text=text)"
    assert planned(body) == ["load -> text: with open('x') as file:     text = file.read()"]


def test_abort_that_is_returned_leaves_like_an_error():
    body = """
with open('x') as file:
    text = file.read()
    if not text:
        return abort(404)
return render_template('x', text=text)"""
    (block,) = planned(body)
    assert block.startswith("load -> text: with open('x') as file:")


def test_rest_after_the_last_await_is_one_function():
    body = """
data = request.get_json()
if not slow(data):
    return 'no'
found = slow(data)
time.sleep(1)
return str(slow(found))"""
    (block,) = planned(body)
    assert block.startswith("finish returns: if not slow(data):")


AWAIT_BEFORE_MAIL = """
db.execute('DELETE FROM t')
db.commit()
a = render_template('x')
mail.sendmail('a', 'b', a)
return ''"""


@pytest.mark.parametrize(
    ("body", "barrier"),
    [
        ("db.execute('DELETE FROM t')\nrender_template('x')\ndb.commit()", "cut-write"),
        (AWAIT_BEFORE_MAIL, "cut-write"),
        ("for i in db.execute('SELECT 1'):\n    render_template(i)\nreturn ''", "loop-of-waits"),
        ("with threading.Lock():\n    return render_template('x')", "loop-of-waits"),
        ("a = [slow(request.form[i]) for i in 'ab']\nreturn a", "cut-write"),
    ],
)
def test_what_cannot_move_in_one_piece_stays_flask_code(body, barrier):
    colors = view(body)
    assert barriers(colors) == {"index": barrier}
    assert not colors.offloads
    assert not colors.awaits


def test_reason_of_a_cut_write_names_the_await():
    (verdict,) = (
        v
        for v in view(
            "db.execute('DELETE FROM t')\nrender_template('x')\ndb.commit()"
        ).verdicts.values()
        if v.barrier
    )
    assert str(verdict.reason[-1].location) == "app.py:10"
    assert "an await stands between a write and its commit" in verdict.reason[-1].text


def test_callers_of_a_function_that_turns_out_to_be_bridged_stay():
    source = (
        HEAD
        + """
def page():
    db.execute('DELETE FROM t')
    render_template('x')
    db.commit()
def index():
    return page()
"""
    )
    assert states(colors_of(source)) | {"slow": ""} == {
        "slow": "",
        "page": "bridged",
        "index": "sync",
    }


def test_strategy_async_cuts_the_write_and_tells():
    colors = view(
        "db.execute('DELETE FROM t')\nrender_template('x')\ndb.commit()",
        Options(strategy=Strategy.ASYNC),
    )
    assert states(colors)["index"] == "async"
    assert offloads(colors) == ["call: db.execute('DELETE FROM t')", "call: db.commit()"]
    assert not colors.left_blocking


def test_strategy_async_tells_what_still_blocks():
    colors = view(
        "a = [slow(request.form[i]) for i in 'ab']\nreturn a", Options(strategy=Strategy.ASYNC)
    )
    assert [place.what for place in colors.left_blocking] == ["slow()"]


def test_awaited_call_of_a_function_that_waits_is_not_offloaded():
    source = (
        HEAD
        + """
def page():
    return render_template('x', a=slow(1))
def index():
    return page()
"""
    )
    colors = colors_of(source)
    assert offloads(colors) == ["call: slow(1)"]
    assert "page()" in awaited(colors)


def test_a_name_that_only_nested_functions_would_bind_keeps_the_function_flask_code():
    colors = view("""
for line in id:
    slow(line)
    name = line
form = request.form
for line in id:
    slow(name)
    name = line
return render_template('x', form=form)""")
    assert states(colors)["index"] == "bridged"
    assert "`name` is bound only inside code" in colors.verdicts[index_of(colors)].reason[-1].text


def test_a_with_may_stay_open_around_an_await():
    assert planned("with open('x') as f:\n    if slow(f):\n        return ''\n"
                   "    return render_template('x', f=f)") == [
        "enter: open('x')", "call: slow(f)"
    ]  # fmt: skip


def test_what_waits_in_the_arguments_of_a_with_moves_first():
    assert planned("with open(slow('x')) as f:\n    return render_template('x', f=f)") == [
        "enter: open(slow('x'))", "call: slow('x')"
    ]  # fmt: skip


def test_a_loop_that_writes_nothing_may_hold_awaits():
    assert planned("for i in 'ab':\n    slow(i)\n    render_template(i)\nreturn ''") == [
        "call: slow(i)"
    ]


@pytest.mark.parametrize(
    ("loop", "name"),
    [
        ("mail.sendmail(i, i, i)", "send"),
        ("requests.post(i)", "save"),
        ("slow(i)", "work"),
    ],
)
def test_a_nested_function_is_named_by_what_it_does(loop, name):
    found = planned(f"for i in 'ab':\n    {loop}\nreturn render_template('x')")
    assert found[0].startswith(f"{name}: for i")


def index_of(colors):
    return next(function for function in colors.verdicts if function.name == "index")


def test_what_needs_flask_by_itself_goes_to_the_lane():
    assert planned("return render_template('x', user=request.remote_user)") == [
        "lambda: request.remote_user"
    ]


def test_what_needs_flask_by_itself_makes_nothing_async():
    colors = view("return request.remote_user")
    assert states(colors)["index"] == "bridged"
    assert barriers(colors)["index"] == "needs-flask"
    assert not colors.verdicts[next(iter(colors.verdicts))].needs_await


def test_what_needs_flask_where_it_cannot_be_moved_keeps_its_function_flask_code():
    """Under the strategy async, too: on the event loop it would not work."""
    body = """
with threading.Lock():
    return render_template('x', name=request.remote_user)
"""
    for strategy in (Strategy.AUTO, Strategy.ASYNC):
        colors = view(body, Options(strategy=strategy))
        assert states(colors)["index"] == "bridged", strategy


def test_async_code_with_what_needs_flask_stays_flask_code():
    source = "async def index():\n    return request.remote_user\n"
    assert offloads(colors_of(HEAD + source)) == []


ENDS_IN_A_PAGE = """
if data:
    db.execute('INSERT INTO t VALUES (1)')
    if id is None:
        return {page}
    db.commit()
return {page}
"""


def test_a_page_in_which_a_write_ends_is_awaited_after_it():
    colors = view(ENDS_IN_A_PAGE.replace("data", "id").format(page="render_template('x')"))
    assert states(colors)["index"] == "async"
    (block,) = colors.offloads
    assert block.returns
    assert [ast.unparse(node) for node in block.last] == ["render_template('x')"] * 2
    assert {demand.node for demand in colors.met} == set(block.last)
    assert not colors.awaits


def test_a_page_whose_value_the_lane_goes_on_with_stays_flask_code_in_it():
    page = "render_template('x').upper()"
    colors = view("data = request.get_json()\n" + ENDS_IN_A_PAGE.format(page=page))
    assert states(colors)["index"] == "async"
    (block,) = colors.offloads
    assert block.returns
    assert not block.last
    assert awaited(colors) == ["request.get_json()"]


def test_a_page_that_a_handler_returns_is_awaited_after_the_write_too():
    body = """
try:
    db.execute('INSERT INTO t VALUES (1)')
    db.commit()
except OSError:
    db.execute('INSERT INTO failed VALUES (1)')
    db.commit()
    return render_template('failed')
else:
    return render_template('x')"""
    colors = view(body)
    assert states(colors)["index"] == "async"
    (block,) = colors.offloads
    assert len(block.last) == 2


@pytest.mark.parametrize(
    "page",
    [
        "return render_template('x').upper()",
        "with lock:\n    return render_template('x')",
        "try:\n    return render_template('x')\nexcept OSError:\n    return ''",
        "try:\n    slow(1)\nexcept OSError:\n    return render_template(id)\nfinally:\n    slow(2)",
    ],
)
def test_a_function_in_which_the_lane_would_do_all_is_flask_code(page):
    body = "db.execute('DELETE FROM t')\nif id:\n    return\ndb.commit()\n"
    colors = view(body + page)
    assert barriers(colors)["index"] == "cut-write"
    assert chain(colors, "index")[-1].endswith("nothing else in this function would be awaited")


def test_an_async_function_in_which_a_write_ends_is_awaited_after_it():
    head = HEAD + "def page():\n    return render_template('x')\n"
    lines = ENDS_IN_A_PAGE.replace("data", "id").format(page="page()")
    body = "".join(f"    {line}\n" for line in lines.splitlines())
    colors = colors_of(f"{head}def index(id=None):\n{body}")
    assert states(colors)["index"] == states(colors)["page"] == "async"
    assert len(colors.elsewhere) == 2
    assert not colors.hops


def test_an_async_function_whose_value_the_lane_goes_on_with_is_hopped():
    head = HEAD + "def page():\n    return render_template('x')\n"
    lines = """
db.execute('INSERT INTO t VALUES (1)')
text = page()
db.execute('INSERT INTO t VALUES (?)', text)
db.commit()
return request.form['a']
"""
    body = "".join(f"    {line}\n" for line in lines.splitlines())
    colors = colors_of(f"{head}def index(id=None):\n{body}")
    assert states(colors)["index"] == states(colors)["page"] == "async"
    assert len(colors.hops) == 1


def test_an_async_function_that_sends_after_a_commit_is_hopped():
    head = HEAD + (
        "def told():\n    text = render_template('x')\n    mail.sendmail('a', 'b', text)\n"
        "    return 'told'\n"
    )
    lines = """
data = request.get_json()
db.execute('INSERT INTO t VALUES (1)')
db.commit()
return told()
"""
    body = "".join(f"    {line}\n" for line in lines.splitlines())
    colors = colors_of(f"{head}def index(id=None):\n{body}", index=Role.VIEW)
    assert states(colors)["index"] == states(colors)["told"] == "async"
    assert len(colors.hops) == len(colors.elsewhere) == 1


def test_code_that_nothing_calls_hops_too():
    """A library may serve it. What it calls is async for other callers."""
    page = "def page():\n    return render_template('x')\n"
    serve = "def serve():\n    return page(), request.environ\n"
    colors = colors_of(f"{HEAD}{page}{serve}")
    assert states(colors) == {"slow": "sync", "page": "async", "serve": "bridged"}
    assert len(colors.hops) == 1


SHELVES = """
class Shelf:
    def add(self):
        return render_template('x')
class Rare(Shelf):
    def add(self):
        db.execute('INSERT INTO t VALUES (1)')
        text = super().add()
        db.execute('UPDATE t SET text = ?', text)
        db.commit()
        return text
"""


def test_a_method_in_which_the_lane_does_all_is_async_where_the_same_call_awaits_others():
    view = "def index(shelf: Shelf):\n    return shelf.add()\n"
    colors = inferred(f"{HEAD}{SHELVES}{view}")
    assert states(colors)["Shelf.add"] == states(colors)["Rare.add"] == "async"
    assert len(colors.hops) == 1


def test_alone_it_stays_synchronous():
    colors = inferred(f"{HEAD}{SHELVES}def index():\n    return Rare().add()\n")
    assert states(colors)["Shelf.add"] == "async"
    assert states(colors)["Rare.add"] == "sync"


WAITS = "(slow(x) for x in (1, 2))"


@pytest.mark.parametrize(
    ("code", "found"),
    [
        (f"a, b = {WAITS}", f"list: {WAITS}"),
        (f"a = {WAITS}", f"list: {WAITS}"),
        (f"a = [*{WAITS}]", f"lambda: [*{WAITS}]"),
        (f"a = 1 in {WAITS}", f"lambda: 1 in {WAITS}"),
        (f"a = print(*{WAITS})", f"lambda: print(*{WAITS})"),
        (f"a = print(*{WAITS}, request.form['a'])", f"list: {WAITS}"),
        (f"a = dict({WAITS})", f"lambda: dict({WAITS})"),
        (f"a = ''.join({WAITS})", f"lambda: ''.join({WAITS})"),
        (f"for a in {WAITS}: print(a)", f"work: for a in {WAITS}:     print(a)"),
        (f"for a in {WAITS}: render_template(a)", f"list: {WAITS}"),
        ("a = (x for x in slow([]))", "lambda: (x for x in slow([]))"),
        (f"a = (x for x in {WAITS})", f"list: (x for x in {WAITS})"),
    ],
)
def test_a_generator_that_waits_is_read_in_the_lane(code, found):
    assert planned(f"{code}\nreturn render_template('x', id=id)") == [found]


ROWS = """\
def rows():
    time.sleep(1)
    yield 1
"""


@pytest.mark.parametrize(
    ("code", "found"),
    [
        ("a = [*rows()]", "lambda: [*rows()]"),
        ("a = 1 in rows()", "lambda: 1 in rows()"),
        ("a, b = rows()", "work: a, b = rows()"),
    ],
)
def test_a_generator_function_is_read_in_the_lane_too(code, found):
    page = f"def index(id=None):\n    {code}\n    return render_template('x', id=id)\n"
    assert offloads(inferred(f"{HEAD}{ROWS}{page}")) == [found]


def test_a_call_that_is_awaited_gets_what_the_lane_read():
    assert planned(f"return render_template('x', rows={WAITS})") == [f"list: {WAITS}"]


def test_what_is_awaited_beside_it_is_awaited_first():
    assert planned(f"a = request.form['a'] in {WAITS}\nreturn render_template('x', a=a)") == [
        f"list: {WAITS}"
    ]


def test_a_generator_that_is_returned_is_left_to_the_response():
    code = f"n = request.form['n']\nreturn {WAITS}"
    assert planned(code) == [f"lambda: {WAITS}"]


def test_a_generator_that_is_read_later_is_not_left_behind_by_a_block():
    code = f"slow(1)\na = {WAITS}\nslow(2)\nreturn render_template('x', a=a)"
    assert planned(code) == ["call: slow(1)", f"list: {WAITS}", "call: slow(2)"]


@pytest.mark.parametrize(
    "kept",
    [
        "(slow(x) for x in itertools.count())",
        "(slow(x) for x in numbers())",
        "(slow(x) for x in iter(slow, None))",
        "(mail.send_message(x) for x in (1, 2))",
    ],
)
def test_a_generator_that_never_ends_or_has_an_effect_is_not_read_early(kept):
    code = f"import itertools\na = {kept}\nreturn render_template('x', a=a)"
    assert states(view(code))["index"] == "bridged"
