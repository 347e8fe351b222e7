"""The one door: polite, retried, bounded. Platforms' answers are played by respx."""

import asyncio
import gzip
from collections.abc import Awaitable, Callable
from typing import Any

import httpx
import pytest
import respx

from storywake.collector.errors import FetchError, Refused, TryLater
from storywake.collector.net.evidence import Evidence, pack, unpack
from storywake.collector.net.fetch import Fetcher
from storywake.collector.settings import Settings

from ..naps import Naps

URL = "https://news.example/story"


def fetch(settings: Settings, work: Callable[[Fetcher], Awaitable[Any]], naps: Naps | None = None) -> Any:
    async def run() -> Any:
        slept = naps or Naps()
        async with Fetcher(settings, pause=slept, clock=slept.clock) as fetcher:
            return await work(fetcher)

    return asyncio.run(run())


@pytest.fixture
def polite(settings: Settings) -> Settings:
    return settings.model_copy(update={"attempts": 3, "max_wait": 30.0})


@respx.mock
def test_a_passing_fault_is_retried_and_retry_after_is_obeyed(polite: Settings) -> None:
    respx.get("https://news.example/robots.txt").respond(404)
    respx.get(URL).mock(
        side_effect=[
            httpx.Response(503, headers={"Retry-After": "7"}),
            httpx.ConnectError("reset"),
            httpx.Response(200, text="fine"),
        ]
    )
    naps = Naps()
    evidence = fetch(polite, lambda f: f.get(URL), naps)
    assert evidence.body == b"fine"
    assert max(naps.taken) >= 7


@respx.mock
def test_a_fault_that_lasts_is_one_clear_error(polite: Settings) -> None:
    respx.get("https://news.example/robots.txt").respond(404)
    route = respx.get(URL).respond(502)
    with pytest.raises(TryLater, match="answered 502"):
        fetch(polite, lambda f: f.get(URL))
    assert route.call_count == 3


@respx.mock
def test_a_wait_too_long_is_not_sat_out(polite: Settings) -> None:
    respx.get("https://news.example/robots.txt").respond(404)
    route = respx.get(URL).respond(429, headers={"Retry-After": "3600"})

    async def work(fetcher: Fetcher) -> None:
        for words in ("asks to wait 3600 s", "wait 3600 s more"):
            with pytest.raises(FetchError, match=words):
                await fetcher.get(URL)

    fetch(polite, work)
    assert route.call_count == 1, "the host is left alone until then"


@respx.mock
def test_a_short_wait_that_a_host_asks_for_holds_for_every_request_to_it(polite: Settings) -> None:
    busy = httpx.Response(503, headers={"Retry-After": "7"})
    respx.get(URL).mock(side_effect=[busy, httpx.Response(200, text="fine")])
    other = respx.get("https://news.example/other")
    naps = Naps()
    came: list[float] = []

    def answer(request: httpx.Request) -> httpx.Response:
        came.append(naps.now)
        return httpx.Response(200)

    other.mock(side_effect=answer)

    async def work(fetcher: Fetcher) -> None:
        await asyncio.gather(*(fetcher.get(url, robots=False) for url in (URL, "https://news.example/other")))

    fetch(polite.model_copy(update={"host_concurrency": 1}), work, naps)
    assert came[0] >= 1007


@respx.mock
def test_robots_are_obeyed_and_asked_once(polite: Settings) -> None:
    robots = respx.get("https://news.example/robots.txt").respond(
        200, text="User-agent: *\nDisallow: /private\nCrawl-delay: 5\n"
    )
    respx.get(URL).respond(200, text="fine")
    naps = Naps()

    async def work(fetcher: Fetcher) -> None:
        with pytest.raises(Refused, match=r"robots\.txt"):
            await fetcher.get("https://news.example/private/x")
        await fetcher.get(URL)
        await fetcher.get(URL)

    fetch(polite, work, naps)
    assert robots.call_count == 1
    assert max(naps.taken) > 4, "the delay that it asks for is kept"


