"""A story's charts at their addresses."""

import csv
import io
import struct
import xml.etree.ElementTree as ET

import pytest
from sqlalchemy import Engine
from starlette.testclient import TestClient

from storywake.collector.settings import Settings
from storywake.jobs.assess import assess
from storywake.jobs.watch import watch_seed
from storywake.web.app import build

CHART = "/story/moscow-times/stance"


@pytest.fixture
def pages(engine: Engine, settings: Settings) -> TestClient:
    assess(engine, watch_seed(engine, settings, "moscow-times"))
    return TestClient(build(engine, settings), base_url="http://localhost")


def test_a_chart_is_svg_png_and_csv(pages: TestClient) -> None:
    answer = pages.get(f"{CHART}.svg")
    assert answer.headers["content-type"].startswith("image/svg+xml")
    assert ET.fromstring(answer.text).get("role") == "img"
    sizes = []
    for question in ("", "?narrow=1", "?dark=1"):
        answer = pages.get(f"{CHART}.png{question}")
        assert answer.headers["content-type"] == "image/png"
        sizes.append(struct.unpack(">I", answer.content[16:20])[0])
    assert sizes == [1720, 780, 1720]
    rows = list(csv.DictReader(io.StringIO(pages.get(f"{CHART}.csv").text)))
    assert {"claim", "hour", "stance", "share", "low", "high"} <= set(rows[0])


def test_each_hour_has_all_four_stances(pages: TestClient) -> None:
    rows = list(csv.DictReader(io.StringIO(pages.get(f"{CHART}.csv").text)))
    by_hour: dict[str, set[str]] = {}
    for row in rows:
        by_hour.setdefault(row["hour"], set()).add(row["stance"])
    assert all({"support", "deny", "query", "comment"} <= found for found in by_hour.values())


def test_another_claim_has_its_own_chart(pages: TestClient) -> None:
    claims = {row["claim"] for row in csv.DictReader(io.StringIO(pages.get(f"{CHART}.csv?claim=1").text))}
    assert len(claims) == 1
    assert pages.get(f"{CHART}.csv?claim=99").status_code == 400


def test_what_is_no_chart_is_said_in_a_line(pages: TestClient) -> None:
    assert pages.get("/story/moscow-times/reach.svg").status_code == 404, "nothing was observed twice"
    assert pages.get("/story/moscow-times/other.svg").status_code == 404
    assert pages.get(f"{CHART}.gif").status_code == 404
    assert pages.get("/story/none/stance.svg").status_code == 404
    for question in ("claim=x", "narrow=2", "dark=yes", "claim=²"):
        answer = pages.get(f"{CHART}.png?{question}")
        assert (answer.status_code, answer.text.count("\n")) == (400, 1)
