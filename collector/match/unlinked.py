"""Finds the stories that a post speaks of without a link: by names, the paper, numbers, and the words of headline, claims and article.

What a story is told by is split into words, each weighed by how rare it is (``told_by``). A post of which nothing rare is in a
story costs a few look-ups; only where a word meets is it compared with the whole story (``shared``).
"""

from collections.abc import Iterator, Sequence

import msgspec

from ..dates import moment
from ..records import Post, Tie, TieKind
from .quoted import Quoted
from .shared import (
    MAX_NUMBERS,
    MAX_WORDS,
    MIN_WHOLE,
    SAID,
    Shared,
    in_full_words,
    is_another_events,
    of_opening,
    said_most,
    shared,
    strength,
)
from .told_by import Telling, ToldBy, told_by
from .word_forms import KEY_LETTERS, MAX_LETTERS, folded_words, has_digit, same_word

MAX_PIECES, MAX_PIECE_LETTERS = 100_000, 40
"""Pieces of posts whose words are remembered, and how long they are at most: some 20 MB together."""
QUOTES = "it quotes the article word for word"
IN_ALT, READ = "it does so in the alt text of its picture", "it does so in words in a picture, as a machine read them"
"""Where a post says it, if not in its own words."""

_Words = tuple[tuple[int, str], ...]
"""Words of stories, each with its story's place."""


class Unlinked:
    """An index of the words of many stories. ``ties`` says which of them a post speaks of."""

    def __init__(self, tellings: Sequence[Telling]) -> None:
        self.tellings = tuple(tellings)
        self._stories = [told_by(telling) for telling in tellings]
        self._quoted = Quoted(self.tellings)
        self._naming = [story.named.union(*story.papers) for story in self._stories]
        self._forget()
        self._keys: dict[str, list[tuple[int, str]]] = {}
        for place, story in enumerate(self._stories):
            for word in story.weights.keys() | set().union(*story.papers):
                self._keys.setdefault(word[:KEY_LETTERS], []).append((place, word))

    def ties(self, post: Post) -> list[tuple[int, Tie]]:
        """The stories that a post speaks of (their ids), each with the tie: what it rests on, how sure."""
        beside = post.media
        written = "\n".join(filter(None, (post.text or beside.warning, *beside.poll, beside.card)))
        described = "\n".join(beside.alt)
        ties = dict(self._told(written, post))
        if described:
            for place, tie in self._told(f"{written}\n{described}", post):
                ties.setdefault(place, msgspec.structs.replace(tie, rests_on=f"{tie.rests_on}; {IN_ALT}"))
        return [(self._stories[place].telling.story_id, tie) for place, tie in ties.items()]

    def read(self, post: Post, words: str) -> list[tuple[int, Tie]]:
        """The stories that words in a post's picture speak of, each with the tie, which says that a machine read them."""
        return [
            (self._stories[place].telling.story_id, msgspec.structs.replace(tie, rests_on=f"{tie.rests_on}; {READ}"))
            for place, tie in self._told(words, post)
        ]

    def near(self, post: Post) -> list[int]:
        """The stories that a post has some words of, which might be enough or not."""
        words = "\n".join(filter(None, (post.text, *post.media.alt)))
        numbered, spoken = has_digit(words), folded_words(words)
        posted = _posted(post)
        return [
            story.telling.story_id
            for place, met in self._met(spoken).items()
            if _may_tell(story := self._stories[place], met, numbered, spoken, timely=story.came_out_on_day_of(posted))
        ]

    def may_tie(self, words: str) -> bool:
        """Whether a post that has these words, and no others, is worth comparing with a story. Cheap to tell of most posts."""
        if len(words) > MAX_LETTERS:
            return True  # only a part of it is compared, and where that ends decides
        if self._quoted.by(words):
            return True
        pieces = words.split(" ")  # which costs half of what splitting at any blank does
        if self._silent.issuperset(pieces):
            return False
        loud = [piece for piece in pieces if piece not in self._silent]
        if len(loud) < MIN_WHOLE and self._single.issuperset(loud):
            return False
        if len(loud) == 1 and loud[0] in self._alone:
            return False
        met: dict[int, set[str]] = {}
        for piece in loud:
            for place, word in self._words_of(piece):
                met.setdefault(place, set()).add(word)
        numbered = has_digit(words)
        likely = [
            (story, found)
            for place, said in met.items()
            if _may_tell(story := self._stories[place], found := frozenset(said), numbered)
        ]
        spoken = folded_words(words) if likely else []
        return any(_may_tell(story, found, numbered, spoken) for story, found in likely)

    def _words_of(self, piece: str) -> _Words:
        """The words of stories in what stands between two blanks; remembered, since most of it is written again and again."""
        if piece in self._silent:
            return ()
        known = self._pieces.get(piece)
        if known is not None:
            return known
        met = self._met(folded_words(piece))
        found = tuple((place, word) for place, words in met.items() for word in words)
        if len(piece) > MAX_PIECE_LETTERS:
            return found
        if len(self._pieces) + len(self._silent) >= MAX_PIECES:
            self._forget()
        if not found:
            self._silent.add(piece)
            return found
        if len(met) == len(found) and not any(word in self._naming[place] for place, word in found):
            self._single.add(piece)
        if not any(_may_tell(self._stories[place], words, True) for place, words in met.items()):
            self._alone.add(piece)
        self._pieces[piece] = found
        return found

    def _forget(self) -> None:
        self._pieces: dict[str, _Words] = {}
        self._silent: set[str] = set()  # pieces without a word of any story
        self._alone: set[str] = set()  # those that tell no story, whatever the opening and numbers beside them
        self._single: set[str] = set()  # those with one word of a story at most, which is of no name

    def _told(self, text: str, post: Post) -> Iterator[tuple[int, Tie]]:
        """The places of the stories that a text speaks of, as sure as each asks for."""
        quoted = self._quoted.by(text)
        words, numbered, posted = folded_words(text), has_digit(text), _posted(post)
        told: list[tuple[ToldBy, Shared, int]] = []
        for place, met in self._met(words).items():
            story = self._stories[place]
            timely = story.came_out_on_day_of(posted)
            if _may_tell(story, met, numbered, words, timely=timely) and not _too_early(posted, story.since):
                found = shared(story, text, words, met, timely=timely)
                if found.is_enough(story.telling.threshold):
                    told.append((story, found, place))
        for story, found, place in told:
            if any(is_another_events(story, found, other, theirs) for other, theirs, _ in told):
                continue
            source, rests_on = story.telling.source, found.rests_on(story)
            quoted.discard(place)
            yield place, Tie(kind=TieKind.MENTIONS, source=source, rests_on=rests_on, confidence=found.confidence)
        for place in quoted:
            story = self._stories[place]
            if story.telling.threshold <= SAID and not _too_early(posted, story.since):
                yield place, Tie(kind=TieKind.MENTIONS, source=story.telling.source, rests_on=QUOTES, confidence=SAID)

    def _met(self, words: Sequence[str]) -> dict[int, frozenset[str]]:
        """The words of each story (by its place) that a text has."""
        found: dict[int, set[str]] = {}
        for token in words:
            for place, word in self._keys.get(token[:KEY_LETTERS], ()):
                if word not in found.get(place, ()) and same_word(word, token):
                    found.setdefault(place, set()).add(word)
        return {place: frozenset(words) for place, words in found.items()}


