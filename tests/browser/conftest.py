"""One database with three stories, served on loopback, and a browser. Without Chromium or its driver they are skipped."""

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine

from bench.pictures import serving
from bench.planted import plant
from storywake.collector.settings import Settings
from storywake.db.engine import open_database, reading
from storywake.db.stories import find_story
from storywake.jobs.summary import tell_summary

from ..conftest import plant_kallvik

CHROMIUM = next((path for name in ("chromium", "chromium-browser") if (path := shutil.which(name))), None)
MAX_WAIT = 15_000
"""Milliseconds for a page, a click or a file."""
SIZES = (317, 100_000)
"""Reactions of the planted stories, beside those of the invented one."""


@pytest.fixture(scope="session")
def database(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The address of a SQLite database with the stories ``kallvik-bridge``, ``planted-317`` and ``planted-100000``,
    made once for all of pytest's workers.
    """
    shared = tmp_path_factory.getbasetemp()
    if os.environ.get("PYTEST_XDIST_WORKER"):
        shared = shared.parent
    address = f"sqlite:///{shared / 'browser.db'}"
    with _alone(shared / "browser.lock"):
        if not (shared / "browser.made").exists():
            plant_kallvik(address)
            opened = open_database(address)
            for size in SIZES:
                plant(opened, size, f"planted-{size}")
                with reading(opened) as connection:
                    story = find_story(connection, f"planted-{size}")
                tell_summary(opened, story, Settings(_env_file=None))
            opened.dispose()
            (shared / "browser.made").touch()
    return address


@pytest.fixture(scope="session")
def engine(database: str) -> Iterator[Engine]:
    """That database."""
    opened = open_database(database)
    yield opened
    opened.dispose()


@pytest.fixture(scope="session")
def served(database: str) -> Iterator[str]:
    """The address, without a slash at its end, at which ``storywake serve`` shows that database."""
    with serving(database) as address:
        yield address


@pytest.fixture(scope="package")
def chromium() -> Iterator[Any]:
    """The browser. It is closed before tests of other folders: while its driver runs, its thread can run no other loop."""
    driver = pytest.importorskip("playwright.sync_api", reason="playwright is not installed (group heavy)")
    if CHROMIUM is None:
        pytest.skip("there is no Chromium")
    with driver.sync_playwright() as running:
        browser = running.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def page(chromium: Any, served: str) -> Iterator[Any]:
    """A page of a fresh browser at 1280 pixels, whose paths are the server's. The console must stay without errors."""
    with opened_page(chromium, served) as shown:
        yield shown


@contextmanager
def opened_page(chromium: Any, served: str, **wishes: Any) -> Iterator[Any]:
    """A page with a context's ``wishes`` (viewport, color_scheme, java_script_enabled, …)."""
    wanted = {"base_url": served, "viewport": {"width": 1280, "height": 900}, **wishes}
    context = chromium.new_context(**wanted)
    context.set_default_timeout(MAX_WAIT)
    shown = context.new_page()
    faults: list[str] = []
    shown.on("console", lambda message: faults.append(message.text) if message.type == "error" else None)
    shown.on("pageerror", lambda error: faults.append(str(error)))
    yield shown
    context.close()
    assert faults == []


@contextmanager
def _alone(lock: Path) -> Iterator[None]:
    """Holds a lock that all workers know."""
    with lock.open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
