"""A reaction that speaks of another claim of its story takes no side on the one that is asked about."""

import pytest

from storywake.collector.stance import NAMES, Reaction, assessor
from storywake.collector.stance.of_another import of_another

EIGHT = [
    ("en", "The ferry sailed with a cracked hull.", "Ticket prices rise in June.", "Wrong, the hull was never cracked.", "No, prices do not rise."),
    ("de", "Die Fähre fuhr mit einem Riss im Rumpf.", "Die Fahrkarten werden im Herbst teurer.", "Falsch, der Rumpf hatte keinen Riss.", "Nein, teurer werden die Fahrkarten nicht."),
    ("es", "El transbordador zarpó con el casco agrietado.", "Los billetes suben de precio en junio.", "Mentira, el casco no estaba agrietado cuando zarpó.", "No, los billetes no suben."),
    ("fi", "Lautta lähti matkaan runko haljenneena.", "Lippujen hinnat nousevat kesäkuussa.", "Väärin, kun lautta lähti, runko ei ollut haljennut.", "Ei, lippujen hinnat eivät nouse."),
    ("fr", "Le ferry a navigué avec une coque fissurée.", "Les billets augmentent en juin.", "Faux, la coque n'était pas fissurée.", "Non, les billets n'augmentent pas."),
    ("ru", "Паром вышел в море с трещиной в корпусе.", "Билеты подорожают в июне.", "Ложь, трещины в корпусе парома не было.", "Нет, билеты не подорожают."),
    ("sv", "Färjan seglade med sprucket skrov.", "Biljetterna blir dyrare i höst.", "Fel, skrovet var aldrig sprucket.", "Nej, biljetterna blir inte dyrare."),
    ("uk", "Пором вийшов у море з тріщиною в корпусі.", "Квитки подорожчають у червні.", "Брехня, тріщини в корпусі порома не було.", "Ні, квитки не подорожчають."),
]  # fmt: skip
HULL, PRICES = EIGHT[0][1:3]


@pytest.mark.parametrize(("language", "one", "two", "of_one", "of_two"), EIGHT, ids=[row[0] for row in EIGHT])
def test_words_tell_which_claim_is_meant(language: str, one: str, two: str, of_one: str, of_two: str) -> None:
    said = {
        (text, claim): of_another(Reaction(text, claim, language=language, other_claims=(other,)))
        for text in (of_one, of_two)
        for claim, other in ((one, two), (two, one))
    }
    assert said == {(of_one, one): False, (of_one, two): True, (of_two, one): True, (of_two, two): False}


def asked(text: str, claim: str = HULL, *others: str, language: str | None = "en") -> bool:
    return of_another(Reaction(text, claim, language=language, other_claims=others or (PRICES,)))


@pytest.mark.parametrize(
    "text",
    [
        "None of this is true.",
        "Ticket prices do not rise, and the hull was fine.",
        "Hulls do not crack because ticket prices rise.",
        "False @TicketPricesRise https://prices.example/ticket-rise",
        "Le prix du ticket: Ticket Prices Rise, dit le journal, mais le bateau était en bon état",
    ],
)
def test_what_speaks_of_neither_or_of_both_or_in_another_language_stays(text: str) -> None:
    assert not asked(text, language=None)


def test_a_claim_that_has_most_words_of_the_other_is_not_told_from_it() -> None:
    warned, not_warned = "The crew was warned of the crack.", "The crew was never warned of the crack in the hull."
    for claim, other in ((warned, not_warned), (not_warned, warned)):
        assert not asked("Nobody warned the crew.", claim, other)
        assert not asked("There is nothing wrong with the hull.", claim, other)


def test_the_order_of_other_claims_does_not_matter() -> None:
    third = "The captain was drunk."
    for others in ((PRICES, third), (third, PRICES)):
        assert asked("The captain was not drunk.", HULL, *others)
        assert asked("Prices do not rise.", HULL, *others)
        assert not asked("The hull was not cracked.", HULL, *others)


@pytest.mark.parametrize("name", [name for name in NAMES if name != "llm"])
def test_what_it_denies_is_a_comment_to_the_claim_asked_about(name: str) -> None:
    thread = "Ticket prices rise in June, and the ferry sailed with a cracked hull"
    text = "FALSE: the claim that ticket prices rise is a lie."
    model = assessor(name)
    alone, to_hull, to_prices = model.assess(
        [
            Reaction(text, HULL, thread, language="en"),
            Reaction(text, HULL, thread, language="en", other_claims=(PRICES,)),
            Reaction(text, PRICES, thread, language="en", other_claims=(HULL,)),
        ]
    )
    assert (alone.stance, to_prices.stance) == ("deny", "deny")
    assert (to_hull.stance, to_hull.unclear) == ("comment", False)
    assert sum(to_hull.probabilities) == pytest.approx(1, abs=1e-5)


def test_in_a_language_whose_threads_are_not_covered_it_stays_unclear() -> None:
    _, one, two, of_one, _ = EIGHT[1]
    [found] = assessor("blend").assess([Reaction(of_one, two, f"{one} {two}", language="de", other_claims=(one,))])
    assert (found.stance, found.unclear, found.covered) == ("comment", True, False)
