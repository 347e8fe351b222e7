"""Organisations in prose: publishers, universities, institutes, and how a person's is read off the words around a name."""

from functools import cache

import regex

from ..lexicon import Lexicon, common, publishers

NOT_A_NAME, PLACES = frozenset(common()["not_a_name"]), frozenset(common()["places"])
ORG_WORDS = common()["organisation_words"]
ORGANISATION = regex.compile(
    r"(?<![\p{L}\p{N}@#-])(?:\p{Lu}[\p{L}\p{N}&.-]*(?:['’]s)?)(?:\s+(?:(?:of|for|and|the|on|in|de|du|des|la|le|les|del|della|für|der|och|för|og|i|y|e|&|d['’])\s+){0,2}(?:the\s+)?\p{Lu}[\p{L}\p{N}&.-]*(?:['’]s)?)*(?::\p{Ll}+)?"
)
GERMAN_ORGANISATION = regex.compile(
    r"(?<![\p{L}\p{N}@#-])\p{Lu}[\p{L}\p{N}&.-]*(?:\s+(?:(?:für|und|of|for|the|and)\s+)?\p{Lu}[\p{L}\p{N}&.-]*)*"
)


@cache
def publisher_pattern() -> "regex.Pattern[str]":
    """Any known publisher's name, with or without its article, and a case ending as Finnish adds them."""
    names = sorted({n.removeprefix("The ") for n in publishers()}, key=len, reverse=True)
    alternatives = "|".join(regex.escape(name).replace(r"\ ", r"\s+") for name in names)
    return regex.compile(
        rf"(?<![\p{{L}}\p{{N}}@#-])(?P<article>The\s+|the\s+)?(?P<name>{alternatives})(?P<ending>:?(?:in|n|ille|lle|lla|llä|ssa|ssä|sta|stä|lta|ltä|iin|s|’s|'s))?(?![\p{{L}}\p{{N}}-])"
    )


def plain_publisher(name: str) -> str:
    """A publisher's name as names are compared."""
    return name.removeprefix("The ").casefold()


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
        noun = lowercase_head(text, match.end(), lex)
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


def lowercase_head(text: str, end: int, lex: Lexicon) -> str | None:
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
