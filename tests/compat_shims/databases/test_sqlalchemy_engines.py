"""The asyncio engine beside an engine: what it takes over, when there is none, when it goes."""

import asyncio
import gc
import logging

import pytest
from quart import Quart

from compat_shims import Options, flask_app

sqlalchemy = pytest.importorskip("sqlalchemy", reason="SQLAlchemy is missing")
orm = pytest.importorskip("sqlalchemy.orm", reason="SQLAlchemy is missing")
pytest.importorskip("aiosqlite", reason="aiosqlite is missing")

from compat_shims._sqlalchemy import Stays  # noqa: E402  it needs what may be missing
from compat_shims._sqlalchemy.settings import settings_of  # noqa: E402
from compat_shims.sqlalchemy_asyncio import of  # noqa: E402

select = sqlalchemy.select
ONE = select(sqlalchemy.literal(1))
BOOKS = select(sqlalchemy.table("book", sqlalchemy.column("title")))


@pytest.fixture
def make(database):
    """Make engines for the database; they are disposed of after the test."""
    made = []

    def make(url=None, **options):
        made.append(sqlalchemy.create_engine(url or database.url, **options))
        return made[-1]

    yield make
    for engine in made:
        engine.dispose()


@pytest.fixture
def postgresql_only(database):
    if not database.url.startswith("postgresql"):
        pytest.skip("only PostgreSQL has it")


def settings(engine):
    """What an engine for asyncio is made with; the URL as text."""
    found = settings_of(engine)
    return found.url.render_as_string(hide_password=False), found.options


def test_settings_are_taken_over(make, database):
    engine = make(pool_size=3, max_overflow=1, pool_pre_ping=True, pool_recycle=60, echo=False)
    url, options = settings(engine)
    assert sqlalchemy.make_url(url) == sqlalchemy.make_url(database.async_url)
    expected = {
        "pool_size": 3,
        "max_overflow": 1,
        "pool_pre_ping": True,
        "pool_recycle": 60,
        "pool_timeout": 30.0,
        "connect_args": {},
    }
    assert {name: options[name] for name in expected} == expected


def test_serializers_are_taken_over(make):
    assert settings(make(json_deserializer=len))[1]["json_deserializer"] is len


@pytest.mark.parametrize(
    ("options", "why"),
    [
        ({"poolclass": sqlalchemy.NullPool}, "kept by NullPool"),
        ({"poolclass": sqlalchemy.StaticPool}, "kept by StaticPool"),
        ({"connect_args": {"factory": print}}, "arguments that are its driver's own"),
        ({"connect_args": {"autocommit": True}}, "arguments that are its driver's own"),
        ({"creator": print}, "made by a function of the app"),
    ],
)
def test_what_cannot_be_taken_over_leaves_an_engine_alone(make, options, why):
    with pytest.raises(Stays, match=why):
        settings_of(make(**options))


@pytest.mark.parametrize("name", ["connect", "checkout", "before_cursor_execute", "do_connect"])
def test_listeners_leave_an_engine_alone(make, name):
    engine = make()
    sqlalchemy.event.listen(engine, name, lambda *_: None)
    with pytest.raises(Stays, match=f"listens to `{name}`"):
        settings_of(engine)


@pytest.mark.usefixtures("postgresql_only")
def test_arguments_of_the_driver_are_taken_over(make):
    engine = make(connect_args={"application_name": "shop", "connect_timeout": 5})
    given = {"application_name": "shop", "connect_timeout": 5}
    assert settings(engine)[1]["connect_args"] == given


@pytest.mark.usefixtures("postgresql_only")
@pytest.mark.parametrize("level", ["READ COMMITTED", "AUTOCOMMIT"])
def test_levels_that_read_anew_are_no_obstacle(make, level):
    assert settings(make(isolation_level=level))[1]["isolation_level"] == "AUTOCOMMIT"
    options = {"execution_options": {"isolation_level": level}}
    assert settings(make(**options))[1]["execution_options"] == {}


@pytest.mark.usefixtures("postgresql_only")
def test_transactions_that_read_one_state_leave_an_engine_alone(make):
    with pytest.raises(Stays, match="REPEATABLE READ"):
        settings_of(make(isolation_level="REPEATABLE READ"))


@pytest.mark.parametrize(
    "url", ["sqlite://", "sqlite:///:memory:", "sqlite:///file:x?mode=memory&uri=true"]
)
def test_a_database_in_memory_stays(url):
    with pytest.raises(Stays, match=r"in memory|kept by"):
        settings_of(sqlalchemy.create_engine(url, poolclass=sqlalchemy.QueuePool))


def test_a_driver_without_a_counterpart_stays():
    engine = sqlalchemy.create_mock_engine("mysql+pymysql://", executor=None)
    with pytest.raises(Stays, match=r"mysql\+pymysql"):
        settings_of(engine)


@pytest.fixture
def sent():
    """Whether each statement was sent by asyncio."""
    sent = []

    def note(connection, *_):
        sent.append(connection.dialect.is_async)

    sqlalchemy.event.listen(sqlalchemy.Engine, "before_cursor_execute", note)
    yield sent
    sqlalchemy.event.remove(sqlalchemy.Engine, "before_cursor_execute", note)


async def read(engine, statement):
    """Read by a session, once the engine for asyncio is made."""
    session = orm.Session(engine)
    return await of(session).execute(statement).all()