def _may_tell(
    story: ToldBy, met: frozenset[str], numbered: bool, words: Sequence[str] | None = None, *, timely: bool = True
) -> bool:
    """Whether a text that met these words is worth comparing: the most that it can share with the story would be enough for a tie.

    ``numbered`` says whether it has a digit, ``words`` are all its words folded: any if None. ``timely`` says whether it
    may be of the story's day.
    """
    paper = any(map(met.issuperset, story.papers))
    met = met & story.weights.keys()
    if not paper and len(met) < MIN_WHOLE and met.isdisjoint(story.named):
        return False
    names = [(name, here) for name, parts in story.names.items() if (here := met.intersection(parts))]
    strengths = sorted((strength(story, here) for _, here in names), reverse=True)
    opening = len(of_opening(story, words)) if words is not None else MAX_WORDS
    most = Shared(
        names=tuple(name for name, _ in names),
        strengths=tuple(strengths),
        persons=len(names) > 1,
        paper=paper,
        words=in_full_words(story, met),
        opening=min(opening, MAX_WORDS) if story.opening else 0,
        number=MAX_NUMBERS if story.numbers and numbered else 0,
        share=said_most(story, met)[0],
        said=met,
        quoted=bool(story.runs),
        foreign=True,
        timely=timely and story.since is not None,
    )
    return most.is_enough(story.telling.threshold)


def _posted(post: Post) -> float | None:
    """When a post was posted, in seconds of the epoch."""
    posted = moment(post.posted_at)
    return posted.timestamp() if posted else None


def _too_early(posted: float | None, since: float | None) -> bool:
    return since is not None and posted is not None and posted < since
