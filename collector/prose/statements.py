"""Words that an article's prose reports: who said them, from where, and whether word for word."""

from typing import NamedTuple

import regex

from ..lexicon import Lexicon, lexicon
from ..records import Statement
from .names import Name, base_form, person_names
from .organisations import affiliation

QUOTED = regex.compile(
    r"“([^“”]{2,800})”|”([^“”]{2,800}?)”|„([^„“”]{2,800})[“”]|«\s*([^«»]{2,800}?)\s*»|»([^«»]{2,800})«|(?<!\w)\"([^\"]{2,800})\"|(?<!\w)‘([^‘’]{12,800})’(?!\w)"
)
DASH_OPENING = regex.compile(r"^\s*[–—―-]\s+(?=\S)")
SENTENCE_END = regex.compile(
    r"(?<=[.!?…][”\"»’)]?)(?<!\b(?:\p{Lu}|Mr|Mrs|Ms|Dr|Prof|St|Gen|Sen|Rep|Lt|Col|U\.S|vs|esim|mm|ns|bl\.a|t\.ex|z\.B|ca|Nr|etc|г|т\.е|т\.к)\.)\s+(?=[\p{Lu}\p{N}“„«\"”‘–—(])"
)
# Patterns for the end of a text are searched from there, (?r): from the start, each place would look to the end in vain.
MIN_QUOTE_WORDS = 4
MAX_TEXT_LENGTH, MAX_PARAGRAPH_LENGTH, MAX_SENTENCE_LENGTH, MAX_NAMES = 200_000, 8_000, 2_000, 300
"""Characters, and names, beyond which prose is none that anybody wrote: it is left unread."""


class Attribution(NamedTuple):
    """Where a sentence says who speaks."""

    name: Name
    start: int
    end: int  # of the verb and name together
    before: str
    after: str
    form: str  # "lead" NAME VERB, "inverted" VERB NAME, "according"


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
        unique.setdefault(
            (found.speaker, found.text),
            Statement(speaker=found.speaker, affiliation=place, text=found.text, verbatim=found.verbatim),
        )
    return tuple(unique.values())


def _introduced(text: str, name: str, lex: Lexicon) -> str | None:
    """The organisation that a speaker is introduced with where nothing is reported: ``Name, who covers it for News,``."""
    for match in regex.finditer(regex.escape(name) + r"\s*[,(]([^,.;()]{4,120})[,.)]", text):
        place = affiliation("", match[1], lex)
        if place:
            return place
    return None


def sentences(paragraph: str) -> list[str]:
    """A paragraph's sentences; quotation marks keep a quotation in one piece with what attributes it."""
    pieces = SENTENCE_END.split(paragraph)
    joined: list[str] = []
    for piece in pieces:
        if joined and _open_quote(joined[-1]):
            joined[-1] += " " + piece
        else:
            joined.append(piece)
    return joined


def _open_quote(text: str) -> bool:
    return (
        text.count("“") + text.count("„") > text.count("”") + (text.count("“") if "„" in text else 0)
        or text.count("«") != text.count("»")
        or (text.count('"') % 2 == 1)
        or ("“" not in text and text.count("”") % 2 == 1)
    )


def _full_names(text: str, lex: Lexicon, known: tuple[str, ...]) -> tuple[str, ...]:
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
        attribution = _attribution(sentence, quotes, lex, known)
        if attribution:
            statement = _statement(sentence, quotes, attribution, lex, known)
            if statement is None:
                continue
            if pending and not statement.verbatim:
                statement = Statement(
                    speaker=statement.speaker, affiliation=statement.affiliation, text=pending, verbatim=True
                )
            statements.append(statement)
            speaker, pending = statement, None
        elif quotes and _is_whole(sentence, quotes):
            words = " ".join(q for q, _, _ in quotes)
            if speaker:
                statements.append(
                    Statement(speaker=speaker.speaker, affiliation=speaker.affiliation, text=words, verbatim=True)
                )
            else:
                pending = words
    return statements


def _quotes(sentence: str) -> list[tuple[str, int, int]]:
    return [(next(g for g in m.groups() if g), m.start(), m.end()) for m in QUOTED.finditer(sentence)]


def _is_whole(sentence: str, quotes: list[tuple[str, int, int]]) -> bool:
    return sum(end - start for _, start, end in quotes) > 0.8 * len(sentence.strip())


def _dash(paragraph: str, lex: Lexicon, known: tuple[str, ...]) -> Statement | None:
    """A quotation opened by a dash: the words run to the comma before the clause that attributes them."""
    opening = DASH_OPENING.match(paragraph)
    assert opening
    body = paragraph[opening.end() :]
    attribution = _attribution(body, [], lex, known, tail=True)
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


