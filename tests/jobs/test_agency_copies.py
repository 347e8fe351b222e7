"""Papers with one agency's dispatch count as one voice, the agency and who published first are told."""

from typing import Any

from sqlalchemy import Engine, text

from storywake.collector.match.copies import signature
from storywake.collector.match.relevance import Judgement
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

SEEN = "2026-03-05T12:00:00Z"
REPORT = b"""<html><head><link rel="canonical" href="https://globe.example/dam"><meta property="og:site_name" content="Northern Globe">
<title>Operator hid a crack in the Kestrel dam</title></head><body><article><h1>Operator hid a crack in the Kestrel dam</h1>
<p>The operator of the Kestrel dam hid a crack for a year, three engineers say.</p></article></body></html>"""
DISPATCH = [
    "The operator of the Kestrel dam knew for a year of a crack in its wall, the Northern Globe reported on Tuesday.",
    "Some six thousand people live in the valley below, and most of them heard of it on the radio in the morning.",
    "The mayor asked for the level of the lake to be lowered until somebody other than the operator had looked at the wall.",
    "An office of the government that oversees dams sent two inspectors, who were expected to write a report within a week.",
    "Shares of the company fell by a tenth before trading was halted at the wish of the exchange.",
    "A spokeswoman said that safety had never been at stake and that a statement would follow in the afternoon.",
]
OWN = "Our reporter walked along the shore with two anglers, who had seen water where the path used to be dry in other winters."
PAPERS = {  # in the order in which they are found
    "echo": ("2026-03-04T09:00:00Z", " ".join(["NORTHPORT (AP) —", *DISPATCH])),
    "apnews": ("2026-03-04T08:00:00Z", " ".join(["NORTHPORT (AP) —", *DISPATCH])),
    "ledger": ("2026-03-04", " ".join([*DISPATCH[:4], OWN, "/AP"])),
    "post": (None, " ".join([*DISPATCH, "(AP)"])),
    "other": ("2026-03-04T07:00:00Z", f"The Northern Globe reported on a crack in the Kestrel dam. {OWN} They shrugged, and went home, since the fish had not been biting for days.\n\nAP"),
}  # fmt: skip


def rows(engine: Engine, question: str) -> list[dict[str, Any]]:
    with read_only(engine, asked(find_question(question), {"story": "dam"})) as result:
        return [dict(zip(result.columns, row, strict=True)) for row in result.rows]


def test_papers_with_one_dispatch_count_as_one_voice(engine: Engine, settings: Settings) -> None:
    watch_document(engine, settings, "dam.html", REPORT, claims=(), slug="dam")
    with reading(engine) as connection:
        story = find_story(connection, "dam")
    for name, (published, words) in PAPERS.items():
        url = f"https://{name}.example/a"
        article = Article(
            url=url, title=f"{name} on the dam", publisher=name, text=words, language="en", published_at=published
        )
        page = Evidence(url=url, final_url=url, fetched_at=SEEN, status=200, body=b"")
        filed = Filed(article, signature(words), Role.COVERAGE, Judgement("it takes up the report", 0.8))
        take_in(engine, Arrival("web", SEEN, [story], page, filed=filed), settings)
    with reading(engine) as connection:
        told = connection.execute(text("SELECT publisher, agency, copy_of FROM articles WHERE role = 'coverage'"))
        articles = {row.publisher: (row.agency, row.copy_of) for row in told}
        voices = connection.execute(text("SELECT COUNT(*) FROM reactions WHERE kind = 'article'")).scalar()
    first = "https://echo.example/a"
    assert articles == {
        "echo": ("AP", None), "apnews": ("AP", first), "ledger": ("AP", first), "post": ("AP", first), "other": ("AP", None),
    }  # fmt: skip
    assert voices == 2
    assert [row["publisher"] for row in rows(engine, "papers")] == ["other", "echo"]
    copies = rows(engine, "copies")
    assert {row["publisher"] for row in copies} == {"apnews", "ledger", "post"}
    firsts = {(row["agency"], row["published_first"], row["published_first_at"], row["undated"]) for row in copies}
    assert firsts == {("AP", "apnews", "2026-03-04T08:00:00Z", 2)}
    assert "text of AP" in report(engine, "dam", settings=settings)
