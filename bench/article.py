"""Whole articles a second and the F1 of their text: ours beside trafilatura with metadata, resiliparse and newspaper4k, one run."""

import gc
import random
import re
import time
from collections import Counter
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from statistics import mean
from typing import Any, NamedTuple

from storywake.collector.pages.article import read_article
from storywake.collector.pages.charsets import decode

GOAL = 2.5
ROUNDS = 3
BASE = "https://paper.example/2024/03/bridge"
WORD = re.compile(r"\w+")
PARAGRAPHS = 14
PAGES_A_LAYOUT = 4


class Sample(NamedTuple):
    """A page, and the text that is its article's."""

    markup: str
    text: str


def bench_article(folder: str | None) -> dict[str, object]:
    """Reads each page by each reader; pages a second of processor time, best of three rounds.

    Ours finds text, facts, links, embeds and statements; the others text and metadata. ``folder`` holds pages as ``NAME.html`` with their
    text as ``NAME.txt``; without it pages are made. Readers that are not installed are left out.
    """
    samples = kept_pages(Path(folder)) if folder else made_articles()
    readers = {name: read for name, read in READERS.items() if name in ("ours", "trafilatura") or find_spec(name)}
    seconds = dict.fromkeys(readers, float("inf"))
    scores: dict[str, list[float]] = {}
    for _ in range(ROUNDS):
        for name, read in readers.items():
            gc.collect()
            begun = time.process_time()
            texts = [read(sample.markup) for sample in samples]
            seconds[name] = min(seconds[name], time.process_time() - begun)
            scores[name] = [f1(text, sample.text) for text, sample in zip(texts, samples, strict=True)]
    ratio = seconds["trafilatura"] / seconds["ours"]
    figures: dict[str, object] = {"pages": len(samples), "bytes": sum(len(sample.markup) for sample in samples)}
    for name in readers:
        figures[f"{name}_pages_per_second"] = round(len(samples) / seconds[name], 1)
        figures[f"{name}_f1"] = round(mean(scores[name]), 4)
    return {
        "bench": "article",
        "ratio": round(ratio, 2),
        "goal": GOAL,
        "met": ratio >= GOAL and mean(scores["ours"]) >= mean(scores["trafilatura"]),
        "figures": figures,
    }


def ours(markup: str) -> str:
    """The text of an article that was read whole."""
    return read_article(markup, BASE).text


def by_trafilatura(markup: str) -> str:
    """trafilatura's text, with metadata, as it comes."""
    from trafilatura import bare_extraction

    found: Any = bare_extraction(markup, url=BASE, with_metadata=True, include_comments=False)
    return str(found.text or "") if found else ""


def by_resiliparse(markup: str) -> str:
    """resiliparse's main content; it has no metadata but the title."""
    from resiliparse.extract.html2text import extract_plain_text
    from resiliparse.parse.html import HTMLTree

    text: str = extract_plain_text(HTMLTree.parse(markup), main_content=True)
    return text


def by_newspaper(markup: str) -> str:
    """newspaper4k's text, with authors, title and date."""
    from newspaper import Article

    article = Article(BASE, fetch_images=False)
    article.download(input_html=markup)
    article.parse()
    return str(article.text)


READERS: dict[str, Callable[[str], str]] = {
    "ours": ours,
    "trafilatura": by_trafilatura,
    "resiliparse": by_resiliparse,
    "newspaper": by_newspaper,
}


def f1(found: str, wanted: str) -> float:
    """The harmonic mean of precision and recall of words, each as often as it occurs; 0 to 1."""
    one, other = Counter(WORD.findall(found.lower())), Counter(WORD.findall(wanted.lower()))
    same = sum((one & other).values())
    return 2 * same / (one.total() + other.total()) if same else 0.0


def kept_pages(folder: Path) -> list[Sample]:
    """The pages of a folder that have their text beside them."""
    texts = sorted(path for path in folder.glob("*.txt") if path.with_suffix(".html").exists())
    return [Sample(decode(path.with_suffix(".html").read_bytes()), path.read_text("utf-8")) for path in texts]


