"""Other publishers' reports that an article's prose points at, and the corrections it speaks of."""

import regex

from ..lexicon import Lexicon, lexicon, publishers
from ..records import Mention, Role
from .organisations import publisher_pattern
from .statements import MAX_PARAGRAPH_LENGTH, MAX_TEXT_LENGTH, sentences

UNKNOWN_PUBLISHER = regex.compile(
    r"(?<![\p{L}\p{N}@#-])(?:(?:The|Der|Die|Le|La|El|Il)\s+)?(?:\p{Lu}[\p{L}-]+\s+){1,2}(?:Times|News|Post|Journal|Tribune|Herald|Gazette|Observer|Chronicle|Zeitung|Dagblad|Nyheter|Sanomat|Gazeta|Magazine|Review)(?!\p{L})"
)


def find_corrections(text: str, language: str | None) -> tuple[str, ...]:
    """The sentences that say that something was corrected."""
    lex = lexicon(language)
    return tuple(
        s.strip() for paragraph in _paragraphs(text) for s in sentences(paragraph) if lex.corrections.search(s)
    )


def find_mentions(text: str, language: str | None) -> tuple[Mention, ...]:
    """The publishers whose reports the prose points at, each once.

    A publisher counts where it is the subject of a verb of reporting ("NBC reported", "The Moscow
    Times väittää") or its words are taken up ("according to", "mukaan"). The first is the original;
    one marked "earlier" is earlier reporting; the rest is coverage.
    """
    lex = lexicon(language)
    found: dict[str, Mention] = {}
    for paragraph in _paragraphs(text):
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


def _paragraphs(text: str) -> list[str]:
    paragraphs = (p.strip() for p in regex.split(r"\n+", text[:MAX_TEXT_LENGTH]))
    return [p for p in paragraphs if p and len(p) <= MAX_PARAGRAPH_LENGTH]


def _reporting(sentence: str, lex: Lexicon) -> list[str]:
    names = []
    for match in [*publisher_pattern().finditer(sentence), *UNKNOWN_PUBLISHER.finditer(sentence)]:
        rest = sentence[match.end() :]
        if (
            lex.language == "fi"
            and match.groupdict().get("ending")
            and not (lex.after and lex.after.match(rest.lstrip()))
        ):
            continue  # an oblique case: nobody's subject
        following = [w.casefold() for w in regex.findall(r"[\p{L}’'-]+", rest)[:3]]
        before = sentence[: match.start()].rstrip()
        if (
            regex.search(r"(?r)\p{Lu}[\p{L}-]+$", before)
            and match.groupdict().get("name")
            and " " not in match["name"]
            and not regex.fullmatch(r"\p{Lu}\p{Ll}+", before)
        ):
            continue  # the tail of a longer name
        last = regex.findall(r"[\p{L}’'-]+", before)[-3:]
        subject = (
            bool(following)
            and following[0] in lex.reports | lex.verbs
            and not (match.groupdict().get("ending") and lex.language == "fi")
        )
        joined = bool(last) and (
            last[-1].casefold() in lex.at or last[-1].casefold() in ("the", "der", "la", "el", "le")
        )
        joined = (
            joined
            and len(last) > 1
            and (last[-1].casefold() in lex.at or last[-2].casefold() in lex.at)
            and not rest.startswith(" ,")
        )
        if rest.lstrip().startswith((",", ")")) or joined:
            subject = False
            following = []
        subject = subject or (
            len(following) > 1 and following[1] in lex.reports and following[0] not in ("reporter", "journalist")
        )
        inverted = bool(last) and last[-1].casefold() in lex.reports
        quoted = (
            lex.before is not None
            and regex.search(rf"(?:{lex.before.pattern})(?:\s+\p{{Ll}}+){{0,3}}$", before, regex.I) is not None
        )
        followed = lex.after is not None and bool(following) and lex.after.fullmatch(following[0]) is not None
        if subject or inverted or quoted or followed:
            names.append(_full_name(match))
    return names


def _full_name(match: "regex.Match[str]") -> str:
    name = match.groupdict().get("name") or match[0]
    return f"The {name}" if f"The {name}" in publishers() and name not in publishers() else " ".join(name.split())
