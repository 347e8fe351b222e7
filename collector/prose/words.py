"""Which words of a sentence are its speaker's."""

import regex

from ..lexicon import Lexicon
from .attribution import Attribution
from .sentences import WHO, Quotes, find_quotes
from .verbs import reports

MIN_WORDS = 2
"""Words of a statement."""
MIN_QUOTED_SHARE = 0.8
"""Of a clause's words, above which its quotation alone is what was said; else it only sets off words of the clause."""
MIN_OPENING_WORDS = 2
"""Words before a quotation that make it the end of a clause."""
MIN_LEAD_WORDS = 2
"""Words before ``, Ann Lee said``, above which they may be what was said."""
MAX_TAIL_WORDS = 5
"""Words behind ``, Ann Lee said``: where and when."""
MAX_ASIDE_WORDS = 8
"""Words between a verb and its clause: to whom, where and when it was said."""
LINK = regex.compile(r"[\s,.:;–—-]*(?:\p{L}['’]|\p{L}{1,4})?[\s,:–—]*")
"""What may stand between a quotation and its attribution: marks, a pronoun or an auxiliary."""
CONTINUES = regex.compile(r"(?:of|about|against|on|for|in|to|at|with|from|by|after|over|when|as)(?!\p{L})")
"""What shows that no clause follows a verb: ``warned of floods``."""
ADDRESSEE = regex.compile(
    r"\s{0,4}(?:(?:me|us|reporters|journalists|lawmakers|parliament|investigators|police|them|him|her)"
    r"|\p{Ll}{1,40}s(?=\s+(?:that|he|she|it|they|the|there|a|an|his|her|we|in|on|at)\s)"
    r"|the\s{1,4}\p{L}[\p{L}’'-]{0,40}(?:\s\p{L}[\p{L}’'-]{0,40}){0,2}?|\p{Lu}[\p{L}’'-]{0,40}(?:\s\p{Lu}[\p{L}’'-]{0,40}){0,2})"
    r"(?=\s+(?:that|he|she|it|they|the|there|a|an|his|her|we|in|on|at|\p{Ll}))"
)
"""To whom ``told`` says it."""
TOLD_TO = regex.compile(
    r"\A\s{1,4}(?:me|us|reporters|journalists|lawmakers|parliament|investigators|police|them|him|her"
    r"|(?:the\s{1,4})?\p{Lu}[\p{L}’'-]{0,40}(?:\s\p{Lu}[\p{L}’'-]{0,40}){0,3})(?=\s(?:on|in|at|after|by|during|before|last|this)\s|[.,]|\s*\Z)"
)
"""To whom ``told`` says what stands before it."""
COMMA_CLAUSE = regex.compile(
    r"[^,;:.]{0,60},\s+(?=(?:(?:die|der|das|den|dem)\s+\p{Lu}|(?!(?:der|die|das|dem|den|deren|wo|und)\s)\p{L}))"
)
"""What stands before a German clause without an opening word: ``sagte der Zeitung, (die Preise stiegen)``."""
FIRST_WORDS = regex.compile(r"\s{1,4}(?:on\s{1,4})?(\p{L}{1,40})(?=\s)")
APPOSED = regex.compile(r",[^,]{2,100},")
TAKEN_UP = regex.compile(r",\s+(?:but|pero|sino|mais|aber|sondern|men|но|але)\s")
REVEALED = regex.compile(r"\s?:\s+(?=\S+\s)")
AUXILIARY = regex.compile(r"(?r)(?<=,\s*)(?:(?:a|ha|har|hat|se)\s+|s['’])$")
"""What stands before a verb behind the words that it reports: ``Il pleut, a (dit X)``."""
HELPED = regex.compile(r"(?r)(?<!\p{L})(?:a|ont|avait|ha|han|había|har|hade|hat|haben|has|have|had)\s+$")
"""The auxiliary before a verb: ``(a) nié``."""
RELATIVE = regex.compile(rf"\A,\s+(?:{WHO}|whose|cuyo|cuya|dont|jonka|vars|чей|чья|чий)\s[^,]{{1,120}}(?:,|\.?\s*\Z)")
"""What is said of a person behind the name: ``according to Ann Lee, who runs it``."""
PREDICATE = regex.compile(
    r",\s+(?:was|were|is|are|will|would|has|had|should|could|can|must|est|était|sera|sont|es|fue|será|está|son|är|var|blir)\s"
)
"""How a clause goes on behind an attribution within it: ``The verdict, said Ann Lee, (was a disgrace)``."""
PARTICIPLE = regex.compile(
    r"\s{1,4}(?:\p{L}{1,40}\s{1,4}){0,4}\p{L}{1,40}(?:van|vän|neen|vansa|vänsä|neensa|neensä)(?!\p{L})"
)
"""A Finnish clause without its opening word: ``(sanoo) päämiehensä kiistävän syytteen``."""
WITHIN_CLAUSE, OPENS_CLAUSE = regex.compile(r"\s+\p{Ll}"), regex.compile(r"(?r)(?:\A|[.!?:,»”–—])\s*$")
"""What goes on with a clause behind a quotation, and what ends one before it."""
LIKEWISE_END = regex.compile(r"[^,]{0,80},\s+")


