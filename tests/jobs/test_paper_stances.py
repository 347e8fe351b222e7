"""What each paper says of the report is stored with its article and shown; who published first is told with what there is to doubt."""

from sqlalchemy import Engine, text

from storywake.collector.net.evidence import Evidence
from storywake.collector.records import Article, Role
from storywake.collector.settings import Settings
from storywake.db.engine import reading
from storywake.db.questions import asked, find_question
from storywake.db.sql import read_only
from storywake.db.stories import find_story
from storywake.jobs.filing import Filed
from storywake.jobs.intake import Arrival, take_in
from storywake.jobs.report import report
from storywake.jobs.watch import watch_document

SEEN = "2026-03-03T12:00:00Z"
REPORT = b"""<html><head><link rel="canonical" href="https://globe.example/brandt">
<meta property="og:site_name" content="Northern Globe"><meta property="article:published_time" content="2026-03-03T07:00:00Z">
<title>Minister Alva Brandt met gas company Ostrogaz in secret</title></head><body><article>
<h1>Minister Alva Brandt met gas company Ostrogaz in secret</h1>
<p>Minister Alva Brandt met the gas company Ostrogaz in secret in May, three sources say.</p></article></body></html>"""
PAPERS = {
    "echo": ("2026-03-03T08:00:00Z", "Alva Brandt met Ostrogaz in secret, the Northern Globe reported. Her office is silent."),
    "ledger": ("2026-03-03", "Two officials confirmed to the Ledger the report that Alva Brandt met Ostrogaz."),
    "post": (None, "Experts cast doubt on the Northern Globe's report on Alva Brandt and Ostrogaz."),
    "wire": ("2026-03-04T09:00:00Z", "The report that minister Alva Brandt met Ostrogaz is false, the Northern Globe's editors found."),
    "gas": ("2026-03-03T09:00:00Z", "Ostrogaz said that the price of gas will rise."),
}  # fmt: skip


def test_each_papers_stance_is_stored_and_shown(engine: Engine, settings: Settings) -> None:
    watch_document(engine, settings, "brandt.html", REPORT, claims=(), slug="brandt")
    with reading(engine) as connection:
        story = find_story(connection, "brandt")
    for name, (published, words) in PAPERS.items():
        url = f"https://{name}.example/a"
        article = Article(
            url=url, title="On the minister", publisher=name, text=words, language="en", published_at=published
        )
        page = Evidence(url=url, final_url=url, fetched_at=SEEN, status=200, body=b"")
        take_in(engine, Arrival("web", SEEN, [story], page, filed=Filed(article, None, Role.COVERAGE)), settings)
    with reading(engine) as connection:
        rows = connection.execute(
            text("SELECT publisher, stance, stance_rests_on FROM articles WHERE role = 'coverage'")
        )
        told = {row.publisher: (row.stance, row.stance_rests_on) for row in rows}
    assert {name: stance for name, (stance, _) in told.items()} == {
        "echo": "repeats", "ledger": "confirms", "post": "doubts", "wire": "corrects", "gas": None,
    }  # fmt: skip
    assert told["post"][1] == PAPERS["post"][1] and told["gas"][1] is None
    shown = report(engine, "brandt", settings=settings)
    assert f"doubts the report: {PAPERS['post'][1]}" in shown
    with read_only(engine, asked(find_question("published-first"), {"story": "brandt"})) as result:
        dated = [dict(zip(result.columns, row, strict=True)) for row in result.rows]
    assert [row["publisher"] for row in dated] == ["ledger", "Northern Globe", "echo", "gas", "post", "wire"]
    doubts = {row["publisher"]: row["doubt"] for row in dated if row["doubt"]}
    assert doubts == {
        "ledger": "it gives the day alone",
        "post": "it gives no time: this is when it was found",
        "wire": "the time it gives is after it was found: this is when it was found",
    }
