"""Words that an article's prose reports: who said them, from where, and whether word for word."""

import msgspec
import regex

from ..lexicon import Lexicon, lexicon
from ..records import Statement
from .addressees import without_medium
from .attribution import Attribution, find_attribution
from .base_forms import base_form
from .names import RUN, Name, is_oblique, person_names
from .organisations import affiliation
from .parts import continued, speakers_parts
from .second_mentions import with_name
from .sentences import (
    MAX_PARAGRAPH_LENGTH,
    MAX_SENTENCE_LENGTH,
    MAX_TEXT_LENGTH,
    Quotes,
    find_quotes,
    is_quoted,
    sentences,
)
from .unsaid import is_unsaid
from .verbs import reporting_verbs
from .words import words_said

NICKNAME = regex.compile(r"(\p{Lu}\p{Ll}+ )[“”„«»\"‘][^“”„«»\"‘’\s]{2,20}[“”«»\"’] (?=\p{Lu}\p{Ll})")
"""A nickname between a first name and a surname: ``Tony "Ducks" Corallo``."""
SINGLE = regex.compile(
    r"(?<![\p{L}\p{N}'’])'(?=\p{Lu})((?:[^'\n]|(?<=\p{L})'(?=\p{L})){10,800}?[,.!?…])'(?![\p{L}\p{N}])"
)
"""A quotation between typewriters' single marks: ``'It rained,' said Ann Lee``."""
DASH_OPENING = regex.compile(r"^\s*(?:[–—―-]\s+|[—―])(?=\S)")
DASH_WITHIN = regex.compile(r"[–—―-]\s+(?=[^«“”„\"\s])")
"""A dash that opens a quotation behind a paragraph's first sentence."""
DATELINE = regex.compile(
    r"\p{Lu}[\p{L}\s/-]{2,30}(?:,\s?(?:\d{1,2}\.?\s\p{L}{2,12}\.?|\p{L}{3,12}\.?\s\d{1,2}))?\s*\([^()]{2,20}\)\s?\.?\s?[-–—]+\s*"
)
"""Where a report was written, and for whom: ``LONDON (Reuters) - ``."""
AUXILIARY = regex.compile(r"(?r)(?<=[,!?…]\s*)(?:(?:a|ha|har|se)\s+|s['’])$")
TAKEN_UP = regex.compile(r"[.,;!?]?\s*[–—][.,]?\s*+(?=\p{L})")
"""The dash behind an attribution, before more words of the quotation."""
TAKEN_UP_BEHIND = regex.compile(r"[^.!?–—]{0,60}\.\s*[–—]\s+(?=\p{Lu})")
CLOSED = regex.compile(r"[^.!?–—]{0,60}\.\s+(?=\p{Lu})")
GOES_ON = regex.compile(r",\s+(?=(?:att|och|men|utan|eftersom|när|så|för|että|ja|mutta|vaan|koska|kun|jos)\s)")
"""What ends an attribution behind which a sentence or a clause of the quotation follows, in Swedish and Finnish."""
INSIDE = {
    "ru": regex.compile(r"(?r)[–—]\s*$"),
    "uk": regex.compile(r"(?r)[–—]\s*$"),
    "fr": regex.compile(r"(?r)[,?!]\s*(?:(?:a|se)\s+|s['’])?$"),
    "es": regex.compile(r"(?r)[–—,]\s*$"),
}
"""By language, what ends the words before an attribution within a quotation's marks."""
TAKEN_UP_INSIDE = regex.compile(r"[^.,!?–—]{0,60}[.,]\s+(?=\p{L})")
"""What ends an attribution within a quotation's marks: ``« Words, dit X. More »``."""
MAX_NAMES = 300
"""Names of an article that are known by surname alone."""


def read_statements(text: str, language: str | None, known: tuple[str, ...] = ()) -> tuple[Statement, ...]:
    """The statements of named persons that ``text`` reports, in order.

    ``text`` is an article's prose in paragraphs, without its embeds; ``known`` are full names
    known from elsewhere (the authors of its embeds), so that a surname alone is recognised.
    Unnamed sources are the article's own content and yield none.
    """
    lex = lexicon(language)
    text = NICKNAME.sub(r"\1", text[:MAX_TEXT_LENGTH])
    if lex.language == "en":
        text = SINGLE.sub(r"‘\1’", text)
    named = full_names(text, lex, known)
    statements: list[Statement] = []
    affiliations: dict[str, str] = {}
    reader = _Reader(lex, named)
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


