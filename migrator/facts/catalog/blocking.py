"""What holds a thread: libraries, their members, and what each does to the data.

A library is looked up by the longest dotted prefix of a name up to its first call (``sqlite3`` for
``sqlite3.connect().execute``), a member by its last two parts (``session.delete``), by the last
part of the result of a call (``().delete``), or by the last part alone. To add a library, add an
entry; a module of the standard library that stands nowhere here does not block, another library
(see :mod:`migrator.facts.catalog.pure`) counts as blocking and is a finding.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Effect(StrEnum):
    """What a call does besides holding its thread."""

    READ = "waits"
    STATEMENT = "runs a statement: its text says whether it writes"
    WRITE = "writes, until a commit or a rollback"
    COMMIT = "ends a write"
    SEND = "has an effect that no rollback undoes"
    PENDING = "marks a write without waiting"


@dataclass(frozen=True, slots=True)
class Library:
    """The members of a library by what they do, as words; ``free`` ones do not block.

    ``other`` is the effect of a member that is not listed: ``None`` if it does not block. ``rows``
    says that iterating over a result of the library blocks, ``enters`` that ``with`` on one does;
    ``keyed`` are the members whose results block where they are read by a key.
    """

    free: str = ""
    reads: str = ""
    statements: str = ""
    writes: str = ""
    commits: str = ""
    sends: str = ""
    pending: str = ""
    other: Effect | None = None
    rows: bool = False
    enters: bool = False
    keyed: str = ""


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_DATABASE_API = Library(
    reads="connect fetchone fetchall fetchmany close rollback ping nextset backup getconn",
    writes="executemany callproc",
    commits="commit executescript",
    statements="execute",
    rows=True,
    enters=True,
)
"""PEP 249: https://peps.python.org/pep-0249/"""

_SQLALCHEMY = Library(
    free=("SQLAlchemy().delete SQLAlchemy().update sqlalchemy.delete sqlalchemy.update func.count"),
    reads=(
        "all first one one_or_none scalar scalar_one scalar_one_or_none scalars count get "
        "get_or_404 first_or_404 one_or_404 paginate refresh connect fetchone fetchall fetchmany "
        "mappings partitions rollback close merge begin begin_nested remove get_one stream "
        "scoped_session() scoped_session().query scoped_session().expire scoped_session().expunge "
        "scoped_session().expire_all scoped_session().expunge_all"
    ),
    writes=(
        "flush query.delete query.update ().delete ().update bulk_save_objects "
        "bulk_insert_mappings bulk_update_mappings scoped_session().add scoped_session().add_all "
        "scoped_session().delete"
    ),
    commits="commit create_all drop_all create drop",
    statements="execute",
    pending="add add_all session.delete session().delete",
    rows=True,
    enters=True,
)
"""https://docs.sqlalchemy.org/en/20/orm/session_api.html

A ``scoped_session`` finds the session of the running thread, so all that is asked of one belongs to
the request's thread, ``add`` included: Flask-SQLAlchemy's goes by the app context.
"""

_DOCUMENTS = Library(
    free="ObjectId Document StringField get_collection get_database collection database",
    reads=(
        "find_one count count_documents estimated_document_count distinct aggregate first get "
        "get_or_404 first_or_404 all list_collection_names reload watch scalar"
    ),
    sends=(
        "insert_one insert_many update_one update_many replace_one delete_one delete_many "
        "bulk_write insert update delete remove save modify upsert_one drop create_index "
        "find_one_and_update find_one_and_replace find_one_and_delete drop_collection put"
    ),
    rows=True,
)
"""Each write of a document store is its own transaction: it commits as it writes."""

_PEEWEE = Library(
    reads=(
        "__getitem__ get get_or_none get_by_id first count exists scalar fetchone fetchall connect "
        "close get_or_404 pragma get_tables get_views get_indexes get_columns get_primary_keys "
        "get_foreign_keys table_exists"
    ),
    sends=(
        "save create insert_many delete_instance execute get_or_create bulk_create bulk_update "
        "create_tables drop_tables execute_sql delete_by_id set_by_id"
    ),
    commits="commit",
    rows=True,
    enters=True,
)
"""peewee commits each statement: https://docs.peewee-orm.com/en/latest/peewee/transactions.html"""

