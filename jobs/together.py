"""Answers that came in the same second, stored in one transaction: what each transaction asks the store is asked once."""

from collections.abc import Callable

from sqlalchemy.exc import OperationalError

from .intake import Arrival, Taken, joined


class Together:
    """Answers of one source to the same stories, in the order in which they came.

    Those of one second are held until one of another second comes, or the last has come. A process that is killed before
    loses at most these: they were not marked as looked at either, so the next pass asks again.
    """

    def __init__(self, keep: Callable[[Arrival], Taken]) -> None:
        self._keep = keep
        self._held: list[Arrival] = []
        self.reactions = 0
        """How many are new in what was stored."""

    def add(self, arrival: Arrival) -> None:
        """Takes the next answer. Raises what storing those before raises."""
        if self._held and arrival.at != self._held[0].at:
            self.store()
        self._held.append(arrival)

    def store(self) -> None:
        """Stores what is held. What cannot be stored costs itself alone, and is raised after the others are stored."""
        held, self._held = self._held, []
        if not held:
            return
        try:
            self.reactions += self._keep(joined(held)).reactions
        except OperationalError:  # the database is locked or gone, for each of them alike
            raise
        except Exception:
            if len(held) == 1:
                raise
            self._one_by_one(held)

    def _one_by_one(self, held: list[Arrival]) -> None:
        fault: Exception | None = None
        for arrival in held:
            try:
                self.reactions += self._keep(arrival).reactions
            except Exception as error:
                fault = fault or error
        if fault:
            raise fault
