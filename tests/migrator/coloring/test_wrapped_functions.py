"""Decorators of the project and of libraries over functions that become async."""

from hand_made import Role, awaited, barriers, colors_of, states

IMPORTS = """\
from flask import abort, flash, g, redirect, render_template, request
from flask_login import login_required as members_only
import functools, weird
"""

TRANSPARENT = """
def guarded(view):
    @functools.wraps(view)
    def wrapper(**kwargs):
        if g.user is None:
            return redirect('/')
        return view(**kwargs)
    return wrapper
"""

OPAQUE = """
def guarded(view):
    def wrapper(**kwargs):
        try:
            return view(**kwargs)
        except ValueError:
            abort(503)
    return wrapper
"""

ASYNC_VIEW = """
@guarded
def page():
    return render_template('x')
"""
SYNC_VIEW = """
@guarded
def plain():
    return 'x'
"""


def colored(source, **roles):
    return colors_of(IMPORTS + source, **roles)


def names(functions):
    return {function.name for function in functions}


def test_transparent_wrapper_over_async_functions_awaits_them():
    colors = colored(TRANSPARENT + ASYNC_VIEW, page=Role.VIEW)
    assert names(colors.async_wrappers) == {"guarded.wrapper"}
    assert "view(**kwargs)" in awaited(colors)
    assert not colors.mixed_calls
    assert not colors.as_sync


def test_transparent_wrapper_over_async_and_sync_functions_is_mixed():
    colors = colored(TRANSPARENT + ASYNC_VIEW + SYNC_VIEW, page=Role.VIEW, plain=Role.VIEW)
    assert states(colors)["guarded.wrapper"] == "async"
    assert states(colors)["plain"] == "sync"
    assert len(colors.mixed_calls) == 1


def test_transparent_wrapper_over_sync_functions_stays():
    colors = colored(TRANSPARENT + SYNC_VIEW, plain=Role.VIEW)
    assert set(states(colors).values()) == {"sync"}


def test_transparent_wrapper_over_a_command_stays_sync_and_as_sync_goes_below():
    colors = colored(TRANSPARENT + ASYNC_VIEW + SYNC_VIEW, page=Role.VIEW, plain=Role.CLI_COMMAND)
    assert states(colors)["guarded.wrapper"] == "sync"
    assert names(colors.as_sync) == {"page"}


def test_opaque_wrapper_becomes_async_where_all_it_decorates_is_async():
    colors = colored(OPAQUE + ASYNC_VIEW, page=Role.VIEW)
    assert states(colors)["guarded.wrapper"] == "async"
    assert not colors.mixed_calls
    assert not colors.as_sync


def test_opaque_wrapper_over_async_and_sync_functions_stays_and_as_sync_goes_below():
    colors = colored(OPAQUE + ASYNC_VIEW + SYNC_VIEW, page=Role.VIEW, plain=Role.VIEW)
    assert states(colors)["guarded.wrapper"] == "sync"
    assert states(colors)["page"] == "async"
    assert names(colors.as_sync) == {"page"}


def test_opaque_wrapper_with_a_demand_of_its_own_serves_async_and_sync_functions():
    source = OPAQUE.replace("abort(503)", "return render_template('oops')")
    colors = colored(source + ASYNC_VIEW + SYNC_VIEW, page=Role.VIEW, plain=Role.VIEW)
    assert states(colors)["guarded.wrapper"] == "async"
    assert states(colors)["plain"] == "sync"
    assert len(colors.mixed_calls) == 1
    assert not colors.as_sync


def test_opaque_wrapper_with_a_demand_of_its_own_over_a_command_is_bridged():
    source = OPAQUE.replace("abort(503)", "return render_template('oops')")
    colors = colored(source + SYNC_VIEW, plain=Role.CLI_COMMAND)
    assert barriers(colors) == {"guarded.wrapper": "opaque-decorator"}


def test_a_function_that_calls_its_own_argument_is_no_wrapper():
    source = """
def notify(name_of, books):
    names = [name_of(book) for book in books]
    return render_template('mail', names=names)

def title(book):
    return book.title

def page():
    return notify(title, [])
"""
    colors = colored(source, page=Role.VIEW)
    assert states(colors) == {"notify": "async", "title": "sync", "page": "async"}
    assert not colors.async_wrappers
    assert "name_of(book)" not in awaited(colors)


def test_work_after_the_call_makes_a_wrapper_opaque():
    source = """
def guarded(view):
    def wrapper(**kwargs):
        answer = view(**kwargs)
        return answer
    return wrapper
"""
    colors = colored(source + ASYNC_VIEW + SYNC_VIEW, page=Role.VIEW, plain=Role.VIEW)
    assert names(colors.as_sync) == {"page"}


def test_decorator_of_an_extension_over_an_async_view_gets_as_sync():
    colors = colored(
        "@members_only\ndef page():\n    return render_template('x')\n", page=Role.VIEW
    )
    assert names(colors.as_sync) == {"page"}


def test_decorator_of_a_library_over_a_helper_is_a_barrier():
    colors = colored("@weird.thing\ndef page():\n    return render_template('x')\n")
    assert barriers(colors) == {"page": "opaque-decorator"}


def test_callback_of_an_extension_gets_as_sync_and_its_callers_stay():
    colors = colored(
        "def load(x):\n    return render_template('x')\ndef other():\n    return load(1)\n",
        load=Role.EXTENSION_CALLBACK,
    )
    assert names(colors.as_sync) == {"load"}
    assert states(colors) == {"load": "async", "other": "sync"}


def test_async_caller_offloads_a_function_under_as_sync():
    colors = colored(
        "def load(x):\n    return render_template('x')\n"
        "def other():\n    return load(1) + request.form['a']\n",
        load=Role.EXTENSION_CALLBACK,
    )
    assert [offload.what for offload in colors.offloads] == ["load()"]


def test_an_async_view_below_a_bridged_wrapper_gets_as_sync():
    source = OPAQUE.replace("abort(503)", "return render_template('oops')")
    colors = colored(source + ASYNC_VIEW + SYNC_VIEW, page=Role.VIEW, plain=Role.CLI_COMMAND)
    assert barriers(colors) == {"guarded.wrapper": "opaque-decorator"}
    assert states(colors)["page"] == "async"
    assert names(colors.as_sync) == {"page"}
