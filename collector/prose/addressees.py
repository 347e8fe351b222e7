"""To whom somebody spoke: the agency or paper named between a verb and its speaker, which is not the speaker's own."""

import regex

MEDIUM = r"\p{Lu}[\p{L}\p{N}.-]*(?:\s\p{Lu}[\p{L}\p{N}.-]*){0,2}"
SLAVIC = regex.compile(
    rf"\A\s*(?:(?:агентству|телеканалу|каналу|изданию|газете|порталу|радиостанции|агенції|виданню|газеті)\s+)?(?:«[^«»]{{2,40}}»|{MEDIUM})(?=\s+\p{{Ll}})"
)
ROMANCE = regex.compile(
    r"\A\s*(?:à\s+l['’]|auprès\s+de\s+l['’]|a\s+la\s+|à\s+|a\s+)?\p{Lu}{2,6}\s+(?=\p{Ll}|(?:Me|Mme|Dr)\s|\Z)"
    r"|\A\s*(?:à\s+l['’]|a\s+la\s+)\p{Lu}{2,6}\s*\Z"
    r"|\A\s*(?:sur|au|dans)\s+(?:L[ea]\s+)?\p{Lu}\p{L}*(?:\s\p{Lu}\p{L}*){0,2}\s+(?=\p{Ll})"
    rf"|\A\s*(?:al?(?:\s+la)?|à\s+la|au)\s+(?:agencia|cadena|diario|periódico|canal|emisora|revista|chaîne|quotidien|magazine)\s+{MEDIUM}(?=\s+\p{{Ll}})"
)
BEFORE_NAME = {
    "ru": SLAVIC,
    "uk": SLAVIC,
    "fr": ROMANCE,
    "es": ROMANCE,
    "fi": regex.compile(r"\A\s*\p{Lu}[\p{L}\p{N}]*:?lle(?=\s)"),
    "de": regex.compile(rf"\A\s*(?:gegenüber\s+)?(?:der|dem|den)\s+{MEDIUM}(?=\s+(?:der|die)\s)"),
}
"""By language, a medium right behind a verb and before its subject: ``raconte à l'AFP (X)``, ``сообщил ТАСС (глава X)``."""
BEHIND_NAME = {
    "sv": regex.compile(r"\s(?:till|för)\s+(?:tidningen\s+|nyhetsbyrån\s+|lokaltidningen\s+)?\p{Lu}[^,]*"),
    "fi": regex.compile(r"\s\p{Lu}[\p{L}\p{N}]*:?lle(?!\p{L})[^,]*"),
}
"""The same behind a name: ``(X på SMHI) till Dagens Nyheter``."""


def without_medium(between: str, behind: str, language: str) -> tuple[str, str]:
    """The words between a verb and its subject, and those behind the subject, without the medium that was spoken to."""
    before, after = BEFORE_NAME.get(language), BEHIND_NAME.get(language)
    return (before.sub("", between, 1) if before else between, after.sub("", behind, 1) if after else behind)