@respx.mock
def test_a_page_of_several_choices_leads_to_the_one_that_it_names(polite: Settings) -> None:
    respx.get("https://news.example/robots.txt").respond(404)
    respx.get(URL).respond(300, headers={"Location": "/one"})
    respx.get("https://news.example/one").respond(200, text="one")
    assert fetch(polite, lambda f: f.get(URL)).body == b"one"


@respx.mock
def test_a_packed_robots_txt_is_obeyed(polite: Settings) -> None:
    rules = gzip.compress(b"User-agent: *\nDisallow: /story")
    respx.get("https://news.example/robots.txt").respond(200, content=rules)
    with pytest.raises(Refused, match=r"robots\.txt"):
        fetch(polite, lambda f: f.get(URL))


@respx.mock
def test_robots_out_of_reach_mean_not_now(polite: Settings) -> None:
    respx.get("https://news.example/robots.txt").respond(500)
    page = respx.get(URL).respond(200, text="fine")
    with pytest.raises(TryLater, match="robots"):
        fetch(polite, lambda f: f.get(URL))
    assert page.call_count == 0


@respx.mock
def test_hosts_are_paced(settings: Settings) -> None:
    respx.route(host="a.example").respond(200, text="x")
    naps = Naps()

    async def work(fetcher: Fetcher) -> None:
        await asyncio.gather(*(fetcher.get(f"https://a.example/{n}", robots=False) for n in range(4)))

    fetch(settings.model_copy(update={"host_delay": 2.0}), work, naps)
    assert [round(n) for n in naps.taken] == [2, 2, 2]


@respx.mock
@pytest.mark.parametrize("reset", ["30", "2030-01-01T00:00:00Z"])
def test_a_rate_limit_used_up_is_waited_for(polite: Settings, reset: str) -> None:
    respx.route(host="a.example").respond(200, headers={"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": reset})
    naps = Naps()

    async def work(fetcher: Fetcher) -> None:
        await fetcher.get("https://a.example/1", robots=False)
        await fetcher.get("https://a.example/2", robots=False)

    fetch(polite, work, naps)
    assert max(naps.taken) == pytest.approx(30 if reset == "30" else 900, abs=1)


@respx.mock
@pytest.mark.parametrize(
    "told", ['"default";r=0;t=30', '"burst";r=5;t=2, "day";r=0;t=30', "limit=100, remaining=0, reset=30"]
)
def test_a_rate_limit_in_one_header_is_waited_for(polite: Settings, told: str) -> None:
    respx.route(host="a.example").respond(200, headers={"RateLimit": told})
    naps = Naps()

    async def work(fetcher: Fetcher) -> None:
        await fetcher.get("https://a.example/1", robots=False)
        await fetcher.get("https://a.example/2", robots=False)

    fetch(polite, work, naps)
    assert max(naps.taken) == pytest.approx(30, abs=1)


@respx.mock
def test_a_fault_of_what_stands_before_the_site_is_retried(polite: Settings) -> None:
    respx.get(URL).mock(side_effect=[httpx.Response(520), httpx.Response(522), httpx.Response(200, text="fine")])
    assert fetch(polite, lambda f: f.get(URL, robots=False)).body == b"fine"


@respx.mock
def test_conditional_requests_and_the_name_it_goes_by(settings: Settings) -> None:
    route = respx.get(URL).respond(304)
    evidence = fetch(
        settings.model_copy(update={"contact": "me@example.org"}),
        lambda f: f.get(URL, etag='"1"', last_modified="Mon, 01 Jan 2024 00:00:00 GMT", robots=False),
    )
    sent = route.calls[0].request.headers
    assert evidence.status == 304
    assert sent["if-none-match"] == '"1"'
    assert sent["if-modified-since"].startswith("Mon")
    assert "me@example.org" in sent["user-agent"]


