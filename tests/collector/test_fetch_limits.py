"""What one host may cost the others: places, time, memory; and what is never written down."""

import asyncio
import tracemalloc
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
import respx

from storywake.collector.errors import FetchError, TryLater
from storywake.collector.net.fetch import Fetcher
from storywake.collector.settings import Settings

from ..naps import Naps
from .test_fetch import URL, fetch

USED_UP = {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "600"}


@pytest.fixture
def patient(settings: Settings) -> Settings:
    return settings.model_copy(update={"attempts": 4, "max_wait": 30.0})


@respx.mock
def test_hosts_that_are_waited_for_keep_no_place_from_others(settings: Settings) -> None:
    for name in "abc":
        respx.route(host=f"{name}.example").respond(200, headers=USED_UP)
    respx.route(host="free.example").respond(200, text="fine")
    waiting = asyncio.Event()

    async def for_good(seconds: float) -> None:
        waiting.set()
        await asyncio.Event().wait()

    async def work() -> bytes:
        async with Fetcher(settings.model_copy(update={"concurrency": 3}), pause=for_good) as fetcher:
            for name in "abc":
                await fetcher.get(f"https://{name}.example/", robots=False)
            held = [asyncio.create_task(fetcher.get(f"https://{name}.example/", robots=False)) for name in "abc"]
            await waiting.wait()
            try:
                async with asyncio.timeout(2):
                    return (await fetcher.get("https://free.example/", robots=False)).body
            finally:
                for task in held:
                    task.cancel()
                await asyncio.gather(*held, return_exceptions=True)

    assert asyncio.run(work()) == b"fine"


@respx.mock
@pytest.mark.parametrize(("fault", "asked"), [(httpx.ReadTimeout("slow"), 1), (httpx.ConnectTimeout("silent"), 2)])
def test_an_answer_out_of_time_is_not_asked_for_again_and_a_silent_host_once_more(
    patient: Settings, fault: Exception, asked: int
) -> None:
    route = respx.get(URL).mock(side_effect=fault)
    with pytest.raises(TryLater, match="timed out"):
        fetch(patient, lambda f: f.get(URL, robots=False))
    assert route.call_count == asked


@respx.mock
def test_a_slow_drip_is_read_once(patient: Settings) -> None:
    async def drip() -> AsyncIterator[bytes]:
        while True:
            yield b"."
            await asyncio.sleep(0.01)

    route = respx.get(URL).mock(side_effect=lambda request: httpx.Response(200, stream=Stream(drip())))
    with pytest.raises(TryLater, match="no full answer within 0.2 s") as raised:
        fetch(patient.model_copy(update={"timeout": 0.2}), lambda f: f.get(URL, robots=False))
    assert route.call_count == 1
    assert raised.value.cut_off


@respx.mock
def test_an_address_takes_twice_the_time_of_an_answer_at_most(patient: Settings) -> None:
    naps = Naps()

    def slow_fault(request: httpx.Request) -> httpx.Response:
        naps.now += 4.0
        return httpx.Response(503)

    route = respx.get(URL).mock(side_effect=slow_fault)
    with pytest.raises(TryLater):
        fetch(patient.model_copy(update={"attempts": 20, "timeout": 5}), lambda f: f.get(URL, robots=False), naps)
    assert route.call_count == 3


@respx.mock
def test_rules_that_do_not_come_in_time_cost_one_wait_a_host(patient: Settings) -> None:
    rules = respx.get("https://news.example/robots.txt").mock(side_effect=httpx.ReadTimeout("slow"))

    async def work(fetcher: Fetcher) -> None:
        for number in range(5):
            with pytest.raises(TryLater, match="robots"):
                await fetcher.get(f"https://news.example/{number}")

    fetch(patient, work)
    assert rules.call_count == 1


