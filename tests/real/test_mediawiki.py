"""A real MediaWiki (Debian's package, with SQLite): the pages that cite a story, however they write its address."""

import asyncio
from pathlib import Path

import pytest

from storywake.collector.settings import Settings
from storywake.db.engine import open_database, reading
from storywake.db.stories import stories
from storywake.jobs.collect import collect
from storywake.jobs.watch import watch

from ..jobs.world import LONG, ask
from ..loopback import Site
from .servers import MEDIAWIKI, mediawiki, missing

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(bool(missing(MEDIAWIKI, "php")), reason=missing(MEDIAWIKI, "php") or ""),
]


def test_a_real_mediawiki_tells_who_cites_the_story(site: Site, settings: Settings, tmp_path: Path) -> None:
    paper = site.url.removeprefix("http://")
    pages = {
        "Plain": f"It was opened.<ref>[{site.url}/bridge The bridge]</ref>",
        "Other scheme": f"[https://{paper}/bridge/ cited]",
        "Template:Cite web": "[{{{url}}} {{{title}}}]",
        "In a template": "{{cite web|url=" + site.url + "/bridge?utm_source=wiki|title=Bridge}}",
        "Another page": f"[{site.url}/bridge-club members]",
        "Nothing": "No link at all.",
    }
    site.page("/bridge", f"<html><head><title>Bridge</title></head><body><article>{LONG}</article></body></html>")
    folder = tmp_path / "wiki"
    folder.mkdir()
    with mediawiki(folder, pages) as wiki:
        chosen = settings.model_copy(
            update={"platforms": ["web"], "gdelt_url": site.url, "wikipedia_url": wiki, "timeout": 60}
        )
        engine = open_database(f"sqlite:///{tmp_path}/storywake.db")
        watch(
            engine, chosen, f"{site.url}/bridge", claims=("The bridge was opened without an inspection",), slug="bridge"
        )
        with reading(engine) as connection:
            watched = stories(connection)
        asyncio.run(collect(engine, chosen, watched))
        found = ask(engine, "SELECT text, url, tie, author_name FROM reactions WHERE kind = 'article' ORDER BY text")
    assert [row.text for row in found] == ["In a template", "Other scheme", "Plain"]
    assert found[0].url == f"{wiki}/wiki/In_a_template"
    assert {row.tie for row in found} == {"links"}
