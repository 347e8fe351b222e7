"""Names of persons and organisations in prose, and how a person's organisation is read off it."""

from functools import cache
from typing import NamedTuple

import regex
from babel import Locale

from .dates import LANGUAGES
from .lexicon import Lexicon, publishers

WORD = r"(?:\p{Lu}\.(?:\s?\p{Lu}\.)*|(?:d['’]|O['’]|Mc|Mac|al-|el-|Al-|El-)?\p{Lu}[\p{L}\p{M}]*(?:['’]\p{L}{2,})?(?:-\p{L}[\p{L}\p{M}]+)*)"
PARTICLE = r"(?:van der|van den|van de|van|von der|von und zu|von|de la|de los|de|del|della|di|da|dos|du|le|la|bin|ibn|al|el|af|ter|ten|zu)"
RUN = regex.compile(rf"(?<![\p{{L}}\p{{N}}@#._’'-]){WORD}(?:\s+(?:{PARTICLE}\s+)?{WORD})*")
ORGANISATION = regex.compile(
    r"(?<![\p{L}\p{N}@#-])(?:\p{Lu}[\p{L}\p{N}&.-]*(?:['’]s)?)(?:\s+(?:(?:of|for|and|the|on|in|de|du|des|la|le|les|del|della|für|der|och|för|og|i|y|e|&|d['’])\s+){0,2}(?:the\s+)?\p{Lu}[\p{L}\p{N}&.-]*(?:['’]s)?)*(?::\p{Ll}+)?"
)
GERMAN_ORGANISATION = regex.compile(
    r"(?<![\p{L}\p{N}@#-])\p{Lu}[\p{L}\p{N}&.-]*(?:\s+(?:(?:für|und|of|for|the|and)\s+)?\p{Lu}[\p{L}\p{N}&.-]*)*"
)
NOT_A_NAME = frozenset(
    [
        "the",
        "a",
        "an",
        "this",
        "that",
        "these",
        "those",
        "it",
        "he",
        "she",
        "they",
        "we",
        "i",
        "you",
        "but",
        "and",
        "or",
        "if",
        "when",
        "while",
        "after",
        "before",
        "in",
        "on",
        "at",
        "for",
        "from",
        "with",
        "according",
        "then",
        "even",
        "not",
        "as",
        "so",
        "well",
        "now",
        "monday",
        "tuesday",
        "wednesday",
        "thursday",
        "friday",
        "saturday",
        "sunday",
        "january",
        "february",
        "march",
        "april",
        "may",
        "june",
        "july",
        "august",
        "september",
        "october",
        "november",
        "december",
        "se",
        "hän",
        "he",
        "ne",
        "tämä",
        "nyt",
        "mutta",
        "ja",
        "kun",
        "jos",
        "vaikka",
        "oli",
        "ei",
        "myös",
        "näin",
        "sitten",
        "lisäksi",
        "aiemmin",
        "lehden",
        "lehti",
        "artikkeli",
        "hänen",
        "olemme",
        "yhdysvallat",
        "venäjä",
        "der",
        "die",
        "das",
        "er",
        "sie",
        "es",
        "wir",
        "aber",
        "und",
        "wenn",
        "auch",
        "so",
        "laut",
        "nach",
        "bei",
        "im",
        "am",
        "in",
        "den",
        "dem",
        "ein",
        "eine",
        "le",
        "la",
        "les",
        "un",
        "une",
        "il",
        "elle",
        "ils",
        "mais",
        "et",
        "si",
        "selon",
        "après",
        "pour",
        "dans",
        "ce",
        "cette",
        "l",
        "el",
        "los",
        "las",
        "según",
        "para",
        "pero",
        "y",
        "en",
        "una",
        "esto",
        "он",
        "она",
        "они",
        "но",
        "и",
        "это",
        "в",
        "на",
        "по",
        "как",
        "если",
        "после",
        "российский",
        "также",
        "однако",
        "den",
        "det",
        "han",
        "hon",
        "de",
        "men",
        "och",
        "om",
        "när",
        "enligt",
        "ett",
        "en",
    ]
)
PLACES = frozenset(
    [
        "moscow",
        "kremlin",
        "washington",
        "russia",
        "ukraine",
        "europe",
        "london",
        "paris",
        "berlin",
        "brussels",
        "kyiv",
        "kiev",
        "america",
        "us",
        "usa",
        "u.s.",
        "uk",
        "eu",
        "un",
        "u.k.",
        "nato",
        "moskova",
        "moskovan",
        "venäjä",
        "ukraina",
        "eurooppa",
        "yhdysvallat",
        "kreml",
        "moskva",
        "ryssland",
        "usa",
        "moskau",
        "russland",
        "kiew",
        "moscou",
        "russie",
        "états-unis",
        "moscú",
        "rusia",
        "ucrania",
        "москва",
        "россия",
        "украина",
        "сша",
        "ес",
        "кремль",
        "twitter",
        "x",
        "facebook",
        "covid",
        "fbi",
        "cia",
        "bluesky",
        "mastodon",
        "instagram",
    ]
)
ORG_WORDS = [
    "times",
    "post",
    "news",
    "journal",
    "guardian",
    "telegraph",
    "tribune",
    "herald",
    "reuters",
    "press",
    "media",
    "university",
    "college",
    "institute",
    "center",
    "centre",
    "council",
    "ministry",
    "agency",
    "company",
    "bank",
    "party",
    "committee",
    "league",
    "group",
    "radio",
    "television",
    "network",
    "foundation",
    "association",
    "reform",
    "office",
    "house",
    "street",
    "department",
    "court",
    "police",
    "army",
    "zeitung",
    "universität",
    "institut",
    "université",
    "universidad",
    "universitet",
    "yliopisto",
    "sanomat",
    "lehti",
    "dagblad",
    "dagbladet",
    "state",
    "states",
    "kingdom",
    "union",
    "nations",
    "federation",
    "republic",
]


