"""What stands around a page's article: other stories, remarks, sections of the site, told by elements, classes and ids."""

import re
from functools import cache, lru_cache

from selectolax.lexbor import LexborNode

from ..lexicon import word_lists

MAX_NAMES_LENGTH = 1_000
"""Characters of an element's class, id and itemprop that are read."""
MAX_KEPT = 2_000
"""Names whose words are kept: a page has the same ones on thousands of elements."""
PART = re.compile(r"[A-Z]?[a-z]+|[A-Z]+")


@cache
def listed(table: str, name: str) -> frozenset[str]:
    """The words of a list in a table of ``page_dates.toml``, which explains each."""
    return frozenset(word_lists("page_dates")[table][name].split())


def is_around(node: LexborNode) -> bool:
    """Whether an element belongs to what stands around the article; of microdata, the object that it describes."""
    above: LexborNode | None = node
    scope = node
    while scope.parent is not None and scope.tag not in ("main", "body", "html"):
        if "itemscope" in scope.attributes and scope.mem_id != node.mem_id:
            above = scope
            break
        scope = scope.parent
    while above is not None and above.tag not in ("main", "body", "html", "-document"):
        if above.tag in ("aside", "footer", "nav"):
            return True
        if above.tag != "article" and tokens(above) & listed("around", "words"):
            return True
        above = above.parent
    return False


def tokens(node: LexborNode) -> frozenset[str]:
    """The words of an element's class, id and itemprop, in small letters."""
    attributes = node.attributes
    names = f"{attributes.get('class') or ''} {attributes.get('id') or ''} {attributes.get('itemprop') or ''}"
    return _words_of(names[:MAX_NAMES_LENGTH])


@lru_cache(maxsize=MAX_KEPT)
def _words_of(names: str) -> frozenset[str]:
    parts = (part.lower() for part in PART.findall(names))
    return frozenset((*parts, *names.lower().split()))
