"""Packages whose calls do not hold their thread, by the top-level name that is imported."""

PURE = frozenset(
    """
    aiofiles aiohttp aioredis aiosqlite anyio apispec arrow asgiref asn1crypto asyncpg attr
    attrs babel base58 bidict bleach bleach_allowlist blinker boltons brotli brotlicffi bs4 bson
    cachetools cattr cattrs cerberus certifi chardet charset_normalizer click colorama
    commonmark compat_shims croniter Crypto Cryptodome cryptography cssselect cuid databases
    dateparser dateutil decorator decouple deepdiff defusedxml dependency_injector deprecated
    dictdiffer docutils dominate dotenv dpath dynaconf ecdsa email_validator emoji environs
    factory faker feedgen feedgenerator filetype flasgger flask flask_accepts flask_admin
    flask_apispec flask_assets flask_avatars flask_babel flask_babelex flask_babelhg
    flask_babelplus flask_bootstrap flask_bootstrap4 flask_breadcrumbs flask_ckeditor
    flask_compress flask_cors flask_debugtoolbar flask_dropzone flask_flatpages
    flask_font_awesome flask_gravatar flask_htmlmin flask_htmx flask_injector flask_menu
    flask_minify flask_misaka flask_moment flask_nav flask_navigation flask_openapi3
    flask_pagedown flask_paginate flask_pydantic flask_script flask_seasurf flask_shell_ipython
    flask_sitemap flask_sslify flask_static_digest flask_talisman flask_vite flatland freezegun
    frontmatter funcy furl geojson graphene graphql greenlet gunicorn hashids html2text html5lib
    httpagentparser humanfriendly humanize hypercorn hyperlink hypothesis icalendar ics idna
    importlib_metadata importlib_resources inflect inflection injector iso8601 isodate
    itsdangerous jinja2 jmespath jose jsonpatch jsonpath_ng jsonpath_rw jsonpointer jsonschema
    jwt ksuid loguru lz4 magic markdown markdown2 markdownify markupsafe marshmallow
    marshmallow_dataclass marshmallow_enum marshmallow_oneofschema mdx_wikilink_plus mimeparse
    misaka mistune mock more_itertools motor msgpack multidict mypy_extensions nacl nanoid
    natsort networkx newrelic nh3 numpy opentelemetry orjson packaging pendulum phonenumbers
    pkg_resources pluggy premailer prettytable prometheus_client prometheus_flask_exporter
    psutil punq pyasn1 pycountry pydantic pygments pyotp pyparsing pypika pyrsistent pytest
    python_multipart pythonjsonlogger pytimeparse pytz qrcode quart rapidfuzz rapidjson
    readability regex responses rfc3339 rfc3986 rich rsa ruamel schema segno semver sentry_sdk
    setuptools shapely short_url shortuuid simplejson six slugify snappy sortedcontainers sqids
    sqlparse starlette statsd stevedore strict_rfc3339 structlog tabulate termcolor
    text_unidecode titlecase toml tomli tomli_w tomlkit toolz tortoise tqdm trio
    typing_extensions tzlocal ua_parser ujson ulid unicode_slugify unidecode unidiff uritools us
    user_agent user_agents uuid6 uvicorn validators vobject voluptuous w3lib waitress watchdog
    webauthn webcolors webob werkzeug whitenoise wrapt wtforms wtforms_components wtforms_json
    xmltodict yaml yarl zope zstandard
    """.split()  # noqa: SIM905  a list of words is read and extended as words
)
"""The standard library is judged by ``sys.stdlib_module_names``, not here."""
