"""Whose dispatch an article is: by its dateline, its last line or its byline."""

import pytest

from storywake.collector.match.agencies import agency_of
from storywake.collector.match.copies import is_copy, resemblance, signature
from storywake.collector.records import Article

BODY = "The bridge was closed on Tuesday, officials said. Nobody was hurt."


@pytest.mark.parametrize(
    ("text", "agency"),
    [
        (f"NORTHPORT (AP) — {BODY}", "AP"),
        (f"NORTHPORT, March 3 (Reuters) - {BODY}", "Reuters"),
        (f"Hohenfels (dpa/lsw) - {BODY}", "dpa"),
        (f"PARIS (AFP) – {BODY}", "AFP"),
        (f"Washington, D.C. (AP) -- {BODY}", "AP"),
        (f"AFP - {BODY}", "AFP"),
        (f"(ANSA) - {BODY}", "ANSA"),
        (f"{BODY} (dpa)", "dpa"),
        (f"{BODY} /AFP", "AFP"),
        (f"{BODY}\n\nSTT", "STT"),
        (f"{BODY}\n\nSTT–AFP", "STT"),
        (f"{BODY}\n\nKälla: TT", "TT"),
        (f"{BODY}\nLähde: STT", "STT"),
        (f"{BODY}\n\n© AFP", "AFP"),
        (f"{BODY} (Quelle: dpa)", "dpa"),
        (f"{BODY}\nИсточник: ТАСС", "TASS"),
        (f"{BODY} The agency Reuters spoke of a closed bridge.", None),
        (f"{BODY}\n\n(mit Material von dpa)", None),
        (f"The reporter of AP - who had seen it - was silent. {BODY}", None),
        (f"{BODY} He ran an app\n\npa", None),
        ("", None),
    ],
)
def test_an_agency_is_told_by_dateline_and_last_line(text: str, agency: str | None) -> None:
    assert agency_of(Article(text=text)) == agency


def test_a_byline_without_a_person_is_the_agencys() -> None:
    assert agency_of(Article(text=BODY, authors=("The Associated Press",))) == "AP"
    assert agency_of(Article(text=BODY, authors=("Ann Lee", "AP"))) is None


def test_a_dispatch_that_was_cut_is_a_copy_where_one_agency_is_named_for_both() -> None:
    words = [f"word{number}" for number in range(200)]
    whole, cut = signature(" ".join(words)), signature(" ".join([*words[:110], *(f"own{n}" for n in range(30))]))
    assert whole and cut and 0.15 < resemblance(whole, cut) < 0.6
    assert is_copy(whole, cut, same_agency=True) and not is_copy(whole, cut)
