"""Words that an article's prose reports: who said them, from where, and whether word for word."""

import msgspec
import regex

from ..lexicon import Lexicon, lexicon
from ..records import Statement
from .attribution import Attribution, Quotes, find_attribution
from .names import person_names
from .organisations import affiliation
from .sentences import MAX_PARAGRAPH_LENGTH, MAX_SENTENCE_LENGTH, MAX_TEXT_LENGTH, QUOTED, sentences

DASH_OPENING = regex.compile(r"^\s*[–—―-]\s+(?=\S)")
MIN_QUOTE_WORDS = 4
"""Words of a quotation that counts as what was said; a shorter one only sets off words of the sentence."""
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
    for paragraph in regex.split(r"\n\s*\n|\n", text):
        for found in _in_paragraph(paragraph.strip(), lex, full_names):
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
    """The full names in a text and those ``known``; of a name and its oblique forms (``Anna Bergin``) the shortest."""
    counts: dict[str, int] = dict.fromkeys(known, 1)
    for paragraph in regex.split(r"\n+", text):
        if len(paragraph) <= MAX_PARAGRAPH_LENGTH:
            for name in person_names(paragraph, lex):
                counts[name.text] = counts.get(name.text, 0) + 1
    names = list(counts)[:MAX_NAMES]
    return tuple(
        n for n in names if not any(n != other and n.startswith(other) and len(n) - len(other) <= 4 for other in names)
    )


def _in_paragraph(paragraph: str, lex: Lexicon, known: tuple[str, ...]) -> list[Statement]:
    """A paragraph's statements. A quotation that fills a sentence is by who was last said to speak, or is next."""
    if not paragraph or len(paragraph) > MAX_PARAGRAPH_LENGTH:
        return []
    if DASH_OPENING.match(paragraph) and lex.language not in ("en", "de"):
        found = _dash(paragraph, lex, known)
        return [found] if found else []
    statements: list[Statement] = []
    speaker: Statement | None = None
    pending: str | None = None
    for sentence in sentences(paragraph):
        if len(sentence) > MAX_SENTENCE_LENGTH:
            continue
        quotes = _quotes(sentence)
        attribution = find_attribution(sentence, quotes, lex, known)
        if attribution:
            statement = _statement(sentence, quotes, attribution, lex)
            if statement is None:
                continue
            if pending and not statement.verbatim:
                statement = msgspec.structs.replace(statement, text=pending, verbatim=True)
            statements.append(statement)
            speaker, pending = statement, None
        elif quotes and _is_whole(sentence, quotes):
            words = " ".join(q for q, _, _ in quotes)
            if speaker:
                statements.append(msgspec.structs.replace(speaker, text=words, verbatim=True))
            else:
                pending = words
    return statements


def _quotes(sentence: str) -> Quotes:
    return [(next(g for g in m.groups() if g), m.start(), m.end()) for m in QUOTED.finditer(sentence)]


def _is_whole(sentence: str, quotes: Quotes) -> bool:
    return sum(end - start for _, start, end in quotes) > 0.8 * len(sentence.strip())


def _dash(paragraph: str, lex: Lexicon, known: tuple[str, ...]) -> Statement | None:
    """A quotation opened by a dash: the words run to the comma before the clause that attributes them."""
    opening = DASH_OPENING.match(paragraph)
    assert opening
    body = paragraph[opening.end() :]
    attribution = find_attribution(body, [], lex, known, tail=True)
    if not attribution:
        return None
    words = body[: attribution.start].rstrip(" ,–—-")
    words = regex.sub(r"(?r)[\s,]*[–—]\s*$", "", words).strip()
    if len(words.split()) < 2:
        return None
    return Statement(
        speaker=attribution.name.text,
        affiliation=affiliation(attribution.before, attribution.after, lex),
        text=words,
        verbatim=True,
    )


def _statement(sentence: str, quotes: Quotes, at: Attribution, lex: Lexicon) -> Statement | None:
    """What a sentence has somebody say: its quotations where they are most of it, else its words; None where these are under two."""
    long_quotes = [q for q, _, _ in quotes if len(q.split()) >= MIN_QUOTE_WORDS]
    quoted = sum(len(q) for q, _, _ in quotes) + max(0, len(quotes) - 1)
    outside = len(sentence) - sum(end - start for _, start, end in quotes)
    verbatim = bool(long_quotes) and (quoted > 0.4 * len(sentence) or outside < 90)
    words = regex.sub(r"(?r)[,\s]+$", "", " ".join(long_quotes)) if verbatim else _reported(sentence, at, lex)
    if len(words.split()) < 2:
        return None
    return Statement(
        speaker=at.name.text, affiliation=affiliation(at.before, at.after, lex), text=words.strip(), verbatim=verbatim
    )


def _reported(sentence: str, at: Attribution, lex: Lexicon) -> str:
    """The words of a sentence that are its speaker's, without the attribution where they can stand alone.

    ``Ann Lee said that it rained`` gives "it rained"; ``Ann Lee denied that it rained`` all of it, since the verb turns it round.
    """
    lead, rest = sentence[: at.start], sentence[at.end :]
    if at.form == "according":
        return f"{lead.strip(' ,')} {rest.strip(' ,.')}".strip()
    that = lex.that.match(rest)
    clause = rest[that.end() :] if that else ""
    if at.form == "inverted":
        words = lead.strip(" ,–") or rest.strip(" ,.")
        return clause.strip(" ,.") if that and len(words.split()) < 3 else words
    denied = any(v[0].casefold() in lex.denials for v in lex.verb.finditer(sentence[at.start : at.end]))
    if that and not denied:
        return clause.strip(" ,.:")
    words = lead.strip(" ,")
    whole = denied or at.start < 3 or len(rest.split()) > 3 or not words
    return sentence[at.start :].strip() if whole else words
