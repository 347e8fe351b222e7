"""A platform is one file: a toy one, written into a folder beside the product, is a platform wherever platforms are."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
TOY = '''
"""Toys talk."""

import re

from pydantic import Field

from storywake.collector.groups import FollowSettings
from storywake.collector.markup.marks import Marks
from storywake.collector.platforms.base import Row, Source
from storywake.collector.records import Author, Post, PostAddress, Reach
from storywake.collector.values import count, text


class ToySettings(FollowSettings):
    toy_url: str = Field("https://api.toy.example", description="the toys' API")
    toy_budget: int = Field(7, ge=0, description="marbles that it may cost in a UTC day")


def by_id(identity):
    return PostAddress("toy", identity, f"https://toy.example/p/{identity}", None)


def read_path(path, query):
    found = re.fullmatch(r"/p/(\\d+)", path)
    return by_id(found[1]) if found else None


class Toy(Source):
    name = "toy"
    title = "Toys"
    help = "what toys say"
    documentation = "toy.example/docs"
    checked = "2026-11-01"
    limits = "seven marbles a day"
    row = Row("nothing", "`STORYWAKE_TOY_URL`: what they say", "hugs")
    hosts = {"toy.example": read_path}
    profiles = {"toy.example": r"/@(\\w+)$"}
    marks = Marks(classes=("toy-post",), ids={"data-toy-id": by_id})
    group = ToySettings

    def budget(self, settings):
        return settings.toy_budget

    def shown_amount(self, amount):
        return f"{amount} marbles"

    def missing(self, settings):
        return None if settings.toy_url else "no toys"

    def is_export(self, payload):
        return "toy" in payload

    def is_final(self, external_id):
        return not external_id.startswith("draft")

    def inside(self, item):
        return [item.get("toys")]

    def read(self, item):
        if "toy" in item:
            yield Post(
                platform="toy", external_id=text(item.get("toy")), url="https://toy.example/p/" + item["toy"],
                author=Author(handle=text(item.get("by"))), text=text(item.get("says")), reach=Reach(likes=count(item.get("hugs"))),
            )


PLATFORM = Toy()
'''
FOUND_AT_START = "import storywake.collector.platforms as platforms; platforms.__path__.append({folder!r})"
"""Every Python started with this on its path, workers too, finds the folder's platforms beside the product's own."""
PAGE = """<html lang="en"><head><title>Bear</title></head><body><article><p>The bear was heard to say that the tea was cold,
according to several dolls who were present.</p><blockquote class="toy-post" data-toy-id="12">Cold.</blockquote></article></body></html>"""


@pytest.fixture(scope="module")
def playroom(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the toy platform, a page that embeds a post of it, a payload and an export."""
    folder = tmp_path_factory.mktemp("playroom")
    (folder / "more").mkdir()
    (folder / "more" / "toy.py").write_text(TOY)
    (folder / "sitecustomize.py").write_text(FOUND_AT_START.format(folder=str(folder / "more")))
    (folder / "page.html").write_text(PAGE)
    said = {"toy": "12", "by": "bear", "says": "Cold. https://news.example/story", "hugs": 3}
    (folder / "payload.json").write_text(json.dumps({"toys": [said]}))
    (folder / "export.jsonl").write_text(json.dumps(said) + "\n")
    return folder


def python(playroom: Path, *words: str) -> str:
    paths = os.pathsep.join((str(playroom), str(ROOT)))
    done = subprocess.run(
        [sys.executable, *words],
        cwd=playroom,
        env={**os.environ, "PYTHONPATH": paths},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def storywake(playroom: Path, *words: str) -> str:
    return python(playroom, "-m", "storywake", *words)


def test_its_addresses_and_accounts_are_known(playroom: Path) -> None:
    asked = "from storywake.collector.addresses import identify, profile_of; print(identify('https://toy.example/p/12'), profile_of('https://toy.example/@bear'))"
    said = python(playroom, "-c", asked)
    assert "platform='toy', external_id='12'" in said
    assert "('toy', 'bear')" in said


def test_an_article_shows_its_embed(playroom: Path) -> None:
    [embed] = json.loads(storywake(playroom, "extract", "page.html"))["embeds"]
    assert (embed["platform"], embed["external_id"], embed["url"]) == ("toy", "12", "https://toy.example/p/12")


def test_its_payload_is_normalised(playroom: Path) -> None:
    [post] = [
        json.loads(line) for line in storywake(playroom, "normalise", "--platform", "toy", "payload.json").splitlines()
    ]
    assert (post["external_id"], post["author"]["handle"], post["reach"]["likes"]) == ("12", "bear", 3)


def test_its_export_is_imported(playroom: Path) -> None:
    storywake(playroom, "watch", "page.html", "--slug", "bear")
    storywake(playroom, "import", "export.jsonl", "--story", "bear")
    query = "select external_id, author from reactions where platform = 'toy'"
    assert json.loads(storywake(playroom, "sql", query, "--format", "json")) == [
        {"external_id": "12", "author": "bear"}
    ]


def test_the_doctor_shows_it_with_its_settings_and_its_budget(playroom: Path) -> None:
    said = storywake(playroom, "doctor")
    assert "ok       toy         what toys say\n         budget      0 marbles of 7 marbles spent today (UTC)" in said
    assert "STORYWAKE_TOY_URL=https://api.toy.example  # the toys' API" in said
    assert "STORYWAKE_TOY_BUDGET=7" in said


def test_its_unfinished_ids_are_not_kept(playroom: Path) -> None:
    asked = "from storywake.collector.sources import is_final; print(is_final('toy', 'draft 1'), is_final('toy', '1'))"
    assert python(playroom, "-c", asked) == "False True\n"


def test_the_documentation_has_a_line_for_it(playroom: Path) -> None:
    tables = python(
        playroom, "-c", "from storywake.collector.sources import limits_table, table; print(table(), limits_table())"
    )
    assert "| Toys | nothing | `STORYWAKE_TOY_URL`: what they say | hugs |" in tables
    assert "| Toys | seven marbles a day | toy.example/docs | 2026-11-01 |" in tables
