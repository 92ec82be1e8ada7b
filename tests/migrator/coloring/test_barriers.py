"""Who stands above a function, and whether async can pass."""

from dataclasses import replace

import pytest
from hand_made import Role, barriers, color, demands_of, facts_of, states

from migrator.facts.model import EntryPoint
from migrator.options import Options

SOURCE = """\
from flask import render_template
def page():
    return render_template('x')
"""


def colored_by(role, via):
    facts = facts_of(SOURCE, page=role)
    ((name, (entry,)),) = facts.entry_points.items()
    facts = replace(facts, entry_points={name: (EntryPoint(role, entry.location, via),)})
    return color(facts, demands_of(facts), Options())


@pytest.mark.parametrize(
    ("role", "via", "barrier"),
    [
        (Role.CALLED_BY_TESTS, "test_page", "called-by-tests"),
        (Role.PATCHED_BY_TESTS, "pytest.monkeypatch.setattr", "patched-by-tests"),
        (Role.APP_FACTORY, "flask.Flask", "app-factory"),
        (Role.CLI_COMMAND, "click.command", "cli-command"),
        (Role.SHELL_CONTEXT, "app.shell_context_processor", "shell-context"),
        (Role.THREAD_TARGET, "threading.Thread", "thread-target"),
        (Role.TASK, "celery.Celery().task", "task"),
        (Role.STARTS_LOOP, "asyncio.run", "starts-loop"),
        (Role.URL_PROCESSOR, "app.url_defaults", "url-processor"),
        (Role.TEMPLATE_FUNCTION, "app.template_filter", "template-function"),
        (Role.CONTEXT_MANAGER, "contextlib.contextmanager", "context-manager"),
        (Role.PROPERTY, "", "property"),
        (Role.ESCAPES, "weird.run", "value-escape"),
        (Role.SIGNAL_RECEIVER, "flask_login.user_logged_in.connect", "signal-receiver"),
        (Role.OVERRIDES_EXTERNAL, "wtforms.Form.validate", "overrides-library"),
        (Role.OVERRIDES_EXTERNAL, "flask_restful.Resource.dispatch", "overrides-library"),
    ],
)
def test_caller_that_cannot_await(role, via, barrier):
    assert barriers(colored_by(role, via)) == {"page": barrier}


@pytest.mark.parametrize(
    ("role", "via"),
    [
        (Role.VIEW, "app.route"),
        (Role.BEFORE_REQUEST, "blueprint.before_request"),
        (Role.AFTER_REQUEST, "app.after_request"),
        (Role.TEARDOWN, "app.teardown_request"),
        (Role.ERROR_HANDLER, "app.errorhandler"),
        (Role.CONTEXT_PROCESSOR, "app.context_processor"),
        (Role.VIEW_METHOD, "flask.views.MethodView.get"),
        (Role.SERVING_HOOK, "app.before_serving"),
        (Role.AFTER_THIS_REQUEST, "flask.after_this_request"),
        (Role.SIGNAL_RECEIVER, "flask.request_started.connect"),
    ],
)
def test_caller_that_awaits(role, via):
    colors = colored_by(role, via)
    assert states(colors) == {"page": "async"}
    assert not colors.as_sync


@pytest.mark.parametrize(
    ("role", "via"),
    [
        (Role.EXTENSION_CALLBACK, "flask_login.LoginManager().user_loader"),
        (Role.OVERRIDES_EXTERNAL, "flask_restful.Resource.get"),
        (Role.VIEW_METHOD, "flask_restx.Resource.post"),
        (Role.ERROR_HANDLER, "flask_wtf.CSRFProtect().error_handler"),
    ],
)
def test_caller_in_an_extension_gets_it_as_sync(role, via):
    assert {name.name for name in colored_by(role, via).as_sync} == {"page"}


def test_call_that_may_leave_the_program():
    facts = facts_of(SOURCE + "def index():\n    return page()\n")
    calls = tuple(replace(site, external=True) for site in facts.calls)
    facts = replace(facts, calls=calls, callers={calls[0].targets[0]: calls})
    colors = color(facts, demands_of(facts), Options())
    assert barriers(colors) == {"page": "mixed-call"}
    assert states(colors) == {"page": "bridged", "index": "sync"}


def several(role):
    """One call that runs ``page`` or ``other``."""
    source = SOURCE + "def other():\n    return ''\ndef index():\n    return page()\n"
    facts = facts_of(source, **({"other": role} if role else {}))
    (site,) = facts.calls
    other = next(name for name in facts.program.functions if name.name == "other")
    both = replace(site, targets=(*site.targets, other))
    facts = replace(facts, calls=(both,), callers=dict.fromkeys(both.targets, (both,)))
    return color(facts, demands_of(facts), Options())


def test_functions_that_one_call_may_run_are_async_together():
    assert states(several(None)) == {"page": "async", "other": "async", "index": "async"}


def test_barrier_before_one_of_them_holds_all():
    colors = several(Role.CLI_COMMAND)
    assert states(colors) == {"page": "bridged", "other": "sync", "index": "sync"}
