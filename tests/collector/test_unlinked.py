"""Posts that speak of a story without a link to it: natural ones, strangers' posts on like topics, and what decides."""

import tomllib
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storywake.collector.match import unlinked
from storywake.collector.match.told_by import Telling, questions
from storywake.collector.match.unlinked import Unlinked
from storywake.collector.match.word_forms import folded, same_word
from storywake.collector.records import Media, Post, Tie, TieKind

CASES = Path(__file__).parents[1] / "fixtures" / "unlinked"
STORIES = tomllib.loads((CASES / "stories.toml").read_text("utf-8"))
NAMES = list(STORIES)
TALES = [
    Telling(
        number,
        f"https://{name}.example/",
        (story["headline"], *story["claims"]),
        story["text"],
        story["language"],
        story["paper"],
        published_at=story["published"],
    )
    for number, (name, story) in enumerate(STORIES.items())
]
FERRY = TALES[0]
SAID = "Norlund Lines sailed the Skerry Queen for months without a valid safety certificate"


def lines(name: str) -> list[list[str]]:
    return [line.split("\t") for line in (CASES / name).read_text("utf-8").splitlines()]


def told(text: str, *tales: Telling, **fields: Any) -> list[tuple[int, Tie]]:
    return Unlinked(tales or TALES).ties(Post(platform="bluesky", text=text, **fields))


def test_reactions_are_found_and_strangers_are_not() -> None:
    index = Unlinked(TALES)
    found = [
        (name == NAMES[story])
        for name, _, text in lines("reactions.tsv")
        for story, _ in index.ties(Post(platform="bluesky", text=text))
    ]
    wrong = [text for _, text in lines("strangers.tsv") if index.ties(Post(platform="bluesky", text=text))]
    right = sum(found)
    assert right / len(lines("reactions.tsv")) >= 0.9
    assert right / (len(found) + len(wrong)) >= 0.95
    assert len(wrong) <= 1


def test_what_is_told_at_first_sight_not_to_speak_of_a_story_does_not(monkeypatch: pytest.MonkeyPatch) -> None:
    index = Unlinked(TALES)
    texts = [text for name in ("reactions.tsv", "strangers.tsv") for *_, text in lines(name)]
    texts += [" ".join(words) for text in texts for words in pairwise(text.split())]
    texts += [f"{name} 214 {word}" for name in ("Norlund", "Oakes") for text in texts[:40] for word in text.split()]
    passed = {text for text in texts if not index.may_tie(text)}
    found = [index.ties(Post(platform="bluesky", text=text)) for text in texts]
    monkeypatch.setattr(unlinked, "_may_tell", lambda *_, **__: True)
    assert found == [index.ties(Post(platform="bluesky", text=text)) for text in texts]
    assert not passed & {text for text, ties in zip(texts, found, strict=True) if ties}
    strangers = {text for _, text in lines("strangers.tsv")}
    assert len(passed & strangers) > 0.6 * len(strangers)


MARATHON = Telling(
    0,
    "https://run.example/",
    ("Dunvarrow Marathon was 79 metres too short, measurers find",),
    "The Dunvarrow Marathon was too short, the measurers say. Olive Thackwell, who won the marathon, keeps her medal.",
    "en",
)


@pytest.mark.parametrize(
    "said, names",
    [
        ("Signed up for my first marathon, 79 days of training to go, pray for my knees", None),
        ("79 pounds to run a marathon, and no shirt", None),
        ("Thackwell won, but on a course that was 79 metres too short", "Olive Thackwell"),
        ("Dunvarrow: too short by 79 metres, say the measurers", "Dunvarrow Marathon"),
    ],
)
def test_a_word_for_what_a_name_is_of_does_not_stand_for_the_name(said: str, names: str | None) -> None:
    ties = told(said, MARATHON)
    assert [f"names {names}" in tie.rests_on for _, tie in ties] == [True] * bool(names)