@cache
def countries() -> frozenset[str]:
    """The names of countries in every language that prose is read in (from CLDR, by Babel), casefolded."""
    names = {n for language in LANGUAGES for n in Locale.parse(language).territories.values()}
    return frozenset(name.casefold() for name in names)


ORG_JOINED = (
    *ORG_WORDS,
    "banque",
    "banco",
    "banca",
    "centre",
    "institut",
    "instituto",
    "ministère",
    "ministerio",
    "hochschule",
    "stiftung",
    "fundación",
    "fondation",
    "partei",
    "zentrum",
    "akademie",
    "verband",
    "agence",
    "agencia",
)


class Name(NamedTuple):
    """A person's name where it stands in a sentence."""

    text: str
    start: int
    end: int


@cache
def publisher_pattern() -> "regex.Pattern[str]":
    """Any known publisher's name, with or without its article, and a case ending as Finnish adds them."""
    names = sorted({n.removeprefix("The ") for n in publishers()}, key=len, reverse=True)
    alternatives = "|".join(regex.escape(name).replace(r"\ ", r"\s+") for name in names)
    return regex.compile(
        rf"(?<![\p{{L}}\p{{N}}@#-])(?P<article>The\s+|the\s+)?(?P<name>{alternatives})(?P<ending>:?(?:in|n|ille|lle|lla|llä|ssa|ssä|sta|stä|lta|ltä|iin|s|’s|'s))?(?![\p{{L}}\p{{N}}-])"
    )


def looks_like_organisation(run: str, lex: Lexicon) -> bool:
    """Whether a run of capitalised words names an organisation rather than a person."""
    words = [w.strip(".,’'").casefold() for w in run.split()]
    heads = [head for head in lex.heads if len(head) > 5]
    if words and any(words[0].startswith(head) and len(words[0]) - len(head) <= 3 for head in heads):
        return True
    if any(word.startswith(head) and len(word) - len(head) <= 4 for word in words for head in ORG_WORDS):
        return True
    if words and words[0] == "the":
        return True
    found = publisher_pattern().fullmatch(run)
    return bool(found) or all(w.isupper() and len(w) <= 5 for w in run.split())


def person_names(sentence: str, lex: Lexicon, known: tuple[str, ...] = ()) -> list[Name]:
    """Persons named in ``sentence``: two or more capitalised words, or the surname of a ``known`` person.

    Titles, weekdays, places, sentence openers and organisations are taken off or out.
    """
    surnames = {name.split()[-1]: name for name in known if len(name.split()) > 1}
    found: list[Name] = []
    for match in RUN.finditer(sentence):
        found.extend(_persons_in(match, lex, surnames))
    return found