def words_said(sentence: str, quotes: Quotes, at: Attribution, lex: Lexicon) -> tuple[str, bool] | None:
    """The words that a sentence has its speaker say, and whether they are quoted; None where these are under two.

    A quotation that the attribution stands beside is what was said; one within a reported clause is a part of it, so the
    whole clause is.
    """
    if not quotes and sentence.rstrip().endswith(":"):
        return None
    said = _quoted(sentence, quotes, at, lex)
    if said is None:
        said = _with_quotation(_reported(sentence, at, lex), lex)
    words = regex.sub(r"(?r)[,\s]+$", "", said[0]).strip()
    return (words, said[1]) if len(words.split()) >= MIN_WORDS else None


def _quoted(sentence: str, quotes: Quotes, at: Attribution, lex: Lexicon) -> tuple[str, bool] | None:
    """All quotations, where one stands right beside the attribution; else None."""
    before = [q for q in quotes if q[2] <= at.start + 1 or (q[2] <= at.name.start and at.form == "lead")]
    after = [q for q in quotes if q[1] >= at.end - 1]
    beside = bool(before) and LINK.fullmatch(sentence, before[-1][2], max(at.start, before[-1][2])) is not None
    if after and at.verb and at.verb.word in lex.labels and len(sentence[after[-1][2] :].split()) < MIN_WORDS + 1:
        label = " ".join(words for words, start, _ in after if start > at.end)
        return (label, True) if len(label.split()) >= MIN_WORDS else (sentence[at.verb.start :].strip(" ."), False)
    if not beside and after:
        gap = sentence[at.end : after[0][1]]
        announced = [q for q in after if sentence[at.end : q[1]].rstrip().endswith(":")]
        if announced and at.form != "colon" and not before:
            return " ".join(q[0] for q in after if q[1] >= announced[0][1]), True
        colon = bool(announced) or at.form == "colon"
        tail = sentence[after[-1][2] :]
        beside = colon or (
            (_is_aside(gap, lex) or gap.strip().casefold() in lex.objects)
            and len(tail.split()) < 3
            and len(after[0][0].split()) >= MIN_WORDS
        )
    if not beside:
        return None
    if before and not after and (clause := _clause_around(sentence, tuple(before), at)):
        return clause, False
    said = [words for words, start, end in quotes if not _is_title_of_medium(sentence, words, start, end)]
    return " ".join(said or (words for words, _, _ in quotes)), True


def _is_title_of_medium(sentence: str, words: str, start: int, end: int) -> bool:
    """Whether a quotation's marks set off one name within a clause, no words: ``Об этом «Коммерсанту» рассказала X``."""
    one = " " not in words and words[:1].isupper() and words[-1:].isalpha()
    return one and WITHIN_CLAUSE.match(sentence, end) is not None and OPENS_CLAUSE.search(sentence[:start]) is None


def _clause_around(sentence: str, before: Quotes, at: Attribution) -> str | None:
    """The clause before an attribution whose last words alone are quoted: ``The deal was “a disgrace”, (said Ann Lee)``."""
    clause = AUXILIARY.sub("", sentence[: at.start]).strip(" ,–—-")
    opening = sentence[: before[0][1]].rstrip(' “„«»”"')
    quoted = sum(len(words.split()) for words, _, _ in before)
    if len(opening.split()) < MIN_OPENING_WORDS or opening[-1:] in ",;:.!?–—" or not opening[:1].isupper():
        return None
    closed = before[-1][2] >= len(clause)
    return clause if closed and quoted < MIN_QUOTED_SHARE * len(clause.split()) else None


