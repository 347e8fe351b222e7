"""A clock that moves only while somebody sleeps."""

import asyncio


class Naps:
    """Stands in for sleeping and for the clock: time passes only while somebody sleeps."""

    def __init__(self) -> None:
        self.taken: list[float] = []
        self.now = 1000.0

    async def __call__(self, seconds: float) -> None:
        self.taken.append(seconds)
        self.now += seconds
        await asyncio.sleep(0)

    def clock(self) -> float:
        return self.now
