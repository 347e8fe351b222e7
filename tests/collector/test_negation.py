"""Claims that say "not" are read as what they deny."""

import json
import subprocess
import sys

import pytest

from storywake.collector.stance import DEFAULT, assessor
from storywake.collector.stance.base import STANCES, Reaction
from storywake.collector.stance.negation import MAX_CLAIM, affirmed, gives_verdict, says, verdict

AFFIRMED = [
    ("en", "The bridge was never inspected.", "The bridge was inspected."),
    ("en", "The minister did not resign.", "The minister did resign."),
    ("en", "No one was hurt in the fire.", "Somebody was hurt in the fire."),
    ("en", "The mayor wasn’t told, although he asked, and never answered.", "The mayor was told, although he asked, and never answered."),
    ("en", "The bridge went uninspected for six years.", "The bridge was inspected for six years."),
    ("de", "Die Brücke blieb ungeprüft.", "Die Brücke wurde geprüft."),
    ("de", "Die Brücke wurde nie geprüft.", "Die Brücke wurde geprüft."),
    ("de", "Niemand wurde verletzt.", "Jemand wurde verletzt."),
    ("fi", "Sillan kuntoa ei tarkastettu.", "Sillan kuntoa tarkastettu."),
    ("fi", "Kukaan ei loukkaantunut.", "Joku loukkaantunut."),
    ("sv", "Bron har inte inspekterats.", "Bron har inspekterats."),
    ("da", "Ingen kom til skade.", "Nogen kom til skade."),
    ("fr", "Le pont n’a jamais été inspecté.", "Le pont a été inspecté."),
    ("fr", "Personne n'a été blessé.", "Quelqu’un a été blessé."),
    ("fr", "Le maire n'a vu personne.", "Le maire a vu quelqu’un."),
    ("fr", "La digue ne protège pas une personne.", "La digue protège une personne."),
    ("es", "Nadie resultó herido.", "Alguien resultó herido."),
    ("es", "El puente no fue inspeccionado.", "El puente fue inspeccionado."),
    ("ru", "Мост никогда не проверяли.", "Мост проверяли."),
    ("uk", "Ніхто не постраждав.", "Хтось постраждав."),
]  # fmt: skip


@pytest.mark.parametrize(("language", "claim", "words"), AFFIRMED)
def test_a_negated_claim_is_affirmed(language: str, claim: str, words: str) -> None:
    assert affirmed(claim, language) == words


@pytest.mark.parametrize(
    ("language", "claim"),
    [
        ("en", "The bridge was inspected in May."),
        ("en", "The bridge that nobody inspected is closed."),  # the main clause affirms
        ("en", "Not only the bridge was inspected."),
        ("en", "The notice was published at noon."),
        ("fr", "Le maire n'a que deux voix."),
        ("en", "No 10 rejects the plan."),
        ("en", "The no-confidence vote passed."),
        ("en", "The bridge shook like never before."),
        ("en", "Residents had nothing but praise."),
        ("de", "Der Fluss steht hoch wie nie."),
        ("de", "Niemand Geringeres als der Kanzler kam."),
        ("fi", "Vanki oli vapaana ennen kuin kukaan huomasi."),
        ("sv", "Inte minst bron skakade."),
        ("da", "Ikke mindst broen rystede."),
        ("fr", "Une personne a été blessée."),
        ("fr", "Le Pas-de-Calais est inondé."),
        ("fr", "La digue est plus haute que jamais."),
        ("es", "El puente es más caro que nunca."),
        ("es", "Llegó antes que nadie."),
        ("ru", "Мост не раз проверяли."),
        ("ru", "Река поднялась как никогда."),
        ("uk", "Міст не раз перевіряли."),
        ("pl", "Mostu nie sprawdzono."),  # no table
        (None, "The bridge was never inspected."),
        ("en", "The bridge was undermined."),
        ("en", "The bridge was united with the road."),
        ("en", "not " * MAX_CLAIM),
        ("en", ""),
    ],
)
def test_other_claims_stand_as_they_are(language: str | None, claim: str) -> None:
    assert affirmed(claim, language) is None


@pytest.mark.parametrize(("language", "claim", "opposite"), AFFIRMED)
def test_stances_towards_a_claim_and_what_it_denies_mirror_each_other(language: str, claim: str, opposite: str) -> None:
    said = [Reaction(text, towards, language=language) for text in (claim, opposite) for towards in (claim, opposite)]
    told = [one.probabilities for one in assessor(DEFAULT).assess(said)]
    for denied, plain in (told[:2], told[2:]):
        assert denied == pytest.approx((plain[1], plain[0], *plain[2:]), abs=1e-6)
    assert max(told[0]) == told[0][0], "the claim word for word supports it"


