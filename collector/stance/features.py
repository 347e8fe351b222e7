"""The features of the linear assessor: cues, punctuation, position in the thread, and English n-grams."""

import math
import zlib
from functools import lru_cache
from itertools import pairwise

import regex

from ..prose.language import detect
from .base import Reaction
from .claim_words import STEM_LETTERS
from .cues import count_cues, cues

BUCKETS = 1 << 15
WORD = regex.compile(r"[\p{L}\p{N}']+|[?!]+|\p{Emoji_Presentation}")
ADDRESS = regex.compile(r"https?://\S+|www\.\S+|pic\.twitter\.com/\S+")
YEAR = regex.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
QUOTED = regex.compile(r"[\"“„«'][^\"”“»']{2,30}[\"”“»']")
NGRAM_SCALE = 1.5
"""Of n-grams beside the other features; with more, the model overfits the stories of the training data."""

Features = dict[int, float]


@lru_cache(maxsize=1 << 16)
def bucket(name: str) -> int:
    """The index of a feature, by hash of its name."""
    return zlib.crc32(name.encode("utf-8", "replace")) % BUCKETS


def read_features(reaction: Reaction, *, words: bool = True) -> Features:
    """The features of a reaction: value by bucket. ``words=False`` leaves out the n-grams, which only English has."""
    language = reaction.language or detect(reaction.text) or "en"
    found = _general(reaction, language)
    if words and language == "en":
        for name, value in _ngrams(reaction).items():
            found[name] = found.get(name, 0.0) + value
    return {bucket(name): value for name, value in found.items()}


def _general(reaction: Reaction, language: str) -> dict[str, float]:
    """Features of any language by name: cues, punctuation, length, position in the thread, words shared with what it answers."""
    text = reaction.text
    plain = ADDRESS.sub(" ", text)
    tokens = WORD.findall(plain.casefold())
    support, deny, query = count_cues(text, language)
    marks = plain.count("?") + plain.count("？") + plain.count("؟")
    found = {
        "bias": 1.0,
        "cue support": min(support, 3),
        "cue deny": min(deny, 3),
        "cue query": min(query, 3),
        "cue any support": float(support > 0),
        "cue any deny": float(deny > 0),
        "cue any query": float(query > 0),
        "question": float(marks > 0),
        "questions": min(marks, 3) / 3,
        "ends with question": float(plain.rstrip().endswith(("?", "？", "؟"))),
        "question alone": float(marks > 0 and len(tokens) < 10),
        "exclamation": min(plain.count("!"), 3) / 3,
        "address": float(ADDRESS.search(text) is not None),
        "quotation": float('"' in plain or "“" in plain or "«" in plain),
        "hashtags": min(text.count("#"), 4) / 4,
        "mentions": min(text.count("@"), 4) / 4,
        "capitals": sum(c.isupper() for c in plain) / (len(plain) + 1),
        "dots": float("..." in plain or "…" in plain),
        "length": math.log1p(len(tokens)) / 4,
        "short": float(len(tokens) < 6),
    }
    found.update(_answering(reaction, plain, tokens, language))
    if reaction.is_source is not None:
        found["opens" if reaction.is_source else "answers"] = 1.0
        if reaction.is_source:
            found["opens with question"] = found["question"]
            found["opens with deny"] = found["cue any deny"]
            found["opens with query"] = found["cue any query"]
    for name, other in (("parent", reaction.parent_text), ("source", reaction.source_text)):
        if other:
            seen = set(WORD.findall(ADDRESS.sub(" ", other).casefold()))
            shared = len(seen & set(tokens)) / (len(set(tokens)) + 1)
            found[f"shared with {name}"] = shared
            found[f"{name} question"] = float("?" in other)
    if reaction.parent_text and reaction.parent_text != reaction.source_text:
        below = count_cues(reaction.parent_text, language)
        found["parent denies"] = float(below[1] > 0)
        found["parent denies, this agrees"] = float(below[1] > 0 and support > 0)
        found["parent denies, this denies"] = float(below[1] > 0 and deny > 0)
        found["deep"] = 1.0
    return found


def _answering(reaction: Reaction, plain: str, tokens: list[str], language: str) -> dict[str, float]:
    """Features of how a text answers the claim, or what opened the thread: yes or no, as a witness, by negating its words."""
    table = cues(language) or cues("en")
    assert table is not None
    start = plain.lstrip(" \t\n\"“„«'.,:@")
    found = {
        "witness": float(table.witness.search(plain) is not None),
        "begins with yes": float(table.yes.match(start) is not None),
        "begins with no": float(table.no.match(start) is not None),
    }
    claim = reaction.claim or reaction.source_text
    if not claim or reaction.is_source:
        return found
    wanted = {token[:STEM_LETTERS] for token in WORD.findall(claim.casefold()) if len(token) >= STEM_LETTERS}
    stems = [token[:STEM_LETTERS] for token in tokens]
    denied = [table.negators.fullmatch(token) is not None for token in tokens]
    near = [any(denied[max(0, i - 3) : i + 4]) for i in range(len(tokens))]
    shared = [i for i, stem in enumerate(stems) if stem in wanted]
    years = set(YEAR.findall(plain)) - set(YEAR.findall(claim))
    opening = QUOTED.match(plain.lstrip())
    return found | {
        "denies the claim's words": float(any(near[i] for i in shared)),
        "negates": float(any(denied)),
        "shared with claim": len(shared) / (len(tokens) + 1),
        "another year": float(bool(years)),
        "quotes the claim's word": float(
            opening is not None and any(w[:STEM_LETTERS] in wanted for w in WORD.findall(opening[0].casefold()))
        ),
    }


def _ngrams(reaction: Reaction) -> dict[str, float]:
    """Features of English by name: runs of one to three words and of three and four letters, apart for what opens a thread."""
    plain = ADDRESS.sub(" ", reaction.text.replace("’", "'"))
    plain = regex.sub(r"@\w+", "@", plain).casefold()
    tokens = WORD.findall(plain)[:80]
    names = [f"w {a}" for a in tokens] + [f"b {a} {b}" for a, b in pairwise(tokens)]
    names += [f"t {a} {b} {c}" for a, b, c in zip(tokens, tokens[1:], tokens[2:], strict=False)]
    if tokens:
        names += [f"first {' '.join(tokens[:n])}" for n in (1, 2)]
    squeezed = " ".join(tokens)
    names += [f"c {squeezed[i : i + n]}" for n in (3, 4) for i in range(0, max(0, min(len(squeezed), 300) - n + 1))]
    position = "opens " if reaction.is_source else ""
    weight = NGRAM_SCALE / math.sqrt(len(names) + 1)
    found: dict[str, float] = {}
    for name in names:
        found[position + name] = found.get(position + name, 0.0) + weight
    return found
