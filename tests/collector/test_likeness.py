"""Which reactions stand for others: what to label first, and whose label the others take over."""

from collections.abc import Sequence

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from storywake.collector.stance.adapt import Adapted
from storywake.collector.stance.base import Assessment, Reaction, decide
from storywake.collector.stance.likeness import Likeness, likeness, most_telling

CLAIM = "The hall should be closed"
SWIMMERS = ["Our children swim in that pool", "My kids learn to swim in this pool", "Swimming lessons for children, that is the pool"]  # fmt: skip
PAYERS = ["It costs tax payers a fortune", "A fortune of tax money every year", "Tax payers cannot afford that"]
SINGERS = ["Will the choir concert be moved?", "Where will the choir sing its concert?"]


class Unsure:
    """Finds every stance as likely as another."""

    name, version = "unsure", "1"

    def assess(self, reactions: Sequence[Reaction]) -> list[Assessment]:
        return [decide((0.25, 0.25, 0.25, 0.25)) for _ in reactions]


def reactions(*texts: str) -> list[Reaction]:
    return [Reaction(text, CLAIM, language="en") for text in texts]


def space(*texts: str) -> Likeness:
    said = reactions(*texts)
    return Likeness(said, Unsure().assess(said))


def test_what_is_asked_first_stands_for_most_and_each_next_for_others() -> None:
    texts = [*SWIMMERS, *PAYERS, *SINGERS]
    first, second, third, *_ = most_telling(space(*texts).places, [])
    groups = [next(g for g in (SWIMMERS, PAYERS, SINGERS) if texts[place] in g) for place in (first, second, third)]
    assert len({id(group) for group in groups}) == 3


def test_what_a_labelled_one_stands_for_is_not_asked_soon() -> None:
    texts = [*SWIMMERS, *PAYERS, *SINGERS]
    first, second, *_ = most_telling(space(*texts).places, [0])
    assert texts[first] not in SWIMMERS and texts[second] not in SWIMMERS


@settings(deadline=None, max_examples=50)
@given(st.lists(st.lists(st.floats(-1, 1), min_size=3, max_size=3), max_size=12), st.data())
def test_every_reaction_without_a_label_comes_once(rows: list[list[float]], data: st.DataObject) -> None:
    places = np.array(rows).reshape(-1, 3)
    known = data.draw(st.lists(st.sampled_from(range(len(rows))), unique=True)) if rows else []
    assert sorted([*most_telling(places, known), *known]) == list(range(len(rows)))


def test_likeness_is_never_negative_and_tells_paraphrase_from_the_rest() -> None:
    places = space(*SWIMMERS, *PAYERS).places
    alike = likeness(places, places)
    assert (alike >= 0).all()
    assert alike[0, 1:3].min() > alike[0, 3:].max()


def test_other_reactions_take_over_the_labels_of_those_that_they_are_like() -> None:
    known = reactions(*SWIMMERS, *PAYERS)
    stances = ["deny"] * 3 + ["support"] * 3
    others = reactions(
        "Kids and their swimming teacher need the pool near the school", "The school has no swimming teacher elsewhere"
    )
    new = reactions("And what does the school do without its teacher?")
    [alone] = Adapted(Unsure(), known, stances).assess(new)
    [taught] = Adapted(Unsure(), known, stances, others).assess(new)
    assert taught.probabilities[1] > alone.probabilities[1]


def test_labels_teach_in_other_languages_than_english() -> None:
    known = [
        Reaction(text, CLAIM, language="de")
        for text in ("Unsere Kinder lernen dort schwimmen", "Das Becken ist für die Kinder wichtig", "Wo sollen die Kinder sonst schwimmen", "Viel zu teuer für den Steuerzahler", "Jedes Jahr kostet das ein Vermögen", "So viel Steuergeld für ein Becken")
    ]  # fmt: skip
    adapted = Adapted(Unsure(), known, ["deny"] * 3 + ["support"] * 3)
    swim, pay = adapted.assess(
        [Reaction("Die Kinder brauchen das Schwimmbecken", CLAIM, language="de"), Reaction("Das kostet zu viel Steuergeld", CLAIM, language="de")]
    )  # fmt: skip
    assert (swim.stance, pay.stance) == ("deny", "support")


class Knows:
    """Is right about everything: what is called fake is denied, all else is a comment."""

    name, version = "knows", "1"

    def assess(self, reactions: Sequence[Reaction]) -> list[Assessment]:
        return [decide((0.02, 0.9, 0.02, 0.06) if "fake" in r.text else (0.02, 0.06, 0.02, 0.9)) for r in reactions]


def test_labels_that_foretell_little_leave_an_assessor_that_knows_as_it_was() -> None:
    subjects = ["choir photo", "bus timetable", "school lunch", "harbour fire", "tax letter", "weather map"]
    known = reactions(*(f"That {subject} is {word}" for subject in subjects for word in ("fake", "nice")))
    base = Knows()
    adapted = Adapted(base, known, [a.stance for a in base.assess(known)])
    new = reactions("That football result is fake", "That football result is nice", "The choir sang")
    assert [a.stance for a in adapted.assess(new)] == ["deny", "comment", "comment"]
