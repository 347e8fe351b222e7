"""The words kept from CLDR are those that Babel tells."""

from bench.cldr import words
from storywake.collector.lexicon import cldr


def test_the_months_and_countries_that_are_kept_are_those_of_cldr() -> None:
    assert cldr() == words()
