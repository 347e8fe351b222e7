"""What people may do, as the database keeps it."""

from enum import StrEnum


class Role(StrEnum):
    """A role may do what those before it may, and more."""

    READER = "reader"  # reads
    ANALYST = "analyst"  # labels, adds stories, works on them, merges people
    ADMIN = "admin"  # removes, erases, and says who comes in

    def covers(self, needed: "Role") -> bool:
        """Whether this role may do what ``needed`` may."""
        return list(Role).index(self) >= list(Role).index(needed)
