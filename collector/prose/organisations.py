"""Organisations in prose: publishers, universities, institutes, and how a person's is read off the words around a name."""

import re
from collections.abc import Iterator
from functools import cache

import regex

from ..lexicon import Lexicon, any_of, common, given_names, publishers

NOT_A_NAME, PLACES = frozenset(common()["not_a_name"]), frozenset(common()["places"])
ORG_WORDS = common()["organisation_words"]
NOT_IN_WORD = r"(?<![\p{L}\p{N}@#-])"
PROPER_WORD = r"\p{Lu}[\p{L}\p{N}&.-]*"
JOINING = "of|for|and|the|on|in|de|du|des|la|le|les|del|della|für|der|och|för|og|i|y|e|&|d['’]"
ORGANISATION = regex.compile(
    NOT_IN_WORD + rf"(?:{PROPER_WORD}(?:['’]s)?)"  # "King's"
    rf"(?:\s+(?:(?:{JOINING})\s+){{0,2}}(?:the\s+)?{PROPER_WORD}(?:['’]s)?)*"  # "College", "of the Arts"
    r"(?::\p{Ll}+)?"  # a case ending as Finnish adds it: "BBC:n"
)
GERMAN_ORGANISATION = regex.compile(
    NOT_IN_WORD + rf"{PROPER_WORD}(?:\s+(?:(?:für|und|of|for|the|and)\s+)?{PROPER_WORD})*"
)
OFFICES = {
    "fi": regex.compile(r"\s+\p{Ll}*(?:johtaja|päällikkö|toimittaja|edustaja|tiedottaja|ekonomisti|analyytikko)"),
    "sv": regex.compile(r"(?<=s)\s+(?:vd|\p{Ll}*chef|\p{Ll}*talesperson|\p{Ll}*ekonom|\p{Ll}*analytiker|ordförande)"),
    "en": regex.compile(
        r"(?:['’]s)?\s+(?:ceo|boss|spokes(?:man|woman|person)|researcher|analyst|economist|founder|manager|director)(?!\p{L})"
    ),
}
"""By language, what somebody is who is named after an organisation: ``Nordean (pääekonomisti)``, ``Volvos (vd)``."""
COMPOUND = regex.compile(r"(?<![\p{L}\p{N}-])(\p{Lu}[\p{L}\p{N}&]*)-(\p{L}+)")
"""An organisation joined to an occupation: ``CDU-Chef``."""
COMPANY_OFFICES = (
    "ceo",
    "chef",
    "chefin",
    "chefen",
    "sprecher",
    "sprecherin",
    "führer",
    "führerin",
    "vorstand",
    "manager",
    "vd",
)
MAX_GIVEN_WORDS = 3
"""Words of a run that a given name opens, up to which a surname may begin as an organisation's noun does: ``Gavin Newsom``."""
MAX_ENDING = 4
"""Letters behind an organisation's noun that are its ending."""
PARTY = regex.compile(r"\s*\((\p{L}{1,6})\.?\)[\s,.]*")
COMPANY_TITLE = regex.compile(r"(?:Executive|CEO|Spokes(?:man|woman|person)|Founder)$")
HYPHENED = regex.compile(r"(?:^|[\s,(])(\p{Lu}[^,()–]*?)\s+-\p{Ll}")
ACRONYM, LONG_ACRONYM = regex.compile(r"\p{Lu}{2,6}"), regex.compile(r"\p{Lu}[\p{Lu}&-]{1,6}")
LETTERS, CASE_ENDING = regex.compile(r"[\p{L}'’]+"), regex.compile(r":\p{Ll}+$")
ACRONYM_CASE = regex.compile(r"(?<=\p{Lu}{2})i?(?:n|st[aä]|lt[aä]|ss[aä]|ll[aä]|lle)$")
"""A Finnish case ending without a colon: ``HUSista``."""
FINNISH_N = regex.compile(r"(?<!se|ste|ide)(?<=[aeiouyäöå])n$")
FINNISH_IN = regex.compile(r"(?<=[bcdfghjklmnpqrstvwxz])in(?=\s|$)")
FINNISH_CASES = regex.compile(r"(?<=[bcdfghjklmnpqrstvwxz])(?<!kadem)(?<![Pp]ank)(?:in|issa|ista|ille|illa)$")
SMALL_WORDS = tuple(regex.compile(rf"\s+((?:\p{{Ll}}+\s+){{{n}}}(\p{{Ll}}+))") for n in range(3))
"""One, two or three words in small letters; the groups are all of them and the last."""
IN_PLACE = regex.compile(r"(?r)\s+in\s+\p{Lu}\p{L}+$")
SLAVIC_GENITIVES = regex.compile(
    r"\A((?:(?:\s+(?:и|та|і|й))?\s+\p{Ll}+(?:ций|цій|их|ых|ого|ой|ої|их|іх|ій|аний|ений|ований|иний|ств|ики|іки|ения|ення|ань|ии|ії))+)(?!\p{L})"
)
"""Words in the genitive behind an organisation's noun: ``(Институт) стратегических исследований``."""


