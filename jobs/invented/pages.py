"""Invented: versions of articles as their papers' pages would show them."""

import json
from html import escape
from typing import Any

from storywake.collector.dates import stamp

from .payloads import external_id
from .script import Line, Paper, Script


def page(paper: Paper, script: Script) -> bytes:
    """A version of an article as a page."""
    data: list[dict[str, Any]] = [{
        "@type": "NewsArticle", "headline": paper.title, "datePublished": stamp(paper.published),
        "dateModified": stamp(paper.at), "publisher": {"@type": "Organization", "name": paper.publisher},
        "author": {"@type": "Person", "name": paper.author} if paper.author else None,
    }]  # fmt: skip
    if paper.review:
        data.append({
            "@type": "ClaimReview", "claimReviewed": paper.review["claim"], "datePublished": stamp(paper.published),
            "author": {"@type": "Organization", "name": paper.publisher},
            "reviewRating": {
                "@type": "Rating", "ratingValue": paper.review["value"], "bestRating": 5, "worstRating": 1,
                "alternateName": paper.review["rating"],
            },
        })  # fmt: skip
    address = {other.key: other.url for other in script.papers}
    links = "".join(f'<p><a href="{address[key]}">{escape(key)}</a></p>' for key in paper.links)
    body = "".join(f"<p>{escape(line)}</p>" for line in paper.text.splitlines())
    embeds = "".join(_embed(script.keys[key]) for key in paper.embeds)
    return f"""<!doctype html><html lang="{paper.language}"><head><meta charset="utf-8"><title>{escape(paper.title)}</title>
<link rel="canonical" href="{paper.url}"><meta property="og:site_name" content="{escape(paper.publisher)}">
<script type="application/ld+json">{json.dumps(data)}</script></head>
<body><article><h1>{escape(paper.title)}</h1>{body}{embeds}{links}</article></body></html>""".encode()


def _embed(line: Line) -> str:
    words, name, identity = escape(line.wordings[0][1]), escape(line.name or line.handle), external_id(line)
    day = f"{line.at:%B} {line.at.day}, {line.at.year}"
    if line.network == "bluesky":
        place = f"https://bsky.app/profile/{line.handle}"
        return f"""<blockquote class="bluesky-embed" data-bluesky-uri="{identity}"><p>{words}</p>&mdash; {name}
        (<a href="{place}">@{line.handle}</a>) <a href="{place}/post/{identity.rsplit("/", 1)[1]}">{day}</a></blockquote>"""
    return f"""<blockquote class="twitter-tweet"><p>{words}</p>&mdash; {name} (@{line.handle})
    <a href="https://twitter.com/{line.handle}/status/{identity}">{day}</a></blockquote>"""