def test_one_word_of_two_names_is_one_name() -> None:
    story = MARATHON._replace(
        sentences=("Ferry captain watched cricket at the wheel as he hit the Port Ellery quay",),
        text="The ferry hit the quay in Port Ellery. Ellery Harbour Ferries says that the captain, Wade Pellow, has left.",
    )
    assert not told(
        "No idea who runs the account of Ellery Harbour Ferries, but they never answer about ferries", story
    )
    assert told("Ellery Harbour Ferries hit the quay again, captain Pellow at the wheel", story)


def test_a_tie_says_what_it_rests_on() -> None:
    [(story, tie)] = told("Patricia Oakes says Norlund Lines had applied for the certificate of the Skerry Queen")
    assert (story, tie.kind, tie.source) == (0, TieKind.MENTIONS, "https://ferry.example/")
    assert tie.rests_on == (
        "it names Norlund Lines, Skerry Queen, Patricia Oakes,"
        " says 5 of the 8 words of the headline or a claim: norlund, skerry, certificate, queen, lines"
        " and has a word of the article's opening"
    )
    assert 0.6 <= tie.confidence < 1


@pytest.mark.parametrize(
    "text",
    [
        "паром Скерри Куин компании Норлунд лайнс ходил без сертификата",
        "Skerry Queenin turvatodistus puuttui, Norlund Linesilla selitettävää, kertoo Skerry Gazette",
        "#SkerryQueen #NorlundLines no safety certificate, says Inspector Moray",
        "NORLUND LINES SAILED FOR MONTHS WITHOUT A VALID SAFETY CERTIFICATE",
    ],
)
def test_other_letters_endings_tags_and_capitals_are_read(text: str) -> None:
    assert [story for story, _ in told(text)] == [0]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Skerry Queen",
        "Norlund Lines",
        "no valid safety certificate for months",
        "Declan Moray sings on Saturday in Arnsay",
        "On Saturday in Tollerton: a queen tribute band, and the ferry inspectors say nothing about months of noise",
    ],
)
def test_a_name_alone_and_the_topic_alone_are_not_the_story(text: str) -> None:
    assert told(text) == []


def test_a_names_words_without_a_capital_are_no_name_where_a_post_writes_capitals() -> None:
    milk = Telling(
        1, "s", ("Nurselle First Milk recalled after toxin was found at Dunmore",), "Baby milk was recalled.", "en"
    )
    post = "{} recalled in France after toxin was found, check your batch numbers"
    assert told(post.format("Nurselle first milk"), milk) and told(post.format("Nurselle First Milk"), milk)
    assert told(post.format("baby milk"), milk) == []
    assert told("nurselle first milk recalled after a toxin", milk), "who writes none says nothing by it"


def test_a_court_or_ministry_tells_no_story_from_another() -> None:
    court = Telling(1, "s", ("Le Conseil d'État a annulé l'autorisation du barrage de Serre-Noire.",), language="fr")
    assert told("Le Conseil d'État annule un permis de construire", court) == []
    assert told("Serre-Noire et Conseil d'État : le compte rendu de mars est en ligne", court) == []
    assert told("Serre-Noire : le Conseil d’État annule l’autorisation", court)


COURT = FERRY._replace(text=f"{FERRY.text}\n“I do not want an apology, I want the names of everyone,” said a deckhand.")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("“I do not want an apology, I want the names” – give that man his names", True),
        ('"i do not want an apology; i want the NAMES", same here', True),
        ("« I do not want an apology, I want the names »", True),
        ("“I do not want an apology”, nobody ever does", False),  # five words are anybody's
        ("I do not want an apology, I want the names", False),  # no quotation
        ("“I do not want an apology for the names of everyone in this room”", False),  # other words
        ("“I do not want an apology, I want", False),  # cut off
    ],
)
def test_who_quotes_an_article_word_for_word_speaks_of_it_whatever_they_name(text: str, found: bool) -> None:
    assert [(story, tie.rests_on, tie.confidence) for story, tie in told(text, COURT)] == [
        (0, "it quotes the article word for word", 0.9)
    ] * found
    assert Unlinked([COURT]).may_tie(text) or not found
    assert not told(text, COURT._replace(threshold=0.95))
    assert not told(text, COURT, posted_at="2026-02-20T12:00:00Z")