@respx.mock
def test_it_is_told_how_long_a_host_wants_to_be_left_alone_or_says_nothing(patient: Settings) -> None:
    respx.route(host="limited.example").respond(200, headers=USED_UP)
    respx.route(host="closed.example").respond(429, headers={"Retry-After": "3000"})
    silent = respx.route(host="silent.example").mock(side_effect=httpx.ConnectError("refused"))
    naps = Naps()

    async def work(fetcher: Fetcher) -> None:
        with pytest.raises(FetchError):
            await fetcher.get("https://silent.example/", robots=False)
        await fetcher.get("https://limited.example/", robots=False)
        with pytest.raises(FetchError):
            await fetcher.get("https://closed.example/", robots=False)
        closed = {n: round(fetcher.host_closed(f"https://{n}.example/x")) for n in ("limited", "closed", "other")}
        assert closed == {"limited": 600, "closed": 3000, "other": 0}
        assert fetcher.silent_for("https://closed.example/") == 0
        began = fetcher.silent_for("https://silent.example/")
        naps.now += 100
        assert fetcher.silent_for("https://silent.example/") == pytest.approx(began + 100)
        silent.mock(return_value=httpx.Response(404))
        await fetcher.get("https://silent.example/", robots=False)
        assert fetcher.silent_for("https://silent.example/") == 0

    fetch(patient, work, naps)


@respx.mock
def test_requests_that_queue_for_a_host_stop_when_it_asks_to_be_left_alone(patient: Settings) -> None:
    async def closed(request: httpx.Request) -> httpx.Response:
        await asyncio.sleep(0)
        return httpx.Response(429, headers={"Retry-After": "3000"})

    route = respx.route(host="closed.example").mock(side_effect=closed)

    async def work(fetcher: Fetcher) -> list[Any]:
        asked = (fetcher.get(f"https://closed.example/{n}", robots=False) for n in range(10))
        return await asyncio.gather(*asked, return_exceptions=True)

    assert all(isinstance(e, FetchError) for e in fetch(patient.model_copy(update={"host_delay": 1.0}), work))
    assert route.call_count == 1


class Stream(httpx.AsyncByteStream):
    """An answer's body as it comes."""

    def __init__(self, pieces: AsyncIterator[bytes]) -> None:
        self._pieces = pieces

    def __aiter__(self) -> AsyncIterator[bytes]:
        return self._pieces


@respx.mock
def test_many_large_bodies_at_once_are_held_a_few_at_a_time(settings: Settings) -> None:
    async def body() -> AsyncIterator[bytes]:
        for _ in range(140):
            yield bytes(65_536)
            await asyncio.sleep(0)

    respx.route(host__regex=r".*").mock(side_effect=lambda request: httpx.Response(200, stream=Stream(body())))

    async def size(fetcher: Fetcher, number: int) -> int:
        return len((await fetcher.get(f"https://h{number}.example/", robots=False)).body)

    async def work(fetcher: Fetcher) -> list[int]:
        return await asyncio.gather(*(size(fetcher, n) for n in range(20)))

    tracemalloc.start()
    try:
        sizes = fetch(settings.model_copy(update={"timeout": 60}), work)
        peak = tracemalloc.get_traced_memory()[1] / 1e6
    finally:
        tracemalloc.stop()
    assert sizes == [140 * 65_536] * 20
    assert peak < 110, f"{peak:.0f} MB held at once"


@respx.mock
def test_what_lets_in_is_neither_kept_nor_told(settings: Settings) -> None:
    feed = "https://me:hush@feeds.example/f?key=deep-secret&page=2"
    moved = respx.get("https://feeds.example/f").respond(
        302, headers={"Location": "https://u:p@feeds.example/g?key=deep-secret"}
    )
    respx.get("https://feeds.example/g").respond(200, text="x")
    chosen = settings.model_copy(update={"feeds": [feed]})
    evidence = fetch(chosen, lambda f: f.get(feed, robots=False))
    assert moved.calls[0].request.headers["authorization"].startswith("Basic "), "the host itself is told"
    assert evidence.url == "https://feeds.example/f?key=***&page=2"
    assert (evidence.final_url, evidence.chain) == (
        "https://feeds.example/g?key=***",
        (evidence.url, "https://feeds.example/g?key=***"),
    )
    respx.get("https://feeds.example/f").respond(503)
    with pytest.raises(TryLater) as raised:
        fetch(chosen, lambda f: f.get(feed, robots=False))
    assert str(raised.value).startswith("https://***@feeds.example/f?key=***&page=2: ")


@respx.mock
@pytest.mark.parametrize("there", ["http://news.example/", "https://news.example:8443/", "https://other.example/"])
def test_a_redirect_to_another_site_loses_the_credentials(settings: Settings, there: str) -> None:
    respx.get(URL).respond(302, headers={"Location": there})
    other = respx.get(there).respond(200, text="x")
    fetch(settings, lambda f: f.get(URL, headers={"Authorization": "Bearer secret"}, robots=False))
    assert "authorization" not in other.calls[0].request.headers