def full_names(text: str, lex: Lexicon, known: tuple[str, ...] = ()) -> tuple[str, ...]:
    """The full names in a text and those ``known``; of a name and its oblique forms (``Anna Bergin``) the shortest.

    A name that nothing else shows to be a person's counts where its last word stands alone elsewhere, as surnames do.
    """
    sure: dict[str, None] = dict.fromkeys(known)
    unsure: dict[str, None] = {}
    alone: set[str] = set()
    for paragraph in text.split("\n"):
        if len(paragraph) <= MAX_PARAGRAPH_LENGTH:
            for name in person_names(paragraph, lex):
                (sure if name.sure else unsure)[name.text if name.sure else _plain(name.text, lex)] = None
            if unsure:
                alone.update(run[0] for run in RUN.finditer(paragraph) if " " not in run[0] and run.start() > 0)
    names = [*sure, *(n for n in unsure if n.split()[-1] in alone and lex.language != "de")][:MAX_NAMES]
    return tuple(
        n for n in names if not any(n != other and n.startswith(other) and len(n) - len(other) <= 4 for other in names)
    )


def _plain(name: str, lex: Lexicon) -> str:
    """A name in the nominative where its first word is a given name's other form: ``Анни Верещак``."""
    return base_form(name, lex.language, ()) if is_oblique(name.split()[0], lex) else name