def _persons_in(match: "regex.Match[str]", lex: Lexicon, surnames: dict[str, str]) -> list[Name]:
    words = list(regex.finditer(r"\S+", match[0]))
    offset = match.start()
    words = _around_organisation(words)
    while words and _is_title(words[0][0], lex, first=True):
        words.pop(0)
    while len(words) > 2 and (
        publisher_pattern().fullmatch(words[0][0]) or regex.fullmatch(r"\p{Lu}{2,5}", words[0][0])
    ):
        words.pop(0)
    if lex.language == "de":
        while len(words) > 2 and not _is_particle_or_initial(words[1][0]):
            words.pop(0)
    titled = [i for i, w in enumerate(words[:-2]) if w[0].strip(".").casefold() in lex.titles]
    if titled:
        words = words[titled[-1] + 1 :]
    if lex.language == "fi" and len(words) > 2 and _lowercase_head(match.string, match.end(), lex):
        words.pop()  # "Anna Korhonen Helsingin yliopistosta": the last word is the organisation's
    while words and words[-1][0].casefold() in NOT_A_NAME:
        words.pop()
    if not words:
        return []
    text = " ".join(w[0] for w in words)
    start, end = offset + words[0].start(), offset + words[-1].end()
    if text.endswith((".",)) and not regex.search(r"(?:Jr|Sr)\.$", text):
        text, end = text[:-1], end - 1
    for suffix in ("’s", "'s"):
        if text.endswith(suffix):
            text, end = text[: -len(suffix)], end - len(suffix)
    if len(words) == 1:
        full = _known_surname(text, surnames)
        return [Name(full, start, end)] if full else []
    if (
        len(words) > 4
        or looks_like_organisation(text, lex)
        or text.casefold() in countries()
        or any(w[0].casefold() in PLACES for w in words)
    ):
        return []
    last = words[-1][0].rstrip(".")
    full = _known_surname(last, surnames)
    if full and full.split()[0].casefold() == words[0][0].casefold():
        return [Name(full, start, end)]
    return [Name(text, start, end)]


def _around_organisation(words: "list[regex.Match[str]]") -> "list[regex.Match[str]]":
    """What is left of a run of words when an organisation is cut off its start or end."""
    heads = [
        i
        for i, w in enumerate(words)
        if any(w[0].casefold() == head or (len(head) > 5 and w[0].casefold().startswith(head)) for head in ORG_JOINED)
    ]
    if not heads or len(words) <= 2:
        return words
    behind = words[heads[-1] + 1 :]
    kept = behind if sum(w[0][:1].isupper() for w in behind) >= 2 else words[: heads[0]]
    while kept and kept[-1][0][:1].islower():
        kept = kept[:-1]
    return kept


def _is_title(word: str, lex: Lexicon, *, first: bool) -> bool:
    folded = regex.sub(r"^(?:l|d)['’]", "", word.strip(".").casefold())
    if first and lex.before is not None and lex.before.fullmatch(folded):
        return True
    return (
        folded in lex.titles
        or folded in NOT_A_NAME
        or ("-" in folded and folded.rsplit("-", 1)[1] in lex.titles)
        or (
            lex.language == "de"
            and folded.endswith(
                (
                    "korrespondent",
                    "chef",
                    "experte",
                    "expertin",
                    "minister",
                    "professor",
                    "sprecher",
                    "historiker",
                    "forscher",
                )
            )
        )
    )


def _is_particle_or_initial(word: str) -> bool:
    return word.endswith(".") or word[:1].islower()


def _known_surname(word: str, surnames: dict[str, str]) -> str | None:
    """The full name behind a surname, also in the Finnish, Slavic or possessive forms that prose puts it in."""
    if word in surnames:
        return surnames[word]
    for surname, full in surnames.items():
        if surname.endswith("nen") and regex.fullmatch(
            regex.escape(surname[:-3]) + r"(?:sen|sta|selle|sella|selta|seen|sessa|sesta)", word
        ):
            return full
        if (
            len(surname) > 3
            and word.startswith(surname)
            and regex.fullmatch(
                r"(?:['’]s|s|:?i?n|ia|ta|tä|a|ä|lle|ille|lta|ilta|ltä|iltä|lla|illa|sta|ista|а|у|ом|ым|ой|ым|е|ові|ем|ів|a|owi|em)",
                word[len(surname) :],
            )
        ):
            return full
    return None


def base_form(name: str, language: str, known: tuple[str, ...]) -> str:
    """A name as it stands in an oblique case, in its base form: a known person's, or by Finnish genitive rules."""
    if language in ("ru", "uk"):
        return _slavic_nominative(name)
    if language == "pl":
        return _polish_nominative(name)
    for full in known:
        if name.casefold().startswith(full.casefold()) and len(name) - len(full) <= 4:
            return full
    if language != "fi":
        return name
    if name.endswith("sen"):
        return name[:-3] + "nen"
    if regex.search(r"[^aeiouyäöå]in$", name):
        return name[:-2]
    return name[:-1] if regex.search(r"[aeiouyäöå]n$", name) else name


