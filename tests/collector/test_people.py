"""One person behind several names."""

import pytest

from storywake.collector.match.person import Person, account_holder
from storywake.collector.match.resolution import PersonResolver
from storywake.collector.prose.same_name import handle_names, plain_name, same_person
from storywake.collector.records import Author, Statement


def find_people(authors: list[tuple[str, Author]], statements: list[Statement]) -> list[Person]:
    """The persons behind accounts (platform, author) and reported statements of one story, each once."""
    resolver = PersonResolver()
    for platform, author in authors:
        holder = account_holder(platform, author.handle, author.name, author.links)
        if holder:
            resolver.add(holder)
    for statement in statements:
        resolver.add(Person(statement.speaker, statement.affiliation, (), ()))
    return resolver.people


@pytest.mark.parametrize(
    ("display", "name"),
    [
        ("Leonid ХВ Ragozin", "Leonid Ragozin"),
        ("Maria Castellanos 🌉", "Maria Castellanos"),
        ("Олег Тихонов", "Олег Тихонов"),
        ("Dr. Anna Berg, PhD", "Anna Berg"),
        ("Ann Lee | Reporter", "Ann Lee"),
        ("max seddon", "max seddon"),
        ("🌉", None),
        (None, None),
    ],
)
def test_a_display_name_is_stripped_of_decoration(display: str | None, name: str | None) -> None:
    assert plain_name(display) == name


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("max seddon", "Max Seddon"),
        ("Taylor", "Brian Taylor"),
        ("Макс Седдон", "Max Seddon"),
        ("Лоуренс Фридман", "Lawrence Freedman"),
        ("José García", "Jose Garcia"),
        ("B. Taylor", "Brian Taylor"),
        ("Elena Morozova", "Елена Морозова"),
    ],
)
def test_names_of_one_person(one: str, other: str) -> None:
    assert same_person(one, other)
    assert same_person(other, one)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Brian Taylor", "Charles Taylor"),
        ("Max Seddon", "Max Sutton"),
        ("Ian Bond", "Ian Ford"),
        ("Brian", "Brian Taylor"),
        ("", "Brian Taylor"),
        ("Иван Петров", "Irina Petrova"),
    ],
)
def test_names_of_two(one: str, other: str) -> None:
    assert not same_person(one, other)


def test_accounts_and_prose_meet_in_one_person() -> None:
    people = find_people(
        [
            ("x", Author(handle="bdtaylor_SU", name="Brian Taylor")),
            ("bluesky", Author(handle="taylor.example", name="Brian Taylor")),
            ("x", Author(handle="other", name="Someone Else")),
        ],
        [
            Statement(speaker="Brian Taylor", affiliation="Syracuse University", text="a", verbatim=False),
            Statement(speaker="Lawrence Freedman", affiliation=None, text="b", verbatim=False),
        ],
    )
    assert [(p.name, p.affiliation, len(p.handles)) for p in people] == [
        ("Brian Taylor", "Syracuse University", 2),
        ("Someone Else", None, 1),
        ("Lawrence Freedman", None, 0),
    ]


def test_two_accounts_of_one_name_on_one_platform_stay_two() -> None:
    people = find_people(
        [("x", Author(handle="a", name="John Smith")), ("x", Author(handle="b", name="John Smith"))], []
    )
    assert len(people) == 2


def test_a_handle_spells_a_name() -> None:
    assert handle_names("CER_IanBond", "Ian Bond")
    assert not handle_names("newsdesk", "Ian Bond")


def test_a_handle_that_spells_a_longer_surname_is_not_the_shorter_ones() -> None:
    authors = [("x", Author(name="Ian Bond")), ("mastodon", Author(name="Ian Bondarenko", handle="ianbondarenko"))]
    assert [person.name for person in find_people(authors, [])] == ["Ian Bond", "Ian Bondarenko"]
