"""Words that an article's prose reports: who said them, from where, and whether word for word."""

import msgspec
import regex

from ..lexicon import Lexicon, lexicon
from ..records import Statement
from .attribution import Attribution, Quotes, find_attribution, is_quoted
from .names import RUN, person_names
from .organisations import affiliation
from .pronouns import pronoun_words
from .sentences import MAX_PARAGRAPH_LENGTH, MAX_SENTENCE_LENGTH, MAX_TEXT_LENGTH, find_quotes, sentences
from .words import words_said

DASH_OPENING = regex.compile(r"^\s*(?:[–—―-]\s+|[—―])(?=\S)")
DATELINE = regex.compile(
    r"\p{Lu}[\p{L}\s/-]{2,30}(?:,\s?\d{1,2}\.?\s\p{L}{2,12}\.?)?\s*\([^()]{2,20}\)\s?\.?\s?[-–—]+\s*"
)
"""Where a report was written, and for whom: ``LONDON (Reuters) - ``."""
TAKEN_UP = regex.compile(r"[.,;!?]?\s*[–—][.,]?\s*(?=\p{L})")
"""The dash behind an attribution, before more words of the quotation."""
TAKEN_UP_BEHIND = regex.compile(r"[^.!?–—]{0,60}\.\s*[–—]\s+(?=\p{Lu})")
JOINED = regex.compile(r"[,;]\s+(?=(\p{L}+)(?:\s+(?:\p{Ll}+\s+|qu['’]){0,4}\p{Lu}))")
"""A word that may join another speaker's clause."""
MAX_PARTS = 4
"""Places of a sentence that are tried for another speaker's clause."""
MAX_CONNECTORS = 3
"""Words that join a clause, as in ``mientras que``."""
MAX_NAMES = 300
"""Names of an article that are known by surname alone."""


def read_statements(text: str, language: str | None, known: tuple[str, ...] = ()) -> tuple[Statement, ...]:
    """The statements of named persons that ``text`` reports, in order.

    ``text`` is an article's prose in paragraphs, without its embeds; ``known`` are full names
    known from elsewhere (the authors of its embeds), so that a surname alone is recognised.
    Unnamed sources are the article's own content and yield none.
    """
    lex = lexicon(language)
    text = text[:MAX_TEXT_LENGTH]
    full_names = _full_names(text, lex, known)
    statements: list[Statement] = []
    affiliations: dict[str, str] = {}
    reader = _Reader(lex, full_names)
    for paragraph in regex.split(r"\n\s*\n|\n", text):
        for found in reader.read(paragraph.strip()):
            if found.affiliation:
                affiliations.setdefault(found.speaker, found.affiliation)
            statements.append(found)
    for name in {found.speaker for found in statements} - set(affiliations):
        place = _introduced(text, name, lex)
        if place:
            affiliations[name] = place
    unique: dict[tuple[str, str], Statement] = {}
    for found in statements:
        place = found.affiliation or affiliations.get(found.speaker)
        unique.setdefault((found.speaker, found.text), msgspec.structs.replace(found, affiliation=place))
    return tuple(unique.values())


def _introduced(text: str, name: str, lex: Lexicon) -> str | None:
    """The organisation that a speaker is introduced with where nothing is reported: ``Name, who covers it for News,``."""
    for match in regex.finditer(regex.escape(name) + r"\s*[,(]([^,.;()]{4,120})[,.)]", text):
        place = affiliation("", match[1], lex)
        if place:
            return place
    return None


def _full_names(text: str, lex: Lexicon, known: tuple[str, ...]) -> tuple[str, ...]:
    """The full names in a text and those ``known``; of a name and its oblique forms (``Anna Bergin``) the shortest.

    A name that nothing else shows to be a person's counts where its last word stands alone elsewhere, as surnames do.
    """
    sure: dict[str, None] = dict.fromkeys(known)
    unsure: dict[str, None] = {}
    alone: set[str] = set()
    for paragraph in text.split("\n"):
        if len(paragraph) <= MAX_PARAGRAPH_LENGTH:
            for name in person_names(paragraph, lex):
                (sure if name.sure else unsure)[name.text] = None
            if unsure:
                alone.update(run[0] for run in RUN.finditer(paragraph) if " " not in run[0] and run.start() > 0)
    names = [*sure, *(n for n in unsure if n.split()[-1] in alone and lex.language != "de")][:MAX_NAMES]
    return tuple(
        n for n in names if not any(n != other and n.startswith(other) and len(n) - len(other) <= 4 for other in names)
    )