SLAVIC_ENDINGS = (
    (r"(?:ского|ського)$", "ский"),
    (r"(?<=[ое]в|[иы]н)(?:ой|ої)$", "а"),
    (r"(?<=[бвгджзклмнпрстфхцчшщ])(?:а|у)$", ""),
    (r"(?<=[аеёиоуыэюяії])я$", "й"),
    (r"(?<=[бвгджзклмнпрстфхцчшщ])я$", "ь"),
    (r"ии$", "ия"),
    (r"[ыи]$", "а"),
)


POLISH_ENDINGS = (
    (r"(s|c|dz)kiego$", r"\1ki"),
    (r"(s|c|dz)kiej$", r"\1ka"),
    (r"(?<=[bcdfghjklłmnprstwz])a$", ""),
    (r"(?<=[bcdfghjklłmnprstwz])y$", "a"),
    (r"(?<=[kg])i$", "a"),
)


def _polish_nominative(name: str) -> str:
    """A name out of the genitive that "zdaniem" and "według" ask for, by its endings."""
    words = []
    for word in name.split():
        changed = next((c for ending, to in POLISH_ENDINGS if (c := regex.sub(ending, to, word)) != word), word)
        words.append(changed)
    return " ".join(words)


def _slavic_nominative(name: str) -> str:
    """A name out of the genitive that "по словам" asks for, by its endings."""
    words = []
    for word in name.split():
        for ending, nominative in SLAVIC_ENDINGS:
            changed = regex.sub(ending, nominative, word)
            if changed != word:
                word = changed
                break
        words.append(word)
    return " ".join(words)


def affiliation(before: str, after: str, lex: Lexicon) -> str | None:
    """The organisation that the words around a name give the person, or None.

    ``before`` is what stands between the clause's opening and the name; ``after`` an apposition
    between commas or parentheses. An organisation is told by its head noun ("University"), by a
    known publisher's name, by capitals (BBC), or by the preposition before it.
    """
    best: tuple[int, str] | None = None
    for place, text in ((1, after), (0, before)):
        for score, name in _organisations(text, lex):
            if score > 0 and (best is None or (score + place) > best[0]):
                best = (score + place, name)
    return best[1] if best else None


def _organisations(text: str, lex: Lexicon) -> list[tuple[int, str]]:
    found = []
    hyphened = regex.search(r"(?:^|[\s,(])(\p{Lu}[^,()–]*?)\s+-\p{Ll}", text)
    if hyphened:
        found.append((6, _clean(hyphened[1], lex)))
    found.extend((7, m[0]) for m in _headed(lex).finditer(text))
    for match in (GERMAN_ORGANISATION if lex.language == "de" else ORGANISATION).finditer(text):
        name = _clean(match[0], lex)
        words = name.split()
        while len(words) > 1 and (
            words[0].casefold() in lex.titles
            or words[0].casefold() in NOT_A_NAME - {"the", "der", "die", "das", "le", "la", "el"}
        ):
            words = words[1:]
            name = " ".join(words)
        if not words:
            continue
        score = 0
        folded = name.casefold()
        if any(
            regex.search(rf"(?<!\p{{L}}){regex.escape(head)}", folded)
            for head in lex.heads
            if len(head) > 3 or folded == head
        ):
            score += 5
        publisher = publisher_pattern().search(name)
        if publisher and publisher.start() == 0:
            score += 4
            if len(publisher[0]) < len(name):
                name = publisher["name"] if not publisher["article"] else publisher["article"] + publisher["name"]
        if len(words) == 1 and regex.fullmatch(r"\p{Lu}[\p{Lu}&-]{1,6}", name):
            score += 2
        previous = regex.findall(r"[\p{L}'’]+", text[: match.start()])
        if (
            previous
            and previous[-1].casefold().rstrip("'’") in {a.rstrip("'’") for a in lex.at}
            and lex.language != "de"
        ):
            score += 2 if len(words) > 1 else 1
        noun = _lowercase_head(text, match.end(), lex)
        if noun and score < 7:
            name, score = f"{name if lex.language != 'fi' else match[0]} {noun}", score + 5
        if (
            lex.language == "fi"
            and score < 5
            and len(words) == 1
            and regex.match(
                r"\s+\p{Ll}*(?:johtaja|päällikkö|toimittaja|edustaja|tiedottaja|kansanedustaja|puheenjohtaja)",
                text[match.end() :],
            )
        ):
            score += 3
        name = _nominative(name, lex.language)
        if folded in PLACES or words[0].casefold() in NOT_A_NAME | lex.titles:
            score -= 4
        found.append((score, name))
    return found


