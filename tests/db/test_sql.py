"""Ad-hoc SQL reads and cannot write, on both databases."""

import json
import resource
import time
from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from storywake.collector.errors import BadInput
from storywake.collector.settings import Settings
from storywake.db import sql
from storywake.db.engine import open_database
from storywake.db.sql import Bounds, answered, read_only
from storywake.db.sql_postgresql import prepare_reader, reading_risk
from storywake.db.sql_sqlite import held_open
from storywake.jobs.assess import assess
from storywake.jobs.export import plain
from storywake.jobs.watch import watch_seed

CONTRACT = {
    "reactions": "reaction_id story platform external_id url author author_name person posted_at text language kind tie tie_source confidence stance stance_probability likes reposts replies quotes views first_seen_at last_observed_at deleted unclear followers engagement growth deleted_at reply_to_author story_title stance_confidence by_analyst person_id quote_state",
    "stances": "reaction_id story claim stance probability model assessed_at by_analyst confidence covered unclear",
    "stance_over_time": "story claim hour stance reactions cumulative share",
    "reach_over_time": "story platform hour likes reposts replies quotes views posts observed_share",
    "articles": "story url title publisher published_at role revisions corrected corrected_at article_id",
    "people": "person affiliation accounts reactions person_id",
    "observations": "platform external_id observed_at likes reposts replies quotes views",
    "remarks": "story claim stance remark reactions engagement first_at reaction_id",
    "lag": "story platform external_id told stored since",
    "growth": "reaction_id story day likes reposts replies quotes views since",
    "changes": "story at kind what before after url found_at reaction_id article_id",
    "revisions": "story kind id replaced_at text title",
    "coordination": "story group_number occasion account platform shared link text posted_at seconds url author_name accounts times expected chance reaction_id",
}
WRITES = [
    "DELETE FROM reaction",
    "UPDATE post SET text = 'x'",
    "INSERT INTO label VALUES (1,1,1,'a','deny','now')",
    "DROP TABLE post",
    "DROP VIEW reactions",
    "CREATE TABLE t (a INTEGER)",
    "PRAGMA writable_schema=1",
    "ATTACH DATABASE '/tmp/x.db' AS x",
    "SELECT 1; DELETE FROM reaction",
    "WITH gone AS (DELETE FROM reaction RETURNING *) SELECT * FROM gone",
    "SELECT set_config('transaction_read_only', 'off', false)",
    "COPY post TO PROGRAM 'true'",
    "COMMIT",
    "VACUUM",
    "",
]


@pytest.fixture
def story(engine: Engine, settings: Settings) -> Engine:
    assess(engine, watch_seed(engine, settings, "moscow-times"))
    return engine


def test_the_flat_view_answers_what_an_analyst_asks(story: Engine) -> None:
    with read_only(story, "select author, platform, posted_at, stance from reactions order by author") as result:
        assert result.columns == ["author", "platform", "posted_at", "stance"]
        assert ("CER_IanBond", "x", "2023-07-27", "support") in [tuple(row) for row in result.rows]


@pytest.mark.parametrize("query", WRITES)
def test_a_write_is_refused_in_one_line_and_changes_nothing(story: Engine, query: str) -> None:
    with pytest.raises(BadInput) as refused, read_only(story, query) as result:
        list(result.rows)
    assert "\n" not in str(refused.value)
    with read_only(story, "select count(*) from reactions") as result:
        assert next(result.rows)[0] == 5


@pytest.mark.parametrize("view", sorted(CONTRACT))
def test_the_views_have_the_promised_columns_first_or_later(story: Engine, view: str) -> None:
    with read_only(story, f"select * from {view}") as result:
        assert set(CONTRACT[view].split()) <= set(result.columns)


ENDLESS = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i FROM n"


@pytest.mark.parametrize(
    "query", [ENDLESS, f"SELECT * FROM ({ENDLESS}) AS m ORDER BY -i", f"SELECT MAX(i) FROM ({ENDLESS}) AS m"]
)
def test_an_endless_query_ends_in_time_whatever_it_does(
    engine: Engine, query: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sql, "MAX_SECONDS", 1.0)
    begun = time.monotonic()
    with pytest.raises(BadInput, match="takes longer than 1 s"), read_only(engine, query) as result:
        for _ in result.rows:
            pass
    assert time.monotonic() - begun < 10


