"""What the catalog says of calls by their dotted names."""

import pytest

from migrator.facts.catalog.blocking import Effect
from migrator.facts.catalog.judge import judge


@pytest.mark.parametrize(
    ("name", "effect"),
    [
        ("time.sleep", Effect.READ),
        ("open", Effect.READ),
        ("builtins.open", Effect.READ),
        ("open().write", Effect.SEND),
        ("pathlib.Path().with_name().read_text", Effect.READ),
        ("pathlib.Path().exists", Effect.READ),
        ("os.path.getmtime", Effect.READ),
        ("os.scandir().stat", Effect.READ),
        ("json.load", Effect.READ),
        ("subprocess.run", Effect.SEND),
        ("os.system", Effect.SEND),
        ("os.replace", Effect.SEND),
        ("pathlib.Path().replace", Effect.SEND),
        ("urllib.request.urlopen", Effect.SEND),
        ("smtplib.SMTP().sendmail", Effect.SEND),
        ("sqlite3.connect", Effect.READ),
        ("sqlite3.connect().execute", Effect.STATEMENT),
        ("sqlite3.connect().commit", Effect.COMMIT),
        ("psycopg2.connect().cursor().execute", Effect.STATEMENT),
        ("requests.Session().get", Effect.READ),
        ("redis.Redis().get", Effect.READ),
        ("redis.Redis().set", Effect.SEND),
        ("boto3.client().put_object", Effect.SEND),
        ("flask_sqlalchemy.SQLAlchemy().session.add", Effect.PENDING),
        ("flask_sqlalchemy.SQLAlchemy().session.delete", Effect.PENDING),
        ("flask_sqlalchemy.SQLAlchemy().session.query().filter().delete", Effect.WRITE),
        ("flask_sqlalchemy.SQLAlchemy().Model.query.filter_by().first_or_404", Effect.READ),
        ("sqlalchemy.orm.sessionmaker()().commit", Effect.COMMIT),
        ("sqlalchemy.orm.scoped_session()", Effect.READ),
        ("sqlalchemy.orm.scoped_session().add", Effect.WRITE),
        ("sqlalchemy.orm.scoped_session().query", Effect.READ),
        ("werkzeug.security.check_password_hash", Effect.READ),
        ("bcrypt.hashpw", Effect.READ),
        ("flask_mail.Mail().send", Effect.SEND),
        ("threading.Lock().acquire", Effect.READ),
        ("queue.Queue().get", Effect.READ),
        ("zipfile.ZipFile().extractall", Effect.SEND),
        ("PIL.Image.open", Effect.READ),
    ],
)
def test_call_that_waits(name, effect):
    assert judge(name).effect is effect
    assert judge(name).known


@pytest.mark.parametrize(
    "name",
    [
        "len",
        "json.dumps",
        "os.path.join",
        "os.path.basename().replace",
        "os.listdir().remove",
        "pathlib.Path().stem.replace",
        "subprocess.check_output().decode",
        "re.compile().match",
        "datetime.datetime.now",
        "hashlib.md5",
        "werkzeug.utils.secure_filename",
        "flask.jsonify",
        "wtforms.StringField",
        "itsdangerous.URLSafeSerializer().dumps",
        "click.echo",
        "sqlalchemy.select",
        "flask_sqlalchemy.SQLAlchemy().delete",
        "flask_sqlalchemy.SQLAlchemy().session.query",
        "sqlalchemy.func.count",
        "requests.get().json",
        "redis.asyncio.Redis().get",
        "flask_babel.gettext",
        "threading.Lock",
        "six.moves.urllib.parse.urlparse",
    ],
)
def test_call_that_does_not_wait(name):
    assert judge(name).effect is None


def test_library_that_is_not_known_counts_as_waiting():
    assert judge("weird.thing").effect is Effect.READ
    assert not judge("weird.thing").known
