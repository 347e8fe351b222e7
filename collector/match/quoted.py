"""Finds the stories whose articles a post quotes word for word, whatever it names."""

from collections.abc import Iterable, Sequence

import regex

from .told_by import MAX_OPENING, MAX_TEXT, Telling
from .word_forms import folded_words, runs

SAME_WORDS = 8
"""Words in a row within quotation marks that a post must have from an article: as many of one's own are seldom the same."""
MAX_QUOTED = 1_000
"""Characters between quotation marks."""
OPENING = '"“„«'
SPAN = regex.compile(rf"[{OPENING}]([^{OPENING}”»]{{20,{MAX_QUOTED}}})[{OPENING}”»]")


class Quoted:
    """An index of how the articles of many stories are headed and open and whom they quote with what, by runs of words."""

    def __init__(self, tellings: Sequence[Telling]) -> None:
        self._places: dict[int, tuple[int, ...]] = {}
        for place, telling in enumerate(tellings):
            told = (*telling.sentences, telling.text[:MAX_OPENING], *SPAN.findall(telling.text[:MAX_TEXT]))
            for run in _runs(told):
                self._places[run] = (*self._places.get(run, ()), place)

    def by(self, text: str) -> set[int]:
        """The places of the stories whose articles a text quotes. Cheap where it has no quotation marks."""
        if not ('"' in text or "“" in text or "„" in text or "«" in text):  # OPENING; any() takes six times as long
            return set()
        return {place for run in _runs(SPAN.findall(text)) for place in self._places.get(run, ())}


def _runs(texts: Iterable[str]) -> set[int]:
    """Hashes of all runs of so many words in texts."""
    return {hash(run) for text in texts for run in runs(folded_words(text), SAME_WORDS)}
