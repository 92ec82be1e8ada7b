"""Decorators: what they see, what the name holds after them, and what stands where."""

from inferring import facts_of, function_id, kinds, roles, targets

TWO_VIEWS = """
    import functools
    from flask import Flask, request, session
    app = Flask(__name__)

    {decorator}

    @app.route("/one")
    {use}
    def one():
        return request

    @app.route("/two")
    {use}
    def two():
        return session

    def call():
        return one()
    """
PLAIN = """
    def checked(f):
        @functools.wraps(f)
        def wrapper(*args, **kwargs):
            return f(*args, **kwargs)
        return wrapper
"""
WITH_ARGUMENT = """
    def checked(role):
        def decorate(f):
            def wrapper(*args, **kwargs):
                return f(*args, **kwargs)
            return wrapper
        return decorate
"""
A_CLASS = """
    class checked:
        def __init__(self, f):
            self.f = f
        def __call__(self, *args):
            return self.f(*args)
"""
A_METHOD = """
    class Auth:
        def checked(self, f):
            def wrapper(*args):
                return f(*args)
            return wrapper
    auth = Auth()
"""
THROUGH_A_HELPER = """
    def wrap(f, check):
        def wrapper(*args):
            return f(*args)
        return wrapper
    def checked(f):
        return wrap(f, None)
"""
OPTIONAL_ARGUMENT = """
    def checked(f=None, role=None):
        if f is None:
            return functools.partial(checked, role=role)
        def wrapper(*args):
            return f(*args)
        return wrapper
"""


def program(decorator, use):
    return TWO_VIEWS.format(decorator=decorator, use=use)


def test_a_wrapper_calls_what_each_use_decorates():
    code = program(PLAIN, "@checked")
    assert targets(code, "f(*args, **kwargs)") == {"one", "two"}
    assert kinds(code, "one()") == {"request"}


def test_a_decorator_with_an_argument():
    code = program(WITH_ARGUMENT, "@checked('admin')")
    assert targets(code, "f(*args, **kwargs)") == {"one", "two"}
    assert kinds(code, "one()") == {"request"}


def test_a_decorator_that_is_a_class():
    code = program(A_CLASS, "@checked")
    assert targets(code, "self.f(*args)") == {"one", "two"}
    assert kinds(code, "one()") == {"request"}


def test_a_decorator_that_is_a_method():
    code = program(A_METHOD, "@auth.checked")
    assert targets(code, "f(*args)") == {"one", "two"}
    assert kinds(code, "one()") == {"request"}


def test_a_decorator_that_asks_a_helper():
    code = program(THROUGH_A_HELPER, "@checked")
    assert targets(code, "f(*args)") == {"one", "two"}
    assert kinds(code, "one()") == {"request"}


def test_a_decorator_of_the_library_decorator():
    code = program(
        "from decorator import decorator\n    @decorator\n    def checked(f, *args):\n"
        "        return f(*args)\n",
        "@checked",
    )
    assert targets(code, "f(*args)") == {"one", "two"}
    assert ("view", "app.route") in roles(code, "one")


def test_the_outside_caller_of_a_wrapper_calls_the_decorated_function():
    code = program(PLAIN, "@checked")
    assert ("view", "app.route") in roles(code, "one")
    assert ("view", "app.route") in roles(code, "checked.wrapper")


def test_two_decorators_over_each_other():
    both = PLAIN + WITH_ARGUMENT.replace("checked", "other")
    code = program(both, "@checked\n    @other(1)")
    assert kinds(code, "one()") == {"request"}
    assert ("view", "app.route") in roles(code, "one")


def test_a_decorator_that_only_registers():
    code = program(
        "views = []\n    def checked(f):\n        views.append(f)\n        return f", "@checked"
    )
    assert kinds(code, "one()") == {"request"}
    facts = facts_of(code)
    decorations = facts.decorations[function_id(facts, "one")]
    assert decorations[1].wrapper is None
    assert decorations[1].target == function_id(facts, "checked")


def test_what_stands_on_a_function():
    facts = facts_of(program(PLAIN, "@checked"))
    outer, inner = facts.decorations[function_id(facts, "one")]
    assert outer.external == ("app.route",)
    assert inner.target == function_id(facts, "checked")
    assert inner.wrapper == function_id(facts, "checked.wrapper")


def test_the_function_that_a_decorator_with_arguments_applies():
    facts = facts_of(program(WITH_ARGUMENT, "@checked('admin')"))
    inner = facts.decorations[function_id(facts, "one")][1]
    assert inner.target == function_id(facts, "checked.decorate")
    assert inner.wrapper == function_id(facts, "checked.decorate.wrapper")


def test_decorators_of_libraries_by_name():
    code = """
        from flask import Flask
        from flask_login import login_required
        from flask_caching import Cache
        cache = Cache()
        app = Flask(__name__)

        @app.route("/")
        @login_required
        @cache.cached(timeout=5)
        def view(): ...
        """
    facts = facts_of(code)
    external = [each.external for each in facts.decorations[function_id(facts, "view")]]
    assert external == [
        ("app.route",),
        ("flask_login.login_required",),
        ("flask_caching.Cache().cached",),
    ]
    assert ("view", "app.route") in roles(code, "view")


def test_decorators_listed_on_a_view_class():
    code = """
        from flask.views import MethodView
        def checked(f):
            def wrapper(*args):
                return f(*args)
            return wrapper
        class Page(MethodView):
            decorators = [checked]
            def get(self): ...
        """
    assert targets(code, "f(*args)") == {"Page.get"}


def test_a_class_decorator_keeps_the_class():
    code = """
        def register(cls):
            return cls
        @register
        class A:
            def f(self): ...
        A().f()
        """
    assert targets(code, "A().f()") == {"A.f"}


def test_a_function_wrapped_by_a_call():
    code = """
        from flask import Flask
        from flask_login import login_required
        app = Flask(__name__)
        def view(): ...
        app.add_url_rule("/", view_func=login_required(view))
        """
    assert roles(code, "view") == {
        ("view", "app.add_url_rule"),
        ("callback of an extension", "flask_login.login_required"),
    }


def test_what_one_decorator_passes_by_name_goes_through_the_next():
    code = """
        class Client:
            def find(self): ...
        def with_client(f):
            def wrapper(*args, **kwargs):
                client = Client()
                return f(*args, **kwargs, client=client)
            return wrapper
        def checked(f):
            def wrapper(*args, **kwargs):
                if kwargs["name"]:
                    return f(*args, **kwargs)
            return wrapper
        @with_client
        @checked
        def view(client, name):
            return client.find()
        view(name="a")
        """
    assert targets(code, "client.find()") == {"Client.find"}
