"""Write runs over models: what belongs to one write, and what stays outside of it."""

from hand_made import awaited, barriers, inferred, offloads, states

HEAD = """\
import requests
from flask import Flask, flash, redirect, render_template, request, url_for
from flask_mail import Mail, Message
from flask_sqlalchemy import SQLAlchemy
app = Flask(__name__)
db = SQLAlchemy(app)
mail = Mail(app)
class User(db.Model):
    id = db.Column(db.Integer, primary_key=True)
    name = db.Column(db.String)
"""


def view(body, before=""):
    lines = "".join(f"    {line}\n" for line in body.strip().splitlines())
    return inferred(f"{HEAD}{before}@app.route('/')\ndef index(id=None):\n{lines}")


def planned(body):
    colors = view(body)
    assert states(colors)["index"] == "async", colors.verdicts
    return offloads(colors)


def test_write_begins_where_it_is_marked():
    body = """
user = User(name='a')
db.session.add(user)
db.session.commit()
return render_template('x')"""
    assert planned(body) == ["save: db.session.add(user); db.session.commit()"]


def test_set_attribute_marks_a_write():
    body = """
user = db.session.get(User, id)
if user is None:
    return render_template('x')
user.name = 'b'
db.session.commit()
return render_template('x')"""
    assert planned(body) == [
        "call: db.session.get(User, id)",
        "save: user.name = 'b'; db.session.commit()",
    ]


def test_mark_before_an_await_stays_outside():
    body = """
user = db.session.get(User, id)
user.name = request.form['name']
page = render_template('x')
db.session.add(User())
db.session.commit()
return page"""
    assert planned(body) == [
        "call: db.session.get(User, id)",
        "save: db.session.add(User()); db.session.commit()",
    ]


def test_write_takes_in_what_loads_again_after_the_commit():
    body = """
user = User(name='a')
db.session.add(user)
db.session.commit()
flash('Welcome')
return redirect(url_for('index', id=user.id))"""
    colors = view(f"if not id:\n    return render_template('x')\n{body.strip()}")
    assert offloads(colors) == [
        (
            "save returns: db.session.add(user); db.session.commit(); flash('Welcome'); "
            "return redirect(url_for('index', id=user.id))"
        )
    ]
    assert "flash('Welcome')" not in awaited(colors)


def test_write_reaches_up_to_an_await_where_only_reads_follow():
    body = """
user = User(name='a')
db.session.add(user)
db.session.commit()
return render_template('x', name=user.name)"""
    assert planned(body) == [
        "save: db.session.add(user); db.session.commit()",
        "lambda: user.name",
    ]


def test_commit_alone_stays_where_it_stands():
    assert planned("db.session.commit()\nreturn render_template('x')") == [
        "call: db.session.commit()"
    ]


def test_transaction_in_a_with_moves_as_a_whole():
    body = "with db.session.begin():\n    db.session.add(User())\nreturn render_template('x')"
    assert planned(body) == ["save: with db.session.begin():     db.session.add(User())"]


def test_loop_that_writes_moves_with_its_commit():
    body = """
for name in 'ab':
    db.session.add(User(name=name))
db.session.commit()
return render_template('x')"""
    (block,) = planned(body)
    assert block.startswith("save: for name in 'ab':")
    assert block.endswith("; db.session.commit()")


def test_request_to_a_service_after_the_commit_belongs_to_the_write():
    body = """
db.session.add(User())
db.session.commit()
requests.post('x')
return render_template('x')"""
    (block,) = planned(body)
    assert block.endswith("requests.post('x')")


def test_request_to_a_service_before_the_write_does_not():
    body = "requests.post('x')\nid = render_template('x')\ndb.session.add(User())\n"
    body += "db.session.commit()\nreturn id"
    assert planned(body)[0] == "call: requests.post('x')"


TELL = """
def tell(user):
    mail.send(Message(body=render_template('mail')))
"""


def test_function_that_sends_the_mail_is_hopped_to_so_that_the_write_is_whole():
    body = """
name = request.form['name']
db.session.add(User(name=name))
db.session.commit()
tell(name)
return render_template('x')"""
    colors = view(body, TELL)
    assert states(colors)["index"] == states(colors)["tell"] == "async"
    assert len(colors.hops) == 1
    _, save = offloads(colors)
    assert save == "save: db.session.add(User(name=name)); db.session.commit(); tell(name)"


def test_view_that_only_calls_such_a_function_stays_synchronous_and_hops():
    body = "db.session.add(User())\ndb.session.commit()\ntell(1)\nreturn ''"
    colors = view(body, TELL)
    assert states(colors)["index"] == "sync"
    assert barriers(colors) == {"index": "cut-write"}
    assert len(colors.hops) == 1
