"""Writes the names of months, weekdays and countries that prose and times are read with, from CLDR by Babel: ``python -m bench.cldr``.

Babel keeps all of a locale in memory to tell its months; the words alone are a hundredth of that.
"""

import json
from pathlib import Path
from typing import Any

from babel import Locale

LANGUAGES = (
    "en", "fi", "sv", "no", "nb", "da", "de", "nl", "fr", "es", "pt", "it", "ca", "ro", "pl", "cs", "sk", "hr",
    "sl", "hu", "et", "lv", "lt", "ru", "uk", "be", "bg", "sr", "el", "tr", "ar", "fa", "he", "hi", "id", "ms",
    "vi", "ja", "ko", "zh", "th",
)  # fmt: skip
"""Languages whose month names are read in dates, and whose country names are no persons' names."""
PLACE = Path(__file__).parent.parent / "collector" / "lexicon" / "cldr.json"


def words() -> dict[str, Any]:
    """``months``: every month's name or abbreviation, casefolded, to its numbers; ``weekdays`` and ``countries``: every name, casefolded."""
    months: dict[str, set[int]] = {}
    weekdays: set[str] = set()
    countries: set[str] = set()
    for language in LANGUAGES:
        locale = Locale.parse(language)
        countries |= {name.casefold() for name in locale.territories.values()}
        for context in ("format", "stand-alone"):
            for width in ("wide", "abbreviated"):
                for number, name in locale.months[context][width].items():
                    for form in {name, name.rstrip(".")}:
                        months.setdefault(form.casefold(), set()).add(number)
                weekdays |= {name.rstrip(".").casefold() for name in locale.days[context][width].values()}
    return {
        "months": {name: sorted(numbers) for name, numbers in sorted(months.items())},
        "weekdays": sorted(weekdays),
        "countries": sorted(countries),
    }


if __name__ == "__main__":
    PLACE.write_text(json.dumps(words(), ensure_ascii=False, indent=0) + "\n", "utf-8")