def test_more_rows_than_anybody_reads_are_refused(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sql, "MAX_ROWS", 1000)
    query = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {}) SELECT i FROM n"
    with read_only(engine, query.format(1000)) as result:
        assert len(list(result.rows)) == 1000
    with pytest.raises(BadInput, match="more than 1000 rows"), read_only(engine, query.format(1001)) as result:
        list(result.rows)


def test_many_rows_are_not_gathered_in_memory(engine: Engine) -> None:
    query = (
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 150000) SELECT i, '{}' || i FROM n"
    )
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with read_only(engine, query.format("words " * 150)) as result:
        assert sum(1 for _ in result.rows) == 150_000
    assert (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024 < 60, "MiB"


def test_values_of_every_kind_come_back(engine: Engine) -> None:
    query = "SELECT 1 AS a, 2 AS a, 1.5 AS b, NULL AS c, 'ä''\"' AS d, COUNT(*) AS e, SUM(2) AS f FROM (VALUES (1), (2)) AS v"
    with read_only(engine, query) as result:
        assert result.columns == ["a", "a", "b", "c", "d", "e", "f"]
        assert [tuple(row) for row in result.rows] == [(1, 2, 1.5, None, "ä'\"", 2, 4)]


@pytest.mark.parametrize(
    "query",
    [
        "SELECT pg_read_file('/etc/passwd')",
        "SELECT pg_ls_dir('/')",
        "SELECT lo_import('/etc/passwd')",
        "SELECT pg_reload_conf()",
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()",
        "SELECT rolpassword FROM pg_authid",
        "SELECT set_config('role', 'none', false), query_to_xml('select pg_read_file(''/etc/passwd'')', true, false, '')",
        "SELECT set_config('session_authorization', 'default', false), query_to_xml('select pg_reload_conf()', true, false, '')",
        "SELECT 1) q; SELECT pg_reload_conf(); SELECT (1",
    ],
)
def test_a_superusers_login_reads_no_more_than_the_tables(address: str, query: str) -> None:
    if address.startswith("sqlite"):
        pytest.skip("SQLite has no such functions")
    engine = open_database(address)
    with pytest.raises(BadInput, match="refused"), read_only(engine, query) as result:
        list(result.rows)
    with read_only(engine, "SELECT current_user") as result:
        assert list(result.rows) == [["storywake_reader"]]
    engine.dispose()


def test_many_comments_before_what_is_no_reading_are_refused_at_once(engine: Engine) -> None:
    with pytest.raises(BadInput, match="only reading"), read_only(engine, "/**/ -- a\n" * 200 + "DELETE FROM post"):
        raise AssertionError
    with read_only(engine, "/**/ -- a\n" * 200 + "SELECT 1") as result:
        assert [tuple(row) for row in result.rows] == [(1,)]


@pytest.mark.parametrize(
    "query", ["EXPLAIN SELECT * FROM reactions", "SHOW server_version", "TABLE reactions", "VALUES (1)"]
)
def test_other_ways_of_reading_work(engine: Engine, query: str) -> None:
    if engine.dialect.name == "sqlite" and query.split()[0] in ("SHOW", "TABLE"):
        pytest.skip("SQLite has no such statement")
    with read_only(engine, query) as result:
        list(result.rows)


def test_an_ordinary_owner_that_was_given_the_role_reads_as_the_role(engine: Engine) -> None:
    if engine.dialect.name == "sqlite":
        pytest.skip("SQLite has no logins")
    name = f"owner_{engine.url.database}"
    with engine.begin() as connection:
        prepare_reader(connection)
        for statement in (f"CREATE ROLE {name} LOGIN", f"GRANT storywake_reader TO {name}"):
            connection.execute(text(statement))
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text(f"CREATE DATABASE {name} OWNER {name}"))
    owner = open_database(engine.url.set(username=name, database=name).render_as_string(hide_password=False))
    with owner.begin() as connection:
        assert prepare_reader(connection)
        assert prepare_reader(connection), "twice is no harm"
    with read_only(owner, "SELECT current_user, COUNT(*) FROM reactions") as result:
        assert list(result.rows) == [["storywake_reader", 0]]
    with owner.begin() as connection:
        connection.execute(text("CREATE TABLE later (a INTEGER)"))
    with read_only(owner, "SELECT * FROM later") as result:
        assert result.columns == ["a"]
    owner.dispose()
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text(f"DROP DATABASE {name}"))
        connection.execute(text(f"DROP ROLE {name}"))


