"""How platforms are asked, played by respx with answers in their documented form."""

import asyncio
from collections.abc import Mapping

import httpx
import pytest
import respx
from pydantic import SecretStr

from storywake.collector.errors import FetchError
from storywake.collector.net.budget import Hold, Unlimited
from storywake.collector.net.fetch import Fetcher
from storywake.collector.net.pace import Host
from storywake.collector.platforms.base import Answer
from storywake.collector.reading.answers import posts_in
from storywake.collector.records import Post
from storywake.collector.settings import Settings
from storywake.collector.sources import SOURCES

LOGIN = "https://pds.example/xrpc/com.atproto.server.createSession"
SEARCH = "https://pds.example/xrpc/app.bsky.feed.searchPosts"
STATUS = "https://social.example/api/v1/statuses/1"


def asked(settings: Settings, platform: str, **call: object) -> list[Answer]:
    async def run() -> list[Answer]:
        async with Fetcher(settings, read=posts_in) as fetcher:
            source = SOURCES[platform]
            stream = (
                source.linking(fetcher, settings, str(call["linking"]))
                if "linking" in call
                else source.posts(fetcher, settings, call["posts"])  # type: ignore[arg-type]
            )
            return [answer async for answer in stream]

    return asyncio.run(run())


@pytest.fixture
def signed(settings: Settings) -> Settings:
    """Settings with an account on Bluesky."""
    return settings.model_copy(
        update={
            "bluesky_handle": "ann.example",
            "bluesky_password": "app-pass",
            "bluesky_login_url": "https://pds.example",
        }
    )


def found(uri: str) -> dict[str, object]:
    record = {"$type": "app.bsky.feed.post", "text": "words", "createdAt": "2026-03-01T10:00:00Z"}
    return {"uri": uri, "author": {"did": "did:plc:ann", "handle": "ann.example"}, "record": record, "likeCount": 1}


@respx.mock
def test_bluesky_signs_in_once_and_turns_the_pages_of_search(signed: Settings) -> None:
    login = respx.post(LOGIN).respond(json={"accessJwt": "jwt", "refreshJwt": "r", "handle": "a", "did": "did:plc:ann"})
    first = {"posts": [found("at://did:plc:ann/app.bsky.feed.post/1")], "cursor": "100"}
    second = {"posts": [found("at://did:plc:ann/app.bsky.feed.post/2")]}
    search = respx.get(SEARCH).mock(side_effect=[httpx.Response(200, json=first), httpx.Response(200, json=second)])
    answers = asked(signed, "bluesky", linking="https://news.example/story")
    assert [p.external_id for a in answers for p in a.posts] == [
        f"at://did:plc:ann/app.bsky.feed.post/{n}" for n in (1, 2)
    ]
    assert login.call_count == 1
    assert {c.request.headers["authorization"] for c in search.calls} == {"Bearer jwt"}
    assert search.calls[0].request.url.params["url"] == "https://news.example/story"
    assert all("jwt" not in a.evidence.url and b"jwt" not in a.evidence.body for a in answers)


@respx.mock
def test_a_session_on_bluesky_is_used_until_it_ends(signed: Settings) -> None:
    login = respx.post(LOGIN).mock(
        side_effect=[httpx.Response(200, json={"accessJwt": token}) for token in ("first", "second")]
    )
    ended = httpx.Response(400, json={"error": "ExpiredToken", "message": "Token has expired"})
    fine = httpx.Response(200, json={"posts": [found("at://did:plc:ann/app.bsky.feed.post/1")]})
    search = respx.get(SEARCH).mock(side_effect=[fine, fine, ended, fine])
    hosts: dict[str, Host] = {}

    async def one_pass() -> int:
        async with Fetcher(signed, read=posts_in, hosts=hosts) as fetcher:
            stream = SOURCES["bluesky"].linking(fetcher, signed, "https://news.example/story")
            return sum([len(answer.posts) async for answer in stream])

    assert [asyncio.run(one_pass()) for _ in range(3)] == [1, 1, 1]
    assert login.call_count == 2
    assert [c.request.headers["authorization"][7:] for c in search.calls] == ["first", "first", "first", "second"]


@respx.mock
def test_a_refused_sign_in_says_so_without_the_password(signed: Settings) -> None:
    respx.post(LOGIN).respond(401, json={"error": "AuthenticationRequired"})
    with pytest.raises(FetchError, match=r"answered 401 to signing in as ann\.example") as caught:
        asked(signed, "bluesky", linking="https://news.example/story")
    assert "app-pass" not in str(caught.value)


@respx.mock
def test_mastodon_tells_what_a_post_said_before(settings: Settings) -> None:
    account = {"id": "9", "acct": "ann", "username": "ann", "uri": "https://social.example/users/ann"}
    uri = "https://social.example/users/ann/statuses/1"
    status = {"id": "1", "uri": uri, "url": "https://social.example/@ann/1", "content": "<p>Third</p>", "account": account, "edited_at": "2026-03-01T12:00:00.000Z"}  # fmt: skip
    respx.get(STATUS).respond(json=status)
    versions = [("First", "10"), ("Second", "11"), ("Third", "12")]
    respx.get(f"{STATUS}/history").respond(
        json=[{"content": f"<p>{words}</p>", "created_at": f"2026-03-01T{hour}:00:00.000Z"} for words, hour in versions]
    )
    answers = asked(settings, "mastodon", posts=[Post(platform="mastodon", external_id=uri, url=status["url"])])  # type: ignore[arg-type]
    assert [(e.text, e.replaced_at) for e in answers[0].edits] == [
        ("First", "2026-03-01T11:00:00Z"),
        ("Second", "2026-03-01T12:00:00Z"),
    ]


class Ledger(Unlimited):
    """A purse that keeps what was held and what was charged."""

    def __init__(self) -> None:
        self.held: list[int] = []
        self.charged_units: list[int] = []

    def hold(self, platform: str, amount: int) -> Hold | None:
        self.held.append(amount)
        return super().hold(platform, amount)

    def settle(self, hold: Hold, costs: Mapping[str, int]) -> None:
        self.charged_units.append(sum(costs.values()))


@respx.mock
def test_youtube_charges_for_each_attempt_and_as_much_is_held_before(settings: Settings) -> None:
    search = respx.get("https://www.googleapis.com/youtube/v3/search")
    search.mock(side_effect=[httpx.Response(503), httpx.Response(200, json={"items": []})])
    purse = Ledger()
    chosen = settings.model_copy(update={"youtube_key": SecretStr("key")})

    async def run() -> None:
        async with Fetcher(chosen, read=posts_in, purse=purse) as fetcher:
            async for _ in SOURCES["youtube"].linking(fetcher, chosen, "https://news.example/story"):
                pass

    asyncio.run(run())
    assert (purse.held, purse.charged_units) == ([2], [2]), "two attempts at a search"