def _is_aside(gap: str, lex: Lexicon) -> bool:
    """Whether nothing of a clause stands between a verb and a quotation: marks, or a place and time."""
    words = gap.strip(" ,:–—-").casefold().split()
    return not words or (words[0] in lex.aside and len(words) <= MAX_ASIDE_WORDS and gap.rstrip()[-1] in ",:")


def _with_quotation(words: str, lex: Lexicon) -> tuple[str, bool]:
    """A clause's words; its quotation alone where that is nearly all of it."""
    quotes = [q for q in find_quotes(words) if len(q[0].split()) > MIN_WORDS]
    if not quotes:
        return words, False
    quoted = sum(len(q.split()) for q, _, _ in quotes)
    if quoted >= MIN_QUOTED_SHARE * len(words.split()):
        return " ".join(q for q, _, _ in quotes), True
    return words, False


def _reported(sentence: str, at: Attribution, lex: Lexicon) -> str:
    """The words of a sentence that are its speaker's, without the attribution where they can stand alone.

    ``Ann Lee said that it rained`` gives "it rained"; ``Ann Lee denied that it rained`` all of it, since the verb turns it round.
    """
    lead, rest = sentence[: at.start], sentence[at.end :]
    if at.form == "according":
        if relative := RELATIVE.match(rest):
            rest = rest[relative.end() :]
        return f"{lead.strip(' ,')} {rest.strip(' ,.')}".strip()
    if at.form == "likewise":
        return _beside_likewise(lead, rest, at)
    if at.form == "colon":
        return rest.strip(" .")
    if at.form == "inverted":
        return _around_inverted(lead, rest, at, lex)
    denied = any(v[0].casefold() in lex.denials for v in lex.verb.finditer(sentence[at.start : at.end]))
    denied = denied or (at.verb is not None and at.verb.word in ("weist", "wies") and " zurück," in rest)
    if revealed := REVEALED.match(rest):
        return rest[revealed.end() :].strip(" .")
    clause = None if at.verb and at.verb.word == "told" and _closed_by_told(lead, rest) else _clause(rest, at, lex)
    if clause is not None and not denied:
        return clause.strip(" ,.:")
    words = lead.strip(" ,")
    if not words and all(w in lex.openers | lex.aside for w in regex.findall(r"\p{L}+", rest.casefold())):
        return ""  # "Ann Lee said on Thursday."
    if denied and at.verb:
        helped = HELPED.search(sentence[: at.verb.start])
        return sentence[helped.start() if helped else at.verb.start :].strip(" .")
    if len(words.split()) > MIN_LEAD_WORDS and lead.rstrip().endswith(",") and _only_says_when(lead, rest, at, lex):
        return words
    if at.verb and at.verb.word in lex.weak and not reports(at.verb.word, rest, lex):
        return ""  # "Ann Lee wrote the novel “She Said So” in a cellar"
    whole = denied or at.start < 3 or len(rest.split()) > 1 or not words
    return sentence[at.start :].strip() if whole else words


def _closed_by_told(lead: str, rest: str) -> bool:
    """Whether ``told`` ends a sentence that holds the words before it: ``It is over, Ann Lee told (reporters in Oslo)``."""
    addressee = TOLD_TO.match(rest)
    return (
        lead.rstrip().endswith(",") and addressee is not None and len(rest[addressee.end() :].split()) <= MAX_TAIL_WORDS
    )


def _only_says_when(lead: str, rest: str, at: Attribution, lex: Lexicon) -> bool:
    """Whether a clause before ``Ann Lee said`` is what was said: nothing but a place or time follows.

    Not what a preposition begins, which says when itself: ``After talks in Oslo, (Ann Lee announced a deal)``.
    """
    if at.verb and at.verb.word == "told":
        rest = TOLD_TO.sub("", rest, 1)
    words = rest.strip(" ,.").casefold().split()
    opening = lead.split()[0].casefold().strip(",")
    if opening in lex.prepositions | lex.subordinate | lex.aside | lex.connectors or opening.endswith(("ing", "ed")):
        return False
    return len(words) <= MAX_TAIL_WORDS and (not words or words[0] in lex.aside or lex.language == "fi")


