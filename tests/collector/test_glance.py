"""What is passed over at first sight is what reading it whole finds to concern nobody, however an event is written."""

import json
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from storywake.collector.match.index import Index
from storywake.collector.match.told_by import Telling
from storywake.collector.match.unlinked import Unlinked
from storywake.collector.net.stream import Form, event_of
from storywake.collector.platforms.bluesky import PLATFORM
from storywake.collector.platforms.bluesky.glance import passes_first, passes_second
from storywake.collector.urls import canonical, plain_host

ARTICLE = "https://paper.example/2024/bridge"
OTHER = "https://other.example:8080/a?to=%2Fb"
POST = "at://did:plc:ann/app.bsky.feed.post/3k"
TELLINGS = [
    Telling(1, ARTICLE, ("Kallvik bridge closed: Merja Sorsa denies cracks in its piers",), paper="Kallvik Courier"),
    Telling(2, OTHER, ("Ragozin claims that secret talks in Geneva failed", "Ragozin was in Geneva")),
]
INDEX = Index({1: [ARTICLE], 2: [OTHER]}, {1: [POST]}, Unlinked(TELLINGS))

ADDRESSES = [
    ARTICLE, ARTICLE + "/?utm_source=x#top", "HTTP://WWW.Paper.Example/2024/bridge", "http://m.paper.example:80/2024/./bridge",
    "https://l.facebook.com/l.php?u=https%3A%2F%2Fpaper.example%2F2024%2Fbridge", "https://google.com/amp/s/paper.example/2024/bridge",
    "https://paper-example.cdn.ampproject.org/c/s/paper.example/2024/bridge", f" {ARTICLE}\u200b", ARTICLE.replace("d", "d\x01"),
    OTHER, OTHER.replace("%2F", "%2f"), "https://elsewhere.example/2024/bridge", "nothing", "",
]  # fmt: skip
LINKS = st.sampled_from(ADDRESSES)
WORDS = st.sampled_from([
    "Kallvik", "#KallvikBridge", "bridge", "kallviks", "Merja", "Sorsan", "“Merja", "Sorsa”", "cracks", "piers,", "closed.", "denies",
    "Courier", "Рагозин", "Ragozin's", "Geneva\u2028talks", "secret", "failed", "claims", "the", "coffee", "Kall\x00vik", "pi\rers", "x" * 400,
    ARTICLE, f"({ARTICLE}),", "pic.twitter.com/abc", "www.paper.example/2024/bridge", "\n",
])  # fmt: skip
TEXTS = st.lists(st.one_of(WORDS, st.text(max_size=5)), max_size=12).map(" ".join)
URIS = st.sampled_from([POST, f" {POST}", POST.replace("3k", "3k\x00"), POST.replace("ann", "bob"), "", "at://x"])
ANY = st.sampled_from([None, 7, True, "", [], {}, [None], {"uri": POST}, {"features": 1}, "words"])


