"""Detects the language of a text."""

import re
from functools import cache
from itertools import islice
from typing import Any

DETECTABLE = [
    "ar", "bg", "cs", "da", "de", "el", "en", "es", "et", "fa", "fi", "fr", "he", "hi", "hr", "hu", "id", "is",
    "it", "ja", "ko", "lt", "lv", "nl", "no", "pl", "pt", "ro", "ru", "sk", "sl", "sr", "sv", "th", "tr", "uk",
    "vi", "zh",
]  # fmt: skip
"""ISO 639-1. Fewer candidates make fewer mistakes in short texts."""
NO_WORDS, WORD = re.compile(r"https?://\S+|[@#]\w+"), re.compile(r"[^\W\d_]{2,}")


@cache
def _identifier() -> Any:
    import numpy as np  # here, since most commands need neither
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    identifier = LanguageIdentifier.from_model_file(MODEL_FILE)
    identifier.set_languages(DETECTABLE)
    identifier._full_model = None  # 28 MB, needed only to choose other languages
    identifier.nb_ptc = np.ascontiguousarray(identifier.nb_ptc)  # by rows, as it is read: half the time
    return identifier


def detect(text: str | None) -> str | None:
    """The ISO 639-1 code of a text's language; None for texts of fewer than three words."""
    plain = NO_WORDS.sub(" ", text or "")
    if sum(1 for _ in islice(WORD.finditer(plain), 3)) < 3:
        return None
    code, _ = _identifier().classify(" ".join(plain.split())[:5000])
    return str(code)
