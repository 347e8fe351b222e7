"""DuckDB's answer to how a story's reach and stance came about, hour by hour, from the raw rows."""

import time
from typing import Any, NamedTuple

import pyarrow as pa
from sqlalchemy import Engine

from storywake.db.engine import reading

RAW = {
    "looks": "SELECT post_id, observed_at, likes, reposts, replies, quotes, views FROM observation",
    "posts": "SELECT id AS post_id, platform, posted_at, first_seen_at FROM post",
    "said": "SELECT reaction_id AS post_id, CASE WHEN unclear THEN 'unclear' ELSE stance END AS stance FROM stance",
}
"""In the bench a reaction has its post's number, one claim and one assessment, and was found before its first look."""
COUNTS = ("likes", "reposts", "replies", "quotes", "views")
REACH = f"""
WITH stepped AS (
    SELECT p.platform, substr(o.observed_at, 1, 13) AS hour, 1 AS looked, 0 AS posts,
           (lag(o.observed_at) OVER w IS NULL)::INT AS observed,
           {", ".join(f"coalesce(o.{c}, 0) - coalesce(lag(o.{c}) OVER w, 0) AS {c}" for c in COUNTS)},
           {", ".join(f"(o.{c} IS NOT NULL)::INT - coalesce((lag(o.{c}) OVER w IS NOT NULL)::INT, 0) AS tell_{c}" for c in COUNTS)}
    FROM looks o JOIN posts p USING (post_id) WINDOW w AS (PARTITION BY o.post_id ORDER BY o.observed_at)
    UNION ALL
    SELECT platform, substr(first_seen_at, 1, 13), 0, 1, 0{", 0" * 10} FROM posts
),
hours AS (SELECT platform, hour, {", ".join(f"sum({c}) AS {c}" for c in ("looked", "posts", "observed", *COUNTS))},
    {", ".join(f"sum(tell_{c}) AS tell_{c}" for c in COUNTS)} FROM stepped GROUP BY platform, hour),
running AS (SELECT platform, hour, looked, {", ".join(f"sum({c}) OVER w AS {c}" for c in ("posts", "observed", *COUNTS))},
    {", ".join(f"sum(tell_{c}) OVER w AS tell_{c}" for c in COUNTS)}
    FROM hours WINDOW w AS (PARTITION BY platform ORDER BY hour))
SELECT 'bridge', platform, hour || ':00:00Z',
    {", ".join(f"CASE WHEN tell_{c} > 0 THEN {c}::BIGINT END" for c in COUNTS)}, posts::BIGINT, observed::DOUBLE / posts::DOUBLE
FROM running WHERE looked > 0 ORDER BY platform, hour"""
STANCE = """
WITH counted AS (SELECT substr(posted_at, 1, 13) AS hour, stance, count(*) AS n
    FROM said JOIN posts USING (post_id) GROUP BY 1, 2),
filled AS (SELECT hour, stance, coalesce(n, 0) AS n FROM (SELECT DISTINCT hour FROM counted)
    CROSS JOIN (SELECT DISTINCT stance FROM counted) LEFT JOIN counted USING (hour, stance)),
running AS (SELECT *, sum(n) OVER (PARTITION BY stance ORDER BY hour) AS so_far FROM filled)
SELECT 'bridge', 'It was inspected', hour || ':00:00Z', stance, n::BIGINT, so_far::BIGINT,
    so_far::DOUBLE / sum(so_far) OVER (PARTITION BY hour)::DOUBLE FROM running ORDER BY hour, stance"""


class Answer(NamedTuple):
    """DuckDB's rows and the processor seconds of both together."""

    reach: list[tuple[Any, ...]]
    stance: list[tuple[Any, ...]]
    seconds: float


def by_duckdb(engine: Engine) -> Answer:
    """Reads the raw rows into memory and asks DuckDB, with one thread. Reading them is not counted."""
    import duckdb

    asked = duckdb.connect(config={"threads": 1})
    with reading(engine) as connection:
        for name, query in RAW.items():
            result = connection.exec_driver_sql(query)
            columns = zip(*result.all(), strict=True)
            asked.register(name, pa.table(dict(zip(result.keys(), map(list, columns), strict=True))))
    begun = time.process_time()
    reach, stance = asked.execute(REACH).fetchall(), asked.execute(STANCE).fetchall()
    return Answer(reach, stance, time.process_time() - begun)