VALUES = {
    "moment": "TIMESTAMPTZ '2024-05-01 12:00+00'",
    "address": "INET '::1'",
    "numbers": "ARRAY[1, 2]",
    "price": "1.50::NUMERIC",
    "data": """'{"a": [1]}'::JSONB""",
    "key": "'6f6ff4a5-9a0f-4f0d-9f0b-3f6f2a1d5a6e'::UUID",
    "span": "INTERVAL '1 day 2 hours'",
    "raw": "'x'::BYTEA",
    "day": "DATE '2024-05-01'",
    "hour": "TIME '12:30'",
    "half": "0.5::FLOAT8",
    "true": "TRUE",
    "nothing": "NULL::TEXT",
    "words": "ARRAY['a', NULL]",
    "spare": "INT4RANGE(1, 5)",
}


@pytest.mark.usefixtures("postgresql_only")
@pytest.mark.parametrize("driver", ["psycopg", "psycopg2"])
def test_values_are_those_of_the_blocking_driver(make, database, driver, sent):
    pytest.importorskip(driver, reason=f"{driver} is not installed")
    url = sqlalchemy.make_url(database.url).set(drivername=f"postgresql+{driver}")
    engine = make(url, connect_args={"options": "-c timezone=Asia/Tokyo"})
    columns = ", ".join(f'{value} AS "{name}"' for name, value in VALUES.items())
    with engine.begin() as connection:
        connection.exec_driver_sql(f"CREATE TABLE value AS SELECT {columns}")
        table = sqlalchemy.Table("value", sqlalchemy.MetaData(), autoload_with=connection)
        expected = connection.execute(select(table)).all()
    sent.clear()
    found = asyncio.run(read(engine, select(table)))
    assert sent[-1]
    assert found == expected
    assert list(map(type, found[0])) == list(map(type, expected[0]))
    assert found[0].moment.isoformat() == "2024-05-01T21:00:00+09:00"


@pytest.mark.usefixtures("postgresql_only")
def test_connections_are_closed_with_the_loop_and_with_the_engine(make, sent):
    engine = make()

    async def count():
        found = [await read(engine, ONE)]
        before = await asyncio.to_thread(connections, engine)
        engine.dispose()
        gc.collect()
        for _ in range(100):
            if len(await asyncio.to_thread(connections, engine)) < len(before):
                break
            await asyncio.sleep(0.01)
        found.append(await read(engine, ONE))
        return found

    assert asyncio.run(count()) == [[(1,)], [(1,)]]
    assert sent.count(True) == 2
    assert len(connections(engine)) == 1


def connections(engine):
    """Return the connections that the server has from the app."""
    with engine.connect() as connection:
        query = "SELECT pid FROM pg_stat_activity WHERE datname = current_database()"
        return connection.exec_driver_sql(query).all()


def test_each_loop_has_an_engine_of_its_own(make, sent):
    engine = make()
    for _ in range(3):
        assert asyncio.run(read(engine, ONE)) == [(1,)]
    assert sent.count(True) == 3


def test_why_an_engine_has_none_is_logged_once(make, caplog):
    engine = make(poolclass=sqlalchemy.NullPool)
    with caplog.at_level(logging.INFO):
        for _ in range(2):
            assert asyncio.run(read(engine, ONE)) == [(1,)]
    said = [it.getMessage() for it in caplog.records if "stay in threads" in it.getMessage()]
    assert len(said) == 1
    assert "its connections are kept by NullPool" in said[0]


@pytest.fixture
def app():
    app = Quart(__name__)
    flask_app(app, Options(max_threads=1))
    return app


@pytest.mark.asyncio
@pytest.mark.usefixtures("postgresql_only")
async def test_more_requests_wait_for_the_database_than_there_are_threads(app, make):
    """One thread, and five requests that wait for a lock: each is a connection that waits."""
    engine = make()

    @app.get("/")
    async def read_table():
        rows = await read(engine, BOOKS)
        return {"titles": [row.title for row in rows]}

    await asyncio.to_thread(create_book, engine)
    client = app.test_client()
    await client.get("/")
    lock = await asyncio.to_thread(locked, make())
    requests = [asyncio.create_task(client.get("/")) for _ in range(5)]
    await asyncio.to_thread(until_waiting, engine, len(requests))
    await asyncio.to_thread(lock.close)
    answers = await asyncio.wait_for(asyncio.gather(*requests), 30)
    assert [await answer.get_json() for answer in answers] == [{"titles": ["one"]}] * 5


@pytest.mark.asyncio
@pytest.mark.usefixtures("postgresql_only")
async def test_a_read_that_is_cancelled_leaves_no_connection_behind(make):
    engine = make(pool_size=1, max_overflow=0)
    await read(engine, ONE)
    await asyncio.to_thread(create_book, engine)
    lock = await asyncio.to_thread(locked, make())
    left = asyncio.create_task(read(engine, BOOKS))
    await asyncio.to_thread(until_waiting, engine, 1)
    left.cancel()
    with pytest.raises(asyncio.CancelledError):
        await left
    assert await asyncio.wait_for(read(engine, ONE), 30) == [(1,)]
    await asyncio.to_thread(lock.close)


def locked(engine):
    connection = engine.connect()
    connection.exec_driver_sql("LOCK TABLE book")
    return connection


def create_book(engine):
    with engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE book AS SELECT 'one' AS title")


def until_waiting(engine, number):
    query = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
    found = 0
    while found < number:
        with engine.connect() as connection:
            found = connection.exec_driver_sql(query).scalar()
