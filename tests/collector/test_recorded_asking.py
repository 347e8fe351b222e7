"""What each platform is asked, and what its answers are taken to say: ``PLATFORM/CASE.json`` beside ``CASE.answers.json``.

A case names the settings (as in the environment), the question (``posts``, ``replies``, ``quotes``, ``linking`` or ``naming``) and what it is
about, then the requests in their order, each with the answer that the platform documents. The answers are, for each: its posts
by external id with what they answer, the ids that are gone, and earlier texts. Adding a case is adding two files.
"""

import asyncio
import json
from pathlib import Path
from typing import Any

import httpx
import msgspec
import pytest
import respx

from storywake.collector.errors import StorywakeError
from storywake.collector.net.fetch import Fetcher
from storywake.collector.platforms.base import Answer
from storywake.collector.reading.answers import posts_in
from storywake.collector.records import Kind, Post
from storywake.collector.settings import Settings
from storywake.collector.sources import SOURCES

FIXTURES = Path(__file__).parents[1] / "fixtures"
CASES = sorted(p for p in (FIXTURES / "asking").glob("*/*.json") if not p.name.endswith(".answers.json"))
QUESTIONS = ("posts", "replies", "quotes", "linking", "naming")
SECRET_HEADERS = ("authorization", "x-goog-api-key")
CREDENTIALS = {
    "STORYWAKE_X_TOKEN": "token",
    "STORYWAKE_BLUESKY_HANDLE": "ann.example",
    "STORYWAKE_BLUESKY_PASSWORD": "app-pass",
    "STORYWAKE_MASTODON_TOKEN": "token",
    "STORYWAKE_REDDIT_TOKEN": "token",
    "STORYWAKE_YOUTUBE_KEY": "key",
    "STORYWAKE_THREADS_TOKEN": "token",
    "STORYWAKE_TELEGRAM_CHANNELS": '["annnews"]',
}


class Recording:
    """A network that answers the requests of a case in their order, and no others."""

    def __init__(self, exchanges: list[dict[str, Any]]) -> None:
        self.left = list(exchanges)

    def __call__(self, request: httpx.Request) -> httpx.Response:
        assert self.left, f"one request more than recorded: {request.method} {request.url}"
        exchange = self.left.pop(0)
        assert seen(request) == {"method": "GET", "params": {}, "headers": {}} | {
            key: exchange[key] for key in ("method", "url", "params", "headers", "sent") if key in exchange
        }
        body = {"content": (FIXTURES / "payloads" / exchange["file"]).read_bytes()} if "file" in exchange else {}
        given = {key: exchange[key] for key in ("json", "text", "html") if key in exchange}
        return httpx.Response(exchange.get("status", 200), **body, **given)


def seen(request: httpx.Request) -> dict[str, Any]:
    """A request as a case writes it; of its headers those that hold a secret."""
    params = {
        name: values[0] if len(values := request.url.params.get_list(name)) == 1 else values
        for name in request.url.params
    }
    told: dict[str, Any] = {
        "method": request.method,
        "url": str(request.url.copy_with(query=None)),
        "params": params,
        "headers": {name: request.headers[name] for name in SECRET_HEADERS if name in request.headers},
    }
    return told | ({"sent": json.loads(request.content)} if request.content else {})


def settings_of(monkeypatch: pytest.MonkeyPatch, given: dict[str, str]) -> Settings:
    for name, value in {"STORYWAKE_ALLOW_PRIVATE": "1", "STORYWAKE_HOST_DELAY": "0", **given}.items():
        monkeypatch.setenv(name, value)
    return Settings(_env_file=None)


def post_of(platform: str, given: dict[str, Any]) -> Post:
    return msgspec.convert({"platform": platform, **given}, Post)


async def ask(platform: str, settings: Settings, question: str, about: Any, answers: list[Answer]) -> None:
    """Asks a platform and adds its answers to ``answers`` as they come."""
    async with Fetcher(settings, read=posts_in) as fetcher:
        source = SOURCES[platform]
        if question == "posts":
            stream = source.posts(fetcher, settings, [post_of(platform, wanted) for wanted in about])
        elif question in ("linking", "naming"):
            stream = getattr(source, question)(fetcher, settings, about)
        else:
            stream = getattr(source, question)(fetcher, settings, post_of(platform, about))
        async for answer in stream:
            answers.append(answer)  # noqa: PERF401 (what came before a fault counts)


def told(answer: Answer) -> dict[str, Any]:
    """An answer as a case writes it, without what it does not say."""
    said = {
        "posts": {post.external_id: post.in_reply_to for post in answer.posts},
        "gone": list(answer.gone),
        "edits": [list(edit) for edit in answer.edits],
    }
    return {key: value for key, value in said.items() if value or key == "posts"}


@pytest.mark.parametrize("path", CASES, ids=lambda p: f"{p.parent.name}/{p.stem}")
@respx.mock
def test_a_platform_is_asked_and_understood_as_recorded(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    case = json.loads(path.read_text())
    recording = Recording(case["exchanges"])
    respx.route().mock(side_effect=recording)
    settings = settings_of(monkeypatch, case.get("settings", {}))
    answers: list[Answer] = []
    fault = None
    try:
        asyncio.run(ask(path.parent.name, settings, case["question"], case["about"], answers))
    except StorywakeError as error:
        fault = str(error)
    expected = json.loads(path.with_name(f"{path.stem}.answers.json").read_text())
    assert [told(answer) for answer in answers] == expected["answers"]
    assert fault == expected.get("fault")
    assert not recording.left, "requests that were recorded and not made"


def unrecorded() -> list[tuple[str, str]]:
    recorded = {(p.parent.name, json.loads(p.read_text())["question"]) for p in CASES}
    return [(name, question) for name in SOURCES for question in QUESTIONS if (name, question) not in recorded]


@pytest.mark.parametrize("platform, question", unrecorded())
@respx.mock
def test_what_no_case_records_is_never_asked(platform: str, question: str, monkeypatch: pytest.MonkeyPatch) -> None:
    respx.route().mock(side_effect=Recording([]))
    settings = settings_of(monkeypatch, CREDENTIALS)
    post = {"external_id": "1", "url": "https://social.example/@ann/1", "author": {"handle": "ann"}}
    about: Any = {"posts": [post], "linking": "https://news.example/story", "naming": "Norlund"}.get(question, post)
    answers: list[Answer] = []
    asyncio.run(ask(platform, settings, question, about, answers))
    assert not answers
    assert all(question != look for kind in Kind for look in SOURCES[platform].looks(kind))