def _attribution(
    sentence: str, quotes: list[tuple[str, int, int]], lex: Lexicon, known: tuple[str, ...], tail: bool = False
) -> Attribution | None:
    names = [n for n in person_names(sentence, lex, known) if not _within(n.start, quotes)]
    verbs = [m for m in lex.verb.finditer(sentence) if not _within(m.start(), quotes)]
    found = _according(sentence, names, lex, known)
    candidates = [found] if found else []
    for name in names:
        for verb in verbs:
            candidate = (
                _lead(sentence, name, verb, names, lex, tail)
                if verb.start() >= name.end
                else _inverted(sentence, name, verb, quotes, lex, tail)
            )
            if candidate:
                candidates.append(candidate)
    return min(candidates, key=lambda c: c.start) if candidates else None


def _within(position: int, quotes: list[tuple[str, int, int]]) -> bool:
    return any(start <= position < end for _, start, end in quotes)


def _lead(
    sentence: str, name: Name, verb: "regex.Match[str]", names: list[Name], lex: Lexicon, tail: bool
) -> Attribution | None:
    """NAME VERB, with an apposition or an adverb between at most."""
    between = sentence[name.end : verb.start()]
    apposition = regex.match(
        r"^\s*(?:,([^,]{2,140}(?:,[^,]{2,80})?),|\(([^()]{2,120})\)|[–—]([^–—]{2,120})[–—]|((?:\s\p{Lu}\p{L}+n\s+\p{Ll}+st[aä]|\s\p{Lu}\p{L}+(?:ista|istä|sta|stä))|(?:\s(?:from|of|at|vid|på|von|vom|von der|de|du|del|di|aus|из|da|do|i|ved|z)\s)[^,]{2,80}))?\s*(?P<adverbs>(?:\p{Ll}[\p{L}’'-]*\s+){0,3})$",
        between,
    )
    if not apposition:
        return None
    if lex.verb.search(apposition["adverbs"] or "") or lex.that.search(" " + (apposition["adverbs"] or "")):
        return None
    after = next((g for g in apposition.groups()[:4] if g), "")
    if any(n.start > name.end and n.end < verb.start() for n in names) and not after:
        return None
    before = _clause_before(sentence, name.start)
    if (
        tail
        and not regex.search(r"[,?!.…–—]\s*$", sentence[: name.start - len(before)].rstrip() + "")
        and name.start - len(before) > 0
    ):
        return None
    if _negated_subject(before, lex):
        return None
    return Attribution(name, name.start - len(before), verb.end(), before, after, "lead")


def _inverted(
    sentence: str, name: Name, verb: "regex.Match[str]", quotes: list[tuple[str, int, int]], lex: Lexicon, tail: bool
) -> Attribution | None:
    """VERB NAME, after the words themselves: only titles and organisations between."""
    between = sentence[verb.end() : name.start]
    if regex.search(r"[.;!?“”\"«»]|:(?!\p{Ll})", between) or between.count(",") > 1 or len(between.split()) > 14:
        return None
    if "," in between and not regex.search(r"(?r),\s*$", between):
        return None
    if lex.that.search(between) or lex.verb.search(between):
        return None
    lead = sentence[: verb.start()].rstrip()
    # French, Spanish and Ukrainian put a pronoun or an auxiliary before the verb: « ... », a déclaré X.
    lead = regex.sub(
        r"(?r)[\s,]+(?:a|ha|hat|har|s['’]|se|l['’]a|y|wie|so|como|comme|как|як)$",
        ",",
        lead,
    )
    closes = (
        lead == ""
        or lead[-1] in ',”"»“?!…’'
        or any(abs(end - len(lead)) <= 1 for _, _, end in quotes)
        or (lead[-1] in "–—")
    )
    if not closes:
        return None
    rest = sentence[name.end :]
    apposition = regex.match(
        r"\s*,([^,.;]{2,140})(?:[,.;]|$)|\s*\(([^()]{2,120})\)|\s+(?:from|of|at|vid|på|von|vom|de|du|del|di|из|в|ved|z|van)\s+([^,.;]{2,80})",
        rest,
    )
    after = apposition[0] if apposition else ""
    return Attribution(name, verb.start(), name.end, between, after, "inverted")