@respx.mock
def test_a_redirect_elsewhere_loses_the_credentials(settings: Settings) -> None:
    respx.get(URL).respond(302, headers={"Location": "https://other.example/"})
    other = respx.get("https://other.example/").respond(200, text="x")
    keys = {"Authorization": "Bearer secret", "X-Goog-Api-Key": "secret"}
    evidence = fetch(settings, lambda f: f.get(URL, headers=keys, robots=False))
    assert not {"authorization", "x-goog-api-key"} & set(other.calls[0].request.headers)
    assert evidence.chain == (URL, "https://other.example/")


@respx.mock
def test_a_question_in_json_is_tried_again_and_goes_to_nobody_else(settings: Settings) -> None:
    asked = respx.post(URL)
    asked.side_effect = [httpx.Response(503), httpx.Response(200, text="[]")]
    evidence = fetch(settings, lambda f: f.query(URL, {"i": "token"}))
    assert (evidence.status, evidence.attempts) == (200, 2)
    asked.side_effect = None
    asked.respond(307, headers={"Location": "https://other.example/"})
    other = respx.post("https://other.example/").respond(200)
    with pytest.raises(FetchError, match="redirects what was sent"):
        fetch(settings, lambda f: f.query(URL, {"i": "token"}))
    with pytest.raises(FetchError, match="redirects what was sent"):
        fetch(settings, lambda f: f.post(URL, {"i": "token"}))
    assert not other.called


@respx.mock
@pytest.mark.parametrize("location", ["ftp://x.example/", "file:///etc/passwd", "gopher://x", "http://"])
def test_redirects_lead_to_web_addresses_only(settings: Settings, location: str) -> None:
    respx.get(URL).respond(302, headers={"Location": location})
    with pytest.raises(FetchError):
        fetch(settings, lambda f: f.get(URL, robots=False))


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1/",
        "http://localhost/",
        "http://[::1]/",
        "http://0x7f.1/",
        "http://2130706433/",
        "http://169.254.169.254/",
        "http://[64:ff9b:1::a00:1]/",
        "http://[64:ff9b::a00:1]/",
        "http://[::ffff:10.0.0.1]/",
        "http://[3fff::1]/",
    ],
)
def test_private_addresses_are_refused(settings: Settings, url: str) -> None:
    with pytest.raises(Refused, match="private"):
        fetch(settings.model_copy(update={"allow_private": False}), lambda f: f.get(url))


@respx.mock
@pytest.mark.parametrize(
    "rules",
    [
        b"\xef\xbb\xbfUser-agent: *\nDisallow: /story",
        b"\r\n\xef\xbb\xbf\nUser-agent: *\r\nDisallow: /story",
        b"User-agent: *\rDisallow: /story",
        b"\xef\xbb\xbf# rules\nUser-Agent: StoryWake\nDisallow: /story",
        "User-agent: *\nDisallow: /story\n".encode("utf-16"),
    ],
)
def test_rules_behind_a_byte_order_mark_are_obeyed(settings: Settings, rules: bytes) -> None:
    respx.get("https://news.example/robots.txt").respond(200, content=rules)
    with pytest.raises(Refused, match="robots"):
        fetch(settings, lambda f: f.get(URL))


@respx.mock
def test_a_redirect_to_itself_that_sets_a_cookie_is_followed_once(settings: Settings) -> None:
    respx.get("https://news.example/robots.txt").respond(404)

    def answer(request: httpx.Request) -> httpx.Response:
        if "seen=1" in request.headers.get("cookie", ""):
            return httpx.Response(200, text="the page")
        return httpx.Response(302, headers={"Location": URL, "Set-Cookie": "seen=1; Path=/"})

    respx.get(URL).mock(side_effect=answer)
    found = fetch(settings, lambda f: f.get(URL))
    assert (found.body, found.chain) == (b"the page", (URL, URL))