@cache
def _headed(lex: Lexicon) -> "regex.Pattern[str]":
    """Romance names that open with their noun: ``université de Lyon``, ``Banque de France``."""
    if lex.language not in ("fr", "es", "it", "pt"):
        return regex.compile(r"(?!)")
    heads = "|".join(h for h in lex.heads if len(h) > 3)
    return regex.compile(
        rf"(?i:\b(?:{heads}))(?:\s\p{{Ll}}+)?\s(?:de la |de los |de |del |du |des |di |da |do |d['’])\p{{Lu}}[\p{{L}}-]+(?:\s(?:de |del |y |et )?\p{{Lu}}[\p{{L}}-]+)*"
    )


def _lowercase_head(text: str, end: int, lex: Lexicon) -> str | None:
    """The organisation's noun in small letters after its proper part: ``Syracusen yliopiston``."""
    for width in (1, 2):
        match = regex.match(rf"\s+((?:\p{{Ll}}+\s+){{{width - 1}}}(\p{{Ll}}+))", text[end:])
        if (
            match
            and lex.language not in ("en", "fr", "es", "it", "pt")
            and any(match[2].startswith(head) and len(match[2]) - len(head) <= 4 for head in lex.heads if len(head) > 3)
        ):
            return match[1]
    if lex.language in ("ru", "uk"):
        match = regex.match(
            r"((?:\s+\p{Ll}+(?:их|ых|ого|ой|ої|их|іх|ій|аний|ений|ований|иний|ств|ики|іки|ения|ення|ань))+)(?!\p{L})",
            text[end:],
        )
        return match[1].strip() if match else None
    return None


def _clean(name: str, lex: Lexicon) -> str:
    name = regex.sub(r":\p{Ll}+$", "", name.strip(" ,.;:-"))
    found = publisher_pattern().fullmatch(name)
    if found and found["ending"]:
        name = name[: -len(found["ending"])]
    elif lex.language == "fi":
        name = regex.sub(r"(?<=[bcdfghjklmnpqrstvwxz])(?:in|issa|ista|ille|illa)$", "", name) if len(name) > 6 else name
    return name


def _nominative(name: str, language: str) -> str:
    """An organisation's name out of the genitive that titles put it in (Finnish, Russian, Ukrainian)."""
    if language == "fi":
        name = regex.sub(r"(?<=[bcdfghjklmnpqrstvwxz])in(?=\s|$)", "", name) if len(name.split()) == 1 else name
        name = regex.sub(r"ksen$", "s", regex.sub(r"liiton$", "liitto", regex.sub(r"laitoksen$", "laitos", name)))
        name = regex.sub(r"(?<=(?:yliopisto|instituutti|keskus|virasto|akatemia|ministeriö))st[aä]$", "", name)
        return (
            regex.sub(r"(?<=[aeiouyäö])n$", "", name)
            if regex.search(
                r"(?:yliopiston|instituutin|ministeriön|pajan|säätiön|järjestön|viraston|hallinnon|pankin|puolueen|komission|neuvoston|yhtiön|akatemian|korkeakoulun|lehden|kanavan|seuran|eduskunnan|parlamentin)$",
                name,
            )
            else name
        )
    if language == "de":
        return regex.sub(r"(?<=\p{L})en(?=\s(?:Zeitung|Rundschau|Allgemeinen|Presse|Welle|Universität))", "e", name)
    if language == "pl":
        name = regex.sub(r"(Uniwersytet|Instytut|Ośrodek|Bank)u(?!\p{L})", r"\1", name)
        return regex.sub(r"(?<=\p{L}[sc]k)iego(?!\p{L})", "i", name)
    if language == "ru":
        name = regex.sub(r"ского(?=\s)", "ский", name)
        return regex.sub(r"(университет|институт|центр|фонд|колледж)а(?!\p{L})", r"\1", name, flags=regex.I)
    if language == "uk":
        name = regex.sub(r"ського(?=\s)", "ський", name)
        return regex.sub(r"(університет|інститут|центр|фонд|коледж)у(?!\p{L})", r"\1", name, flags=regex.I)
    return name