def _according(sentence: str, names: list[Name], lex: Lexicon, known: tuple[str, ...]) -> Attribution | None:
    for name in names:
        if lex.after:
            match = lex.after.match(sentence[name.end :].lstrip())
            if match:
                base = Name(base_form(name.text, lex.language, known), name.start, name.end)
                gap = len(sentence[name.end :]) - len(sentence[name.end :].lstrip())
                before = _clause_before(sentence, name.start)
                return Attribution(
                    base, name.start - len(before), name.end + gap + match.end(), before, "", "according"
                )
        if lex.before:
            for match in lex.before.finditer(sentence[: name.start]):
                between = sentence[match.end() : name.start]
                if match[0].casefold() in ("as", "for", "pour", "para", "per", "aux yeux de") and match.start() != 0:
                    continue
                if match[0].casefold() in ("as",) and not lex.verb.match(sentence[name.end :].lstrip()):
                    continue
                if not regex.search(r"[,.;:“”\"«»]", between) and len(between.split()) <= 10:
                    if match[0].casefold() in ("pour", "para", "per") and not regex.match(
                        r"\s*,", sentence[name.end :]
                    ):
                        continue
                    apposition = regex.match(r"\s*,([^,.;]{2,140}),", sentence[name.end :]) or _organisation_after(
                        sentence[name.end :]
                    )
                    end = name.end + (apposition.end() if apposition else 0)
                    base = (
                        Name(base_form(name.text, lex.language, known), name.start, name.end)
                        if lex.language in ("ru", "uk", "pl")
                        else name
                    )
                    return Attribution(
                        base, match.start(), end, between, apposition[1] if apposition else "", "according"
                    )
    return None


def _organisation_after(rest: str) -> "regex.Match[str] | None":
    """An organisation joined to the name by a preposition: ``of the Nordic Safety Council``."""
    return regex.match(
        r"(\s+(?:of|from|at|vid|på|från|von|vom|beim|de|du|del|di|из|с|із|з|da|do|van|bij|i|ved|fra|z)\s+(?:the|der|des|la|le|l['’]|el|los)?\s*\p{Lu}[\p{L}\p{N}&.’'-]*(?:\s+(?:(?:of|for|and|the|de|du|des|la|für|och|i|der|y|e)\s+){0,2}\p{Lu}[\p{L}\p{N}&.-]*)*(?:\s+\p{Ll}+(?:их|ых|ого|ої|ой|ований|ений|аний|ений|ики|іки|ств|ения|ення|ия|ії))*)",
        rest,
    )


def _clause_before(sentence: str, position: int) -> str:
    """What stands between the opening of the clause and ``position``."""
    head = sentence[:position]
    cut = max(head.rfind(mark) for mark in (", ", "; ", ": ", "” ", "» ", '" ', "– ", "— ", "? ", "! ")) if head else -1
    return head[cut + 2 :] if cut >= 0 else head


def _negated_subject(before: str, lex: Lexicon) -> bool:
    """Whether another subject's clause runs into the name, so that the name is its object."""
    return len(before.split()) > 16 or bool(lex.verb.search(before))


def _statement(
    sentence: str, quotes: list[tuple[str, int, int]], at: Attribution, lex: Lexicon, known: tuple[str, ...]
) -> Statement | None:
    long_quotes = [q for q, _, _ in quotes if len(q.split()) >= MIN_QUOTE_WORDS]
    quoted = " ".join(q for q, _, _ in quotes)
    denied = any(v[0].casefold() in lex.denials for v in lex.verb.finditer(sentence[at.start : at.end]))
    outside = len(sentence) - sum(end - start for _, start, end in quotes)
    verbatim = bool(long_quotes) and (len(quoted) > 0.4 * len(sentence) or outside < 90)
    if verbatim:
        words = regex.sub(r"(?r)[,\s]+$", "", " ".join(long_quotes))
    elif at.form == "inverted":
        words = sentence[: at.start].strip(" ,–—") or sentence[at.end :].strip(" ,.")
        rest = sentence[at.end :]
        that = lex.that.match(rest)
        if that and len(words.split()) < 3:
            words = rest[that.end() :].strip(" ,.")
    elif at.form == "according":
        words = (sentence[: at.start].strip(" ,") + " " + sentence[at.end :].strip(" ,.")).strip()
    else:
        rest = sentence[at.end :]
        that = lex.that.match(rest)
        lead = sentence[: at.start].strip(" ,")
        if that and not denied:
            words = rest[that.end() :].strip(" ,.:")
        elif denied or at.start < 3 or len(rest.split()) > 3 or not lead:
            words = sentence[at.start :].strip()
        else:
            words = lead
    if len(words.split()) < 2:
        return None
    return Statement(
        speaker=at.name.text, affiliation=affiliation(at.before, at.after, lex), text=words.strip(), verbatim=verbatim
    )
