"""Who is one person, and what it costs to tell: accounts, names in prose, going on from before."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storywake.collector.match.person import Person, Verdict, account_holder
from storywake.collector.match.resolution import PersonResolver

PLATFORMS = ("x", "bluesky", "mastodon", "reddit", "youtube")


def account(platform: str, handle: str | None, name: str | None, *links: str) -> Person:
    holder = account_holder(platform, handle, name, links)
    assert holder is not None
    return holder


def prose(name: str, affiliation: str | None = None) -> Person:
    return Person(name, affiliation, (), ())


def resolved(*people: Person, verdicts: tuple[Verdict, ...] = ()) -> PersonResolver:
    resolver = PersonResolver(verdicts)
    for person in people:
        resolver.add(person)
    return resolver


def accounts(resolver: PersonResolver) -> list[set[str]]:
    return [{f"{p}:{h}" for p, h in person.handles} for person in resolver.people]


def test_three_accounts_called_anna_are_three_people() -> None:
    found = resolved(account("x", "anna88", "Anna"), account("bluesky", "an.example", "Anna"), account("reddit", "a1", "Anna"))  # fmt: skip
    assert len(found.people) == 3


def test_a_full_name_alone_makes_two() -> None:
    found = resolved(account("x", "skywatch", "John Smith"), account("bluesky", "garden.example", "John Smith"))
    assert len(found.people) == 2


@pytest.mark.parametrize(
    "one, other, why",
    [
        (account("x", "jsm_77", "John Smith"), account("bluesky", "jsm77.bsky.social", "John Smith"), "the same name and the same handle"),
        (account("x", "johnsmith1", "John Smith"), account("mastodon", "john_smith@a.example", "John Smith"), "the same name and the handles spell it"),
        (account("x", "sky", "John Smith", "https://smith.example/"), account("bluesky", "garden.example", "John Smith", "http://www.smith.example"), "the same name and both link to"),
        (account("x", "seddon", "Max Seddon"), account("vk", "seddon", "Макс Седдон"), "the same name in another script and the same handle"),
        (account("x", "sky", "J. Smith", "https://bsky.app/profile/garden.example"), account("bluesky", "garden.example", "John Smith"), "x:sky declares bluesky:garden.example"),
        (account("x", "Sky", "Anna", "https://bsky.app/profile/b.example"), account("bluesky", "b.example", "Somebody", "https://x.com/sky"), "declare each other"),
        (Person("John Smith", "Harbour Board", (("x", "sky"),), ()), Person("John Smith", "harbour board", (("reddit", "g"),), ()), "the same name and both at"),
    ],
)  # fmt: skip
def test_a_full_name_and_something_that_agrees_make_one_person(one: Person, other: Person, why: str) -> None:
    for pair in ((one, other), (other, one)):
        (person,) = resolved(*pair).people
        assert any(why in reason for reason in person.rests_on), person.rests_on
        assert len(person.handles) == 2


@pytest.mark.parametrize(
    "one, other",
    [
        (account("x", "anna", "Anna"), account("bluesky", "anna.bsky.social", "Anna")),
        (account("x", "user123", None), account("reddit", "user456", None)),
        (account("x", "johnsmith", "John Smith"), account("x", "john_smith", "John Smith")),
        (account("x", "a", "Anna", "https://paper.example/"), account("bluesky", "b", "Anna", "https://paper.example/")),
        (account("x", "Taylor", "Taylor"), prose("Brian Taylor")),
        (account("x", "t1", "Taylor"), prose("Taylor")),
    ],
)  # fmt: skip
def test_less_than_that_makes_two(one: Person, other: Person) -> None:
    for pair in ((one, other), (other, one)):
        assert len(resolved(*pair).people) == 2


def test_prose_finds_its_account_by_name_and_by_the_surname_alone() -> None:
    for order in ((0, 1, 2), (2, 1, 0), (1, 2, 0), (1, 0, 2)):
        met = [account("x", "bdtaylor_SU", "Brian Taylor"), prose("Brian Taylor", "Syracuse"), prose("Taylor")]
        (person,) = resolved(*(met[i] for i in order)).people
        assert (person.name, person.affiliation, person.handles) == (
            "Brian Taylor",
            "Syracuse",
            (("x", "bdtaylor_SU"),),
        )


def test_an_initial_with_a_surname_is_nobody_where_two_names_fit_it() -> None:
    found = resolved(account("x", "sky", "A. Virta"), account("bluesky", "a.example", "Anna Virta"), account("reddit", "b1", "Antti Virta"))  # fmt: skip
    assert len(found.people) == 3


def test_a_surname_alone_that_two_people_have_is_neither_of_them() -> None:
    found = resolved(account("x", "bdtaylor", "Brian Taylor"), account("x", "ct", "Charles Taylor"), prose("Taylor"))
    assert len(found.people) == 3


def test_a_person_named_in_prose_makes_accounts_elsewhere_one_even_when_prose_comes_last() -> None:
    met = [account("x", "sky", "Ian Bond"), account("bluesky", "garden.example", "Ian Bond"), prose("Ian Bond", "CER")]
    for order in ((0, 1, 2), (2, 0, 1), (0, 2, 1)):
        found = resolved(*(met[i] for i in order))
        assert sorted(accounts(found)[0]) == ["bluesky:garden.example", "x:sky"]
        assert len(found.people) == 1


def test_prose_joins_no_account_where_two_on_a_platform_bear_the_name_unless_one_handle_spells_it() -> None:
    found = resolved(account("x", "sky", "Ian Bond"), account("x", "garden", "Ian Bond"), prose("Ian Bond"))
    assert len(found.people) == 3
    found = resolved(account("x", "sky", "Ian Bond"), account("x", "CER_IanBond", "Ian Bond"), prose("Ian Bond", "CER"))
    assert [(p.affiliation, p.handles[0][1]) for p in found.people] == [(None, "sky"), ("CER", "CER_IanBond")]


def test_reactions_keep_their_person_when_two_persons_turn_out_to_be_one() -> None:
    resolver = PersonResolver()
    numbers = [resolver.add(account("x", "sky", "Ian Bond")), resolver.add(account("x", "z", "Max Seddon"))]
    numbers += [resolver.add(account("bluesky", "garden.example", "Ian Bond")), resolver.add(account("x", "y", "Ann Lee"))]  # fmt: skip
    numbers.append(resolver.add(prose("Ian Bond")))
    places = resolver.positions()
    assert [resolver.people[places[n]].name for n in numbers] == ["Ian Bond", "Max Seddon", "Ian Bond", "Ann Lee", "Ian Bond"]  # fmt: skip


def test_what_an_analyst_sets_apart_stays_apart() -> None:
    verdicts = (Verdict("x:annlee", "bluesky:annlee.example", False, "Maria"),)
    met = (account("x", "annlee", "Ann Lee"), account("bluesky", "annlee.example", "Ann Lee"), prose("Ann Lee"))
    found = resolved(*met, verdicts=verdicts)
    assert accounts(found) == [{"x:annlee"}, {"bluesky:annlee.example"}]


def test_the_same_account_in_other_letters_is_one() -> None:
    assert accounts(resolved(account("x", "AnnLee", "Ann"), account("x", "annlee", "Bo"))) == [{"x:AnnLee"}]


def test_no_profile_makes_more_work_than_its_first_links() -> None:
    links = [f"https://bsky.app/profile/n{i}.example" for i in range(500)]
    assert len(account("x", "hub", "Hub", *links).declares) == 20


MET = st.one_of(
    st.builds(
        account,
        st.sampled_from(["x", "bluesky", "vk"]),
        st.sampled_from(["annlee", "ann", "ann.lee", "ANNLEE", "leonid", "leonidragozin", "bd", "taylor", "user1"]),
        st.sampled_from(["Ann Lee", "Anna", "A. Lee", "Leonid Ragozin", "Леонид Рагозин", "Brian Taylor", "Taylor", "Bo Taylor", None]),
        st.sampled_from(["https://lee.example/", "https://x.com/annlee", "https://bsky.app/profile/ann", "https://vk.com/leonid", "nothing"]),
    ),
    st.builds(prose, st.sampled_from(["Ann Lee", "Anna", "Lee", "Taylor", "Brian Taylor", "Leonid Ragozin"]), st.sampled_from([None, "CER", "BBC"])),
)  # fmt: skip
VERDICTS = st.lists(
    st.builds(Verdict, st.sampled_from(["x:annlee", "Ann Lee", "x:bd"]), st.sampled_from(["bluesky:ann", "Anna", "vk:leonid"]), st.booleans(), st.just("Maria")),
    max_size=2,
)  # fmt: skip


@given(st.lists(MET, max_size=12), st.integers(0, 12), VERDICTS)
def test_going_on_from_persons_kept_gives_what_starting_anew_gives(
    met: list[Person], cut: int, verdicts: list[Verdict]
) -> None:
    anew = PersonResolver(verdicts)
    numbers = [anew.add(person) for person in met]
    before = PersonResolver(verdicts)
    first = [before.add(person) for person in met[:cut]]
    kept = [before.positions()[n] for n in first]
    after = PersonResolver(verdicts, before.people)
    rest = [after.add(person) for person in met[cut:]]
    assert after.people == anew.people
    assert [after.positions()[n] for n in kept + rest] == [anew.positions()[n] for n in numbers]


@given(st.lists(MET, max_size=12))
def test_every_account_is_held_by_one_person_and_adding_all_again_changes_nothing(met: list[Person]) -> None:
    resolver = resolved(*met)
    held = [(p, h.casefold()) for person in resolver.people for p, h in person.handles]
    assert len(held) == len(set(held))
    before = resolver.people
    for person in met:
        resolver.add(person)
    assert [p.handles for p in resolver.people] == [p.handles for p in before]


LETTERS = "bdgklmnprst"


def name(number: int, letters: str = LETTERS, vowels: str = "aoi") -> str:
    """One of 35,937 names of two parts."""
    parts = []
    for _ in range(2):
        number, a = divmod(number, len(letters))
        number, b = divmod(number, len(vowels))
        parts.append(f"{letters[a]}{vowels[b]}")
    number, tail = divmod(number, len(letters))
    first, last = parts
    return f"{first}{letters[tail]} {last}{letters[number % len(letters)]}{first}".title()


@pytest.mark.parametrize(
    "met, most",
    [
        ([account(PLATFORMS[i % 5], f"user{i}", "Anna") for i in range(5000)], 0),
        ([account(PLATFORMS[i % 5], f"user{i}", "John Smith") for i in range(5000)], 5),
        ([account(PLATFORMS[i % 5], f"johnsmith{i}", "John Smith") for i in range(5000)], 8),
        ([account(PLATFORMS[i % 5], f"u{i}", f"{name(i).replace(' ', '')} Kim") for i in range(2000)], 5),
        ([account(PLATFORMS[i % 5], f"user{i}", None) for i in range(5000)], 0),
        ([account(PLATFORMS[i % 5], "user", None) for i in range(5000)], 0),
        ([*(account(PLATFORMS[i % 5], f"johnsmith{i}", "John Smith") for i in range(2000)), *(prose("John Smith", f"at {i}") for i in range(2000))], 8),
        ([account("x", f"u{i}", name(i * 7 % 4000, "бдгклмнпрст", "аои") if i % 10 == 0 else name(i * 3)) for i in range(8000)], 40),
    ],
    ids=["one word", "one name", "handles that spell it", "one surname", "handles alone", "one handle", "with prose", "two scripts"],
)  # fmt: skip
def test_a_person_more_costs_a_handful_of_comparisons(met: list[Person], most: int) -> None:
    resolver = resolved(*met)
    assert resolver.comparisons <= most * len(met)
