"""Who posted together: planted groups are found, and neither chance nor a burst is told as a group."""

import random
from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as some

from storywake.collector.match.coordination import Act, Group, posted_together
from storywake.collector.match.crowding import acts_of, placed, surprising
from storywake.collector.match.near_copies import is_mostly, near_copies
from storywake.collector.match.papers import is_papers_own, papers

DAY = 86_400
DAYS = 3
LINKS = [f"https://paper{number}.example/bridge" for number in range(12)]


def ordinary(chance: random.Random, count: int) -> tuple[list[Act], list[int]]:
    """Posts of people who do not know each other, most soon after an article came out, some of like words; and when
    the articles came out.
    """
    published = [chance.randrange(DAYS * DAY) for _ in LINKS]
    acts = []
    for number in range(count):
        article = min(len(LINKS) - 1, int(chance.expovariate(0.5)))
        after = chance.expovariate(1 / 600 if chance.random() < 0.4 else 1 / 40_000)
        acts.append(
            Act(
                number,
                chance.randrange(max(2, count * 6 // 10)),
                published[article] + int(after),
                (LINKS[article],) if chance.random() < 0.8 else (),
                chance.randrange(60) if chance.random() < 0.15 else None,
            )
        )
    return acts, published


def plant(
    chance: random.Random, acts: list[Act], number: int, *, size: int, times: int, within: int, text: bool
) -> set[int]:
    """Adds a group that posts the same text or link within seconds, several times. Returns its accounts."""
    members = [10_000 * number + one for one in range(size)]
    for time in range(times):
        start, link = chance.randrange(DAYS * DAY), chance.choice(LINKS)
        for member in members:
            at = start + chance.randint(0, within)
            said = 100_000 + 100 * number + time if text else None
            acts.append(Act(len(acts), member, at, () if text else (link,), said))
    return set(members)


def quality(groups: Sequence[Group], planted: Sequence[set[int]]) -> tuple[float, float]:
    """Precision and recall of the accounts."""
    found = {account for group in groups for account in group.accounts}
    real = set().union(*planted)
    return len(found & real) / max(1, len(found)), len(found & real) / len(real)


def shuffled(acts: Sequence[Act], seed: int) -> list[Act]:
    times = [act.at for act in acts]
    random.Random(seed).shuffle(times)
    return [act._replace(at=at) for act, at in zip(acts, times, strict=True)]


@pytest.mark.parametrize("count", [60, 2000])
def test_planted_groups_are_found_and_none_in_a_shuffled_copy(count: int) -> None:
    figures = []
    for seed in range(4):
        chance = random.Random(seed)
        acts, published = ordinary(chance, count)
        planted = [
            plant(chance, acts, 1, size=5, times=4, within=20, text=True),
            plant(chance, acts, 2, size=3, times=3, within=10, text=True),
            plant(chance, acts, 3, size=6, times=5, within=15, text=False),
        ]
        groups = posted_together(acts, published)
        figures.append(quality(groups, planted))
        assert {frozenset(group.accounts) for group in groups} == {frozenset(group) for group in planted}
        assert posted_together(shuffled(acts, seed), published) == []
    assert all(precision >= 0.95 and recall >= 0.95 for precision, recall in figures)


@pytest.mark.parametrize(("count", "times", "text"), [(3000, 3, False), (300, 1, True)])
def test_links_thrice_in_a_busy_story_and_one_text_once_are_found_too(count: int, times: int, text: bool) -> None:
    figures = []
    for seed in range(2):
        chance = random.Random(100 + seed)
        acts, published = ordinary(chance, count)
        published = published[:0] if text else published  # else one in thirty falls into the burst after a publication
        planted = [plant(chance, acts, n, size=4 + n, times=times, within=10 * n, text=text) for n in (1, 2, 3)]
        figures.append(quality(posted_together(acts, published), planted))
        assert posted_together(shuffled(acts, seed), published) == []
    precision, recall = (sum(each) / len(figures) for each in zip(*figures, strict=True))
    assert precision >= 0.95 and recall >= 0.95


@pytest.mark.parametrize("seed", range(3))
def test_members_of_groups_who_come_only_twice_are_found_with_them(seed: int) -> None:
    chance = random.Random(seed)
    acts, published = ordinary(chance, 150)
    groups = [list(range(10_000 * number, 10_000 * number + 30)) for number in range(1, 5)]
    for group in groups:
        for time in range(7):
            start = chance.randrange(DAYS * DAY)
            for place, member in enumerate(group):
                if place < 8 or (time + place) % 7 in (0, 3):
                    acts.append(Act(len(acts), member, start + chance.randint(0, 10), (), group[0] + 1000 + time))
    assert {one.accounts for one in posted_together(acts, published)} == {tuple(group) for group in groups}
    assert posted_together(shuffled(acts, seed), published) == []


def test_a_group_has_its_evidence() -> None:
    chance = random.Random(7)
    acts, published = ordinary(chance, 500)
    plant(chance, acts, 1, size=4, times=3, within=9, text=True)
    [group] = posted_together(acts, published)
    assert group.accounts == (10_000, 10_001, 10_002, 10_003)
    assert [len(one.reactions) for one in group.occasions] == [4, 4, 4]
    assert all(one.seconds <= 9 and one.shared == "text" and one.link is None for one in group.occasions)
    assert group.expected < 0.5 and group.chance == 1 / 40


def test_the_same_groups_are_found_whatever_the_order() -> None:
    chance = random.Random(3)
    acts, published = ordinary(chance, 300)
    plant(chance, acts, 1, size=4, times=4, within=9, text=True)
    groups = posted_together(acts, published)
    chance.shuffle(acts)
    assert posted_together(acts, published) == groups


@pytest.mark.parametrize("seconds", [20, 600])
def test_bursts_after_publications_are_no_groups_even_of_those_who_share_everything(seconds: int) -> None:
    chance = random.Random(5)
    published = [number * 6 * 3600 for number in range(8)]
    acts = []
    for number in range(1500):
        article = chance.randrange(8)
        account = chance.choices(range(300), [1 / (one + 1) for one in range(300)])[0]
        at = published[article] + int(seconds * chance.lognormvariate(0, 1.5))
        said = 10 * article + chance.randrange(5) if chance.random() < 0.5 else None
        acts.append(Act(number, account, at, (LINKS[article],), said))
    assert posted_together(acts, published) == []


def test_many_who_post_one_text_at_once_are_told_but_not_after_a_publication_and_not_for_a_link() -> None:
    acts, _ = ordinary(random.Random(1), 500)
    at = 200_000
    text = [Act(1000 + number, 5000 + number, at + number, (), 999) for number in range(7)]
    [group] = posted_together(acts + text)
    assert group.accounts == tuple(range(5000, 5007))
    assert posted_together(acts + text, published=[at - 300]) == []
    link = [act._replace(links=("https://rare.example/",), said=None) for act in text]
    assert posted_together(acts + link) == []


@pytest.mark.parametrize("hours", [1, 24])
def test_a_lone_post_before_all_others_makes_no_moment_of_a_loud_hour_unusual(hours: int) -> None:
    chance = random.Random(6)
    links, posts = np.arange(400) // 4, np.arange(400)
    times = np.array([DAY + chance.randrange(1800) for _ in posts])
    acts = acts_of(links, posts, posts)
    alone = surprising(placed(acts, times))
    after = surprising(placed(acts, np.append(times, DAY - hours * 3600)))
    assert [one.posts for one in after] == [one.posts for one in alone]
    assert sum(one.surprise for one in after) < 1.1 * sum(one.surprise for one in alone)


@pytest.mark.parametrize("seed", range(4))
def test_groups_are_found_in_a_story_that_a_lone_post_begins(seed: int) -> None:
    chance = random.Random(500 + seed)
    acts, published = ordinary(chance, 300)
    planted = [
        plant(chance, acts, 1, size=3, times=3, within=10, text=True),
        plant(chance, acts, 2, size=6, times=5, within=15, text=False),
    ]
    acts.append(Act(len(acts), 99_999, min(act.at for act in acts) - 8 * 3600, (), None))
    assert quality(posted_together(acts, published), planted) == (1.0, 1.0)
    assert posted_together(shuffled(acts, seed), published) == []


def test_two_who_post_together_once_are_no_group() -> None:
    acts, published = ordinary(random.Random(2), 500)
    plant(random.Random(2), acts, 1, size=3, times=1, within=2, text=True)
    assert posted_together(acts, published) == []


@given(some.lists(some.tuples(some.integers(0, 4), some.integers(0, 10**10), some.integers(0, 3)), max_size=30))
def test_whatever_is_posted_groups_are_of_several_accounts_and_posts(rows: list[tuple[int, int, int]]) -> None:
    acts = [Act(number, account, at, ("u",) * said, said) for number, (account, at, said) in enumerate(rows)]
    for group in posted_together(acts):
        assert len(group.accounts) > 1 and group.occasions
        assert all(len(one.reactions) > 1 and 0 <= one.seconds <= 60 for one in group.occasions)


def test_near_copies_differ_by_a_word_or_an_end() -> None:
    texts = [
        "Nobody asked the people of Kallvik what they think of it",
        "NOBODY asked the people of Kallvik, what they think about it! https://a.example/1",
        "Nobody asked the people of Kallvik what they think of it #bridge #shame",
        "Somebody else says another thing about the bridge at Kallvik altogether",
        "too short to tell",
        None,
    ]
    assert near_copies(texts) == [0, 0, 0, 3, None, None]


def test_copies_are_found_among_thousands_of_texts_of_the_same_words() -> None:
    chance = random.Random(4)
    words = [f"{one}{other}" for one in ("brid", "ferr", "coun", "mayo", "isla", "wint") for other in "abcdefgh"]
    crowd = [" ".join(chance.choices(words, k=12)) for _ in range(3000)]
    said = "nobody asked the people of Kallvik " + " ".join(chance.choices(words, k=12))
    copies = [said, said.replace("people", "folk") + "!", said.replace("asked", "ever asked") + " #bridge", said[8:]]
    assert near_copies([*crowd, *copies])[-4:] == [3000] * 4


def test_a_copy_of_a_copy_is_one_of_them() -> None:
    said = [f"word{number}" for number in range(12)]
    texts = [" ".join([*("x" * (n + 1) for n in range(changed)), *said[changed:]]) for changed in (0, 2, 4)]
    assert near_copies(texts) == [0, 0, 0]


def test_a_headline_with_a_word_beside_it_is_mostly_the_headline() -> None:
    headline = "The bridge at Kallvik stays closed until the autumn"
    assert is_mostly("BREAKING: The bridge at Kallvik stays closed until autumn https://a.example/1", headline)
    assert not is_mostly("They close the bridge and nobody will pay for it at all", headline)
    assert not is_mostly("", headline)


@pytest.mark.parametrize(
    ("handle", "name", "own"),
    [
        ("kallvikherald", None, True),
        ("@KallvikHerald", "Kallvik Herald", True),
        ("sport", "The Kallvik Herald Sport", True),
        ("herald.kallvik-herald.example", None, True),
        ("newsroom@kallvik-herald.example", None, True),
        ("BBCBreaking", "BBC Breaking", True),
        ("kallvikheraldfi", "Kallvik Herald Finland", True),
        ("KallvikHeraldNews", "Kallvik", True),
        ("trueheralds", "True Kallvik Herald", False),
        ("kh_fan", "Kallvik Herald readers", False),
        ("trueislander", "True Islander", False),
        ("islander_sport", None, True),
        ("anna", "Anna Virta", False),
        ("bbcfan", "A fan of the BBC", False),
        (None, None, False),
    ],
)
def test_a_papers_own_account_has_its_name_or_domain(handle: str | None, name: str | None, own: bool) -> None:
    known = papers(["The Kallvik Herald", "BBC", "The Islander"], ["https://www.kallvik-herald.example/bridge"])
    assert is_papers_own(known, handle, name) is own


def test_an_account_that_links_to_the_site_of_its_own_name_is_a_papers() -> None:
    none = papers([], [])
    assert is_papers_own(none, "shoretimes", None, ["https://shore-times.example/1"])
    assert not is_papers_own(none, "anna", None, ["https://shore-times.example/1"])