_REQUESTS = Library(
    free=(
        "Session Client Timeout HTTPAdapter mount Request Retry HTTPBasicAuth BasicAuth auth "
        "raise_for_status json prepare AsyncClient Limits HTTPTransport update ok close"
    ),
    reads="get head options iter_content iter_lines iter_bytes read",
    sends="post put patch delete request send stream urlopen",
    rows=True,
)
_CLOUD = Library(free="Session client resource Client Config get_credentials", other=Effect.SEND)
_REMOTE = Library(other=Effect.SEND)
_WAITS = Library(other=Effect.READ)
_HASHES = Library(
    reads=(
        "hash verify hashpw checkpw kdf encrypt verify_and_update generate_password_hash "
        "check_password_hash verify_password hash_password pbkdf2_hmac scrypt"
    )
)
_FILE = Library(
    free="fileno isatty closed name seek tell readable writable close",
    reads="open read readline readlines readinto detach read_text read_bytes",
    sends="write writelines truncate flush",
    rows=True,
    enters=True,
)

LIBRARIES: Mapping[str, Library] = {
    # The standard library: a module that is not listed does not block.
    "open": _FILE,
    "io.open": _FILE,
    "input": _WAITS,
    "time": Library(reads="sleep"),
    "pathlib": Library(
        free="name.replace stem.replace suffix.replace",
        reads=(
            "open read_text read_bytes glob rglob iterdir walk read readline readlines exists "
            "is_file is_dir is_symlink is_mount stat lstat resolve samefile readlink owner group"
        ),
        sends="write_text write_bytes unlink rename replace touch mkdir rmdir write writelines",
    ),
    "os": Library(
        reads=(
            "os.listdir os.scandir os.walk os.fwalk os.popen os.wait os.waitpid os.read ().read "
            "os.stat os.lstat os.access os.statvfs os.readlink ().stat ().is_file ().is_dir"
        ),
        sends=(
            "os.system os.remove os.unlink os.rename os.renames os.replace os.makedirs os.mkdir "
            "os.rmdir os.removedirs os.link os.symlink os.truncate os.chmod os.chown os.write "
            "os.spawnl os.spawnv"
        ),
    ),
    # A disk may be on a network, or asleep. Ruff says so of these in async functions, too:
    # https://docs.astral.sh/ruff/rules/blocking-path-method-in-async-function/
    "os.path": Library(
        reads=(
            "exists lexists isfile isdir islink ismount getmtime getatime getctime getsize "
            "realpath samefile"
        )
    ),
    "shutil": Library(free="which get_terminal_size disk_usage", other=Effect.SEND),
    "glob": Library(free="escape has_magic", other=Effect.READ),
    "tempfile": Library(
        free="gettempdir gettempprefix",
        sends="write writelines",
        reads="read readlines flush",
        other=Effect.READ,
    ),
    "zipfile": Library(
        free="ZipInfo getinfo infolist namelist",
        sends="write writestr extractall extract",
        other=Effect.READ,
    ),
    "tarfile": Library(free="TarInfo", sends="add addfile extractall extract", other=Effect.READ),
    "gzip": Library(reads="open read GzipFile", sends="write"),
    "bz2": Library(reads="open read", sends="write"),
    "lzma": Library(reads="open read", sends="write"),
    "json": Library(reads="load", sends="dump"),
    "pickle": Library(reads="load", sends="dump"),
    "marshal": Library(reads="load", sends="dump"),
    "tomllib": Library(reads="load"),
    "configparser": Library(reads="read read_file", sends="write"),
    "dbm": Library(other=Effect.READ, keyed="open"),
    "shelve": Library(other=Effect.READ, keyed="open"),
    "fileinput": _WAITS,
    "linecache": _WAITS,
    "xml.etree.ElementTree": Library(reads="parse iterparse", sends="write"),
    "sqlite3": _DATABASE_API,
    "subprocess": Library(free="list2cmdline poll CalledProcessError", other=Effect.SEND),
    "socket": Library(
        free=(
            "gethostname htons htonl ntohs ntohl inet_aton inet_ntoa inet_pton inet_ntop socket "
            "settimeout setsockopt setblocking bind listen getsockname getpeername fileno"
        ),
        sends="send sendall sendto sendfile",
        other=Effect.READ,
    ),
    "select": _WAITS,
    "ssl": Library(reads="get_server_certificate do_handshake"),
    "urllib.request": Library(
        free=(
            "Request quote unquote pathname2url url2pathname add_header build_opener "
            "HTTPBasicAuthHandler HTTPPasswordMgrWithDefaultRealm ProxyHandler getcode info "
            "geturl"
        ),
        other=Effect.SEND,
    ),
    "urllib.robotparser": Library(reads="read"),
    "http.client": Library(
        free="HTTPConnection HTTPSConnection", sends="request", other=Effect.READ
    ),
    "smtplib": Library(free="SMTP SMTP_SSL set_debuglevel", other=Effect.SEND, enters=True),
    "ftplib": _REMOTE,
    "imaplib": _REMOTE,
    "poplib": _REMOTE,
    "telnetlib": _REMOTE,
    "xmlrpc.client": Library(free="ServerProxy dumps loads", other=Effect.SEND),
    "threading": Library(reads="acquire wait wait_for join", enters=True),
    "_thread": Library(reads="acquire", enters=True),
    "multiprocessing": Library(
        free="Process Queue Lock cpu_count current_process start Value Array", other=Effect.READ
    ),
    "concurrent.futures": Library(reads="result exception wait as_completed shutdown map"),
    "queue": Library(reads="get put join"),
    "signal": Library(reads="pause sigwait"),
    "getpass": Library(reads="getpass"),
    "hashlib": _HASHES,
    "crypt": _WAITS,
    # What Flask stands on blocks nowhere else.
    "werkzeug.security": _HASHES,
    # HTTP and remote services
    "requests": _REQUESTS,
    "requests_oauthlib": _REQUESTS,
    "requests_cache": _REQUESTS,
    "urllib3": _REQUESTS,
    "httpx": _REQUESTS,
    "boto3": _CLOUD,
    "botocore": _CLOUD,
    "google.cloud": _CLOUD,
    "googleapiclient": _CLOUD,
    "azure": _CLOUD,
    "stripe": _REMOTE,
    "twilio": _CLOUD,
    "sendgrid": _CLOUD,
    "slack_sdk": _CLOUD,
    "github": _REMOTE,
    "git": _REMOTE,
    "docker": _REMOTE,
    "kubernetes": _REMOTE,
    "paramiko": _REMOTE,
    "fabric": _REMOTE,
    "feedparser": _WAITS,
    "pyzotero": _WAITS,
    "pypandoc": _WAITS,
    "cachelib": _WAITS,
    "ldap": _WAITS,
    "ldap3": _WAITS,
    "dns": _WAITS,
    "elasticsearch": Library(
        free="Elasticsearch", sends="index create update delete bulk", other=Effect.READ
    ),
    "elasticsearch_dsl": Library(
        free="Search Q query filter sort", sends="save delete update", other=Effect.READ, rows=True
    ),
    "opensearchpy": Library(
        free="OpenSearch", sends="index create update delete bulk", other=Effect.READ
    ),
    "whoosh": _WAITS,
    "kafka": _REMOTE,
    "confluent_kafka": _REMOTE,
    "pika": _REMOTE,
    # Queues of tasks: handing in a task talks to a broker.
    "celery": Library(
        sends="delay apply_async send_task apply retry revoke",
        reads="get wait join AsyncResult ready status result inspect",
    ),
    "rq": Library(free="Queue", other=Effect.SEND),
    "flask_rq2": Library(sends="queue enqueue"),
    "dramatiq": Library(sends="send send_with_options"),
    "huey": Library(reads="get", sends="schedule enqueue"),
    # Stores
    "redis": Library(
        free="Redis StrictRedis from_url ConnectionPool pipeline lock register_script",
        reads=(
            "get mget hget hgetall hmget exists keys ttl smembers lrange llen scard zrange ping "
            "scan scan_iter sismember zscore acquire release listen get_message"
        ),
        other=Effect.SEND,
        rows=True,
        enters=True,
    ),
    "redis.asyncio": Library(),
    "flask_redis": Library(
        free="FlaskRedis init_app from_url",
        reads="get mget hget hgetall exists keys",
        other=Effect.SEND,
    ),
    "memcache": _REMOTE,
    "pymemcache": _REMOTE,
    "pymongo": _DOCUMENTS,
    "flask_pymongo": _DOCUMENTS,
    "mongoengine": _DOCUMENTS,
    "flask_mongoengine": _DOCUMENTS,
    "mongoframes": _DOCUMENTS,
    "gridfs": _DOCUMENTS,
    "neo4j": Library(free="GraphDatabase driver session", other=Effect.SEND),
    "psycopg": _DATABASE_API,
    "psycopg2": _DATABASE_API,
    "psycopg_pool": _DATABASE_API,
    "pymysql": _DATABASE_API,
    "MySQLdb": _DATABASE_API,
    "mysql.connector": _DATABASE_API,
    "flask_mysqldb": _DATABASE_API,
    "flaskext.mysql": _DATABASE_API,
    "mariadb": _DATABASE_API,
    "cx_Oracle": _DATABASE_API,
    "oracledb": _DATABASE_API,
    "pyodbc": _DATABASE_API,
    "pymssql": _DATABASE_API,
    "duckdb": _DATABASE_API,
    "records": _DATABASE_API,
    "sqlalchemy": _SQLALCHEMY,
    "flask_sqlalchemy": _SQLALCHEMY,
    "sqlalchemy_continuum": _SQLALCHEMY,
    "sqlmodel": _SQLALCHEMY,
    "sqlalchemy.ext.asyncio": Library(),
    "alembic": _WAITS,
    "flask_migrate": Library(free="Migrate init_app", other=Effect.SEND),
    "peewee": _PEEWEE,
    "playhouse": _PEEWEE,
    # Reads the schema of the database for each table that it is asked for.
    "playhouse.dataset": Library(
        free="DataSet",
        sends="insert update delete thaw",
        other=Effect.READ,
        rows=True,
        enters=True,
        keyed="DataSet",
    ),
    "pony": Library(reads="select get count", commits="commit", writes="flush", rows=True),
    # Extensions of Flask: what they do may wait, and stands on Flask's context.
    "flask_login": Library(
        reads="login_user logout_user confirm_login login_fresh unauthorized needs_refresh",
    ),
    "flask_security": Library(free="Security init_app UserMixin RoleMixin", other=Effect.READ),
    "flask_principal": Library(free="Principal Permission RoleNeed UserNeed", other=Effect.READ),
    "flask_jwt_extended": Library(
        free=(
            "JWTManager init_app get_jwt get_jwt_identity get_jwt_header create_access_token "
            "create_refresh_token decode_token set_access_cookies set_refresh_cookies "
            "unset_jwt_cookies get_csrf_token jwt_required get_jti"
        ),
        other=Effect.READ,
    ),
    "flask_httpauth": Library(free="HTTPBasicAuth HTTPTokenAuth current_user", other=Effect.READ),
    "flask_bcrypt": _HASHES,
    "flask_argon2": _HASHES,
    "flask_wtf": Library(
        free=(
            "init_app CSRFProtect exempt populate_obj hidden_tag csrf_token data errors append "
            "process process_data"
        ),
        other=Effect.READ,
    ),
    "wtforms": Library(reads="validate"),
    "wtforms_sqlalchemy": _WAITS,
    "wtforms_alchemy": _WAITS,
    "flask_mail": Library(free="Mail Message init_app attach add_recipient", other=Effect.SEND),
    "flask_mailman": Library(free="Mail EmailMessage init_app attach", other=Effect.SEND),
    "flask_admin": Library(
        reads="render get_list get_one get_query get_count_query",
        sends="create_model update_model delete_model",
    ),
    "flask_caching": Library(
        free="Cache init_app cached memoize make_cache_key", other=Effect.READ
    ),
    "flask_session": Library(),
    "flask_limiter": Library(free="Limiter init_app limit exempt shared_limit", other=Effect.READ),
    "flask_restful": Library(reads="parse_args"),
    "flask_restx": Library(reads="parse_args"),
    "flask_smorest": Library(),
    "webargs": Library(reads="parse"),
    "flask_marshmallow": Library(reads="load dump jsonify dumps loads"),
    "marshmallow_sqlalchemy": Library(reads="load dump dumps loads"),
    "flask_socketio": Library(sends="emit send disconnect"),
    "flask_uploads": Library(sends="save"),
    "authlib": Library(
        reads="authorize_redirect authorize_access_token get parse_id_token userinfo",
        sends="post put delete request fetch_token",
    ),
    "flask_dance": Library(reads="get", sends="post put delete"),
    "apscheduler": Library(sends="add_job remove_job"),
    # Work for the processor that takes long enough to be felt
    "bcrypt": _HASHES,
    "argon2": _HASHES,
    "passlib": _HASHES,
    "PIL": Library(
        reads="open convert resize thumbnail filter rotate crop paste load verify tobytes",
        sends="save",
    ),
    "cv2": _WAITS,
    "pandas": Library(
        reads="read_csv read_excel read_sql read_sql_query read_json read_parquet read_html",
        sends="to_sql to_csv to_excel to_parquet",
    ),
    "matplotlib": Library(sends="savefig"),
    "openpyxl": Library(reads="load_workbook", sends="save"),
    "xlsxwriter": Library(sends="close"),
    "reportlab": Library(sends="save build"),
    "weasyprint": _WAITS,
    "lxml": Library(reads="parse iterparse", sends="write"),
    "yaml": Library(),
    "nltk": _WAITS,
    "torch": _WAITS,
    "tensorflow": _WAITS,
    "transformers": _WAITS,
    "sklearn": Library(reads="fit predict transform fit_transform predict_proba"),
    "joblib": _WAITS,
    "openai": _REMOTE,
    "anthropic": _REMOTE,
    "gevent": Library(reads="sleep joinall wait get"),
    "eventlet": Library(reads="sleep wait"),
}

