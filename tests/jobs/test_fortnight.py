"""A fortnight of asking for all that there is to have, the clock moved: no platform's limit is exceeded in any stretch of
time that it counts by, over the end of summer time too, and each new stretch is used.
"""

import random
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from storywake.collector.net.budget import Budget
from storywake.collector.settings import Settings
from storywake.collector.sources import budgets
from storywake.db.engine import open_database
from storywake.db.spending import Spending

BEGAN = datetime(2026, 10, 25, tzinfo=UTC)
"""The day on which summer time ends in Europe; in California it is a week later."""
STEP = timedelta(hours=6)
STEPS = 14 * 4
Asked = list[tuple[datetime, int]]


@pytest.fixture(scope="module")
def asked(tmp_path_factory: pytest.TempPathFactory) -> dict[Budget, Asked]:
    """What was asked of each budget: all that it let be asked every six hours; a third of it costs less than was held."""
    folder: Path = tmp_path_factory.mktemp("fortnight")
    limits, at, chance = budgets(Settings(_env_file=None, threads_token="t")), BEGAN, random.Random(14)
    purse = Spending(open_database(f"sqlite:///{folder}/s.db"), limits, lambda: at.strftime("%Y-%m-%dT%H:%M:%SZ"))
    found: dict[Budget, Asked] = {budget: [] for budget in limits.values()}
    for step in range(STEPS):
        at = BEGAN + step * STEP + timedelta(minutes=chance.randrange(300))
        for name, budget in limits.items():
            for part in (3, max(1, budget.most)):
                left = purse.left(name) or 0
                amount = -(-left // part)
                held = purse.hold(name, amount) if amount else None
                if held:
                    cost = amount if chance.random() < 0.7 else amount // 2
                    purse.settle(held, {f"{step} {part}": cost})
                    found[budget].append((at, cost))
            assert purse.hold(name, (purse.left(name) or 0) + 1) is None
    return found


def test_no_stretch_of_any_limit_holds_more_than_it_may(asked: dict[Budget, Asked]) -> None:
    assert len(asked) >= 6 and any(budget.period.hours for budget in asked)
    for budget, told in asked.items():
        period = budget.period
        if period.hours:
            reach = timedelta(hours=period.hours)
            fullest = max(sum(n for t, n in told if end - reach <= t <= end) for end, _ in told)
        else:
            days = Counter[int]()
            for moment, amount in told:
                days[moment.astimezone(ZoneInfo(period.zone)).date().toordinal()] += amount
            fullest = max(sum(days[day - back] for back in range(period.days)) for day in days)
        assert 0 < fullest <= budget.most, budget.name


def test_searches_on_youtube_begin_anew_at_midnight_in_california(asked: dict[Budget, Asked]) -> None:
    [searches] = [told for budget, told in asked.items() if budget.name == "youtube/search"]
    days = Counter(moment.astimezone(ZoneInfo("America/Los_Angeles")).date() for moment, _ in searches)
    assert len(days) == 15, "fourteen days of UTC touch fifteen of California"
    first = min(
        t for t, _ in searches if t.astimezone(ZoneInfo("America/Los_Angeles")).date().isoformat() == "2026-11-02"
    )
    assert timedelta() <= first - datetime(2026, 11, 2, 8, tzinfo=UTC) < 2 * STEP, "eight hours behind from then on"