@cache
def publisher_pattern() -> "regex.Pattern[str]":
    """Any known publisher's name, with or without its article, and a case ending as Finnish adds them.

    Groups: ``article``, ``name``, ``ending``.
    """
    alternatives = any_of(sorted({n.removeprefix("The ") for n in publishers()}))
    return regex.compile(
        rf"\b{NOT_IN_WORD}(?P<article>The\s+|the\s+)?(?P<name>{alternatives})"
        r"(?P<ending>:?(?:in|n|ille|lle|lla|llä|ssa|ssä|sta|stä|lta|ltä|iin|s|’s|'s))?"
        r"(?![\p{L}\p{N}-])"
    )


def find_publishers(sentence: str) -> "Iterator[regex.Match[str]]":
    """Where known publishers' names stand in a sentence, as ``publisher_pattern`` matches them."""
    return publisher_pattern().finditer(sentence) if _publishers_starts().search(sentence) else iter(())


@cache
def _publishers_starts() -> "re.Pattern[str]":
    """The first letters of known publishers' names: few sentences hold any, which is told in a tenth of the time."""
    return re.compile("|".join(sorted({re.escape(name.removeprefix("The ").split()[0][:3]) for name in publishers()})))


def plain_publisher(name: str) -> str:
    """A publisher's name as names are compared."""
    return name.removeprefix("The ").casefold()


def looks_like_organisation(run: str, lex: Lexicon) -> bool:
    """Whether a run of capitalised words names an organisation rather than a person."""
    words = [w.strip(".,’'").casefold() for w in run.split()]
    heads = _long_heads(lex.heads)
    if (
        words
        and words[0].startswith(heads)
        and any(words[0].startswith(head) and len(words[0]) - len(head) <= 3 for head in heads)
    ):
        return True
    opened = [word for word in words if word.startswith(ORG_WORDS)]
    longest = 0 if words[0] in given_names() and len(words) <= MAX_GIVEN_WORDS else MAX_ENDING
    if any(word.startswith(head) and len(word) - len(head) <= longest for word in opened for head in ORG_WORDS):
        return True
    if words and words[0] == "the":
        return True
    found = publisher_pattern().fullmatch(run)
    return bool(found) or all(w.isupper() and len(w) <= 5 for w in run.split())