class _Reader:
    """Reads an article's paragraphs in order, and keeps who spoke last and who was named last."""

    def __init__(self, lex: Lexicon, known: tuple[str, ...]) -> None:
        self.lex, self.known = lex, known
        self.speaker: Statement | None = None
        self.announced: Statement | None = None
        self.person: Statement | None = None

    def read(self, paragraph: str) -> list[Statement]:
        """A paragraph's statements. A quotation that fills a sentence is by who was last said to speak, or is next."""
        if not paragraph or len(paragraph) > MAX_PARAGRAPH_LENGTH:
            self._forget()
            return []
        dateline = DATELINE.match(paragraph)
        paragraph = paragraph[dateline.end() :] if dateline else paragraph
        statements: list[Statement] = []
        pending: str | None = None
        open_quotation = False
        pieces = sentences(paragraph)
        for i, sentence in enumerate(pieces):
            if len(sentence) > MAX_SENTENCE_LENGTH:
                self._forget()
                continue
            if self.lex.language not in ("en", "de") and (DASH_OPENING if i == 0 else DASH_WITHIN).match(sentence):
                return [*statements, *(found for turn in self._turns(pieces[i:]) for found in self._dash(turn))]
            found = [
                statement
                for part in speakers_parts(sentence, self.lex, self.known)
                for statement in self._in_part(part)
            ]
            quotes = find_quotes(sentence)
            whole = _is_whole(sentence, quotes)
            if found and pending and not found[0].verbatim:
                found[0] = msgspec.structs.replace(found[0], text=pending, verbatim=True)
            if len(found) == 1 and whole and open_quotation and statements[-1].speaker == found[0].speaker:
                text = _joined(statements[-1].text, found[0].text)
                statements[-1] = self.speaker = msgspec.structs.replace(statements[-1], text=text)
            else:
                statements.extend(found)
                open_quotation = bool(found) and found[-1].verbatim and bool(quotes) and sentence[-1:] in ".:—"
            pending = " ".join(q for q, _, _ in quotes) if not found and whole else None
        return statements

    def _known(self) -> tuple[str, ...]:
        """The full names by which a surname or first name alone is known, whom the prose named last among them."""
        return (
            (*self.known, self.person.speaker) if self.person and self.person.speaker not in self.known else self.known
        )

    def _forget(self) -> None:
        self.speaker = self.announced = self.person = None

    def _in_part(self, part: str) -> list[Statement]:
        """The statements of a sentence, or of a speaker's part of one; keeps who spoke."""
        quotes = find_quotes(part)
        at = find_attribution(part, quotes, self.lex, self._known())
        announced, self.announced = self.announced, None
        if at:
            return self._attributed(part, quotes, at)
        if self.lex.language in INSIDE and _is_whole(part, quotes) and (inside := self._inside(quotes[0][0])):
            return [inside]
        if found := self._mentioned_again(part, quotes):
            return found
        names = [n for n in person_names(part, self.lex, self.known) if not is_quoted(n.start, quotes)]
        speaker = announced or self.speaker
        if names:
            self._name(names)
            if self.speaker and any(n.text != self.speaker.speaker for n in names):
                self.speaker = None
            if part.rstrip().endswith(":") and len({n.text for n in names}) == 1 and names[0].sure:
                self.announced = Statement(speaker=names[0].text, text="", verbatim=False)
        if speaker is None or not _is_whole(part, quotes):
            if not (speaker and self._goes_on(part, names)):
                self.speaker = None
                return []
            self.speaker = msgspec.structs.replace(speaker, text=part.strip(" ."), verbatim=False)
            return [self.speaker]
        self.speaker = msgspec.structs.replace(speaker, text=" ".join(q for q, _, _ in quotes), verbatim=True)
        return [self.speaker]

    def _goes_on(self, part: str, names: list[Name]) -> bool:
        """Whether a sentence reports on without an attribution, as the German subjunctive shows: ``Es gehe um Geld.``"""
        if names or self.lex.hearsay is None or reporting_verbs(part, (), self.lex):
            return False
        return self.lex.hearsay.search(part) is not None

    def _attributed(self, part: str, quotes: Quotes, at: Attribution) -> list[Statement]:
        """The statements of a part that says who speaks; more of the same speaker's may follow in it."""
        goes_on = continued(part, at, quotes, self.lex)
        if goes_on:
            first, second = goes_on
            quotes = find_quotes(first)
            at = find_attribution(first, quotes, self.lex, self._known()) or at
            found = self._attributed(first, quotes, at)
            more = self._in_part(second)
            return [*(f for f in found if not (more and at.name.text in f.text)), *more]
        said = None if is_unsaid(part, quotes, at, self.lex) else words_said(part, quotes, at, self.lex)
        if said is None:
            self.speaker = None
            self.person = self._by(at, "", False)[-1]
            self.announced = self.person if part.rstrip().endswith(":") else None
            return []
        found = self._by(at, *said)
        self.speaker = self.person = found[-1]
        return found

    def _mentioned_again(self, part: str, quotes: Quotes, *, tail: bool = False) -> list[Statement]:
        """The statements of a sentence whose speaker is mentioned again: who was named last, in it or before."""
        names = [n.text for n in person_names(part, self.lex, self.known) if n.sure and not is_quoted(n.start, quotes)]
        person = self.person
        if len(set(names)) == 1 and (person is None or person.speaker != names[0]):
            person = Statement(speaker=names[0], text="", verbatim=False)
        if person is None:
            return []
        known = (*self.known, person.speaker)
        forms = (person.speaker, base_form(person.speaker, self.lex.language, ()))
        for named in with_name(part, person.speaker, quotes, self.lex, tail=tail):
            again = () if tail else find_quotes(named.text)
            at = find_attribution(named.text, again, self.lex, known, tail=tail)
            if at is None or at.name.text not in forms:
                continue
            at = at._replace(name=at.name._replace(text=person.speaker))
            if tail:
                inside = not DASH_OPENING.match(part) and self.lex.language in INSIDE
                self.speaker = self.person = self._by(at, _around(named.text, at.start, at.end, inside=inside), True)[
                    -1
                ]
                return [self.speaker]
            found = self._attributed(named.text, again, at)
            if found:
                return [msgspec.structs.replace(f, text=named.original(f.text, person.speaker)) for f in found]
        return []

    def _name(self, names: list[Name]) -> None:
        """Keeps whom a sentence names that reports nothing: its only person, or the first of several, unless spoken of before."""
        names = [n for n in names if n.sure or self.lex.language not in ("de", "ru", "uk")]
        texts = {n.text for n in names}
        if names and (self.person is None or self.person.speaker not in texts):
            self.person = Statement(speaker=names[0].text, text="", verbatim=False)

    def _inside(self, quoted: str) -> Statement | None:
        """What a quotation says that holds its own attribution: ``«Words, — said X. — More»``, ``« Words, dit-il. More »``."""
        at = find_attribution(quoted, (), self.lex, self.known, tail=True)
        if at and INSIDE[self.lex.language].search(quoted[: at.start]):
            closed = at.after[-1:] in (",", ".") and quoted[at.end + len(at.after) :] and not TAKEN_UP.match(at.after)
            end = at.end + len(at.after.rstrip(".,")) if closed else at.end
            self.speaker = self.person = self._by(at, _around(quoted, at.start, end, inside=True), True)[-1]
            return self.speaker
        found = self._mentioned_again(quoted, (), tail=True)
        return found[0] if found else None

    def _by(self, at: Attribution, words: str, verbatim: bool) -> list[Statement]:
        before, after = at.before, at.after
        if at.verb and at.verb.end <= at.name.start:
            before, after = without_medium(before, after, self.lex.language)
        place = affiliation(before, after, self.lex)
        named = Statement(speaker=at.name.text, affiliation=place, text=words, verbatim=verbatim)
        return [*(msgspec.structs.replace(named, speaker=n.text, affiliation=None) for n in at.others), named]

    def _with_more(self, words: str, body: str, end: int) -> str:
        """The words before an attribution that ends at ``end``, with those that Swedish and Finnish put behind it without a
        second dash, until somebody is named or reported.
        """
        if self.lex.language not in ("sv", "fi") or TAKEN_UP_BEHIND.match(body, end):
            return words
        if joined := GOES_ON.match(body, end):
            return f"{words} {body[joined.end() :]}"
        closed = CLOSED.match(body, end)
        for sentence in sentences(body[closed.end() :]) if closed else ():
            if person_names(sentence, self.lex, self._known()) or reporting_verbs(sentence, (), self.lex):
                break
            words = _joined(words, sentence)
        return words

    def _turns(self, pieces: tuple[str, ...]) -> list[str]:
        """Sentences that a dash opens, by speakers: another's words follow where a later dash has an attribution of its own."""
        turns = [pieces[0]]
        for piece in pieces[1:]:
            opening = DASH_OPENING.match(piece)
            answers = opening and find_attribution(piece[opening.end() :], (), self.lex, self._known(), tail=True)
            turns = [*turns, piece] if answers else [*turns[:-1], f"{turns[-1]} {piece}"]
        return turns

    def _dash(self, paragraph: str) -> list[Statement]:
        """A quotation opened by a dash: the words run to the mark before the clause that attributes them."""
        opening = DASH_OPENING.match(paragraph)
        assert opening
        body = paragraph[opening.end() :]
        at = find_attribution(body, (), self.lex, self._known(), tail=True)
        announced, self.announced = self.announced, None
        speaker = announced or self.speaker
        if at:
            words = self._with_more(_around(body, at.start, at.end), body, at.end)
            speaker = self._by(at, words, True)[-1]
        elif found := self._mentioned_again(body, (), tail=True):
            speaker, words = found[0], found[0].text
        elif speaker and not person_names(body, self.lex, self.known):
            words = _unattributed(body, self.lex) or ""
            speaker = msgspec.structs.replace(speaker, text=words, verbatim=True)
        else:
            speaker, words = None, ""
        self.speaker = speaker if len(words.split()) > 1 else None
        self.person = speaker or self.person
        return [self.speaker] if self.speaker else []


