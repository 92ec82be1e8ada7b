"""Packages whose calls do not hold their thread, by the top-level name that is imported."""

PURE = frozenset(
    """
    aiofiles aiohttp aioredis aiosqlite anyio apispec arrow asgiref asyncpg attr attrs babel
    bleach blinker boltons brotli brotlicffi bs4 bson cachetools cerberus certifi chardet
    charset_normalizer click colorama commonmark compat_shims Crypto Cryptodome cryptography
    cssselect databases dateutil decorator decouple defusedxml dependency_injector deprecated
    docutils dotenv dpath dynaconf ecdsa email_validator environs factory faker feedgen
    feedgenerator filetype flasgger flask flask_admin flask_apispec flask_assets flask_babel
    flask_babelex flask_bootstrap flask_compress flask_cors flask_debugtoolbar flask_flatpages
    flask_htmx flask_injector flask_moment flask_script flask_seasurf flask_shell_ipython
    flask_talisman freezegun furl geojson graphene graphql greenlet gunicorn hashids html5lib
    httpagentparser humanize hypercorn hyperlink hypothesis icalendar ics idna
    importlib_metadata importlib_resources inflect inflection injector isodate itsdangerous
    jinja2 jose jsonpatch jsonpointer jsonschema jwt loguru lz4 magic markdown markdown2
    markupsafe marshmallow mimeparse mistune mock more_itertools motor msgpack multidict
    mypy_extensions nacl nanoid natsort networkx newrelic numpy opentelemetry orjson packaging
    pendulum phonenumbers pkg_resources pluggy prettytable prometheus_client
    prometheus_flask_exporter psutil punq pycountry pydantic pygments pyotp pyparsing pytest
    pythonjsonlogger pytz qrcode quart rapidjson regex responses rfc3986 rich rsa ruamel schema
    segno semver sentry_sdk setuptools shapely shortuuid simplejson six slugify snappy
    sortedcontainers sqlparse starlette statsd stevedore structlog tabulate termcolor
    text_unidecode toml tomli tomli_w tomlkit toolz tortoise tqdm trio typing_extensions tzlocal
    ua_parser ujson ulid unidecode uritools user_agents uuid6 uvicorn validators vobject
    voluptuous w3lib waitress watchdog webcolors webob werkzeug wrapt wtforms xmltodict yaml
    yarl zope zstandard
    """.split()  # noqa: SIM905  a list of words is read and extended as words
)
"""The standard library is judged by ``sys.stdlib_module_names``, not here."""
