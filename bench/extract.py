"""Pages a second, links and embeds: ours beside BeautifulSoup on lxml, the same pages, the same findings."""

import gc
import random
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from bs4 import BeautifulSoup

from storywake.collector.addresses import identify
from storywake.collector.markup.page import Page
from storywake.collector.pages.charsets import decode
from storywake.collector.pages.shown import find_embeds
from storywake.collector.urls import resolve

GOAL = 10.0
ROUNDS = 5
SECONDS = 1.0
BASE = "https://news.example/story"
Findings = tuple[list[str], list[tuple[str, str]]]


def ours(markup: str) -> Findings:
    """Every link of a page, and every embed (platform, id), by the product's own reader."""
    page = Page(markup)
    embeds = [(e.platform, e.external_id or e.url or "") for e in find_embeds(page)]
    hrefs = (node.attributes.get("href") for node in page.tree.css("a[href]"))
    links = dict.fromkeys(t for t in (resolve(BASE, h) for h in hrefs if h) if t)
    return list(links), embeds


def peer(markup: str) -> Findings:
    """The same with BeautifulSoup on lxml."""
    soup = BeautifulSoup(markup, "lxml")
    links = dict.fromkeys(
        t for t in (resolve(BASE, str(a["href"])) for a in soup.find_all("a", href=True) if a["href"]) if t
    )
    found: dict[tuple[str, str], None] = {}
    for node in soup.find_all(["blockquote", "iframe"]):
        addresses = [node.get(name) for name in ("cite", "data-instgrm-permalink", "src", "data-src")]
        if node.name == "blockquote" and "twitter-tweet" in (node.get("class") or []):
            addresses += [a.get("href") for a in node.find_all("a", href=True)][-1:]
        uri = node.get("data-bluesky-uri")
        if uri:
            found[("bluesky", str(uri))] = None
        elif node.get("data-tweet-id"):
            found[("x", str(node["data-tweet-id"]))] = None
        else:
            address = next((a for a in (identify(str(value)) for value in addresses if value) if a), None)
            if address:
                found[(address.platform, address.external_id or address.url)] = None
    return list(links), list(found)


def bench_extract(folder: str | None) -> dict[str, Any]:
    """Runs both over the pages of a folder, or over pages made for the purpose; ratio of pages a second, medians of five rounds."""
    pages = [decode(path.read_bytes()) for path in sorted(Path(folder).glob("*.html"))] if folder else made_pages()
    same = sum(_same(ours(page), peer(page)) for page in pages)
    rates: dict[str, list[float]] = {"ours": [], "peer": []}
    for _ in range(ROUNDS):
        for name, read in (("ours", ours), ("peer", peer)):
            rates[name].append(_rate(read, pages))
    ratios = sorted(a / b for a, b in zip(rates["ours"], rates["peer"], strict=True))
    ratio = ratios[ROUNDS // 2]
    return {
        "bench": "extract",
        "ratio": round(ratio, 2),
        "goal": GOAL,
        "met": ratio >= GOAL and same == len(pages),
        "figures": {
            "pages": len(pages),
            "bytes": sum(len(p) for p in pages),
            "same_findings": same,
            "ours_pages_per_second": round(sorted(rates["ours"])[ROUNDS // 2], 1),
            "beautifulsoup_pages_per_second": round(sorted(rates["peer"])[ROUNDS // 2], 1),
            "ratio_min": round(ratios[0], 2),
            "ratio_max": round(ratios[-1], 2),
        },
    }


def _same(one: Findings, other: Findings) -> bool:
    return set(one[0]) == set(other[0]) and set(one[1]) == set(other[1])


def _rate(read: Callable[[str], Findings], pages: list[str]) -> float:
    """Pages a second, over as many turns as take a second, so that a short turn is not at the mercy of one hiccup."""
    gc.collect()
    turns, start = 0, time.perf_counter()
    while (spent := time.perf_counter() - start) < SECONDS or not turns:
        for page in pages:
            read(page)
        turns += 1
    return turns * len(pages) / spent


def made_pages(count: int = 40, seed: int = 1) -> list[str]:
    """Pages of the size and shape of a news site's: navigation, scripts, a body with embeds, related stories."""
    rounds = random.Random(seed)
    words = [
        "report",
        "city",
        "talks",
        "inspection",
        "bridge",
        "minister",
        "river",
        "council",
        "spokesman",
        "evidence",
        "paper",
        "source",
        "week",
        "number",
    ]

    def sentence() -> str:
        return " ".join(rounds.choices(words, k=14)).capitalize() + "."

    pages = []
    for number in range(count):
        menu = "".join(
            f'<li class="menu-item menu-item-{i}"><a class="nav-link" href="/section/{i}">Section {i}</a></li>'
            for i in range(60)
        )
        script = "<script>window.__data = " + repr([sentence() for _ in range(300)]) + ";</script>"
        body = ""
        for i in range(40):
            body += f'<p class="body-text">{sentence()} <a href="/news/{number}/{i}?ref=body">{sentence()}</a> {sentence()} {sentence()}</p>'
            if i % 10 == 3:
                body += f'<blockquote class="twitter-tweet"><p lang="en" dir="ltr">{sentence()} <a href="https://t.co/a{number}x{i}">https://t.co/a{number}x{i}</a></p>&mdash; Name ({"@"}name{i}) <a href="https://twitter.com/name{i}/status/{10**17 + number * 100 + i}">March 3, 2024</a></blockquote>'
            if i % 20 == 7:
                body += f'<iframe width="560" height="315" src="https://www.youtube.com/embed/abcdefg{number:02}{i:02}" allowfullscreen></iframe>'
        cards = "".join(
            f'<div class="card"><div class="card-body"><a href="/related/{i}"><span class="title">{sentence()}</span></a><time datetime="2024-03-03">3 March</time></div></div>'
            for i in range(80)
        )
        pages.append(
            f"<!doctype html><html lang='en'><head><title>{sentence()}</title>{script}</head><body><nav><ul>{menu}</ul></nav><main><article>{body}</article><aside>{cards}</aside></main><footer><ul>{menu}</ul></footer></body></html>"
        )
    return pages