def either(value: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """Mostly what the lexicon has there."""
    return st.one_of(value, value, value, value, value, ANY)


LINK = st.fixed_dictionaries({"$type": st.just("app.bsky.richtext.facet#link"), "uri": either(LINKS)})
CARD = st.fixed_dictionaries({"uri": either(LINKS), "title": either(TEXTS), "description": either(TEXTS)})
QUOTED = st.one_of(
    st.fixed_dictionaries({"uri": either(URIS)}),
    st.fixed_dictionaries({"record": st.fixed_dictionaries({"uri": URIS})}),
)
PICTURES = st.lists(either(st.fixed_dictionaries({"alt": either(TEXTS)})), max_size=2)
MEDIA = {"external": either(CARD), "images": PICTURES, "items": PICTURES, "alt": either(TEXTS)}
EMBED = st.fixed_dictionaries(
    {}, optional={**MEDIA, "record": either(QUOTED), "media": either(st.fixed_dictionaries({}, optional=MEDIA))}
)
RECORD = st.fixed_dictionaries(
    {"$type": st.just("app.bsky.feed.post"), "text": either(TEXTS), "createdAt": st.just("2024-03-05T10:00:00Z")},
    optional={
        "reply": either(st.fixed_dictionaries({"parent": either(st.fixed_dictionaries({"uri": either(URIS)}))})),
        "facets": either(st.lists(either(st.fixed_dictionaries({"features": either(st.lists(LINK, max_size=2))})), max_size=2)),
        "embed": either(EMBED),
        "bridgyOriginalText": either(TEXTS.map(lambda words: f"<p>{words} {words}</p>")),
    },
)  # fmt: skip
COMMIT = st.fixed_dictionaries(
    {
        "operation": st.sampled_from(["create", "create", "create", "update", "delete", "other"]),
        "collection": st.sampled_from(["app.bsky.feed.post"] * 5 + ["app.bsky.feed.repost", "x"]),
        "rkey": either(st.sampled_from(["3k", " 3k", "3k\x00", "4"])),
    },
    optional={"record": either(RECORD)},
)
DID = either(st.sampled_from(["did:plc:ann", "did:plc:ann ", "did:plc:bob"]))


def frames(did: Any, commit: dict[str, Any], escaped: bool) -> dict[Form, str]:
    """The event in both forms, with other letters and strokes as escapes of JSON or as they are."""
    second = {"$type": "network.bsky.jetstream.subscribeEvents#commit", "seq": 5, "did": did, **commit}
    written = {
        Form.V1: {"did": did, "time_us": 1_700_000_000_000_000, "kind": "commit", "commit": commit},
        Form.V2: {"$type": "message", "payload": second},
    }
    found = {form: json.dumps(one, ensure_ascii=escaped) for form, one in written.items()}
    return {
        form: text.replace("/", "\\u002f" if form is Form.V1 else "\\/") if escaped else text
        for form, text in found.items()
    }


def concerned(message: str, form: Form) -> bool:
    """Whether reading an event whole finds that it concerns a story."""
    event = event_of(message, form)
    posts = PLATFORM.normalise(event.payload) if event else []
    return any(p.external_id in INDEX.posts if p.deleted else INDEX.of(p) or INDEX.unlinked.ties(p) for p in posts)


SAID = "Merja Sorsan denies: no cracks in #KallvikBridge"
CAUSES: tuple[tuple[dict[str, Any], str], ...] = (
    *[({"facets": [{"features": [{"uri": link}]}]}, link) for link in ADDRESSES],
    *[({"embed": {"external": {"uri": link}}}, link) for link in ADDRESSES],
    *[({"embed": {"media": {"external": {"uri": link}}}}, link) for link in ADDRESSES],
    *[({"text": f"see {link}"}, link) for link in ADDRESSES],
    *[({"embed": {"images": [{"alt": f"see {link}"}]}}, link) for link in ADDRESSES],
    *[({"reply": {"parent": {"uri": uri}}}, uri) for uri in (POST, f" {POST}", POST.replace("3k", "3k\x00"))],
    *[({"embed": {"record": {"uri": uri}}}, uri) for uri in (POST, f"{POST}\n")],
    *[({"embed": {"record": {"record": {"uri": uri}}}}, uri) for uri in (POST, f"{POST} ")],
    *[(cause, SAID) for cause in (
        {"text": SAID}, {"text": SAID.replace("K", "\x00K")}, {"text": "the " * 240 + SAID}, {"text": "the " * 400, "embed": {"alt": SAID}},
        {"text": "no", "embed": {"images": [{"alt": SAID}]}}, {"embed": {"items": [{"alt": SAID}]}}, {"embed": {"alt": SAID}},
        {"embed": {"external": {"title": SAID}}}, {"embed": {"media": {"external": {"uri": "x", "description": SAID}}}},
        {"text": "Merja Sorsan denies", "embed": {"alt": "no cracks in #KallvikBridge"}}, {"text": "short", "fullText": f"<p>{SAID}</p>"},
        {"text": 7, "embed": {"alt": SAID}}, {"text": SAID, "facets": [None]}, {"text": SAID, "reply": "?"},
    )],
)  # fmt: skip
"""Records that concern a story, mostly, and why."""


def test_every_reason_to_concern_a_story_is_seen_at_first_sight() -> None:
    missed, told = [], 0
    for cause, why in CAUSES:
        record = {"$type": "app.bsky.feed.post", "text": "", "createdAt": "2024-03-05T10:00:00Z", **cause}
        commit = {"operation": "create", "collection": "app.bsky.feed.post", "rkey": "9", "record": record}
        for escaped in (True, False):
            for form, message in frames("did:plc:bob", commit, escaped).items():
                passes = passes_first if form is Form.V1 else passes_second
                told += concerned(message, form)
                missed += [(cause, why, form)] if concerned(message, form) and passes(message, INDEX) else []
    assert not missed
    assert told > 2 * len(CAUSES)


def test_every_deletion_of_a_reaction_is_seen_at_first_sight() -> None:
    for did, key in (("did:plc:ann", "3k"), ("did:plc:ann ", "3k"), ("did:plc:ann", "3k\x00")):
        commit = {"operation": "delete", "collection": "app.bsky.feed.post", "rkey": key}
        for form, message in frames(did, commit, True).items():
            assert concerned(message, form)
            assert (passes_first if form is Form.V1 else passes_second)(message, INDEX) is None


@settings(max_examples=150, deadline=None)
@given(DID, COMMIT, st.booleans())
def test_whatever_concerns_a_story_is_read_whole(did: Any, commit: dict[str, Any], escaped: bool) -> None:
    for form, passes in ((Form.V1, passes_first), (Form.V2, passes_second)):
        message = frames(did, commit, escaped)[form]
        if concerned(message, form):
            assert passes(message, INDEX) is None


@settings(max_examples=150, deadline=None)
@given(LINKS, st.text("/?#&=%2Fa.:@", max_size=8))
def test_a_host_told_without_folding_is_that_of_the_folded_address(link: str, more: str) -> None:
    for address in (link + more, canonical(link + more)):
        host = plain_host(address)
        assert host is None or plain_host(canonical(address)) in (None, host)


def test_most_posts_are_passed_over() -> None:
    message = frames("did:plc:bob", {"operation": "create", "collection": "app.bsky.feed.post", "rkey": "9", "record": {
        "$type": "app.bsky.feed.post", "text": "Coffee on a bridge https://cafe.example/kallvik", "createdAt": "2024-03-05T10:00:00Z",
        "reply": {"parent": {"uri": POST.replace("ann", "bob")}},
    }}, True)  # fmt: skip
    assert passes_first(message[Form.V1], INDEX) == (1_700_000_000_000_000, 1_700_000_000_000_000, None)
    assert passes_second(message[Form.V2], INDEX) == (5, None, None)
