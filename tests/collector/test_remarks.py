"""Reactions that say the same are one group, and groups stay themselves."""

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import storywake.collector.match.remarks as remarks_module
from storywake.collector.match.remarks import MIN_REACTIONS, Places, Remark, group, space, words
from storywake.collector.stance.base import Reaction
from storywake.collector.stance.meanings import as_vectors, meanings
from storywake.collector.values import unescape

RESIGN = ["The mayor must resign", "The mayor should resign, now!", "I call on the mayor to step down and resign"]
MINUTES = ["The minutes of 2021 show an inspection of the bridge", "According to the minutes the bridge was inspected in 2021",
           "But the minutes of 2021 prove there was an inspection"]  # fmt: skip
BESIDE = ["Nice photo by the way", "My uncle worked for the railways", "Will it rain on Sunday?"]
PRÜFUNG = ["Im Protokoll von 2021 steht eine Prüfung der Brücke", "Laut Protokoll von 2021 wurde die Brücke geprüft",
           "Das Protokoll von 2021 zeigt doch, dass es eine Prüfung gab"]  # fmt: skip


def said(texts: Sequence[str], known: Sequence[Remark] = (), language: str = "en") -> list[Remark]:
    """Groups of texts, which are numbered as they come, by the vectors that ship."""
    vectors = as_vectors(meanings([Reaction(text, language=language) for text in texts]))
    return group(range(len(texts)), space(vectors, texts), texts, known)


def kept(remarks: Sequence[Remark]) -> list[Remark]:
    """The groups as they are known at the next look."""
    return [remark._replace(identity=number) for number, remark in enumerate(remarks, 1)]


def members(remarks: Sequence[Remark]) -> list[list[int]]:
    return sorted(sorted(remark.members) for remark in remarks)


def spots(*kinds: int) -> tuple[Places, list[str]]:
    """Reactions of kinds that have nothing in common: rows, and texts of their own."""
    places = np.zeros((len(kinds), 64), np.float32)
    places[np.arange(len(kinds)), kinds] = 1
    return places, [f"it says {number} of kind" for number in range(len(kinds))]


def test_what_says_the_same_in_other_words_is_one_group() -> None:
    assert members(said([*RESIGN, *MINUTES, *BESIDE])) == [[0, 1, 2], [3, 4, 5]]


def test_a_language_that_has_no_vectors_is_grouped_by_its_words() -> None:
    found = said([*PRÜFUNG, "Schönes Foto übrigens", "Mein Onkel war bei der Bahn"], language="de")
    assert members(found) == [[0, 1, 2]]


def test_copies_count_each_and_only_once_for_the_centre() -> None:
    """However many pass one on with mentions, links and marks, the centre is chosen as among different texts."""
    others = [*RESIGN, "The mayor ought to resign at last"]
    copies = [f"@reader{n} The mayor ought to resign at last!!! https://a.example/{n}" for n in range(9)]
    places = space(as_vectors(meanings([Reaction(text, language="en") for text in others])), others)
    [alone] = group(range(4), places, others)
    [passed_on] = group(range(13), places[[0, 1, 2, *[3] * 10]], [*others, *copies])
    assert (len(alone.members), len(passed_on.members)) == (4, 13)
    assert passed_on.centre == alone.centre


def test_a_long_text_that_was_cut_is_a_copy() -> None:
    agency = " ".join(f"word{n} of the agency's report" for n in range(20))
    texts = [agency, f"Read this: {agency}", agency[:-60], "It rains in the hills today", "Who pays for all of it?"]
    assert members(said(texts)) == [[0, 1, 2]]


def test_a_word_or_two_says_the_same_only_in_the_same_words() -> None:
    texts = ["Exactly", "@ann exactly!", "Exactly.", "Wow", "Thank you", "Good.", "@bo @cy", "https://a.example/1"]
    assert members(said(texts)) == [[0, 1, 2]]


def test_nothing_said_is_no_group() -> None:
    assert group([], np.zeros((0, 8), np.float32), []) == []
    assert said(["", "@ann", "https://a.example/", "👍"]) == []


def test_a_group_keeps_its_identity_and_centre_while_others_join() -> None:
    first = kept(said(RESIGN))
    grown = said([*RESIGN, *MINUTES, "The mayor has to resign"], first)
    assert (grown[0].identity, grown[0].centre) == (first[0].identity, first[0].centre)
    assert members(grown) == [[0, 1, 2, 6], [3, 4, 5]]
    assert grown[1].identity is None


