"""Every page: no fault of axe, no sideways scroll on a phone, no error on the console."""

from typing import Any

import pytest
from sqlalchemy import Engine, text

from storywake.db.engine import reading

from .conftest import opened_page

pytestmark = pytest.mark.slow
STORIES = ("kallvik-bridge", "planted-317", "planted-100000")
PAGES = (
    "/",
    "/sql",
    "/sql?q=SELECT+platform,+COUNT(*)+AS+n+FROM+reactions+GROUP+BY+platform",
    "/story/kallvik-bridge/label",
    "/story/kallvik-bridge/reactions?sort=old&page=2",
    "/reaction/{reaction}",
    "/person/{person}",
    "/article/{article}",
    "/story/kallvik-bridge/edit",
    "/watch",
    "/watch/kallvik-bridge",
    "/login",
    "/users",
    *(f"/story/{story}" for story in STORIES),
    *(f"/story/{story}/reactions" for story in STORIES),
)


@pytest.fixture(scope="session")
def ids(engine: Engine) -> dict[str, int]:
    """A reaction of the invented story that was answered, its author, and the story's article, which was changed."""
    queries = {
        "reaction": "SELECT MIN(id) FROM reaction WHERE post_id = (SELECT id FROM post WHERE url LIKE '%portagency_kallvik%')",
        "person": "SELECT MIN(id) FROM person WHERE name = 'Rasmus Kallio'",
        "article": "SELECT article_id FROM article_revision GROUP BY article_id HAVING COUNT(*) > 1",
    }
    with reading(engine) as connection:
        return {name: connection.execute(text(query)).scalar_one() for name, query in queries.items()}


def faults_of(page: Any) -> list[str]:
    """What axe finds, in words: rule, impact, first place."""
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe is not installed (group heavy)")
    found = axe.Axe().run(page).response["violations"]
    return [f"{one['id']} ({one['impact']}): {one['nodes'][0]['html'][:200]}" for one in found]


@pytest.mark.parametrize("path", PAGES)
def test_axe_finds_nothing_and_nothing_scrolls_sideways(path: str, ids: Any, chromium: Any, served: str) -> None:
    address = path.format(**ids)
    for width, narrower, scheme in ((1280, 390, "light"), (320, 320, "dark")):
        wishes = {"viewport": {"width": width, "height": 800}, "color_scheme": scheme}
        with opened_page(chromium, served, **wishes) as page:
            assert page.goto(address).status == 200
            assert faults_of(page) == [], f"{width} pixels, {scheme}"
            for size in (width, narrower):
                page.set_viewport_size({"width": size, "height": 800})
                wide = page.evaluate("document.scrollingElement.scrollWidth - innerWidth")
                assert wide <= 0, f"{size} pixels: {wide} too wide"


@pytest.mark.parametrize(
    "path", ["/", "/story/kallvik-bridge", "/story/kallvik-bridge/reactions", "/reaction/{reaction}"]
)
def test_pages_are_whole_without_scripts(path: str, ids: Any, chromium: Any, served: str) -> None:
    address = path.format(**ids)
    shown = []
    for scripts in (True, False):
        with opened_page(chromium, served, java_script_enabled=scripts) as page:
            page.goto(address)
            shown.append(page.locator("main").inner_text())
    assert shown[0] == shown[1]


@pytest.mark.parametrize("path", ["/story/nothing", "/nothing", "/person/999999"])
def test_what_is_not_there_is_told_on_a_page(path: str, chromium: Any, served: str) -> None:
    context = chromium.new_context(base_url=served)
    page = context.new_page()
    assert page.goto(path).status == 404
    assert faults_of(page) == []
    page.get_by_role("link", name="Stories").first.click()
    page.get_by_role("heading", name="Stories").wait_for()
    context.close()