@pytest.mark.parametrize(
    ("language", "claim", "text", "stance"),
    [
        ("en", "The bridge was never inspected.", "False. It was inspected in May 2021.", "deny"),
        ("en", "The bridge was never inspected.", "@herald This is true.", "support"),
        ("en", "The bridge was never inspected.", "Untrue: the protocol is on the website.", "deny"),
        ("en", "The minister did not resign.", "Correct. He is still in office.", "support"),
        ("en", "The bridge was never inspected.", "The claim that the bridge was never inspected is false.", "deny"),
        ("de", "Die Brücke wurde nie geprüft.", "Falsch! Das stimmt nicht.", "deny"),
        ("sv", "Bron inspekterades aldrig.", "Fake news! Inte sant.", "deny"),
    ],
)
def test_who_gives_a_verdict_speaks_of_the_claim_as_it_stands(
    language: str, claim: str, text: str, stance: str
) -> None:
    [said] = assessor(DEFAULT).assess([Reaction(text, claim, language=language)])
    assert STANCES[said.probabilities.index(max(said.probabilities))] == stance


@pytest.mark.parametrize(
    ("language", "text", "stance"),
    [
        ("en", "@herald False.", "deny"),
        ("en", "Not false!", "support"),
        ("de", "Falsch! Das stimmt nicht.", "deny"),
        ("de", "Das stimmt.", "support"),
        ("fi", "Ei pidä paikkansa", "deny"),
        ("sv", "Ja, det stämmer", "support"),
        ("da", "Det passer ikke", "deny"),
        ("fr", "Ce n'est pas vrai", "deny"),
        ("es", "No es cierto", "deny"),
        ("ru", "Неправда!", "deny"),
        ("uk", "Так, це правда", "support"),
        ("en", "No.", None),  # it may agree with a claim that is negated
        ("en", "True?", None),
        ("en", "False. It was inspected in May.", "deny"),
        ("en", "Confirmed, exactly what we wrote.", "support"),
        ("en", "Is it true that it fell?", None),
        ("pl", "Nieprawda.", None),  # no table
    ],
)
def test_a_verdict_that_a_text_opens_with_is_told(language: str, text: str, stance: str | None) -> None:
    assert verdict(text, language) == stance


@pytest.mark.parametrize("claim", ["The bridge was inspected.", "The bridge was never inspected."])
def test_a_verdict_speaks_of_any_claim(claim: str) -> None:
    told = assessor(DEFAULT).assess([Reaction(text, claim, language="en") for text in ("False!", "This is true.")])
    assert [one.stance for one in told] == ["deny", "support"]


def test_a_claim_repeated_is_told_from_its_negation() -> None:
    assert says("Ingen kom til skade!", "Ingen kom til skade.", "da") == "support"
    assert says("Nogen kom til skade", "Ingen kom til skade.", "da") == "deny"
    assert says("Fem kom til skade", "Ingen kom til skade.", "da") is None


@pytest.mark.parametrize(
    ("language", "claim", "text", "denies"),
    [
        ("en", "The council did not inspect the harbour bridge.", "Council inspected the harbour bridge in May", True),
        ("en", "The council inspected the harbour bridge.", "The council never inspected that harbour bridge!", True),
        ("en", "The council inspected the harbour bridge.", "Council inspected the harbour bridge in May", False),
        ("en", "The council inspected the harbour bridge.", "Did the council not inspect the harbour bridge?", False),
        ("en", "The council inspected the harbour bridge.", "My neighbour did not.", False),
        ("sv", "Kommunen visste inte om asbesten i förskolan.", "Kommunen visste om asbesten i vår förskola", True),
        ("fi", "Armeijalta ei kadonnut kivääriä harjoituksessa.", "Armeijalta katosi kivääri harjoituksessa", True),
        ("pl", "Mostu nie sprawdzono.", "Most sprawdzono.", False),
    ],
)
def test_who_says_what_a_claim_denies_in_its_words_denies_it(
    language: str, claim: str, text: str, denies: bool
) -> None:
    assert (says(text, claim, language) == "deny") is denies


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "True friends of the bridge will come."),
        ("en", "No one went there."),
        ("en", "No inspection took place."),
        ("fi", "Ei siellä kukaan käynyt."),
        ("fr", "Vrai scandale que ce pont."),
        ("ru", "Так и не проверили."),
    ],
)
def test_a_text_that_only_begins_with_such_a_word_is_no_verdict(language: str, text: str) -> None:
    assert not gives_verdict(text, language)


@pytest.mark.slow
def test_the_command_reads_the_not() -> None:
    lines = [
        {"id": "1", "text": "The bridge was never inspected.", "claim": "The bridge was never inspected.", "language": "en"},
        {"id": "2", "text": "The bridge was inspected.", "claim": "The bridge was never inspected.", "language": "en"},
    ]  # fmt: skip
    done = subprocess.run(
        [sys.executable, "-m", "storywake", "stance"],
        input="\n".join(map(json.dumps, lines)), capture_output=True, text=True, check=True,
    )  # fmt: skip
    same, other = (json.loads(line)["probabilities"] for line in done.stdout.splitlines())
    assert max(same, key=same.get) == "support"
    assert max(other, key=other.get) == "deny"