def test_who_quotes_a_headline_word_for_word_speaks_of_its_story() -> None:
    story = Telling(
        3, "https://ward.example/", ("Trust left 41 baby deaths out of its published figures",), language="en"
    )
    assert told("“left 41 baby deaths out of its published figures” – I feel sick", story)
    assert told("left 41 messages, and these published figures are sick", story) == []


def test_posts_well_before_the_story_are_none() -> None:
    assert told(SAID, posted_at="2026-03-02T12:00:00Z")
    assert told(SAID, posted_at="2026-03-01T12:00:00Z") == []
    assert told(SAID, posted_at="2019-03-01") == []


def test_a_story_sets_from_which_confidence_posts_are_taken() -> None:
    text = "Took the Skerry Queen twice, inspectors say it had no safety certificate"
    [(_, tie)] = told(text)
    assert told(text, FERRY._replace(threshold=tie.confidence))
    assert told(text, FERRY._replace(threshold=tie.confidence + 0.01)) == []
    assert told(SAID, FERRY._replace(threshold=1.0)) == []


def test_what_describes_a_picture_counts_and_is_said() -> None:
    beside = Media(alt=("A headline: Norlund Lines sailed for months without a valid safety certificate",))
    [(_, shown)] = told("look at this", media=beside)
    [(_, said)] = told(SAID, media=beside)
    assert shown.rests_on.endswith("; it does so in the alt text of its picture")
    assert "picture" not in said.rests_on


def test_a_search_asks_for_names_and_a_word_beside_a_common_one() -> None:
    assert [questions(tale) for tale in TALES[:3]] == [
        ["Norlund Lines", "Skerry Queen"],
        ["Tapio Hallikas", "Merja Sorsalle"],
        ["Remedios Luengo", "Anselmo Prieto"],
    ]
    assert questions(Telling(1, "s", ("A cat sat there",))) == []


def test_capitals_of_headlines_and_of_german_nouns_make_no_names() -> None:
    shouted = Telling(1, "s", ("Mayor Wants New Bridge Before Winter Comes Again",))
    assert told("The mayor of our town wants a new bridge", shouted) == []
    german = Telling(1, "s", ("Deutsche Bahn will weniger Briefe und mehr Pakete im Winter",), language="de")
    assert told("Viele Briefe und Pakete im Winter", german) == []


def test_a_story_without_words_of_its_own_is_told_by_nothing() -> None:
    assert told("it is what it is and so are we", Telling(1, "s", ("It is what it is",))) == []


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Putin", "Putinin", True),
        ("Helsinki", "Helsingissä", True),
        ("Путина", "Путин", True),
        ("Седдон", "Seddon", True),
        ("Kallvik", "Kallvikbron", True),
        ("bridge", "brother", False),
        ("Ottawa", "other", False),
        ("2021", "2022", False),
    ],
)
def test_forms_of_a_word_are_one(one: str, other: str, same: bool) -> None:
    assert same_word(folded(one), folded(other)) is same


@given(st.text(), st.text(), st.text())
def test_any_words_are_read(headline: str, article: str, post: str) -> None:
    for _, tie in told(f"{post} {headline}", Telling(1, "s", (headline,), article, threshold=0.0)):
        assert 0 <= tie.confidence <= 1


AIRLINE = Telling(
    7,
    "https://strike.example/",
    (
        "Meridor Air's cabin crew walk out at Easthaven, grounding 212 flights",
        "Meridor Air's cabin crew walked out over its rosters",
    ),
    "The union Cabin Voice says that Meridor Air cut the rest of its cabin crew. Juana Balboa, who flew from Santa Tecla, lost a day.",
    "en",
)


@pytest.mark.parametrize(
    "text",
    [
        "Air traffic strike grounds 212 flights in Marseille",  # a possessive is no rarer than its word
        "Easthaven council wants your views on cabin crew",  # the article writes "cabin" small: it is no name by itself
        "Juana Balboa turns on the lights of the fair at Santa Tecla",  # a place named after a saint is no second person
    ],
)
def test_words_that_are_parts_of_names_are_not_these_names(text: str) -> None:
    assert told(text, AIRLINE) == []


def test_a_possessive_is_its_name() -> None:
    assert told("Meridor Air's rosters: no wonder that Cabin Voice walked out", AIRLINE)