def _beside_likewise(lead: str, rest: str, at: Attribution) -> str:
    """The words beside ``as Ann Lee said``: before it, or behind the comma that closes it."""
    if len(lead.split()) >= MIN_WORDS:
        return lead.strip(" ,")
    inner = at.after.strip()
    if inner.startswith(",") and inner.endswith(",") and rest.lstrip().startswith(","):
        rest = rest.lstrip()[len(inner) - 1 :]
    closed = LIKEWISE_END.match(rest)
    return (rest[closed.end() :] if closed else rest).strip(" ,.")


def _around_inverted(lead: str, rest: str, at: Attribution, lex: Lexicon) -> str:
    """The words before ``said Ann Lee``; behind it, where what stands before only says when."""
    skipped = rest
    if at.after.lstrip().startswith(","):
        skipped = rest[len(at.after) - 1 :]
    clause = next((c for c in (_clause(rest, at, lex), _clause(skipped, at, lex)) if c is not None), None)
    words = AUXILIARY.sub("", lead).strip(" ,–")
    if clause is not None and words.split(" ", 1)[0].casefold() in lex.subordinate:
        return clause.strip(" ,.:")
    closed = lead.rstrip().endswith((",", "–", "—", "”", "“", "»", '"', "?", "!"))
    if words and lead.rstrip().endswith(",") and rest.startswith(",") and _takes_up(rest, lex):
        return f"{words}{rest.rstrip(' .')}" if len(words.split()) > MIN_LEAD_WORDS else f"{words} {rest.strip(' ,.')}"
    if lead.rstrip().endswith(",") and PREDICATE.match(rest):
        return f"{words} {rest.strip(' ,.')}"
    if clause is not None and (len(words.split()) < 3 or not closed):
        return clause.strip(" ,.:")
    return words or rest.strip(" ,.")


def _takes_up(rest: str, lex: Lexicon) -> bool:
    """Whether the words behind ``, said Ann Lee`` are more of hers: a conjunction opens them, or they are subjunctive."""
    if lex.hearsay and not APPOSED.match(rest):
        return lex.hearsay.search(rest) is not None
    return TAKEN_UP.match(rest) is not None


def _clause(rest: str, at: Attribution, lex: Lexicon) -> str | None:
    """The clause that a verb opens, behind to whom and when it was said; None where it is no clause."""
    that = lex.that.match(rest) or _that_after_aside(rest, lex, at.verb.word if at.verb else "")
    if that:
        opening = regex.search(r"(?r)\p{L}+$", that[0])
        plain = opening is None or opening[0].casefold() in lex.complementizers
        return rest[that.end() :].lstrip("'’") if plain else rest[that.start() :].lstrip(" ,:")
    if lex.language == "de" and (comma := COMMA_CLAUSE.match(rest)):
        return rest[comma.end() :]
    if lex.language == "fi" and PARTICIPLE.match(rest):
        return rest
    verb = at.verb.word if at.verb else ""
    day = FIRST_WORDS.match(rest)
    if day and day[1].casefold() in lex.days:
        rest = rest[day.end() :]
    if verb not in lex.bare or len(rest.split()) < 3 or CONTINUES.match(rest.lstrip()):
        return None
    if verb == "told":
        addressee = ADDRESSEE.match(rest)
        return rest[addressee.end() :] if addressee else None
    return rest


def _that_after_aside(rest: str, lex: Lexicon, verb: str) -> "regex.Match[str] | None":
    """The word that opens a clause, where only an aside stands before it: ``on Friday that``, ``torstaina, että``."""
    that = lex.that.search(rest, 0, 100)
    if not that:
        return None
    words = rest[: that.start()].casefold().split()
    if len(words) > MAX_ASIDE_WORDS or regex.search(r"[;“„«\"”]|:(?!\p{Ll})|\.(?!\))", rest[: that.start()]):
        return None
    marked = that[0][0] in ",:" and "," not in rest[: that.start()]
    return that if marked or (bool(words) and words[0].strip(",") in lex.aside) or _told(words, verb) else None


def _told(words: list[str], verb: str) -> bool:
    return verb == "told" or (
        bool(words)
        and words[0] in ("reporters", "journalists", "the", "his", "her", "parliament", "lawmakers")
        and len(words) <= 4
    )