def test_a_centre_that_left_or_is_outgrown_is_chosen_anew() -> None:
    places, texts = spots(*[0] * 9)
    known = Remark(7, 2, 3, {0: 1.0, 1: 1.0, 2: 1.0})
    [same] = group(range(6), places[:6], texts[:6], [known])
    assert (same.identity, same.centre, same.chosen_of) == (7, 2, 3)
    [outgrown] = group(range(7), places[:7], texts[:7], [known])
    assert (outgrown.identity, outgrown.centre, outgrown.chosen_of) == (7, 0, 7)
    [left] = group([0, 1, 3, 4], places[:4], [texts[n] for n in (0, 1, 3, 4)], [known])
    assert (left.identity, left.centre) == (7, 0)


def test_a_group_of_which_too_few_are_left_is_none_and_one_that_lost_most_is_another() -> None:
    places, texts = spots(0, 0, 1, 0)
    known = Remark(7, 0, 3, {0: 1.0, 1: 1.0, 9: 1.0})
    assert group(range(3), places[:3], texts[:3], [known]) == []
    [another] = group(range(4), places, texts, [known._replace(members={0: 1.0, 8: 1.0, 9: 1.0})])
    assert (another.identity, list(another.members)) == (None, [0, 1, 3])


def test_more_than_are_founded_at_once_take_turns(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(remarks_module, "MAX_TEXTS_AT_ONCE", 6)
    places, texts = spots(0, 0, 0, 1, 2, 3, 0, 4, 4, 4, 5, 6)
    assert members(group(range(12), places, texts)) == [[0, 1, 2, 6], [7, 8, 9]]


KINDS = st.lists(st.integers(0, 9), max_size=30)


@settings(max_examples=60)
@given(KINDS, st.data())
def test_the_order_in_which_reactions_come_changes_nothing(kinds: list[int], data: st.DataObject) -> None:
    rng = np.random.default_rng(len(kinds))
    places = rng.normal(size=(10, 64)).astype(np.float32)[kinds] + rng.normal(scale=0.5, size=(len(kinds), 64))
    places = (places / np.linalg.norm(places, axis=1, keepdims=True)).astype(np.float32)
    texts = [f"it says {number} of kind" for number in range(len(kinds))]
    order = data.draw(st.permutations(range(len(kinds))))
    there = group(order, places[order], [texts[n] for n in order])
    assert there == group(range(len(kinds)), places, texts)


@settings(max_examples=60)
@given(KINDS, st.lists(st.integers(20, 29), max_size=15))
def test_reactions_that_say_other_things_leave_groups_as_they_are(kinds: list[int], others: list[int]) -> None:
    places, texts = spots(*kinds, *others)
    before = kept(group(range(len(kinds)), places[: len(kinds)], texts[: len(kinds)]))
    after = group(range(len(texts)), places, texts, before)
    assert after[: len(before)] == before


@settings(max_examples=60)
@given(KINDS)
def test_no_reaction_is_in_two_groups_and_none_is_too_small(kinds: list[int]) -> None:
    found = group(range(len(kinds)), *spots(*kinds))
    everybody = [reaction for remark in found for reaction in remark.members]
    assert len(everybody) == len(set(everybody))
    assert all(len(remark.members) >= MIN_REACTIONS and remark.centre in remark.members for remark in found)
    assert len(found) == sum(kinds.count(kind) >= MIN_REACTIONS for kind in set(kinds))


def test_vectors_that_were_kept_are_those_of_their_version() -> None:
    """Where this fails the encoder tells other vectors: raise ``VERSION``, and put the new numbers here."""
    [packed, foreign] = meanings(
        [Reaction("The bridge was never inspected.", language="en"), Reaction("Ei", language="fi")]
    )
    assert foreign == b""
    vector = as_vectors([packed])[0]
    assert len(packed) == 384 and np.isclose(np.linalg.norm(vector), 1, atol=1e-3)
    assert np.allclose(vector[:6], FIRST, atol=0.02)


FIRST = [0.016, 0.078, 0.01, 0.024, -0.008, -0.054]


@given(st.text(st.sampled_from("aZ9é ßK.@:/_-&;#Mt RTh ps水ำ’"), max_size=40))
def test_words_are_the_same_in_plain_texts_and_in_others(text: str) -> None:
    whole = remarks_module.IGNORED.sub(" ", unescape(text)).casefold()
    assert list(words(text)) == remarks_module.WORDS.findall(whole)


def test_links_mentions_and_marks_of_passing_on_are_no_words() -> None:
    assert words("“RT @Ann: The Bridge https://t.co/Abc?x=1 OPENS") == ("the", "bridge", "opens")
    assert words("MT: no bridge. http stands, @ too") == ("no", "bridge", "http", "stands", "too")
    assert words("Siltaa &amp; tietä ei ÄLÄ avata") == ("siltaa", "tietä", "ei", "älä", "avata")
