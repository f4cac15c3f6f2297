"""Performance aims on two cores, and whether a benchmark run met them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

Figures = Mapping[str, Mapping[str, Any]]
FLOOR = "floor: one DRF row, 8 clients"


@dataclass(frozen=True)
class Aim:
    """`of` returns the compared value from the figures (by name) of the smallest and the largest size, or None."""

    limit: float
    unit: str
    of: Callable[[str, Figures, Figures], float | None]
    at_least: bool = False

    def result(self, name: str, smallest: Figures, largest: Figures) -> str:
        found = self.of(name, smallest, largest)
        words = f"{'≥' if self.at_least else '≤'} {self.limit:,g} {self.unit}"
        if found is None:
            return f"{words}: not measured"
        missed = self.limit - found if self.at_least else found - self.limit
        return f"{words}: met" if missed <= 0 else f"{words}: missed by {missed:,.2f}".rstrip("0").rstrip(".")


def _value(figures: Figures, name: str, column: str) -> float | None:
    found = figures.get(name, {}).get(column)
    return None if found is None else float(found)


def _ratio(one: float | None, other: float | None) -> float | None:
    return one / other if one is not None and other else None


def of_largest(column: str) -> Callable[[str, Figures, Figures], float | None]:
    return lambda name, smallest, largest: _value(largest, name, column)


def slowing(name: str, smallest: Figures, largest: Figures) -> float | None:
    return _ratio(_value(smallest, name, "rate"), _value(largest, name, "rate"))


def relative_to(other: str, column: str) -> Callable[[str, Figures, Figures], float | None]:
    return lambda name, smallest, largest: _ratio(_value(largest, name, column), _value(largest, other, column))


MS = of_largest("median")
PAGE = [Aim(150, "ms", MS), Aim(300, "ms at the 95th percentile", of_largest("p95"))]
SMALL = Aim(60_000, "B", of_largest("size"))


def _fresh(page: str) -> list[Aim]:
    return [Aim(2, "× a kept connection", relative_to(page, "median"))]


LISTS = ("case list", "case list, open and critical", "tasks of my agency", "referrals", "leads", "deadlines")
PAGES = (
    *("home", "home of a head", "approvals", "inbox", "board", "queues", "queues, overdue"),
    *("case list, deep", "case list, oldest first", "case page", "case timeline", "referral page"),
    *("supervision", "supervision, one filter", "supervision, two filters", "supervision of an agency"),
    *("flow", "minerals and routes", "figures of deadlines", "daily brief"),
    *("search, two characters", "search, identifier", "search, no hit"),
)
AIMS: dict[str, list[Aim]] = {
    **dict.fromkeys(PAGES, PAGE),
    **{name: [*PAGE, SMALL] for name in LISTS},
    "case list, fresh connection": _fresh("case list"),
    "deadlines, fresh connection": _fresh("deadlines"),
    "figures, rolled up": [Aim(60, "ms", MS)],
    "figures: events rolled up": [Aim(500, "events/s", of_largest("rate"), at_least=True)],
    "read log, one row": [Aim(1, "ms", MS)],
    "intake, 8 clients": [
        Aim(0.5, "of the DRF floor", relative_to(FLOOR, "rate"), at_least=True),
        Aim(1.2, "× slower", slowing),
    ],
    "control law, one verdict": [Aim(5, "ms", MS)],
    "control law, 1,000 verdicts": [Aim(2_000, "a second", of_largest("rate"), at_least=True)],
    "sweep of 1,000,000 clocks, 1,000 due": [Aim(2_000, "ms", MS)],
}
SEED, MEMORY = 2_000, 100


def results(name: str, smallest: Figures, largest: Figures) -> str:
    """Every aim of a figure and whether the largest size measured met it."""
    return "; ".join(aim.result(name, smallest, largest) for aim in AIMS.get(name, []))