class _Reader:
    """Reads an article's paragraphs in order, and keeps who spoke last."""

    def __init__(self, lex: Lexicon, known: tuple[str, ...]) -> None:
        self.lex, self.known = lex, known
        self.speaker: Statement | None = None
        self.announced: Statement | None = None

    def read(self, paragraph: str) -> list[Statement]:
        """A paragraph's statements. A quotation that fills a sentence is by who was last said to speak, or is next."""
        if not paragraph or len(paragraph) > MAX_PARAGRAPH_LENGTH:
            self.speaker = self.announced = None
            return []
        dateline = DATELINE.match(paragraph)
        paragraph = paragraph[dateline.end() :] if dateline else paragraph
        if DASH_OPENING.match(paragraph) and self.lex.language not in ("en", "de"):
            return self._dash(paragraph)
        return self._sentences(paragraph)

    def _sentences(self, paragraph: str) -> list[Statement]:
        statements: list[Statement] = []
        pending: str | None = None
        for sentence in sentences(paragraph):
            if len(sentence) > MAX_SENTENCE_LENGTH:
                self.speaker = self.announced = None
                continue
            parts = _parts(sentence, self.lex, self.known)
            found = [statement for part in parts for statement in self._in_part(part)]
            if found and pending and not found[0].verbatim:
                found[0] = msgspec.structs.replace(found[0], text=pending, verbatim=True)
            statements.extend(found)
            quotes = find_quotes(sentence)
            pending = " ".join(q for q, _, _ in quotes) if not found and _is_whole(sentence, quotes) else None
        return statements

    def _in_part(self, part: str) -> list[Statement]:
        """The statements of a sentence, or of a speaker's part of one; keeps who spoke."""
        quotes = find_quotes(part)
        at = find_attribution(part, quotes, self.lex, self.known)
        announced, self.announced = self.announced, None
        if at:
            said = words_said(part, quotes, at, self.lex)
            if said is None:
                self.speaker = None
                self.announced = self._by(at, "", False)[-1] if part.rstrip().endswith(":") else None
                return []
            found = self._by(at, *said)
            self.speaker = found[-1]
            return found
        if self.lex.language in ("ru", "uk") and _is_whole(part, quotes) and (inside := self._inside(quotes[0][0])):
            return [inside]
        speaker = announced or self.speaker
        if speaker is None:
            return []
        words = " ".join(q for q, _, _ in quotes) if _is_whole(part, quotes) else None
        verbatim = words is not None
        if words is None:
            if named := [n for n in person_names(part, self.lex, self.known) if n.sure]:
                self.speaker = (
                    speaker if all(is_quoted(n.start, quotes) or n.text == speaker.speaker for n in named) else None
                )
            words, verbatim = pronoun_words(part, quotes, self.lex) if self.speaker else (None, False)
        if words is None:
            self.speaker = None
            return []
        self.speaker = msgspec.structs.replace(speaker, text=words, verbatim=verbatim)
        return [self.speaker]

    def _inside(self, quoted: str) -> Statement | None:
        """What a quotation says that holds its own attribution: ``«Words, — said X. — More»``."""
        at = find_attribution(quoted, [], self.lex, self.known, tail=True)
        if not at or not regex.search(r"(?r)[–—]\s*$", quoted[: at.start]):
            return None
        self.speaker = self._by(at, _around(quoted, at.start, at.end), True)[-1]
        return self.speaker

    def _by(self, at: Attribution, words: str, verbatim: bool) -> list[Statement]:
        place = affiliation(at.before, at.after, self.lex)
        named = Statement(speaker=at.name.text, affiliation=place, text=words, verbatim=verbatim)
        return [*(msgspec.structs.replace(named, speaker=n.text, affiliation=None) for n in at.others), named]

    def _dash(self, paragraph: str) -> list[Statement]:
        """A quotation opened by a dash: the words run to the mark before the clause that attributes them."""
        opening = DASH_OPENING.match(paragraph)
        assert opening
        body = paragraph[opening.end() :]
        at = find_attribution(body, [], self.lex, self.known, tail=True)
        announced, self.announced = self.announced, None
        speaker = announced or self.speaker
        if at:
            words = _around(body, at.start, at.end)
            speaker = self._by(at, words, True)[-1]
        elif speaker and not person_names(body, self.lex, self.known):
            words = pronoun_words(body, [], self.lex, tail=True)[0] or _unattributed(body, self.lex) or ""
            speaker = msgspec.structs.replace(speaker, text=words, verbatim=True)
        else:
            speaker, words = None, ""
        self.speaker = speaker if len(words.split()) > 1 else None
        return [self.speaker] if self.speaker else []


def _around(body: str, start: int, end: int) -> str:
    """The words before an attribution, and those behind it where a dash takes them up again: ``Words, — said X. — More.``"""
    words = body[:start].rstrip(" ,–—-")
    words = regex.sub(r"(?r)[\s,]*[–—]\s*$", "", words).strip()
    parted = regex.search(r"(?r)[–—]\s*$", body[:start])
    again = (TAKEN_UP.search if parted else TAKEN_UP_BEHIND.match)(body, end)
    return f"{words} {body[again.end() :]}" if again else words


def _unattributed(body: str, lex: Lexicon) -> str | None:
    """The words of a dash's quotation that nothing attributes; None where a verb of reporting has another subject."""
    return None if lex.verb.search(regex.split(r"(?r),", body)[-1]) and "," in body else body


def _parts(sentence: str, lex: Lexicon, known: tuple[str, ...]) -> list[str]:
    """A sentence in its speakers' parts: ``Ann Lee said it rained, while Max Hill said it snowed`` is two."""
    quotes = find_quotes(sentence)
    marks = [
        mark
        for mark in JOINED.finditer(sentence)
        if mark[1].casefold() in lex.connectors and not is_quoted(mark.start(), quotes)
    ]
    for mark in marks[:MAX_PARTS]:
        rest = _without_connectors(sentence[mark.end() :], lex)
        at = find_attribution(rest, find_quotes(rest), lex, known)
        if at and at.form == "lead" and at.start == 0:
            return [sentence[: mark.start()], rest]
    return [sentence]


def _without_connectors(part: str, lex: Lexicon) -> str:
    """A part of a sentence without the words that join it: ``while Max Hill said`` gives ``Max Hill said``."""
    for _ in range(MAX_CONNECTORS):
        match = regex.match(r"(\p{L}+)(?:\s+|['’])", part)
        if not match or match[1].casefold() not in lex.connectors:
            break
        part = part[match.end() :]
    return part


def _is_whole(sentence: str, quotes: Quotes) -> bool:
    return sum(end - start for _, start, end in quotes) > 0.8 * len(sentence.strip())
