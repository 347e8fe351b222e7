"""Comments below a Telegram post are reactions as far as the public widget shows them; what it leaves out is said."""

from pathlib import Path

from sqlalchemy import Engine

from storywake.collector.settings import Settings
from storywake.db.engine import reading
from storywake.db.overview import looks_by_source
from storywake.jobs.watch import watch

from ..loopback import Asked, Reply, Site
from .world import ask, one_pass, page

DISCUSSION = Path(__file__).parents[1] / "fixtures" / "payloads" / "telegram" / "discussion.html"


def test_comments_answer_the_post_or_each_other_and_the_rest_is_told_as_left_out(
    engine: Engine, site: Site, settings: Settings
) -> None:
    shown = '<script async src="https://telegram.org/js/telegram-widget.js?22" data-telegram-post="annnews/1"></script>'
    site.page("/bridge", page("Bridge never inspected", page("", "") + shown))

    def answer(asked: Asked) -> Reply:
        return Reply(DISCUSSION.read_bytes() if "discussion" in asked.query else b"<html><body></body></html>")

    site.routes["/annnews/1"] = answer
    chosen = settings.model_copy(
        update={"telegram_url": site.url, "platforms": ["web", "telegram"], "coverage": False, "comments": False}
    )
    watch(engine, chosen, f"{site.url}/bridge", slug="bridge")
    one_pass(engine, chosen)
    rows = ask(engine, "SELECT external_id, kind, tie, tie_source FROM reactions WHERE tie <> 'embedded' ORDER BY 1")
    assert [tuple(row) for row in rows] == [
        ("annnews/1?comment=201", "comment", "replies", "annnews/1"),
        ("annnews/1?comment=202", "comment", "replies", "annnews/1?comment=201"),
        ("annnews/1?comment=203", "comment", "replies", "annnews/1"),
    ]
    with reading(engine) as connection:
        (told,) = [row for row in looks_by_source(connection, 1, 2, ()) if row["source"] == "telegram"]
    assert told["partial"] == 1
    assert "import of the discussion group" in told["left_out"]