def _around(body: str, start: int, end: int, *, inside: bool = False) -> str:
    """The words before an attribution, and those behind it where a dash takes them up again: ``Words, — said X. — More.``"""
    words = AUXILIARY.sub("", body[:start]).rstrip(" ,–—-")
    words = regex.sub(r"(?r)[\s,]*[–—]\s*$", "", words).strip()
    parted = regex.search(r"(?r)[–—]\s*$", body[:start])
    again = (TAKEN_UP.search if parted else TAKEN_UP_INSIDE.match if inside else TAKEN_UP_BEHIND.match)(body, end)
    return _joined(words, body[again.end() :]) if again else words


def _joined(words: str, more: str) -> str:
    """Two parts of a quotation as one, with a full stop between where the second is a sentence of its own."""
    return f"{words}{'' if words[-1:] in '.!?…' or not more[:1].isupper() else '.'} {more}"


def _unattributed(body: str, lex: Lexicon) -> str | None:
    """The words of a dash's quotation that nothing attributes; None where a verb of reporting has another subject."""
    return None if "," in body and lex.verb.search(body.rpartition(",")[2]) else body


def _is_whole(sentence: str, quotes: Quotes) -> bool:
    return sum(end - start for _, start, end in quotes) > 0.8 * len(sentence.strip())