def test_an_ordinary_login_reads_as_itself_where_it_may_make_no_role(engine: Engine) -> None:
    if engine.dialect.name == "sqlite":
        pytest.skip("SQLite has no logins")
    name = f"plain_{engine.url.database}"
    with engine.begin() as connection:
        connection.execute(text(f"CREATE ROLE {name} LOGIN"))
        connection.execute(text(f"GRANT SELECT ON ALL TABLES IN SCHEMA public TO {name}"))
    ordinary = open_database(engine.url.set(username=name).render_as_string(hide_password=False), migrate=False)
    with ordinary.begin() as connection:
        assert not prepare_reader(connection)
        assert reading_risk(connection) is None
    with read_only(ordinary, "SELECT COUNT(*) FROM reactions") as result:
        assert [tuple(row) for row in result.rows] == [(0,)]
    for query in (
        "SELECT pg_read_file('/etc/passwd')",
        "SELECT 1; COMMIT; DELETE FROM post",
        "SELECT set_config('transaction_read_only', 'off', false)",
    ):
        with pytest.raises(BadInput), read_only(ordinary, query) as result:
            list(result.rows)
    ordinary.dispose()
    with engine.begin() as connection:
        connection.execute(text(f"DROP OWNED BY {name}"))
        connection.execute(text(f"DROP ROLE {name}"))


def test_an_answer_for_a_page_is_short_whatever_its_rows_hold(engine: Engine) -> None:
    many = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 200)"
    wide = ", ".join(["1 AS a"] * 1500)
    long = "replace(hex(zeroblob(60000)), '0', 'x')" if engine.dialect.name == "sqlite" else "repeat('x', 120000)"
    for cells in (long, wide):
        answer = answered(engine, f"{many} SELECT {cells} FROM n", Bounds(30, 1000))
        assert answer.more and 0 < len(answer.rows) < 200
    longer = long.replace("60000", "130000").replace("120000", "260000")
    with pytest.raises(BadInput):
        answered(engine, f"SELECT {longer}", Bounds(30, 1000))


def test_a_query_with_half_a_letter_is_refused(engine: Engine) -> None:
    with pytest.raises(BadInput, match="half a letter"):
        answered(engine, "SELECT '\ud800'", Bounds(30, 10))


@pytest.mark.parametrize("digits", ["power(CAST(10 AS numeric), 5000)", "power(CAST(10 AS numeric), 5000) + 0.5"])
def test_a_number_of_thousands_of_digits_is_told(postgresql_engine: Engine, digits: str) -> None:
    [[number]] = answered(postgresql_engine, f"SELECT {digits}", Bounds(30, 10)).rows
    assert json.loads(json.dumps(plain(number))).startswith("1000")


@pytest.mark.parametrize("rows", ["(SELECT 1 AS a LIMIT 1) AS v", "w", "w JOIN w AS x ON 1 = 1", "reactions"])
def test_rows_that_a_query_makes_are_counted(engine: Engine, rows: str) -> None:
    with read_only(engine, f"WITH w AS (SELECT 1 AS a) SELECT COUNT(*) AS n FROM {rows}") as result:
        assert result.columns == ["n"] and len(list(result.rows)) == 1


@pytest.mark.parametrize(
    "query",
    [
        "SELECT COUNT(*) FROM sqlite_schema",
        "SELECT COUNT(*) FROM secret",
        "SELECT COUNT(*) FROM pragma_table_info('reader')",
        "SELECT * FROM sqlite_schema",
        "SELECT * FROM pragma_database_list",
        "SELECT load_extension('x')",
        "SELECT zeroblob(1000000000)",
        "ATTACH ':memory:' AS m",
        "PRAGMA temp_store",
    ],
)
def test_sqlite_shows_its_tables_and_views_alone(sqlite: Engine, query: str) -> None:
    with pytest.raises(BadInput), read_only(sqlite, query) as result:
        list(result.rows)


def test_a_file_that_cannot_be_opened_is_left_to_whoever_says_so(tmp_path: Path) -> None:
    with held_open(str(tmp_path / "none" / "storywake.db"), 1) as kept:
        assert kept is None