@respx.mock
def test_a_redirect_by_way_of_a_page_that_sets_a_cookie_comes_back(settings: Settings) -> None:
    respx.get("https://news.example/robots.txt").respond(404)
    counted = "https://news.example/counted"

    def answer(request: httpx.Request) -> httpx.Response:
        if "seen=1" in request.headers.get("cookie", ""):
            return httpx.Response(200, text="the page")
        return httpx.Response(302, headers={"Location": counted, "Set-Cookie": "seen=1; Path=/"})

    respx.get(URL).mock(side_effect=answer)
    respx.get(counted).respond(302, headers={"Location": URL})
    assert fetch(settings, lambda f: f.get(URL)).chain == (URL, counted, URL)


@respx.mock
@pytest.mark.parametrize("cookie", [{}, {"Set-Cookie": "seen=1; Path=/elsewhere"}])
def test_a_redirect_to_itself_ends(settings: Settings, cookie: dict[str, str]) -> None:
    respx.get("https://news.example/robots.txt").respond(404)
    route = respx.get(URL).mock(return_value=httpx.Response(302, headers={"Location": URL, **cookie}))
    with pytest.raises(FetchError, match="circle"):
        fetch(settings, lambda f: f.get(URL))
    assert route.call_count == 1 + len(cookie)


META = '<html><head><meta charset="utf-8">{}</head><body>words</body></html>'


@respx.mock
@pytest.mark.parametrize(
    ("headers", "page"),
    [
        ({"Refresh": "0; url=/moved"}, "words"),
        ({"Refresh": "0;URL='https://news.example/moved'"}, "words"),
        ({}, META.format('<meta http-equiv="refresh" content="0; url=/moved">')),
        ({}, META.format("<META HTTP-EQUIV=Refresh CONTENT='0;URL=https://news.example/moved'>")),
        ({}, META.format('<meta content="0,/moved" http-equiv="refresh"/>')),
        ({}, META.format('<meta http-equiv="refresh" content="1; url=&#x2F;moved">')),
    ],
)
def test_a_page_that_refreshes_at_once_is_a_redirect(settings: Settings, headers: dict[str, str], page: str) -> None:
    respx.get("https://news.example/robots.txt").respond(404)
    respx.get(URL).respond(200, text=page, headers=headers)
    respx.get("https://news.example/moved").respond(200, text="the page")
    found = fetch(settings, lambda f: f.get(URL))
    assert (found.body, found.final_url) == (b"the page", "https://news.example/moved")


@respx.mock
@pytest.mark.parametrize(
    "page",
    [
        META.format('<meta http-equiv="refresh" content="300; url=/moved">'),
        META.format('<meta http-equiv="refresh" content="0">'),
        META.format(f'<meta http-equiv="refresh" content="0; url={URL}">'),
        META.format('<noscript><meta http-equiv="refresh" content="0; url=/moved"></noscript>'),
        META.format('<!-- <meta http-equiv="refresh" content="0; url=/moved"> -->'),
        META.format('<meta http-equiv="refresh" content="0; url=javascript:x">'),
        "<body><meta http-equiv='refresh' content='0; url=/moved'>",
    ],
)
def test_other_refreshes_are_no_redirects(settings: Settings, page: str) -> None:
    respx.get("https://news.example/robots.txt").respond(404)
    respx.get(URL).respond(200, text=page)
    assert fetch(settings, lambda f: f.get(URL)).final_url == URL


def test_evidence_is_packed_and_unpacked() -> None:
    evidence = Evidence(
        url=URL,
        final_url=URL,
        fetched_at="2024-01-01T00:00:00Z",
        status=200,
        headers={"content-type": "text/html; charset=ISO-8859-1"},
        body=b"abc",
    )
    assert unpack(pack(evidence.body)) == b"abc"
    assert evidence.charset == "ISO-8859-1"