@cache
def _long_heads(heads: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(head for head in heads if len(head) > 5)


def affiliation(before: str, after: str, lex: Lexicon) -> str | None:
    """The organisation that the words around a name give the person, or None.

    ``before`` is what stands between the clause's opening and the name; ``after`` an apposition
    between commas or parentheses. An organisation is recognised by its head noun ("University"), by a
    known publisher's name, by capitals (BBC), or by the preposition before it.
    """
    party = PARTY.match(after)
    best: tuple[int, str] | None = (3, party[1]) if party and party[1].casefold() not in lex.titles else None
    for place, text in ((1, after), (0, before)):
        for score, name in _organisations(text, lex):
            if score > 0 and (best is None or (score + place) > best[0]):
                best = (score + place, name)
    return best[1] if best else None


def _organisations(text: str, lex: Lexicon) -> list[tuple[int, str]]:
    """What may be organisations in the words around a name, each with a score; one of 0 or less is none.

    ``professor of politics at Syracuse University`` gives Syracuse University: 5 for its noun, 2 for "at".
    """
    found = []
    hyphened = HYPHENED.search(text)  # Finnish: "Reilu Media -lehden"
    if hyphened:
        found.append((6, _clean(hyphened[1], lex)))
    found.extend((4, m[1]) for m in COMPOUND.finditer(text) if _is_office(m[1], m[2].casefold(), lex))
    found.extend((7, m[0]) for m in _headed(lex.language, lex.heads).finditer(text))
    pattern = GERMAN_ORGANISATION if lex.language == "de" else ORGANISATION
    scored = (_scored(match, lex) for match in pattern.finditer(text))
    return [*found, *(each for each in scored if each)]


def _is_office(name: str, occupation: str, lex: Lexicon) -> bool:
    """Whether a compound is an organisation's and an occupation: ``CDU-Chef``, not ``Moskau-Korrespondent`` or ``Ex-Minister``."""
    known = occupation in lex.titles or occupation.endswith(lex.title_endings or ("\0",))
    if not (ACRONYM.fullmatch(name) or occupation.endswith(COMPANY_OFFICES)):
        return False
    return known and name.casefold() not in PLACES | lex.titles and name.casefold() not in ("ex", "co", "vize", "vice")


def _scored(match: "regex.Match[str]", lex: Lexicon) -> tuple[int, str] | None:
    """A run of capitalised words as an organisation: its score, and its name in the nominative; None where only a title is left."""
    whole = _without_titles(_clean(match[0], lex), lex)
    name = _without_titles_behind(whole, lex)
    words, folded = name.split(), name.casefold()
    if not words:
        return None
    score = 5 if _has_head(folded, lex) else 0
    if len(name) < len(whole) and lex.language == "en" and (len(words) > 1 or COMPANY_TITLE.search(whole)):
        score += 4  # "Bank of England Governor"
    if len(words) > 1 and any(ACRONYM.fullmatch(word) for word in words):
        score += 3  # "BBC News"
    publisher = publisher_pattern().search(name)
    if publisher and publisher.start() == 0:
        score += 4
        if len(publisher[0]) < len(name):
            name = (publisher["article"] or "") + publisher["name"]
    if len(words) == 1 and LONG_ACRONYM.fullmatch(name):  # "BBC"
        score += 2
    if _follows_preposition(match, lex):
        score += 2 if len(words) > 1 else 1
    noun = lowercase_head(match.string, match.end(), lex)
    if noun and score < 7:
        name, score = f"{name if lex.language != 'fi' else match[0]} {noun}", score + 5
    office = OFFICES.get(lex.language)
    if office and score < 5 and office.match(match.string, match.end()) and (lex.language == "en" or len(words) == 1):
        score += 3
        name = name.removesuffix("s") if lex.language == "sv" else name
        name = name[:-1] if lex.language == "fi" and FINNISH_N.search(name) else name
    if folded in PLACES or words[0].casefold() in NOT_A_NAME | lex.titles:
        score -= 4
    return score, _nominative(name, lex.language)


def _without_titles(name: str, lex: Lexicon) -> str:
    """A run of words without the titles and sentence openers before it: ``Professor Oslo University`` loses its first."""
    words = name.split()
    openers = NOT_A_NAME - {"the", "der", "die", "das", "le", "la", "el"}
    while len(words) > 1 and (words[0].casefold() in lex.titles or words[0].casefold() in openers):
        words = words[1:]
        name = " ".join(words)
    return name


def _without_titles_behind(name: str, lex: Lexicon) -> str:
    """A run of words without the titles behind it, and the place: ``White House Press Secretary`` gives White House."""
    words = IN_PLACE.sub("", name).split()
    while words and words[-1].casefold() in lex.titles:
        words.pop()
    return " ".join(words)


def _has_head(folded: str, lex: Lexicon) -> bool:
    """Whether a casefolded name has a noun that makes an organisation of it: ``university``."""
    return folded in lex.heads or _head_pattern(lex.heads).search(folded) is not None


@cache
def _head_pattern(heads: tuple[str, ...]) -> "regex.Pattern[str]":
    alternatives = "|".join(regex.escape(head) for head in heads if len(head) > 3)
    return regex.compile(rf"(?<!\p{{L}})(?:{alternatives})")


def _follows_preposition(match: "regex.Match[str]", lex: Lexicon) -> bool:
    """Whether the word before joins a person to an organisation, as "of" and "at" do; German's join anything."""
    previous = LETTERS.findall(match.string[: match.start()])
    joining = {word.rstrip("'’") for word in lex.at}
    if len(previous) > 1 and previous[-1].casefold() in ("the", "la", "le", "el"):
        previous.pop()
    return bool(previous) and previous[-1].casefold().rstrip("'’") in joining and lex.language != "de"


@cache
def _headed(language: str, heads: tuple[str, ...]) -> "regex.Pattern[str]":
    """Romance names that open with their noun: ``université de Lyon``, ``Banque de France``."""
    if language not in ("fr", "es", "it", "pt"):
        return regex.compile(r"(?!)")
    alternatives = "|".join(h for h in heads if len(h) > 3)
    return regex.compile(
        rf"(?i:\b(?:{alternatives}))(?:\s\p{{Ll}}+)?"
        r"\s(?:de la |de los |de |del |du |des |di |da |do |d['’])"
        r"\p{Lu}[\p{L}-]+(?:\s(?:de |del |y |et )?\p{Lu}[\p{L}-]+)*"
        rf"|\b(?:{alternatives.title()})\s(?:des|du|de|de la)\s\p{{Ll}}+(?:\s\p{{Ll}}{{4,}})?"  # "Association des maires ruraux"
    )


def lowercase_head(text: str, end: int, lex: Lexicon) -> str | None:
    """The organisation's noun in small letters after its proper part: ``Syracusen yliopiston``."""
    if text[:end].endswith("-"):
        return None
    for small_words in SMALL_WORDS if lex.language not in ("en", "fr", "es", "it", "pt") else ():
        match = small_words.match(text, end)
        if (
            match
            and len(match[2]) > 4
            and any(
                0 <= len(match[2]) - match[2].rfind(head) - len(head) <= 4 for head in lex.heads if head in match[2]
            )
        ):
            return match[1]
    if lex.language in ("ru", "uk"):
        match = SLAVIC_GENITIVES.match(text[end:])
        return match[1].strip() if match else None
    return None


def _clean(name: str, lex: Lexicon) -> str:
    """A run of words without punctuation around it, and without a Finnish case ending: ``BBC:n`` gives BBC."""
    name = CASE_ENDING.sub("", name.strip(" ,.;:-"))
    found = publisher_pattern().fullmatch(name)
    if found and found["ending"]:
        return name[: -len(found["ending"])]
    if lex.language == "fi":
        name = ACRONYM_CASE.sub("", name)
        return FINNISH_CASES.sub("", name) if len(name) > 6 else name
    return name


FINNISH_BODIES = (
    "yliopisto|instituuti|ministeriö|paja|säätiö|järjestö|virasto|hallinno|panki|puoluee|komissio|neuvosto|yhtiö"
    "|akatemia|korkeakoulu|lehde|kanava|seura|eduskunna|parlamenti"
)
NOMINATIVES = {
    "fi": (
        (r"(laito|kesku|opisto?|kongre|konsern)kse(?:n|lta|sta|lla|ssa|stä)$", r"\1s"),
        (r"kaupungi(?:n|lta|sta)$", "kaupunki"),
        (r"(?<=[Pp]an)ki(?:n|sta|ssa)$", "kki"),
        (r"(?<=Akademi)n$", ""),
        (rf"(?<={FINNISH_BODIES})(?:lta|sta|ssa|stä|ltä)$", ""),
        (r"(?<=\p{L})isen(?=\s)", "inen"),
        (r"(instituu|parlamen)ti(?:n|sta|ssa)$", r"\1tti"),
        (r"laitoksen$", "laitos"),
        (r"laisten$", "laiset"),
        (r"Vihreiden$", "Vihreät"),
        (r"liiton$", "liitto"),
        (r"ksen$", "s"),
        (r"(?<=yliopisto|instituutti|keskus|virasto|akatemia|ministeriö)st[aä]$", ""),
        (rf"(?<={FINNISH_BODIES})n$", ""),
    ),
    "sv": (
        (r"(?<=skolan|verket|universitet|institutet|myndigheten|partiet|styrelsen|rådet|banken|förbundet|erna)s$", ""),
    ),
    "de": (
        (r"(?i)(institut|verband|verbund|zentrum|amt|verein|bund)e?s(?=\s|$)", r"\1"),
        (r"(?<=\p{L})en(?=\s(?:Zeitung|Rundschau|Allgemeinen|Presse|Welle|Universität))", "e"),
    ),
    "pl": ((r"(Uniwersytet|Instytut|Ośrodek|Bank)u(?!\p{L})", r"\1"), (r"(?<=\p{L}[sc]k)iego(?!\p{L})", "i")),
    "ru": (
        (r"Госдумы$", "Госдума"),
        (r"ской(?=\s)", "ская"),
        (r"ского(?=\s)", "ский"),
        (r"(?i)(университет|институт|центр|фонд|колледж)а(?!\p{L})", r"\1"),
    ),
    "uk": (
        (r"ської(?=\s)", "ська"),
        (r"ського(?=\s)", "ський"),
        (r"(?i)(університет|інститут|центр|фонд|коледж)у(?!\p{L})", r"\1"),
    ),
}
"""By language, what turns the genitive that titles ask for into the nominative; all are applied, in their order."""


@cache
def _endings(language: str) -> "tuple[tuple[regex.Pattern[str], str], ...]":
    return tuple((regex.compile(genitive), nominative) for genitive, nominative in NOMINATIVES.get(language, ()))


def _nominative(name: str, language: str) -> str:
    """An organisation's name out of the genitive that titles put it in: ``Киевского университета``, ``Oslon yliopiston``."""
    if language == "fi" and len(name.split()) == 1:
        name = FINNISH_IN.sub("", name)
    for genitive, nominative in _endings(language):
        name = genitive.sub(nominative, name)
    return name
