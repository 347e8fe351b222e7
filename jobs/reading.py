"""Reads answers for a pass."""

from collector.evidence import Evidence
from collector.readers import Content, read


class Readers:
    """Reads what an answer holds by its source's reader."""

    async def read(self, source: str, evidence: Evidence) -> Content:
        """What an answer holds. Raises Unreadable where it cannot be read."""
        return read(source, evidence)