METHODS: Mapping[str, Effect] = {
    **dict.fromkeys(
        _words(
            "fetchone fetchall fetchmany scalar_one scalar_one_or_none one_or_none first_or_404 "
            "get_or_404 one_or_404 paginate rollback"
        ),
        Effect.READ,
    ),
    "execute": Effect.STATEMENT,
    **dict.fromkeys(_words("executemany bulk_save_objects"), Effect.WRITE),
    **dict.fromkeys(_words("commit executescript"), Effect.COMMIT),
    **dict.fromkeys(_words("delay apply_async sendmail send_message"), Effect.SEND),
}
"""Methods so telling that a call blocks by them alone, when nothing is known of the receiver."""

PROXIES = (
    "flask_login.current_user",
    "flask_security.current_user",
    "flask_jwt_extended.current_user",
    "werkzeug.local.LocalProxy()",
)
"""Names that load what they stand for whenever an attribute is read: with a query, as a rule."""

LISTS = _words(
    "all fetchall fetchmany get_json json readlines paginate items listdir glob relationship"
)
"""Members whose result is in memory: iterating over it does not block."""

ENTITIES = _words(
    "get get_or_404 first first_or_404 one one_or_none one_or_404 scalar scalar_one merge "
    "get_one scalar_one_or_none"
)
"""Members of an object-relational mapper that return an instance of a model."""
