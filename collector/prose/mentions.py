"""Other publishers' reports that an article's prose points at, and the corrections it speaks of."""

import re

import regex

from ..lexicon import Lexicon, lexicon, publishers
from ..records import Mention, Role
from .organisations import NOT_IN_WORD, find_publishers
from .sentences import paragraphs, sentences

MASTHEADS = (
    "Times|News|Post|Journal|Tribune|Herald|Gazette|Observer|Chronicle|Zeitung|Dagblad|Nyheter|Sanomat|Gazeta|Magazine"
    "|Review"
)
UNKNOWN_PUBLISHER = regex.compile(
    NOT_IN_WORD + r"(?:(?:The|Der|Die|Le|La|El|Il)\s+)?"
    r"(?:\p{Lu}[\p{L}-]+\s+){1,2}"  # one or two words that say whose paper it is: "Kyiv", "New York"
    rf"(?:{MASTHEADS})(?!\p{{L}})"
)
MASTHEAD = re.compile(MASTHEADS)
WORD = regex.compile(r"[\p{L}’'-]+")
BEFORE_NAME = frozenset(
    (
        *(
            "the",
            "der",
            "die",
            "das",
            "la",
            "el",
            "le",
            "newspaper",
            "zeitung",
            "journal",
            "quotidien",
            "diario",
            "lehti",
        ),
        *("sanomalehti", "tidningen", "газета", "издание", "журнал", "агентство", "видання", "часопис"),
    )
)
"""What may stand between a verb of reporting and a publisher's name: ``berichtete der``, ``сообщила газета``."""


def find_corrections(text: str, language: str | None) -> tuple[str, ...]:
    """The sentences that say that something was corrected."""
    lex = lexicon(language)
    lower = text.casefold()
    if not any(word in lower for word in lex.correction_words):
        return ()
    return tuple(s.strip() for paragraph in paragraphs(text) for s in sentences(paragraph) if lex.corrections.search(s))


def find_mentions(text: str, language: str | None) -> tuple[Mention, ...]:
    """The publishers whose reports the prose points at, each once.

    A publisher counts where it is the subject of a verb of reporting ("NBC reported", "The Moscow
    Times väittää") or its words are taken up ("according to", "mukaan"). The first is the original;
    one marked "earlier" is earlier reporting; the rest is coverage.
    """
    lex = lexicon(language)
    found: dict[str, Mention] = {}
    for paragraph in paragraphs(text):
        for sentence in sentences(paragraph):
            for name in _reporting(sentence, lex):
                key = name.removeprefix("The ")
                if key in found:
                    continue
                if lex.earlier.search(sentence):
                    role = Role.EARLIER
                elif not any(m.role is Role.ORIGINAL for m in found.values()):
                    role = Role.ORIGINAL
                else:
                    role = Role.COVERAGE
                found[key] = Mention(publisher=name, role=role, text=sentence.strip())
    return tuple(found.values())


def passed_on(text: str, language: str | None, publisher: str) -> str | None:
    """The first sentence in which a text gives a publisher's report as its source, whether the publisher is known or not; else None."""
    lex = lexicon(language)
    name = regex.escape(publisher.removeprefix("The "))
    pattern = regex.compile(rf"{NOT_IN_WORD}(?P<name>{name})(?P<ending>:?\p{{Ll}}{{1,4}})?(?!\p{{L}})")
    for paragraph in paragraphs(text):
        for sentence in sentences(paragraph):
            if any(_is_reporting(match, lex) for match in pattern.finditer(sentence)):
                return sentence.strip()
    return None


def _reporting(sentence: str, lex: Lexicon) -> list[str]:
    """The publishers that a sentence says report: ``Earlier, NBC reported a fire`` gives NBC, ``He works for NBC`` none."""
    matches = [*find_publishers(sentence), *(UNKNOWN_PUBLISHER.finditer(sentence) if MASTHEAD.search(sentence) else ())]
    return [_full_name(match) for match in matches if _is_reporting(match, lex)]


def _is_reporting(match: "regex.Match[str]", lex: Lexicon) -> bool:
    """Whether a publisher's name stands where who reports does.

    ``NBC reported``, ``reported NBC``, ``according to NBC``, ``NBC mukaan``.
    """
    before, rest = match.string[: match.start()].rstrip(), match.string[match.end() :]
    oblique = lex.language == "fi" and bool(match.groupdict().get("ending"))  # "NBC:n": nobody's subject
    if oblique and not (lex.after and lex.after.match(rest.lstrip())):
        return False
    if _is_tail_of_name(match, before):
        return False
    last = [word.casefold() for word in WORD.findall(before)[-3:]]
    following = [word.casefold() for word in WORD.findall(rest)[:3]] if not _is_aside(last, rest, lex) else []
    return (
        _is_subject(following, oblique, lex)
        or bool(lex.reports.intersection(last[-2:] if last and last[-1] in BEFORE_NAME else last[-1:]))
        or (
            lex.before is not None
            and regex.search(rf"(?:{lex.before.pattern})(?:\s+\p{{Ll}}+){{0,3}}$", before, regex.I) is not None
        )
        or (lex.after is not None and bool(following) and lex.after.fullmatch(following[0]) is not None)
    )


def _is_tail_of_name(match: "regex.Match[str]", before: str) -> bool:
    """Whether a publisher's name of one word ends a longer name: Sun in ``Myung Sun``, though not right after a sentence's first word."""
    return bool(
        regex.search(r"(?r)\p{Lu}[\p{L}-]+$", before)
        and match.groupdict().get("name")
        and " " not in match["name"]
        and not regex.fullmatch(r"\p{Lu}\p{Ll}+", before)
    )


def _is_aside(last: list[str], rest: str, lex: Lexicon) -> bool:
    """Whether a publisher only says where somebody works: ``Ann Lee of the BBC said``, ``Ann Lee (BBC) said``."""
    joined = len(last) > 1 and (last[-1] in lex.at or (last[-1] in BEFORE_NAME and last[-2] in lex.at))
    return joined or rest.lstrip().startswith((",", ")"))


def _is_subject(following: list[str], oblique: bool, lex: Lexicon) -> bool:
    """Whether a verb of reporting comes next, or after one word more: ``NBC said``, ``NBC also reported``."""
    if following and following[0] in lex.reports | lex.verbs and not oblique:
        return True
    return len(following) > 1 and following[1] in lex.reports and following[0] not in ("reporter", "journalist")


def _full_name(match: "regex.Match[str]") -> str:
    name = match.groupdict().get("name") or match[0]
    return f"The {name}" if f"The {name}" in publishers() and name not in publishers() else " ".join(name.split())