SUBJECTS = (
    "The harbour authority",
    "A spokesman for the city",
    "The council",
    "An engineer of the institute",
    "The mayor",
)
VERBS = ("said", "told the paper", "announced", "confirmed", "wrote in a report")
OBJECTS = (
    "that the bridge had been closed after cracks were found in two of its piers",
    "that the last inspection had been put off three times since the spring",
    "that traffic would be diverted through the old town for at least three weeks",
    "that nobody had asked for the drawings of the bridge before the works began",
    "that the ministry wanted a written account of every inspection of ten years",
)
OTHERS = ("on Tuesday", "in the morning", "after a meeting", "in a statement", "when asked by residents")
LAYOUTS: dict[str, str] = {
    "article": "<main><article><h1>{title}</h1>{body}</article></main>",
    "divisions": "<div id='page'><div class='content'><div class='story-body'><h1>{title}</h1>{body}</div></div></div>",
    "sections": "<main><header><h1>{title}</h1></header><section class='body'>{body}</section></main>",
    "form": "<form id='aspnetForm'><div class='main'><h1>{title}</h1><div class='text'>{body}</div></div></form>",
    "table": "<table width='960'><tr><td><ul>{menu}</ul></td><td><h1>{title}</h1>{body}</td></tr></table>",
    "embed": "<main><article><h1>{title}</h1>{first}<embed src='https://player.example/1' width='500'>{rest}</article></main>",
}


def made_articles(seed: int = 7) -> list[Sample]:
    """Pages of the size and shape of news sites' with their texts, a few of each layout: menus, scripts, cards, comments."""
    rounds = random.Random(seed)
    return [_made(layout, number, rounds) for layout in LAYOUTS.values() for number in range(PAGES_A_LAYOUT)]


PLAIN = (
    "The old bridge carries forty thousand cars a day and two lines of the tram",
    "Its piers stand on rock that the ice laid bare in the spring of a year with much snow",
    "A second crossing has been planned since the eighties and was never paid for",
    "Lorries wait at the harbour while ferries take on those who have to be across by noon",
)


def _sentence(rounds: random.Random) -> str:
    """A sentence of a report; one in four tells what somebody said."""
    if rounds.random() < 0.75:
        return (
            f"{rounds.choice(PLAIN)}, {rounds.randrange(2, 9000)} metres from the {rounds.choice(('mill', 'church'))}."
        )
    words = [rounds.choice(SUBJECTS), rounds.choice(VERBS), rounds.choice(OTHERS), rounds.choice(OBJECTS)]
    return " ".join(words) + f", for the {rounds.randrange(2, 90)}th time."


def _made(layout: str, number: int, rounds: random.Random) -> Sample:
    title = f"Bridge closed after report {number}"
    paragraphs = [" ".join(_sentence(rounds) for _ in range(3)) for _ in range(PARAGRAPHS)]
    written = [f"<p class='text-{at}'>{words}</p>" for at, words in enumerate(paragraphs)]
    menu = "".join(f'<li class="item-{at}"><a href="/section/{at}">Section {at}</a></li>' for at in range(80))
    cards = "".join(
        f'<div class="card"><a href="/other/{at}"><h3>{_sentence(rounds)[:60]}</h3></a><time>{at} March</time></div>'
        for at in range(60)
    )
    comments = "".join(f'<li class="comment"><p>I read this {at} times.</p></li>' for at in range(10))
    tweet = (
        '<blockquote class="twitter-tweet"><p>Cracks were seen in June</p>&mdash; Ann Lee (@annlee) '
        f'<a href="https://twitter.com/annlee/status/{10**17 + number}">March 5, 2024</a></blockquote>'
    )
    body = layout.format(
        title=title,
        body="".join([*written[:3], tweet, *written[3:]]),
        first="".join(written[:3]),
        rest="".join(written[3:]),
        menu=menu,
    )
    data = ",".join(f'{{"id": {at}, "words": "{_sentence(rounds)}"}}' for at in range(400))
    markup = f"""<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{title} - Paper</title>
    <meta property="article:published_time" content="2024-03-05T10:00:00Z"><meta name="author" content="Ann Lee">
    <script>window.__state = [{data}];</script><style>{".a{color:red}" * 2000}</style></head>
    <body><nav><ul>{menu}</ul></nav>{body}<aside><h2>Related</h2>{cards}</aside>
    <div class="comments" id="comments"><ul>{comments}</ul></div><footer><ul>{menu}</ul></footer></body></html>"""
    return Sample(markup, "\n\n".join([title, *paragraphs]))
