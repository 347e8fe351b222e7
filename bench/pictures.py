"""Takes the pictures of README and docs: pages and a mail of the invented story, in the browser (``make pictures``).

``python -m bench.pictures FOLDER [CHROMIUM]``; needs the group ``heavy``.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from email.parser import BytesParser
from email.policy import default
from pathlib import Path
from typing import Any, NamedTuple

from storywake.collector.settings import Settings
from storywake.db.engine import open_database
from storywake.jobs.invented.passes import latest_beginning, plant


class Picture(NamedTuple):
    """What is pictured, how wide and high (pixels), and in which colours."""

    name: str
    path: str
    width: int
    height: int
    colours: str = "light"


PICTURES = (
    Picture("story", "/story/kallvik-bridge", 1180, 1130),
    Picture("story-phone", "/story/kallvik-bridge", 390, 1130, "dark"),
    Picture("reactions", "/story/kallvik-bridge/reactions?stance=deny", 1180, 760),
    Picture("sql", "/sql?ask=first&story=kallvik-bridge", 1180, 760),
)
TOLD = timedelta(days=2)
"""After how long from the story's beginning the mail that is pictured is sent: in the morning after its correction."""


def main(folder: Path, chromium: str) -> None:
    """Writes the pictures into ``folder`` as PNG."""
    from playwright.sync_api import sync_playwright

    folder.mkdir(parents=True, exist_ok=True)
    began = latest_beginning(datetime.now(UTC))
    with tempfile.TemporaryDirectory() as place, sync_playwright() as driver:
        database = f"sqlite:///{place}/storywake.db"
        engine = open_database(database)
        plant(engine, Settings(_env_file=None), began)
        engine.dispose()
        browser = driver.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        with serving(database) as address:
            for picture in PICTURES:
                _take(browser, picture, address + picture.path, folder)
        mail = _mail(database, place, (began + TOLD).date().isoformat())
        _take(browser, Picture("mail", "", 680, 1130), mail.as_uri(), folder)
        browser.close()


def _take(browser: Any, picture: Picture, address: str, folder: Path) -> None:
    size = {"width": picture.width, "height": picture.height}
    page = browser.new_page(viewport=size, color_scheme=picture.colours)
    page.goto(address, timeout=60_000)
    page.screenshot(path=folder / f"{picture.name}.png")
    page.close()


@contextmanager
def serving(database: str) -> Iterator[str]:
    """Runs ``storywake serve`` on a free port; its address without a slash at the end."""
    command = [sys.executable, "-m", "storywake", "serve", "--port", "0"]
    environment = {**os.environ, "STORYWAKE_DB": database}
    with subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, text=True) as server:
        try:
            assert server.stderr
            yield next(line for line in server.stderr if line.startswith("http://")).strip().rstrip("/")
        finally:
            server.terminate()


def _mail(database: str, place: str, day: str) -> Path:
    """The mail of a day as a page."""
    command = [sys.executable, "-m", "storywake", "digest", "--date", day, "--out", place]
    environment = {**os.environ, "STORYWAKE_DB": database, "STORYWAKE_PUBLIC_URL": "https://storywake.example"}
    subprocess.run(command, env=environment, check=True, stdout=subprocess.DEVNULL)
    [file] = Path(place).glob("*.eml")
    letter = BytesParser(policy=default).parsebytes(file.read_bytes())
    shown = Path(place) / "mail.html"
    words = next(part.get_content() for part in letter.walk() if part.get_content_type() == "text/html")
    for part in letter.walk():
        if part.get_content_maintype() == "image" and part["Content-ID"]:
            picture = b64encode(part.get_content()).decode()
            words = words.replace(
                f"cid:{part['Content-ID'].strip('<>')}", f"data:{part.get_content_type()};base64,{picture}"
            )
    shown.write_text(words, "utf-8")
    return shown


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2] if len(sys.argv) > 2 else shutil.which("chromium") or "chromium")
